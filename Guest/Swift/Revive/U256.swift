// Unsigned integers of 256 bits: the numbers of contracts. The tool compiles this file as well, so that host and guest count alike.
//
// Four limbs of 64 bits, the lowest first: in memory that is the little-endian form that revive's host functions take.

/// An unsigned integer of 256 bits; like Swift's own integers it traps on overflow, and `&+`, `&-`, `&*` wrap.
public struct U256: Sendable, Hashable {
    /// The limbs, the lowest 64 bits first.
    @usableFromInline var w0, w1, w2, w3: UInt64

    /// The number with these limbs, the lowest 64 bits first.
    @inlinable @inline(__always)
    public init(limbs w0: UInt64, _ w1: UInt64 = 0, _ w2: UInt64 = 0, _ w3: UInt64 = 0) {
        self.w0 = w0
        self.w1 = w1
        self.w2 = w2
        self.w3 = w3
    }

    /// The limbs, the lowest 64 bits first.
    @inlinable public var limbs: (UInt64, UInt64, UInt64, UInt64) { (w0, w1, w2, w3) }

    /// 2²⁵⁶ - 1.
    @inlinable public static var max: U256 { U256(limbs: .max, .max, .max, .max) }
    /// 0.
    @inlinable public static var min: U256 { U256(limbs: 0) }
    /// 0.
    @inlinable public static var zero: U256 { U256(limbs: 0) }

    /// Whether the number fits 64 bits.
    @inlinable @inline(__always)
    var isSmall: Bool { w1 | w2 | w3 == 0 }

    /// The limb at an index from 0 to 3.
    @inlinable @inline(__always)
    subscript(limb index: Int) -> UInt64 {
        get {
            switch index {
            case 0: w0
            case 1: w1
            case 2: w2
            default: w3
            }
        }
        set {
            switch index {
            case 0: w0 = newValue
            case 1: w1 = newValue
            case 2: w2 = newValue
            default: w3 = newValue
            }
        }
    }
}

extension U256: Comparable {
    @inlinable
    public static func == (left: U256, right: U256) -> Bool {
        (left.w0 ^ right.w0) | (left.w1 ^ right.w1) | (left.w2 ^ right.w2) | (left.w3 ^ right.w3) == 0
    }

    @inlinable
    public static func < (left: U256, right: U256) -> Bool {
        // The borrow of the difference: no branches, and nothing more than a guest computes anyway that subtracts next.
        left.subtractingReportingOverflow(right).overflow
    }
}

// MARK: Sums

extension U256: UnsignedInteger, FixedWidthInteger {
    public typealias Magnitude = U256
    public typealias IntegerLiteralType = StaticBigInt

    @inlinable public static var bitWidth: Int { 256 }
    @inlinable public static var isSigned: Bool { false }

    /// A literal of any length up to 256 bits; larger ones and negative ones trap.
    @inlinable @inline(__always)
    public init(integerLiteral value: StaticBigInt) {
        precondition(value.signum() >= 0 && value.bitWidth <= 257, "the literal is no number of 256 bits")
        self.init(
            limbs: UInt64(truncatingIfNeeded: value[0]), UInt64(truncatingIfNeeded: value[1]),
            UInt64(truncatingIfNeeded: value[2]), UInt64(truncatingIfNeeded: value[3]))
    }

    @inlinable
    public init(_truncatingBits bits: UInt) { self.init(limbs: UInt64(bits)) }

    @inlinable
    public init<T: BinaryInteger>(truncatingIfNeeded source: T) {
        if T.self == U256.self, let same = source as? U256 {
            self = same
            return
        }
        var limbs = U256.zero
        let fill: UInt64 = source < 0 ? .max : 0
        var index = 0
        for word in source.words {
            if index == 4 { break }
            limbs[limb: index] = UInt64(word)
            index += 1
        }
        while index < 4 {
            limbs[limb: index] = fill
            index += 1
        }
        self = limbs
    }

    @inlinable
    public init<T: BinaryInteger>(_ source: T) {
        guard let exact = U256(exactly: source) else { preconditionFailure("not a number of 256 bits") }
        self = exact
    }

    @inlinable
    public init?<T: BinaryInteger>(exactly source: T) {
        if source < 0 { return nil }
        var limbs = U256.zero
        var index = 0
        for word in source.words {
            if index >= 4 {
                if word != 0 { return nil }
            } else {
                limbs[limb: index] = UInt64(word)
            }
            index += 1
        }
        self = limbs
    }

