// The host of tests of services: a chain that the test sets up, all functions of JAM on it, and the code that is deployed, which
// the test runs.

import PolkaABI
package import PolkaVM

/// Answers the calls of one run of a test.
package final class JAMTestHost {
    private let host: JAMHost
    private let machine: JAMMachine
    /// The gas of an item.
    private var itemGas: UInt64 = 1_000_000_000
    private var lastExit = JAMExit.halted([])
    private var lastGas: UInt64 = 0
    private var lastExports: [[UInt8]]?
    private var lastAccumulation: AccumulateOutcome?
    /// What came of items last.
    private var refinedItems: [Int: RefinedItem] = [:]
    /// Inputs of the next accumulate that are items' results.
    private var waiting: [(input: Int, item: Int, result: WorkResult)] = []

    private static let startBalance: UInt64 = 1_000_000_000_000

    /// Makes a chain with the service that is tested and another one.
    ///
    /// Without a program `refine` and `accumulate` find no code.
    package init(version: JAMVersion, program: [UInt8]?, engine: Engine = Engine()) {
        var state = JAMState()
        state.timeSlot = 1_000_000
        var own = ServiceAccount(codeHash: .zero, balance: Self.startBalance)
        if let program {
            let code = ServiceCode(program: program).preimage
            own.provide(code, at: 0)
            own.codeHash = Hash256(blakeOf: code)
        }
        let id = UInt32(JAMTestServiceCode.own.rawValue)
        state.services[id] = own
        state.services[UInt32(JAMTestServiceCode.other.rawValue)] = ServiceAccount(
            codeHash: .zero, balance: Self.startBalance)
        host = JAMHost(version: version, entry: nil, state: state, service: id, engine: engine)
        host.entropy = .zero
        host.inputs = []
        host.trace = []
        var package = WorkPackage()
        package.context.lookupAnchorSlot = state.timeSlot
        host.workPackage = package
        host.itemIndex = 0
        machine = JAMMachine(version: version, engine: engine)
    }

    /// Called for each line that test or service log.
    package var onLog: ((JAMLogLine) -> Void)? {
        get { host.onLog }
        set {
            host.onLog = newValue
            machine.onLog = newValue
        }
    }

    /// Offers the functions of JAM, by their names, and those for tests.
    package func define(in linker: inout Linker) throws(LinkerError) {
        var numbered = Linker()
        try JAMFunction.define(in: &numbered, host.version) { [host] _ in host }
        for function in JAMFunction.allCases {
            guard let number = function.number(in: host.version) else { continue }
            try linker.define(function.symbol, from: numbered, number: number)
        }
        try JAMTestFunction.define(in: &linker) { _ in self }
    }

    // MARK: The work package

    /// The package; results that wait tell of it as it is now, since it is one package whenever its items are added.
    private var package: WorkPackage {
        get { host.workPackage ?? WorkPackage() }
        set {
            host.workPackage = newValue
            completeResults()
        }
    }

    /// Makes results that wait those of the whole package.
    ///
    /// Items that nobody refined export zeros.
    private func completeResults() {
        guard !waiting.isEmpty else { return }
        let items = package.items.enumerated().map { index, item in
            refinedItems[index] ?? RefinedItem(JAMOutcome(exit: .badCode, gasUsed: 0), of: item, after: 0)
        }
        let operands = RefinedPackage(package: package, trace: host.trace ?? [], items: items).operands
        for (input, item, result) in waiting {
            var operand = operands[item]
            operand.result = result
            host.inputs?[input] = .operand(operand)
        }
    }

    // MARK: State

    private var service: UInt32 { host.accumulation.service }

    private var state: JAMState {
        get { host.accumulation.regular.state }
        set { host.accumulation.regular.state = newValue }
    }

    /// Changes a service that must be there.
    private func change(
        _ service: UInt32, for function: JAMTestFunction, _ change: (inout ServiceAccount) -> Void
    ) throws(HostTrap) {
        guard host.accumulation.regular.state.services[service] != nil else {
            throw HostTrap("\(function.symbol): there is no service \(service); set_balance makes one")
        }
        change(
            &host.accumulation.regular.state.services[
                service, default: ServiceAccount(codeHash: .zero, balance: 0)])
    }

    private func bytes(
        _ context: HostContext, at address: UInt32, count: UInt32
    ) throws(HostTrap) -> [UInt8] {
        try context.bytes(at: UInt64(address), count: UInt64(count))
    }

    private func hash(_ context: HostContext, at address: UInt32) throws(HostTrap) -> Hash256 {
        Hash256(bytes: try bytes(context, at: address, count: UInt32(Hash256.byteCount))) ?? .zero
    }

    private func requireItem(_ item: UInt32, for function: JAMTestFunction) throws(HostTrap) -> Int {
        let count = package.items.count
        guard item < count else {
            throw HostTrap("\(function.symbol): there is no item \(item); \(count) were added")
        }
        return Int(item)
    }

    private func element<Element>(
        _ elements: [Element], _ index: UInt32, for function: JAMTestFunction
    ) throws(HostTrap) -> Element {
        guard index < elements.count else {
            throw HostTrap("\(function.symbol): index \(index), and there are \(elements.count)")
        }
        return elements[Int(index)]
    }
}

