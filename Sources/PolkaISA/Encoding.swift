// Bytes to instruction and back, by operand format (isa.md 3.3 and 4).
//
// An instruction does not carry its own length: the bits beside the code say where the next one starts, and the distance
// (`skip`) bounds only the trailing immediate. Register bytes and the first of two immediates are read regardless of it, if
// need be out of the following instruction, and as zeros beyond the end of the code.

extension Instruction {
    /// The most bytes that can lie between the opcode bytes of two instructions that follow each other.
    public static let maximumSkip = 24

    /// Decodes the operands of an instruction.
    ///
    /// - Parameters:
    ///   - opcode: what the opcode byte at `offset` means in the program's instruction set.
    ///   - code: the whole code.
    ///   - offset: where the opcode byte stands; less than the length of the code.
    ///   - skip: how many bytes lie between this opcode byte and the next, 0 to 24.
    public init(decoding opcode: Opcode, in code: Span<UInt8>, at offset: Int, skip: Int) {
        self.init(
            decoding: opcode, opcode.format, OperandBytes(in: code, from: offset + 1), at: offset, skip: skip)
    }

    /// Decodes operands whose bytes have been read; inlinable, for it is most of what decoding costs.
    @inlinable
    package init(
        decoding opcode: Opcode, _ format: OperandFormat, _ bytes: OperandBytes, at offset: Int, skip: Int
    ) {
        self.init(opcode)
        switch format {
        case .none:
            break
        case .immediate:
            x = Int64(bytes.immediate(at: 0, clamp(skip)))
        case .registerWideImmediate:
            r1 = Register(nibble: bytes[0])
            x = Int64(bitPattern: UInt64(bytes.bits(at: 1, 4)) | UInt64(bytes.bits(at: 5, 4)) << 32)
        case .immediateImmediate:
            let count = lengthField(bytes[0])
            x = Int64(bytes.immediate(at: 1, count))
            y = bytes.immediate(at: 1 + count, clamp(skip - count - 1))
        case .offset:
            target = UInt32(truncatingIfNeeded: offset &+ Int(bytes.immediate(at: 0, clamp(skip))))
        case .registerImmediate:
            r1 = Register(nibble: bytes[0])
            x = Int64(bytes.immediate(at: 1, clamp(skip - 1)))
        case .registerImmediateImmediate, .registerImmediateOffset:
            r1 = Register(nibble: bytes[0])
            let count = lengthField(bytes[0] >> 4)
            x = Int64(bytes.immediate(at: 1, count))
            y = bytes.immediate(at: 1 + count, clamp(skip - count - 1))
            if format == .registerImmediateOffset {
                target = UInt32(truncatingIfNeeded: offset &+ Int(y))
            }
        case .registerRegister:
            (r1, r2) = bytes.registerPair
        case .registerRegisterImmediate:
            (r1, r2) = bytes.registerPair
            x = Int64(bytes.immediate(at: 1, clamp(skip - 1)))
        case .registerRegisterOffset:
            (r1, r2) = bytes.registerPair
            target = UInt32(truncatingIfNeeded: offset &+ Int(bytes.immediate(at: 1, clamp(skip - 1))))
        case .registerRegisterImmediateImmediate:
            (r1, r2) = bytes.registerPair
            let count = lengthField(bytes[1])
            x = Int64(bytes.immediate(at: 2, count))
            y = bytes.immediate(at: 2 + count, clamp(skip - count - 2))
        case .registerRegisterRegister:
            (r1, r2) = bytes.registerPair
            r3 = Register(nibble: bytes[1])
        }
    }

    /// Appends the instruction's bytes, in their shortest form.
    ///
    /// - Parameters:
    ///   - code: receives between 1 and 11 bytes.
    ///   - offset: the code offset of the opcode byte; jump targets are encoded relative to it.
    ///   - set: the instruction set to encode for; it must have the instruction.
    public func encode(into code: inout [UInt8], at offset: UInt32, for set: InstructionSet) {
        guard let byte = set.byte(of: opcode) else {
            preconditionFailure("\(set.name) has no instruction \(opcode.mnemonic)")
        }
        let first = Int32(truncatingIfNeeded: x)
        let firstCount = Self.byteCount(of: first)
        code.append(byte)
        switch opcode.format {
        case .none, .offset:
            break
        case .immediate:
            append(first, firstCount, to: &code)
        case .registerWideImmediate:
            code.append(r1.rawValue)
            for shift in stride(from: 0, to: 64, by: 8) { code.append(UInt8(truncatingIfNeeded: x >> shift)) }
        case .immediateImmediate:
            code.append(UInt8(firstCount))
            append(first, firstCount, to: &code)
            append(y, Self.byteCount(of: y), to: &code)
        case .registerImmediate:
            code.append(r1.rawValue)
            append(first, firstCount, to: &code)
        case .registerImmediateImmediate:
            code.append(r1.rawValue | UInt8(firstCount) << 4)
            append(first, firstCount, to: &code)
            append(y, Self.byteCount(of: y), to: &code)
        case .registerImmediateOffset:
            code.append(r1.rawValue | UInt8(firstCount) << 4)
            append(first, firstCount, to: &code)
        case .registerRegister, .registerRegisterOffset:
            code.append(r1.rawValue | r2.rawValue << 4)
        case .registerRegisterImmediate:
            code.append(r1.rawValue | r2.rawValue << 4)
            append(first, firstCount, to: &code)
        case .registerRegisterImmediateImmediate:
            code.append(r1.rawValue | r2.rawValue << 4)
            code.append(UInt8(firstCount))
            append(first, firstCount, to: &code)
            append(y, Self.byteCount(of: y), to: &code)
        case .registerRegisterRegister:
            code.append(r1.rawValue | r2.rawValue << 4)
            code.append(r3.rawValue)
        }
        if opcode.format.hasTarget {
            let distance = Int32(bitPattern: target &- offset)
            append(distance, Self.byteCount(of: distance), to: &code)
        }
    }

