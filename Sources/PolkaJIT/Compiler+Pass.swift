// The pass over the instructions: finds out where each ends, and writes those of the frequent shapes (InstructionTemplate).
//
// It spends about as long on an instruction as the processor needs to find out that it mispredicted one branch. So there is
// one branch that cannot be predicted, that on the shape; what else depends on operands is computed with masks. Cursor, facts
// and position stay in registers: nothing that is not inlined gets a pointer to them. What the loop became can be read with
// `objdump -d --no-show-raw-insn .build/release/pvm` at the symbol of `Compiler.compile`.

import PolkaISA
import X86Assembler

extension Compiler {
    /// What the pass knows at an instruction.
    private struct Position {
        var cursor: X86Cursor
        var facts: RegisterMarks

        /// Extends those of some registers that wait for it.
        @inline(__always)
        mutating func use(_ marks: RegisterMarks) {
            let pending = facts & marks & Facts.pending
            guard pending != 0 else { return }
            cursor = Compiler.extend(pending, at: cursor)
            facts &= ~pending
        }

        @inline(__always)
        mutating func define(_ marks: RegisterMarks, _ result: RegisterMarks) {
            facts = facts & ~marks | marks & result
        }
    }

    /// The position as those know it who are not inlined.
    private var position: Position {
        @inline(__always) get { Position(cursor: assembler.position, facts: facts.bits) }
    }

    @inline(__always)
    private mutating func store(_ position: Position) {
        assembler.position = position.cursor
        facts = Facts(bits: position.facts)
    }

    /// Sign extends registers, of which each is a bit in the low half.
    @inline(never)
    static func extend(_ pending: RegisterMarks, at cursor: X86Cursor) -> X86Cursor {
        var cursor = cursor
        var rest = pending
        while rest != 0 {
            cursor.signExtend(CompilerTables.registers[rest.trailingZeroBitCount].places)
            rest &= rest &- 1
        }
        return cursor
    }