extension JAMTestHost: JAMTestFunctions {
    package func begin(_ function: JAMTestFunction, _ context: HostContext) throws {}

    // MARK: The chain

    package func setTimeSlot(_ context: HostContext, slot: UInt32) throws {
        host.accumulation.regular.state.timeSlot = slot
        package.context.lookupAnchorSlot = slot
    }

    package func setEntropy(_ context: HostContext, entropy: UInt32) throws {
        let value = try hash(context, at: entropy)
        host.accumulation.regular.state.entropy = value
        host.entropy = value
    }

    package func setBalance(_ context: HostContext, service: UInt32, balance: UInt64) throws {
        host.accumulation.regular.state.services[
            service, default: ServiceAccount(codeHash: .zero, balance: 0)
        ].balance = balance
    }

    package func balance(_ context: HostContext, service: UInt32) throws -> UInt64 {
        state.services[service]?.balance ?? 0
    }

    package func setStorage(
        _ context: HostContext, service: UInt32, key: UInt32, keyLength: UInt32, value: UInt32, valueLength: UInt32
    ) throws {
        let key = try bytes(context, at: key, count: keyLength)
        let value = try bytes(context, at: value, count: valueLength)
        try change(service, for: .setStorage) { $0.setValue(value.isEmpty ? nil : value, for: key) }
    }

    package func provide(_ context: HostContext, service: UInt32, data: UInt32, length: UInt32) throws {
        let data = try bytes(context, at: data, count: length)
        let slot = state.timeSlot
        try change(service, for: .provide) { $0.provide(data, at: slot) }
    }

    package func setPrivileged(_ context: HostContext, service: UInt32) throws {
        var privileges = Privileges()
        (privileges.manager, privileges.delegator, privileges.registrar) = (service, service, service)
        for core in 0..<state.parameters.coreCount { privileges.assigners[core] = service }
        host.accumulation.regular.state.privileges = privileges
    }

    // MARK: The work package

    package func addItem(_ context: HostContext, payload: UInt32, length: UInt32, exports: UInt32) throws -> UInt64 {
        let count = package.items.count
        let exportSum = UInt64(package.exportOffset(of: count)) + UInt64(exports)
        guard count < Int(JAMLimits.packageItems), exportSum <= JAMLimits.packageExports else {
            throw HostTrap(
                "add_item: a work package has at most \(JAMLimits.packageItems) items and \(JAMLimits.packageExports) exports"
            )
        }
        var item = WorkItem(
            service: service, codeHash: host.accumulation.own?.codeHash ?? .zero, refineGas: itemGas,
            accumulateGas: itemGas)
        item.payload = try bytes(context, at: payload, count: length)
        item.exportCount = UInt16(truncatingIfNeeded: exports)
        package.items.append(item)
        return UInt64(count)
    }

    package func addExtrinsic(_ context: HostContext, item: UInt32, data: UInt32, length: UInt32) throws {
        let index = try requireItem(item, for: .addExtrinsic)
        package.items[index].extrinsics.append(try bytes(context, at: data, count: length))
    }

    package func addImport(_ context: HostContext, item: UInt32, data: UInt32, length: UInt32) throws {
        let index = try requireItem(item, for: .addImport)
        let segment = ImportedSegment(data: try bytes(context, at: data, count: length))
        package.items[index].imports.append(segment)
    }

    package func setGas(_ context: HostContext, gas: UInt64) throws {
        itemGas = gas
        var changed = package
        for index in changed.items.indices {
            changed.items[index].refineGas = gas
            changed.items[index].accumulateGas = gas
        }
        package = changed
    }

    package func setAuthorization(
        _ context: HostContext, token: UInt32, tokenLength: UInt32, trace: UInt32, traceLength: UInt32
    ) throws {
        let token = try bytes(context, at: token, count: tokenLength)
        host.trace = try bytes(context, at: trace, count: traceLength)
        package.authorizationToken = token
    }