    @inlinable
    public init<T: BinaryInteger>(clamping source: T) {
        if source < 0 {
            self = .zero
        } else {
            self = U256(exactly: source) ?? .max
        }
    }

    @inlinable
    public init<T: BinaryFloatingPoint>(_ source: T) {
        guard let exact = U256(exactly: source.rounded(.towardZero)) else {
            preconditionFailure("not a number of 256 bits")
        }
        self = exact
    }

    @inlinable
    public init?<T: BinaryFloatingPoint>(exactly source: T) {
        guard source.isFinite, source >= 0, source.rounded(.towardZero) == source else { return nil }
        if source == 0 {
            self = .zero
            return
        }
        let exponent = Int(source.exponent)
        guard exponent < 256 else { return nil }
        let significand = U256(source.significandBitPattern) | U256(limbs: 1) << T.significandBitCount
        let shift = exponent - T.significandBitCount
        self = shift >= 0 ? significand << shift : significand >> -shift
    }

    @inlinable @inline(__always)
    public func addingReportingOverflow(_ other: U256) -> (partialValue: U256, overflow: Bool) {
        let r0 = w0 &+ other.w0
        let (r1, c1) = Self.add(w1, other.w1, r0 < w0 ? 1 : 0)
        let (r2, c2) = Self.add(w2, other.w2, c1)
        let (r3, c3) = Self.add(w3, other.w3, c2)
        return (U256(limbs: r0, r1, r2, r3), c3 != 0)
    }

    @inlinable @inline(__always)
    public func subtractingReportingOverflow(_ other: U256) -> (partialValue: U256, overflow: Bool) {
        let r0 = w0 &- other.w0
        let (r1, c1) = Self.subtract(w1, other.w1, w0 < other.w0 ? 1 : 0)
        let (r2, c2) = Self.subtract(w2, other.w2, c1)
        let (r3, c3) = Self.subtract(w3, other.w3, c2)
        return (U256(limbs: r0, r1, r2, r3), c3 != 0)
    }

    // Carries as numbers: joined as Booleans they become branches.

    @inlinable @inline(__always)
    static func add(_ left: UInt64, _ right: UInt64, _ carry: UInt64) -> (UInt64, UInt64) {
        let sum = left &+ right
        let result = sum &+ carry
        return (result, (sum < left ? 1 : 0) | (result < sum ? 1 : 0))
    }

    @inlinable @inline(__always)
    static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: UInt64) -> (UInt64, UInt64) {
        let difference = left &- right
        return (difference &- borrow, (left < right ? 1 : 0) | (difference < borrow ? 1 : 0))
    }

    @inlinable @inline(__always)
    public static func + (left: U256, right: U256) -> U256 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        precondition(!overflow, "overflow in an addition of 256 bits")
        return sum
    }

    @inlinable @inline(__always)
    public static func - (left: U256, right: U256) -> U256 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        precondition(!overflow, "overflow in a subtraction of 256 bits")
        return difference
    }

    @inlinable public static func += (left: inout U256, right: U256) { left = left + right }
    @inlinable public static func -= (left: inout U256, right: U256) { left = left - right }
}

// MARK: Products

extension U256 {
    /// One limb times another, and two more added: `high` and `low` hold it whatever they are.
    @inlinable @inline(__always)
    static func multiply(_ left: UInt64, _ right: UInt64, _ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
        let (high, low) = left.multipliedFullWidth(by: right)
        let sum = low &+ first
        let total = sum &+ second
        return (high &+ (sum < low ? 1 : 0) &+ (total < sum ? 1 : 0), total)
    }

    /// A number times a limb, and another number added: the upper limb comes first.
    @inlinable @inline(__always)
    static func multiplyRow(_ left: U256, _ factor: UInt64, adding row: U256) -> (UInt64, U256) {
        let (c0, r0) = multiply(left.w0, factor, row.w0, 0)
        let (c1, r1) = multiply(left.w1, factor, row.w1, c0)
        let (c2, r2) = multiply(left.w2, factor, row.w2, c1)
        let (c3, r3) = multiply(left.w3, factor, row.w3, c2)
        return (c3, U256(limbs: r0, r1, r2, r3))
    }

