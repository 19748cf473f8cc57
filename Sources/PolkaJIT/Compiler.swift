// The compiler: one pass over the bytes of a program, block by block as they come; `Compiler+Instructions` has what each
// instruction becomes.
//
// A block begins with its gas check: one subtraction from the gas register and one branch that is never taken while there is
// gas. The check is complete when the block is (a block that costs more than an instruction can say is paid for outside of the
// machine code), and the far ends of all checks stand behind the code. Only starts of blocks
// have addresses: the labels, by the number of a block's first instruction.
//
// Compiler+Pass.swift goes over the instructions.

import CPolkaSystem
import PolkaBlob
import PolkaISA
import PolkaVM
import X86Assembler

/// A block of code: where it starts, in the machine code and in the program.
struct CompiledBlock {
    var nativeOffset: UInt32
    var codeOffset: UInt32
}

/// What follows the pass instruction by instruction.
protocol CompilerObserver {
    /// False for an observer that need not be asked.
    static var isWatching: Bool { get }

    /// An instruction is about to be compiled.
    ///
    /// - Returns: whether to go on.
    mutating func willCompile(at codeOffset: Int, nativeOffset: Int, facts: Facts) -> Bool

    /// The instruction was compiled together with the one before it, whose code from an offset on was taken back for that.
    mutating func didTakeBack(to nativeOffset: Int)
}

extension CompilerObserver {
    static var isWatching: Bool { true }

    mutating func didTakeBack(to nativeOffset: Int) {}
}

/// Nobody watches.
struct NoObserver: CompilerObserver {
    static var isWatching: Bool { false }

    @inline(__always)
    mutating func willCompile(at codeOffset: Int, nativeOffset: Int, facts: Facts) -> Bool { true }
}

struct Compiler: ~Copyable {
    /// What the sequences may use.
    let features: ProcessorFeatures
    let is64Bit: Bool
    private let isMetered: Bool
    /// nil if a block costs one unit for each of its instructions.
    private let costs: BlockCosts?
    private let jumpRule: JumpRule
    /// Where stretches of the pass meet: what the instruction before may be the first half of, and where its code starts.
    var previous: (leads: UInt8, start: X86Cursor)
    /// The code, or a copy of its end that zeros follow; offsets count from it.
    private(set) var code: UnsafeRawPointer
    let codeByteCount: Int
    /// Where the compiler's part of the code ends.
    private let endOffset: Int
    /// Where the code is divided, if it is: jumps across always have their long form, so that who compiles the whole of it
    /// gets the same machine code as two who compile a part each.
    let boundary: Int
    let part: Part
    /// Jumps across the boundary, and ways to the thunks of the other part: where their distances stand.
    var jumpsAcross: [(field: Int, target: Int)] = []
    var thunkDistances: [Int] = []
    /// Where the machine code says the address of the jump table, for who wants to know; nil for all others.
    var tableFields: [UInt32]?
    private let codeStart: UnsafeRawPointer
    let starts: InstructionStarts.View
    let templates: UnsafePointer<InstructionTemplate>
    let traits: UnsafePointer<OpcodeTraits>
    private let terminators: UnsafePointer<Bool>
    /// By nibble.
    private let hosts: UnsafePointer<X86Register>
    private let marks: UnsafePointer<RegisterMarks>
    /// The first address that no entry of the jump table has.
    let jumpLimit: Int32
    /// Where the table is, if an instruction can say it.
    let jumpTableAddress: Int32?

    var assembler: X86Assembler
    let thunks: ExitThunks
    var facts = Facts()
    var peephole = Peephole()
    let blocks: UnsafeMutablePointer<CompiledBlock>
    private(set) var blockCount = 0
    /// Whether the next instruction starts a block.
    private(set) var startsBlock = true
    /// The number of the block's first instruction.
    private var blockStart = 0
    /// Where the instruction at hand stands; kept for those without templates.
    private var instruction = 0
    /// Instructions of the block up to the one at hand.
    private var blockLength: Int { starts.number(at: instruction) - blockStart + 1 }
    /// Where the block's cost belongs.
    private var costOffset = 0
    /// Sites in the block that wait for their count: where the count belongs, and the instructions up to it.
    private var sites: [(countOffset: Int, position: Int)] = []

