// How long each instruction becomes when jumps are encoded as short as they can be (isa.md 4.2), and code from that. The linker
// and the assembler share it.
//
// A jump's length depends on its distance, and distances depend on lengths. Every length starts at its minimum and only ever
// grows; when a pass grows nothing, the lengths are the smallest that fit. Growing moves targets only further away, so a
// length that was needed once is needed to the end. Code of real programs settles in a handful of passes.

package import PolkaISA

/// One instruction as far as its length is concerned.
package struct LayoutItem {
    /// The length without the distance, or the whole length if there is no target.
    package var byteCount: Int
    package var target: Target
    /// Bytes to take even if fewer would do; for items with a target, at most 4 more than `byteCount`.
    package var minimumByteCount = 0

    package init(byteCount: Int, target: Target = .none) {
        self.byteCount = byteCount
        self.target = target
    }

    package enum Target {
        case none
        /// The position of the item at whose start the target is; the number of items is the end of the code.
        case item(Int)
        /// A fixed code offset.
        case offset(UInt32)
    }
}

package enum Layout {
    /// Hostile text can build a chain of jumps in which each pass makes just one of them grow; after this many passes all get
    /// room for any distance.
    private static let passLimit = 40
    private static let longestDistance = 4

    /// The length of each item, in bytes.
    package static func byteCounts(of items: [LayoutItem]) -> [Int] {
        var counts = items.map { max($0.byteCount, $0.minimumByteCount) }
        let jumps = items.indices.filter { if case .none = items[$0].target { false } else { true } }
        guard !jumps.isEmpty else { return counts }
        for _ in 0..<passLimit {
            let offsets = offsets(of: counts)
            var grew = false
            for index in jumps {
                let distance: Int32
                switch items[index].target {
                case .none: continue
                case .item(let target): distance = Int32(truncatingIfNeeded: offsets[target] - offsets[index])
                case .offset(let target): distance = Int32(truncatingIfNeeded: Int(target) - offsets[index])
                }
                let needed = items[index].byteCount + Instruction.byteCount(of: distance)
                if needed > counts[index] {
                    counts[index] = needed
                    grew = true
                }
            }
            if !grew { return counts }
        }
        for index in jumps { counts[index] = items[index].byteCount + longestDistance }
        return counts
    }

    /// Where each item starts, and behind them where the code ends.
    package static func offsets(of counts: [Int]) -> [Int] {
        var offsets: [Int] = []
        offsets.reserveCapacity(counts.count + 1)
        var offset = 0
        for count in counts {
            offsets.append(offset)
            offset += count
        }
        offsets.append(offset)
        return offsets
    }
}

extension Instruction {
    /// The length without the bytes of the distance to the target.
    package var byteCountWithoutDistance: Int { encodedByteCount(at: target) }

    /// The last value of the encoding, whose sign fills an encoding that is longer than necessary.
    package func trailingImmediate(at offset: UInt32) -> Int32 {
        switch opcode.format {
        case .none, .registerRegister, .registerRegisterRegister, .registerWideImmediate: 0
        case .immediate, .registerImmediate, .registerRegisterImmediate: Int32(truncatingIfNeeded: x)
        case .immediateImmediate, .registerImmediateImmediate, .registerRegisterImmediateImmediate: y
        case .offset, .registerImmediateOffset, .registerRegisterOffset: Int32(bitPattern: target &- offset)
        }
    }

    /// Appends the instruction's bytes, lengthened to `byteCount` if their shortest form is shorter.
    package func encode(into code: inout [UInt8], at offset: UInt32, for set: InstructionSet, byteCount: Int) {
        let start = code.count
        encode(into: &code, at: offset, for: set)
        let fill: UInt8 = trailingImmediate(at: offset) < 0 ? 0xff : 0
        while code.count - start < byteCount { code.append(fill) }
    }
}
