// Loads constants of 64 bits in two short instructions instead of one long, for programs that shall be small.
//
// `load_imm_64` takes ten bytes. A constant that is a short one shifted left, or a short one without its upper bits, takes
// five and as many as the short one has.

import PolkaISA

extension Program {
    mutating func shortenConstants() {
        for id in order where self[id].operations.contains(where: { $0.operation.shortened != nil }) {
            blocks[id.rawValue].operations = self[id].operations.flatMap { placed in
                (placed.operation.shortened ?? [placed.operation]).map {
                    PlacedOperation(operation: $0, origin: placed.origin)
                }
            }
        }
    }
}

extension Operation {
    /// The operations that together are shorter than the load of a constant; nil if there are none.
    fileprivate var shortened: [Operation]? {
        guard case .loadImmediate(let register, let value) = self, Int32(exactly: value) == nil else { return nil }
        func pair(_ short: Int64, _ opcode: Opcode, _ count: Int) -> [Operation]? {
            guard let short = Int32(exactly: short) else { return nil }
            return [
                .loadImmediate(register, Int64(short)),
                .binary(opcode, register, .register(register), .constant(Int32(count))),
            ]
        }
        let low = value.trailingZeroBitCount
        let high = value.leadingZeroBitCount
        let candidates = [
            pair(value >> Int64(low), .shiftLogicalLeft64, low),
            // The bits that the shift drops can be zeros or ones, whichever makes the number short.
            high == 0 ? nil : pair(value << Int64(high), .shiftLogicalRight64, high),
            high == 0 ? nil : pair(value << Int64(high) | (1 << Int64(high) - 1), .shiftLogicalRight64, high),
        ]
        let best = candidates.compactMap { $0 }.min { $0.estimatedByteCount < $1.estimatedByteCount }
        guard let best, best.estimatedByteCount < estimatedByteCount else { return nil }
        return best
    }
}

extension [Operation] {
    fileprivate var estimatedByteCount: Int { reduce(0) { $0 + $1.estimatedByteCount } }
}
