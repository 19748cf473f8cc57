// Where machine code goes, and the few shapes that all x86-64 instructions are written in.
//
// The assembler knows encodings and nothing of what is compiled. It serves a compiler of one pass that spends a few
// nanoseconds on an instruction, so:
// - An instruction is put together in a 64-bit word (two or three with a memory operand), stored with one store of
//   eight bytes, and the cursor goes on by its true length. What the store wrote behind it is overwritten by the next.
// - Nothing is checked per instruction. The caller asks `hasRoom` once for a stretch of instructions.
// - Optional bytes (REX, SIB, short displacements and immediates) are chosen by arithmetic, not by branches.
// - Every emitter is inlined into the caller: operands that are constants there cost nothing here. Keep the assembler in
//   a local variable or pass it `inout`: as a property of a class each use would pay for an exclusivity check.
//
// To look at what the compiler makes of it: `objdump -d --no-show-raw-insn .build/release/pvm`.

/// Writes x86-64 instructions into memory of the caller.
///
/// Emitters are named as in the manuals where a name stands for one instruction; groups with one encoding scheme have
/// one emitter and an enum (`arithmetic(.add, ...)`). The destination comes first.
///
///     var assembler = X86Assembler(code: code, labels: labels)
///     let loop = X86Label(0)
///     assembler.bind(loop)
///     guard assembler.hasRoom(forByteCount: 4 * X86Assembler.maximumInstructionByteCount) else { ... }
///     assembler.load(.unsigned32, .rax, X86Memory(base: .rdi, displacement: 8).address32.gs)
///     assembler.arithmetic(.add, .bits32, .rcx, .rax)
///     assembler.arithmetic(.sub, .bits64, .rdx, 1)
///     assembler.jump(.notEqual, to: loop)
@usableFromInline package struct X86Assembler: ~Copyable {
    /// The longest instruction that the processor accepts.
    @inlinable @inline(__always)
    package static var maximumInstructionByteCount: Int { 15 }

    /// Stores reach this far beyond the instruction that they write.
    @inlinable @inline(__always)
    package static var slackByteCount: Int { 16 }

    /// The most bytes of code: offsets are 32 bits wide.
    package static var maximumCodeByteCount: Int { Int(Int32.max) }

    @usableFromInline var start: UnsafeMutableRawPointer
    @usableFromInline var cursor: UnsafeMutableRawPointer
    @usableFromInline var end: UnsafeMutableRawPointer
    @usableFromInline let labels: UnsafeMutableBufferPointer<Int32>

    /// Starts at the beginning of a buffer.
    ///
    /// - Parameters:
    ///   - code: Not empty, at most `maximumCodeByteCount` bytes; stays the caller's, and must outlive the assembler.
    ///   - labels: One slot per label, all 0; stays the caller's, and must outlive the assembler.
    package init(code: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>) {
        guard let start = code.baseAddress, code.count <= Self.maximumCodeByteCount else {
            preconditionFailure("a code buffer has 1 to \(Self.maximumCodeByteCount) bytes, not \(code.count)")
        }
        self.start = start
        cursor = start
        end = start + code.count
        self.labels = labels
    }

    /// Where the buffer starts.
    package var startAddress: UnsafeRawPointer { UnsafeRawPointer(start) }

    /// How many bytes have been written: the offset of the next instruction.
    @inlinable @inline(__always)
    package var offset: Int { cursor - start }

    /// Whether that many bytes of instructions may be emitted without asking again.
    ///
    /// The emitters trust that it has been asked and said yes; none checks.
    @inlinable @inline(__always)
    package func hasRoom(forByteCount byteCount: Int) -> Bool {
        end - cursor >= byteCount &+ Self.slackByteCount
    }

    /// Goes on in another buffer, into which what has been written is copied.
    ///
    /// Offsets and labels keep their meaning. The former buffer is the caller's to free.
    package mutating func move(to code: UnsafeMutableRawBufferPointer) {
        let byteCount = offset
        guard let start = code.baseAddress, code.count <= Self.maximumCodeByteCount, code.count >= byteCount else {
            preconditionFailure("\(byteCount) bytes of code do not fit a buffer of \(code.count)")
        }
        start.copyMemory(from: self.start, byteCount: byteCount)
        self.start = start
        cursor = start + byteCount
        end = start + code.count
    }

    /// Appends code that another assembler wrote; the caller has asked for room.
    package mutating func append(_ code: UnsafeRawBufferPointer) {
        if let start = code.baseAddress { cursor.copyMemory(from: start, byteCount: code.count) }
        cursor += code.count
    }

    /// What has been written.
    package var writtenBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: offset) }

    /// Takes back what was written from an offset on; no label may be bound or referenced there.
    @inlinable @inline(__always)
    package mutating func rewind(to offset: Int) {
        assert(offset >= 0 && offset <= self.offset, "rewinding ahead")
        cursor = start + offset
    }

    // MARK: Patching

    /// Overwrites four bytes that have been written: an immediate operand or a displacement.
    @inlinable @inline(__always)
    package func patch(at offset: Int, _ value: Int32) {
        assert(offset >= 0 && offset + 4 <= self.offset, "patch outside the code")
        // SAFETY: inside what has been written, as the caller promises and debug builds check.
        start.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Int32.self)
    }

    /// Reads back four bytes.
    @inlinable @inline(__always)
    package func word32(at offset: Int) -> Int32 {
        Int32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    // MARK: The shapes

    /// Appends the low bits of a word; the bit count is a multiple of 8.
    @inlinable @inline(__always)
    mutating func append(_ word: UInt64, bitCount: UInt64) {
        assert(end - cursor >= 8, "no room was asked for")
        // SAFETY: `hasRoom` left slack beyond the last instruction, which is where the rest of the word may go.
        cursor.storeBytes(of: word.littleEndian, as: UInt64.self)
        cursor += Int(truncatingIfNeeded: bitCount &>> 3)
    }

    /// A part of the opcode in the place of the register field.
    @inlinable @inline(__always)
    static func opcodeField(_ number: UInt64) -> UInt64 { number &<< 19 }

    /// An instruction whose only operand is a register in the low bits of a one-byte opcode, and up to 32 bits behind.
    @inlinable @inline(__always)
    mutating func emit(code: UInt64, register: X86Register, immediate: UInt64 = 0, immediateBitCount: UInt64 = 0) {
        let absentBitCount = (register.high ^ 1) &<< 3
        let word = 0x41 | (code | register.low) &<< 8 | immediate &<< 16
        append(word &>> absentBitCount, bitCount: 16 &- absentBitCount &+ immediateBitCount)
    }

    /// An instruction with a register field and a register as the other operand, and up to 32 bits behind.
    ///
    /// - Parameters:
    ///   - prefix: 0 or one byte that goes before REX; a constant.
    ///   - rexW: 8 for an operation of 64 bits, else 0.
    ///   - forced: 1 if REX is needed even when empty.
    ///   - code: The opcode, first byte lowest.
    ///   - codeBitCount: Its length.
    ///   - field: The register, or the part of the opcode, in the places of `X86Register.field`.
    ///   - register: The other operand.
    ///   - immediate: What follows; bits above its length are overwritten by the next instruction.
    ///   - immediateBitCount: Its length; 0 for none.
    @inlinable @inline(__always)
    mutating func emit(
        prefix: UInt64 = 0, rexW: UInt64, forced: UInt64 = 0, code: UInt64, codeBitCount: UInt64 = 8,
        field: UInt64, register: X86Register, immediate: UInt64 = 0, immediateBitCount: UInt64 = 0
    ) {
        let places = (field | register.operand) & 0x3f_000f | rexW
        let rex = places & 0xff
        let modrm = places &>> 16 | 0xc0
        let word =
            rex | 0x40 | code &<< 8 | modrm &<< (8 &+ codeBitCount) | immediate &<< (16 &+ codeBitCount)
        // An absent REX is shifted out.
        let absentBitCount = bit(rex | forced == 0) &<< 3
        let bitCount = 16 &+ codeBitCount &+ immediateBitCount &- absentBitCount
        let hasPrefix = bit(prefix != 0)
        append((word &>> absentBitCount) &<< (hasPrefix &<< 3) | prefix, bitCount: bitCount &+ hasPrefix &<< 3)
    }

    /// An instruction with a register field and a memory operand, without what may follow.
    @inlinable @inline(__always)
    mutating func emit(
        prefix: UInt64 = 0, rexW: UInt64, forced: UInt64 = 0, code: UInt64, codeBitCount: UInt64 = 8,
        field: UInt64, memory: X86Memory
    ) {
        let rex = field & 4 | memory.rex | rexW
        let absentBitCount = bit(rex | forced == 0) &<< 3
        let head = (rex | 0x40 | code &<< 8) &>> absentBitCount
        // Not a branch: the width of a store, and with it this prefix, may come out of a table.
        let prefixBitCount = bit(prefix != 0) &<< 3
        append(
            (head &<< prefixBitCount | prefix) &<< memory.prefixBitCount | memory.prefixes,
            bitCount: 8 &+ codeBitCount &- absentBitCount &+ prefixBitCount &+ memory.prefixBitCount)
        append(memory.tail | field &>> 16 & 0x38, bitCount: memory.tailByteCount &<< 3)
    }

    /// A three-byte VEX instruction of 64 or 32 bits between general-purpose registers.
    ///
    /// - Parameters:
    ///   - map: 2 for opcodes after 0F 38, 3 for opcodes after 0F 3A.
    ///   - prefix: 1 for 66, 2 for F3, 3 for F2.
    ///   - width: That of the operation.
    ///   - code: The opcode, one byte.
    ///   - field: The register, in the places of `X86Register.field`.
    ///   - second: Number of the register that VEX itself names.
    ///   - register: The operand of ModRM.
    ///   - immediate: What follows.
    ///   - immediateBitCount: Its length; 0 for none.
    @inlinable @inline(__always)
    mutating func emitVEX(
        map: UInt64, prefix: UInt64, width: X86Width, code: UInt64, field: UInt64, second: UInt64,
        register: X86Register, immediate: UInt64 = 0, immediateBitCount: UInt64 = 0
    ) {
        // VEX has the bits that REX has, and the second register, inverted: all set, then flipped.
        let fixed = 0xc4 | (0xe0 | map) &<< 8 | (0x78 | prefix) &<< 16 | code &<< 24 | 0xc0 &<< 32
        let operand = register.operand
        let flipped = (field & 4) &<< 13 | (operand & 1) &<< 13 | second &<< 19
        let modrm = (field | operand) & 0x3f_0000
        append(
            (fixed ^ flipped) | width.rexW &<< 20 | modrm &<< 16 | immediate &<< 40, bitCount: 40 &+ immediateBitCount)
    }
}
