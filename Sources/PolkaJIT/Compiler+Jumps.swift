// Jumps, branches and the jump table.

import CPolkaSystem
import PolkaISA
import X86Assembler

extension Compiler {
    /// Enters where the blocks stand that dynamic jumps go to; when all is compiled.
    borrowing func fill(_ table: JumpTable, _ targets: [UInt32]) {
        let start = UInt64(UInt(bitPattern: assembler.startAddress))
        table.entries.initialize(repeating: start &+ UInt64(thunks.badJump))
        for (index, target) in targets.enumerated() where isTarget(target) {
            guard let offset = assembler.offset(of: label(of: target)) else { continue }
            table.entries[2 &* index &+ 2] = start &+ UInt64(offset)
        }
    }

    @inline(__always)
    mutating func fallThrough(_ operands: Operands, at offset: Int, next: Int) {
        use(Facts.pending)
        if isReferenceRule, !continues(operands, at: offset, next: next) { trap(at: offset) }
        endBlock()
    }

    @inline(__always)
    mutating func jump(_ operands: Operands, at offset: Int) {
        use(Facts.pending)
        jump(target(offset, operands.immediate(at: 0)), at: offset)
    }

    @inline(__always)
    mutating func call(_ operands: Operands, at offset: Int) {
        let (value, distance) = operands.immediates(at: 1, length: operands.word &>> 4)
        use(Facts.pending)
        assembler.mov(host(operands.first), signExtended: value)
        jump(target(offset, distance), at: offset)
    }

    @inline(__always)
    private func target(_ offset: Int, _ distance: Int32) -> UInt32 {
        UInt32(truncatingIfNeeded: offset &+ Int(distance))
    }

    @inline(__always)
    private mutating func jump(_ target: UInt32, at offset: Int) {
        if isTarget(target) {
            if crosses(offset, target) {
                jumpAcross(nil, target)
            } else {
                assembler.jump(to: label(of: target))
            }
        } else {
            trap(at: offset)
        }
        endBlock()
    }

    @inline(__always)
    mutating func branchImmediate(_ condition: X86Condition, _ operands: Operands, _ offset: Int, _ next: Int) {
        let (value, distance) = operands.immediates(at: 1, length: operands.word &>> 4)
        use(Facts.pending)
        var condition = condition
        if value == 0, condition == .equal || condition == .notEqual {
            condition = test(condition, operands.first)
        } else {
            assembler.arithmetic(.cmp, .bits64, host(operands.first), value)
        }
        branch(condition, distance, operands, offset, next)
    }

    @inline(__always)
    mutating func branch(_ condition: X86Condition, _ operands: Operands, _ offset: Int, _ next: Int) {
        use(Facts.pending)
        assembler.arithmetic(.cmp, .bits64, host(operands.first), host(operands.second))
        branch(condition, operands.immediate(at: 1), operands, offset, next)
    }

    /// The flags say whether the branch is taken.
    @inline(__always)
    private mutating func branch(
        _ condition: X86Condition, _ distance: Int32, _ operands: Operands, _ offset: Int, _ next: Int
    ) {
        let target = UInt32(truncatingIfNeeded: offset &+ Int(distance))
        if isTarget(target), !isReferenceRule || continues(operands, at: offset, next: next) {
            if crosses(offset, target) {
                jumpAcross(condition, target)
            } else {
                assembler.jump(condition, to: label(of: target))
            }
        } else {
            badBranch(condition, at: offset)
        }
        endBlock()
    }

    /// Whether a jump leads from one side of the boundary to the other.
    @inline(__always)
    private func crosses(_ offset: Int, _ target: UInt32) -> Bool {
        (offset < boundary) != (Int(target) < boundary)
    }

    @inline(never)
    private mutating func jumpAcross(_ condition: X86Condition?, _ target: UInt32) {
        guard case .whole = part else {
            if let condition {
                assembler.jumpWide(condition, distance: 0)
            } else {
                assembler.jumpWide(toOffset: 0)
            }
            jumpsAcross.append((assembler.offset - 4, starts.number(at: Int(target))))
            return
        }
        if let condition {
            assembler.jumpWide(condition, to: label(of: target))
        } else {
            assembler.jumpWide(to: label(of: target))
        }
    }

    /// Under the reference's rule a branch needs both its successors; else only the one that is taken counts (isa.md 7.3).
    @inline(never)
    private mutating func badBranch(_ condition: X86Condition, at offset: Int) {
        if isReferenceRule {
            trap(at: offset)
        } else {
            let notTaken = assembler.jumpShort(condition.negated)
            trap(at: offset)
            assembler.bind(notTaken)
        }
    }

    /// Looks the address up in the table of native addresses, which has an entry for each, odd ones included.
    @inline(__always)
    mutating func jumpIndirect(
        _ base: X86Register, _ distance: Int32, link: (register: X86Register, value: Int32)?, at offset: Int
    ) {
        let scratch = RegisterMap.scratch
        assembler.lea(.bits32, scratch, X86Memory(base: base, displacement: distance))
        if let link { assembler.mov(link.register, signExtended: link.value) }
        // Nobody behind the jump knows any more where it came from.
        assembler.store(.bits32, RegisterMap.slot(PVM_SLOT_PC), Int32(truncatingIfNeeded: offset))
        assembler.arithmetic(.cmp, .bits32, scratch, jumpLimit)
        if part.isSecond {
            assembler.jumpWide(.aboveOrEqual, toOffset: thunks.farJump)
            noteThunkDistance()
        } else {
            assembler.jump(.aboveOrEqual, toOffset: thunks.farJump)
        }
        if let jumpTableAddress {
            assembler.jump(through: X86Memory(index: scratch, scale: .by8, displacement: jumpTableAddress))
            tableFields?.append(UInt32(truncatingIfNeeded: assembler.offset &- MemoryLayout<Int32>.size))
        } else {
            assembler.shift(.shl, .bits64, scratch, by: 3)
            assembler.arithmetic(.add, .bits64, scratch, RegisterMap.slot(PVM_SLOT_JUMP_TABLE))
            assembler.jump(through: X86Memory(base: scratch))
        }
        endBlock()
    }
}
