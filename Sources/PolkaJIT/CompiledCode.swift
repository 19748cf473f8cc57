// The result of compiling: machine code ready to run, and the ways from offsets in the program to addresses and back.

import CPolkaSystem
import PolkaBlob
import PolkaISA
import PolkaVM
import X86Assembler

/// A compiled program.
final class CompiledCode: Sendable {
    let memory: CodeMemory
    private let code: CodeMap
    private let instructionSet: InstructionSet
    let features: ProcessorFeatures
    let starts: InstructionStarts
    /// In the order of their code, which is that of their machine code.
    let blocks: [CompiledBlock]
    let jumpTable: JumpTable
    /// Where the far ends of the checks of gas start, in the machine code.
    let gasStubs: Int
    /// Where the code is divided, for two threads to compile; no code offset for code that is not.
    let boundary: Int
    /// What blocks cost, and whether the machine code takes it.
    let costs: BlockCosts
    let isMetered: Bool

    /// - Parameters:
    ///   - program: what to compile.
    ///   - options: what may be used, and how much of it.
    /// - Throws: `ModuleError.backend` for too much machine code, and if the system has no memory.
    init(_ program: Program, _ options: CompilerOptions) throws(ModuleError) {
        code = program.code
        instructionSet = program.instructionSet
        costs = BlockCosts(program)
        isMetered = program.configuration.gasMetering != .none
        // Whatever the compiler does not know of is no reason to refuse its code elsewhere.
        let features = options.features.intersection(.ofCompiledCode), byteLimit = options.byteLimit
        self.features = features
        let starts = InstructionStarts(code)
        self.starts = starts
        let jumpTable = JumpTable(entryCount: code.jumpTable.count, usesLowMemory: options.usesLowMemory)
        self.jumpTable = jumpTable
        let boundary = code.bytes.count < options.dividedFrom ? Int.max : Self.middle(of: code, instructionSet)
        self.boundary = boundary
        // Distances in machine code are 32 bits wide; memory that is not written costs nothing.
        let bound = min((2 * starts.count + 4) * Compiler.maximumInstructionByteCount + (1 << 16), byteLimit)
        let likely = Self.likelyByteCount(codeByteCount: code.bytes.count)
        if let buffer = CodeBuffer(byteCount: bound, likely: likely),
            let result = try Self.compile(
                program, features, starts, jumpTable, boundary, into: buffer.bytes)
        {
            (blocks, gasStubs) = (result.blocks, result.gasStubs)
            memory = try buffer.seal(byteCount: result.byteCount)
            return
        }
        let buffer = try CodeBuffer(byteCount: bound, expected: 2 * code.bytes.count)
        guard let result = try Self.compile(program, features, starts, jumpTable, boundary, into: buffer.bytes)
        else {
            throw .backend(
                "\(code.bytes.count) bytes of code with \(starts.count) instructions become more than"
                    + " \(byteLimit) bytes of machine code; use the interpreter")
        }
        (blocks, gasStubs) = (result.blocks, result.gasStubs)
        memory = try buffer.seal(byteCount: result.byteCount)
    }

    /// Machine code that was made before, and what belongs to it.
    ///
    /// - Parameters:
    ///   - program: what it was made of.
    ///   - stored: as the compiler left it, checked.
    ///   - jumpTable: of as many entries as the program's, not filled.
    /// - Throws: `ModuleError.backend` if the system has no memory.
    init(_ program: Program, stored: StoredCode, jumpTable: JumpTable) throws(ModuleError) {
        code = program.code
        instructionSet = program.instructionSet
        costs = BlockCosts(program)
        isMetered = program.configuration.gasMetering != .none
        features = stored.features
        starts = InstructionStarts(code)
        self.jumpTable = jumpTable
        boundary = stored.boundary
        blocks = stored.blocks
        gasStubs = stored.gasStubs
        memory = try stored.place(jumpTable)
    }

    /// How much memory is more than enough for most programs of a size: one byte of code becomes two of machine code, or three
    /// if gas is metered, and the pass asks for room for some dozens of instructions at once.
    private static func likelyByteCount(codeByteCount: Int) -> Int {
        4 * codeByteCount + Compiler.wordByteCount + (1 << 12)
    }