    /// The most bytes that one instruction becomes, with the check of a block that it starts.
    static let maximumInstructionByteCount = 192
    /// The same for all instructions that start in a word of the bitmask.
    static let wordByteCount = 64 * maximumInstructionByteCount
    /// The bytes of a block's check behind the code.
    static let stubByteCount = 5
    /// Where in a block the cost stands, and the distance to the check's far end.
    static let costPosition = 3
    private static let stubDistancePosition = 9
    /// Where the branch to the far end stands, and what it is in the check of a block that is dear: `nop`, `jmp`.
    private static let branchPosition = 7
    private static let unconditionalBranch: Int32 = 0xe990
    /// A block that costs more is dear: its check cannot hold the cost.
    private static let greatestCost = Int64(Int32.max)
    /// The bytes of a check.
    static let checkByteCount = 13
    /// Where the far ends of the checks start.
    private(set) var gasStubs = 0

    /// What a compiler compiles.
    enum Part {
        case whole
        /// What comes before the boundary, with the thunks.
        case first
        /// What comes behind it, to be appended to the machine code of the first.
        case second(ExitThunks)

        var isSecond: Bool {
            if case .second = self { return true }
            return false
        }
    }

    /// The storage that a pass needs besides the memory for code.
    struct Storage {
        /// By number of an instruction, all 0 at first.
        let labels: UnsafeMutableBufferPointer<Int32>
        let blocks: UnsafeMutablePointer<CompiledBlock>
    }

    /// - Parameters:
    ///   - program: what to compile.
    ///   - code: its bytes.
    ///   - starts: where its instructions start.
    ///   - features: which instructions may be used.
    ///   - buffer: where the machine code goes.
    ///   - storage: stays the caller's.
    ///   - jumpTable: where dynamic jumps look; `fill` fills it.
    ///   - boundary: a block's start, where the code is divided; no code offset for code that is not.
    ///   - part: of the code so divided.
    init(
        _ program: Program, code: UnsafeRawBufferPointer, starts: InstructionStarts.View, features: ProcessorFeatures,
        buffer: UnsafeMutableRawBufferPointer, storage: Storage, jumpTable: JumpTable,
        boundary: Int = .max, part: Part = .whole
    ) {
        self.features = features
        is64Bit = program.instructionSet.is64Bit
        isMetered = program.configuration.gasMetering != .none
        costs = isMetered && !program.configuration.isPaidByInstruction ? BlockCosts(program) : nil
        jumpRule = program.configuration.jumpRule
        codeByteCount = code.count
        codeStart = code.baseAddress ?? UnsafeRawPointer(buffer.baseAddress.unsafelyUnwrapped)
        self.code = codeStart
        self.starts = starts
        traits = CompilerTables.traits[Int(program.instructionSet.rawValue)]
        templates = CompilerTables.templates(program.instructionSet, features)
        terminators = CompilerTables.terminators[Int(program.instructionSet.rawValue)]
        hosts = CompilerTables.hosts
        marks = CompilerTables.marks
        jumpLimit = Int32(truncatingIfNeeded: 2 * program.code.jumpTable.count + 2)
        jumpTableAddress = jumpTable.address
        blocks = storage.blocks
        assembler = X86Assembler(code: buffer, labels: storage.labels)
        previous = (0, assembler.position)
        self.boundary = boundary
        self.part = part
        switch part {
        case .whole, .first: thunks = ExitThunks(&assembler, hostAddress: MemoryMap.returnToHost)
        case .second(let others): thunks = others
        }
        if case .first = part { endOffset = boundary } else { endOffset = codeByteCount }
    }

    // MARK: The pass

