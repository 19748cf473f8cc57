// What is drawn from random numbers, and the bytes that memory is filled with.

import TestSupport

extension SeededGenerator {
    /// A number from 0 to `count` - 1; cheaper than the library's way, and as good for small counts.
    mutating func below(_ count: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True in `part` of `whole` cases.
    mutating func chance(_ part: Int, of whole: Int) -> Bool { below(whole) < part }

    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}

/// Random bytes, the same in every run: filling memory from here costs as much as copying.
enum Noise {
    static let period = 1 << 16

    /// Two periods, so that one period can be read from any place.
    private static let bytes: [UInt8] = {
        var random = SeededGenerator(seed: 0x6e6f_6973_65)
        let once = (0..<period).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return once + once
    }()

    /// The bytes that belong to guest addresses; which byte an address gets does not depend on what else is filled.
    static func copy(_ addresses: Range<UInt64>, shift: UInt64, to target: UnsafeMutableRawPointer) {
        bytes.withUnsafeBytes { noise in
            var address = addresses.lowerBound
            while address < addresses.upperBound {
                let count = min(addresses.upperBound - address, UInt64(period))
                let place = Int((address &+ shift) % UInt64(period))
                let source = UnsafeRawBufferPointer(rebasing: noise[place..<(place + Int(count))])
                (target + Int(address - addresses.lowerBound)).copyMemory(
                    from: source.baseAddress.unsafelyUnwrapped, byteCount: source.count)
                address += count
            }
        }
    }

    static func bytes(_ addresses: Range<UInt64>, shift: UInt64) -> [UInt8] {
        let count = Int(addresses.upperBound - addresses.lowerBound)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let start = buffer.baseAddress { copy(addresses, shift: shift, to: start) }
            initialized = count
        }
    }
}
