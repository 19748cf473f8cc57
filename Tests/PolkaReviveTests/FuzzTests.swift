// Host functions called with anything: the host goes on, a frame that fails has changed nothing, and both backends say the same.

import PolkaABI
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct FuzzTests {
    /// Numbers that are often where something begins or ends.
    private static let edges: [UInt64] = [
        0, 1, 2, 3, 4, 5, 8, 16, 20, 31, 32, 33, 64, 127, 128, 129, 416, 417, 4095, 4096, 4097, 0xffff, 0x1_0000,
        0x1_ffff,
        0x2_0000, 0x2_0001, 0x7_ffe0, 0x7_fff0, 0x7_ffff, 0x8_0000, 0x8000_0000, 0xffff_ffe0, 0xffff_fffe, 0xffff_ffff,
        0x1_0000_0000, 0x0000_0020_0002_0e00, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0002_0000, 0x0002_0e00_0002_0e00,
        0x0002_0e00_ffff_ffff,
    ]

    private func value(_ generator: inout Generator) -> UInt64 {
        switch UInt8.random(in: 0..<8, using: &generator) {
        case 0, 1, 2: Self.edges.randomElement(using: &generator) ?? 0
        // Somewhere in the data.
        case 3, 4: UInt64(Script.dataStart) + .random(in: 0..<1024, using: &generator)
        // Two of that kind in one.
        case 5:
            (UInt64(Script.dataStart) + .random(in: 0..<1024, using: &generator)) << 32
                | UInt64(Script.dataStart) + .random(in: 0..<1024, using: &generator)
        case 6: .random(in: 0..<64, using: &generator) << 32 | UInt64(Script.dataStart)
        default: .random(in: 0 ... .max, using: &generator)
        }
    }

    private func script(_ generator: inout Generator, _ world: World, depth: Int) -> Script {
        var script = Script()
        // Addresses that are somebody's, numbers that are small, a script for callees.
        _ = script.put(world.first.bytes + world.second.bytes + world.bob.bytes)
        _ = script.put((0..<5).flatMap { _ in U256(UInt64.random(in: 0..<600, using: &generator)).littleEndianBytes })
        _ = script.put(Hash256(keccakOf: ScriptContract.code))
        _ = script.put((0..<800).map { _ in UInt8.random(in: 0...3, using: &generator) })
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            if depth > 0, Int.random(in: 0..<4, using: &generator) == 0 {
                let flags = ReviveCallFlags(rawValue: UInt32.random(in: 0..<32, using: &generator))
                script.callContract(
                    [world.first, world.second, world.bob].randomElement(using: &generator) ?? world.first,
                    self.script(&generator, world, depth: depth - 1), flags: flags,
                    value: U256(UInt64.random(in: 0..<100, using: &generator)),
                    gas: Bool.random(using: &generator) ? .max : .random(in: 0..<100_000, using: &generator),
                    room: .random(in: 0..<64, using: &generator))
            } else {
                let function = ReviveFunction.allCases.randomElement(using: &generator) ?? .caller
                script.call(function, (0..<6).map { _ in value(&generator) })
            }
        }
        switch UInt8.random(in: 0..<4, using: &generator) {
        case 0: script.do(.trap)
        case 1: script.returnAll(revert: true)
        default: script.returnAll()
        }
        return script
    }

    @Test(arguments: 0..<UInt64(8)) func anything(_ seed: UInt64) throws {
        var generator = Generator(state: 1000 + seed)
        let worlds = try engines.map { try World($0) }
        var counts: [Bool: Int] = [:]
        for _ in 0..<250 {
            let input = script(&generator, worlds[0], depth: 2).bytes
            let creates = Int.random(in: 0..<10, using: &generator) == 0
            let gas = Bool.random(using: &generator) ? 10_000_000 : UInt64.random(in: 0..<200_000, using: &generator)
            var outcomes: [Outcome] = []
            for world in worlds {
                let target: Transaction.Target =
                    creates ? .create(code: ScriptContract.code, salt: nil) : .call(world.first)
                let before = world.chain.stateHash
                let nonce = world.chain.nonce(of: world.alice)
                let outcome = try world.chain.execute(
                    Transaction(from: world.alice, target: target, input: input, gasLimit: gas))
                #expect(outcome.gasUsed <= gas)
                if !outcome.isSuccess {
                    #expect(outcome.events.isEmpty)
                    try world.chain.setNonce(nonce, of: world.alice)
                    #expect(world.chain.stateHash == before)
                }
                outcomes.append(outcome)
            }
            counts[outcomes[0].isSuccess, default: 0] += 1
            for (world, outcome) in zip(worlds, outcomes).dropFirst() {
                #expect(outcome.gasUsed == outcomes[0].gasUsed)
                #expect(outcome.output == outcomes[0].output)
                #expect(outcome.status == outcomes[0].status)
                #expect(world.chain.stateHash == worlds[0].chain.stateHash)
            }
        }
        // Some of both, or this says little.
        #expect(counts[true, default: 0] > 10)
        #expect(counts[false, default: 0] > 10)
    }

    /// One call each, so that every function is reached with every kind of argument.
    @Test(arguments: ReviveFunction.allCases.indices) func eachFunction(_ index: Int) throws {
        var generator = Generator(state: UInt64(index))
        let world = try World()
        let function = ReviveFunction.allCases[index]
        for _ in 0..<300 {
            var script = Script()
            _ = script.put((0..<1024).map { _ in UInt8.random(in: 0...2, using: &generator) })
            script.call(function, (0..<6).map { _ in value(&generator) })
            script.do(.trap)
            let before = world.chain.stateHash
            let outcome = try world.chain.call(
                Transaction(from: world.alice, target: .call(world.first), input: script.bytes, gasLimit: 1_000_000))
            #expect(outcome.gasUsed <= 1_000_000)
            #expect(world.chain.stateHash == before)
        }
    }
}
