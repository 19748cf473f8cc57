// How many bytes operations and transfers of control take, about: where data and blocks lie is not known before the layout.

import PolkaISA

extension Operation {
    /// Bytes of an address in an instruction: data lies between 64 KiB and 16 MiB in most programs.
    private static let addressByteCount = 3

    /// Bytes of the instruction.
    var estimatedByteCount: Int {
        func bytes(_ immediate: Int32) -> Int { Instruction.byteCount(of: immediate) }
        func bytes(_ operand: Operand) -> Int { if case .constant(let value) = operand { bytes(value) } else { 0 } }
        func bytes(_ address: MemoryOperand) -> Int {
            switch address {
            case .absolute: Self.addressByteCount
            case .indirect(_, let offset): bytes(offset)
            }
        }
        return switch self {
        case .nop: 0
        case .loadImmediate(_, let value): Int32(exactly: value).map { 2 + bytes($0) } ?? 10
        case .loadAddress(_, .code): 4
        case .loadAddress(_, .data), .loadHeapBase: 2 + Self.addressByteCount
        case .load(_, _, let address): 2 + bytes(address)
        case .store(_, let value, let address): 2 + bytes(value) + bytes(address)
        case .move, .unary, .hostCall, .sbrk: 2
        case .binary(_, _, .register, .register), .conditionalMove(_, _, .register, _): 3
        case .binary(_, _, let a, let b): 2 + bytes(a) + bytes(b)
        case .conditionalMove(_, _, .constant(let value), _): 2 + bytes(value)
        case .memset: 1
        }
    }
}

extension Control {
    /// Bytes of an unconditional jump.
    static let jumpByteCount = 3

    /// Bytes of the instructions, if `next` is the block that follows.
    func estimatedByteCount(next: BlockID?) -> Int {
        func bytes(_ operand: Operand) -> Int {
            if case .constant(let value) = operand { Instruction.byteCount(of: value) } else { 0 }
        }
        switch self {
        case .trap: return 1
        case .jump(let target): return target == next ? 1 : Self.jumpByteCount
        case .jumpIndirect: return 2
        case .call, .callIndirect: return 5
        case .branch(_, let a, let b, _, let notTaken):
            return 4 + bytes(a) + bytes(b) + (notTaken == next ? 0 : Self.jumpByteCount)
        }
    }
}

extension Program {
    /// Bytes of the code as it stands.
    var estimatedByteCount: Int {
        var count = 0
        for (index, id) in order.enumerated() {
            for placed in self[id].operations { count += placed.operation.estimatedByteCount }
            count += self[id].control.estimatedByteCount(next: index + 1 < order.count ? order[index + 1] : nil)
        }
        return count
    }
}
