// The thirteen shapes of operands (isa.md 4), and which instruction has which.

/// The operands that follow an opcode byte, in the order in which they are encoded.
public enum OperandFormat: CaseIterable, Sendable {
    /// Nothing (class N).
    case none
    /// Immediate X (class I).
    case immediate
    /// Register, 64-bit immediate W (class RW).
    case registerWideImmediate
    /// Immediates X and Y (class II).
    case immediateImmediate
    /// Jump target (class O).
    case offset
    /// Register, immediate X (class RI).
    case registerImmediate
    /// Register, immediates X and Y (class RII).
    case registerImmediateImmediate
    /// Register, immediate X, jump target (class RIO).
    case registerImmediateOffset
    /// Two registers (class RR).
    case registerRegister
    /// Two registers, immediate X (class RRI).
    case registerRegisterImmediate
    /// Two registers, jump target (class RRO).
    case registerRegisterOffset
    /// Two registers, immediates X and Y (class RRII).
    case registerRegisterImmediateImmediate
    /// Three registers, the destination last (class RRR).
    case registerRegisterRegister

    /// Whether the last operand is a jump target.
    public var hasTarget: Bool {
        switch self {
        case .offset, .registerImmediateOffset, .registerRegisterOffset: true
        default: false
        }
    }
}

extension Opcode {
    /// The shape of the instruction's operands; the numbering keeps each shape in one range.
    public var format: OperandFormat {
        switch rawValue {
        case ..<10: .none
        case ..<20: .immediate
        case ..<30: .registerWideImmediate
        case ..<40: .immediateImmediate
        case ..<50: .offset
        case ..<70: .registerImmediate
        case ..<80: .registerImmediateImmediate
        case ..<100: .registerImmediateOffset
        case ..<120: .registerRegister
        case ..<170: .registerRegisterImmediate
        case ..<180: .registerRegisterOffset
        case ..<190: .registerRegisterImmediateImmediate
        default: .registerRegisterRegister
        }
    }
}
