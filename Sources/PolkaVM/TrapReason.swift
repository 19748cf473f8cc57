// Why a program trapped, worked out afterwards from the state that the trap left: it costs running programs nothing, and is
// the same for every backend.

import PolkaBlob
import PolkaISA

/// What made the guest trap.
public enum TrapReason: Sendable, Equatable, CustomStringConvertible {
    /// The program asked for it.
    case trapInstruction
    case invalidInstruction(byte: UInt8)
    /// Code was entered, or gone on in, where no instruction starts.
    case noInstruction
    case endOfCode
    /// A jump or branch with a target that it may not have.
    case badJump
    /// A load or store of memory that the guest may not access so.
    case memoryAccess(address: UInt32, byteCount: Int, isStore: Bool)
    /// A host function refused.
    case host(String)

    /// The same for people.
    public var description: String {
        switch self {
        case .trapInstruction: "the program executed a trap instruction"
        case .invalidInstruction(let byte): "invalid instruction: byte \(byte) is no opcode here"
        case .noInstruction: "no instruction starts here"
        case .endOfCode: "ran past the end of the code"
        case .badJump: "jump to a place where no block starts"
        case .memoryAccess(let address, let byteCount, let isStore):
            "\(isStore ? "store" : "load") of \(byteCount) byte\(byteCount == 1 ? "" : "s") "
                + "at inaccessible address \(MemoryError.hex(address))"
        case .host(let message): message
        }
    }
}

extension Instance {
    /// Why the last run ended with `trap`; meaningful only then, and while registers are as the trap left them.
    public var trapReason: TrapReason? {
        if let hostTrap { return .host(hostTrap.description) }
        guard machine.next == nil, let programCounter else { return nil }
        let code = module.blob.code
        let offset = Int(programCounter)
        guard offset < code.bytes.count else { return .endOfCode }
        guard code.startsInstruction(at: offset) else { return .noInstruction }
        guard let instruction = code.instruction(at: offset, in: module.blob.instructionSet) else {
            return .invalidInstruction(byte: code.bytes[offset])
        }
        if instruction.opcode == .trap { return .trapInstruction }
        if let access = MemoryAccess(of: instruction, register: { machine.registers[$0.index] }) {
            return .memoryAccess(address: access.address, byteCount: access.byteCount, isStore: access.isStore)
        }
        // What is neither a trap nor touches memory can trap only by where it goes; for `fallthrough` that is the end, and an
        // entry whose block has no start refuses any instruction.
        if instruction.opcode == .fallthrough { return .endOfCode }
        return instruction.opcode.isTerminator ? .badJump : .noInstruction
    }
}

extension Instance {
    /// How the last run ended.
    ///
    /// - Parameter exit: what that run returned.
    /// - Returns: a clause whose subject is the guest: "trapped: …".
    public func description(of exit: Exit) -> String {
        switch exit {
        case .finished:
            return "returned"
        case .trap:
            let place = lastProgramCounter.map { " (code offset \($0))" } ?? ""
            return "trapped: \(trapReason?.description ?? "the reason is not known any more")\(place)"
        case .pageFault(let fault):
            let access = fault.isWriteProtected ? "wrote to the read-only page" : "accessed the missing page"
            return "\(access) at \(MemoryError.hex(fault.address))"
        case .outOfGas:
            return "ran out of gas: the next block costs more than the \(gas) units that are left"
        case .hostCall(let number):
            return "called the import '\(importName(number) ?? "#\(number)")', which this host does not provide"
        case .cancelled:
            return "was cancelled"
        }
    }
}
