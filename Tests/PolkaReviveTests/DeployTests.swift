// Contracts that are made and that end: by transactions and by contracts, with and without salt, and what is left if it fails.

import PolkaABI
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct DeployTests {
    private let sentinel: UInt64 = 0xffff_ffff
    private let start = UInt64(ScriptMemory.start)

    /// CREATE, by PyPI's rlp and eth-hash.
    @Test func addresses() throws {
        let deployer = account(1)
        let expected: [(UInt64, String)] = [
            (0, "0x479a82C754d9B3e2BFeBf618dAd979ccADC5ccE7"), (1, "0x02b183DC4766B8020AcAEe1C2A7913748366d47f"),
            (127, "0x35F6E80Dd6B832057ef627E481D6Afa89E57d99B"), (128, "0x36216B2A85cfE8945dD16c88D601544144344b00"),
            (255, "0x158810d7a921B38e1A91013CF93b9c3A4343868f"), (256, "0x7e46ce19902516E2ae8069f6aAb44ea547060b54"),
            (70000, "0x139182595743C879A33aA99833Be2d104E163B48"),
        ]
        for (nonce, address) in expected {
            #expect(ContractAddress.of(deployer: deployer, nonce: nonce) == Address(address))
        }
        let code = ContractCode(hash: .zero, bytes: Array("code".utf8), engine: Engine())
        #expect(
            ContractAddress.of(deployer: deployer, nonce: 9, salt: word(5), code: code, input: Array("in".utf8))
                == Address("0x798b3BCB84db16FCad2aA780A20fA1c632B79fFa"))
    }

    private func finishing() -> [UInt8] {
        var script = Script()
        script.do(.finish)
        return script.bytes
    }

    @Test(arguments: engines.indices) func byTransaction(_ index: Int) throws {
        let world = try World(engines[index])
        var constructor = Script()
        let own = constructor.space(20), size = constructor.call(.address, own)
        let code = constructor.call(.codeSize, own)
        let key = constructor.put(word(1)), value = constructor.put(word(2))
        constructor.call(.setStorageOrClear, 0, key, value)
        constructor.returnAll()
        let outcome = try world.chain.execute(
            Transaction(
                from: world.alice, target: .create(code: ScriptContract.code, salt: nil), value: 11,
                input: constructor.bytes))
        #expect(outcome.status == .success)
        #expect(outcome.created == Address("0x479a82C754d9B3e2BFeBf618dAd979ccADC5ccE7"))
        let created = try #require(outcome.created)
        let result = ScriptResult(output: outcome.output)
        #expect(result.address(at: own) == created)
        #expect(result.result(code) == UInt64(ScriptContract.code.count))
        _ = size
        #expect(world.chain.balance(of: created) == 11)
        #expect(world.chain.nonce(of: created) == 1)
        #expect(world.chain.nonce(of: world.alice) == 1)
        #expect(world.chain.storage(at: created, key: word(1)) == word(2).bytes)
        #expect(world.chain.code(at: created) == ScriptContract.code)
        #expect(world.chain.codeHash(at: created) == Hash256(keccakOf: ScriptContract.code))
        #expect(world.chain.contracts.contains(created))
        // By hash, of code that is there.
        let hash = Hash256(keccakOf: ScriptContract.code)
        let second = try world.chain.execute(
            Transaction(from: world.alice, target: .createFromHash(hash, salt: nil), input: finishing()))
        #expect(second.created == Address("0x02b183DC4766B8020AcAEe1C2A7913748366d47f"))
        #expect(throws: TransactionError.codeNotFound(word(9))) {
            try world.chain.execute(Transaction(from: world.alice, target: .createFromHash(word(9), salt: nil)))
        }
    }

    /// With a salt the address is the same each time, so the second contract is refused.
    @Test func duplicates() throws {
        let world = try World()
        let transaction = Transaction(
            from: world.alice, target: .create(code: ScriptContract.code, salt: word(5)), input: finishing())
        let first = try world.chain.execute(transaction)
        let created = try #require(first.created)
        let second = try world.chain.execute(transaction)
        #expect(second.status == .failed(.duplicateContract(created)))
        #expect(second.created == nil)
        #expect(second.returnCode == .duplicateContractAddress)
    }

    /// Nothing is left of a constructor that fails, the code included.
    @Test(arguments: [true, false]) func failing(_ traps: Bool) throws {
        let world = try World()
        var constructor = Script()
        let key = constructor.put(word(1))
        constructor.call(.setStorageOrClear, 0, key, key)
        constructor.call(.setImmutableData, key, 4)
        constructor.call(.depositEvent, key, 1, key, 4)
        if traps { constructor.do(.trap) } else { constructor.call(.sealReturn, 1, key, 2) }
        let code = try ScriptContract.variant(1)
        let before = world.chain.stateHash
        let outcome = try world.chain.execute(
            Transaction(from: world.alice, target: .create(code: code, salt: nil), value: 4, input: constructor.bytes))
        #expect(outcome.status != .success)
        #expect(outcome.created == nil)
        #expect(outcome.events.isEmpty)
        #expect(world.chain.code(ofHash: Hash256(keccakOf: code)) == nil)
        #expect(world.chain.nonce(of: world.alice) == 1)
        try world.chain.setNonce(0, of: world.alice)
        #expect(world.chain.stateHash == before)
    }

    @Test func byContract() throws {
        let world = try World()
        let hash = Hash256(keccakOf: ScriptContract.code)
        var constructor = Script()
        let caller = constructor.space(20)
        let place = constructor.call(.caller, caller)
        _ = place
        constructor.call(.sealReturn, 0, caller, 20)
        var reverting = Script()
        reverting.call(.sealReturn, 1, start, 3)
        var script = Script()
        func instantiate(_ constructor: Script, salt: UInt64, value: U256 = .zero) -> (Int, UInt64, UInt64) {
            let input = script.put(hash.bytes + constructor.bytes), amount = script.put(value)
            let limit = script.put(U256.zero), address = script.space(20)
            let length = script.put(UInt32(32)), output = script.space(32)
            let step = script.call(
                .instantiate, .max, .max, limit << 32 | amount, UInt64(32 + constructor.bytes.count) << 32 | input,
                length << 32 | output, address << 32 | salt)
            return (step, address, output)
        }
        let salt = script.put(word(3))
        let (first, firstAddress, output) = instantiate(constructor, salt: sentinel, value: 20)
        let (second, secondAddress, _) = instantiate(constructor, salt: sentinel)
        let (salted, saltedAddress, _) = instantiate(constructor, salt: salt)
        let (again, againAddress, _) = instantiate(constructor, salt: salt)
        let (reverted, revertedAddress, _) = instantiate(reverting, salt: sentinel)
        let size = script.call(.returnDataSize)
        let (poor, _, _) = instantiate(constructor, salt: sentinel, value: 10_000)
        let result = try world.result(of: script)
        #expect(result.result(first) == 0)
        #expect(result.address(at: firstAddress) == ContractAddress.of(deployer: world.first, nonce: 1))
        #expect(result.bytes(at: output, 20) == world.first.bytes)
        #expect(result.result(second) == 0)
        #expect(result.address(at: secondAddress) == ContractAddress.of(deployer: world.first, nonce: 2))
        #expect(result.result(salted) == 0)
        #expect(
            result.address(at: saltedAddress)
                == ContractAddress.of(
                    deployer: world.first, nonce: 3, salt: word(3),
                    code: ContractCode(hash: hash, bytes: ScriptContract.code, engine: Engine()),
                    input: constructor.bytes))
        #expect(result.result(again) == 11)
        #expect(result.address(at: againAddress) == .zero)
        #expect(result.result(reverted) == 2)
        #expect(result.address(at: revertedAddress) == .zero)
        #expect(result.result(size) == 3)
        #expect(result.result(poor) == 4)
        #expect(world.chain.balance(of: ContractAddress.of(deployer: world.first, nonce: 1)) == 20)
        // A contract's nonce begins at 1, and each attempt uses one up.
        #expect(world.chain.nonce(of: world.first) == 7)
        #expect(world.chain.contracts.count == 5)
    }

    @Test func badInstantiations() throws {
        let world = try World()
        var short = Script()
        let zero = short.put(U256.zero)
        short.call(.instantiate, .max, .max, zero << 32 | zero, 31 << 32 | start, 0, sentinel << 32 | sentinel)
        #expect(try world.failure(of: short) == .failed(.outOfBounds(address: ScriptMemory.start, byteCount: 31)))
        var unknown = Script()
        let number = unknown.put(U256.zero), hash = unknown.put(word(77))
        unknown.call(.instantiate, .max, .max, number << 32 | number, 32 << 32 | hash, 0, sentinel << 32 | sentinel)
        #expect(try world.failure(of: unknown) == .failed(.codeNotFound(word(77))))
    }

    @Test func admission() throws {
        let chain = Chain()
        func rule(_ code: [UInt8]) throws -> String {
            let before = chain.stateHash
            defer { #expect(chain.stateHash == before) }
            let error = #expect(throws: AdmissionError.self) { try chain.upload(code: code) }
            return try #require(error).rule
        }
        #expect(try rule([1, 2, 3]) == "container")
        #expect(try rule([]) == "container")
        #expect(try rule(Program.importing("no_such_function")) == "imports")
        #expect(try rule(Program.withoutDeploy) == "exports")
        #expect(throws: TransactionError.self) {
            try chain.execute(Transaction(from: account(1), target: .create(code: [1], salt: nil)))
        }
        #expect(chain.nonce(of: account(1)) == 0)
        #expect(Chain.split(ScriptContract.code + [7, 8])?.code == ScriptContract.code)
        #expect(Chain.split(ScriptContract.code + [7, 8])?.input == [7, 8])
        #expect(Chain.split(Array(ScriptContract.code.dropLast())) == nil)
        #expect(Chain.split([]) == nil)
    }

    // MARK: The end

    @Test func terminating() throws {
        let world = try World()
        // One that was there before loses its balance only.
        var script = Script()
        let bob = script.put(world.bob)
        script.call(.terminate, bob)
        script.do(.trap)
        #expect(try world.run(script).status == .success)
        #expect(world.chain.balance(of: world.first) == .zero)
        #expect(world.chain.balance(of: world.bob) == 500)
        #expect(world.chain.codeHash(at: world.first) != nil)
        // One that was made in the same transaction is gone behind it.
        var constructor = Script()
        let key = constructor.put(word(1)), heir = constructor.put(world.bob)
        constructor.call(.setStorageOrClear, 0, key, key)
        constructor.call(.setImmutableData, key, 8)
        constructor.call(.terminate, heir)
        let outcome = try world.chain.execute(
            Transaction(
                from: world.alice, target: .create(code: ScriptContract.code, salt: nil), value: 30,
                input: constructor.bytes))
        #expect(outcome.status == .success)
        let created = try #require(outcome.created)
        #expect(world.chain.codeHash(at: created) == nil)
        #expect(world.chain.storage(at: created, key: word(1)) == nil)
        #expect(world.chain.immutableData(at: created) == nil)
        #expect(world.chain.balance(of: world.bob) == 530)
    }

    /// A termination in a frame that fails is none.
    @Test func terminatingInVain() throws {
        let world = try World()
        var constructor = Script()
        let heir = constructor.put(world.bob)
        var inner = Script()
        let innerHeir = inner.put(world.bob)
        inner.call(.terminate, innerHeir)
        _ = heir
        constructor.do(.finish)
        let hash = Hash256(keccakOf: ScriptContract.code)
        // Within one transaction: make a contract, let it terminate itself within a call that is undone.
        var undoing = Script()
        let bytes = inner.bytes
        let input = undoing.put(bytes), zero = undoing.put(U256.zero), length = undoing.put(UInt32(0))
        let created = ContractAddress.of(deployer: world.first, nonce: 1)
        let callee = undoing.put(created)
        undoing.call(.callEvm, 0, callee, zero, .max, UInt64(bytes.count) << 32 | input, length << 32 | sentinel)
        undoing.call(.sealReturn, 1, start, 0)
        var script = Script()
        let code = script.put(hash.bytes + constructor.bytes), value = script.put(U256(8))
        script.call(
            .instantiate, .max, .max, value << 32 | value, UInt64(32 + constructor.bytes.count) << 32 | code,
            sentinel << 32 | sentinel, sentinel << 32 | sentinel)
        let (step, _, _) = script.callContract(world.second, undoing)
        let result = try world.result(of: script)
        #expect(result.result(step) == 2)
        #expect(world.chain.codeHash(at: created) == hash)
        #expect(world.chain.balance(of: created) == 8)
        #expect(world.chain.balance(of: world.bob) == .zero)
    }
}
