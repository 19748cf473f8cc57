// Operations with one constant operand, or the same operand twice, as cheaper ones that give the same.
//
// Every identity holds for all values of the register. Operations of 32 bits look at the low half alone and extend the sign of
// their result, so what would be the operand itself in 64 bits is its low half, sign extended: an addition of 0 in 32 bits.

import PolkaISA

extension Opcode {
    /// Whether register OP constant has an instruction, if need be one with another opcode.
    func takesImmediate(_ constant: Int32) -> Bool {
        takesImmediate || Operation.reduced(self, .ra, .sp, constant) != nil
    }
}

extension Operation {
    /// Register OP constant; nil if it is best as it is.
    static func reduced(
        _ opcode: Opcode, _ destination: LinkRegister, _ register: LinkRegister, _ constant: Int32
    ) -> Operation? {
        func binary(_ opcode: Opcode, _ constant: Int32) -> Operation {
            Operation.binary(opcode, destination, .register(register), .constant(constant)).simplified()
        }
        var operand: Operation { Operation.move(destination, register).simplified() }
        var operand32: Operation { binary(.add32, 0) }
        func negated(_ sub: Opcode) -> Operation { .binary(sub, destination, .constant(0), .register(register)) }
        func value(_ value: Int64) -> Operation { .loadImmediate(destination, value) }
        // The exponents of constants that are powers of two in the widths of the operation.
        let power = constant > 0 && constant.nonzeroBitCount == 1 ? Int32(constant.trailingZeroBitCount) : nil
        let power32 = constant.nonzeroBitCount == 1 ? Int32(constant.trailingZeroBitCount) : nil

        switch (opcode, constant) {
        // Other opcodes that have immediate forms.
        case (.andInverted, _): return binary(.and, ~constant)
        case (.orInverted, _): return binary(.or, ~constant)
        case (.xnor, _): return binary(.xor, ~constant)
        case (.rotateLeft32, _): return binary(.rotateRight32, (0 &- constant) & 31)
        case (.rotateLeft64, _): return binary(.rotateRight64, (0 &- constant) & 63)

        // Only so many bits of a shift count.
        case (.shiftLogicalLeft64, _) where constant & 63 != constant,
            (.shiftLogicalRight64, _) where constant & 63 != constant,
            (.shiftArithmeticRight64, _) where constant & 63 != constant,
            (.rotateRight64, _) where constant & 63 != constant:
            return binary(opcode, constant & 63)
        case (.shiftLogicalLeft32, _) where constant & 31 != constant,
            (.shiftLogicalRight32, _) where constant & 31 != constant,
            (.shiftArithmeticRight32, _) where constant & 31 != constant,
            (.rotateRight32, _) where constant & 31 != constant:
            return binary(opcode, constant & 31)
        case (.shiftLogicalLeft32, 0), (.shiftLogicalRight32, 0), (.shiftArithmeticRight32, 0), (.rotateRight32, 0):
            return operand32

        case (.mul64, 1): return operand
        case (.mul64, -1): return negated(.sub64)
        case (.mul64, _): return power.map { binary(.shiftLogicalLeft64, $0) }
        case (.mul32, 1): return operand32
        case (.mul32, -1): return negated(.sub32)
        case (.mul32, _): return power32.map { binary(.shiftLogicalLeft32, $0) }

        case (.divUnsigned64, 1), (.divSigned64, 1): return operand
        case (.divUnsigned32, 1), (.divSigned32, 1): return operand32
        // The smallest number is its own negative here and there.
        case (.divSigned64, -1): return negated(.sub64)
        case (.divSigned32, -1): return negated(.sub32)
        case (.divUnsigned64, _): return power.map { binary(.shiftLogicalRight64, $0) }
        case (.divUnsigned32, _): return power32.map { binary(.shiftLogicalRight32, $0) }

        case (.remSigned64, 1), (.remSigned64, -1), (.remSigned32, 1), (.remSigned32, -1): return value(0)
        case (.remUnsigned64, _): return power == nil ? nil : binary(.and, constant - 1)
        // Below 2^31, so that the sign is that of the mask: none.
        case (.remUnsigned32, _): return power32 == nil ? nil : binary(.and, constant &- 1)
        case (.remSigned32, 0), (.remUnsigned32, 0): return operand32

        case (.or, -1), (.maximumUnsigned, -1): return value(-1)
        case (.minimumUnsigned, -1): return operand
        default: return nil
        }
    }

