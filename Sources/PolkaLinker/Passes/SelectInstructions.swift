// Blocks to instructions: fits operands into encodings and puts in addresses, which are known by now (linker.md 11).
//
// Jump targets stay symbolic: they are the indices of instructions, for `CodeLayout` to resolve.

import PolkaBlob
import PolkaISA

/// Instructions in order, and where blocks start among them.
struct SelectedCode {
    var instructions: [Instruction] = []
    /// Where each instruction comes from in the input.
    var origins: [Origin] = []
    /// By block number: the index of the block's first instruction; -1 for a block that is not in the program.
    var firstInstruction: [Int] = []
    /// How many of the first instructions are the dispatch table, which comes from nowhere.
    var dispatchCount = 0
    /// Instructions that must take a fixed number of bytes, by index.
    var minimumByteCounts: [Int: Int] = [:]
}

/// Blocks whose address is taken, in their order: slot `k` of the jump table has the code address `2 * (k + 1)`.
struct JumpTable {
    private(set) var blocks: [BlockID] = []
    private var slots: [Int: Int] = [:]

    init(order: [BlockID], addressTaken: [Bool]) {
        for id in order where addressTaken[id.rawValue] {
            slots[id.rawValue] = blocks.count
            blocks.append(id)
        }
    }

    /// The code address of a block, nil if it has no slot.
    func address(of block: BlockID) -> Int64? {
        slots[block.rawValue].map { 2 * (Int64($0) + 1) }
    }
}

/// Picks instructions for the program's blocks.
struct InstructionSelector {
    let program: Program
    let input: LinkInput
    let data: DataLayout
    let jumpTable: JumpTable
    let imports: ImportNumbers
    let set: InstructionSet

    private(set) var result = SelectedCode()
    private var diagnostics = Diagnostics()
    private var origin = Origin(Location(section: 0, offset: 0))

    init(
        _ program: Program, _ input: LinkInput, _ data: DataLayout, _ jumpTable: JumpTable, _ imports: ImportNumbers,
        _ set: InstructionSet
    ) {
        self.program = program
        self.input = input
        self.data = data
        self.jumpTable = jumpTable
        self.imports = imports
        self.set = set
    }

    /// Runs over all blocks; `dispatch` are blocks to which fixed entries at the start of the code jump.
    mutating func run(dispatch: [BlockID]) throws(LinkFailure) -> SelectedCode {
        for (index, block) in dispatch.enumerated() {
            // Entry k starts at offset 5 * k (blob-format.md 2.7).
            if index + 1 < dispatch.count { result.minimumByteCounts[index] = 5 }
            append(Instruction(.jump, target: UInt32(block.rawValue)))
        }
        result.dispatchCount = dispatch.count
        result.firstInstruction = [Int](repeating: -1, count: program.blocks.count)
        for (index, id) in program.order.enumerated() {
            let next = index + 1 < program.order.count ? program.order[index + 1] : nil
            result.firstInstruction[id.rawValue] = result.instructions.count
            let block = program[id]
            for placed in block.operations {
                origin = placed.origin
                select(placed.operation)
            }
            origin = block.controlOrigin
            select(block.control, next)
        }
        for index in result.instructions.indices where result.instructions[index].opcode.format.hasTarget {
            let first = result.firstInstruction[Int(result.instructions[index].target)]
            precondition(first >= 0, "a jump to a block that is not in the program")
            result.instructions[index].target = UInt32(first)
        }
        try diagnostics.check()
        return result
    }

    // MARK: Operations

    private mutating func select(_ operation: Operation) {
        switch operation {
        case .nop:
            break
        case .loadImmediate(let d, let value):
            let opcode = Int32(exactly: value) == nil ? Opcode.loadImm64 : .loadImm
            append(Instruction(opcode, machine(d), x: value))
        case .loadAddress(let d, let address):
            append(Instruction(.loadImm, machine(d), x: value(of: address)))
        case .loadHeapBase(let d):
            append(Instruction(.loadImm, machine(d), x: data.heapBase))
        case .load(let opcode, let d, .indirect(let base, let offset)):
            append(Instruction(opcode, machine(d), machine(base), x: Int64(offset)))
        case .load(let opcode, let d, .absolute(let place)):
            append(Instruction(form(opcode, \.absoluteForm), machine(d), x: address(of: place)))
        case .store(let opcode, let value, let address):
            select(store: opcode, value, address)
        case .move(let d, let s):
            append(Instruction(.moveReg, machine(d), machine(s)))
        case .unary(let opcode, let d, let s):
            append(Instruction(opcode, machine(d), machine(s)))
        case .binary(let opcode, let d, let a, let b):
            select(binary: opcode, machine(d), a, b)
        case .conditionalMove(let opcode, let d, .register(let value), let condition):
            append(Instruction(opcode, machine(value), machine(condition), machine(d)))
        case .conditionalMove(let opcode, let d, .constant(let value), let condition):
            append(Instruction(form(opcode, \.immediateForm), machine(d), machine(condition), x: Int64(value)))
        case .hostCall(let id):
            // The immediate is the number's 32 bits.
            let number = imports.hostCall[id.rawValue] ?? 0
            append(Instruction(.ecalli, x: Int64(Int32(bitPattern: number))))
        case .sbrk(let d, let size):
            append(Instruction(.sbrk, machine(d), machine(size)))
        case .memset:
            append(Instruction(.memset))
        }
    }

