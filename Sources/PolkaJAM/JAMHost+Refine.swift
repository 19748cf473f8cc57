// The functions of refine alone: exporting segments, and machines within the machine.

package import PolkaVM

extension JAMHost {
    package func export(_ context: HostContext, data: UInt64, length: UInt64) throws -> UInt64 {
        let segment = try bytes(context, at: data, count: min(length, JAMLimits.segmentBytes), for: .export)
        let index = exportOffset + exports.count
        guard index < Int(JAMLimits.packageExports) else { return JAMResultCode.full.rawValue }
        exports.append(segment.padded(to: ProtocolParameters.segmentByteCount))
        return UInt64(index)
    }

    // MARK: Inner machines

    /// The machines that the host has room for where the version has no limit of its own.
    private static let innerMachineLimit = 1024
    /// What the code of all inner machines may have together.
    private static let innerCodeLimit = 1 << 26

    /// Ends the run if the host has no room for another machine.
    private func requireRoom(forCode byteCount: Int) throws(JAMHostError) {
        guard machines.count < Self.innerMachineLimit else { throw .innerMachines(limit: Self.innerMachineLimit) }
        let sum = machines.values.reduce(byteCount) { $0 + $1.codeByteCount }
        guard sum <= Self.innerCodeLimit else { throw .innerCode(byteCount: sum, limit: Self.innerCodeLimit) }
    }

    package func machine(_ context: HostContext, code: UInt64, codeLength: UInt64, start: UInt64) throws -> UInt64 {
        let code = try bytes(context, at: code, count: codeLength, for: .machine)
        if let limit = JAMLimits.innerMachines(in: version), machines.count >= Int(limit) {
            return JAMResultCode.huh.rawValue
        }
        try requireRoom(forCode: code.count)
        guard let machine = try InnerMachine(code: code, start: start, version: version, engine: engine) else {
            return JAMResultCode.huh.rawValue
        }
        var number: UInt64 = 0
        while machines[number] != nil { number += 1 }
        machines[number] = machine
        return number
    }

    package func peek(
        _ context: HostContext, machine: UInt64, destination: UInt64, source: UInt64, length: UInt64
    ) throws -> UInt64 {
        try requireWritable(context, at: destination, count: length, for: .peek)
        guard let inner = machines[machine] else { return JAMResultCode.who.rawValue }
        guard length > 0 else { return JAMResultCode.ok.rawValue }
        guard let start = UInt32(exactly: source), let count = Int(exactly: length),
            let bytes = try? inner.memory.read(at: start, byteCount: count)
        else { return JAMResultCode.oob.rawValue }
        try write(bytes, at: destination, context)
        return JAMResultCode.ok.rawValue
    }

    package func poke(
        _ context: HostContext, machine: UInt64, source: UInt64, destination: UInt64, length: UInt64
    ) throws -> UInt64 {
        let bytes = try bytes(context, at: source, count: length, for: .poke)
        guard let inner = machines[machine] else { return JAMResultCode.who.rawValue }
        guard length > 0 else { return JAMResultCode.ok.rawValue }
        guard let start = UInt32(exactly: destination), (try? inner.memory.write(bytes, at: start)) != nil else {
            return JAMResultCode.oob.rawValue
        }
        return JAMResultCode.ok.rawValue
    }

    /// What the memory of all inner machines may have together.
    private static let innerMemoryLimit: UInt64 = 1 << 32

    package func pages(
        _ context: HostContext, machine: UInt64, firstPage: UInt64, count: UInt64, mode: UInt64
    ) throws -> UInt64 {
        guard let inner = machines[machine] else { return JAMResultCode.who.rawValue }
        guard let mode = JAMPageModeCode(rawValue: mode), firstPage >= StandardPage.forbidden,
            firstPage < StandardPage.count, count < StandardPage.count - firstPage
        else { return JAMResultCode.huh.rawValue }
        let pageSize = UInt64(StandardPage.byteCount)
        let (address, byteCount) = (UInt32(truncatingIfNeeded: firstPage * pageSize), count * pageSize)
        guard count > 0 else { return JAMResultCode.ok.rawValue }
        switch mode {
        case .none:
            try inner.memory.unmap(at: address, byteCount: byteCount)
        case .readZeroed, .writeZeroed:
            let sum = machines.values.reduce(byteCount) { $0 + $1.memory.openByteCount }
            guard sum <= Self.innerMemoryLimit else {
                throw JAMHostError.innerMemory(byteCount: sum, limit: Self.innerMemoryLimit)
            }
            try inner.memory.mapZeroed(at: address, byteCount: byteCount, mode == .readZeroed ? .read : .readWrite)
        case .read, .write:
            guard inner.memory.isAccessible(at: address, byteCount: Int(byteCount)) else {
                return JAMResultCode.huh.rawValue
            }
            try inner.memory.protect(at: address, byteCount: byteCount, mode == .read ? .read : .readWrite)
        }
        return JAMResultCode.ok.rawValue
    }

    private static let stateByteCount: UInt64 = 112

    /// The gas that an inner machine shall get, nil if the guest may not write where it is.
    func invokedGas(_ context: HostContext) -> UInt64? {
        let address = context.argument(1)
        guard Self.isWritable(context.memory, at: address, count: Self.stateByteCount) else { return nil }
        return try? context.memory.readInteger(at: UInt32(truncatingIfNeeded: address), as: UInt64.self)
    }

    package func invoke(_ context: HostContext, machine: UInt64, state: UInt64) throws -> (UInt64, UInt64) {
        try requireWritable(context, at: state, count: Self.stateByteCount, for: .invoke)
        guard let inner = machines[machine] else { return (JAMResultCode.who.rawValue, context.argument(1)) }
        var decoder = JAMDecoder(try bytes(context, at: state, count: Self.stateByteCount, for: .invoke))
        var gas = decoder.fixed(UInt64.self) ?? 0
        var registers = (0..<13).map { _ in decoder.fixed(UInt64.self) ?? 0 }
        let stop = try inner.run(gas: &gas, registers: &registers)
        var out = JAMEncoder()
        out.fixed(gas)
        for register in registers { out.fixed(register) }
        try write(out.bytes, at: state, context)
        // The gas for it was paid ahead.
        if version == .v080, context.instance.module.configuration.gasMetering != .none {
            context.instance.addGas(Int64(clamping: gas))
        }
        return (stop.code.rawValue, stop.detail ?? context.argument(1))
    }

    package func expunge(_ context: HostContext, machine: UInt64) throws -> UInt64 {
        guard let inner = machines.removeValue(forKey: machine) else { return JAMResultCode.who.rawValue }
        return inner.programCounter
    }
}
