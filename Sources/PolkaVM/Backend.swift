// The seam between a program and what runs it. A backend is a value that is handed to the engine; a target above this one
// can offer another without anything here knowing it.

/// What runs modules, and how.
public struct Engine: Sendable {
    /// What executes programs.
    public let backend: Backend

    /// Makes an engine.
    public init(backend: Backend = .interpreter) {
        self.backend = backend
    }
}

/// A way to execute programs.
///
/// All backends give the same registers, memory, gas and exits.
public struct Backend: Sendable {
    /// The name that the command line uses.
    public let name: String
    /// Makes a program ready to run, once per module.
    package let prepare: @Sendable (Program) throws(ModuleError) -> any Executable

    package init(name: String, prepare: @escaping @Sendable (Program) throws(ModuleError) -> any Executable) {
        self.name = name
        self.prepare = prepare
    }

    /// What executes code; a backend may use both.
    public enum Tier: String, Sendable, CaseIterable {
        /// Decoded instructions, one after the other.
        case interpreter
        /// Machine code.
        case compiler
    }

    /// Executes decoded instructions one after the other, on every host.
    public static let interpreter = Backend(name: "interpreter") { program throws(ModuleError) in
        try InterpretedProgram(program)
    }
}

/// A program made ready by a backend, shared by all instances of a module.
package protocol Executable: AnyObject, Sendable {
    /// Runs from the machine's next program counter until something stops it, and leaves in the machine all that another
    /// backend needs to go on.
    func run(_ machine: Machine) throws(InstanceError) -> Exit

    /// Executes one instruction.
    ///
    /// - Returns: why the guest stopped; nil if it can go on.
    func step(_ machine: Machine) throws(InstanceError) -> Exit?

    /// What the block of code that starts at an offset costs, nil if none starts there.
    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64?

    /// Bytes of machine code, nil as long as there is none.
    var nativeByteCount: Int? { get }

    /// How long making machine code took, nil unless that happened while instances ran.
    var compileTime: Duration? { get }
}

extension Executable {
    package var nativeByteCount: Int? { nil }
    package var compileTime: Duration? { nil }
}
