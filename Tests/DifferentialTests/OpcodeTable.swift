// The instruction table of a kind, sorted by what a generator of programs wants to know. Everything comes from `Opcode`: an
// instruction that is added there is generated here.

import PolkaISA
import PolkaVM

/// The instructions of a kind, by use.
struct OpcodeTable {
    /// Those that do not end a block.
    let straight: [Opcode]
    let terminators: [Opcode]
    let memory: [Opcode]
    /// Those whose results are 32 bits, sign extended.
    let narrow: [Opcode]
    /// Those that are none of the above and compute.
    let wide: [Opcode]
    /// Those with no register at all, or with the host behind them.
    let special: [Opcode]
    /// Shifts to the left by an immediate.
    let shifts: [Opcode]
    /// Bytes that are no instruction.
    let invalidBytes: [UInt8]
    /// Pairs of instructions that compilers emit, and that a backend may do in one.
    let pairs: [(first: [Opcode], second: [Opcode])]

    private init(_ set: InstructionSet) {
        let all = Opcode.allCases.filter(set.contains)
        func named(_ condition: (String) -> Bool) -> [Opcode] { all.filter { condition($0.mnemonic) } }
        straight = all.filter { !$0.isTerminator }
        terminators = all.filter(\.isTerminator)
        memory = all.filter { $0.memoryAccess != nil && $0.format != .none }
        narrow = named { $0.hasSuffix("_32") }
        special = straight.filter { [.none, .immediate].contains($0.format) || $0 == .sbrk }
        let others = Set(memory + narrow + special)
        wide = straight.filter { !others.contains($0) }

        invalidBytes = (0...255).filter { set.opcode(of: $0) == nil }
        shifts = named { $0.hasPrefix("shift_logical_left_imm_") && !$0.contains("_alt_") }
        let sums = named { $0.hasPrefix("add_") }
        let comparisons = named { $0.hasPrefix("set_") }
        let isWide = { (opcode: Opcode) in opcode.mnemonic.hasSuffix("_64") }
        let choices = named {
            $0.hasPrefix("cmov_") || $0.hasPrefix("branch_eq_imm") || $0.hasPrefix("branch_not_eq_imm")
        }
        let backShifts = named { $0.hasPrefix("shift_") && $0.contains("_right_imm_") && !$0.contains("_alt_") }
        let constants = named { $0.hasPrefix("load_imm") && !$0.contains("jump") }
        let indirect = memory.filter { $0.format == .registerRegisterImmediate }
        let stores = memory.filter { $0.memoryAccess?.isStore == true }
        pairs = [
            (shifts.filter(isWide), sums.filter(isWide)), (shifts, sums), (sums, indirect), (sums, indirect),
            (comparisons, choices),
            (shifts, backShifts), (shifts, backShifts), (narrow, wide), (narrow, stores), (narrow, indirect),
            (narrow, special), (narrow, terminators), (wide, narrow), (memory, narrow), (memory, wide),
            (constants, wide),
        ].filter { !$0.0.isEmpty && !$0.1.isEmpty }
    }

    private static let tables = InstructionSet.allCases.map { ($0, OpcodeTable($0)) }

    static func of(_ set: InstructionSet) -> OpcodeTable {
        for (kind, table) in tables where kind == set { return table }
        preconditionFailure("no table of \(set.name)")
    }
}