    /// Compiles the whole program.
    ///
    /// - Returns: false if there was no room.
    mutating func compile(_ observer: inout some CompilerObserver) -> Bool {
        beginCode()
        guard compile(from: starts.next(from: 0), &observer) else { return false }
        endCode()
        return emitGasStubs()
    }

    /// Compiles the part before the boundary.
    ///
    /// - Returns: false if there was no room.
    mutating func compileFirstPart() -> Bool {
        beginCode()
        var offset = starts.next(from: 0)
        var observer = NoObserver(), goesOn = true
        return compile(from: &offset, until: boundary, &observer, &goesOn)
    }

    /// Compiles the part behind the boundary.
    ///
    /// - Returns: false if there was no room.
    mutating func compileSecondPart() -> Bool {
        var observer = NoObserver()
        guard compile(from: boundary, &observer) else { return false }
        endCode()
        return true
    }

    /// What lies before the first instruction is a gap like those behind the reach of a skip.
    private mutating func beginCode() {
        if starts.next(from: 0) > 0 { gap(at: 0) }
    }

    /// Behind the code stands an implicit trap.
    private mutating func endCode() {
        gap(at: codeByteCount)
    }

    /// Appends the code of the second part to that of the first, which this compiler has compiled.
    ///
    /// - Parameters:
    ///   - second: the compiler of the second part, which used the same labels.
    ///   - secondBlocks: its blocks.
    /// - Returns: false if there was no room.
    mutating func append(_ second: borrowing Compiler, _ secondBlocks: UnsafePointer<CompiledBlock>) -> Bool {
        let code = second.assembler.writtenBytes, distance = assembler.offset
        guard assembler.hasRoom(forByteCount: code.count) else { return false }
        assembler.append(code)
        for field in second.thunkDistances {
            assembler.patch(
                at: distance + field,
                assembler.word32(at: distance + field) &- Int32(truncatingIfNeeded: distance))
        }
        assembler.moveLabels(starts.number(at: boundary)..<starts.number(at: codeByteCount), by: distance)
        func land(_ field: Int, _ target: Int) {
            guard let offset = assembler.offset(of: X86Label(Int32(truncatingIfNeeded: target))) else {
                preconditionFailure("a valid target starts no block")
            }
            assembler.patch(at: field, Int32(truncatingIfNeeded: offset - field - 4))
        }
        for jump in jumpsAcross { land(jump.field, jump.target) }
        for jump in second.jumpsAcross { land(distance + jump.field, jump.target) }
        for index in 0..<second.blockCount {
            var block = secondBlocks[index]
            block.nativeOffset += UInt32(truncatingIfNeeded: distance)
            blocks[blockCount + index] = block
        }
        blockCount += second.blockCount
        return emitGasStubs()
    }

    /// An instruction is read with loads that reach behind it, so far at most.
    static let reach = 32

    /// Where to read an instruction from that has been compiled.
    func bytes(at offset: Int) -> UnsafeRawPointer {
        offset < codeByteCount - Self.reach ? codeStart + offset : code + offset
    }

    /// Compiles from an instruction on.
    ///
    /// - Returns: false if there was no room; true at the end of the code, or when the observer had enough.
    mutating func compile(from first: Int, _ observer: inout some CompilerObserver) -> Bool {
        var tail: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let tailStart = max(0, codeByteCount - Self.reach)
        var offset = first
        var goesOn = true
        code = codeStart
        guard compile(from: &offset, until: tailStart, &observer, &goesOn) else { return false }
        guard goesOn else { return true }
        return withUnsafeMutableBytes(of: &tail) { tail in
            tail.copyMemory(
                from: UnsafeRawBufferPointer(start: codeStart + tailStart, count: codeByteCount - tailStart))
            code = UnsafeRawPointer(tail.baseAddress.unsafelyUnwrapped) - tailStart
            defer { code = codeStart }
            return compile(from: &offset, until: codeByteCount, &observer, &goesOn)
        }
    }