    // MARK: What is deployed

    package func refine(_ context: HostContext, item: UInt32) throws -> UInt64 {
        let index = try requireItem(item, for: .refine)
        let package = package
        let trace = host.trace ?? []
        let outcome = try machine.refine(
            package, item: index, core: 0, trace: trace, exportOffset: package.exportOffset(of: index), state: state)
        let before = Set(waiting.map(\.item)).filter { $0 < index }.compactMap { refinedItems[$0] }
        let refined = RefinedItem(
            outcome, of: package.items[index], after: RefinedPackage.reportByteCount(trace: trace, before))
        (lastExit, lastGas, lastExports) = (outcome.exit, outcome.gasUsed, refined.exports)
        refinedItems[index] = refined
        waiting.append((input: host.inputs?.count ?? 0, item: index, result: refined.result))
        host.inputs?.append(.operand(AccumulateOperand(result: refined.result, gas: itemGas)))
        completeResults()
        return refined.result.code
    }

    package func addResult(_ context: HostContext, status: UInt32, data: UInt32, length: UInt32) throws {
        let data = try bytes(context, at: data, count: length)
        guard let result = ([.output(data)] + WorkResult.errors).first(where: { $0.code == UInt64(status) }) else {
            throw HostTrap("add_result: \(status) is no status; there are 0 to \(WorkResult.errors.count)")
        }
        host.inputs?.append(.operand(AccumulateOperand(result: result, gas: itemGas)))
    }

    package func addTransfer(
        _ context: HostContext, from: UInt32, amount: UInt64, gas: UInt64, memo: UInt32
    ) throws {
        let memo = try bytes(context, at: memo, count: UInt32(JAMLimits.memoBytes))
        host.inputs?.append(
            .transfer(DeferredTransfer(source: from, destination: service, amount: amount, memo: memo, gas: gas)))
    }

    package func accumulate(_ context: HostContext) throws -> UInt64 {
        let outcome = try machine.accumulate(service: service, inputs: host.inputs ?? [], state: state)
        (lastExit, lastGas, lastAccumulation) = (outcome.exit, outcome.gasUsed, outcome)
        var after = outcome.state
        after.timeSlot += after.timeSlot == .max ? 0 : 1
        host.accumulation = Accumulation(state: after, service: service)
        (host.inputs, waiting) = ([], [])
        package.context.lookupAnchorSlot = after.timeSlot
        return outcome.exit.workResult.code
    }

    package func output(_ context: HostContext, output: UInt32, length: UInt32) throws -> UInt64 {
        guard case .halted(let bytes) = lastExit else { return 0 }
        try context.write(Array(bytes.prefix(Int(length))), at: UInt64(output))
        return UInt64(bytes.count)
    }

    package func gasUsed(_ context: HostContext) throws -> UInt64 { lastGas }

    package func yielded(_ context: HostContext, output: UInt32) throws -> UInt64 {
        let hash = lastAccumulation == nil ? host.accumulation.regular.yielded : lastAccumulation?.yielded
        try context.write((hash ?? .zero).bytes, at: UInt64(output))
        return hash == nil ? 0 : 1
    }

    private var shownExports: [[UInt8]] { lastExports ?? host.exports }

    package func exportCount(_ context: HostContext) throws -> UInt64 { UInt64(shownExports.count) }

    package func export(_ context: HostContext, index: UInt32, output: UInt32) throws {
        try context.write(try element(shownExports, index, for: .export), at: UInt64(output))
    }

    private var shownTransfers: [DeferredTransfer] {
        lastAccumulation?.transfers ?? host.accumulation.regular.transfers
    }

    package func transferCount(_ context: HostContext) throws -> UInt64 { UInt64(shownTransfers.count) }

    package func transfer(
        _ context: HostContext, index: UInt32, destination: UInt32, amount: UInt32, memo: UInt32
    ) throws {
        let transfer = try element(shownTransfers, index, for: .transfer)
        var out = JAMEncoder()
        out.fixed(transfer.destination)
        try context.write(out.bytes, at: UInt64(destination))
        out = JAMEncoder()
        out.fixed(transfer.amount)
        try context.write(out.bytes, at: UInt64(amount))
        try context.write(transfer.memo, at: UInt64(memo))
    }
}

extension WorkResult {
    /// The number that JAM's codec has for it.
    fileprivate var code: UInt64 {
        switch self {
        case .output: 0
        case .outOfGas: 1
        case .panic: 2
        case .badExports: 3
        case .oversize: 4
        case .badCode: 5
        case .bigCode: 6
        }
    }
}
