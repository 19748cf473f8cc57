// A chain at home from the command line: deploys contracts, calls them by the names of their functions, and says what came of it.

import PolkaABI
import PolkaAccounts
import PolkaBuild
import PolkaRevive
import PolkaVM
import SystemPackage

/// What can be done with a chain.
enum ChainVerb: String, CaseIterable {
    case deploy, call, transfer, balance, accounts, logs

    /// How it is written.
    var usage: String {
        switch self {
        case .deploy: "deploy PROGRAM [ARGUMENT…]"
        case .call: "call CONTRACT FUNCTION [ARGUMENT…]"
        case .transfer: "transfer TO AMOUNT"
        case .balance: "balance ACCOUNT"
        case .accounts: "accounts"
        case .logs: "logs [CONTRACT]"
        }
    }
}

/// A chain, in memory or in a file, that is told what to do.
final class ChainSession {
    let chain: Chain
    private let color: Bool

    /// The balance of the accounts that everybody knows, where the chain begins.
    static let balance: U256 = 10_000_000_000_000_000_000_000
    private static let accounts = DevelopmentAccount.first(DevelopmentAccount.names.count)

    /// Opens a chain; one that is new gets accounts with a balance.
    ///
    /// - Parameters:
    ///   - file: where the state is kept; nil: in memory.
    ///   - engine: what runs contracts.
    ///   - color: whether compilers shall colour what they say.
    /// - Throws: `ChainStoreError` if the file can not be used.
    init(file: String?, engine: Engine, color: Bool) throws {
        self.color = color
        chain = try file.map { try Chain(engine: engine, file: $0) } ?? Chain(engine: engine)
        let known = Self.accounts.map(\.address)
        if chain.receiptCount == 0, known.allSatisfy({ chain.balance(of: $0) == .zero && chain.nonce(of: $0) == 0 }) {
            for address in known { try chain.setBalance(Self.balance, of: address) }
        }
    }

    /// What was built here last may be on the chain, and its failures shall tell functions and lines; added when something runs.
    private lazy var debugInformation: Void = {
        let folder = FilePath("build")
        for file in (try? Files.list(folder)) ?? [] where file.hasSuffix(".debug.polkavm") {
            if let bytes = try? Files.read(folder.appending(file)) { chain.addDebugInformation(from: bytes) }
        }
    }()

    // MARK: Names

    /// The address that a word means: digits, an account's name, a contract's.
    func address(of word: String) -> Address? {
        Address(word) ?? DevelopmentAccount(named: word)?.address ?? label(word)?.address
    }

