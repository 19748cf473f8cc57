// Where instructions start, in a form that one pass can read quickly, and the number of each among them.

import PolkaBlob
import PolkaISA

/// The start bits of a program's code as words, with running counts.
///
/// Behind the last byte of code stands a bit that no instruction has: there the last instruction ends.
struct InstructionStarts: Sendable {
    private let storage: [UInt64]
    /// Starts before each word.
    private let before: [UInt32]
    let codeByteCount: Int
    /// How many instructions there are.
    let count: Int

    init(_ code: CodeMap) {
        let byteCount = code.bytes.count
        codeByteCount = byteCount
        // An empty word in front, so that looking back from the first word needs no test; and one behind.
        let wordCount = byteCount / 64 + 3
        var counts: [UInt32] = []
        counts.reserveCapacity(wordCount)
        var total: UInt32 = 0
        storage = [UInt64](unsafeUninitializedCapacity: wordCount) { words, initialized in
            words.initialize(repeating: 0)
            code.bitmask.withUnsafeBytes { mask in
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(words)[8...]).copyMemory(
                    from: mask)
            }
            for index in words.indices {
                words[index] = UInt64(littleEndian: words[index])
                counts.append(total)
                total &+= UInt32(truncatingIfNeeded: words[index].nonzeroBitCount)
            }
            words[1 + byteCount >> 6] |= 1 << UInt64(byteCount & 63)
            initialized = wordCount
        }
        before = counts
        count = Int(total)
    }

    /// The words as the compiler's pass uses them.
    func withUnsafeView<Result>(_ body: (View) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBufferPointer { words in
            try before.withUnsafeBufferPointer { before in
                try body(
                    View(
                        words: words.baseAddress.unsafelyUnwrapped + 1, before: before.baseAddress.unsafelyUnwrapped + 1
                    ))
            }
        }
    }

    /// The number of the instruction at an offset inside the code, nil if none starts there.
    func number(at offset: Int) -> Int? {
        guard offset < codeByteCount else { return nil }
        return withUnsafeView { $0.starts(at: offset) ? $0.number(at: offset) : nil }
    }

    /// Valid while the storage lives; nothing is checked.
    struct View {
        /// By code offset / 64, from -1 on.
        let words: UnsafePointer<UInt64>
        let before: UnsafePointer<UInt32>

        @inline(__always)
        func starts(at offset: Int) -> Bool {
            words[offset >> 6] &>> UInt64(truncatingIfNeeded: offset & 63) & 1 != 0
        }

        /// How many starts come before an offset.
        @inline(__always)
        func number(at offset: Int) -> Int {
            let below = words[offset >> 6] & ((1 &<< UInt64(truncatingIfNeeded: offset & 63)) &- 1)
            return Int(truncatingIfNeeded: before[offset >> 6]) &+ below.nonzeroBitCount
        }

        /// How far before an offset the instruction before it starts; 65 if it is farther than 64.
        @inline(__always)
        func distanceToPrevious(from offset: Int) -> Int {
            let bit = UInt64(truncatingIfNeeded: offset & 63)
            let word = words[offset >> 6], previous = words[(offset >> 6) &- 1]
            // The 64 bits below the offset. In two steps, because a shift by 64 would be none.
            let window = (word &<< 1) &<< (63 &- bit) | previous &>> bit
            return window.leadingZeroBitCount &+ 1
        }

        /// The first start from an offset on; the caller knows that there is one.
        @inline(__always)
        func next(from offset: Int) -> Int {
            var index = offset >> 6
            let bit = UInt64(truncatingIfNeeded: offset & 63)
            var word = (words[index] &>> bit) &<< bit
            while word == 0 {
                index &+= 1
                word = words[index]
            }
            return index &* 64 &+ word.trailingZeroBitCount
        }
    }
}