    /// Compiles the instructions from an offset on that start before another one.
    ///
    /// - Parameters:
    ///   - first: where to begin; afterwards, where to go on.
    ///   - end: where to stop.
    ///   - observer: is asked before each instruction.
    ///   - goesOn: false if the observer had enough.
    /// - Returns: false if there was no room.
    mutating func compile<Observer: CompilerObserver>(
        from first: inout Int, until end: Int, _ observer: inout Observer, _ goesOn: inout Bool
    ) -> Bool {
        var offset = first
        defer { first = offset }
        guard offset < end else { return true }
        let templates = templates, registers = CompilerTables.registers, code = code
        // The starts behind the instruction at hand, and the offset that their lowest bit stands for.
        var base = (offset &+ 1) & ~63
        let bit = UInt64(truncatingIfNeeded: (offset &+ 1) & 63)
        var word = (starts.words[base >> 6] &>> bit) &<< bit
        guard assembler.hasRoom(forByteCount: Self.wordByteCount) else { return false }
        if startsBlock { beginBlock(at: offset, hasStart: true) }
        var at = position
        // Of the instruction before: what it may be the first half of, and where its code starts.
        var leads = previous.leads
        var start = leads == 0 ? at.cursor : previous.start
        // What is branched on is looked up one instruction ahead: then a misprediction is found out while the processor is
        // still busy with the instruction before.
        var template = templates + Int(code.load(fromByteOffset: offset, as: UInt8.self))
        var nextShape = template.pointee.shape
        while offset < end {
            if word == 0 {
                repeat {
                    base &+= 64
                    word = starts.words[base >> 6]
                } while word == 0
                assembler.position = at.cursor
                guard assembler.hasRoom(forByteCount: Self.wordByteCount) else { return false }
            }
            let next = base &+ word.trailingZeroBitCount
            word &= word &- 1
            if Observer.isWatching {
                store(at)
                guard observer.willCompile(at: offset, nativeOffset: assembler.offset, facts: facts) else {
                    goesOn = false
                    return true
                }
            }
            let operands = Operands(behindOpcodeAt: code + offset, skip: next &- offset &- 1)
            let nextTemplate = templates + Int(code.load(fromByteOffset: next, as: UInt8.self))
            var shape = nextShape
            nextShape = nextTemplate.pointee.shape
            let mayPair = template.pointee.follows.rawValue & leads
            leads = template.pointee.leads.rawValue
            if mayPair != 0 {
                store(at)
                if let pair = pair(mayPair, start, template, operands, at: offset) {
                    if Observer.isWatching {
                        observer.didTakeBack(to: UnsafeRawPointer(start.pointer) - assembler.startAddress)
                    }
                    at = position
                    leads = pair.leads.rawValue
                    start = pair.start
                    shape = .paired
                }
            }
            switch shape {
            case .memory:
                let (first, second) = (registers[operands.first], registers[operands.second])
                at.use(first.marks & template.pointee.usesFirst | second.marks & template.pointee.usesSecond)
                start = at.cursor
                at.cursor.write(
                    template.pointee.machine, field: first.places, base: second.places,
                    displacement: operands.immediateBehindRegisters)
                at.define(first.marks & template.pointee.defines, template.pointee.result)
            case .registers:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let destination = registers[operands.third]
                let (a, b) = (at.facts & first.marks, at.facts & second.marks)
                // 1 if both are narrow; only then they are more than their low halves.
                let areNarrow = flag(a > Facts.pending) & flag(b > Facts.pending)
                let exempts = template.pointee.exempts & areNarrow
                at.use((first.marks | second.marks) & template.pointee.usesFirst & (exempts &- 1))
                at.cursor.operate(
                    template.pointee.machine, destination.places, template.pointee.destinationPlace, first.places,
                    second.places, template.pointee.secondPlace)
                // Otherwise they have just been extended.
                let isPending = flag((a | b) & Facts.pending != 0) & areNarrow
                let kept = (0 &- areNarrow) & Facts.narrow | (0 &- isPending) & Facts.pending
                at.define(destination.marks, kept & template.pointee.keeps | template.pointee.result)
            case .immediate:
                let (first, second) = (registers[operands.first], registers[operands.second])
                at.use(second.marks & template.pointee.usesFirst)
                start = at.cursor
                at.cursor.write(
                    template.pointee.machine, first.places, template.pointee.destinationPlace, second.places,
                    template.pointee.secondPlace, immediate: operands.immediateBehindRegisters,
                    copies: template.pointee.copies)
                at.define(first.marks, template.pointee.result)
            case .bitwiseImmediate:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let kept = at.facts & second.marks
                at.use(second.marks & (flag(kept > Facts.pending) &- 1) & template.pointee.usesFirst)
                at.cursor.write(
                    template.pointee.machine, first.places, template.pointee.destinationPlace, second.places,
                    template.pointee.secondPlace, immediate: operands.immediateBehindRegisters,
                    copies: template.pointee.copies)
                // The same facts, whichever bits of the word they are in.
                let isNarrow = flag(kept > Facts.pending), isPending = flag(kept & Facts.pending != 0) & isNarrow
                at.define(first.marks, (0 &- isNarrow) & Facts.narrow | (0 &- isPending) & Facts.pending)
            case .mask:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let immediate = operands.immediateBehindRegisters
                // As 32 bits if the mask is not negative: then nothing above them matters.
                let isWide = UInt32(bitPattern: immediate) &>> 31
                at.use(second.marks & (0 &- isWide))
                at.cursor.write(
                    template.pointee.machine, first.places, template.pointee.destinationPlace, second.places,
                    template.pointee.secondPlace, immediate: immediate, copies: template.pointee.copies,
                    rexW: UInt64(isWide) &<< 3)
                let isNarrow = flag(at.facts & second.marks > Facts.pending) | isWide ^ 1
                at.define(first.marks, (0 &- isNarrow) & Facts.narrow)
            case .leftShift64:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let immediate = operands.immediateBehindRegisters
                at.use(second.marks & (UInt32(bitPattern: immediate) &>> 5 & 1 &- 1))
                start = at.cursor
                at.cursor.write(
                    template.pointee.machine, first.places, template.pointee.destinationPlace, second.places,
                    template.pointee.secondPlace, immediate: immediate, copies: template.pointee.copies)
                at.define(first.marks, 0)
            case .rightShift32:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let immediate = operands.immediateBehindRegisters
                at.cursor.write(
                    template.pointee.machine, first.places, template.pointee.destinationPlace, second.places,
                    template.pointee.secondPlace, immediate: immediate, copies: template.pointee.copies)
                let isByZero = 0 &- flag(immediate & 31 == 0)
                at.define(first.marks, Facts.narrow | isByZero)
            case .sum:
                let (first, second) = (registers[operands.first], registers[operands.second])
                let destination = registers[operands.third]
                at.use((first.marks | second.marks) & template.pointee.usesFirst)
                start = at.cursor
                at.cursor.sum(destination.places, first.places, second.places, rexW: template.pointee.rexW)
                at.define(destination.marks, template.pointee.result)
            case .constant:
                let destination = registers[operands.first]
                at.cursor.mov(destination.places, signExtended: operands.immediateBehindRegisters)
                at.define(destination.marks, Facts.narrow)
            case .branch:
                store(at)
                compileBranch(operands, at: offset, next: next)
                at = position
            case .branchImmediate:
                store(at)
                compileBranchImmediate(operands, at: offset, next: next)
                at = position
            case .jump:
                store(at)
                compileJump(operands, at: offset, next: next)
                at = position
            case .call:
                store(at)
                compileCall(operands, at: offset, next: next)
                at = position
            case .fallThrough:
                store(at)
                compileFallthrough(operands, at: offset, next: next)
                at = position
            case .general:
                store(at)
                compile(operands, at: offset, next: next)
                at = position
            case .paired: break
            }
            if next &- offset > Instruction.maximumSkip &+ 1 {
                store(at)
                endReach(at: offset, next: next)
                at = position
                leads = 0
            }
            offset = next
            template = nextTemplate
        }
        store(at)
        previous = (leads, start)
        return true
    }
}

/// 1 or 0, for arithmetic in place of branches.
@inline(__always)
private func flag(_ condition: Bool) -> RegisterMarks { condition ? 1 : 0 }
