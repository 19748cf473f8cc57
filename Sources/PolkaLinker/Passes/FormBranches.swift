// Branches on what was compared, instead of on whether the comparison held.
//
// RISC-V compares two registers; to compare with a constant, or to test what `slt` found, compilers compute something and test
// whether it is zero. Where the block itself computed what its branch tests against a constant, and what that was computed from
// is still there, the branch asks about that: `t = a - 7; if t == 0` is `if a == 7`, `t = a < b; if t != 0` is `if a < b`. The
// computation goes if nobody else needs it (`RemoveDeadOperations`); if somebody does, the branch stays unless the new one is as
// short. All identities are those of 64-bit values.

import PolkaISA

extension Program {
    /// Rewrites the branches of every block; `live` are the registers that are read behind the start of each.
    ///
    /// They remain at least those: what a branch reads then was read in the same block before.
    ///
    /// - Returns: whether anything changed.
    mutating func formBranches(_ live: [RegisterSet]) -> Bool {
        var changed = false
        for id in order {
            // One comparison may be that of another's result.
            for _ in 0..<4 {
                guard case .branch(let opcode, let a, let b, let taken, let notTaken) = self[id].control,
                    let test = BranchTest(opcode, a, b), let (better, index) = better(test, in: id)
                else { break }
                let isInPlace = better.registers.contains(test.register)
                if isInPlace || better.byteCount > test.byteCount,
                    isNeeded(test.register, in: id, after: index, live)
                {
                    break
                }
                // Nobody misses the result, and the branch needs what it would overwrite.
                if isInPlace { blocks[id.rawValue].operations[index].operation = .nop }
                blocks[id.rawValue].control =
                    Control.branch(better.opcode, better.a, better.b, taken: taken, notTaken: notTaken).simplified()
                changed = true
            }
        }
        return changed
    }

    /// A branch that asks about the operands of the operation whose result a branch tests, and where that operation is.
    ///
    /// Nothing behind the operation changes these operands, but the operation itself may.
    private func better(_ test: BranchTest, in id: BlockID) -> (Comparison, Int)? {
        var written = RegisterSet()
        for (index, placed) in self[id].operations.enumerated().reversed() {
            let operation = placed.operation
            guard operation.writes.contains(test.register) else {
                written.formUnion(operation.writes)
                continue
            }
            guard let comparison = operation.comparison(behind: test), comparison.registers.isDisjoint(with: written)
            else { return nil }
            return (comparison, index)
        }
        return nil
    }

    /// Whether anything but the branch reads a register that the operation at `index` computes.
    private func isNeeded(_ register: LinkRegister, in id: BlockID, after index: Int, _ live: [RegisterSet]) -> Bool {
        var isNeeded = self[id].operations[(index + 1)...].contains {
            $0.operation.reads(imports).contains(register)
        }
        self[id].control.forEachSuccessor { isNeeded = isNeeded || live[$0.rawValue].contains(register) }
        return isNeeded
    }
}

/// Two operands and how a branch compares them.
private struct Comparison {
    let opcode: Opcode
    let a: Operand
    let b: Operand

    var registers: RegisterSet { a.registers.union(b.registers) }

    /// Bytes besides those that every branch has.
    var byteCount: Int { a.byteCount + b.byteCount }
}

/// Whether a register equals a constant.
private struct BranchTest {
    let register: LinkRegister
    let constant: Int32
    let isEqual: Bool

    init?(_ opcode: Opcode, _ a: Operand, _ b: Operand) {
        switch (a, b) {
        case (.register(let register), .constant(let constant)), (.constant(let constant), .register(let register)):
            self.register = register
            self.constant = constant
        case (.register, .register), (.constant, .constant):
            return nil
        }
        switch opcode {
        case .branchEq: isEqual = true
        case .branchNotEq: isEqual = false
        default: return nil
        }
    }

    var byteCount: Int { Instruction.byteCount(of: constant) }
}

extension Operand {
    fileprivate var byteCount: Int {
        if case .constant(let constant) = self { Instruction.byteCount(of: constant) } else { 0 }
    }
}

extension Operation {
    /// What is to be compared to learn whether the operation's result passes the test; nil if no branch does that.
    fileprivate func comparison(behind test: BranchTest) -> Comparison? {
        guard case .binary(let opcode, _, let a, let b) = self else { return nil }
        let constant = Int64(test.constant)
        /// The test that a register equals the constant, if an immediate can hold it.
        func equals(_ register: LinkRegister, _ value: Int64) -> Comparison? {
            guard let value = Int32(exactly: value) else { return nil }
            return Comparison(
                opcode: test.isEqual ? .branchEq : .branchNotEq, a: .register(register), b: .constant(value))
        }
        switch (opcode, a, b) {
        case (.setLessThanUnsigned, _, _), (.setLessThanSigned, _, _):
            // The result is 0 or 1, whatever it is compared with.
            guard 0...1 ~= constant else { return nil }
            let isLess = test.isEqual == (constant == 1)
            return Comparison(isLess: isLess, isSigned: opcode == .setLessThanSigned, a, b)
        case (.xor, .register, .register) where constant == 0, (.sub64, .register, .register) where constant == 0:
            return Comparison(opcode: test.isEqual ? .branchEq : .branchNotEq, a: a, b: b)
        case (.xor, .register(let register), .constant(let other)),
            (.xor, .constant(let other), .register(let register)):
            return equals(register, constant ^ Int64(other))
        case (.add64, .register(let register), .constant(let other)),
            (.add64, .constant(let other), .register(let register)):
            return equals(register, constant - Int64(other))
        case (.sub64, .register(let register), .constant(let other)):
            return equals(register, constant + Int64(other))
        case (.sub64, .constant(let other), .register(let register)):
            return equals(register, Int64(other) - constant)
        case (.shiftLogicalRight64, .register, .constant(let count)) where constant == 0 && 1..<31 ~= count:
            // All bits from `count` on are zero.
            return Comparison(isLess: test.isEqual, isSigned: false, a, .constant(1 << count))
        default:
            return nil
        }
    }
}

extension Comparison {
    /// `a < b`, or its contrary.
    fileprivate init(isLess: Bool, isSigned: Bool, _ a: Operand, _ b: Operand) {
        if !isSigned, b == .constant(1) {
            // Nothing but 0 is below 1.
            self.init(opcode: isLess ? .branchEq : .branchNotEq, a: a, b: .constant(0))
        } else if !isSigned, a == .constant(0) {
            self.init(opcode: isLess ? .branchNotEq : .branchEq, a: b, b: .constant(0))
        } else if isLess {
            self.init(opcode: isSigned ? .branchLessSigned : .branchLessUnsigned, a: a, b: b)
        } else {
            self.init(
                opcode: isSigned ? .branchGreaterOrEqualSigned : .branchGreaterOrEqualUnsigned, a: a, b: b)
        }
    }
}
