// What can be wrong with a compiled module in a file, and what to do about it.

public import PolkaBlob
public import PolkaVM

/// A compiled module that can not be used, or not be made.
public enum CompiledModuleError: Error, Equatable, CustomStringConvertible {
    /// The bytes begin with others than a compiled module does.
    case notCompiledModule(found: [UInt8])
    case formatVersion(found: UInt32, expected: UInt32)
    /// Bytes are missing, or there are more than there should be.
    case wrongLength(declared: UInt64, actual: Int)
    /// The sum over the bytes is not the one that was stored with them.
    case damaged(stored: UInt64, computed: UInt64)
    /// Machine code of another compiler: what leaves it, and how, may have changed.
    case otherBuild(found: String, expected: String)
    /// The machine code has instructions that this processor has not.
    case missingFeatures([String])
    case malformed(offset: Int, problem: String)
    /// The program inside is no program.
    case program(BlobError)
    /// The program can not be compiled, or not be loaded.
    case module(ModuleError)
    /// A program that no container can hold as it is, or that has no machine code.
    case notStorable(String)

    /// What was found and expected, and what to do, for people.
    public var description: String {
        switch self {
        case .notCompiledModule(let found):
            """
            not a compiled module: expected the bytes \(Self.hex(CompiledModule.magic)), found \
            \(found.isEmpty ? "none" : Self.hex(found)); 'pvm compile' makes one of a program
            """
        case .formatVersion(let found, let expected):
            "a compiled module of format \(found), this pvm reads format \(expected); \(Self.remedy)"
        case .wrongLength(let declared, let actual):
            """
            the compiled module says that it has \(declared) bytes, there are \(actual); it is damaged or was cut off: \
            \(Self.remedy)
            """
        case .damaged(let stored, let computed):
            """
            the compiled module is damaged: its bytes have the sum 0x\(String(computed, radix: 16)), expected \
            0x\(String(stored, radix: 16)); \(Self.remedy)
            """
        case .otherBuild(let found, let expected):
            "the compiled module was made by \(found), this is \(expected); \(Self.remedy)"
        case .missingFeatures(let names):
            """
            the compiled module needs instructions that this processor lacks: \(names.joined(separator: ", ")); \
            compile it on this machine, or use the interpreter
            """
        case .malformed(let offset, let problem):
            "compiled module offset 0x\(String(offset, radix: 16)): \(problem); \(Self.remedy)"
        case .program(let error):
            "the program in the compiled module: \(error)"
        case .module(let error):
            error.description
        case .notStorable(let problem):
            problem
        }
    }

    private static let remedy = "compile the program again"

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