    // Not inlined: 16 products of limbs are much code.
    public func multipliedFullWidth(by other: U256) -> (high: U256, low: U256) {
        let (h0, row0) = Self.multiplyRow(self, other.w0, adding: .zero)
        let (h1, row1) = Self.multiplyRow(self, other.w1, adding: U256(limbs: row0.w1, row0.w2, row0.w3, h0))
        let (h2, row2) = Self.multiplyRow(self, other.w2, adding: U256(limbs: row1.w1, row1.w2, row1.w3, h1))
        let (h3, row3) = Self.multiplyRow(self, other.w3, adding: U256(limbs: row2.w1, row2.w2, row2.w3, h2))
        return (U256(limbs: row3.w1, row3.w2, row3.w3, h3), U256(limbs: row0.w0, row1.w0, row2.w0, row3.w0))
    }

    public func multipliedReportingOverflow(by other: U256) -> (partialValue: U256, overflow: Bool) {
        if other.isSmall {
            let (high, low) = Self.multiplyRow(self, other.w0, adding: .zero)
            return (low, high != 0)
        }
        if isSmall {
            let (high, low) = Self.multiplyRow(other, w0, adding: .zero)
            return (low, high != 0)
        }
        let (high, low) = multipliedFullWidth(by: other)
        return (low, high != .zero)
    }

    @inlinable
    public static func * (left: U256, right: U256) -> U256 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        precondition(!overflow, "overflow in a multiplication of 256 bits")
        return product
    }

    @inlinable public static func *= (left: inout U256, right: U256) { left = left * right }

    @inlinable
    public static func &* (left: U256, right: U256) -> U256 { left.multipliedReportingOverflow(by: right).partialValue }
    @inlinable public static func &*= (left: inout U256, right: U256) { left = left &* right }
}

// MARK: Quotients

extension U256 {
    /// Quotient and remainder; the divisor must not be 0.
    public func quotientAndRemainder(dividingBy divisor: U256) -> (quotient: U256, remainder: U256) {
        precondition(divisor != .zero, "division by zero")
        if isSmall, divisor.isSmall {
            let (quotient, remainder) = w0.quotientAndRemainder(dividingBy: divisor.w0)
            return (U256(limbs: quotient), U256(limbs: remainder))
        }
        if self < divisor { return (.zero, self) }
        return LimbDivision.divide(high: .zero, low: self, by: divisor)
    }

    public func dividingFullWidth(_ dividend: (high: U256, low: U256)) -> (quotient: U256, remainder: U256) {
        precondition(self != .zero, "division by zero")
        precondition(dividend.high < self, "the quotient has more than 256 bits")
        return LimbDivision.divide(high: dividend.high, low: dividend.low, by: self)
    }

    @inlinable
    public func dividedReportingOverflow(by other: U256) -> (partialValue: U256, overflow: Bool) {
        other == .zero ? (self, true) : (quotientAndRemainder(dividingBy: other).quotient, false)
    }

    @inlinable
    public func remainderReportingOverflow(dividingBy other: U256) -> (partialValue: U256, overflow: Bool) {
        other == .zero ? (self, true) : (quotientAndRemainder(dividingBy: other).remainder, false)
    }

    @inlinable
    public static func / (left: U256, right: U256) -> U256 { left.quotientAndRemainder(dividingBy: right).quotient }
    @inlinable
    public static func % (left: U256, right: U256) -> U256 { left.quotientAndRemainder(dividingBy: right).remainder }
    @inlinable public static func /= (left: inout U256, right: U256) { left = left / right }
    @inlinable public static func %= (left: inout U256, right: U256) { left = left % right }
}

// MARK: Bits

extension U256 {
    /// The limbs as a collection, the lowest first.
    public struct Words: RandomAccessCollection, Sendable {
        @usableFromInline let value: U256
        @inlinable init(_ value: U256) { self.value = value }
        @inlinable public var startIndex: Int { 0 }
        @inlinable public var endIndex: Int { 4 }
        @inlinable public subscript(index: Int) -> UInt { UInt(value[limb: index]) }
    }

    @inlinable public var words: Words { Words(self) }

    @inlinable public var leadingZeroBitCount: Int {
        if w3 != 0 { return w3.leadingZeroBitCount }
        if w2 != 0 { return 64 + w2.leadingZeroBitCount }
        if w1 != 0 { return 128 + w1.leadingZeroBitCount }
        return 192 + w0.leadingZeroBitCount
    }

    @inlinable public var trailingZeroBitCount: Int {
        if w0 != 0 { return w0.trailingZeroBitCount }
        if w1 != 0 { return 64 + w1.trailingZeroBitCount }
        if w2 != 0 { return 128 + w2.trailingZeroBitCount }
        return 192 + w3.trailingZeroBitCount
    }

