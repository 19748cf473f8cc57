// A chain in a file: it is there again when the file is opened again, two can not have it at once, and files that are none say so.

import FoundationEssentials
import PolkaABI
import PolkaVM
import SystemPackage
import Testing

@testable import PolkaRevive

@Suite struct StoreTests {
    /// A path that nobody else uses; what is there is removed in the end.
    private func withPath(_ body: (String) throws -> Void) throws {
        let path = "/tmp/pvm-chain-\(UInt64.random(in: 0 ... .max)).db"
        defer {
            for end in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        try body(path)
    }

    private func fill(_ chain: Chain) throws {
        let alice = account(1)
        try chain.setBalance(.max - 5, of: alice)
        var constructor = Script()
        let data = constructor.put(Array("immutable".utf8)), empty = constructor.put(Array("empty".utf8))
        let key = constructor.put(word(7))
        constructor.call(.setImmutableData, data, 9)
        constructor.call(.setStorageOrClear, 0, key, key)
        constructor.call(.setStorage, 0, key, 32, data, 9)
        constructor.call(.setStorage, 0, empty, 5, data, 0)
        constructor.call(.depositEvent, key, 1, data, 9)
        constructor.do(.finish)
        let transaction = Transaction(
            from: alice, target: .create(code: ScriptContract.code, salt: nil), value: 3, input: constructor.bytes)
        try chain.atomically {
            let outcome = try chain.execute(transaction)
            #expect(outcome.status == .success)
            try chain.record(transaction, outcome, hash: word(1), raw: [1, 2, 3])
            try chain.seal()
            try chain.setLabel(ContractLabel(address: try #require(outcome.created), abi: "[]"), named: "token ü")
        }
        var trap = Script()
        trap.do(.trap)
        let failing = Transaction(from: alice, target: .call(try #require(chain.contracts.first)), input: trap.bytes)
        try chain.record(failing, try chain.execute(failing), hash: word(2))
    }

    @Test func reopening() throws {
        try withPath { path in
            let memory = Chain()
            try fill(memory)
            var chain: Chain? = try Chain(file: path)
            try fill(try #require(chain))
            #expect(chain?.stateHash == memory.stateHash)
            chain = nil
            let again = try Chain(file: path)
            #expect(again.stateHash == memory.stateHash)
            #expect(again.environment == memory.environment)
            #expect(again.latestBlock == memory.latestBlock)
            #expect(again.receipt(of: word(1)) == memory.receipt(of: word(1)))
            #expect(again.receipt(of: word(2)) == memory.receipt(of: word(2)))
            #expect(again.openReceipts == memory.openReceipts)
            #expect(again.logs() == memory.logs())
            #expect(again.labels == memory.labels)
            let contract = try #require(again.contracts.first)
            #expect(again.immutableData(at: contract) == Array("immutable".utf8))
            #expect(again.storage(at: contract, variableKey: Array("empty".utf8)) == [])
            #expect(try again.seal() == memory.seal())
            // And goes on.
            var script = Script()
            let key = script.put(word(7)), zero = script.put(word(0))
            script.call(.setStorageOrClear, 0, key, zero)
            script.do(.finish)
            let transaction = Transaction(from: account(1), target: .call(contract), input: script.bytes)
            #expect(try again.execute(transaction).status == .success)
            #expect(again.storage(at: contract, key: word(7)) == nil)
        }
    }

    @Test func changesThatAreTakenBack() throws {
        try withPath { path in
            var chain: Chain? = try Chain(file: path)
            do {
                let chain = try #require(chain)
                try chain.setBalance(5, of: account(1))
                let snapshot = chain.snapshot()
                try fill(chain)
                #expect(try chain.restore(snapshot))
                struct Failure: Error {}
                #expect(throws: Failure.self) {
                    try chain.atomically {
                        try chain.setBalance(6, of: account(1))
                        throw Failure()
                    }
                }
            }
            let hash = chain?.stateHash
            chain = nil
            let again = try Chain(file: path)
            #expect(again.stateHash == hash)
            #expect(again.balance(of: account(1)) == 5)
            #expect(again.contracts.isEmpty)
            #expect(again.receiptCount == 0)
            #expect(again.latestBlock.number == 0)
            #expect(again.labels.isEmpty)
        }
    }

    /// A file that can not be written when the chain is to go back: both stay where they are, and it can be tried again.
    @Test func goingBackWithoutFile() throws {
        try withPath { path in
            var chain: Chain? = try Chain(file: path)
            do {
                let chain = try #require(chain)
                let database = try #require(chain.file?.database)
                try chain.setBalance(5, of: account(1))
                let snapshot = chain.snapshot()
                try fill(chain)
                let later = chain.snapshot()
                let before = (chain.stateHash, chain.environment, chain.latestBlock, chain.openReceipts, chain.labels)
                try database.runAll("PRAGMA query_only = ON")
                #expect(throws: TransactionError.self) { try chain.restore(snapshot) }
                #expect(chain.stateHash == before.0)
                #expect(chain.environment == before.1)
                #expect(chain.latestBlock == before.2)
                #expect(chain.openReceipts == before.3)
                #expect(chain.labels == before.4)
                try database.runAll("PRAGMA query_only = OFF")
                #expect(try chain.restore(later))
                #expect(chain.stateHash == before.0)
                #expect(try chain.restore(snapshot))
                #expect(chain.balance(of: account(1)) == 5)
            }
            let hash = chain?.stateHash
            chain = nil
            #expect(try Chain(file: path).stateHash == hash)
        }
    }

    /// What came after a snapshot is no row of the file either, once the chain is back there.
    @Test func accountsThatAreGone() throws {
        try withPath { path in
            do {
                let chain = try Chain(file: path)
                let snapshot = chain.snapshot()
                try fill(chain)
                #expect(try chain.restore(snapshot))
                #expect(chain.state.accounts.isEmpty)
                try chain.setBalance(3, of: account(2))
            }
            let database = try Database(path)
            #expect(try database.number("SELECT count(*) FROM account") == 1)
            #expect(try database.number("SELECT count(*) FROM storage") == 0)
        }
    }

    @Test func onlyOneAtATime() throws {
        try withPath { path in
            let chain = try Chain(file: path)
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem == "another process is using the chain")
            try chain.setBalance(1, of: account(1))
        }
    }

    /// What is well formed and can not be, as somebody may have changed it: each of it is told, and nothing is counted with.
    @Test(
        arguments: [
            "UPDATE receipt SET place = -1 WHERE sequence = 0", "UPDATE receipt SET place = 1 WHERE sequence = 0",
            "UPDATE receipt SET place = 7 WHERE sequence = 1", "UPDATE receipt SET hash = zeroblob(32)",
            "UPDATE receipt SET hash = zeroblob(31)", "UPDATE receipt SET sender = zeroblob(21)",
            "UPDATE receipt SET block = 0 WHERE sequence = 0", "DELETE FROM receipt WHERE sequence = 0",
            "UPDATE block SET number = -1 WHERE sequence = 1", "UPDATE block SET number = 0 WHERE sequence = 1",
            "UPDATE block SET number = 1 WHERE sequence = 0", "UPDATE block SET transactions = zeroblob(32)",
            "UPDATE block SET transactions = zeroblob(0)", "DELETE FROM block WHERE sequence = 0",
            "DELETE FROM block WHERE sequence = 1", "UPDATE block SET hash = x'00'",
            "UPDATE meta SET value = 0 WHERE key = 'open_start'", "UPDATE meta SET value = 2 WHERE key = 'open_start'",
            "UPDATE meta SET value = -1 WHERE key = 'number'", "UPDATE storage SET kind = 2 WHERE kind = 0",
            "UPDATE storage SET key = zeroblob(129) WHERE length(key) = 5",
            "UPDATE storage SET value = zeroblob(65536)",
            "UPDATE account SET balance = x'01'", "UPDATE event SET topics = x'01'",
        ])
    func changedFiles(_ change: String) throws {
        try withPath { path in
            do { try fill(try Chain(file: path)) }
            do { try Database(path).runAll(change) }
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem.hasPrefix("the chain's file is damaged: ") == true, "\(change)")
        }
    }

    /// Whatever number is set: what the chain has written, it can read.
    @Test func numbersThatAreSetBack() throws {
        try withPath { path in
            var environment = BlockEnvironment.development
            environment.number = 0
            do {
                let chain = try Chain(file: path, environment: environment)
                for (hash, number) in [(1, 0), (2, 0), (3, 10), (4, 5)] as [(UInt64, UInt64)] {
                    chain.environment.number = number
                    let transaction = Transaction(from: account(1), target: .call(account(2)))
                    try chain.record(transaction, try chain.execute(transaction), hash: word(hash))
                    try chain.seal()
                }
            }
            let chain = try Chain(file: path)
            let numbers = (1...4).map { chain.receipt(of: word($0))?.blockNumber }
            #expect(numbers == [1, 2, 10, 11])
            #expect(chain.latestBlock.number == 11)
            #expect(chain.environment.number == 12)
        }
    }

    /// The gas of a block's transactions fits into 64 bits, whoever adds it up.
    @Test func gasThatOverflows() throws {
        try withPath { path in
            do {
                let chain = try Chain(file: path)
                for number in 1...2 {
                    let transaction = Transaction(from: account(1), target: .call(account(2)))
                    try chain.record(transaction, try chain.execute(transaction), hash: word(UInt64(number)))
                }
                try chain.seal()
            }
            do { try Database(path).runAll("UPDATE receipt SET gas_used = 9223372036854775807") }
            do { _ = try Chain(file: path) }
            do { try Database(path).runAll("UPDATE receipt SET gas_used = -2") }
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem.contains("has more than 64 bits") == true)
        }
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { return bytes }
                bytes += buffer.prefix(count)
            }
        }
    }

