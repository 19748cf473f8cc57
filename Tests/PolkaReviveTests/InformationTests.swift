// What contracts learn of accounts and blocks, the events that they leave, and what a run costs.

import PolkaABI
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct InformationTests {
    private let start = UInt64(ScriptMemory.start)

    @Test func blocks() throws {
        let world = try World()
        world.chain.environment = BlockEnvironment(
            number: 300, timestamp: 1_234_567, chainID: 99, author: account(7), baseFee: 5_000_000_000_000,
            gasPrice: 17,
            gasLimit: 18)
        var script = Script()
        let chain = script.space(32), now = script.space(32), number = script.space(32), fee = script.space(32)
        let author = script.space(20)
        script.call(.chainId, chain)
        script.call(.now, now)
        script.call(.blockNumber, number)
        script.call(.baseFee, fee)
        script.call(.blockAuthor, author)
        let price = script.call(.gasPrice), limit = script.call(.gasLimit)
        let result = try world.result(of: script)
        #expect(result.number(at: chain) == 99)
        #expect(result.number(at: now) == 1_234_567)
        #expect(result.number(at: number) == 300)
        #expect(result.number(at: fee) == 5_000_000_000_000)
        #expect(result.address(at: author) == account(7))
        #expect(result.result(price) == 17)
        #expect(result.result(limit) == 18)
    }

    @Test func blockHashes() throws {
        let world = try World()
        var hashes: [Hash256] = [world.chain.latestBlock.hash]
        for _ in 0..<300 { hashes.append(try world.chain.seal().hash) }
        #expect(world.chain.environment.number == 301)
        let numbers: [UInt64] = [300, 299, 45, 44, 301, 1000]
        var script = Script()
        var outputs: [UInt64] = []
        for number in numbers {
            let place = script.put(U256(number)), output = script.put([UInt8](repeating: 0xff, count: 32))
            script.call(.blockHash, place, output)
            outputs.append(output)
        }
        let huge = script.put(U256.max), beyond = script.put([UInt8](repeating: 0xff, count: 32))
        script.call(.blockHash, huge, beyond)
        let result = try world.result(of: script)
        #expect(result.hash(at: outputs[0]) == hashes[300])
        #expect(result.hash(at: outputs[1]) == hashes[299])
        #expect(result.hash(at: outputs[2]) == hashes[45])
        for output in outputs[3...] + [beyond] { #expect(result.hash(at: output) == .zero) }
        world.chain.blockHashes = { $0 == 300 ? word(1) : nil }
        let other = try world.result(of: script)
        #expect(other.hash(at: outputs[0]) == word(1))
        #expect(other.hash(at: outputs[1]) == hashes[299])
        #expect(try world.chain.seal(hash: word(5)).hash == word(5))
    }

    @Test func accounts() throws {
        let world = try World()
        var script = Script()
        let alice = script.put(world.alice), first = script.put(world.first), nobody = script.put(account(99))
        let balance = script.space(32), none = script.space(32)
        let contract = script.space(32), user = script.space(32), empty = script.put([UInt8](repeating: 1, count: 32))
        script.call(.balanceOf, alice, balance)
        script.call(.balanceOf, nobody, none)
        script.call(.codeHash, first, contract)
        script.call(.codeHash, alice, user)
        script.call(.codeHash, nobody, empty)
        let size = script.call(.codeSize, first), noSize = script.call(.codeSize, alice)
        let result = try world.result(of: script)
        #expect(result.number(at: balance) == 1_000_000)
        #expect(result.number(at: none) == .zero)
        #expect(result.hash(at: contract) == Hash256(keccakOf: ScriptContract.code))
        // Keccak-256 of nothing.
        #expect(
            result.hash(at: user) == Hash256("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"))
        #expect(result.hash(at: empty) == .zero)
        #expect(result.result(size) == UInt64(ScriptContract.code.count))
        #expect(result.result(noSize) == 0)
    }

    @Test func events() throws {
        let world = try World()
        var script = Script()
        let topics = script.put(word(1).bytes + word(2).bytes + word(3).bytes + word(4).bytes)
        let data = script.put(Array("data".utf8))
        script.call(.depositEvent, topics, 4, data, 4)
        script.call(.depositEvent, 0xffff_ffff, 0, 0xffff_ffff, 0)
        script.do(.finish)
        let outcome = try world.run(script)
        #expect(
            outcome.events == [
                ChainEvent(
                    address: world.first, topics: [word(1), word(2), word(3), word(4)], data: Array("data".utf8)),
                ChainEvent(address: world.first, topics: [], data: []),
            ])
        var many = Script()
        many.call(.depositEvent, start, 5, start, 0)
        #expect(try world.failure(of: many) == .failed(.tooLarge(what: "topics of an event", actual: 5, limit: 4)))
        var long = Script()
        long.call(.depositEvent, start, 0, start, 65537)
        #expect(
            try world.failure(of: long) == .failed(.tooLarge(what: "bytes of an event", actual: 65537, limit: 65536)))
        var most = Script()
        most.call(.depositEvent, start, 0, start, 65536)
        most.do(.finish)
        #expect(try world.run(most).events.first?.data.count == 65536)
        var wrapping = Script()
        wrapping.call(.depositEvent, 0xffff_ffe0, 2, start, 0)
        guard case .failed(.outOfBounds) = try world.failure(of: wrapping) else {
            Issue.record("topics behind the end of memory must be refused")
            return
        }
    }

    /// However much gas there is: 4 MiB for all events of a transaction, 64 bytes for each besides what is in it.
    @Test func eventsOfATransaction() throws {
        let world = try World()
        func leaving(_ count: Int, _ dataLength: UInt64 = 65536) -> Script {
            var script = Script()
            for _ in 0..<count { script.call(.depositEvent, start, 0, start, dataLength) }
            return script
        }
        var most = leaving(63)
        most.do(.finish)
        #expect(try world.run(most, gas: 1_000_000_000).events.count == 63)
        // A transaction does not count for the next one.
        #expect(try world.run(most, gas: 1_000_000_000).events.count == 63)
        #expect(
            try world.run(leaving(64), gas: 1_000_000_000).status
                == .failed(
                    .tooLarge(what: "bytes of events in a transaction", actual: 64 * (65536 + 64), limit: 4_194_304)))
        // What a callee has left counts for its caller as well, unless it was undone.
        for reverts in [false, true] {
            var callee = leaving(40)
            if reverts { callee.returnAll(revert: true) } else { callee.do(.finish) }
            var caller = leaving(40)
            caller.callContract(world.second, callee)
            caller.do(.finish)
            let outcome = try world.run(caller, gas: 1_000_000_000)
            // The call ends with an error then, and its caller goes on.
            #expect(outcome.status == .success)
            #expect(outcome.events.count == 40)
        }
        var undone = Script()
        var reverting = leaving(40)
        reverting.returnAll(revert: true)
        undone.callContract(world.second, reverting)
        for _ in 0..<40 { undone.call(.depositEvent, start, 0, start, 65536) }
        undone.do(.finish)
        #expect(try world.run(undone, gas: 1_000_000_000).events.count == 40)
    }

    // MARK: Gas and traps

    /// One unit for an instruction, and what the table says for the functions.
    @Test(arguments: engines.indices) func gas(_ index: Int) throws {
        let chain = Chain(engine: engines[index])
        let code = try Program.assembled(
            """
            %import 0 = 'gas_price'
            %import 1 = 'now'
            %rw_data_size = 4096
            pub @call: %no_fallthrough
            %export 1 = 'deploy'
                ecalli 0
                a0 = 0x20000
                ecalli 1
                ret

            """)
        try chain.install(code: code, at: account(5))
        let outcome = try chain.execute(Transaction(from: account(1), target: .call(account(5))))
        #expect(outcome.status == .success)
        #expect(outcome.gasUsed == 4 + 40 + 60)
        let exact = try chain.execute(Transaction(from: account(1), target: .call(account(5)), gasLimit: 104))
        #expect(exact.status == .success)
        let short = try chain.execute(Transaction(from: account(1), target: .call(account(5)), gasLimit: 103))
        #expect(short.status == .outOfGas)
        #expect(short.gasUsed == 103)
    }

    @Test(arguments: engines.indices) func traps(_ index: Int) throws {
        let world = try World(engines[index])
        var trap = Script()
        trap.do(.trap)
        let outcome = try world.run(trap)
        guard case .trapped(let text) = outcome.status else {
            Issue.record("\(outcome.status)")
            return
        }
        #expect(text.contains("trap instruction"))
        let failure = try #require(outcome.failure)
        #expect(failure.address == world.first)
        #expect(failure.codeHash == Hash256(keccakOf: ScriptContract.code))
        #expect(failure.programCounter != nil)
        var load = Script()
        load.do(.load, 0x1000)
        guard case .trapped(let reason) = try world.run(load).status else {
            Issue.record("a bad load must trap")
            return
        }
        #expect(reason.contains("0x1000"))
        let bad = try world.chain.execute(Transaction(from: world.alice, target: .call(world.first), input: []))
        #expect(bad.returnCode == .calleeTrapped)
    }
}
