// What a host can do wrong, or the system refuse: the typed errors of this library and all their texts.

public import PolkaBlob

/// A program that cannot be loaded.
public enum ModuleError: Error, Equatable, CustomStringConvertible {
    case badPageSize(UInt32)
    case memoryTooLarge(readOnly: UInt32, readWrite: UInt32, stack: UInt32, auxiliary: UInt32)
    /// JamV1 programs are checked when they are loaded (isa.md 7.6).
    case invalidInstruction(codeOffset: Int, problem: String)
    case unresolvableImport(number: Int)
    case badExport(symbol: String, codeOffset: UInt32)
    case badJumpTableEntry(index: Int, codeOffset: UInt32)
    /// The bytes are no program.
    case blob(BlobError)
    /// The backend cannot run the program.
    case backend(String)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .badPageSize(let size):
            "page size \(size) is not a power of two from 4096 to 65536"
        case .memoryTooLarge(let readOnly, let readWrite, let stack, let auxiliary):
            """
            the program's memory does not fit into 32 bits: \(readOnly) bytes of read-only data, \(readWrite) of \
            read-write data, \(stack) of stack, \(auxiliary) of auxiliary data
            """
        case .invalidInstruction(let offset, let problem):
            "code offset \(offset): \(problem)"
        case .unresolvableImport(let number):
            "import \(number) has no name: its place in the import table is damaged"
        case .badExport(let symbol, let offset):
            "export '\(symbol)': no instruction starts at code offset \(offset)"
        case .badJumpTableEntry(let index, let offset):
            "jump table entry \(index): code offset \(offset) is not the start of a block"
        case .blob(let error):
            error.description
        case .backend(let problem):
            problem
        }
    }
}

/// An access to guest memory that the host may not make, or address space that the system refuses.
public enum MemoryError: Error, Equatable, CustomStringConvertible {
    /// What was to be done with memory.
    public enum Operation: String, Sendable { case read, write, map, protect, unmap }

    case outOfRange(Operation, address: UInt32, byteCount: Int)
    /// Pages start at multiples of the page size.
    case unaligned(Operation, address: UInt32, pageSize: UInt32)
    case auxiliaryTooLarge(byteCount: UInt32, limit: UInt32)
    /// More pages would be open than `GuestMemory.byteLimit` allows.
    case limitReached(byteCount: UInt64, limit: UInt64)
    /// The host looks at the memory without copying it, and it must stay as it is.
    case lent(Operation)
    /// The operating system's error number.
    case system(Operation, byteCount: UInt64, code: Int32)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .outOfRange(let operation, let address, let count):
            "cannot \(operation.rawValue) \(count) bytes at guest address \(Self.hex(address)): not all of them accessible"
        case .unaligned(let operation, let address, let pageSize):
            "cannot \(operation.rawValue) pages at guest address \(Self.hex(address)): not a multiple of \(pageSize)"
        case .auxiliaryTooLarge(let count, let limit):
            "auxiliary data of \(count) bytes is larger than the \(limit) bytes that the module was configured for"
        case .limitReached(let count, let limit):
            "guest memory would take \(count) bytes, and its limit is \(limit)"
        case .lent(let operation):
            "cannot \(operation.rawValue) guest memory while a span of it is lent: do so when the closure has returned"
        case .system(let operation, let count, let code):
            """
            cannot \(operation.rawValue) \(count) bytes of guest memory: system error \(code); address space may be \
            limited (ulimit -v) or the number of mappings (vm.max_map_count)
            """
        }
    }

    static func hex(_ address: UInt32) -> String { "0x" + String(address, radix: 16) }
}

/// A request to an instance that makes no sense, or that the system made fail.
public enum InstanceError: Error, Equatable, CustomStringConvertible {
    /// Nothing says where to run: no call was prepared, or the last one has ended.
    case noProgramCounter
    case unknownExport(name: String, known: [String])
    case tooManyArguments(count: Int, limit: Int)
    /// The module has no memory map and so no stack to call with.
    case noStack
    case memory(MemoryError)
    /// What loading put off could not be done.
    case module(ModuleError)
    case link(LinkerError)
    /// Another thread uses the instance.
    case inUse
    /// The instance runs, further up in the same thread, which what was asked for would disturb.
    case running
    /// Host functions and guests have called each other so often that the host's stack has come to its end.
    case hostStackExhausted
    /// Nothing could stop the module's code in between.
    case notInterruptible
    /// A template and what is to answer its imports belong to two modules.
    case otherModule

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .noProgramCounter:
            "no next program counter is set: prepare a call before running"
        case .unknownExport(let name, let known):
            known.isEmpty
                ? "no export '\(name)': the program exports nothing"
                : "no export '\(name)': the program exports \(known.joined(separator: ", "))"
        case .tooManyArguments(let count, let limit):
            "\(count) arguments for a call: registers hold at most \(limit)"
        case .noStack:
            "a module without a memory map has no stack: set registers and program counter instead of calling"
        case .memory(let error):
            error.description
        case .module(let error):
            error.description
        case .link(let error):
            error.description
        case .inUse:
            "the instance is being used by another thread: use an instance from one thread at a time"
        case .running:
            "the instance is running: wait until the call has ended"
        case .hostStackExhausted:
            "calls between guests and host functions are nested too deeply for the stack of this thread"
        case .notInterruptible:
            "runs of this module can not be cancelled: configure gas metering in which everything costs gas, or set isInterruptible"
        case .otherModule:
            "the template was made of an instance of another module: link the module of the template"
        }
    }
}

/// A table of host functions that does not fit, in itself or to a program.
public enum LinkerError: Error, Equatable, CustomStringConvertible {
    /// A number is named "#7".
    case alreadyDefined(name: String)
    /// The module is strict and wants functions that are not there.
    case missing(names: [String])
    case tooManyArguments(name: String, registerCount: Int, limit: Int)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .alreadyDefined(let name):
            "host function '\(name)' is defined already: a name stands for one function"
        case .missing(let names):
            "the program imports what the host does not offer: \(names.joined(separator: ", "))"
        case .tooManyArguments(let name, let count, let limit):
            "host function '\(name)' takes \(count) registers of arguments: a call passes at most \(limit)"
        }
    }
}

/// A call that did not end with a result.
public struct CallError: Error, Equatable, CustomStringConvertible {
    /// Why it stopped.
    public let exit: Exit
    /// The same for people: "call of 'fibonacci' trapped: …".
    public let description: String
}

/// Thrown by a host function to end the call with a trap in the guest, for what the guest asked wrongly.
public struct HostTrap: Error, Equatable, CustomStringConvertible {
    /// What was found and expected, for people.
    public let description: String

    /// - Parameter message: who refuses what, for people.
    public init(_ message: String) {
        description = message
    }
}
