// Instructions prepared ahead: all that does not depend on the operands is put together once, in a table of the caller, and
// a few operations and two stores are left for each instruction that is written.
//
// An instruction is written in two words: the head is prefixes, REX and opcode, the tail ModRM and what follows it. REX is
// there even when it is empty, and a memory operand always has a displacement: it costs a byte now and then, and saves the
// computation of whether it could be left out.

/// One instruction of some operation, without its operands.
@usableFromInline package struct X86Template: Sendable {
    /// Prefixes, REX without registers, opcode.
    @usableFromInline let head: UInt64
    /// What the head gains with an immediate of one byte.
    @usableFromInline let byteForm: UInt64
    /// Where REX stands, in bits.
    @usableFromInline let rexShift: UInt8
    @usableFromInline let headByteCount: UInt8
    /// The part of the opcode in ModRM, in its place.
    @usableFromInline let opcodeField: UInt8
    /// Bytes of immediate, and how many fewer if one byte is enough.
    @usableFromInline let immediateByteCount: UInt8
    @usableFromInline let byteSaving: UInt8

    init(
        prefixes: [UInt64] = [], rexW: UInt64 = 0, code: UInt64, codeByteCount: UInt8 = 1, opcodeField: UInt64 = 0,
        immediateByteCount: UInt8 = 0, hasByteForm: Bool = false
    ) {
        var head: UInt64 = 0
        var shift: UInt8 = 0
        for prefix in prefixes {
            head |= prefix << UInt64(shift)
            shift += 8
        }
        self.head = head | (0x40 | rexW | code << 8) << UInt64(shift)
        rexShift = shift
        headByteCount = shift / 8 + 1 + codeByteCount
        // 81 becomes 83, and 69 becomes 6B.
        byteForm = hasByteForm ? 2 << (UInt64(shift) + 8) : 0
        self.opcodeField = UInt8(opcodeField << 3)
        self.immediateByteCount = immediateByteCount
        byteSaving = hasByteForm ? 3 : 0
    }
}

extension X86Template {
    // MARK: With a memory operand, whose address is computed in 32 bits and counts from the base of GS

    /// `X86Assembler.load` from `gs:[base + displacement]`.
    package static func load(_ kind: X86Extension) -> X86Template {
        let packed = kind.packed
        return X86Template(
            prefixes: [0x65, 0x67], rexW: packed >> 32, code: packed & 0xffffff,
            codeByteCount: UInt8(packed >> 24 & 0xff) / 8)
    }

    /// `X86Assembler.store` of a register to `gs:[base + displacement]`.
    package static func store(_ width: X86StoreWidth) -> X86Template {
        X86Template(
            prefixes: width == .bits16 ? [0x66, 0x65, 0x67] : [0x65, 0x67], rexW: width == .bits64 ? 8 : 0,
            code: width == .bits8 ? 0x88 : 0x89)
    }

    // MARK: With the address as the result

    /// `lea`.
    package static func lea(_ width: X86Width) -> X86Template {
        X86Template(rexW: width.rexW, code: 0x8d)
    }

    // MARK: Between registers: the field is the source unless said otherwise

    /// `mov`, the field being the destination.
    package static let mov = X86Template(rexW: 8, code: 0x8b)

    package static func arithmetic(_ operation: X86Arithmetic, _ width: X86Width) -> X86Template {
        X86Template(rexW: width.rexW, code: operation.number << 3 | 1)
    }

    /// `imul`, the field being the destination.
    package static func imul(_ width: X86Width) -> X86Template {
        X86Template(rexW: width.rexW, code: 0xaf0f, codeByteCount: 2)
    }

    /// `X86Assembler.extend`, the field being the destination.
    package static func extend(_ kind: X86Extension) -> X86Template {
        let packed = kind.packed
        return X86Template(
            rexW: packed >> 32, code: packed & 0xffffff, codeByteCount: UInt8(packed >> 24 & 0xff) / 8)
    }

    /// `popcnt` and its like, the field being the destination.
    package static func count(_ operation: X86BitCount, _ width: X86Width) -> X86Template {
        X86Template(
            prefixes: operation.prefix == 0 ? [] : [operation.prefix], rexW: width.rexW,
            code: 0x0f | operation.code << 8, codeByteCount: 2)
    }

    // MARK: With an immediate

    /// On a register, which is the operand; there is no field.
    package static func arithmeticImmediate(_ operation: X86Arithmetic, _ width: X86Width) -> X86Template {
        X86Template(
            rexW: width.rexW, code: 0x81, opcodeField: operation.number, immediateByteCount: 4, hasByteForm: true)
    }

