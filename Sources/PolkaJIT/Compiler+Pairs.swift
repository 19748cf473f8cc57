// Pairs of instructions that the processor does in one: scaled sums, loads whose address is a sum, extensions by two shifts.

import PolkaISA
import X86Assembler

extension Compiler {
    /// A pair that has been compiled.
    struct Pair {
        /// What it may be the first half of.
        var leads: InstructionTemplate.Pairing
        /// Where its code starts.
        var start: X86Cursor
    }

    /// Compiles the instruction at hand together with the one before it, whose code is taken back.
    ///
    /// - Parameters:
    ///   - leads: what the instruction before may be the first half of, of what this one follows.
    ///   - start: where its code starts, behind the extensions of its operands.
    ///   - template: of the instruction at hand.
    ///   - operands: its operands.
    ///   - offset: where it stands.
    /// - Returns: nil if they are no pair; then nothing has happened.
    @inline(never)
    mutating func pair(
        _ leads: UInt8, _ start: X86Cursor, _ template: UnsafePointer<InstructionTemplate>, _ operands: Operands,
        at offset: Int
    ) -> Pair? {
        let leads = InstructionTemplate.Pairing(rawValue: leads)
        let length = starts.distanceToPrevious(from: offset)
        let previous = Operands(behindOpcodeAt: bytes(at: offset - length), skip: length - 1)
        switch template.pointee.shape {
        case .memory:
            let traits = traits[Int(code.load(fromByteOffset: offset, as: UInt8.self))]
            return load(traits.loaded, operands, from: sum(leads, previous), at: start)
        case .sum: return scaledSum(operands, shift(leads, previous), at: start)
        default:
            let traits = traits[Int(code.load(fromByteOffset: offset, as: UInt8.self))]
            return extend(isSigned: traits.shift == .sar, operands, shift(leads, previous), at: start)
        }
    }

    private func shift(_ leads: InstructionTemplate.Pairing, _ previous: Operands) -> EmittedShift {
        if leads.contains(.notedShift) { return peephole.shift }
        return EmittedShift(
            destination: previous.first, source: previous.second,
            amount: Int(previous.immediateBehindRegisters & 63))
    }

    private func sum(_ leads: InstructionTemplate.Pairing, _ previous: Operands) -> EmittedSum {
        if leads.contains(.notedSum) { return peephole.sum }
        if leads.contains(.sum) {
            return EmittedSum(destination: previous.third, base: previous.first, index: previous.second)
        }
        return EmittedSum(
            destination: previous.first, base: previous.second, index: nil,
            displacement: previous.immediateBehindRegisters)
    }

    /// Takes back what the instruction before the one at hand became.
    ///
    /// The note of a comparison goes with it: what comes now may end by chance where it says.
    private mutating func rewind(to start: X86Cursor) {
        assembler.position = start
        peephole.forget()
    }

    /// A load that overwrites its own address, which was computed just before: the processor computes it on the way.
    private mutating func load(
        _ kind: X86Extension, _ operands: Operands, from sum: EmittedSum, at start: X86Cursor
    ) -> Pair? {
        // Of several numbers of one register only the marks tell that they are one.
        let loaded = mark(operands.first)
        guard loaded == mark(operands.second), loaded == mark(sum.destination) else { return nil }
        // Addresses have 32 bits, and so have their parts.
        let displacement = sum.displacement &+ operands.immediateBehindRegisters
        rewind(to: start)
        peephole.access = FoldedAccess(nativeOffset: assembler.offset, sum: sum)
        let base = host(sum.base)
        let memory =
            if let index = sum.index {
                X86Memory(base: base, index: host(index), scale: sum.scale, displacement: displacement)
            } else {
                X86Memory(base: base, displacement: displacement)
            }
        assembler.load(kind, host(operands.first), memory.address32.gs)
        defineLoaded(operands.first, kind)
        return Pair(leads: [], start: start)
    }

    /// A sum one of whose operands was shifted just before, if its result replaces that of the shift.
    private mutating func scaledSum(_ operands: Operands, _ shift: EmittedShift, at start: X86Cursor) -> Pair? {
        let shifted = mark(shift.destination)
        let (a, b) = (mark(operands.first), mark(operands.second))
        guard mark(operands.third) == shifted, shift.amount <= 3, (a == shifted) != (b == shifted) else { return nil }
        let base = a == shifted ? operands.second : operands.first
        let scale = X86Scale.allCases[shift.amount]
        rewind(to: start)
        use(mark(base))
        let start = assembler.position
        assembler.lea(
            .bits64, host(operands.third), X86Memory(base: host(base), index: host(shift.source), scale: scale))
        facts.setWide(shifted)
        peephole.sum = EmittedSum(
            destination: operands.third, base: base, index: shift.source, scale: scale, displacement: 0)
        return Pair(leads: .notedSum, start: start)
    }

    /// A shift to the left by 32 and one back to the right take the low half of a register, extended, and move it.
    private mutating func extend(
        isSigned: Bool, _ operands: Operands, _ shift: EmittedShift, at start: X86Cursor
    ) -> Pair? {
        let destination = mark(shift.destination), amount = Int(operands.immediateBehindRegisters & 63)
        guard shift.amount == 32, mark(operands.first) == destination, mark(operands.second) == destination, amount > 0
        else { return nil }
        let register = host(operands.first)
        rewind(to: start)
        assembler.extend(isSigned ? .signed32 : .unsigned32, register, host(shift.source))
        facts.setWide(destination)
        if amount > 32 {
            assembler.shift(isSigned ? .sar : .shr, .bits64, register, by: UInt8(amount - 32))
        } else if amount < 32 {
            let start = assembler.position
            assembler.shift(.shl, .bits64, register, by: UInt8(32 - amount))
            peephole.shift = EmittedShift(
                destination: operands.first, source: operands.first, amount: 32 - amount)
            return Pair(leads: .notedShift, start: start)
        } else if isSigned {
            facts.setNarrow(destination)
        }
        return Pair(leads: [], start: start)
    }
}
