// What tests of contracts ask of their host: accounts, time, transactions, events, answers in place of other contracts, random
// values (Guest/hosts/revive_test.json).

import PolkaABI
import PolkaHost
import PolkaVM

extension ContractTest: ReviveTestFunctions {
    func begin(_ function: ReviveTestFunction, _ context: HostContext) throws {}

    /// Ends the test with what it did wrong.
    private func fail(_ text: String) -> FrameError {
        problem = text
        return .contractTrapped(text)
    }

    private func frame() throws -> Frame {
        guard let frame = chain.currentFrame else { throw fail("functions of tests are for tests") }
        return frame
    }

    // MARK: What the test sets

    func account(_ context: HostContext, index: UInt32, output: UInt32) throws {
        guard Int(index) < bench.accounts.count else {
            throw fail("account \(index) was asked for, and there are \(bench.accounts.count)")
        }
        try context.memory.put(bench.accounts[Int(index)].bytes, at: output)
    }

    func setBalance(_ context: HostContext, account: UInt32, balance: UInt32) throws {
        try chain.setBalance(context.memory.number(at: balance), of: context.memory.address(at: account))
    }

    func setCaller(_ context: HostContext, caller: UInt32) throws {
        try frame().caller = try context.memory.address(at: caller)
    }

    func setValue(_ context: HostContext, value: UInt32) throws {
        try frame().value = try context.memory.number(at: value)
    }

    func setInput(_ context: HostContext, input: UInt32, inputLength: UInt32) throws {
        try frame().input = try context.memory.bytes(at: input, inputLength)
    }

    func setTime(_ context: HostContext, seconds: UInt64) throws { chain.environment.timestamp = seconds }

    func setBlock(_ context: HostContext, number: UInt64) throws { chain.environment.number = number }

    func setGasLimit(_ context: HostContext, gas: UInt64) throws { gasLimit = gas }

    func mock(
        _ context: HostContext, address: UInt32, prefixLength: UInt32, prefix: UInt32, status: UInt32,
        dataLength: UInt32, data: UInt32
    ) throws {
        let data = try context.memory.bytes(at: data, dataLength)
        let target = try context.memory.address(at: address)
        let answer: CallAnswer
        switch ReviveTestStatusCode(rawValue: status) {
        case .success: answer = .success(data)
        case .reverted: answer = .reverted(data)
        case .trapped: answer = .failed(.contractTrapped("the test says so"))
        case .outOfGas: answer = .failed(.outOfGas)
        case .transferFailed: answer = .failed(.transferFailed(from: ContractTestBench.testAddress, value: .zero))
        case nil: throw fail("a call can not end with status \(status)")
        }
        mock(Mock(address: target, prefix: try context.memory.bytes(at: prefix, prefixLength), answer: answer))
    }

    // MARK: Transactions

    func code(_ context: HostContext, name: UInt32, nameLength: UInt32, output: UInt32) throws {
        let name = String(decoding: try context.memory.bytes(at: name, nameLength), as: UTF8.self)
        guard let hash = bench.hashes[name] else {
            let known = bench.hashes.keys.filter { !$0.isEmpty }.sorted().joined(separator: ", ")
            throw fail(
                "there is no contract '\(name)': "
                    + (known.isEmpty ? "name it in the \"contracts\" of pvm.json" : "pvm.json names \(known)"))
        }
        try context.memory.put(hash.bytes, at: output)
    }

    func deploy(
        _ context: HostContext, from: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32,
        output: UInt32, address: UInt32
    ) throws -> UInt64 {
        let bytes = try context.memory.bytes(at: input, inputLength)
        guard let hash = Hash256(bytes: bytes.prefix(Hash256.byteCount)) else {
            throw fail("the input of a deployment begins with a hash of 32 bytes, and this one has \(bytes.count)")
        }
        let outcome = try perform(
            Transaction(
                from: context.memory.address(at: from), target: .createFromHash(hash, salt: nil),
                value: context.memory.number(at: value), input: Array(bytes.dropFirst(Hash256.byteCount)),
                gasLimit: gasLimit))
        if let created = outcome.created { try context.memory.put(created.bytes, at: address) }
        return try end(outcome, context, outputLength, output)
    }

    func call(
        _ context: HostContext, from: UInt32, to: UInt32, value: UInt32, inputLength: UInt32, input: UInt32,
        outputLength: UInt32, output: UInt32
    ) throws -> UInt64 {
        let outcome = try perform(
            Transaction(
                from: context.memory.address(at: from), target: .call(context.memory.address(at: to)),
                value: context.memory.number(at: value), input: context.memory.bytes(at: input, inputLength),
                gasLimit: gasLimit))
        return try end(outcome, context, outputLength, output)
    }

    private func perform(_ transaction: Transaction) throws -> Outcome {
        do { return try execute(transaction) } catch let error as TransactionError { throw fail("\(error)") }
    }

    /// Leaves what a transaction returned, and says how it ended.
    private func end(
        _ outcome: Outcome, _ context: HostContext, _ outputLength: UInt32, _ output: UInt32
    ) throws -> UInt64 {
        let frame = try frame()
        frame.returnData = outcome.output
        try frame.put(outcome.output[...], at: output, lengthAt: outputLength, context.memory)
        let status: ReviveTestStatusCode =
            switch outcome.status {
            case .success: .success
            case .reverted: .reverted
            case .outOfGas: .outOfGas
            case .failed(.transferFailed), .failed(.balanceOverflow): .transferFailed
            case .trapped, .failed: .trapped
            }
        return UInt64(status.rawValue)
    }

    func gasUsed(_ context: HostContext) throws -> UInt64 { lastOutcome?.gasUsed ?? 0 }

    // MARK: Events

    private var events: [ChainEvent] { lastOutcome?.events ?? chain.events }

    func eventCount(_ context: HostContext) throws -> UInt64 { UInt64(events.count) }

    func event(
        _ context: HostContext, index: UInt32, address: UInt32, topics: UInt32, dataLength: UInt32, data: UInt32
    ) throws -> UInt64 {
        let events = events
        guard Int(index) < events.count else {
            throw fail("event \(index) was asked for, and there are \(events.count)")
        }
        let event = events[Int(index)]
        try context.memory.put(event.address.bytes, at: address)
        var words = event.topics.flatMap(\.bytes)
        words += [UInt8](
            repeating: 0, count: max(0, Int(ReviveTestLimits.topics) * Hash256.byteCount - words.count))
        try context.memory.put(words, at: topics)
        try frame().put(event.data[...], at: data, lengthAt: dataLength, context.memory)
        return UInt64(event.topics.count)
    }

    // MARK: Properties

    func choose(_ context: HostContext, bound: UInt64) throws -> UInt64 {
        let value = choices.next(upTo: bound)
        if choices.isExhausted { throw fail("a run of a property asked for more than \(ChoiceSource.limit) values") }
        return value
    }

    func reject(_ context: HostContext) throws -> Never {
        isRejected = true
        throw fail("the run was rejected")
    }
}