    /// The number of bytes that `encode` appends at a given code offset, 1 to 11.
    public func encodedByteCount(at offset: UInt32) -> Int {
        let first = Self.byteCount(of: Int32(truncatingIfNeeded: x))
        let distance = Self.byteCount(of: Int32(bitPattern: target &- offset))
        return switch opcode.format {
        case .none: 1
        case .immediate: 1 + first
        case .registerWideImmediate: 10
        case .immediateImmediate: 2 + first + Self.byteCount(of: y)
        case .offset: 1 + distance
        case .registerImmediate: 2 + first
        case .registerImmediateImmediate: 2 + first + Self.byteCount(of: y)
        case .registerImmediateOffset: 2 + first + distance
        case .registerRegister: 2
        case .registerRegisterImmediate: 2 + first
        case .registerRegisterOffset: 2 + distance
        case .registerRegisterImmediateImmediate: 3 + first + Self.byteCount(of: y)
        case .registerRegisterRegister: 3
        }
    }

    /// The fewest bytes, 0 to 4, from which sign extension restores an immediate (isa.md 4.2).
    public static func byteCount(of immediate: Int32) -> Int {
        let significant = 33 - (immediate < 0 ? ~immediate : immediate).leadingZeroBitCount
        return immediate == 0 ? 0 : (significant + 7) / 8
    }

    private func append(_ immediate: Int32, _ count: Int, to code: inout [UInt8]) {
        for index in 0..<count { code.append(UInt8(truncatingIfNeeded: immediate >> Int32(8 * index))) }
    }
}

/// The length of a first immediate: three bits, of which values above 4 mean 4.
@inlinable func lengthField(_ byte: UInt8) -> Int { min(4, Int(byte & 7)) }

/// The length of a trailing immediate.
@inlinable func clamp(_ count: Int) -> Int { max(0, min(4, count)) }

/// The bytes behind an opcode byte, as many as operands can have, zeros where the code has ended.
@usableFromInline package struct OperandBytes {
    /// How many bytes count.
    package static let count = 10
    /// Bytes 0 to 7, the first lowest.
    @usableFromInline let low: UInt64
    /// Bytes from 8 on.
    @usableFromInline let high: UInt64

    @inlinable
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    init(in code: Span<UInt8>, from start: Int) {
        func bytes(_ range: Range<Int>) -> UInt64 {
            var value: UInt64 = 0
            for offset in range.reversed() where offset < code.count { value = value << 8 | UInt64(code[offset]) }
            return value
        }
        self.init(low: bytes(start..<(start + 8)), high: bytes((start + 8)..<(start + Self.count)))
    }

    @inlinable
    subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: word(at: index)) }

    @inlinable
    var registerPair: (Register, Register) {
        let pair = UInt8(truncatingIfNeeded: low)
        return (Register(nibble: pair), Register(nibble: pair >> 4))
    }

    /// The bytes from an index on, 0 to 6, the first lowest.
    @inlinable
    func word(at index: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: 8 * index)
        // A smart shift, because from byte 0 on it moves by the full width.
        return low &>> shift | high << (64 - shift)
    }

    @inlinable
    func bits(at index: Int, _ count: Int) -> UInt32 {
        let mask = (1 as UInt64) &<< UInt64(8 * count) &- 1
        return UInt32(truncatingIfNeeded: word(at: index) & mask)
    }

    /// `count` little-endian bytes, 0 to 4 of them, sign extended.
    @inlinable
    func immediate(at index: Int, _ count: Int) -> Int32 {
        let unused = UInt32(32 - 8 * count)
        // A smart shift, because for no bytes at all it moves by the full width.
        return Int32(bitPattern: UInt32(truncatingIfNeeded: word(at: index)) << unused) >> unused
    }
}
