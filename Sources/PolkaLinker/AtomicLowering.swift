// Atomic instructions as plain sequences: a guest has one thread, and nothing can come between two of its instructions
// (linker.md 4.6). A store conditional always succeeds.

import PolkaISA
import RISCVELF

extension Lowering {
    mutating func loadReserved(
        _ width: RISCVAtomicWidth, _ rd: RISCVRegister, _ address: RISCVRegister
    ) throws(LoweringError) {
        let base = try atomicBase(address)
        // Without a destination the load is dropped, as any load to x0 is.
        guard let rd = try Self.destination(rd) else { return }
        append(.load(width.loadOpcode, rd, .indirect(base, 0)))
    }

    mutating func storeConditional(
        _ width: RISCVAtomicWidth, _ rd: RISCVRegister, _ source: RISCVRegister, _ address: RISCVRegister
    ) throws(LoweringError) {
        let base = try atomicBase(address)
        append(.store(width.storeOpcode, try Self.operand(source), .indirect(base, 0)))
        if let rd = try Self.destination(rd) { append(.loadImmediate(rd, 0)) }
    }

    /// Read, combine, write back; the destination gets the old value.
    mutating func atomic(
        _ operation: RISCVAtomicOperation, _ width: RISCVAtomicWidth, _ rd: RISCVRegister, _ source: RISCVRegister,
        _ address: RISCVRegister
    ) throws(LoweringError) {
        let base = try atomicBase(address)
        let destination = try Self.destination(rd)
        let operand = try Self.operand(source)
        let place = MemoryOperand.indirect(base, 0)
        // The destination can take the old value at once unless the sequence still needs what it holds.
        let clashes = destination == nil || destination == base || operand == destination.map(Operand.register)
        let old = clashes ? LinkRegister.e0 : destination ?? .e0

        append(.load(width.loadOpcode, old, place))
        if operation == .add, let destination, destination == base, operand != .register(base) {
            // One temporary instead of two: the old value is the new one without what was added.
            append(.binary(width == .w ? .add32 : .add64, old, .register(old), operand))
            append(.store(width.storeOpcode, .register(old), place))
            append(.binary(width == .w ? .sub32 : .sub64, destination, .register(old), operand))
            return
        }
        if operation == .swap {
            append(.store(width.storeOpcode, operand, place))
        } else {
            combine(operation, width, .e1, old, operand)
            append(.store(width.storeOpcode, .register(.e1), place))
        }
        if clashes, let destination { append(.move(destination, old)) }
    }

    /// `result = old OP operand`; `result` is neither `old` nor the operand.
    private mutating func combine(
        _ operation: RISCVAtomicOperation, _ width: RISCVAtomicWidth, _ result: LinkRegister, _ old: LinkRegister,
        _ operand: Operand
    ) {
        let opcode: Opcode
        switch operation {
        case .swap: preconditionFailure("a swap combines nothing")
        case .add: opcode = width == .w ? .add32 : .add64
        case .and: opcode = .and
        case .or: opcode = .or
        case .xor: opcode = .xor
        case .min: opcode = .minimum
        case .max: opcode = .maximum
        case .minu: opcode = .minimumUnsigned
        case .maxu: opcode = .maximumUnsigned
        }
        let compares = [.minimum, .maximum, .minimumUnsigned, .maximumUnsigned].contains(opcode)
        guard compares, case .register(let register) = operand, width == .w else {
            atomicBinary(opcode, result, old, operand)
            return
        }
        // The old value came sign extended; so must the operand be for the comparison, signed or not.
        append(.binary(.add32, result, .register(register), .constant(0)))
        append(.binary(opcode, result, .register(old), .register(result)))
    }

    /// A binary operation whose constant, if it needs a register, goes through the result, since E0 holds the old value.
    private mutating func atomicBinary(
        _ opcode: Opcode, _ result: LinkRegister, _ old: LinkRegister, _ operand: Operand
    ) {
        guard case .constant(let constant) = operand, !opcode.takesImmediate else {
            append(.binary(opcode, result, .register(old), operand))
            return
        }
        append(.loadImmediate(result, Int64(constant)))
        append(.binary(opcode, result, .register(old), .register(result)))
    }

    private mutating func atomicBase(_ address: RISCVRegister) throws(LoweringError) -> LinkRegister {
        // E0 and E1 are what the sequences use.
        try Self.destination(address) ?? nullPointer(.e3)
    }
}

extension RISCVAtomicWidth {
    fileprivate var loadOpcode: Opcode {
        switch self {
        case .w: .loadIndirectI32
        case .d: .loadIndirectU64
        }
    }

    fileprivate var storeOpcode: Opcode {
        switch self {
        case .w: .storeIndirectU32
        case .d: .storeIndirectU64
        }
    }
}
