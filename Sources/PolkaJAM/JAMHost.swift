// The host of one invocation: what services and authorizers call, what that costs, and how bytes come and go.
//
// A function first pays, then looks at memory, then at the rest, and changes nothing before all of that went well; the files
// beside this one have the functions in the groups of host-api.md.

package import PolkaABI
import PolkaBlob
import PolkaHost
package import PolkaVM

/// Ends or interrupts a run from within a host function.
enum HostStop: Error {
    /// The gas does not suffice; there is none left.
    case outOfGas
    /// The function is not there for this entry; it is paid, and its answer is in a0.
    case refused
}

/// What goes wrong with the host's own means; no fault of the chain's rules.
package enum JAMHostError: Error, Equatable, CustomStringConvertible {
    /// Inner machines want more memory than the host gives them.
    case innerMemory(byteCount: UInt64, limit: UInt64)
    /// There are more inner machines than the host has room for.
    case innerMachines(limit: Int)
    /// The code of inner machines is more than the host has room for.
    case innerCode(byteCount: Int, limit: Int)
    /// An inner machine can not be made or run.
    case innerMachine(String)

    package var description: String {
        switch self {
        case .innerMemory(let byteCount, let limit):
            "inner machines want \(byteCount) bytes of memory together, and this host gives them at most \(limit); let refine"
                + " map fewer pages"
        case .innerMachines(let limit):
            "refine makes more inner machines than the \(limit) that this host has room for; let it drop those that have done"
                + " their work (expunge)"
        case .innerCode(let byteCount, let limit):
            "inner machines have \(byteCount) bytes of code together, and this host takes at most \(limit); let refine drop"
                + " those that have done their work (expunge)"
        case .innerMachine(let problem): "inner machine: \(problem)"
        }
    }
}

