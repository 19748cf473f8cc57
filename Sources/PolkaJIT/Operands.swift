// The bytes behind an opcode byte, read without a branch (isa.md 3.3 and 4).

import PolkaISA
import X86Assembler

/// The operands of the instruction at hand.
struct Operands {
    /// Behind the opcode byte; what the instruction does not cover is looked at all the same.
    let bytes: UnsafeRawPointer
    /// The first eight of them.
    let word: UInt64
    /// How many bytes lie between the opcode byte and the next, at most 24.
    let skip: Int

    @inline(__always)
    init(behindOpcodeAt opcode: UnsafeRawPointer, skip: Int) {
        bytes = opcode + 1
        word = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        self.skip = skip
    }

    /// The same with another skip.
    @inline(__always)
    init(_ operands: Operands, skip: Int) {
        bytes = operands.bytes
        word = operands.word
        self.skip = skip
    }

    /// The low bits of `number` are the register's number; larger ones are a5.
    @inline(__always) var first: Int { Int(truncatingIfNeeded: word & 15) }
    @inline(__always) var second: Int { Int(truncatingIfNeeded: word &>> 4 & 15) }
    @inline(__always) var third: Int { Int(truncatingIfNeeded: word &>> 8 & 15) }

    /// The four bits at a place, counted in bits.
    @inline(__always)
    func nibble(at place: UInt8) -> Int { Int(truncatingIfNeeded: word &>> UInt64(place) & 15) }

    /// `immediate(at: 1)` in fewer operations.
    @inline(__always)
    var immediateBehindRegisters: Int32 {
        // One byte too many for no skip at all: what is shifted out twice is gone all the same.
        let unused = UInt64(truncatingIfNeeded: 40 &- 8 &* min(skip, 5))
        let top = Int64(bitPattern: ((word &>> 8) &<< 32) &<< unused)
        return Int32(truncatingIfNeeded: (top &>> Int64(bitPattern: unused)) &>> 32)
    }

    /// The trailing immediate, at a byte position of at most 4.
    @inline(__always)
    func immediate(at position: Int) -> Int32 {
        Self.extend(word &>> UInt64(truncatingIfNeeded: 8 &* position), Self.clamp(skip &- position))
    }

    /// The first of two immediates and the trailing one, at a byte position of at most 2.
    ///
    /// - Parameters:
    ///   - position: of the first immediate.
    ///   - length: its length, of which three bits count.
    /// - Returns: both, sign extended.
    @inline(__always)
    func immediates(at position: Int, length: UInt64) -> (Int32, Int32) {
        let count = min(4, Int(truncatingIfNeeded: length & 7))
        let start = position &+ count
        let rest = UInt64(UInt32(littleEndian: (bytes + start).loadUnaligned(as: UInt32.self)))
        return (
            Self.extend(word &>> UInt64(truncatingIfNeeded: 8 &* position), count),
            Self.extend(rest, Self.clamp(skip &- start))
        )
    }

    /// The immediate of eight bytes.
    @inline(__always)
    var wide: UInt64 { UInt64(littleEndian: (bytes + 1).loadUnaligned(as: UInt64.self)) }

    @inline(__always)
    private static func clamp(_ count: Int) -> Int { max(0, min(4, count)) }

    /// The low `count` bytes, 0 to 4, sign extended.
    @inline(__always)
    private static func extend(_ word: UInt64, _ count: Int) -> Int32 {
        // To the top of 64 bits in two steps, the first of which leaves nothing of an immediate without bytes.
        let unused = UInt64(truncatingIfNeeded: 32 &- 8 &* count)
        let top = Int64(bitPattern: (word &<< 32) &<< unused)
        return Int32(truncatingIfNeeded: top &>> Int64(bitPattern: unused &+ 32))
    }
}
