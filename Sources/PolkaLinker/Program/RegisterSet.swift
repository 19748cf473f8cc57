// Which registers an operation reads and writes.

import PolkaISA

/// A set of linker registers.
struct RegisterSet: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }
    init(_ register: LinkRegister) { rawValue = 1 << UInt32(register.rawValue) }
    init(_ register: Register) { rawValue = 1 << UInt32(register.rawValue) }

    /// All thirteen registers of the machine.
    static let machine = RegisterSet(rawValue: (1 << UInt32(Register.count)) - 1)
    static let temporaries = LinkRegister.temporaries.reduce(into: RegisterSet()) { $0.formUnion(RegisterSet($1)) }
    /// What a host call may change (guest-abi.md 2).
    static let hostCallClobbers = Register.arguments.reduce(into: RegisterSet()) { $0.formUnion(RegisterSet($1)) }

    /// What an export returns (vm.md 3.1).
    static let results: RegisterSet = [RegisterSet(Register.a0), RegisterSet(Register.a1)]

    /// Calls `body` for each of the machine's registers in it, in the order of their numbers.
    func forEach(_ body: (LinkRegister) -> Void) {
        var bits = rawValue & RegisterSet.machine.rawValue
        while bits != 0 {
            if let register = Register(rawValue: UInt8(bits.trailingZeroBitCount)) { body(LinkRegister(register)) }
            bits &= bits - 1
        }
    }

    func contains(_ register: LinkRegister) -> Bool { !isDisjoint(with: RegisterSet(register)) }
}

extension Operand {
    var registers: RegisterSet {
        switch self {
        case .register(let register): RegisterSet(register)
        case .constant: []
        }
    }
}

extension MemoryOperand {
    var registers: RegisterSet {
        switch self {
        case .absolute: []
        case .indirect(let base, _): RegisterSet(base)
        }
    }
}

extension Operation {
    /// The registers whose values the operation uses; a host call is one of `imports`.
    func reads(_ imports: [HostImport]) -> RegisterSet {
        switch self {
        case .nop, .loadImmediate, .loadAddress, .loadHeapBase: []
        case .load(_, _, let address): address.registers
        case .store(_, let value, let address): value.registers.union(address.registers)
        case .move(_, let source), .unary(_, _, let source), .sbrk(_, let source): RegisterSet(source)
        case .binary(_, _, let a, let b): a.registers.union(b.registers)
        case .conditionalMove(_, let destination, let value, let condition):
            // The destination keeps its value if the condition is false.
            value.registers.union(RegisterSet(condition)).union(RegisterSet(destination))
        case .hostCall(let id): imports[id.rawValue].inputRegisters.union(RegisterSet(LinkRegister.sp))
        case .memset: [RegisterSet(Register.a0), RegisterSet(Register.a1), RegisterSet(Register.a2)]
        }
    }

    /// The registers that the operation changes.
    var writes: RegisterSet {
        switch self {
        case .nop, .store: []
        case .loadImmediate(let destination, _), .loadAddress(let destination, _), .loadHeapBase(let destination),
            .load(_, let destination, _), .move(let destination, _), .unary(_, let destination, _),
            .binary(_, let destination, _, _), .conditionalMove(_, let destination, _, _), .sbrk(let destination, _):
            RegisterSet(destination)
        case .hostCall: .hostCallClobbers
        case .memset: [RegisterSet(Register.a0), RegisterSet(Register.a2)]
        }
    }

    /// The operation with every register renamed.
    func renamed(_ name: (LinkRegister) -> LinkRegister) -> Operation { renamed(name, writes: name) }

    /// The operation with other registers read; those it writes, or reads and writes at once, stay.
    func reading(_ name: (LinkRegister) -> LinkRegister) -> Operation { renamed(name, writes: { $0 }) }

    /// The operation with another register written; those it reads, or reads and writes at once, stay.
    func writing(_ name: (LinkRegister) -> LinkRegister) -> Operation { renamed({ $0 }, writes: name) }

    private func renamed(
        _ name: (LinkRegister) -> LinkRegister, writes: (LinkRegister) -> LinkRegister
    ) -> Operation {
        func operand(_ operand: Operand) -> Operand {
            if case .register(let register) = operand { .register(name(register)) } else { operand }
        }
        func memory(_ address: MemoryOperand) -> MemoryOperand {
            if case .indirect(let base, let offset) = address { .indirect(name(base), offset) } else { address }
        }
        return switch self {
        case .nop, .hostCall, .memset: self
        case .loadImmediate(let d, let value): .loadImmediate(writes(d), value)
        case .loadAddress(let d, let address): .loadAddress(writes(d), address)
        case .loadHeapBase(let d): .loadHeapBase(writes(d))
        case .load(let opcode, let d, let address): .load(opcode, writes(d), memory(address))
        case .store(let opcode, let value, let address): .store(opcode, operand(value), memory(address))
        case .move(let d, let s): .move(writes(d), name(s))
        case .unary(let opcode, let d, let s): .unary(opcode, writes(d), name(s))
        case .binary(let opcode, let d, let a, let b): .binary(opcode, writes(d), operand(a), operand(b))
        case .conditionalMove(let opcode, let d, let value, let condition):
            .conditionalMove(opcode, writes(d), operand(value), condition: name(condition))
        case .sbrk(let d, let s): .sbrk(writes(d), name(s))
        }
    }
}

extension Control {
    /// The registers that the transfer changes.
    var writes: RegisterSet { link.map { RegisterSet($0) } ?? [] }

    /// The registers whose values the transfer itself uses.
    var reads: RegisterSet {
        switch self {
        case .jump, .call, .trap: []
        case .jumpIndirect(let base), .callIndirect(_, let base, _): RegisterSet(base)
        case .branch(_, let a, let b, _, _): a.registers.union(b.registers)
        }
    }
}
