// What the host offers to guests, by the names that programs import.

import PolkaISA

/// A table of host functions.
public struct Linker {
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

    /// Copies bytes out of guest memory, for arguments that are an address and a number of bytes.
    ///
    /// - Throws: `HostTrap`, which says where they lie, unless all of them are readable.
    public func bytes(at address: UInt64, count: UInt64) throws(HostTrap) -> [UInt8] {
        guard count > 0 else { return [] }
        // Addresses and sizes of 32-bit guests arrive zero extended, and a 64-bit guest has no others that are right.
        guard let start = UInt32(exactly: address), let byteCount = UInt32(exactly: count),
            let bytes = try? memory.read(at: start, byteCount: Int(byteCount))
        else { throw inaccessible(address, count, "readable") }
        return bytes
    }

    /// Copies bytes to where an argument says.
    ///
    /// - Throws: `HostTrap`, which says where that is, unless all of it is writable; then nothing is written.
    public func write(_ bytes: [UInt8], at address: UInt64) throws(HostTrap) {
        guard !bytes.isEmpty else { return }
        guard let start = UInt32(exactly: address), (try? memory.write(bytes, at: start)) != nil else {
            throw inaccessible(address, UInt64(bytes.count), "writable")
        }
    }

    private func inaccessible(_ address: UInt64, _ count: UInt64, _ access: String) -> HostTrap {
        let name = instance.importName(number) ?? "host function \(number)"
        let address = "0x" + String(address, radix: 16)
        return HostTrap("\(name): \(count) bytes at \(address) are not all \(access)")
    }
}
