// Which memory an instruction touches: for faults of both backends, and for telling a user why a program trapped.

package import PolkaISA

extension MemoryAccess {
    /// The access that a load, a store or the next byte of a `memset` makes; nil for all other instructions.
    ///
    /// - Parameters:
    ///   - instruction: any instruction.
    ///   - register: the value of a register before the instruction.
    package init?(of instruction: Instruction, register: (Register) -> UInt64) {
        guard let (byteCount, isStore) = instruction.opcode.memoryAccess else { return nil }
        let base: UInt64 =
            switch instruction.opcode.format {
            case .registerImmediateImmediate: register(instruction.r1)
            case .registerRegisterImmediate: register(instruction.r2)
            case .none: register(.a0)
            default: 0
            }
        let address = UInt32(truncatingIfNeeded: base &+ UInt64(bitPattern: instruction.x))
        self.init(address: address, byteCount: byteCount, isStore: isStore)
    }
}

extension Opcode {
    /// How many bytes the instruction reads or writes, nil if it touches no memory.
    package var memoryAccess: (byteCount: Int, isStore: Bool)? {
        switch self {
        case .loadU8, .loadI8, .loadIndirectU8, .loadIndirectI8: (1, false)
        case .loadU16, .loadI16, .loadIndirectU16, .loadIndirectI16: (2, false)
        case .loadU32, .loadI32, .loadIndirectU32, .loadIndirectI32: (4, false)
        case .loadU64, .loadIndirectU64: (8, false)
        case .storeU8, .storeImmU8, .storeIndirectU8, .storeImmIndirectU8, .memset: (1, true)
        case .storeU16, .storeImmU16, .storeIndirectU16, .storeImmIndirectU16: (2, true)
        case .storeU32, .storeImmU32, .storeIndirectU32, .storeImmIndirectU32: (4, true)
        case .storeU64, .storeImmU64, .storeIndirectU64, .storeImmIndirectU64: (8, true)
        default: nil
        }
    }
}
