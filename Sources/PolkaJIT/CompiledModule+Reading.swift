// From bytes to a compiled module, and from that to one that runs.

import PolkaBlob
import PolkaISA
public import PolkaVM
import X86Assembler

extension CompiledModule {
    /// Reads a compiled module and checks that it is whole, made by this compiler, and consistent.
    ///
    /// Takes time linear in the bytes.
    ///
    /// - Throws: `CompiledModuleError` with what is wrong; then nothing of it can be used.
    public init(parsing bytes: [UInt8]) throws(CompiledModuleError) {
        try Self.checkWhole(bytes)
        var reader = StoredReader(bytes, in: Self.headerByteCount..<(bytes.count - Self.sumByteCount))
        let build = String(decoding: try reader.countedBytes(), as: UTF8.self)
        guard build == CodeVersion.text else { throw .otherBuild(found: build, expected: CodeVersion.text) }
        let form = try reader.choice(Form.allCases)
        let programBytes = try reader.countedBytes()
        let hash = try reader.skip(ContentHash.byteCount)
        guard let programHash = ContentHash(stored: bytes[hash]) else { throw reader.refuse("no hash") }
        let configuration = try ModuleConfiguration(stored: &reader)
        let blob: Blob
        do throws(BlobError) { blob = try Blob(parsing: programBytes) } catch { throw .program(error) }
        let code = try StoredCode(&reader, of: blob, configuration)
        self.init(
            blob: blob, programBytes: programBytes, programHash: programHash, configuration: configuration, form: form,
            code: code)
        self.bytes = bytes
    }

    /// Everything that can be said without a look at the contents.
    private static func checkWhole(_ bytes: [UInt8]) throws(CompiledModuleError) {
        guard isCompiledModule(bytes) else { throw .notCompiledModule(found: Array(bytes.prefix(magic.count))) }
        guard bytes.count >= headerByteCount + sumByteCount else {
            throw .wrongLength(declared: UInt64(headerByteCount + sumByteCount), actual: bytes.count)
        }
        var header = StoredReader(bytes, in: magic.count..<headerByteCount)
        let version = try header.integer(UInt32.self)
        guard version == formatVersion else { throw .formatVersion(found: version, expected: formatVersion) }
        let length = try header.integer(UInt64.self)
        guard length == UInt64(bytes.count) else { throw .wrongLength(declared: length, actual: bytes.count) }
        let end = bytes.count - sumByteCount
        var reader = StoredReader(bytes, in: end..<bytes.count)
        let stored = try reader.integer(UInt64.self)
        let computed = bytes.withUnsafeBytes { DamageCheck.sum(of: UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        guard stored == computed else { throw .damaged(stored: stored, computed: computed) }
    }

    // MARK: Running it

    /// The module, ready to run.
    ///
    /// The machine code is copied, not made. Only where the system has no memory below 2 GiB for a jump table that the code
    /// expects there, the program is compiled.
    ///
    /// - Returns: a module of the backend `compiler`.
    /// - Throws: `CompiledModuleError.missingFeatures` if the processor can not execute the code, `.module` if the program can
    ///   not be loaded or there is no compiler, whose code needs its support.
    public func module() throws(CompiledModuleError) -> Module {
        try module(on: .current)
    }

    func module(on processor: ProcessorFeatures) throws(CompiledModuleError) -> Module {
        if let reason = Backend.whyNoCompiler { throw .module(.backend(reason)) }
        let missing = code.features.subtracting(processor)
        guard missing.isEmpty else { throw .missingFeatures(missing.names) }
        let code = code
        do throws(ModuleError) {
            return try Module(blob, configuration: configuration, engine: Engine(backend: .compiler)) {
                program throws(ModuleError) in
                let table = JumpTable(
                    entryCount: program.code.jumpTable.count, usesLowMemory: code.usesTableAddress)
                guard code.usesTableAddress == (table.address != nil) else {
                    return try CompiledProgram(program, CompilerOptions())
                }
                return CompiledProgram(program, code: try CompiledCode(program, stored: code, jumpTable: table))
            }
        } catch {
            throw .module(error)
        }
    }
}

extension StoredCode {
    /// Reads the code of a program, and checks that nothing of it leads elsewhere.
    fileprivate init(
        _ reader: inout StoredReader, of blob: Blob, _ configuration: ModuleConfiguration
    ) throws(CompiledModuleError) {
        features = ProcessorFeatures(rawValue: try reader.integer(UInt32.self))
        guard features.isSubset(of: .ofCompiledCode) else { throw reader.refuse("features that no code uses") }
        let boundary = try reader.integer(UInt64.self)
        self.boundary = boundary == .max ? .max : Int(clamping: boundary)
        guard self.boundary == .max || self.boundary == CompiledCode.middle(of: blob.code, blob.instructionSet) else {
            throw reader.refuse("code divided at \(boundary), where no compiler divides it")
        }
        gasStubs = Int(clamping: try reader.integer(UInt64.self))
        usesTableAddress = try reader.choice([false, true])
        tableFields = try reader.integers()
        let jumps = try reader.integers()
        guard jumps.count == blob.code.jumpTable.count + 1 else {
            throw reader.refuse("\(jumps.count) targets of jumps, expected \(blob.code.jumpTable.count + 1)")
        }
        badJump = jumps[0]
        targets = Array(jumps[1...])
        let pairs = try reader.integers()
        guard pairs.count % 2 == 0 else { throw reader.refuse("half a block") }
        blocks = stride(from: 0, to: pairs.count, by: 2).map {
            CompiledBlock(nativeOffset: pairs[$0], codeOffset: pairs[$0 + 1])
        }
        code = try reader.countedSlice()
        guard reader.remaining == 0 else { throw reader.refuse("\(reader.remaining) bytes too many") }
        if let problem = problem(blob, configuration) { throw reader.refuse(problem) }
    }

    /// What is wrong with the places that it names; nil if nothing is.
    private func problem(_ blob: Blob, _ configuration: ModuleConfiguration) -> String? {
        let isMetered = configuration.metered.gasMetering != .none
        guard code.count <= X86Assembler.maximumCodeByteCount,
            code.count - gasStubs == (isMetered ? blocks.count * Compiler.stubByteCount : 0)
        else { return "\(code.count) bytes of machine code, of which checks of gas start at \(gasStubs)" }
        var end = (native: -1, code: -1)
        for block in blocks {
            guard Int(block.nativeOffset) > end.native, Int(block.codeOffset) > end.code else {
                return "blocks out of order at code offset \(block.codeOffset)"
            }
            end = (Int(block.nativeOffset) + (isMetered ? Compiler.checkByteCount : 0) - 1, Int(block.codeOffset))
        }
        // Behind the code stands the block of the implicit trap.
        guard !blocks.isEmpty, end.native < gasStubs, end.code <= blob.code.bytes.count else {
            return "blocks beyond the code"
        }
        if let stray = ([badJump] + targets).first(where: { Int($0) >= gasStubs }) {
            return "a jump to \(stray), behind the machine code"
        }
        var last = -4
        for field in tableFields {
            guard usesTableAddress, Int(field) >= last + 4, Int(field) + 4 <= gasStubs else {
                return "an address at \(field), where none can stand"
            }
            last = Int(field)
        }
        return nil
    }
}

extension ProcessorFeatures {
    /// What messages call them.
    var names: [String] {
        let known: [(ProcessorFeatures, String)] = [
            (.bmi1, "bmi1"), (.bmi2, "bmi2"), (.lzcnt, "lzcnt"), (.popcnt, "popcnt"),
        ]
        return known.filter { contains($0.0) }.map(\.1)
    }
}
