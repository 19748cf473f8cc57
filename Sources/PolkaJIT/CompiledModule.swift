// A module as bytes, machine code included: what `pvm compile` writes, and what is loaded without compiling.
//
// The bytes, integers little-endian: the magic, the version of the format (4 bytes), how many bytes there are (8); the compiler
// (text behind its length); the form of the program's file (1) and the program, a container; its hash (32); the configuration;
// features of the processor (4); where the code is divided, and where the far ends of its checks of gas start (8 each); whether
// instructions hold the address of the jump table (1), and which; where dynamic jumps lead, first those that are not valid;
// blocks, as pairs of places in machine code and program; the machine code; a sum over all that (8).
//
// Machine code from a file is code that this process executes: such a file is to be trusted as an executable is. The checks
// here find damage and mistakes, not malice.

public import PolkaBlob
import PolkaISA
public import PolkaVM
import X86Assembler

/// A compiled program with everything that is needed to run it, as bytes that can be kept in a file.
///
/// Instances of a module that is loaded from it behave exactly like those of a module that is compiled anew. The machine code is
/// for x86-64 Linux and for one version of pvm; the program itself is part of the bytes, so that it can always be compiled again,
/// or interpreted.
///
/// - Important: Machine code is executed as it is. Load compiled modules only from where you would run an executable from: a
///   damaged one is noticed and refused, but one that was written with intent to harm can do whatever the process can.
public struct CompiledModule: Sendable {
    /// What a program was before it was compiled.
    package enum Form: UInt8, Sendable, CaseIterable {
        case container, standardProgram, rawProgram
    }

    /// The bytes to keep.
    public internal(set) var bytes: [UInt8] = []
    /// The program.
    public let blob: Blob
    /// The container that the program is stored as.
    public let programBytes: [UInt8]
    /// What `programBytes` are known by.
    public let programHash: ContentHash
    /// The choices that the program was compiled with.
    public let configuration: ModuleConfiguration
    package let form: Form
    let code: StoredCode

    /// What the bytes of a compiled module begin with.
    static let magic = Array("PVMCODE\n".utf8)
    static let formatVersion: UInt32 = 1
    static let headerByteCount = magic.count + 4 + 8
    static let sumByteCount = MemoryLayout<UInt64>.size

    /// The compiler whose modules can be read here: the version of pvm, and of the machine code that it makes.
    public static var compiler: String { CodeVersion.text }

    /// Bytes of machine code.
    public var nativeByteCount: Int { code.code.count }

    /// Instruction set extensions that the machine code may use, such as `bmi2`.
    public var requiredFeatures: [String] { code.features.names }

    /// Whether bytes start like a compiled module.
    public static func isCompiledModule(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    // MARK: Making one

    /// Stores a module with its machine code; a module of another backend than the compiler is compiled for it.
    ///
    /// Takes about as long as compiling. The same program and configuration give the same bytes on machines with the same
    /// features.
    ///
    /// - Throws: `CompiledModuleError.module` if the program can not be compiled, `.notStorable` for a program with a
    ///   damaged table of imports, or one that pays for each instruction.
    public init(_ module: Module) throws(CompiledModuleError) {
        try self.init(module, form: .container)
    }

    package init(_ module: Module, form: Form) throws(CompiledModuleError) {
        guard module.configuration.gasMetering != .perInstruction else {
            throw .notStorable("a module that pays for each instruction is interpreted and has no machine code")
        }
        let programBytes = module.blob.serialized()
        guard let parsed = try? Blob(parsing: programBytes), parsed == module.blob else {
            throw .notStorable(
                "the program's table of imports is damaged: a number there has no name, and no container can say that")
        }
        let code: StoredCode
        do throws(ModuleError) {
            if let compiled = module.executable as? CompiledProgram {
                code = try StoredCode(compiled)
            } else {
                code = try StoredCode(try CompiledProgram(module.program, CompilerOptions()))
            }
        } catch {
            throw .module(error)
        }
        self.init(
            blob: module.blob, programBytes: programBytes, programHash: ContentHash(of: programBytes),
            configuration: module.configuration, form: form, code: code)
        bytes = written()
    }

    private func written() -> [UInt8] {
        var body = StoredWriter()
        body.append(counted: CodeVersion.text.utf8)
        body.append(form.rawValue)
        body.append(counted: programBytes)
        body.append(bytes: programHash.bytes)
        configuration.store(in: &body)
        body.append(code.features.rawValue)
        body.append(code.boundary == .max ? UInt64.max : UInt64(code.boundary))
        body.append(UInt64(code.gasStubs))
        body.append(UInt8(code.usesTableAddress ? 1 : 0))
        body.append(code.tableFields)
        body.append([code.badJump] + code.targets)
        body.append(code.blocks.flatMap { [$0.nativeOffset, $0.codeOffset] })
        body.append(counted: code.code)
        var file = StoredWriter()
        file.append(bytes: Self.magic)
        file.append(Self.formatVersion)
        file.append(UInt64(Self.headerByteCount + body.bytes.count + Self.sumByteCount))
        file.append(bytes: body.bytes)
        file.append(file.bytes.withUnsafeBytes(DamageCheck.sum))
        return file.bytes
    }

    /// A value whose bytes are still to be written.
    init(
        blob: Blob, programBytes: [UInt8], programHash: ContentHash, configuration: ModuleConfiguration, form: Form,
        code: StoredCode
    ) {
        self.blob = blob
        self.programBytes = programBytes
        self.programHash = programHash
        self.configuration = configuration
        self.form = form
        self.code = code
    }
}
