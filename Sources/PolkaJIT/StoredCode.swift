// Machine code apart from the memory that it runs in: as it is stored, without addresses.
//
// The only addresses in machine code are those of its jump table, in instructions that look there; the only addresses elsewhere
// are those in the table. Both are put in where the code is placed.

import CPolkaSystem
import PolkaBlob
import PolkaVM
import X86Assembler

/// Machine code and what belongs to it, read from a compiled module or about to be written.
struct StoredCode: Sendable {
    /// What the code needs of the processor.
    var features: ProcessorFeatures
    /// As in `CompiledCode`.
    var boundary: Int
    var gasStubs: Int
    var blocks: [CompiledBlock]
    /// Whether instructions hold the address of the jump table; where the system has no memory for that, the code is of no
    /// use.
    var usesTableAddress: Bool
    /// Where in the code that address belongs, ascending; zeros stand there.
    var tableFields: [UInt32]
    /// Where dynamic jumps lead that are not valid.
    var badJump: UInt32
    /// Where the entries of the program's jump table lead.
    var targets: [UInt32]
    /// The machine code.
    var code: ArraySlice<UInt8>

    /// Takes the addresses out of compiled code.
    ///
    /// The program is compiled once more, which tells where they stand.
    ///
    /// - Throws: `ModuleError` if there is no memory for it.
    init(_ compiledProgram: CompiledProgram) throws(ModuleError) {
        let program = compiledProgram.program, compiled = compiledProgram.code
        let start = UnsafeRawPointer(compiled.memory.start), byteCount = compiled.memory.byteCount
        features = compiled.features
        boundary = compiled.boundary
        gasStubs = compiled.gasStubs
        blocks = compiled.blocks
        usesTableAddress = compiled.jumpTable.address != nil
        let entries = compiled.jumpTable.entries
        func offset(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry &- UInt64(UInt(bitPattern: start))) }
        // Nothing has the code address 0.
        badJump = offset(entries[0])
        targets = program.code.jumpTable.indices.map { offset(entries[2 * $0 + 2]) }
        var code = Array(UnsafeRawBufferPointer(start: start, count: byteCount))
        tableFields = try Self.tableFields(compiledProgram)
        for field in tableFields { code.replaceSubrange(Int(field)..<(Int(field) + 4), with: [0, 0, 0, 0]) }
        self.code = code[...]
    }

    private static func tableFields(_ compiledProgram: CompiledProgram) throws(ModuleError) -> [UInt32] {
        let program = compiledProgram.program, compiled = compiledProgram.code
        let tables = try CompilerStorage(instructionCount: compiled.starts.count)
        // The pass asks for room for many instructions at once.
        let byteCount = compiled.memory.byteCount
        let buffer = try CodeBuffer(byteCount: byteCount + (1 << 16), expected: byteCount)
        let bytes = buffer.bytes
        return program.code.bytes.withUnsafeBytes { code in
            compiled.starts.withUnsafeView { starts in
                var compiler = Compiler(
                    program, code: code, starts: starts, features: compiled.features, buffer: bytes,
                    storage: tables.storage, jumpTable: compiled.jumpTable, boundary: compiled.boundary)
                compiler.tableFields = []
                var observer = NoObserver()
                guard compiler.compile(&observer), compiler.assembler.offset == byteCount,
                    compiler.assembler.writtenBytes.elementsEqual(
                        UnsafeRawBufferPointer(start: compiled.memory.start, count: byteCount))
                else {
                    preconditionFailure("code that was compiled again became another")
                }
                return compiler.tableFields ?? []
            }
        }
    }

    /// Puts the code where it can be executed, with its addresses, and fills the jump table.
    ///
    /// - Parameter table: whose address instructions can hold, if those of this code do.
    /// - Returns: the code, which nobody can write any more.
    /// - Throws: `ModuleError.backend` if the system has no memory.
    func place(_ table: JumpTable) throws(ModuleError) -> CodeMemory {
        let buffer = try CodeBuffer(holding: code.count)
        code.withUnsafeBytes { buffer.bytes.copyMemory(from: $0) }
        let start = UInt64(UInt(bitPattern: buffer.bytes.baseAddress))
        if let address = table.address {
            // SAFETY: fields lie inside the code, as `CompiledModule` has checked.
            for field in tableFields {
                buffer.bytes.storeBytes(of: address.littleEndian, toByteOffset: Int(field), as: Int32.self)
            }
        }
        table.entries.initialize(repeating: start + UInt64(badJump))
        for (index, target) in targets.enumerated() { table.entries[2 * index + 2] = start + UInt64(target) }
        return try buffer.seal(byteCount: code.count)
    }
}

extension CodeBuffer {
    /// Memory for machine code of a known size.
    fileprivate init(holding byteCount: Int) throws(ModuleError) {
        if let buffer = CodeBuffer(byteCount: byteCount, likely: byteCount) {
            self = buffer
        } else {
            self = try CodeBuffer(byteCount: byteCount, expected: byteCount)
        }
    }
}
