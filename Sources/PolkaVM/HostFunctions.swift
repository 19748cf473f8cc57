// What the host offers to guests, by the names that programs import.

import PolkaISA

/// A table of host functions.
public struct HostFunctions {
    /// Answers a host call.
    ///
    /// Arguments and results are in the context's registers.
    /// An error thrown ends the call with that error; `HostTrap` ends it with a trap in the guest.
    public typealias Function = (HostContext) throws -> Void

    /// A function in a box of its own type: taken out of a bare optional or collection it would be wrapped anew, in memory
    /// from the heap, for each call.
    struct Entry {
        let answer: Function
    }

    private var functions: [[UInt8]: Entry] = [:]
    /// Answers host calls that nothing else answers.
    public var fallback: Function?

    public init() {}

    /// Offers a function under a name, in place of one that was offered under it before.
    public mutating func define(_ name: String, _ function: @escaping Function) {
        functions[Array(name.utf8)] = Entry(answer: function)
    }

    /// The function that answers an import.
    public subscript(symbol: [UInt8]) -> Function? { functions[symbol]?.answer }

    func entry(for symbol: [UInt8]) -> Entry? { functions[symbol] }
}

/// A guest that waits for its host call to be answered.
public struct HostContext {
    /// The guest; its registers, gas and memory may be read and changed at will.
    public let instance: Instance
    /// The number that the guest called.
    public let number: UInt32

    public var memory: GuestMemory { instance.memory }

    /// An argument of the call, 0 to 8: those in a0 to a5, then t0 to t2.
    public func argument(_ index: Int) -> UInt64 { instance[Register.arguments[index]] }

    /// Sets the result, a0.
    public func setResult(_ value: UInt64) { instance[.a0] = value }
}
