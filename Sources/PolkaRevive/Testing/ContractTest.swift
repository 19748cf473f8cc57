// A test of a contract: an export of the project's test program, run as a contract of its own on a chain of its own, from where it
// deploys and calls what is tested. What it asks its host for is in ContractTest+Functions.swift.

package import PolkaABI
package import PolkaBlob
package import PolkaHost
package import PolkaVM

/// What tests of a project run on: made once, and each test gets a fork.
package struct ContractTestBench {
    /// The program with the tests, as `Chain.testConfiguration` wants it.
    package let module: Module
    /// Accounts with a balance at the start.
    package let accounts: [Address]
    /// The code of contracts by name; the project's own has none.
    package let hashes: [String: Hash256]
    let chain: Chain

    /// The contract that a test is.
    package static let testAddress =
        Address(bytes: Keccak256.hash("pvm test contract".utf8).suffix(Address.byteCount)) ?? .zero
    /// What accounts and tests have at the start: ten thousand times 10¹⁸.
    package static let balance: U256 = 10_000_000_000_000_000_000_000

    /// - Parameters:
    ///   - module: the program with the tests.
    ///   - codes: contracts by name, the project's own under the empty one.
    ///   - accounts: that have a balance.
    ///   - engine: what runs the contracts.
    /// - Throws: `AdmissionError` if one of the contracts would not be admitted.
    package init(module: Module, codes: [String: [UInt8]], accounts: [Address], engine: Engine) throws {
        self.module = module
        self.accounts = accounts
        chain = Chain(engine: engine)
        for address in accounts + [Self.testAddress] { try chain.setBalance(Self.balance, of: address) }
        var hashes: [String: Hash256] = [:]
        for (name, code) in codes { hashes[name] = try chain.upload(code: code) }
        self.hashes = hashes
    }

    /// Lets failures of a contract tell functions and lines.
    package func addDebugInformation(from bytes: [UInt8]) { chain.addDebugInformation(from: bytes) }

    /// Runs a test.
    ///
    /// - Parameters:
    ///   - export: the test.
    ///   - choices: what it gets where it asks for random values.
    ///   - gas: what the test itself may use.
    ///   - write: gets what it prints, and what the host has to say.
    /// - Returns: how it ended, and what it asked for.
    /// - Throws: `InstanceError` if the system has no memory left.
    package func run(
        _ export: Blob.Export, choices: ChoiceSource, gas: UInt64, write: @escaping ([UInt8]) -> Void
    ) throws -> ContractTestResult {
        let test = ContractTest(self, choices, write)
        test.chain.recordsCalls = true
        let outcome = try test.chain.runFrame(
            module: module, export: export, at: Self.testAddress, caller: accounts[0], gasLimit: gas
        ) { linker in
            try ReviveTestFunction.define(in: &linker) { _ in test }
            try ConsoleHost { _, bytes in write(bytes) }.define(in: &linker)
        }
        // What the test called as a contract does.
        test.note(outcome.calls.filter { $0.kind != .test })
        return ContractTestResult(
            outcome: outcome, isRejected: test.isRejected, isProperty: !choices.choices.isEmpty, uses: test.uses,
            problem: test.problem)
    }
}

/// What came of a test.
package struct ContractTestResult {
    /// Of the test's own frame.
    package let outcome: Outcome
    /// Whether it found its choices unfit.
    package let isRejected: Bool
    /// Whether it asked for random values.
    package let isProperty: Bool
    /// Every run of a contract.
    package let uses: [ContractUse]
    /// What the test did wrong with its host, if that ended it.
    package let problem: String?
}

/// One run of a contract's code.
package struct ContractUse: Hashable, Sendable {
    /// The contract's name, empty for the project's own.
    package let contract: String
    package let isConstructor: Bool
    /// The function, if the input has that many bytes.
    package let selector: UInt32?
    package let gas: UInt64
    package let succeeded: Bool
}

/// A test that runs.
final class ContractTest {
    let bench: ContractTestBench
    let chain: Chain
    let choices: ChoiceSource
    let write: ([UInt8]) -> Void
    var isRejected = false
    var problem: String?
    var uses: [ContractUse] = []
    /// Of the last transaction.
    var lastOutcome: Outcome?
    var gasLimit = Transaction.defaultGasLimit
    private var mocks: [Mock] = []

    struct Mock {
        let address: Address
        let prefix: [UInt8]
        let answer: CallAnswer
    }

    init(_ bench: ContractTestBench, _ choices: ChoiceSource, _ write: @escaping ([UInt8]) -> Void) {
        self.bench = bench
        self.choices = choices
        self.write = write
        chain = bench.chain.fork()
    }

    /// Lets an address answer as a test says.
    func mock(_ mock: Mock) {
        mocks.append(mock)
        chain.mockedAddresses.insert(mock.address)
        chain.callHandler = { [mocks] call in
            var best: Mock?
            for mock in mocks
            where mock.address == call.address && call.input.starts(with: mock.prefix)
                && mock.prefix.count >= best?.prefix.count ?? 0
            {
                best = mock
            }
            return best?.answer
        }
    }

    /// Runs a transaction of the test and notes what there is to say of it.
    func execute(_ transaction: Transaction) throws -> Outcome {
        let outcome = try chain.execute(transaction)
        lastOutcome = outcome
        tell(outcome)
        note(outcome.calls)
        return outcome
    }

    /// Notes runs of contracts that have a name.
    func note(_ calls: [CallRecord]) {
        for call in calls {
            guard let hash = chain.codeHash(at: call.codeAddress),
                let name = bench.hashes.first(where: { $0.value == hash })?.key
            else { continue }
            uses.append(
                ContractUse(
                    contract: name, isConstructor: call.kind == .deploy,
                    selector: call.input.count < 4 ? nil : call.input.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
                    gas: call.gasUsed, succeeded: call.status == .success))
        }
    }

    /// What a contract that stopped would like its author to know.
    private func tell(_ outcome: Outcome) {
        let reason: String
        switch outcome.status {
        case .success, .reverted: return
        case .trapped(let text): reason = text.hasPrefix("trapped: ") ? text : "trapped: \(text)"
        case .outOfGas: reason = "ran out of gas"
        case .failed(let error): reason = "failed: \(error)"
        }
        let frames = outcome.failure?.backtrace.frames.compactMap(\.function).prefix(3).joined(separator: " < ") ?? ""
        write(Array("a transaction \(reason)\(frames.isEmpty ? "" : " in \(frames)")\n".utf8))
    }
}