    /// Compiles an instruction that has no template, and the start of the block behind it if it ends its own.
    ///
    /// - Parameters:
    ///   - operands: of it, if a skip reaches as far as the next instruction.
    ///   - offset: where it stands.
    ///   - next: where the next one starts.
    @inline(never)
    mutating func compile(_ operands: Operands, at offset: Int, next: Int) {
        let (traits, reached) = begin(operands, at: offset)
        compile(traits, reached, at: offset, next: next)
        if startsBlock { finish(operands, next: next) }
    }

    // The frequent ends of blocks, each by itself, so that the pass branches on which it is only once.

    @inline(never)
    mutating func compileBranch(_ operands: Operands, at offset: Int, next: Int) {
        let (traits, reached) = begin(operands, at: offset)
        branch(traits.condition, reached, offset, next)
        finish(operands, next: next)
    }

    @inline(never)
    mutating func compileBranchImmediate(_ operands: Operands, at offset: Int, next: Int) {
        let (traits, reached) = begin(operands, at: offset)
        branchImmediate(traits.condition, reached, offset, next)
        finish(operands, next: next)
    }

    @inline(never)
    mutating func compileJump(_ operands: Operands, at offset: Int, next: Int) {
        let (_, reached) = begin(operands, at: offset)
        jump(reached, at: offset)
        finish(operands, next: next)
    }

    @inline(never)
    mutating func compileCall(_ operands: Operands, at offset: Int, next: Int) {
        let (_, reached) = begin(operands, at: offset)
        call(reached, at: offset)
        finish(operands, next: next)
    }

    @inline(never)
    mutating func compileFallthrough(_ operands: Operands, at offset: Int, next: Int) {
        let (_, reached) = begin(operands, at: offset)
        fallThrough(reached, at: offset, next: next)
        finish(operands, next: next)
    }

    @inline(__always)
    private mutating func begin(_ operands: Operands, at offset: Int) -> (OpcodeTraits, Operands) {
        instruction = offset
        return (
            traits[Int(code.load(fromByteOffset: offset, as: UInt8.self))],
            Operands(operands, skip: min(Instruction.maximumSkip, operands.skip))
        )
    }

    @inline(__always)
    private mutating func finish(_ operands: Operands, next: Int) {
        if operands.skip <= Instruction.maximumSkip, next < endOffset { beginBlock(at: next, hasStart: true) }
    }

    /// Behind an instruction whose skip does not reach the next one lies a gap.
    ///
    /// - Parameters:
    ///   - offset: where the instruction stands.
    ///   - next: where the next one starts.
    @inline(never)
    mutating func endReach(at offset: Int, next: Int) {
        let behind = offset &+ 1 &+ Instruction.maximumSkip
        if behind < codeByteCount { gap(at: behind) }
        if startsBlock, next < endOffset { beginBlock(at: next, hasStart: true) }
    }

    // MARK: Blocks

    /// The next instruction is the first of a block whose check has been emitted elsewhere.
    mutating func resumeBlock() {
        startsBlock = false
    }

    /// A block begins.
    ///
    /// - Parameters:
    ///   - codeOffset: where.
    ///   - hasStart: false where no instruction starts, and nobody can jump to.
    @inline(__always)
    mutating func beginBlock(at codeOffset: Int, hasStart: Bool) {
        blockStart = starts.number(at: codeOffset)
        if hasStart { assembler.bind(X86Label(Int32(truncatingIfNeeded: blockStart))) }
        blocks[blockCount] = CompiledBlock(
            nativeOffset: UInt32(truncatingIfNeeded: assembler.offset),
            codeOffset: UInt32(truncatingIfNeeded: codeOffset))
        blockCount &+= 1
        startsBlock = false
        guard isMetered else { return }
        costOffset = assembler.offset &+ Self.costPosition
        assembler.arithmetic(.sub, .bits64, RegisterMap.gas, wide: 0)
        // Gas is never negative here and no cost is 2^31, so that "less" is "negative"; the processor fuses it with the
        // subtraction, as it does not the test of the sign.
        assembler.jumpWide(.less, distance: 0)
    }