    @Test func foreignAndMissingFiles() throws {
        try withPath { path in
            try write(Array(repeating: 0x41, count: 5000), path)
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem == "is no chain's file")
            #expect(try read(path) == Array(repeating: 0x41, count: 5000))
        }
        let missing = #expect(throws: ChainStoreError.self) { try Chain(file: "/no/such/folder/chain.db") }
        #expect(missing?.description.contains("the folder must be there") == true)
        #expect(throws: ChainStoreError.self) { try Chain(file: "/tmp") }
        try withPath { path in
            let database = try Database(path)
            try database.runAll("CREATE TABLE other (x)")
            _ = consume database
            let bytes = try read(path)
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem == "is a database of another program")
            #expect(try read(path) == bytes)
        }
        try withPath { path in
            _ = try Chain(file: path)
            do { try Database(path).runAll("PRAGMA user_version = 2") }
            let error = #expect(throws: ChainStoreError.self) { try Chain(file: path) }
            #expect(error?.problem.contains("version 2") == true)
        }
    }

    /// Whatever bytes of the file are wrong: it is opened or refused, and nothing else.
    @Test func damagedFiles() throws {
        try withPath { path in
            do {
                let chain = try Chain(file: path)
                try fill(chain)
            }
            let good = try read(path)
            #expect(good.count > 4096)
            var refused = 0
            var generator = Generator(state: 7)
            for round in 0..<60 {
                var bad = good
                if round < 20 {
                    bad.removeLast(Int.random(in: 1..<good.count, using: &generator))
                } else {
                    for _ in 0..<40 {
                        bad[Int.random(in: 0..<good.count, using: &generator)] = .random(in: 0...255, using: &generator)
                    }
                }
                for end in ["-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + end) }
                try write(bad, path)
                do {
                    let chain = try Chain(file: path)
                    try chain.setBalance(1, of: account(3))
                    for contract in chain.contracts {
                        _ = try chain.call(Transaction(from: account(3), target: .call(contract)))
                    }
                } catch let error as ChainStoreError {
                    #expect(!error.remedy.isEmpty)
                    refused += 1
                } catch TransactionError.store {
                    refused += 1
                }
            }
            #expect(refused > 20)
        }
    }
}

/// SplitMix64.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
