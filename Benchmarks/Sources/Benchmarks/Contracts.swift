// What a transfer of a token costs on a chain at home.

import BenchmarkSupport
import PolkaABI
import PolkaJIT
import PolkaRevive
import PolkaVM

/// Prints the times of a transfer of the template's token, in microseconds: the whole way from the contract's bytes, and on a chain that is warm.
func printContracts(_ options: Options) throws {
    print("Microseconds of the processor for a transfer of the template's token in C: median (least–greatest)")
    var table = Table("step", "interpreter", "compiler", "auto")
    let token = ProgramFile("\(options.folder)/benchtoken.polkavm").bytes
    guard let name = token.firstRange(of: Array("benchtoken".utf8)) else { fail("the token does not tell its name") }
    let transfer = Transfer()
    func row(_ name: String, _ measure: (Backend) throws -> Sample) throws {
        table.add(
            name, try measure(.interpreter).text(1), try measure(.compiler).text(1), try measure(.auto).text(1))
    }
    func sample(_ batch: Int, _ body: () throws -> Void) rethrows -> Sample {
        var sample = Sample()
        try body()
        for _ in 0..<(3 * options.repetitions) {
            sample.add(try processorNanoseconds { for _ in 0..<batch { try body() } } / Double(batch) / 1000)
        }
        return sample
    }
    try row("new chain, code seen before") { backend in
        try sample(100) { try transfer.run(on: transfer.chain(of: token, backend)) }
    }
    var number = 0
    try row("new chain, code never seen") { backend in
        try sample(100) {
            number += 1
            var bytes = token
            let digits = Array(String(number).utf8)
            bytes.replaceSubrange(name.lowerBound..<name.lowerBound + digits.count, with: digits)
            try transfer.run(on: transfer.chain(of: bytes, backend))
        }
    }
    try row("warm chain") { backend in
        let chain = try transfer.chain(of: token, backend)
        return try sample(500) { try transfer.run(on: chain) }
    }
    table.print()
}

/// A transfer of 1 from one account to another.
private struct Transfer {
    private let sender: Address
    private let contract: Address
    private let transaction: Transaction
    private let balanceKey: Hash256

    init() {
        func address(_ last: UInt8) -> Address { Address(bytes: [UInt8](repeating: 0, count: 19) + [last]) ?? .zero }
        sender = address(0xaa)
        contract = address(0xcc)
        let input =
            U256(Keccak256.selector(of: "transfer(address,uint256)")).bigEndianBytes.suffix(4)
            + U256(0xbb as UInt64).bigEndianBytes + U256(1 as UInt64).bigEndianBytes
        transaction = Transaction(from: sender, target: .call(contract), input: Array(input))
        // The balances are the contract's second variable.
        balanceKey = Hash256(keccakOf: U256(0xaa as UInt64).bigEndianBytes + U256(1 as UInt64).bigEndianBytes)
    }

    /// A new chain, with the contract and a balance.
    func chain(of code: [UInt8], _ backend: Backend) throws -> Chain {
        let chain = Chain(engine: Engine(backend: backend))
        try chain.install(code: code, at: contract)
        try chain.setStorage(U256(1_000_000_000 as UInt64).bigEndianBytes, at: contract, key: balanceKey)
        return chain
    }

    func run(on chain: Chain) throws {
        let outcome = try chain.execute(transaction)
        guard outcome.isSuccess, outcome.events.count == 1 else { fail("the transfer ended with \(outcome.status)") }
    }
}
