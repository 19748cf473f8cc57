// The chain as its users see it: transactions and who pays for them, going back, forks, records of calls, mocks, frames of tests,
// history.

import PolkaABI
import PolkaBlob
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct ChainTests {
    private func storing(_ number: UInt64) -> Script {
        var script = Script()
        let key = script.put(word(1)), value = script.put(word(number))
        script.call(.setStorageOrClear, 0, key, value)
        script.call(.depositEvent, key, 1, value, 32)
        script.do(.finish)
        return script
    }

    @Test func transfersAndNonces() throws {
        let world = try World()
        let transfer = Transaction(from: world.alice, target: .call(world.bob), value: 10, nonce: 0)
        #expect(try world.chain.execute(transfer).status == .success)
        #expect(world.chain.balance(of: world.bob) == 10)
        #expect(throws: TransactionError.wrongNonce(found: 0, expected: 1)) { try world.chain.execute(transfer) }
        let poor = try world.chain.execute(Transaction(from: world.bob, target: .call(world.alice), value: 11))
        #expect(poor.status == .failed(.transferFailed(from: world.bob, value: 11)))
        #expect(poor.returnCode == .transferFailed)
        #expect(world.chain.balance(of: world.bob) == 10)
        #expect(world.chain.nonce(of: world.bob) == 1)
        // More than there can be.
        try world.chain.setBalance(.max, of: world.bob)
        let overflowing = try world.chain.execute(Transaction(from: world.bob, target: .call(world.alice), value: .max))
        #expect(overflowing.status == .failed(.balanceOverflow(world.alice, value: .max)))
        #expect(overflowing.returnCode == .transferFailed)
        #expect(world.chain.balance(of: world.bob) == .max)
    }

    /// Who was only asked for is nobody afterwards: neither calls nor frames that fail leave accounts behind.
    @Test func undoneAccounts() throws {
        let world = try World()
        let count = world.chain.state.accounts.count
        for number in 100..<110 {
            let stranger = account(UInt32(number))
            _ = try world.chain.call(Transaction(from: stranger, target: .call(account(99)), input: [1]))
            #expect(throws: TransactionError.self) {
                try world.chain.execute(Transaction(from: stranger, target: .call(world.bob), gasPrice: 1))
            }
        }
        #expect(world.chain.state.accounts.count == count)
        var caller = Script()
        var callee = Script()
        let value = callee.put(U256.zero), nobody = callee.put(account(98)), length = callee.put(UInt32(0))
        callee.call(.callEvm, 0, nobody, value, .max, length, length << 32 | length)
        callee.returnAll(revert: true)
        caller.callContract(world.second, callee)
        caller.do(.finish)
        #expect(try world.run(caller).status == .success)
        #expect(world.chain.state.accounts.count == count)
        #expect(world.chain.state.account(account(98)) == nil)
        // And places are given anew.
        try world.chain.setBalance(7, of: account(97))
        #expect(world.chain.state.accounts.count == count + 1)
        #expect(world.chain.balance(of: account(97)) == 7)
        #expect(world.chain.balance(of: world.alice) == 1_000_000)
    }

    @Test func fees() throws {
        let world = try World()
        world.chain.environment.author = account(7)
        let script = storing(3)
        let transaction = Transaction(
            from: world.alice, target: .call(world.first), input: script.bytes, gasLimit: 50_000, gasPrice: 2)
        let outcome = try world.chain.execute(transaction)
        #expect(outcome.status == .success)
        #expect(world.chain.balance(of: account(7)) == U256(2 * outcome.gasUsed))
        #expect(world.chain.balance(of: world.alice) == 1_000_000 - U256(2 * outcome.gasUsed))
        var trap = Script()
        trap.do(.trap)
        let before = world.chain.balance(of: world.alice)
        let failed = try world.chain.execute(
            Transaction(from: world.alice, target: .call(world.first), input: trap.bytes, gasLimit: 50_000, gasPrice: 2)
        )
        #expect(failed.status != .success)
        #expect(world.chain.balance(of: world.alice) == before - U256(2 * failed.gasUsed))
        #expect(
            throws: TransactionError.insufficientFunds(
                world.alice, balance: world.chain.balance(of: world.alice), needed: 50_000_000)
        ) {
            try world.chain.execute(
                Transaction(from: world.alice, target: .call(world.bob), gasLimit: 50_000, gasPrice: 1000))
        }
        #expect(throws: TransactionError.self) {
            try world.chain.execute(Transaction(from: world.alice, target: .call(world.bob), gasPrice: .max))
        }
    }

    @Test func callsChangeNothing() throws {
        let world = try World()
        let before = world.chain.stateHash
        let outcome = try world.chain.call(
            Transaction(from: world.alice, target: .call(world.first), input: storing(3).bytes))
        #expect(outcome.status == .success)
        #expect(outcome.events.count == 1)
        let made = try world.chain.call(
            Transaction(
                from: world.alice, target: .create(code: try ScriptContract.variant(2), salt: nil),
                input: storing(3).bytes))
        #expect(made.created != nil)
        #expect(world.chain.stateHash == before)
        #expect(world.chain.nonce(of: world.alice) == 0)
    }

    @Test func snapshots() throws {
        let world = try World()
        let start = world.chain.snapshot(), hash = world.chain.stateHash
        _ = try world.run(storing(1))
        try world.chain.seal()
        let later = world.chain.snapshot(), laterHash = world.chain.stateHash
        _ = try world.run(storing(2))
        _ = try world.chain.execute(
            Transaction(
                from: world.alice, target: .create(code: try ScriptContract.variant(3), salt: nil),
                input: storing(9).bytes))
        try world.chain.setLabel(ContractLabel(address: world.first), named: "first")
        #expect(try world.chain.restore(later))
        #expect(world.chain.stateHash == laterHash)
        #expect(world.chain.labels.isEmpty)
        #expect(world.chain.environment.number == 2)
        // A snapshot can be gone back to again.
        _ = try world.run(storing(4))
        #expect(try world.chain.restore(later))
        #expect(world.chain.stateHash == laterHash)
        #expect(try world.chain.restore(start))
        #expect(world.chain.stateHash == hash)
        #expect(world.chain.environment.number == 1)
        #expect(world.chain.block(number: 1) == nil)
        #expect(try !world.chain.restore(later))
        world.chain.discard(start)
        #expect(try !world.chain.restore(start))
    }

    @Test func forks() throws {
        let world = try World()
        _ = try world.run(storing(1))
        let hash = world.chain.stateHash
        let fork = world.chain.fork(), other = world.chain.fork()
        let transaction = Transaction(from: world.alice, target: .call(world.first), input: storing(2).bytes)
        _ = try fork.execute(transaction)
        try fork.seal()
        #expect(world.chain.stateHash == hash)
        #expect(other.stateHash == hash)
        #expect(fork.storage(at: world.first, key: word(1)) == word(2).bytes)
        #expect(other.storage(at: world.first, key: word(1)) == word(1).bytes)
        _ = try world.run(storing(3))
        #expect(fork.storage(at: world.first, key: word(1)) == word(2).bytes)
        #expect(world.chain.environment.number == 1)
    }

    @Test func records() throws {
        let world = try World()
        world.chain.recordsCalls = true
        var script = Script()
        script.callContract(world.second, storing(1), value: 2)
        script.callContract(world.bob, Script(), value: 1)
        script.do(.finish)
        let outcome = try world.run(script)
        #expect(outcome.calls.map(\.depth) == [0, 1, 1])
        #expect(outcome.calls.map(\.address) == [world.first, world.second, world.bob])
        #expect(outcome.calls.map(\.caller) == [world.alice, world.first, world.first])
        #expect(outcome.calls.map(\.value) == [0, 2, 1])
        #expect(outcome.calls[0].gasUsed == outcome.gasUsed)
        #expect(outcome.calls[1].gasUsed < outcome.gasUsed)
        #expect(outcome.calls[2].gasUsed == 0)
    }

    @Test func mocks() throws {
        let world = try World()
        world.chain.callHandler = { call in
            guard call.address == world.bob else { return nil }
            return switch call.input.first {
            case 1: .success([7])
            case 2: .reverted([8, 9])
            case 3: .failed(.outOfGas)
            default: nil
            }
        }
        var script = Script()
        var steps: [Int] = []
        let callee = script.put(world.bob), value = script.put(U256.zero), length = script.put(UInt32(4))
        let output = script.space(4)
        for first: UInt8 in 1...4 {
            let input = script.put([first])
            steps.append(
                script.call(.callEvm, 0, callee, value, .max, 1 << 32 | input, length << 32 | output))
        }
        // There seems to be a contract.
        world.chain.mockedAddresses = [world.bob]
        steps.append(script.call(.codeSize, callee))
        #expect(try steps.map(world.result(of: script).result) == [0, 2, 5, 0, 1])
    }

    /// A test of a contract: an export that runs as a frame and drives the chain through functions of its own.
    @Test(arguments: engines.indices) func framesOfTests(_ index: Int) throws {
        let world = try World(engines[index])
        let program = try Blob(
            parsing: Program.assembled(
                """
                %import 0 = 'transact'
                %import 1 = 'origin'
                %rw_data_size = 4096
                pub @test: %no_fallthrough
                    a0 = 0x20000
                    ecalli 1
                    ecalli 0
                    jump @fail if a0 == 0
                    ret
                @fail:
                    trap

                """))
        let module = try Module(program, configuration: Chain.testConfiguration, engine: engines[index])
        let export = try #require(program.export(named: "test"))
        func run(_ result: UInt64) throws -> Outcome {
            try world.chain.runFrame(
                module: module, export: export, at: account(0x7e57), caller: world.bob
            ) { linker in
                try linker.define("transact") { context in
                    let transaction = Transaction(
                        from: world.alice, target: .call(world.first), input: storing(result).bytes)
                    let outcome = try world.chain.execute(transaction)
                    #expect(outcome.events.count == 1)
                    #expect(world.chain.currentFrame?.address == account(0x7e57))
                    context.setResult(result)
                }
            }
        }
        #expect(try run(5).status == .success)
        #expect(world.chain.storage(at: world.first, key: word(1)) == word(5).bytes)
        let failed = try run(0)
        #expect(failed.status != .success)
        #expect(failed.failure?.address == account(0x7e57))
        // What the test did is undone with it.
        #expect(world.chain.storage(at: world.first, key: word(1)) == word(5).bytes)
        #expect(world.chain.nonce(of: world.alice) == 1)
        struct Unexpected: Error {}
        #expect(throws: Unexpected.self) {
            try world.chain.runFrame(module: module, export: export, at: account(0x7e57), caller: world.bob) { linker in
                try linker.define("transact") { _ in throw Unexpected() }
            }
        }
        #expect(world.chain.currentFrame == nil)
        #expect(try world.run(storing(6)).status == .success)
    }

    // MARK: History

    @Test func history() throws {
        let world = try World()
        for number: UInt64 in 1...3 {
            let transaction = Transaction(
                from: world.alice, target: .call(world.first), input: storing(number).bytes)
            let outcome = try world.chain.execute(transaction)
            let receipt = try world.chain.record(transaction, outcome, hash: word(number), raw: [UInt8(number)])
            #expect(receipt.nonce == number - 1)
            if number != 1 { try world.chain.seal(nextTimestamp: 1_800_000_000) }
        }
        // Two transactions in the first block, one in the second.
        let first = try #require(world.chain.block(number: 1)), second = try #require(world.chain.block(number: 2))
        #expect(first.transactions == [word(1), word(2)])
        #expect(second.transactions == [word(3)])
        #expect(second.parentHash == first.hash)
        #expect(second.timestamp == 1_800_000_000)
        #expect(world.chain.block(hash: first.hash) == first)
        #expect(world.chain.latestBlock == second)
        #expect(world.chain.receipt(of: word(2))?.index == 1)
        #expect(world.chain.receipt(of: word(3))?.raw == [3])
        #expect(world.chain.receipt(of: word(4)) == nil)
        #expect(first.gasUsed == [1, 2].compactMap { world.chain.receipt(of: word($0))?.gasUsed }.reduce(0, +))
        #expect(world.chain.logs().map(\.logIndex) == [0, 1, 0])
        #expect(world.chain.logs().map(\.blockHash) == [first.hash, first.hash, second.hash])
        #expect(world.chain.logs(from: 2).map(\.transactionHash) == [word(3)])
        #expect(world.chain.logs(to: 1).count == 2)
        #expect(world.chain.logs(addresses: [world.second]).isEmpty)
        #expect(world.chain.logs(topics: [[word(1)]]).count == 3)
        #expect(world.chain.logs(topics: [nil]).count == 3)
        #expect(world.chain.logs(topics: [[word(2), word(5)]]).isEmpty)
        #expect(world.chain.logs(topics: [nil, nil]).isEmpty)
    }

    /// If one of several things fails, none has happened.
    @Test func atomically() throws {
        let world = try World()
        struct Failure: Error {}
        let before = world.chain.stateHash
        #expect(throws: Failure.self) {
            try world.chain.atomically {
                let transaction = Transaction(
                    from: world.alice, target: .call(world.first), input: storing(1).bytes)
                let outcome = try world.chain.execute(transaction)
                try world.chain.record(transaction, outcome, hash: word(1))
                try world.chain.seal()
                throw Failure()
            }
        }
        #expect(world.chain.stateHash == before)
        #expect(world.chain.receipt(of: word(1)) == nil)
        #expect(world.chain.environment.number == 1)
    }
}