    @inlinable public var nonzeroBitCount: Int {
        w0.nonzeroBitCount + w1.nonzeroBitCount + w2.nonzeroBitCount + w3.nonzeroBitCount
    }

    /// The bytes in the opposite order: between little-endian hosts and big-endian call data.
    @inlinable public var byteSwapped: U256 {
        U256(limbs: w3.byteSwapped, w2.byteSwapped, w1.byteSwapped, w0.byteSwapped)
    }

    @inlinable public static func & (left: U256, right: U256) -> U256 {
        U256(limbs: left.w0 & right.w0, left.w1 & right.w1, left.w2 & right.w2, left.w3 & right.w3)
    }
    @inlinable public static func | (left: U256, right: U256) -> U256 {
        U256(limbs: left.w0 | right.w0, left.w1 | right.w1, left.w2 | right.w2, left.w3 | right.w3)
    }
    @inlinable public static func ^ (left: U256, right: U256) -> U256 {
        U256(limbs: left.w0 ^ right.w0, left.w1 ^ right.w1, left.w2 ^ right.w2, left.w3 ^ right.w3)
    }
    @inlinable public static prefix func ~ (value: U256) -> U256 {
        U256(limbs: ~value.w0, ~value.w1, ~value.w2, ~value.w3)
    }
    @inlinable public static func &= (left: inout U256, right: U256) { left = left & right }
    @inlinable public static func |= (left: inout U256, right: U256) { left = left | right }
    @inlinable public static func ^= (left: inout U256, right: U256) { left = left ^ right }

    /// Shifted to the left by 0 to 255 bits.
    public func shiftedLeft(_ count: UInt64) -> U256 {
        var (r0, r1, r2, r3) = limbs
        if count & 128 != 0 { (r0, r1, r2, r3) = (0, 0, r0, r1) }
        if count & 64 != 0 { (r0, r1, r2, r3) = (0, r0, r1, r2) }
        let bits = count & 63
        if bits == 0 { return U256(limbs: r0, r1, r2, r3) }
        let rest = 64 &- bits
        return U256(
            limbs: r0 &<< bits, r1 &<< bits | r0 &>> rest, r2 &<< bits | r1 &>> rest, r3 &<< bits | r2 &>> rest)
    }

    /// Shifted to the right by 0 to 255 bits.
    public func shiftedRight(_ count: UInt64) -> U256 {
        var (r0, r1, r2, r3) = limbs
        if count & 128 != 0 { (r0, r1, r2, r3) = (r2, r3, 0, 0) }
        if count & 64 != 0 { (r0, r1, r2, r3) = (r1, r2, r3, 0) }
        let bits = count & 63
        if bits == 0 { return U256(limbs: r0, r1, r2, r3) }
        let rest = 64 &- bits
        return U256(
            limbs: r0 &>> bits | r1 &<< rest, r1 &>> bits | r2 &<< rest, r2 &>> bits | r3 &<< rest, r3 &>> bits)
    }

    @inlinable public static func &<<= (left: inout U256, right: U256) { left = left.shiftedLeft(right.w0 & 255) }
    @inlinable public static func &>>= (left: inout U256, right: U256) { left = left.shiftedRight(right.w0 & 255) }
    @inlinable public static func &<< (left: U256, right: U256) -> U256 { left.shiftedLeft(right.w0 & 255) }
    @inlinable public static func &>> (left: U256, right: U256) -> U256 { left.shiftedRight(right.w0 & 255) }

    @inlinable
    public static func << <Count: BinaryInteger>(left: U256, count: Count) -> U256 {
        if count < 0 { return count <= -256 ? .zero : left.shiftedRight(UInt64(count.magnitude)) }
        return count >= 256 ? .zero : left.shiftedLeft(UInt64(count))
    }

    @inlinable
    public static func >> <Count: BinaryInteger>(left: U256, count: Count) -> U256 {
        if count < 0 { return count <= -256 ? .zero : left.shiftedLeft(UInt64(count.magnitude)) }
        return count >= 256 ? .zero : left.shiftedRight(UInt64(count))
    }

    @inlinable
    public static func <<= <Count: BinaryInteger>(left: inout U256, count: Count) { left = left << count }
    @inlinable
    public static func >>= <Count: BinaryInteger>(left: inout U256, count: Count) { left = left >> count }
}
