// A program loaded for running: checked, laid out in memory, made ready by a backend. Immutable, shared by its instances.

public import PolkaBlob
public import PolkaISA
import Synchronization

/// What a backend needs to know of a program.
package struct Program: Sendable {
    package let instructionSet: InstructionSet
    package let code: CodeMap
    package internal(set) var configuration: ModuleConfiguration
    package let memoryMap: MemoryMap?
}

/// A program that instances can be made of.
public final class Module: Sendable {
    /// The program as it was given; for a raw program everything but the code is empty.
    public let blob: Blob
    /// The rules by which the program runs.
    public let configuration: ModuleConfiguration
    /// What executes it.
    public let engine: Engine
    /// Where the program's zones lie, whether or not they are mapped from the start; nil for a program without any that leaves
    /// all memory to the host.
    public var memoryMap: MemoryMap? { program.memoryMap }
    package let program: Program
    package let executable: any Executable
    let image: MemoryImage
    /// What call stacks are found by, made when the first is asked for.
    private let lazyCallGraph = AtomicLazyReference<CallGraph>()
    /// What snapshots know the program by (Snapshot/ModuleIdentity.swift).
    let lazyIdentity = AtomicLazyReference<ModuleIdentity>()

    /// Loads a program from a container.
    ///
    /// - Throws: `ModuleError` if its memory does not fit, or its code breaks a rule that its kind, or strictness, demands.
    public convenience init(
        _ blob: Blob, configuration: ModuleConfiguration = ModuleConfiguration(), engine: Engine = Engine()
    ) throws(ModuleError) {
        try self.init(blob, configuration: configuration, engine: engine, prepare: engine.backend.prepare)
    }

    /// Loads a program that is made ready in another way than the engine's backend would.
    package init(
        _ blob: Blob, configuration: ModuleConfiguration, engine: Engine,
        prepare: (Program) throws(ModuleError) -> any Executable
    ) throws(ModuleError) {
        guard MemoryMap.pageSizes.contains(configuration.pageSize),
            configuration.pageSize & (configuration.pageSize - 1) == 0
        else { throw .badPageSize(configuration.pageSize) }
        let map = blob.memoryMap(auxiliarySize: configuration.auxiliarySize, pageSize: configuration.pageSize)
        guard let map else {
            throw .memoryTooLarge(
                readOnly: blob.readOnlyDataSize, readWrite: blob.readWriteDataSize, stack: blob.stackSize,
                auxiliary: configuration.auxiliarySize)
        }
        if blob.instructionSet == .jamV1 { try validateJamV1(blob.code, configuration.endRule) }
        if configuration.isStrict { try validateReferences(blob) }
        self.blob = blob
        self.configuration = configuration
        self.engine = engine
        program = Program(
            instructionSet: blob.instructionSet, code: blob.code, configuration: configuration.metered,
            memoryMap: configuration.startsUnmapped && blob.hasNoZones ? nil : map)
        image = MemoryImage(
            map: configuration.startsUnmapped ? nil : map, pageSize: configuration.pageSize,
            readOnlyData: blob.readOnlyData,
            readWriteData: blob.readWriteData)
        executable = try prepare(program)
    }

    /// Loads a program from the bytes of a container.
    ///
    /// - Throws: `ModuleError.blob` for bytes that are none.
    public convenience init(
        bytes: [UInt8], configuration: ModuleConfiguration = ModuleConfiguration(), engine: Engine = Engine()
    ) throws(ModuleError) {
        let blob: Blob
        do throws(BlobError) { blob = try Blob(parsing: bytes) } catch { throw .blob(error) }
        try self.init(blob, configuration: configuration, engine: engine)
    }

    /// Loads a raw JAM program, which has code and nothing else.
    public convenience init(
        rawProgram code: CodeMap, instructionSet: InstructionSet = .latest64,
        configuration: ModuleConfiguration = .jam, engine: Engine = Engine()
    ) throws(ModuleError) {
        try self.init(Blob(instructionSet: instructionSet, code: code), configuration: configuration, engine: engine)
    }

    /// The shape of the code; takes time linear in it the first time.
    var callGraph: CallGraph {
        if let graph = lazyCallGraph.load() { return graph }
        return lazyCallGraph.storeIfNil(CallGraph(program, exports: blob.exports.map(\.codeOffset)))
    }

    /// The first export of a name, to be looked up once and called often; nil if there is none.
    public func export(named name: String) -> Blob.Export? { blob.export(named: name) }

    /// What the block that starts at a code offset costs, nil if none starts there; offsets behind the code are the implicit
    /// trap.
    public func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? {
        // What is metered only to be interrupted is metered otherwise.
        if program.configuration.costModel != configuration.costModel {
            var program = program
            program.configuration.costModel = configuration.costModel
            return BlockCosts(program).cost(ofEnterableBlockAt: codeOffset)
        }
        return executable.gasCost(ofBlockAt: codeOffset)
    }

    /// Bytes of machine code that the backend made of the program, nil if it makes none, or has not yet.
    public var nativeByteCount: Int? { executable.nativeByteCount }

    /// How long a backend that compiles while instances run took for it, in whatever thread.
    ///
    /// nil if it has not yet, or if the backend compiles when the module is made.
    public var compileTime: Duration? { executable.compileTime }
}

extension Blob {
    /// Whether the program has neither data nor stack, as a raw program.
    fileprivate var hasNoZones: Bool { readOnlyDataSize == 0 && readWriteDataSize == 0 && stackSize == 0 }
}

/// The check that JamV1 programs must pass when they are loaded (isa.md 7.6, for standard programs host-api.md 3.2); targets
/// of jumps are not part of it.
private func validateJamV1(_ code: CodeMap, _ rule: EndRule) throws(ModuleError) {
    var offset = 0
    while offset < code.bytes.count {
        guard code.startsInstruction(at: offset) else {
            throw .invalidInstruction(codeOffset: offset, problem: "no instruction starts where one must")
        }
        guard let opcode = InstructionSet.jamV1.opcode(of: code.bytes[offset]) else {
            throw .invalidInstruction(
                codeOffset: offset, problem: "the byte \(code.bytes[offset]) is no instruction of jam_v1")
        }
        let next = min(code.bytes.count, offset + 1 + code.skip(at: offset))
        let mayEnd = rule == .graypaper ? opcode.isTerminator : !opcode.canFallThrough
        if !mayEnd, next == code.bytes.count {
            throw .invalidInstruction(
                codeOffset: offset, problem: "the last instruction, \(opcode.mnemonic), runs past the end of the code")
        }
        offset = next
    }
    if code.bytes.isEmpty { throw .invalidInstruction(codeOffset: 0, problem: "there is no code") }
}

/// The checks of strict loading: all names and offsets that the program states lead somewhere.
private func validateReferences(_ blob: Blob) throws(ModuleError) {
    if let number = blob.imports.firstIndex(of: nil) { throw .unresolvableImport(number: number) }
    for export in blob.exports {
        let offset = Int(export.codeOffset)
        guard offset < blob.code.bytes.count, blob.code.startsInstruction(at: offset) else {
            throw .badExport(symbol: Blob.text(of: export.symbol), codeOffset: export.codeOffset)
        }
    }
    for (index, offset) in blob.code.jumpTable.enumerated() {
        guard blob.code.isValidTarget(offset, in: blob.instructionSet) else {
            throw .badJumpTableEntry(index: index, codeOffset: offset)
        }
    }
}