    /// On a register, which is the operand; there is no field; amounts count modulo the width.
    package static func shiftImmediate(_ operation: X86Shift, _ width: X86Width) -> X86Template {
        X86Template(rexW: width.rexW, code: 0xc1, opcodeField: operation.number, immediateByteCount: 1)
    }

    /// `imul` of the operand, the field being the destination.
    package static func imulImmediate(_ width: X86Width) -> X86Template {
        X86Template(rexW: width.rexW, code: 0x69, immediateByteCount: 4, hasByteForm: true)
    }
}

/// A register in all the places where it may stand, in one word: as the operand of ModRM, or, shifted to the right by
/// `X86Places.field`, as ModRM's other register.
@usableFromInline package struct X86Places: Sendable {
    /// As `X86Register.places`.
    @usableFromInline let bits: UInt64

    package init(_ register: X86Register) { bits = register.places }

    /// Shift counts that make a word the field, the operand, or neither.
    package static let field: UInt8 = 32
    package static let operand: UInt8 = 0
    package static let neither: UInt8 = 60

    /// The same register.
    @inlinable @inline(__always)
    package static func == (a: X86Places, b: X86Places) -> Bool { a.bits == b.bits }

    @inlinable @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    /// Exchanges two where a mask is all ones, and does nothing where it is 0.
    @inlinable @inline(__always)
    static func exchange(_ a: inout X86Places, _ b: inout X86Places, where mask: UInt64) {
        let difference = (a.bits ^ b.bits) & mask
        (a, b) = (X86Places(bits: a.bits ^ difference), X86Places(bits: b.bits ^ difference))
    }
}

