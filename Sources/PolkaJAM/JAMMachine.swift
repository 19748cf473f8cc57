// Invocations: is_authorized, refine and accumulate of a version of JAM, from code and arguments to what comes of them.

package import PolkaABI
import PolkaBlob
import PolkaISA
package import PolkaVM

/// How a run of code ended.
package enum JAMExit: Sendable, Equatable {
    /// It returned these bytes.
    case halted([UInt8])
    /// It panicked; the text is for people.
    case panicked(String)
    case outOfGas
    /// The code was not available.
    case badCode
    /// The code is too long.
    case bigCode

    /// The same as accumulate learns it.
    package var workResult: WorkResult {
        switch self {
        case .halted(let output): .output(output)
        case .panicked: .panic
        case .outOfGas: .outOfGas
        case .badCode: .badCode
        case .bigCode: .bigCode
        }
    }

    /// Whether it returned.
    package var isHalt: Bool {
        if case .halted = self { true } else { false }
    }
}

/// What came of an invocation.
package struct JAMOutcome: Sendable {
    package var exit: JAMExit
    package var gasUsed: UInt64
    /// Segments that refine exported; none if it did not halt.
    package var exports: [[UInt8]] = []
    package var log: [JAMLogLine] = []

    package init(exit: JAMExit, gasUsed: UInt64, log: [JAMLogLine] = []) {
        self.exit = exit
        self.gasUsed = gasUsed
        self.log = log
    }
}

/// What came of accumulating.
package struct AccumulateOutcome: Sendable {
    package var exit: JAMExit
    package var gasUsed: UInt64
    package var log: [JAMLogLine]
    /// The state afterwards.
    package var state: JAMState
    /// The hash that it yielded.
    package var yielded: Hash256?
    /// Transfers that it sent; they are in the state as well.
    package var transfers: [DeferredTransfer]
    /// Preimages that it gave.
    package var provisions: [Provision]
    /// Whether it set a checkpoint, whose state holds unless it halted.
    package var hasCheckpoint = false
}

