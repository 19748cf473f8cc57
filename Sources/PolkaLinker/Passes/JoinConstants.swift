// Constants that are built up in one register become one load.
//
// RISC-V has no instruction that loads 64 bits, so compilers shift and add: `a = 1; a = a << 32`. Within a block, where an operation
// replaces a constant in a register that nobody has read since it was loaded there, it loads the result itself, and the load before
// it goes. An executed instruction less is worth the bytes by which the one is longer than the two, unless bytes are what counts.
// `PropagateConstants` does the rest: it knows of other blocks and other users, but looks at one step at a time.

extension Program {
    /// - Parameter prefersSize: whether the result may take no more bytes.
    /// - Returns: whether anything changed.
    mutating func joinConstants(prefersSize: Bool) -> Bool {
        var changed = false
        // By register: where its constant is loaded that nobody has read.
        var loads = [Int?](repeating: nil, count: RegisterSet.machine.rawValue.nonzeroBitCount)
        for id in order {
            for register in loads.indices { loads[register] = nil }
            for index in self[id].operations.indices {
                var operation = self[id].operations[index].operation
                if let register = operation.onlyRegister, let load = loads[register],
                    case .loadImmediate(_, let value) = self[id].operations[load].operation,
                    let joined = operation.applied(to: value),
                    !prefersSize
                        || joined.estimatedByteCount
                            <= self[id].operations[load].operation.estimatedByteCount + operation.estimatedByteCount
                {
                    blocks[id.rawValue].operations[load].operation = .nop
                    blocks[id.rawValue].operations[index].operation = joined
                    operation = joined
                    changed = true
                }
                operation.reads(imports).forEach { loads[Int($0.rawValue)] = nil }
                operation.writes.forEach { loads[Int($0.rawValue)] = nil }
                if case .loadImmediate(let register, _) = operation { loads[Int(register.rawValue)] = index }
            }
        }
        return changed
    }
}

extension Operation {
    /// The number of the register that the operation changes and reads nothing but.
    fileprivate var onlyRegister: Int? {
        switch self {
        case .unary(_, let destination, let source) where source == destination: Int(destination.rawValue)
        case .binary(_, let destination, .register(let source), .constant) where source == destination:
            Int(destination.rawValue)
        case .binary(_, let destination, .constant, .register(let source)) where source == destination:
            Int(destination.rawValue)
        default: nil
        }
    }

    /// The load of what the operation gives if its register holds a value.
    fileprivate func applied(to value: Int64) -> Operation? {
        func bits(_ operand: Operand) -> UInt64 {
            if case .constant(let constant) = operand {
                UInt64(bitPattern: Int64(constant))
            } else {
                UInt64(bitPattern: value)
            }
        }
        switch self {
        case .unary(let opcode, let destination, _):
            return .loadImmediate(destination, Int64(bitPattern: Self.fold(opcode, UInt64(bitPattern: value))))
        case .binary(let opcode, let destination, let a, let b):
            return .loadImmediate(destination, Int64(bitPattern: Self.fold(opcode, bits(a), bits(b))))
        default: return nil
        }
    }
}