    /// The instruction at hand is the last of its block.
    @inline(__always)
    mutating func endBlock() {
        startsBlock = true
        facts.forget()
        peephole.forget()
        guard isMetered else { return }
        guard costs == nil else { return patchModelledCost() }
        assembler.patch(at: costOffset, Int32(truncatingIfNeeded: blockLength))
        if !sites.isEmpty { completeSites() }
    }

    /// Completes the check of a block whose cost only the model knows.
    @inline(never)
    private mutating func patchModelledCost() {
        // A pass that began in the middle of the block has no check.
        guard let costs, blockCount > 0 else { return }
        let cost = costs.cost(ofBlockAt: Int(blocks[blockCount &- 1].codeOffset))
        if cost <= Self.greatestCost {
            assembler.patch(at: costOffset, Int32(truncatingIfNeeded: cost))
        } else {
            // Nothing is taken, and the far end is jumped to whatever the flags: there the cost is looked up.
            assembler.patch(at: costOffset - Self.costPosition + Self.branchPosition, Self.unconditionalBranch)
        }
    }

    @inline(never)
    private mutating func completeSites() {
        let blockLength = blockLength
        for site in sites {
            assembler.patch(at: site.countOffset, Int32(truncatingIfNeeded: blockLength - site.position))
        }
        sites.removeAll(keepingCapacity: true)
    }

    /// Whether the check of gas at an address is that of a dear block.
    static func isDear(checkAt address: UnsafeRawPointer) -> Bool {
        address.loadUnaligned(fromByteOffset: branchPosition, as: UInt16.self) == UInt16(unconditionalBranch)
    }

    /// The far ends of the checks of gas.
    private mutating func emitGasStubs() -> Bool {
        gasStubs = assembler.offset
        guard isMetered else { return true }
        guard assembler.hasRoom(forByteCount: blockCount * Self.stubByteCount) else { return false }
        for index in 0..<blockCount {
            let check = Int(blocks[index].nativeOffset)
            assembler.patch(
                at: check &+ Self.stubDistancePosition,
                Int32(truncatingIfNeeded: assembler.offset &- check &- Self.checkByteCount))
            assembler.call(toOffset: thunks.outOfGas)
        }
        return true
    }

    // MARK: Ways out

    /// Leaves the code by a thunk, with all registers as they should be.
    ///
    /// - Parameters:
    ///   - thunk: which.
    ///   - codeOffset: the instruction to report.
    ///   - number: that of a host call.
    ///   - next: the offset of what follows, for those who go on.
    @inline(never)
    mutating func leave(_ thunk: Int, at codeOffset: Int, number: Int32 = 0, next: Int = 0) {
        extend(facts.pending(of: Facts.pending))
        if thunk == thunks.trap {
            assembler.call(toOffset: thunk)
        } else {
            assembler.lea(.bits64, RegisterMap.scratch, X86Memory(ripRelative: 5))
            assembler.jumpWide(toOffset: thunk)
        }
        noteThunkDistance()
        assembler.data(Int32(truncatingIfNeeded: codeOffset))
        if isMetered, costs == nil { sites.append((assembler.offset, blockLength)) }
        assembler.data(0)
        assembler.data(number)
        assembler.data(Int32(truncatingIfNeeded: next))
        facts.forget()
    }

    /// The last four bytes are the distance to a thunk.
    @inline(__always)
    mutating func noteThunkDistance() {
        if part.isSecond { thunkDistances.append(assembler.offset &- 4) }
    }

    @inline(never)
    mutating func trap(at codeOffset: Int) {
        leave(thunks.trap, at: codeOffset)
    }

    /// A stretch of code that no instruction covers traps.
    private mutating func gap(at codeOffset: Int) {
        if startsBlock { beginBlock(at: codeOffset, hasStart: false) }
        instruction = codeOffset
        trap(at: codeOffset)
        endBlock()
    }

    // MARK: Registers