/// Runs code of services and authorizers.
package final class JAMMachine {
    package let version: JAMVersion
    package let engine: Engine
    /// Called for each line that a guest logs.
    package var onLog: ((JAMLogLine) -> Void)?
    /// What was loaded last, since packages run the same code again and again.
    private var loaded: (hash: Hash256, module: Module)?

    /// A machine of a version.
    package init(version: JAMVersion, engine: Engine = Engine()) {
        self.version = version
        self.engine = engine
    }

    // MARK: Invocations

    /// Asks an authorizer whether a package may use a core.
    package func isAuthorized(_ package: WorkPackage, core: UInt16, state: JAMState) throws -> JAMOutcome {
        let account = state.services[package.authorizerHost]
        let slot = package.context.lookupAnchorSlot
        guard let preimage = account?.historicalPreimage(package.authorizerCodeHash, at: slot),
            let code = ServiceCode(preimage: preimage)
        else { return JAMOutcome(exit: .badCode, gasUsed: 0) }
        guard code.program.count <= Int(JAMLimits.authorizerCodeBytes) else {
            return JAMOutcome(exit: .bigCode, gasUsed: 0)
        }
        var arguments = JAMEncoder()
        arguments.fixed(core)
        let host = host(.isAuthorized, state, service: package.authorizerHost)
        host.workPackage = package
        return try run(code.program, gas: state.parameters.isAuthorizedGas, arguments.bytes, host)
    }

    /// Does the work of an item.
    ///
    /// The trace is what the authorizer answered, the offset the number of segments that items before this one exported.
    package func refine(
        _ package: WorkPackage, item index: Int, core: UInt16, trace: [UInt8] = [], exportOffset: Int = 0,
        state: JAMState
    ) throws -> JAMOutcome {
        let item = package.items[index]
        let account = state.services[item.service]
        guard let preimage = account?.historicalPreimage(item.codeHash, at: package.context.lookupAnchorSlot) else {
            return JAMOutcome(exit: .badCode, gasUsed: 0)
        }
        guard preimage.count <= Int(JAMLimits.serviceCodeBytes) else {
            return JAMOutcome(exit: .bigCode, gasUsed: 0)
        }
        guard let code = ServiceCode(preimage: preimage) else { return JAMOutcome(exit: .badCode, gasUsed: 0) }
        let host = host(.refine, state, service: item.service)
        host.workPackage = package
        host.itemIndex = index
        host.trace = trace
        host.entropy = .zero
        host.exportOffset = exportOffset
        let arguments = Self.refineArguments(package, item: index, core: core)
        var outcome = try run(code.program, gas: item.refineGas, arguments, host)
        if outcome.exit.isHalt { outcome.exports = host.exports }
        return outcome
    }

    /// The bytes that refine is entered with.
    package static func refineArguments(_ package: WorkPackage, item index: Int, core: UInt16) -> [UInt8] {
        let item = package.items[index]
        var out = JAMEncoder()
        out.natural(UInt64(core))
        out.natural(UInt64(index))
        out.natural(UInt64(item.service))
        out.blob(item.payload)
        out.hash(package.hash)
        return out.bytes
    }

    /// Takes results and transfers into a service's state.
    ///
    /// The transfers' amounts are the service's before its code runs. `extraGas` comes on top of the gas of the inputs.
    package func accumulate(
        service: UInt32, inputs: [AccumulateInput], extraGas: UInt64 = 0, state: JAMState
    ) throws -> AccumulateOutcome {
        var before = state
        for case .transfer(let transfer) in inputs {
            guard let balance = before.services[service]?.balance else { continue }
            before.services[service]?.balance = balance.addingClamped(transfer.amount)
        }
        let account = before.services[service]
        guard let preimage = account?.preimages[account?.codeHash ?? .zero], let code = ServiceCode(preimage: preimage)
        else { return .unchanged(.badCode, before) }
        guard code.program.count <= Int(JAMLimits.serviceCodeBytes) else { return .unchanged(.bigCode, before) }
        let host = host(.accumulate, before, service: service)
        host.entropy = state.entropy
        host.inputs = inputs
        let gas = inputs.reduce(extraGas) { $0.addingClamped($1.gas) }
        let arguments = Self.accumulateArguments(slot: state.timeSlot, service: service, inputCount: inputs.count)
        let outcome = try run(code.program, gas: gas, arguments, host)
        var result = outcome.exit.isHalt ? host.accumulation.regular : host.accumulation.exceptional
        if case .halted(let output) = outcome.exit, let hash = Hash256(bytes: output) { result.yielded = hash }
        var after = before.settled(result, by: service)
        after.services[service]?.lastAccumulation = state.timeSlot
        return AccumulateOutcome(
            exit: outcome.exit, gasUsed: outcome.gasUsed, log: outcome.log, state: after, yielded: result.yielded,
            transfers: result.transfers, provisions: result.provisions,
            hasCheckpoint: host.accumulation.hasCheckpoint)
    }

    /// The bytes that accumulate is entered with.
    package static func accumulateArguments(slot: UInt32, service: UInt32, inputCount: Int) -> [UInt8] {
        var out = JAMEncoder()
        out.natural(UInt64(slot))
        out.natural(UInt64(service))
        out.natural(UInt64(inputCount))
        return out.bytes
    }

    // MARK: Running

    private func host(_ entry: JAMEntry, _ state: JAMState, service: UInt32) -> JAMHost {
        let host = JAMHost(version: version, entry: entry, state: state, service: service, engine: engine)
        host.onLog = onLog
        return host
    }

    /// Loads a standard program and runs it from an entry to its end.
    private func run(
        _ program: [UInt8], gas: UInt64, _ arguments: [UInt8], _ host: JAMHost
    ) throws -> JAMOutcome {
        let offset = host.entry?.codeOffset ?? 0
        let module: Module
        do {
            module = try load(program)
        } catch {
            // What is no program panics before it costs anything.
            return JAMOutcome(exit: .panicked("\(error)"), gasUsed: 0)
        }
        let code = module.blob.code
        if version == .v080,
            Int(offset) >= code.bytes.count || code.instruction(at: Int(offset), in: version.instructionSet) == nil
        {
            return JAMOutcome(exit: .panicked("no instruction starts at code offset \(offset)"), gasUsed: 0)
        }
        var linker = Linker()
        try host.define(in: &linker)
        let instance = try linker.link(module).instantiate()
        let given = Int64(clamping: gas)
        instance.gas = given
        do {
            try instance.prepareEntry(at: offset, input: arguments)
        } catch {
            // Code is always loaded with room for the most arguments; more than that is nobody's fault but the caller's.
            return JAMOutcome(exit: .panicked("the arguments do not fit: \(error)"), gasUsed: 0)
        }
        let exit = try Self.finish(instance)
        return JAMOutcome(exit: exit, gasUsed: UInt64(given - max(instance.gas, 0)), log: host.log)
    }

    private static func finish(_ instance: Instance) throws -> JAMExit {
        while true {
            let exit: Exit
            do {
                exit = try instance.resume()
            } catch HostStop.refused {
                continue
            } catch HostStop.outOfGas {
                return .outOfGas
            }
            switch exit {
            case .finished: return .halted(instance.entryResult)
            case .outOfGas: return .outOfGas
            case .trap, .pageFault, .hostCall, .cancelled:
                let place = instance.programCounter.map { " at code offset \($0)" } ?? ""
                return .panicked((instance.trapReason?.description ?? "it stopped") + place)
            }
        }
    }

    private func load(_ program: [UInt8]) throws -> Module {
        let hash = Hash256(blakeOf: program)
        if let loaded, loaded.hash == hash { return loaded.module }
        let module = try Module(
            StandardProgram(parsing: program), instructionSet: version.instructionSet,
            configuration: version.programConfiguration, engine: engine)
        loaded = (hash, module)
        return module
    }
}

extension AccumulateOutcome {
    /// What comes of a service that can not run: it has got what was sent, and that is all.
    fileprivate static func unchanged(_ exit: JAMExit, _ state: JAMState) -> AccumulateOutcome {
        AccumulateOutcome(
            exit: exit, gasUsed: 0, log: [], state: state, yielded: nil, transfers: [], provisions: [])
    }
}
