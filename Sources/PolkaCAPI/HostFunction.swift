// Functions of C's that answer guests.

import CPolkaVM
import PolkaHost
import PolkaVM

/// Ends a run because a host function will answer later.
struct Suspension: Error {}

/// Memory of the host's for its functions, and whom to tell when no function can be called any more.
final class UserData {
    let pointer: UnsafeMutableRawPointer?
    private var finalizer: pvm_finalizer?

    init(_ pointer: UnsafeMutableRawPointer?, _ finalizer: pvm_finalizer?) {
        self.pointer = pointer
        self.finalizer = finalizer
    }

    deinit { finalizer?(pointer) }

    /// Leaves the memory to the host, whom nothing will be told.
    func disarm() { finalizer = nil }
}

// MARK: Functions

/// A host function of C's as one of Swift's.
func hostFunction(_ function: @escaping pvm_host_function, _ userData: UserData) -> Linker.Function {
    { context in
        var call = try hostCall(context)
        try answer(context.functionName) { error in function(userData.pointer, &call, error) }
        if call.result != call.arguments.0 { context.setResult(call.result) }
    }
}

/// What a guest's call of the host looks like in C.
@inline(__always)
private func hostCall(_ context: HostContext) throws(Failure) -> pvm_host_call {
    // SAFETY: its run has not ended, so that nobody can have dropped it.
    let object = pvm_this_caller().pointee.current.map {
        Unmanaged<InstanceObject>.fromOpaque($0).takeUnretainedValue()
    }
    // The innermost run of the thread is the one that calls, unless the host changes stacks within host functions.
    guard let object, object.instance === context.instance else {
        throw Failure(
            PVM_ERROR_INVALID_ARGUMENT,
            "host functions of this thread have not returned in the order in which they were called")
    }
    var call = pvm_host_call()
    call.struct_size = MemoryLayout<pvm_host_call>.size
    call.instance = object.handle
    call.number = context.number
    call.arguments = (
        context.argument(0), context.argument(1), context.argument(2), context.argument(3), context.argument(4),
        context.argument(5), context.argument(6), context.argument(7), context.argument(8)
    )
    call.result = call.arguments.0
    return call
}

extension ConsoleHost {
    /// A console that functions of C's are behind.
    init(write: @escaping pvm_console_write, read: pvm_console_read?, _ userData: UserData) {
        self.init(
            read: { capacity in
                guard let read else { return [] }
                return try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                    let memory = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    try answer("'\(Self.readSymbol)'") { error in
                        read(userData.pointer, memory, capacity, &count, error)
                    }
                    let found = count
                    guard (0...capacity).contains(found) else {
                        count = 0
                        throw Failure.invalid("byte_count of console input", found, expected: "at most \(capacity)")
                    }
                }
            },
            write: { stream, bytes in
                try bytes.withUnsafeBytes { bytes in
                    let memory = bytes.assumingMemoryBound(to: CChar.self).baseAddress
                    try answer("'\(Self.symbol)'") { error in
                        write(userData.pointer, UInt32(stream.rawValue), memory, bytes.count, error)
                    }
                }
            })
    }
}

// MARK: Statuses

/// Calls a function of C's with an error for it to fill, and throws what its status means.
@inline(__always)
private func answer(
    _ name: @autoclosure () -> String, _ function: (UnsafeMutablePointer<pvm_error>) -> pvm_status
) throws {
    try withUnsafeTemporaryAllocation(of: pvm_error.self, capacity: 1) { buffer in
        guard let error = buffer.baseAddress else { return }
        clear(error)
        let status = function(error)
        if status != PVM_OK { try refuse(status, message(in: error), name()) }
    }
}

/// Throws what a status other than success means.
private func refuse(_ status: pvm_status, _ message: String, _ name: String) throws {
    switch Int(status) {
    case PVM_HOST_TRAP:
        throw HostTrap(message.isEmpty ? "the host function \(name) refused" : message)
    case PVM_HOST_SUSPEND:
        throw Suspension()
    case ..<0:
        throw Failure(
            PVM_ERROR_INVALID_ARGUMENT,
            "the host function \(name) returned \(status); expected a status, PVM_HOST_TRAP or PVM_HOST_SUSPEND")
    default:
        throw Failure(
            status: status, message.isEmpty ? "the host function \(name) failed with status \(status)" : message)
    }
}

extension HostContext {
    fileprivate var functionName: String {
        instance.importName(number).map { "'\($0)'" } ?? "of number \(number)"
    }
}
