// `pvm dev`: a chain of contracts on this machine that Ethereum's wallets and scripts talk to.

import ArgumentParser
import PolkaABI
import PolkaAccounts
import PolkaBuild
import PolkaJIT
import PolkaNode
import PolkaRevive
import PolkaVM

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Serve a chain of contracts to Ethereum's wallets and scripts, on this machine.",
        discussion: """
            Prints where it listens, and accounts with their keys; then one line for each transaction. Each gets a block of its own at \
            once, unless --block-time is given. Deploy a contract by a transaction to nobody whose data is the .polkavm blob, followed \
            by the constructor's arguments. Without --state, all is forgotten at the end. Ends at Ctrl-C.
            """)

    @Option(help: ArgumentHelp("The port; 0 takes one that is free.", valueName: "number"))
    var port: UInt16 = 8545

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host: String = "127.0.0.1"

    @Flag(help: "Allow an address that other machines reach: everybody there can use the accounts.")
    var allowRemote = false

    @Option(
        help: ArgumentHelp(
            "Pages of the web that may call, besides those of this machine; '*' allows all.", valueName: "origin"))
    var allowOrigin: [String] = []

    @Option(help: ArgumentHelp("Keep the chain in a file, or go on with the one that is in it.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("The number of the chain; 420420 for a new one.", valueName: "number"))
    var chainId: UInt64?

    @Option(help: ArgumentHelp("Close a block every so many seconds, not for each transaction.", valueName: "seconds"))
    var blockTime: UInt32?

    @Option(help: ArgumentHelp("The gas of a block, and of a call.", valueName: "units"))
    var gasLimit: UInt64 = Transaction.defaultGasLimit

    @Option(help: ArgumentHelp("How many accounts the node signs for.", valueName: "number"))
    var accounts: Int = 10

    @Option(help: ArgumentHelp("What each account has on a new chain, in coins of 10^18.", valueName: "coins"))
    var balance: UInt64 = 10_000

    @Flag(help: "Print only where it listens.")
    var quiet = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    private static let mostAccounts = 1000
    /// Above this, v of a legacy transaction has no room (EIP-155).
    private static let largestChainID: UInt64 = (.max - 36) / 2

    func validate() throws {
        if !allowRemote, !Loopback.contains(host: host) {
            throw ValidationError(
                "--host \(host): other machines may reach this address, and everybody knows the keys; --allow-remote allows it"
            )
        }
        if !(0...Self.mostAccounts).contains(accounts) {
            throw ValidationError("--accounts \(accounts): expected 0 to \(Self.mostAccounts)")
        }
        if let chainId, chainId == 0 || chainId > Self.largestChainID {
            throw ValidationError("--chain-id \(chainId): expected 1 to \(Self.largestChainID)")
        }
        if blockTime == 0 { throw ValidationError("--block-time 0: expected at least 1 second") }
        if gasLimit == 0 || gasLimit > UInt64(Int64.max) {
            throw ValidationError("--gas-limit \(gasLimit): expected 1 to \(Int64.max)")
        }
    }

    func run() async throws {
        let accounts = DevelopmentAccount.first(accounts)
        let (chain, isNew) = try openChain(accounts)
        let chainID = chain.environment.chainID
        let configuration = Node.Configuration(
            accounts: accounts, blockInterval: blockTime.map { .seconds($0) },
            clientVersion: "pvm/\(ToolVersion.text)/revive")
        let isQuiet = quiet
        let node = Node(
            chain: chain, configuration: configuration,
            report: { report in if !isQuiet { Terminal.print(Self.line(report)) } },
            trouble: { Terminal.note("error: " + Terminal.printable($0)) })
        let server = NodeServer(
            node: node,
            configuration: NodeServer.Configuration(host: host, port: Int(port), origins: allowOrigin))
        let address = host.contains(":") ? "[\(host)]" : host
        let banner = isQuiet ? "" : banner(chainID, accounts, isNew: isNew)
        do {
            try await server.run { port in
                Terminal.write("\(banner)http://\(address):\(port)\n")
            }
        } catch let error as NodeServer.Failure {
            throw CommandError(error.description)
        }
    }

    /// The chain in the file, or a new one.
    private func openChain(_ accounts: [DevelopmentAccount]) throws -> (chain: Chain, isNew: Bool) {
        var environment = BlockEnvironment.development
        environment.timestamp = Node.systemTime()
        environment.gasLimit = gasLimit
        if let chainId { environment.chainID = chainId }
        let engine = Engine(backend: .auto)
        let chain: Chain
        if let state {
            do throws(ChainStoreError) {
                chain = try Chain(engine: engine, file: state, environment: environment)
            } catch { throw CommandError(error.description) }
        } else {
            chain = Chain(engine: engine, environment: environment)
        }
        if let chainId, chain.environment.chainID != chainId {
            throw CommandError(
                "\(state ?? ""): the chain in it has number \(chain.environment.chainID), not \(chainId); leave --chain-id out"
            )
        }
        chain.environment.gasLimit = gasLimit
        let isNew = chain.latestBlock.number == 0 && chain.receiptCount == 0
        let amount = U256(balance) * Self.coin
        try chain.atomically {
            // Accounts that have been used stay as they are.
            for account in accounts
            where chain.balance(of: account.address) == .zero && chain.nonce(of: account.address) == 0 {
                try chain.setBalance(amount, of: account.address)
            }
            // What a command line has left open.
            if !chain.openReceipts.isEmpty { try chain.seal() }
        }
        return (chain, isNew)
    }

    /// Units of a coin.
    private static let coin: U256 = 1_000_000_000_000_000_000

    private func banner(_ chainID: UInt64, _ accounts: [DevelopmentAccount], isNew: Bool) -> String {
        var lines = ["pvm \(ToolVersion.text), a chain of contracts for development; everybody knows these keys"]
        let width = DevelopmentAccount.names.map(\.count).max() ?? 0
        for account in accounts.prefix(Self.shownAccounts) {
            let name = account.name ?? "\(account.index)"
            lines.append(
                "  \(name)\(String(repeating: " ", count: max(0, width - name.count)))  \(account.address)  \(account.key)"
            )
        }
        if accounts.count > Self.shownAccounts { lines.append("  and \(accounts.count - Self.shownAccounts) more") }
        let place = state.map { isNew ? ", kept in \($0)" : ", continued from \($0)" } ?? ""
        let blocks =
            blockTime.map { "a block every \($0 == 1 ? "second" : "\($0) seconds")" } ?? "a block for each transaction"
        lines.append("chain \(chainID)\(place), \(blocks)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let shownAccounts = 20

    /// A transaction in a line, whatever contracts and those who name them have written.
    private static func line(_ report: Node.Report) -> String {
        var what: String
        if let created = report.created {
            what = "new contract \(created)"
        } else if let to = report.to {
            let selector = report.selector.map { "0x" + String(String($0, radix: 16).paddedLeft(to: 8)) }
            what = report.contract.map { Terminal.printable($0) } ?? DevelopmentName.of(to)
            if let function = report.function ?? selector { what += ".\(Terminal.printable(function))" }
        } else {
            what = "new contract"
        }
        return "\(report.blockNumber)  \(report.hash)  \(DevelopmentName.of(report.from)) -> \(what)  "
            + "gas \(report.gasUsed)  \(report.problem.map { Terminal.printable($0) } ?? "ok")"
    }
}

/// What people call an address.
private enum DevelopmentName {
    private static let names = Dictionary(
        uniqueKeysWithValues: DevelopmentAccount.first(DevelopmentAccount.names.count).map {
            ($0.address, $0.name ?? "")
        })

    static func of(_ address: Address) -> String { names[address] ?? address.description }
}

extension String {
    fileprivate func paddedLeft(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