    typealias Result = (byteCount: Int, blocks: [CompiledBlock], gasStubs: Int)

    /// Compiles into a buffer, from its start on; nil if there was no room.
    private static func compile(
        _ program: Program, _ features: ProcessorFeatures, _ starts: InstructionStarts, _ jumpTable: JumpTable,
        _ boundary: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ModuleError) -> Result? {
        if boundary < program.code.bytes.count {
            return try compileInTwo(program, features, starts, jumpTable, boundary, into: buffer)
        }
        let tables = try CompilerStorage(instructionCount: starts.count)
        let storage = tables.storage
        return program.code.bytes.withUnsafeBytes { code in
            starts.withUnsafeView { starts in
                var compiler = Compiler(
                    program, code: code, starts: starts, features: features, buffer: buffer, storage: storage,
                    jumpTable: jumpTable)
                var observer = NoObserver()
                guard compiler.compile(&observer) else { return nil }
                compiler.fill(jumpTable, program.code.jumpTable)
                let blocks = UnsafeBufferPointer(start: storage.blocks, count: compiler.blockCount)
                return (compiler.assembler.offset, Array(blocks), compiler.gasStubs)
            }
        }
    }

    // MARK: From the program to the code

    /// Where the block that starts at an offset begins with its check of gas; nil if no block starts there that could be
    /// entered from outside (isa.md 7.5).
    func entry(at codeOffset: Int) -> UnsafeRawPointer? {
        let index = firstBlock { $0.codeOffset >= codeOffset }
        guard index < blocks.count, blocks[index].codeOffset == codeOffset, starts.number(at: codeOffset) != nil else {
            return nil
        }
        // A block behind a gap has no start that walking back from instruction to instruction could find.
        let isBehindGap =
            codeOffset > 0
            && starts.withUnsafeView { $0.distanceToPrevious(from: codeOffset) } > Instruction.maximumSkip + 1
        return isBehindGap ? nil : UnsafeRawPointer(memory.start) + Int(blocks[index].nativeOffset)
    }