/// Answers the functions of a version of JAM for one invocation.
package final class JAMHost: JAMFunctions {
    package let version: JAMVersion
    /// What was entered; nil in tests, which may call everything.
    let entry: JAMEntry?
    /// What runs inner machines.
    let engine: Engine
    /// The work package, where there is one.
    package var workPackage: WorkPackage?
    /// The item that is refined.
    package var itemIndex: Int?
    /// What the authorizer answered.
    package var trace: [UInt8]?
    /// What fetch answers for the entropy.
    package var entropy: Hash256?
    /// What accumulate is called for.
    package var inputs: [AccumulateInput]?
    /// Segments that were exported.
    package var exports: [[UInt8]] = []
    /// Segments that items before this one exported.
    package var exportOffset = 0
    /// State and what becomes of it.
    package var accumulation: Accumulation
    /// Inner machines by number.
    var machines: [UInt64: InnerMachine] = [:]
    /// The page that the heap ends with; nil until somebody asks.
    private var heapTop: UInt64?
    private var kept = JAMLog()
    /// Called for each line of the log that is kept.
    package var onLog: ((JAMLogLine) -> Void)?

    /// Makes a host for a service on a chain; without an entry everything may be called.
    package init(
        version: JAMVersion, entry: JAMEntry?, state: JAMState, service: UInt32, engine: Engine = Engine()
    ) {
        self.version = version
        self.entry = entry
        self.engine = engine
        accumulation = Accumulation(state: state, service: service)
    }

    /// What was logged, as far as it is kept.
    package var log: [JAMLogLine] { kept.lines }

    var parameters: ProtocolParameters { accumulation.regular.state.parameters }

    /// Offers all functions, and answers calls of numbers that there are none for.
    func define(in linker: inout Linker) throws(LinkerError) {
        try JAMFunction.define(in: &linker, version) { _ in self }
        linker.fallback = { [self] context in
            // JIP-1's number, whatever the Gray Paper's version.
            if context.number == Self.logNumber { return try logAnywhere(context) }
            try pay(unknownCost, context)
            context.setResult(JAMResultCode.what.rawValue)
        }
    }

    private static let logNumber: UInt32 = 100

    /// The log where the version's table does not have it; it costs what it costs where it does.
    private func logAnywhere(_ context: HostContext) throws {
        try pay(JAMFunction.log.gas(in: .v072)[0].base.lowerBound, context)
        try log(
            context, level: context.argument(0), target: context.argument(1), targetLength: context.argument(2),
            message: context.argument(3), messageLength: context.argument(4))
    }

    // MARK: Gas

    /// What a call costs that there is no function for.
    private var unknownCost: UInt64 { version == .v072 ? 10 : 1000 }

    package func begin(_ function: JAMFunction, _ context: HostContext) throws {
        if let entry, !function.isAllowed(in: entry, version) {
            try pay(unknownCost, context)
            context.setResult(JAMResultCode.what.rawValue)
            throw HostStop.refused
        }
        try pay(cost(of: function, context), context)
    }

    /// Takes gas; if there is too little, all that there is.
    func pay(_ units: UInt64, _ context: HostContext) throws {
        let instance = context.instance
        guard instance.module.configuration.gasMetering != .none else { return }
        guard units <= UInt64(clamping: instance.gas) else {
            instance.gas = 0
            // Tests have no one who takes the other error for an end like any other.
            if entry == nil { throw HostTrap("out of gas") }
            throw HostStop.outOfGas
        }
        instance.gas -= Int64(units)
    }

    /// The gas that is left.
    func gasLeft(_ context: HostContext) -> UInt64 { UInt64(clamping: context.instance.gas) }

    // MARK: Memory

    /// Copies bytes of the guest; a range of none is always there.
    func bytes(
        _ context: HostContext, at address: UInt64, count: UInt64, for function: JAMFunction
    ) throws(HostTrap) -> [UInt8] {
        guard count > 0 else { return [] }
        guard let start = UInt32(exactly: address), let byteCount = UInt32(exactly: count),
            let bytes = try? context.memory.read(at: start, byteCount: Int(byteCount))
        else { throw Self.inaccessible(address, count, "readable", function) }
        return bytes
    }

    func hash(
        _ context: HostContext, at address: UInt64, for function: JAMFunction
    ) throws(HostTrap) -> Hash256 {
        let bytes = try bytes(context, at: address, count: UInt64(Hash256.byteCount), for: function)
        return Hash256(bytes: bytes) ?? .zero
    }

    /// Whether the guest itself could write a range; the host could write the arguments besides.
    static func isWritable(_ memory: GuestMemory, at address: UInt64, count: UInt64) -> Bool {
        guard count > 0 else { return true }
        guard let start = UInt32(exactly: address), let byteCount = UInt32(exactly: count),
            memory.isAccessible(at: start, byteCount: Int(byteCount), writing: true)
        else { return false }
        return memory.map.map { !$0.auxiliary.overlaps(address..<(address + count)) } ?? true
    }

    func requireWritable(
        _ context: HostContext, at address: UInt64, count: UInt64, for function: JAMFunction
    ) throws(HostTrap) {
        guard Self.isWritable(context.memory, at: address, count: count) else {
            throw Self.inaccessible(address, count, "writable", function)
        }
    }

    /// Writes to a range that was found writable.
    func write(_ bytes: [UInt8], at address: UInt64, _ context: HostContext) throws {
        if !bytes.isEmpty { try context.memory.write(bytes, at: UInt32(truncatingIfNeeded: address)) }
    }

    /// Copies the wanted part of a value to the guest, as all functions do that give bytes.
    ///
    /// - Returns: the length of the whole; `none` if there is no value.
    func give(
        _ value: [UInt8]?, _ context: HostContext, to output: UInt64, offset: UInt64, length: UInt64,
        for function: JAMFunction
    ) throws -> UInt64 {
        guard let value else { return JAMResultCode.none.rawValue }
        let total = UInt64(value.count)
        let start = min(offset, total)
        let count = min(length, total - start)
        try requireWritable(context, at: output, count: count, for: function)
        try write(Array(value[Int(start)..<Int(start + count)]), at: output, context)
        return total
    }

    private static func inaccessible(
        _ address: UInt64, _ count: UInt64, _ access: String, _ function: JAMFunction
    ) -> HostTrap {
        HostTrap("\(function.symbol): \(count) bytes at 0x\(String(address, radix: 16)) are not all \(access)")
    }

    // MARK: Functions of every entry

    package func gas(_ context: HostContext) throws -> UInt64 { gasLeft(context) }

    package func log(
        _ context: HostContext, level: UInt64, target: UInt64, targetLength: UInt64, message: UInt64,
        messageLength: UInt64
    ) throws {
        let target = try text(context, at: target, count: targetLength)
        let message = try text(context, at: message, count: messageLength)
        if let line = kept.append(level: level, target: target, message: message) { onLog?(line) }
    }

    /// A text for the log, cut where it is too long; all of it must be there nevertheless.
    private func text(_ context: HostContext, at address: UInt64, count: UInt64) throws(HostTrap) -> String {
        let limit = UInt64(JAMLog.textByteLimit)
        guard count > limit else {
            return JAMLog.text(try bytes(context, at: address, count: count, for: .log), isCut: false)
        }
        guard let start = UInt32(exactly: address), let byteCount = UInt32(exactly: count),
            context.memory.isAccessible(at: start, byteCount: Int(byteCount))
        else { throw Self.inaccessible(address, count, "readable", .log) }
        return JAMLog.text(try bytes(context, at: address, count: limit, for: .log), isCut: true)
    }

    package func growHeap(_ context: HostContext, top: UInt64) throws -> UInt64 {
        let old = currentHeapTop(context)
        guard growth(to: top, context) > 0 else { return old }
        let page = UInt64(StandardPage.byteCount)
        try context.memory.mapZeroed(
            at: UInt32(truncatingIfNeeded: old * page), byteCount: (top - old) * page, .readWrite)
        heapTop = top
        return top
    }

    private func currentHeapTop(_ context: HostContext) -> UInt64 {
        heapTop ?? (context.memory.map?.readWrite.upperBound ?? 0) / UInt64(StandardPage.byteCount)
    }

    /// The pages that the heap would grow by: none if it is that large already, or can not be that large.
    func growth(to top: UInt64, _ context: HostContext) -> UInt64 {
        guard let map = context.memory.map else { return 0 }
        let old = currentHeapTop(context)
        // A zone stays free between heap and stack.
        let limit = (map.stack.lowerBound - MemoryMap.zoneAlignment) / UInt64(StandardPage.byteCount)
        return top > old && top <= limit ? top - old : 0
    }
}

/// The pages of the Gray Paper.
enum StandardPage {
    static let byteCount: UInt32 = 4096
    /// Pages of the whole address space.
    static let count: UInt64 = 1 << 20
    /// Pages at the start that nobody may touch.
    static let forbidden: UInt64 = 16
}
