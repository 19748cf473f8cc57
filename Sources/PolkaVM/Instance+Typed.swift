// Calling exports with values of Swift's types, and getting one back.

import PolkaISA

extension Instance {
    /// Calls an export and gives back what it returns.
    ///
    /// ```swift
    /// let sum = try instance.invoke("add", UInt32(1), UInt32(2), returning: UInt32.self)
    /// ```
    ///
    /// - Parameters:
    ///   - name: the export.
    ///   - arguments: values that fit into nine registers together.
    ///   - type: of the result.
    /// - Returns: the result.
    /// - Throws: `CallError` if the guest stopped for another reason than returning, `InstanceError` for an unknown export or
    ///   too many arguments, and what a host function throws.
    public func invoke<each Argument: RegisterValue, Result: RegisterValue>(
        _ name: String, _ arguments: repeat each Argument, returning type: Result.Type = Result.self
    ) throws -> Result {
        try prepare(name, repeat each arguments)
        try finish(name)
        var reader = RegisterReader(resultOf: self)
        return try Result.read(from: &reader)
    }

    /// Calls an export that returns nothing.
    ///
    /// - Parameters:
    ///   - name: the export.
    ///   - arguments: values that fit into nine registers together.
    /// - Throws: `CallError` if the guest stopped for another reason than returning, `InstanceError` for an unknown export or
    ///   too many arguments, and what a host function throws.
    public func invoke<each Argument: RegisterValue>(_ name: String, _ arguments: repeat each Argument) throws {
        try prepare(name, repeat each arguments)
        try finish(name)
    }

    /// Puts arguments of any types into the registers of a call of an export.
    private func prepare<each Argument: RegisterValue>(
        _ name: String, _ arguments: repeat each Argument
    ) throws(InstanceError) {
        var count = 0
        for type in repeat (each Argument).self { count += type.registerCount(is64Bit: is64Bit) }
        guard count <= RegisterReader.limit else { throw .tooManyArguments(count: count, limit: RegisterReader.limit) }
        try prepareCall(name)
        var writer = RegisterWriter(self)
        for argument in repeat each arguments { argument.write(to: &writer) }
    }

    private func finish(_ name: String) throws {
        let exit = try resume()
        guard exit == .finished else {
            throw CallError(exit: exit, description: "call of '\(name)' \(description(of: exit))")
        }
    }
}
