// Keys, signatures and hashes, and the chain's own contracts. Expected values are those of PyPI's eth-keys, eth-hash, eth-abi and
// py-sr25519-bindings, and of Python's hashlib.

import PolkaABI
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct SignatureTests {
    private let start = UInt64(ScriptMemory.start)

    private func bytes(_ text: String) throws -> [UInt8] { try #require(Hex.bytes(text)) }

    @Test func keccak() throws {
        let world = try World()
        var script = Script()
        let text = script.put(Array("abc".utf8)), output = script.space(32), empty = script.space(32)
        script.call(.hashKeccak256, text, 3, output)
        script.call(.hashKeccak256, 0, 0, empty)
        let result = try world.result(of: script)
        #expect(
            try result.bytes(at: output, 32)
                == bytes("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"))
        #expect(
            try result.bytes(at: empty, 32) == bytes("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        )
        var bad = Script()
        bad.call(.hashKeccak256, start, 0x10_0000, start)
        #expect(try world.failure(of: bad) == .failed(.outOfBounds(address: ScriptMemory.start, byteCount: 0x10_0000)))
    }

    @Test func ecdsaAddress() throws {
        let world = try World()
        var script = Script()
        let key = script.put(try bytes("031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f"))
        // No point has this x.
        let wrong = script.put(try bytes("02" + String(repeating: "ff", count: 32)))
        let output = script.space(20), untouched = script.space(20)
        let good = script.call(.ecdsaToEthAddress, key, output)
        let bad = script.call(.ecdsaToEthAddress, wrong, untouched)
        let result = try world.result(of: script)
        #expect(result.result(good) == 0)
        #expect(result.address(at: output) == Address("0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"))
        #expect(result.result(bad) == 7)
        #expect(result.address(at: untouched) == .zero)
    }

    private static let publicKey = "e2111779981618705ecacea1af6ff9350bce2b2dccd03e0c3e01eb0c823d2666"
    private static let signatures: [(message: [UInt8], signature: String)] = [
        (
            [],
            "a6312f5e5e7c40b8685dd73bc90d37a5f75aee49bc8ff091c7612e933632c975"
                + "9b0529534e5c235dc3e252db667ea694f6e0f1c4d80995e1c420aaa3b9069385"
        ),
        (
            Array("hello".utf8),
            "5c33a6f75754226a3dac5be952ca7c095ba005a4f215686aa712fa36f020e002"
                + "062385a5102ed3885f1952d81d5c26cf355d125c20bc935ef210fded1947c28d"
        ),
        (
            (0..<300).map { UInt8($0 & 255) },
            "6e55bc71ac60effceb4b91a710af945f9206adb0eb9066eee3ff26635ec98036"
                + "48ccceaaeaf41a5701ceef8246f3ea5e4b7cdaa48de44a3e10088d7da680ac85"
        ),
    ]

    @Test func sr25519() throws {
        let key = try bytes(Self.publicKey)
        for (message, text) in Self.signatures {
            let signature = try bytes(text)
            #expect(Sr25519.verify(signature: signature, publicKey: key, message: message))
            #expect(!Sr25519.verify(signature: signature, publicKey: key, message: message + [0]))
            for place in [0, 31, 32, 62, 63] {
                var changed = signature
                changed[place] ^= place == 63 ? 0x80 : 1
                #expect(!Sr25519.verify(signature: changed, publicKey: key, message: message))
            }
            var other = key
            other[0] ^= 2
            #expect(!Sr25519.verify(signature: signature, publicKey: other, message: message))
        }
        let world = try World()
        var script = Script()
        let (message, text) = Self.signatures[2]
        let signature = script.put(try bytes(text)), place = script.put(key), data = script.put(message)
        let good = script.call(.sr25519Verify, signature, place, 300, data)
        let bad = script.call(.sr25519Verify, signature, place, 299, data)
        let result = try world.result(of: script)
        #expect(result.result(good) == 0)
        #expect(result.result(bad) == 8)
    }

    // MARK: The chain's own contracts

    private func precompile(_ number: UInt32) -> Address { Address(upper: 0, middle: 0, lower: number) }

    private func call(_ world: World, _ number: UInt32, _ input: [UInt8]) throws -> Outcome {
        try world.chain.call(Transaction(from: world.alice, target: .call(precompile(number)), input: input))
    }

    @Test func ethereumsOwn() throws {
        let world = try World()
        let hash = "c2baf6c66618acd49fb133cebc22f55bd907fe9f0d69a726d45b7539ba6bbe08"
        let r = "9f191acf48d2052694e924f10bb2b1521f42820e649ea2805557f084b6943308"
        let s = "2ca1f594b0f842afc31931279d1926599c0e20fb075490a0e370ad70d0681c36"
        func recover(_ v: String) throws -> Outcome {
            try call(world, 1, try bytes(hash + String(repeating: "0", count: 62) + v + r + s))
        }
        let signer = try bytes("0000000000000000000000001a642f0E3c3aF545E7AcBD38b07251B3990914F1")
        #expect(try recover("1c").output == signer)
        #expect(try recover("1b").output != signer)
        #expect(try recover("1d").output.isEmpty)
        #expect(try call(world, 1, []).output.isEmpty)
        #expect(
            try call(world, 2, Array("abc".utf8)).output
                == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(try call(world, 4, [1, 2, 3]).output == [1, 2, 3])
        #expect(try call(world, 4, [UInt8](repeating: 0, count: 33)).gasUsed == 21)
        for number: UInt32 in [3, 5, 6, 7, 8, 9, 0x100] {
            guard case .failed(.unavailable(let text)) = try call(world, number, []).status else {
                Issue.record("precompile \(number) must be missing")
                continue
            }
            #expect(text.contains("is not available here"))
        }
        var starved = Script()
        let (step, _, _) = starved.callContract(precompile(1), Script(), gas: 2999)
        #expect(try world.result(of: starved).result(step) == 5)
    }

    @Test func system() throws {
        let world = try World()
        world.chain.environment.minimumBalance = 77
        let abc =
            String(repeating: "0", count: 62) + "20" + String(repeating: "0", count: 63) + "3616263"
            + String(repeating: "0", count: 58)
        #expect(
            try call(world, 0x900, bytes("c7dff686" + abc)).output
                == bytes("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"))
        #expect(
            try call(world, 0x900, bytes("a63b6983" + abc)).output
                == bytes("cf4ab791c62b8d2b2109c90275287816" + String(repeating: "0", count: 32)))
        #expect(
            try call(
                world, 0x900, bytes("cf5231cc" + String(repeating: "0", count: 24) + String(repeating: "11", count: 20))
            )
            .output
                == bytes(
                    String(repeating: "0", count: 62) + "20" + String(repeating: "0", count: 62) + "20"
                        + String(repeating: "11", count: 20) + String(repeating: "ee", count: 12)))
        #expect(try call(world, 0x900, bytes("b9d1d49b")).output == word(77).bytes)
        #expect(try call(world, 0x900, bytes("0bd0e5fb")).output == word(0).bytes)
        #expect(try call(world, 0x900, bytes("8d29dffb")).output.count == 64)
        #expect(try call(world, 0x900, bytes("ffffffff")).status == .reverted)
        #expect(try call(world, 0x900, bytes("c7dff686")).status == .reverted)
        #expect(try call(world, 0x900, []).status == .reverted)

        // What they say of contracts, they say of their callers.
        var script = Script()
        let origin = called(&script, "9098d8c1"), own = called(&script, "db6bdc8a")
        let result = try world.result(of: script)
        #expect(result.hash(at: origin) == word(1))
        #expect(result.hash(at: own) == Hash256(keccakOf: ScriptContract.code))
        var inner = Script()
        let within = called(&inner, "9098d8c1")
        inner.returnAll()
        var outer = Script()
        let (_, output, _) = outer.callContract(world.second, inner, room: UInt32(inner.bytes.count))
        let seen = ScriptResult(output: try world.result(of: outer).bytes(at: output, inner.bytes.count))
        #expect(seen.hash(at: within) == word(0))

        let key = try bytes("031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f")
        let keyWords = key.flatMap { word(UInt64($0)).bytes }
        #expect(
            try call(world, 0x900, bytes("79e184f1") + keyWords).output
                == bytes("1a642f0E3c3aF545E7AcBD38b07251B3990914F1" + String(repeating: "0", count: 24)))
        let (message, text) = Self.signatures[1]
        let signature = try bytes(text).flatMap { word(UInt64($0)).bytes }
        let arguments =
            signature + word(66 * 32).bytes + (try bytes(Self.publicKey)) + word(5).bytes + message
            + [UInt8](repeating: 0, count: 27)
        #expect(try call(world, 0x900, bytes("307a575d") + arguments).output == word(1).bytes)
    }

    /// Adds a call of the System precompile that returns a word.
    private func called(_ script: inout Script, _ selector: String) -> UInt64 {
        let input = script.put(Hex.bytes(selector) ?? []), callee = script.put(precompile(0x900))
        let value = script.put(U256.zero), length = script.put(UInt32(32)), output = script.space(32)
        script.call(.callEvm, 0, callee, value, .max, 4 << 32 | input, length << 32 | output)
        return output
    }

    @Test func storageByDelegateCall() throws {
        let world = try World()
        try world.chain.setStorage([1, 2, 3], at: world.first, key: word(7))
        var script = Script()
        let key = script.put(Array("key".utf8)), value = script.put(Array("value".utf8))
        script.call(.setStorage, 0, key, 3, value, 5)
        let variable =
            word(0).bytes + word(0).bytes + word(0x60).bytes + word(3).bytes + Array("key".utf8)
            + [UInt8](repeating: 0, count: 29)
        let fixed = word(0).bytes + word(1).bytes + word(0x60).bytes + word(32).bytes + word(7).bytes
        func delegate(_ selector: String, _ arguments: [UInt8]) throws -> UInt64 {
            let data = try bytes(selector) + arguments
            let input = script.put(data), callee = script.put(precompile(0x901))
            let length = script.put(UInt32(96)), output = script.space(96)
            script.call(
                .delegateCallEvm, 0, callee, .max, UInt64(data.count) << 32 | input, length << 32 | output)
            return output
        }
        let contains = try delegate("57ffb2f0", variable), take = try delegate("6a6e1c1e", variable)
        let gone = try delegate("57ffb2f0", variable), clear = try delegate("ccecf715", fixed)
        let clearAgain = try delegate("ccecf715", fixed)
        let result = try world.result(of: script)
        #expect(result.bytes(at: contains, 64) == word(1).bytes + word(5).bytes)
        #expect(
            result.bytes(at: take, 96)
                == word(32).bytes + word(5).bytes + Array("value".utf8) + [UInt8](repeating: 0, count: 27))
        #expect(result.bytes(at: gone, 64) == word(0).bytes + word(0).bytes)
        #expect(result.bytes(at: clear, 64) == word(1).bytes + word(3).bytes)
        #expect(result.bytes(at: clearAgain, 64) == word(0).bytes + word(0).bytes)
        #expect(world.chain.storage(at: world.first, key: word(7)) == nil)
        // Anybody can call it, but it has no storage then.
        #expect(try call(world, 0x901, bytes("ccecf715") + fixed).status == .reverted)
    }
}