    private mutating func select(store opcode: Opcode, _ value: Operand, _ address: MemoryOperand) {
        switch (value, address) {
        case (.register(let source), .indirect(let base, let offset)):
            append(Instruction(opcode, machine(source), machine(base), x: Int64(offset)))
        case (.constant(let value), .indirect(let base, let offset)):
            append(Instruction(form(opcode, \.indirectImmediateForm), machine(base), x: Int64(offset), y: value))
        case (.register(let source), .absolute(let place)):
            append(Instruction(form(opcode, \.absoluteForm), machine(source), x: self.address(of: place)))
        case (.constant(let value), .absolute(let place)):
            append(Instruction(form(opcode, \.absoluteImmediateForm), x: self.address(of: place), y: value))
        }
    }

    private mutating func select(binary opcode: Opcode, _ d: Register, _ a: Operand, _ b: Operand) {
        switch (a, b) {
        case (.register(let a), .register(let b)):
            append(Instruction(opcode, machine(a), machine(b), d))
        case (.register(let a), .constant(let constant)) where opcode == .sub32 || opcode == .sub64:
            subtract(constant, from: machine(a), d, opcode == .sub32 ? .addImm32 : .addImm64)
        case (.register(let a), .constant(let constant)):
            append(Instruction(form(opcode, \.immediateForm), d, machine(a), x: Int64(constant)))
        case (.constant(let constant), .register(let b)):
            append(Instruction(form(opcode, \.immediateFirstForm), d, machine(b), x: Int64(constant)))
        case (.constant, .constant):
            preconditionFailure("an operation on two constants: `simplified` makes it a load")
        }
    }

    private mutating func subtract(_ constant: Int32, from a: Register, _ d: Register, _ add: Opcode) {
        if constant == .min {
            // The negated constant does not fit: add 2^31 in two steps.
            append(Instruction(add, d, a, x: Int64(Int32.max)))
            append(Instruction(add, d, d, x: 1))
        } else {
            append(Instruction(add, d, a, x: Int64(-constant)))
        }
    }

    // MARK: Control

    private mutating func select(_ control: Control, _ next: BlockID?) {
        switch control {
        case .trap:
            append(Instruction(.trap))
        case .jump(let target) where target == next:
            // The block that follows may be a jump target, so this one must end with a terminator.
            append(Instruction(.fallthrough))
        case .jump(let target):
            append(Instruction(.jump, target: UInt32(target.rawValue)))
        case .jumpIndirect(let base):
            append(Instruction(.jumpIndirect, machine(base), x: 0))
        case .call(let link, let target, let returnTo):
            let address = value(of: .code(returnTo))
            append(Instruction(.loadImmAndJump, machine(link), x: address, target: UInt32(target.rawValue)))
        case .callIndirect(let link, let base, let returnTo):
            let address = value(of: .code(returnTo))
            append(Instruction(.loadImmAndJumpIndirect, machine(link), machine(base), x: address, y: 0))
        case .branch(let opcode, let a, let b, let taken, let notTaken):
            precondition(notTaken == next, "OrderBlocks makes the other side of a branch come next")
            select(branch: opcode, a, b, UInt32(taken.rawValue))
        }
    }

    private mutating func select(branch opcode: Opcode, _ a: Operand, _ b: Operand, _ target: UInt32) {
        switch (a, b) {
        case (.register(let a), .register(let b)):
            append(Instruction(opcode, machine(a), machine(b), target: target))
        case (.register(let a), .constant(let constant)):
            append(Instruction(form(opcode, \.branchImmediateForm), machine(a), x: Int64(constant), target: target))
        case (.constant(let constant), .register(let b)):
            append(
                Instruction(form(opcode, \.branchImmediateFirstForm), machine(b), x: Int64(constant), target: target))
        case (.constant, .constant):
            preconditionFailure("a branch on two constants: `simplified` makes it a jump")
        }
    }

    // MARK: Helpers

    private mutating func append(_ instruction: Instruction) {
        if !set.contains(instruction.opcode) {
            diagnostics.report(
                input.error(
                    at: origin.location,
                    "the instruction '\(instruction.opcode.mnemonic)' does not exist in \(set.name); "
                        + Self.remedy(for: instruction.opcode)))
        }
        result.instructions.append(instruction)
        result.origins.append(origin)
    }

    /// What to do where the instruction set lacks an instruction: each is one that only a guest's own code asks for.
    private static func remedy(for opcode: Opcode) -> String {
        switch opcode {
        case .sbrk: "reserve the heap when the program is built (PVM_HEAP); only latest64 has it"
        case .memset: "call the function memset; only latest64 has the instruction"
        default: "avoid it, or link for another instruction set"
        }
    }

    private func form(_ opcode: Opcode, _ path: KeyPath<Opcode, Opcode?>) -> Opcode {
        guard let form = opcode[keyPath: path] else {
            preconditionFailure("\(opcode.mnemonic) has no form for these operands; lowering must not make it")
        }
        return form
    }

    private func machine(_ register: LinkRegister) -> Register {
        guard let machine = register.machine else {
            preconditionFailure("a temporary is left; ReplaceTemporaries removes them")
        }
        return machine
    }

    private mutating func address(of location: Location) -> Int64 {
        guard let address = data.address(of: location) else {
            preconditionFailure("a reached section has no address")
        }
        // Loads and stores wrap at 32 bits; what must fit is the immediate.
        if Int32(exactly: address) == nil {
            diagnostics.report(
                input.error(
                    at: origin.location,
                    "the address 0x\(String(address, radix: 16)) of \(input.describe(location)) is out of"
                        + " the guest's data"))
            return 0
        }
        return address
    }

    private mutating func value(of address: Address) -> Int64 {
        switch address {
        case .data(let location): return self.address(of: location)
        case .code(let block):
            guard let address = jumpTable.address(of: block) else {
                preconditionFailure("a block whose address is taken has no slot in the jump table")
            }
            return address
        }
    }
}
