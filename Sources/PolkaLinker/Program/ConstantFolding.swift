// What an operation computes when operands are constants: the value, or a simpler operation.
//
// Values are those of the machine, computed with the same functions that the interpreter uses (`Arithmetic`). Every identity
// here holds for all values of the remaining register; the ones that look true but are not (0 / x, 32-bit operations that
// still have to sign extend) are missing on purpose. Those that need another opcode are in `StrengthReduction`.

import PolkaISA

extension Operation {
    /// The operation itself, or one that does the same with less.
    func simplified() -> Operation {
        switch self {
        case .move(let destination, let source) where destination == source:
            .nop
        case .binary(let opcode, let destination, let a, let b):
            Self.simplifiedBinary(opcode, destination, a, b) ?? self
        default:
            self
        }
    }

    private static func simplifiedBinary(
        _ opcode: Opcode, _ destination: LinkRegister, _ a: Operand, _ b: Operand
    ) -> Operation? {
        let identity: Identity
        let other: LinkRegister
        switch (a, b) {
        case (.register(let a), .register(let b)):
            return a == b ? reduced(opcode, destination, both: a) : nil
        case (.constant(let a), .constant(let b)):
            let value = fold(opcode, UInt64(bitPattern: Int64(a)), UInt64(bitPattern: Int64(b)))
            return .loadImmediate(destination, Int64(bitPattern: value))
        case (.register(let register), .constant(let constant)):
            if let reduced = reduced(opcode, destination, register, constant) { return reduced }
            identity = Self.identity(opcode, right: constant)
            other = register
        case (.constant(let constant), .register(let register)):
            if let reduced = reduced(opcode, destination, constant: constant, register) { return reduced }
            identity = Self.identity(opcode, left: constant)
            other = register
        }
        return switch identity {
        case .operand: Operation.move(destination, other).simplified()
        case .value(let value): .loadImmediate(destination, value)
        case .none: nil
        }
    }

    private enum Identity {
        /// The result is the other operand.
        case operand
        case value(Int64)
        case none
    }

    /// Register OP constant.
    private static func identity(_ opcode: Opcode, right: Int32) -> Identity {
        switch opcode {
        case .add64, .sub64, .or, .xor, .shiftLogicalLeft64, .shiftLogicalRight64, .shiftArithmeticRight64,
            .rotateRight64, .maximumUnsigned, .remUnsigned64, .remSigned64:
            right == 0 ? .operand : .none
        case .and: right == 0 ? .value(0) : right == -1 ? .operand : .none
        case .mul32, .mul64, .mulUpperSignedSigned, .mulUpperUnsignedUnsigned, .mulUpperSignedUnsigned,
            .minimumUnsigned, .setLessThanUnsigned:
            right == 0 ? .value(0) : .none
        case .divUnsigned32, .divUnsigned64, .divSigned32, .divSigned64: right == 0 ? .value(-1) : .none
        default: .none
        }
    }

    /// Constant OP register.
    private static func identity(_ opcode: Opcode, left: Int32) -> Identity {
        switch opcode {
        case .add64, .or, .xor, .maximumUnsigned: left == 0 ? .operand : .none
        case .and: left == 0 ? .value(0) : left == -1 ? .operand : .none
        case .mul32, .mul64, .mulUpperSignedSigned, .mulUpperUnsignedUnsigned, .mulUpperSignedUnsigned,
            .minimumUnsigned, .andInverted, .shiftLogicalLeft32, .shiftLogicalRight32, .shiftArithmeticRight32,
            .shiftLogicalLeft64, .shiftLogicalRight64, .shiftArithmeticRight64, .rotateLeft32, .rotateLeft64,
            .rotateRight32, .rotateRight64, .remUnsigned32, .remUnsigned64, .remSigned32, .remSigned64:
            left == 0 ? .value(0) : .none
        default: .none
        }
    }