    /// Constant OP register; nil if it is best as it is.
    static func reduced(
        _ opcode: Opcode, _ destination: LinkRegister, constant: Int32, _ register: LinkRegister
    ) -> Operation? {
        switch (opcode, constant) {
        // Both ways round the same.
        case (.mul32, _), (.mul64, _), (.xnor, _), (.or, -1), (.maximumUnsigned, -1), (.minimumUnsigned, -1),
            (.orInverted, 0):
            // `0 | ~x` is `~(0 ^ x)`.
            reduced(opcode == .orInverted ? .xnor : opcode, destination, register, constant)
        case (.orInverted, -1): .loadImmediate(destination, -1)
        // Nothing is above the largest number.
        case (.setLessThanUnsigned, -1): .loadImmediate(destination, 0)
        default: nil
        }
    }

    /// Register OP the same register; nil if it is best as it is.
    static func reduced(_ opcode: Opcode, _ destination: LinkRegister, both register: LinkRegister) -> Operation? {
        switch opcode {
        case .sub32, .sub64, .xor, .andInverted, .setLessThanSigned, .setLessThanUnsigned, .remSigned32, .remSigned64,
            .remUnsigned32, .remUnsigned64:
            .loadImmediate(destination, 0)
        case .orInverted, .xnor: .loadImmediate(destination, -1)
        case .and, .or, .maximum, .maximumUnsigned, .minimum, .minimumUnsigned:
            Operation.move(destination, register).simplified()
        default: nil
        }
    }
}

extension Control {
    /// A branch that means the same and has the shorter immediate, or none.
    ///
    /// `a < 128` is `a <= 127`, whose immediate is a byte shorter, and `a < 1` without a sign is `a == 0`.
    static func shortest(_ opcode: Opcode, _ a: Operand, _ b: Operand) -> (Opcode, Operand, Operand) {
        let isSigned = opcode == .branchLessSigned || opcode == .branchGreaterOrEqualSigned
        let isLess = opcode == .branchLessSigned || opcode == .branchLessUnsigned
        let greaterOrEqual = isSigned ? Opcode.branchGreaterOrEqualSigned : .branchGreaterOrEqualUnsigned
        let less = isSigned ? Opcode.branchLessSigned : .branchLessUnsigned
        switch (opcode, a, b) {
        case (.branchEq, _, _), (.branchNotEq, _, _):
            break
        case (_, .register, .constant(1)) where !isSigned:
            return (isLess ? .branchEq : .branchNotEq, a, .constant(0))
        case (_, .constant(0), .register) where !isSigned:
            return (isLess ? .branchNotEq : .branchEq, b, .constant(0))
        case (_, .register, .constant(let constant)) where Self.isLonger(constant, than: constant &- 1, isSigned):
            // a < c is c - 1 >= a, and a >= c is c - 1 < a.
            return (isLess ? greaterOrEqual : less, .constant(constant - 1), a)
        case (_, .constant(let constant), .register) where Self.isLonger(constant, than: constant &+ 1, isSigned):
            // c < b is b >= c + 1, and c >= b is b < c + 1.
            return (isLess ? greaterOrEqual : less, b, .constant(constant + 1))
        default:
            break
        }
        return (opcode, a, b)
    }

    /// Whether the neighbour takes fewer bytes, and is the neighbour in the order of the comparison.
    private static func isLonger(_ constant: Int32, than neighbour: Int32, _ isSigned: Bool) -> Bool {
        guard Instruction.byteCount(of: neighbour) < Instruction.byteCount(of: constant) else { return false }
        // Neither may wrap around: at the ends of 32 bits, nor from -1 to 0 without a sign.
        return abs(Int64(constant) - Int64(neighbour)) == 1 && (isSigned || (constant < 0) == (neighbour < 0))
    }

    /// Whether a register compares like this with itself.
    static func holdsForEqual(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .branchEq, .branchGreaterOrEqualSigned, .branchGreaterOrEqualUnsigned: true
        default: false
        }
    }
}