    /// The number of the first block that something holds for, as it then does for all behind it.
    func firstBlock(where condition: (CompiledBlock) -> Bool) -> Int {
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            if condition(blocks[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    // MARK: From the code to the program

    /// An instruction that was refused an access to memory.
    struct Fault {
        var codeOffset: Int
        /// What was known of the registers before it.
        var facts: Facts
        /// How its address register comes about, if it has no code of its own.
        var sum: EmittedSum?
        /// How many instructions of its block come behind it, if what it costs says how many there are.
        var remaining: UInt64
    }

    /// The instruction that an access of the machine code to memory belongs to.
    ///
    /// The block is compiled once more up to that point, so that no table of all instructions need be kept.
    ///
    /// - Parameters:
    ///   - address: of the access.
    ///   - program: what was compiled.
    ///   - known: an instruction before which nothing is known of the registers, and its address; if it is in the same block
    ///     the search begins there, or a long block with many faults would be compiled over and over.
    /// - Returns: the instruction.
    /// - Throws: `ModuleError` if there is no memory for it.
    func fault(
        at address: UnsafeRawPointer, in program: Program, after known: NativeResumption
    ) throws(ModuleError) -> Fault {
        let nativeOffset = address - UnsafeRawPointer(memory.start)
        let block = blocks[firstBlock { Int($0.nativeOffset) > nativeOffset } - 1]
        var codeStart = Int(block.nativeOffset) + (isMetered ? Compiler.checkByteCount : 0)
        var first = Int(block.codeOffset)
        if let place = known.address.map({ $0 - UnsafeRawPointer(memory.start) }), place >= codeStart,
            place <= nativeOffset
        {
            (codeStart, first) = (place, Int(known.codeOffset))
        }
        let scratch = UnsafeMutableRawBufferPointer.allocate(
            byteCount: nativeOffset - codeStart + (1 << 16), alignment: 16)
        defer { scratch.deallocate() }
        // The pass may begin to write what follows the block.
        let tables = try CompilerStorage(instructionCount: starts.count)
        let storage = tables.storage
        return code.bytes.withUnsafeBytes { bytes in
            starts.withUnsafeView { starts in
                var compiler = Compiler(
                    program, code: bytes, starts: starts, features: features, buffer: scratch, storage: storage,
                    jumpTable: jumpTable, boundary: boundary)
                let offset = compiler.assembler.offset + nativeOffset - codeStart
                var finder = FaultFinder(offset: offset, code: code, instructionSet: instructionSet)
                compiler.resumeBlock()
                _ = compiler.compile(from: first, &finder)
                let access = compiler.peephole.access
                return Fault(
                    codeOffset: finder.codeOffset, facts: finder.facts,
                    sum: access.nativeOffset == offset ? access.sum : nil,
                    remaining: program.configuration.isPaidByInstruction
                        ? remaining(in: block, behind: finder.codeOffset, starts) : 0)
            }
        }
    }
}

/// Follows the pass until it is behind the instruction of an access.
private struct FaultFinder: CompilerObserver {
    let offset: Int
    let code: CodeMap
    let instructionSet: InstructionSet
    var codeOffset = 0
    var facts = Facts()
    private var accessesMemory = false

    init(offset: Int, code: CodeMap, instructionSet: InstructionSet) {
        self.offset = offset
        self.code = code
        self.instructionSet = instructionSet
    }

    mutating func willCompile(at codeOffset: Int, nativeOffset: Int, facts: Facts) -> Bool {
        // The code of an instruction that accesses no memory has been taken back by the access that follows it.
        guard nativeOffset <= offset || !accessesMemory else { return false }
        self.codeOffset = codeOffset
        self.facts = facts
        accessesMemory = code.instruction(at: codeOffset, in: instructionSet)?.opcode.memoryAccess != nil
        return true
    }
}

/// The tables that compiling works with.
struct CompilerStorage: ~Copyable {
    let storage: Compiler.Storage
    /// Labels, and blocks behind them; nil for a small program, whose tables are allocated.
    private var scratch: ScratchMemory?
    private let labelByteCount: Int
    private let blockByteCount: Int

    /// From how many bytes of labels on they lie in memory that is kept.
    private static let much = 256 << 10

    init(instructionCount: Int) throws(ModuleError) {
        // Every instruction may be a block, and have a gap behind it, and there is the end.
        let labelCount = max(1, instructionCount), blockCount = 2 * instructionCount + 2
        // Of much memory nothing is touched that is not used.
        labelByteCount = (labelCount * MemoryLayout<Int32>.stride + 7) & ~7
        blockByteCount = blockCount * MemoryLayout<CompiledBlock>.stride
        let labels: UnsafeMutableRawPointer, blocks: UnsafeMutableRawPointer
        if labelByteCount >= Self.much {
            guard var scratch = ScratchMemory(byteCount: labelByteCount + blockByteCount),
                let start = scratch.bytes.baseAddress
            else { throw .backend("no memory for \(labelByteCount + blockByteCount) bytes of tables") }
            start.initializeMemory(as: UInt8.self, repeating: 0, count: min(labelByteCount, scratch.dirtyByteCount))
            scratch.usedByteCount = labelByteCount + blockByteCount
            (labels, blocks) = (start, start + labelByteCount)
            self.scratch = consume scratch
        } else {
            guard let someLabels = pvm_allocate_zeros(UInt64(labelByteCount)) else {
                throw .backend("no memory for \(labelByteCount) bytes of tables")
            }
            guard let someBlocks = pvm_allocate(UInt64(blockByteCount)) else {
                pvm_free(someLabels, UInt64(labelByteCount))
                throw .backend("no memory for \(blockByteCount) bytes of tables")
            }
            (labels, blocks) = (someLabels, someBlocks)
            scratch = nil
        }
        storage = Compiler.Storage(
            labels: UnsafeMutableBufferPointer(
                start: labels.bindMemory(to: Int32.self, capacity: labelCount), count: labelCount),
            blocks: blocks.bindMemory(to: CompiledBlock.self, capacity: blockCount))
    }

    deinit {
        guard scratch == nil else { return }
        if let labels = storage.labels.baseAddress { pvm_free(labels, UInt64(labelByteCount)) }
        pvm_free(storage.blocks, UInt64(blockByteCount))
    }
}