/// Where the next instruction goes; the caller sees to it that there is room.
@usableFromInline package struct X86Cursor {
    @usableFromInline package var pointer: UnsafeMutableRawPointer

    @inlinable @inline(__always)
    package init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    @inlinable @inline(__always)
    mutating func append(_ word: UInt64, byteCount: Int) {
        // SAFETY: stores of eight bytes, inside the room that the caller made sure of.
        pointer.storeBytes(of: word.littleEndian, as: UInt64.self)
        pointer += byteCount
    }

    /// Writes an operation with the memory operand `[base + displacement]`; the base must not be `rsp` or `r12`.
    @inlinable @inline(__always)
    package mutating func write(
        _ template: X86Template, field: X86Places, base: X86Places, displacement: Int32
    ) {
        let places = field.bits &>> 32 | base.bits
        let byte = bit(fitsByte(displacement))
        append(
            template.head | (places & 5) &<< UInt64(template.rexShift),
            byteCount: Int(template.headByteCount))
        let tail = (0x80 &- byte &<< 6) | places &>> 16 & 0x3f | UInt64(UInt32(bitPattern: displacement)) &<< 8
        append(tail, byteCount: 5 &- 3 &* Int(truncatingIfNeeded: byte))
    }

    /// Writes an operation on a register, with an immediate or without, after copying it where the operation overwrites it.
    ///
    /// - Parameters:
    ///   - template: the operation.
    ///   - destination: where the result goes.
    ///   - destinationPlace: where it stands: `X86Places.field` or `.operand`.
    ///   - source: a register, which may be the same.
    ///   - sourcePlace: `X86Places.operand` for an operation that leaves it alone, else `.neither`.
    ///   - immediate: ignored by operations without.
    ///   - copies: 3 for an operation that overwrites its operand, else 0.
    ///   - rexW: 8 to make a template of 32 bits one of 64, else 0.
    @inlinable @inline(__always)
    package mutating func write(
        _ template: X86Template, _ destination: X86Places, _ destinationPlace: UInt8, _ source: X86Places,
        _ sourcePlace: UInt8, immediate: Int32, copies: UInt8, rexW: UInt64 = 0
    ) {
        copy(destination, source, byteCount: copies)
        let places = destination.bits &>> UInt64(destinationPlace) | source.bits &>> UInt64(sourcePlace)
        let byte = 0 &- bit(fitsByte(immediate))
        append(
            template.head | (places & 5 | rexW) &<< UInt64(template.rexShift) | template.byteForm & byte,
            byteCount: Int(template.headByteCount))
        let tail =
            0xc0 | UInt64(template.opcodeField) | places &>> 16 & 0x3f | UInt64(UInt32(bitPattern: immediate)) &<< 8
        append(
            tail,
            byteCount: 1 &+ Int(template.immediateByteCount)
                &- Int(truncatingIfNeeded: UInt64(template.byteSaving) & byte))
    }

    /// Writes an operation on two registers that can be exchanged, with a result that may be in either.
    ///
    /// - Parameters:
    ///   - template: the operation.
    ///   - destination: where the result goes.
    ///   - destinationPlace: where it stands: `X86Places.field` or `.operand`.
    ///   - first: an operand.
    ///   - second: the other one.
    ///   - secondPlace: the place that the destination does not have.
    @inlinable @inline(__always)
    package mutating func operate(
        _ template: X86Template, _ destination: X86Places, _ destinationPlace: UInt8, _ first: X86Places,
        _ second: X86Places, _ secondPlace: UInt8
    ) {
        // If the destination is the second operand, the first is what is left to operate with.
        let isSecond = 0 &- bit(destination == second)
        let other = second.bits ^ (second.bits ^ first.bits) & isSecond
        let isNeither = (0 &- bit(destination.bits != first.bits)) & ~isSecond
        let copied = first.bits &>> 32 | destination.bits
        append(0xc0_8948 | copied & 0x3f_0005, byteCount: Int(truncatingIfNeeded: isNeither & 3))
        let places = destination.bits &>> UInt64(destinationPlace) | other &>> UInt64(secondPlace)
        append(
            template.head | (places & 5) &<< UInt64(template.rexShift), byteCount: Int(template.headByteCount))
        append(0xc0 | places &>> 16 & 0x3f, byteCount: 1)
    }

    /// Writes `mov` of 64 bits between registers if they are two.
    ///
    /// - Parameters:
    ///   - destination: a register.
    ///   - source: another one, or the same.
    ///   - byteCount: 3, or 0 for an operation that needs no copy.
    @inlinable @inline(__always)
    mutating func copy(_ destination: X86Places, _ source: X86Places, byteCount: UInt8) {
        let places = source.bits &>> 32 | destination.bits
        let isNeeded = 0 &- bit(destination.bits != source.bits)
        append(
            0xc0_8948 | places & 0x3f_0005,
            byteCount: Int(truncatingIfNeeded: UInt64(byteCount) & isNeeded))
    }

    /// Writes `lea destination, [base + index]`, to 32 bits or, with a W bit of 8, to 64; neither may be `rsp`.
    @inlinable @inline(__always)
    package mutating func sum(_ destination: X86Places, _ base: X86Places, _ index: X86Places, rexW: UInt64) {
        var (base, index) = (base, index)
        // As a base without displacement rbp and r13 mean something else; as an index they do not.
        X86Places.exchange(&base, &index, where: 0 &- (base.bits &>> 8 & 1))
        let displaced = base.bits &>> 8 & 1
        let rex = destination.bits &>> 32 & 4 | (index.bits & 1) &<< 1 | base.bits & 1 | rexW
        let modrm = destination.bits &>> 48 & 0x38 | 4 | displaced &<< 6
        let sib = index.bits &>> 13 & 0x38 | base.bits &>> 16 & 7
        append(
            0x8d40 | rex | modrm &<< 16 | sib &<< 24,
            byteCount: 4 &+ Int(truncatingIfNeeded: displaced))
    }

    /// Writes a constant, sign extended to 64 bits, as `X86Assembler.mov` does.
    @inlinable @inline(__always)
    package mutating func mov(_ destination: X86Places, signExtended value: Int32) {
        let bits = UInt64(UInt32(bitPattern: value))
        let negative = 0 &- (bits &>> 31)
        let high = destination.bits & 1
        let low = destination.bits &>> 16 & 7
        // REX B8+r imm32, or REX.W C7 /0 imm32.
        let short = 0xb840 | high | low &<< 8 | bits &<< 16
        let long = 0xc0_c748 | high | low &<< 16 | bits &<< 24
        append(short ^ (short ^ long) & negative, byteCount: 6 &+ Int(truncatingIfNeeded: negative & 1))
    }

    /// Writes `movsxd`: the low half of a register, sign extended, into the same register.
    @inlinable @inline(__always)
    package mutating func signExtend(_ register: X86Places) {
        let places = register.bits &>> 32 | register.bits
        append(0xc0_6348 | places & 0x3f_0005, byteCount: 3)
    }
}

extension X86Assembler {
    /// Where the next instruction goes, for a caller that writes from templates; what it wrote counts when it gives the
    /// cursor back.
    @inlinable @inline(__always)
    package var position: X86Cursor {
        get { X86Cursor(cursor) }
        set { cursor = newValue.pointer }
    }
}
