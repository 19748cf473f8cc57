// What a host function sees of the guest that called it.

import PolkaISA

/// A guest that waits for its host call to be answered.
public struct HostContext {
    /// The guest; its registers, gas and memory may be read and changed at will, and it may be called again.
    public let instance: Instance
    /// The number that the guest called.
    public let number: UInt32

    /// The guest's memory.
    public var memory: GuestMemory { instance.memory }

    /// An argument of the call, 0 to 8: those in a0 to a5, then t0 to t2.
    public func argument(_ index: Int) -> UInt64 { instance[Register.arguments[index]] }

    /// Sets the result, a0.
    public func setResult(_ value: UInt64) { instance[.a0] = value }

    /// Copies bytes out of guest memory, for arguments that are an address and a number of bytes.
    ///
    /// - Throws: `HostTrap`, which says where they lie, unless all of them are readable.
    public func bytes(at address: UInt64, count: UInt64) throws(HostTrap) -> [UInt8] {
        try instance.bytes(at: address, count: count, for: functionName)
    }

    /// Copies bytes to where an argument says.
    ///
    /// - Throws: `HostTrap`, which says where that is, unless all of it is writable; then nothing is written.
    public func write(_ bytes: [UInt8], at address: UInt64) throws(HostTrap) {
        guard !bytes.isEmpty else { return }
        guard let start = UInt32(exactly: address), (try? memory.write(bytes, at: start)) != nil else {
            throw HostTrap(inaccessible: address, UInt64(bytes.count), "writable", for: functionName)
        }
    }

    /// Lets the guest be called within the host call, which goes on afterwards as if it had not been.
    ///
    /// Registers and program counters are those of before when this returns; gas and memory are as the calls left them.
    /// Without it a call overwrites what the host call needs to go on: an instance has no hidden call stack (vm.md 3.2).
    ///
    /// - Parameter body: calls the instance.
    /// - Returns: what `body` returns.
    public func callingBack<Result>(_ body: (Instance) throws -> Result) rethrows -> Result {
        try instance.keepingPlace { try body(instance) }
    }

    /// What the guest calls the function.
    var functionName: String { instance.importName(number) ?? "host function \(number)" }
}

extension Instance {
    /// Does something that overwrites where the call at hand is, and restores that afterwards.
    package func keepingPlace<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let position = machine.position
        defer { machine.position = position }
        return try body()
    }

    /// Copies bytes out of guest memory for somebody whom an error shall name.
    func bytes(at address: UInt64, count: UInt64, for name: @autoclosure () -> String) throws(HostTrap) -> [UInt8] {
        guard count > 0 else { return [] }
        // Addresses and sizes of 32-bit guests arrive zero extended, and a 64-bit guest has no others that are right.
        guard let start = UInt32(exactly: address), let byteCount = UInt32(exactly: count),
            let bytes = try? memory.read(at: start, byteCount: Int(byteCount))
        else { throw HostTrap(inaccessible: address, count, "readable", for: name()) }
        return bytes
    }
}

extension HostTrap {
    fileprivate init(inaccessible address: UInt64, _ count: UInt64, _ access: String, for name: String) {
        self.init("\(name): \(count) bytes at 0x\(String(address, radix: 16)) are not all \(access)")
    }
}
