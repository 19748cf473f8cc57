// Long division: 512 bits by 256, limb by limb of the quotient (Knuth, The Art of Computer Programming, 4.3.1, algorithm D). A
// quotient of 128 bits by 64 comes from multiplying by a reciprocal, as Moller and Granlund describe ("Improved division by
// invariant integers"): a guest's processor divides 64 bits by 64 only, and a helper for more costs several times as much.

enum LimbDivision {
    /// A number of 512 bits by one of 256; the upper half is below the divisor.
    @inline(never)
    static func divide(high: U256, low: U256, by divisor: U256) -> (quotient: U256, remainder: U256) {
        // The divisor's highest bit must be set, and the dividend goes along.
        let shift = UInt64(divisor.leadingZeroBitCount)
        let limbCount = 4 - Int(shift >> 6)
        let bits = shift & 63
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 10 + 4 + 4) { memory in
            let base = memory.baseAddress.unsafelyUnwrapped
            let (dividend, divisorLimbs, quotient) = (base, base + 10, base + 14)
            store(divisor.shiftedLeft(bits), at: divisorLimbs)
            store(low.shiftedLeft(bits), at: dividend)
            store(high.shiftedLeft(bits), at: dividend + 4)
            (dividend[8], dividend[9]) = (0, 0)
            if bits != 0 {
                dividend[4] |= low.w3 &>> (64 &- bits)
                dividend[8] = high.w3 &>> (64 &- bits)
            }
            store(.zero, at: quotient)
            // Limbs of the dividend, without those that are zero.
            var top = 9
            while top > limbCount, dividend[top - 1] == 0 { top -= 1 }
            divide(dividend, top, divisorLimbs, limbCount, quotient)
            return (load(quotient), load(dividend, limbCount).shiftedRight(bits))
        }
    }

    /// Divides in place: the dividend becomes the remainder.
    private static func divide(
        _ dividend: UnsafeMutablePointer<UInt64>, _ top: Int, _ divisor: UnsafeMutablePointer<UInt64>, _ count: Int,
        _ quotient: UnsafeMutablePointer<UInt64>
    ) {
        let highest = divisor[count - 1]
        let reciprocal = reciprocal(of: highest)
        let second = count > 1 ? divisor[count - 2] : 0
        var place = top - count
        while place >= 0 {
            let upper = dividend[place + count]
            let middle = dividend[place + count - 1]
            var digit: UInt64 = .max
            if upper < highest {
                var rest: UInt64
                (digit, rest) = divide(upper, middle, highest, reciprocal)
                // At most two too large, as the next limb shows.
                if count > 1 {
                    let next = dividend[place + count - 2]
                    var product = digit.multipliedFullWidth(by: second)
                    while product.high > rest || (product.high == rest && product.low > next) {
                        digit &-= 1
                        product = digit.multipliedFullWidth(by: second)
                        let (sum, overflow) = rest.addingReportingOverflow(highest)
                        if overflow { break }
                        rest = sum
                    }
                }
            }
            if digit != 0 {
                // Subtract so many times the divisor.
                var borrow: UInt64 = 0
                for index in 0..<count {
                    let (high, low) = U256.multiply(digit, divisor[index], borrow, 0)
                    let old = dividend[place + index]
                    dividend[place + index] = old &- low
                    borrow = high &+ (old < low ? 1 : 0)
                }
                // Nothing must be left here; if it is below zero, that was too often, which happens seldom.
                var left = upper &- borrow
                while left != 0 {
                    digit &-= 1
                    var carry: UInt64 = 0
                    for index in 0..<count {
                        (dividend[place + index], carry) = U256.add(dividend[place + index], divisor[index], carry)
                    }
                    left = left &+ carry
                }
                dividend[place + count] = 0
            }
            if place < 4 { quotient[place] = digit }
            place -= 1
        }
    }

    /// 2¹²⁸ - 1 divided by a number whose highest bit is set, less 2⁶⁴.
    private static func reciprocal(of divisor: UInt64) -> UInt64 {
        // By halves of 32 bits: two quotients, each at most two too large.
        var quotient: UInt64 = 0
        var rest = ~divisor
        let (upper, lower) = (divisor >> 32, divisor & 0xffff_ffff)
        for _ in 0..<2 {
            var digit = rest / upper
            var remainder = rest % upper
            while digit >> 32 != 0 || digit &* lower > remainder << 32 | 0xffff_ffff {
                digit &-= 1
                remainder &+= upper
                if remainder >> 32 != 0 { break }
            }
            rest = (rest << 32 | 0xffff_ffff) &- digit &* divisor
            quotient = quotient << 32 | digit
        }
        return quotient
    }

    /// Two limbs by one whose highest bit is set and which is more than the upper one.
    @inline(__always)
    private static func divide(
        _ upper: UInt64, _ lower: UInt64, _ divisor: UInt64, _ reciprocal: UInt64
    ) -> (quotient: UInt64, remainder: UInt64) {
        let (high, low) = reciprocal.multipliedFullWidth(by: upper)
        let fraction = low &+ lower
        var quotient = high &+ upper &+ (fraction < low ? 1 : 0) &+ 1
        var remainder = lower &- quotient &* divisor
        if remainder > fraction {
            quotient &-= 1
            remainder &+= divisor
        }
        if remainder >= divisor {
            quotient &+= 1
            remainder &-= divisor
        }
        return (quotient, remainder)
    }

    @inline(__always)
    private static func store(_ number: U256, at place: UnsafeMutablePointer<UInt64>) {
        (place[0], place[1], place[2], place[3]) = number.limbs
    }

    @inline(__always)
    private static func load(_ place: UnsafeMutablePointer<UInt64>, _ count: Int = 4) -> U256 {
        U256(
            limbs: place[0], count > 1 ? place[1] : 0, count > 2 ? place[2] : 0, count > 3 ? place[3] : 0)
    }
}

extension U256 {
    /// Quotient and remainder by a limb, whose digits are found by its reciprocal: for text.
    func dividedByLimb(_ divisor: UInt64) -> (quotient: U256, remainder: UInt64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: U256(limbs: divisor))
        return (quotient, remainder.w0)
    }
}
