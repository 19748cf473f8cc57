// What handles stand for. The table keeps objects; each kind has one class.

import CPolkaVM
import PolkaISA
import PolkaVM
import Synchronization

/// An engine, which is a value in Swift.
final class EngineObject: Sendable {
    let engine: Engine

    init(_ engine: Engine) { self.engine = engine }
}

/// What a host offers; definitions may be added while instances are made.
final class LinkerObject: Sendable {
    // SAFETY: functions are called by whichever thread runs an instance, as the interface says.
    struct Definitions: @unchecked Sendable {
        var linker = Linker()
    }

    let definitions = Mutex(Definitions())
}

/// A module with what answers its imports.
// SAFETY: as of the definitions of a linker.
final class LinkedModuleObject: @unchecked Sendable {
    let linked: LinkedModule

    init(_ linked: LinkedModule) { self.linked = linked }
}

/// An instance with what its host asks for between runs.
// SAFETY: the table gives it to one thread at a time.
final class InstanceObject: @unchecked Sendable {
    let instance: Instance
    /// The handle, for host functions.
    var handle = pvm_instance()
    var lastStop = Stop.none

    init(_ instance: Instance) { self.instance = instance }
}

/// How the last run ended.
enum Stop {
    /// There was none.
    case none
    /// After one instruction.
    case step
    case exit(Exit)
    /// In words, because the instance has gone back to where it was before.
    case told(String)
}

/// Bytes that C reads where they are.
final class BufferObject: Sendable {
    // SAFETY: nothing changes them after they were stored.
    nonisolated(unsafe) let bytes: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        self.bytes = .allocate(capacity: bytes.count)
        _ = self.bytes.initialize(from: bytes)
    }

    deinit { bytes.deallocate() }
}

// MARK: Access

@inline(__always)
func withEngine(_ handle: pvm_engine, _ body: (EngineObject) throws(Failure) -> Void) throws(Failure) {
    try HandleTable.shared.use(handle.id, .engine, as: EngineObject.self, body)
}

@inline(__always)
func withModule(_ handle: pvm_module, _ body: (Module) throws(Failure) -> Void) throws(Failure) {
    try HandleTable.shared.use(handle.id, .module, as: Module.self, body)
}

@inline(__always)
func withLinker(_ handle: pvm_linker, _ body: (LinkerObject) throws(Failure) -> Void) throws(Failure) {
    try HandleTable.shared.use(handle.id, .linker, as: LinkerObject.self, body)
}

/// Gives an instance to a function while no other thread can use it.
@inline(__always)
func withInstance(_ handle: pvm_instance, _ body: (Instance) throws(Failure) -> Void) throws(Failure) {
    try HandleTable.shared.own(handle.id, as: InstanceObject.self) { object, _ throws(Failure) in
        try body(object.instance)
    }
}

/// The pointer that a function of the interface must be given.
@inline(__always)
func required<T>(_ pointer: UnsafeMutablePointer<T>?, _ name: StaticString) throws(Failure) -> UnsafeMutablePointer<T> {
    guard let pointer else { throw .null("\(name)") }
    return pointer
}

// MARK: Arguments

/// Bytes that C passes.
func bytes(_ start: UnsafeRawPointer?, _ count: Int, _ name: String) throws(Failure) -> UnsafeRawBufferPointer {
    // `size_t` comes as a signed number.
    guard count >= 0 else {
        throw .invalid("the number of \(name)", UInt(bitPattern: count), expected: "at most 2^63 - 1")
    }
    guard start != nil || count == 0 else { throw .null(name) }
    return UnsafeRawBufferPointer(start: start, count: count)
}

/// A copy of bytes that C passes, for what takes some times as much memory.
func copiedBytes(_ start: UnsafeRawPointer?, _ count: Int, _ name: String) throws(Failure) -> [UInt8] {
    /// No file that is read has offsets beyond.
    let limit = 1 << 32
    let bytes = try bytes(start, count, name)
    guard count <= limit else { throw .invalid("the number of \(name)", count, expected: "at most \(limit)") }
    guard pvm_can_allocate(UInt64(count) * 4) == 1 else {
        throw Failure(PVM_ERROR_SYSTEM, "there is no memory for \(count) bytes of \(name)")
    }
    return Array(bytes)
}

/// A name, which ends with a zero.
func text(_ text: UnsafePointer<CChar>?, _ name: String) throws(Failure) -> String {
    guard let text else { throw .null(name) }
    return String(cString: text)
}

/// Gives a text to C.
func store(
    _ value: String, in text: UnsafeMutablePointer<CChar>?, _ capacity: Int, _ length: UnsafeMutablePointer<Int>?
) throws(Failure) {
    guard text != nil || capacity == 0 else { throw .null("text") }
    // More than half of all memory is as good as enough.
    let count = copy(value, to: text, capacity: capacity < 0 ? .max : capacity)
    length?.initialize(to: count)
}

/// A yes or no of C's.
func flag(_ value: UInt32, _ name: String) throws(Failure) -> Bool {
    guard value < 2 else { throw .invalid(name, value, expected: "0 or 1") }
    return value == 1
}

func instructionSet(_ value: UInt32) throws(Failure) -> InstructionSet {
    guard let byte = UInt8(exactly: value), let set = InstructionSet(rawValue: byte) else {
        throw .invalid("instruction_set", value, expected: "one of PVM_ISA_…, 0 to 3")
    }
    return set
}
