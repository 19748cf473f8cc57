// A sum over the bytes of a file that tells whether they are what was written. It is far quicker than a cryptographic hash,
// which would take longer than compiling anew what the file saves compiling, and it protects from accidents only: whoever can
// write the file can make the sum right.
//
// Words of eight bytes go to four lanes in turn. A step turns a lane into another for any word and keeps different words apart,
// so damage to one lane, such as to one bit, one byte or one word, is always noticed, and other damage but once in 2^64 times.

/// The sum of some bytes.
enum DamageCheck {
    /// Odd, with bits all over.
    private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let laneCount = 4
    private static let stripeByteCount = laneCount * MemoryLayout<UInt64>.size

    @inline(__always)
    private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ word) &* factor
        return product &<< 29 | product &>> 35
    }

    static func sum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
        func add(_ stripe: UnsafeRawBufferPointer, at offset: Int) {
            @inline(__always)
            func word(_ index: Int) -> UInt64 {
                UInt64(littleEndian: stripe.loadUnaligned(fromByteOffset: offset &+ 8 &* index, as: UInt64.self))
            }
            a = step(a, word(0))
            b = step(b, word(1))
            c = step(c, word(2))
            d = step(d, word(3))
        }
        let whole = bytes.count / stripeByteCount * stripeByteCount
        for offset in stride(from: 0, to: whole, by: stripeByteCount) { add(bytes, at: offset) }
        // Zeros fill up the last stripe; the number of bytes tells them from zeros of the input.
        var tail = [UInt8](bytes[whole...])
        tail += [UInt8](repeating: 0, count: stripeByteCount - tail.count)
        tail.withUnsafeBytes { add($0, at: 0) }
        return [a, b, c, d].reduce(step(0, UInt64(bytes.count)), step)
    }
}