    @inline(__always)
    func host(_ nibble: Int) -> X86Register { hosts[nibble] }

    @inline(__always)
    func mark(_ nibble: Int) -> RegisterMarks { marks[nibble] }

    /// The instruction at hand looks at all 64 bits of some registers.
    @inline(__always)
    mutating func use(_ marks: RegisterMarks) {
        let pending = facts.pending(of: marks)
        if pending != 0 { extend(pending) }
    }

    /// Sign extends what was put off.
    @inline(never)
    mutating func extend(_ pending: RegisterMarks) {
        facts.extended(pending)
        assembler.position = Self.extend(pending, at: assembler.position)
    }

    // MARK: Targets

    /// Whether a jump may go to an offset (isa.md 7.2).
    @inline(__always)
    func isTarget(_ target: UInt32) -> Bool {
        let offset = Int(target)
        guard offset < codeByteCount, starts.starts(at: offset) else { return false }
        if jumpRule == .graypaper, traits[Int(codeStart.load(fromByteOffset: offset, as: UInt8.self))].opcode == nil {
            return false
        }
        if offset == 0 { return true }
        let distance = starts.distanceToPrevious(from: offset)
        guard distance <= Instruction.maximumSkip + 1 else { return false }
        let previous = codeStart.load(fromByteOffset: offset &- distance, as: UInt8.self)
        return terminators[Int(previous)]
    }

    /// The label of the block that starts at a valid target.
    @inline(__always)
    func label(of target: UInt32) -> X86Label {
        X86Label(Int32(truncatingIfNeeded: starts.number(at: Int(target))))
    }

    /// Whether the instruction at hand may be one that has successors, and goes on at `next` (isa.md 7.3).
    @inline(__always)
    func continues(_ operands: Operands, at offset: Int, next: Int) -> Bool {
        next &- offset == operands.skip &+ 1 && next < codeByteCount
    }

    @inline(__always)
    var isReferenceRule: Bool { jumpRule == .reference }
}

/// Tables by opcode byte and by nibble, which live as long as the process.
enum CompilerTables {
    /// What the pass needs to know of the register that a nibble means.
    struct RegisterEntry {
        let places: X86Places
        let marks: RegisterMarks
    }
    // SAFETY: written once here, before anyone can read them, and never again.
    nonisolated(unsafe) static let registers = table(
        RegisterMap.host.indices.map { RegisterEntry(places: X86Places(RegisterMap.host[$0]), marks: Facts.marks[$0]) })
    // SAFETY: written once here, before anyone can read them, and never again.
    nonisolated(unsafe) static let hosts = table(RegisterMap.host)
    nonisolated(unsafe) static let marks = table(Facts.marks)
    /// By version byte of the kind.
    nonisolated(unsafe) static let traits = byKind { set in table(set.opcodes.map(OpcodeTraits.init)) }
    nonisolated(unsafe) private static let countingTemplates = byKind { set in
        table(set.opcodes.map { InstructionTemplate($0, countsBits: true) })
    }
    nonisolated(unsafe) private static let otherTemplates = byKind { set in
        table(set.opcodes.map { InstructionTemplate($0, countsBits: false) })
    }
    /// Whether a byte is an instruction that ends a block.
    nonisolated(unsafe) static let terminators = byKind { set in table(set.opcodes.map { $0?.isTerminator ?? false }) }

    static func templates(
        _ set: InstructionSet, _ features: ProcessorFeatures
    ) -> UnsafePointer<InstructionTemplate> {
        let counts = features.contains(.popcnt) && features.contains(.lzcnt) && features.contains(.bmi1)
        return (counts ? countingTemplates : otherTemplates)[Int(set.rawValue)]
    }

    private static func table<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let table = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        table.initialize(from: elements, count: elements.count)
        return UnsafePointer(table)
    }

    private static func byKind<Table>(_ make: (InstructionSet) -> Table) -> [Table] {
        InstructionSet.allCases.sorted { $0.rawValue < $1.rawValue }.map(make)
    }
}