    /// Contracts with names, in the order of these.
    private var labels: [(name: String, label: ContractLabel)] {
        chain.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The contract of a name in any case.
    private func label(_ name: String) -> ContractLabel? {
        chain.labels[name] ?? labels.first { $0.name.lowercased() == name.lowercased() }?.label
    }

    private func account(_ word: String) throws -> Address {
        if let address = address(of: word) { return address }
        let known = DevelopmentAccount.names + labels.map(\.name)
        throw CommandError(
            "no account or contract '\(word)'; there are \(Terminal.printable(known.joined(separator: ", "))),"
                + " and addresses of 40 hexadecimal digits")
    }

    /// What people call an address.
    func name(of address: Address) -> String {
        if let known = labels.first(where: { $0.label.address == address }) { return known.name }
        return Self.accounts.first { $0.address == address }?.name ?? address.description
    }

    /// The interface of a contract; nil if nobody has written it down.
    func abi(of address: Address) throws -> ContractABI? {
        guard let text = chain.labels.values.first(where: { $0.address == address })?.abi, !text.isEmpty else {
            return nil
        }
        return try ContractABI(text: text)
    }

    // MARK: Doing

    /// Does what a line says.
    func perform(_ words: [String], _ options: ChainOptions, gas: UInt64?) async throws -> ChainReport {
        guard let verb = words.first.flatMap(ChainVerb.init) else {
            let usages = ChainVerb.allCases.map { "  " + $0.usage }.joined(separator: "\n")
            throw CommandError(
                (words.first.map { "'\($0)' is nothing that can be done with a chain" } ?? "nothing is said to be done")
                    + "; there are\n" + usages)
        }
        let arguments = Array(words.dropFirst())
        try check(verb, options)
        switch verb {
        case .deploy: return try await deploy(arguments, options, gas)
        case .call: return try call(arguments, options, gas)
        case .transfer: return try transfer(arguments, options, gas)
        case .balance:
            let word = try only(arguments, .balance)
            let address = try account(word)
            let balance = "\(chain.balance(of: address))"
            return .lines([balance], ["account": "\(address)", "balance": balance])
        case .accounts:
            guard arguments.isEmpty else { throw misuse(.accounts, arguments) }
            return accounts()
        case .logs: return try logs(arguments)
        }
    }

    /// Refuses options that mean nothing to a verb.
    private func check(_ verb: ChainVerb, _ options: ChainOptions) throws {
        func refuse(_ name: String, unless isMeant: Bool) throws {
            if !isMeant { throw CommandError("--\(name) means nothing to '\(verb.rawValue)'") }
        }
        if options.value != nil { try refuse("value", unless: verb == .deploy || verb == .call) }
        if options.label != nil { try refuse("as", unless: verb == .deploy) }
        if options.salt != nil { try refuse("salt", unless: verb == .deploy) }
        if options.from != nil { try refuse("from", unless: verb == .deploy || verb == .call || verb == .transfer) }
    }

    private func only(_ arguments: [String], _ verb: ChainVerb) throws -> String {
        guard arguments.count == 1 else { throw misuse(verb, arguments) }
        return arguments[0]
    }

    private func misuse(_ verb: ChainVerb, _ arguments: [String]) -> CommandError {
        CommandError(
            "expected '\(verb.usage)', found \(arguments.count) word\(arguments.count == 1 ? "" : "s") behind"
                + " '\(verb.rawValue)'")
    }

    private func amount(_ text: String, _ what: String) throws -> U256 {
        guard let amount = U256(amount: text) else {
            throw CommandError("\(what) '\(text)': expected an amount such as 100, 0xff, 1e18 or 1.5ether")
        }
        return amount
    }

    private func transaction(
        _ target: Transaction.Target, _ input: [UInt8], _ options: ChainOptions, _ gas: UInt64?
    ) throws -> Transaction {
        _ = debugInformation
        return Transaction(
            from: try account(options.from ?? DevelopmentAccount.names[0]), target: target,
            value: try options.value.map { try amount($0, "--value") } ?? .zero, input: input,
            gasLimit: gas ?? Transaction.defaultGasLimit)
    }

    private func deploy(_ arguments: [String], _ options: ChainOptions, _ gas: UInt64?) async throws -> ChainReport {
        guard let path = arguments.first else { throw misuse(.deploy, arguments) }
        let contract = try await BuiltContract(FilePath(path), color: color)
        let constructor = contract.abi.map { $0.constructor ?? ABIConstructor() }
        let texts = Array(arguments.dropFirst())
        let input: [UInt8]
        if let constructor {
            let values = try reading("the constructor of \(contract.name)") { () throws(ABIError) in
                try ABIValue.values(texts, as: constructor.inputs, account: address)
            }
            input = try constructor.data(values)
        } else {
            input = try raw(texts, contract.name)
        }
        let label = try name(for: contract, options)
        let salt = options.salt.map { Hash256($0) ?? Hash256(keccakOf: $0.utf8) }
        let transaction = try transaction(.create(code: contract.bytes, salt: salt), input, options, gas)
        if let bytes = contract.debugBytes { try chain.describe(contract.bytes, by: bytes) }
        let (outcome, hash, block) = try commit(transaction) { outcome in
            guard let address = outcome.created else { return }
            try self.chain.setLabel(ContractLabel(address: address, abi: contract.abi?.json ?? ""), named: label)
        }
        return try report(outcome, transaction, hash, block, contract.abi, function: nil)
    }

    /// What a contract is to be called: as its user says, or as its program, with a number behind it if need be.
    private func name(for contract: BuiltContract, _ options: ChainOptions) throws -> String {
        guard let label = options.label else { return unused(contract.name) }
        guard !label.isEmpty, label.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || "-_.".contains($0) })
        else {
            throw CommandError("--as '\(Terminal.printable(label))': expected letters, digits, '-', '_' and '.'")
        }
        if let taken = address(of: label) {
            throw CommandError("--as \(label): \(taken) is called so already; choose another name")
        }
        return label
    }

    /// A name that no contract has yet: with a number behind it if need be.
    private func unused(_ name: String) -> String {
        if address(of: name) == nil { return name }
        var number = 2
        while address(of: "\(name)-\(number)") != nil { number += 1 }
        return "\(name)-\(number)"
    }

    private func call(_ arguments: [String], _ options: ChainOptions, _ gas: UInt64?) throws -> ChainReport {
        guard let word = arguments.first else { throw misuse(.call, arguments) }
        let address = try account(word)
        guard chain.codeHash(at: address) != nil else {
            throw CommandError("\(word): there is no contract at \(address); 'deploy PROGRAM' makes one")
        }
        let abi = try abi(of: address)
        if arguments.count == 1, let abi, abi.fallback == nil, !abi.receivesValue {
            throw CommandError(
                "\(word): which function? It has \(abi.functions.map(\.name).joined(separator: ", "))")
        }
        let texts = Array(arguments.dropFirst(2))
        var function: ABIFunction?
        var input: [UInt8] = []
        if arguments.count > 1, let abi {
            let found = try reading(word) { () throws(ABIError) in
                try abi.function(arguments[1], argumentCount: texts.count)
            }
            let values = try reading("\(found.name)") { () throws(ABIError) in
                try ABIValue.values(texts, as: found.inputs, account: self.address)
            }
            input = try found.callData(values)
            function = found
        } else if arguments.count > 1 {
            input = try raw(Array(arguments.dropFirst()), word)
        }
        let transaction = try transaction(.call(address), input, options, gas)
        if let function, function.mutability.isReadOnly {
            if options.value != nil { throw CommandError("--value: \(function.name) only reads, and takes no value") }
            return try report(chain.call(transaction, readOnly: true), transaction, nil, nil, abi, function: function)
        }
        let (outcome, hash, block) = try commit(transaction)
        return try report(outcome, transaction, hash, block, abi, function: function)
    }

    private func transfer(_ arguments: [String], _ options: ChainOptions, _ gas: UInt64?) throws -> ChainReport {
        guard arguments.count == 2 else { throw misuse(.transfer, arguments) }
        var options = options
        _ = try amount(arguments[1], "the amount")
        options.value = arguments[1]
        let target = try account(arguments[0])
        let transaction = try transaction(.call(target), [], options, gas)
        let (outcome, hash, block) = try commit(transaction)
        return try report(outcome, transaction, hash, block, abi(of: target), function: nil)
    }

    /// Runs a transaction in a block of its own.
    ///
    /// Nobody has signed it, so that its hash is one of what it says.
    private func commit(
        _ transaction: Transaction, also more: (Outcome) throws -> Void = { _ in }
    ) throws -> (Outcome, Hash256, UInt64) {
        let number = chain.environment.number
        let nonce = U256(chain.nonce(of: transaction.from))
        let hash = Hash256(keccakOf: transaction.from.bytes + nonce.bigEndianBytes + transaction.input)
        let outcome = try chain.atomically {
            let outcome = try chain.execute(transaction)
            try chain.record(transaction, outcome, hash: hash)
            try chain.seal()
            try more(outcome)
            return outcome
        }
        return (outcome, hash, number)
    }

    /// Call data for a contract without an interface: bytes in hex.
    private func raw(_ texts: [String], _ contract: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for text in texts {
            guard let more = Hex.bytes(text) else {
                throw CommandError(
                    "'\(text)': \(contract) has no interface (NAME.abi.json beside its program), so that only bytes in hex"
                        + " can be passed to it")
            }
            bytes += more
        }
        return bytes
    }

    private func reading<Value>(_ what: String, _ body: () throws(ABIError) -> Value) throws -> Value {
        do throws(ABIError) { return try body() } catch { throw CommandError("\(what): \(error)") }
    }

    // MARK: Saying

    private func accounts() -> ChainReport {
        var lines: [String] = []
        var values: [String: String] = [:]
        let known = Self.accounts.map { ($0.name ?? "", $0.address) } + labels.map { ($0.name, $0.label.address) }
        let width = known.map(\.0.count).max() ?? 0
        for (name, address) in known {
            let space = String(repeating: " ", count: width - name.count)
            lines.append("\(name)\(space)  \(address)  \(chain.balance(of: address))")
            values[name] = "\(address)"
        }
        return .lines(lines, values)
    }

    private func logs(_ arguments: [String]) throws -> ChainReport {
        if arguments.count > 1 { throw misuse(.logs, arguments) }
        let address = try arguments.first.map { try account($0) }
        let logs = chain.logs(addresses: address.map { [$0] })
        var report = ChainReport(status: .finished)
        for log in logs {
            let event = try EventReport(log.event, self)
            report.lines.append("block \(log.blockNumber)  \(event)")
            report.events.append(event)
        }
        return report
    }

    private func report(
        _ outcome: Outcome, _ transaction: Transaction, _ hash: Hash256?, _ block: UInt64?, _ abi: ContractABI?,
        function: ABIFunction?
    ) throws -> ChainReport {
        var report = ChainReport(status: .finished)
        report.gasUsed = outcome.gasUsed
        report.output = outcome.output
        report.transaction = hash?.description
        report.block = block
        report.backtrace = outcome.failure?.backtrace
        switch outcome.status {
        case .success: break
        case .reverted:
            report.status = .reverted
            report.reason = RevertReason(outcome.output, abi).text(address: name)
        case .trapped(let text): (report.status, report.reason) = (.trap, text)
        case .outOfGas:
            (report.status, report.reason) = (
                .outOfGas, "\(transaction.gasLimit) units were not enough; --gas gives more"
            )
        case .failed(let error): (report.status, report.reason) = (.failed, "\(error)")
        }
        if let address = outcome.created {
            report.created = address
            report.lines.append("\(name(of: address)) at \(address)")
        } else if outcome.isSuccess {
            if let function {
                do throws(ABIError) {
                    let values = try function.results(of: outcome.output)
                    report.results = values.map(\.description)
                    report.lines += values.map { $0.text(address: name) }
                } catch {
                    // It has happened all the same.
                    report.warning = "what \(function.name) returned is not what its interface says: \(error)"
                    report.lines.append(Hex.text(outcome.output))
                }
            } else if !outcome.output.isEmpty {
                report.lines.append(Hex.text(outcome.output))
            }
        }
        report.events = try outcome.events.map { try EventReport($0, self) }
        report.lines += report.events.map { "  \($0)" }
        return report
    }
}
