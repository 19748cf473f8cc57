// JAM's standard programs on the virtual machine: how they are loaded, entered with arguments, and what they answer
// (blob-format.md 6).

public import PolkaBlob
public import PolkaISA

extension ModuleConfiguration {
    /// The rules for JAM's standard programs: room for arguments, pages of 4096 bytes, no page faults.
    ///
    /// JAM's newer instruction set comes with the rule that both successors of a branch must be valid.
    public static func standardProgram(for set: InstructionSet) -> ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.pageSize = StandardProgram.pageSize
        configuration.auxiliarySize = StandardProgram.argumentAreaSize
        configuration.faultRule = .trap
        configuration.jumpRule = set == .jamV1 ? .reference : .graypaper
        configuration.endRule = .graypaper
        return configuration
    }
}

extension Module {
    /// Loads a standard program, which does not say itself for which instruction set it is.
    ///
    /// - Throws: `ModuleError` as for a container.
    public convenience init(
        _ program: StandardProgram, instructionSet: InstructionSet, configuration: ModuleConfiguration? = nil,
        engine: Engine = Engine()
    ) throws(ModuleError) {
        try self.init(
            program.blob(for: instructionSet),
            configuration: configuration ?? .standardProgram(for: instructionSet), engine: engine)
    }
}

extension Instance {
    /// Sets registers, program counter and arguments for entering a standard program.
    ///
    /// - Parameters:
    ///   - codeOffset: the entry point, one of `StandardProgram.entries`.
    ///   - input: the arguments, at most `StandardProgram.argumentAreaSize` bytes; the guest finds their address in a0 and
    ///     their number in a1.
    /// - Throws: `InstanceError.memory` for more arguments than the module has room for.
    public func prepareEntry(at codeOffset: UInt32, input: [UInt8]) throws(InstanceError) {
        guard let area = module.memoryMap?.auxiliary else { throw .noStack }
        let address = UInt32(truncatingIfNeeded: area.lowerBound)
        do throws(MemoryError) {
            // Only the pages with arguments can be read.
            try memory.setAccessibleAuxiliarySize(UInt32(clamping: input.count))
            let pageSize = Int(module.configuration.pageSize)
            let tail = (pageSize - input.count % pageSize) % pageSize
            // What an earlier call left behind shorter arguments goes.
            try memory.write(input + [UInt8](repeating: 0, count: tail), at: address)
        } catch {
            throw .memory(error)
        }
        try prepareCall(at: codeOffset, [UInt64(address), UInt64(input.count)])
    }

    /// What a standard program answered when it has finished: the bytes that a0 and a1 name, none if they are not all
    /// readable.
    public var entryResult: [UInt8] {
        guard let address = UInt32(exactly: self[.a0]), let count = Int(exactly: self[.a1]),
            let bytes = try? memory.read(at: address, byteCount: count)
        else { return [] }
        return bytes
    }
}