    /// What a three-register opcode computes; no conditional move, whose result depends on its destination.
    static func fold(_ opcode: Opcode, _ a: UInt64, _ b: UInt64) -> UInt64 {
        typealias A = Arithmetic
        let (a32, b32) = (A.low(a), A.low(b))
        let (signedA, signedB) = (Int64(bitPattern: a), Int64(bitPattern: b))
        let (signedA32, signedB32) = (Int32(bitPattern: a32), Int32(bitPattern: b32))
        return switch opcode {
        case .add32: A.extend32(a32 &+ b32)
        case .sub32: A.extend32(a32 &- b32)
        case .mul32: A.extend32(a32 &* b32)
        case .divUnsigned32: A.extend32(A.divUnsigned(a32, b32))
        case .divSigned32: UInt64(bitPattern: Int64(A.divSigned(signedA32, signedB32)))
        case .remUnsigned32: A.extend32(A.remUnsigned(a32, b32))
        case .remSigned32: UInt64(bitPattern: Int64(A.remSigned(signedA32, signedB32)))
        case .shiftLogicalLeft32: A.extend32(a32 &<< b32)
        case .shiftLogicalRight32: A.extend32(a32 &>> b32)
        case .shiftArithmeticRight32: UInt64(bitPattern: Int64(signedA32 &>> signedB32))
        case .add64: a &+ b
        case .sub64: a &- b
        case .mul64: a &* b
        case .divUnsigned64: A.divUnsigned(a, b)
        case .divSigned64: UInt64(bitPattern: A.divSigned(signedA, signedB))
        case .remUnsigned64: A.remUnsigned(a, b)
        case .remSigned64: UInt64(bitPattern: A.remSigned(signedA, signedB))
        case .shiftLogicalLeft64: a &<< b
        case .shiftLogicalRight64: a &>> b
        case .shiftArithmeticRight64: UInt64(bitPattern: signedA &>> signedB)
        case .and: a & b
        case .xor: a ^ b
        case .or: a | b
        case .mulUpperSignedSigned: A.mulUpperSigned(a, b)
        case .mulUpperUnsignedUnsigned: A.mulUpperUnsigned(a, b)
        case .mulUpperSignedUnsigned: A.mulUpperSignedUnsigned(a, b)
        case .setLessThanUnsigned: a < b ? 1 : 0
        case .setLessThanSigned: signedA < signedB ? 1 : 0
        case .rotateLeft64: A.rotateLeft(a, by: b)
        case .rotateLeft32: A.extend32(A.rotateLeft(a32, by: b))
        case .rotateRight64: A.rotateRight(a, by: b)
        case .rotateRight32: A.extend32(A.rotateRight(a32, by: b))
        case .andInverted: a & ~b
        case .orInverted: a | ~b
        case .xnor: ~(a ^ b)
        case .maximum: UInt64(bitPattern: max(signedA, signedB))
        case .maximumUnsigned: max(a, b)
        case .minimum: UInt64(bitPattern: min(signedA, signedB))
        case .minimumUnsigned: min(a, b)
        default: preconditionFailure("\(opcode.mnemonic) has no three registers")
        }
    }

    /// What a two-register opcode computes.
    static func fold(_ opcode: Opcode, _ source: UInt64) -> UInt64 {
        let low = Arithmetic.low(source)
        return switch opcode {
        case .countSetBits64: UInt64(source.nonzeroBitCount)
        case .countSetBits32: UInt64(low.nonzeroBitCount)
        case .countLeadingZeroBits64: UInt64(source.leadingZeroBitCount)
        case .countLeadingZeroBits32: UInt64(low.leadingZeroBitCount)
        case .countTrailingZeroBits64: UInt64(source.trailingZeroBitCount)
        case .countTrailingZeroBits32: UInt64(low.trailingZeroBitCount)
        case .signExtend8: UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: source)))
        case .signExtend16: UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: source)))
        case .zeroExtend16: source & 0xffff
        case .reverseByte: source.byteSwapped
        case .moveReg: source
        default: preconditionFailure("\(opcode.mnemonic) is no function of one register")
        }
    }
}

extension Control {
    /// The transfer itself, or a jump if a branch always goes the same way.
    func simplified() -> Control {
        guard case .branch(let opcode, let a, let b, let taken, let notTaken) = self else { return self }
        if taken == notTaken { return .jump(taken) }
        switch (a, b) {
        case (.constant(let a), .constant(let b)):
            let (a, b) = (UInt64(bitPattern: Int64(a)), UInt64(bitPattern: Int64(b)))
            return .jump(Self.holds(opcode, a, b) ? taken : notTaken)
        case (.register(let a), .register(let b)) where a == b:
            return .jump(Self.holdsForEqual(opcode) ? taken : notTaken)
        case (.register, .constant(0)) where opcode == .branchLessUnsigned: return .jump(notTaken)
        case (.register, .constant(0)) where opcode == .branchGreaterOrEqualUnsigned: return .jump(taken)
        default:
            let (opcode, a, b) = Self.shortest(opcode, a, b)
            return .branch(opcode, a, b, taken: taken, notTaken: notTaken)
        }
    }

    /// Whether two values compare like this.
    static func holds(_ opcode: Opcode, _ a: UInt64, _ b: UInt64) -> Bool {
        switch opcode {
        case .branchEq: a == b
        case .branchNotEq: a != b
        case .branchLessUnsigned: a < b
        case .branchLessSigned: Int64(bitPattern: a) < Int64(bitPattern: b)
        case .branchGreaterOrEqualUnsigned: a >= b
        case .branchGreaterOrEqualSigned: Int64(bitPattern: a) >= Int64(bitPattern: b)
        default: preconditionFailure("\(opcode.mnemonic) is no branch of two operands")
        }
    }
}
