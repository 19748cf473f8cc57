// Errors as C sees them: a status, and a message in memory of the caller's.

import CPolkaVM
import PolkaBlob
import PolkaVM

/// Why a function of the interface fails.
struct Failure: Error {
    let status: pvm_status
    let message: String

    init(_ status: Int, _ message: String) { self.init(status: pvm_status(status), message) }

    init(status: pvm_status, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: BlobError) { self.init(PVM_ERROR_MALFORMED, error.description) }

    init(_ error: ModuleError) {
        if case .blob(let error) = error {
            self.init(error)
        } else {
            self.init(PVM_ERROR_MODULE, error.description)
        }
    }

    init(_ error: LinkerError) {
        let status =
            switch error {
            case .alreadyDefined: PVM_ERROR_ALREADY_DEFINED
            case .missing: PVM_ERROR_NOT_FOUND
            case .tooManyArguments: PVM_ERROR_TOO_MANY_ARGUMENTS
            }
        self.init(status, error.description)
    }

    init(_ error: MemoryError) {
        let status =
            switch error {
            case .outOfRange, .unaligned, .auxiliaryTooLarge, .limitReached, .lent: PVM_ERROR_MEMORY
            case .system: PVM_ERROR_SYSTEM
            }
        self.init(status, error.description)
    }

    init(_ error: InstanceError) {
        switch error {
        case .noProgramCounter: self.init(PVM_ERROR_NO_PROGRAM_COUNTER, error.description)
        case .unknownExport: self.init(PVM_ERROR_NOT_FOUND, error.description)
        case .tooManyArguments: self.init(PVM_ERROR_TOO_MANY_ARGUMENTS, error.description)
        case .noStack: self.init(PVM_ERROR_NO_STACK, error.description)
        case .memory(let error): self.init(error)
        case .module(let error): self.init(error)
        case .link(let error): self.init(error)
        case .inUse: self.init(PVM_ERROR_BUSY, error.description)
        case .running: self.init(PVM_ERROR_IN_HOST_CALL, error.description)
        case .hostStackExhausted: self.init(PVM_ERROR_NESTING, error.description)
        case .otherModule: self.init(PVM_ERROR_INVALID_ARGUMENT, error.description)
        case .notInterruptible: self.init(PVM_ERROR_UNSUPPORTED, error.description)
        }
    }

    /// What a run, or something that a host function did, threw.
    init(thrown error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as InstanceError: self.init(error)
        case let error as MemoryError: self.init(error)
        case let error as ModuleError: self.init(error)
        case let error as BlobError: self.init(error)
        default: preconditionFailure("an error of a type that nothing here throws: \(error)")
        }
    }

    static func null(_ argument: String) -> Failure {
        Failure(PVM_ERROR_NULL_ARGUMENT, "\(argument) is null")
    }

    static func invalid(_ argument: String, _ found: some Any, expected: String) -> Failure {
        Failure(PVM_ERROR_INVALID_ARGUMENT, "\(argument) is \(found); expected \(expected)")
    }
}

/// Runs the body of a function of the interface, and leaves in `error` what came of it.
@inline(__always)
func report(_ error: UnsafeMutablePointer<pvm_error>?, _ body: () throws(Failure) -> Void) -> pvm_status {
    do throws(Failure) {
        try body()
        if let error { clear(error) }
        return pvm_status(PVM_OK)
    } catch let failure {
        return store(failure, in: error)
    }
}

/// Where the message begins in an error: as a field it would be a tuple of all its letters.
private let messageOffset = MemoryLayout<pvm_error>.size - Int(PVM_MESSAGE_SIZE)

private func message(of error: UnsafeMutablePointer<pvm_error>) -> UnsafeMutablePointer<CChar> {
    (UnsafeMutableRawPointer(error) + messageOffset).assumingMemoryBound(to: CChar.self)
}

@inline(__always)
func clear(_ error: UnsafeMutablePointer<pvm_error>) {
    // SAFETY: the caller of the interface vouches for the memory, of which nothing is read.
    error.pointer(to: \.status)?.initialize(to: pvm_status(PVM_OK))
    message(of: error).initialize(to: 0)
}

@inline(never)
private func store(_ failure: Failure, in error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    if let error {
        error.pointer(to: \.status)?.initialize(to: failure.status)
        _ = copy(failure.message, to: message(of: error), capacity: Int(PVM_MESSAGE_SIZE))
    }
    return failure.status
}

/// The message that a host function left.
func message(in error: UnsafeMutablePointer<pvm_error>) -> String {
    let text = UnsafeBufferPointer(start: message(of: error), count: Int(PVM_MESSAGE_SIZE))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Stores a text with a zero behind it, or as many whole characters as fit.
///
/// - Returns: the length of the whole text in bytes.
func copy(_ text: String, to target: UnsafeMutablePointer<CChar>?, capacity: Int) -> Int {
    let bytes = Array(text.utf8)
    guard let target, capacity > 0 else { return bytes.count }
    var count = min(bytes.count, capacity - 1)
    // Not into the middle of a character.
    while count < bytes.count, count > 0, bytes[count] & 0xc0 == 0x80 { count -= 1 }
    for index in 0..<count { (target + index).initialize(to: CChar(bitPattern: bytes[index])) }
    (target + count).initialize(to: 0)
    return bytes.count
}
