// Pre-decoded ops to machine code, block by block in their order; `Lowering` has what each op becomes.
//
// A block begins with its gas check: one subtraction from the gas register and one branch that is never taken while there is
// gas. What is rare lies behind all blocks: out-of-gas exits, ends of indirect jumps. Every op's native offset is kept, to go
// on behind host calls, to enter anywhere, and to find the op that a fault belongs to.

import CPolkaSystem
import PolkaISA
import PolkaVM
import X86Assembler

/// Machine code of a program before it is sealed, with the tables to find places in it.
struct GeneratedCode {
    /// By op index, ascending: where the op's code starts; of a block's head, where its gas check starts.
    var nativeOffsets: [UInt32]
    /// By entry of the program's jump table: where the target's block starts, nil where the entry is not a valid target.
    var jumpTargets: [UInt32?]
    var byteCount: Int
}

/// The pass over the ops.
struct CodeGenerator: ~Copyable {
    let code: PredecodedCode
    let is64Bit: Bool
    let isMetered: Bool
    var assembler: X86Assembler
    /// Exits that are emitted behind the blocks: the label, and what to report.
    var exits: [(label: X86Label, pc: UInt32, reason: pvm_native_reason)] = []
    /// Slow ends of indirect jumps: whether the address was that of the host decides what to report.
    var jumpEnds: [(label: X86Label, pc: UInt32)] = []
    private var nextLabel: Int32
    private var nativeOffsets: [UInt32] = []

    /// The most bytes that one op becomes, exits included.
    static let bytesPerOp = 192

    /// Labels that a program can need: one for each op, which blocks use, and two for exits of each op.
    static func labelCount(_ code: PredecodedCode) -> Int { 3 * code.ops.count + 1 }

    init(
        _ code: PredecodedCode, is64Bit: Bool, isMetered: Bool,
        buffer: UnsafeMutableRawBufferPointer, labels: UnsafeMutableBufferPointer<Int32>
    ) {
        self.code = code
        self.is64Bit = is64Bit
        self.isMetered = isMetered
        assembler = X86Assembler(code: buffer, labels: labels)
        nextLabel = Int32(code.ops.count)
    }

    /// A label nobody has used.
    mutating func freshLabel() -> X86Label {
        defer { nextLabel += 1 }
        return X86Label(nextLabel)
    }

    /// The label of the block with a head.
    func label(ofHead index: UInt32) -> X86Label { X86Label(Int32(index)) }

    /// An exit behind the blocks that reports an op.
    mutating func exit(_ pc: UInt32, _ reason: pvm_native_reason) -> X86Label {
        let label = freshLabel()
        exits.append((label, pc, reason))
        return label
    }

    consuming func run() -> GeneratedCode {
        nativeOffsets.reserveCapacity(code.ops.count)
        // Op 0 is the head that bad jumps would lead to; lowering makes traps of them instead.
        nativeOffsets.append(0)
        var index = 1
        let ops = code.ops
        while index < ops.count {
            head(index, ops[index])
            let end = index + 1 + Int(ops[index].y)
            index += 1
            while index < end {
                nativeOffsets.append(UInt32(assembler.offset))
                lower(ops[index], at: code.offsets[index], nextHead: UInt32(index + 1))
                index += 1
            }
        }
        emitExits()
        let byteCount = assembler.offset
        let targets = code.jumpTargets.map { head in
            head == PredecodedCode.badTarget ? nil : nativeOffsets[Int(head)]
        }
        return GeneratedCode(nativeOffsets: nativeOffsets, jumpTargets: targets, byteCount: byteCount)
    }

    private mutating func head(_ index: Int, _ op: Op) {
        nativeOffsets.append(UInt32(assembler.offset))
        assembler.bind(label(ofHead: UInt32(index)))
        guard isMetered else { return }
        assembler.arithmetic(.sub, .bits64, RegisterMap.gas, Int32(clamping: op.cost))
        assembler.jump(.sign, to: exit(code.offsets[index], PVM_NATIVE_OUT_OF_GAS))
    }

    private mutating func emitExits() {
        for end in jumpEnds {
            assembler.bind(end.label)
            // What the host's address becomes when it is halved and counted from 0, as every code address is.
            assembler.arithmetic(.cmp, .bits32, RegisterMap.scratch, Int32(PredecodedCode.returnSlot))
            assembler.jump(.equal, to: exit(end.pc, PVM_NATIVE_FINISHED))
            leave(end.pc, PVM_NATIVE_TRAP)
        }
        for exit in exits {
            assembler.bind(exit.label)
            leave(exit.pc, exit.reason)
        }
    }

    /// Leaves the compiled code.
    mutating func leave(_ pc: UInt32, _ reason: pvm_native_reason) {
        assembler.store(.bits32, RegisterMap.slot(PVM_SLOT_PC), Int32(bitPattern: pc))
        assembler.store(.bits32, RegisterMap.slot(PVM_SLOT_REASON), Int32(bitPattern: reason.rawValue))
        assembler.jump(through: RegisterMap.slot(PVM_SLOT_EXIT))
    }
}
