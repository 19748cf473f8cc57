// What contracts keep: storage by both kinds of keys, transient storage, immutable data.

import PolkaABI
import PolkaVM
import Testing

@testable import PolkaRevive

@Suite struct StorageTests {
    private let sentinel: UInt64 = 0xffff_ffff

    @Test(arguments: engines.indices) func words(_ index: Int) throws {
        let world = try World(engines[index])
        var script = Script()
        let key = script.put(word(7)), value = script.put(word(0x1234)), zero = script.put(word(0))
        let output = script.space(32), missing = script.put([UInt8](repeating: 0xff, count: 32))
        let set = script.call(.setStorageOrClear, 0, key, value)
        script.call(.getStorageOrZero, 0, key, output)
        let setAgain = script.call(.setStorageOrClear, 0, key, value)
        script.call(.getStorageOrZero, 0, zero, missing)
        let result = try world.result(of: script)
        #expect(result.result(set) == sentinel)
        #expect(result.result(setAgain) == 32)
        #expect(result.hash(at: output) == word(0x1234))
        #expect(result.hash(at: missing) == .zero)
        #expect(world.chain.storage(at: world.first, key: word(7)) == word(0x1234).bytes)
        #expect(world.chain.storage(at: world.second, key: word(7)) == nil)

        var clearing = Script()
        let sameKey = clearing.put(word(7)), zeros = clearing.put(word(0))
        let clear = clearing.call(.setStorageOrClear, 0, sameKey, zeros)
        let clearAgain = clearing.call(.setStorageOrClear, 0, sameKey, zeros)
        let cleared = try world.result(of: clearing)
        #expect(cleared.result(clear) == 32)
        #expect(cleared.result(clearAgain) == sentinel)
        #expect(world.chain.storage(at: world.first, key: word(7)) == nil)
    }

    @Test func bytesOfAnyLength() throws {
        let world = try World()
        var script = Script()
        let key = script.put(Array("key".utf8)), value = script.put(Array("0123456789".utf8))
        let output = script.space(16), length = script.put(UInt32(16)), short = script.put(UInt32(4))
        let cut = script.space(16)
        let absent = script.call(.getStorage, 0, key, 3, output, length)
        let set = script.call(.setStorage, 0, key, 3, value, 10)
        let get = script.call(.getStorage, 0, key, 3, output, length)
        let getCut = script.call(.getStorage, 0, key, 3, cut, short)
        let setEmpty = script.call(.setStorage, 0, key, 3, value, 0)
        let setLongest = script.call(.setStorage, 0, key, 3, UInt64(ScriptMemory.start), 416)
        let result = try world.result(of: script)
        #expect(result.result(absent) == 3)
        #expect(result.result(set) == sentinel)
        #expect(result.result(get) == 0)
        #expect(result.integer(at: length) == 10)
        #expect(result.bytes(at: output, 16) == Array("0123456789".utf8) + [UInt8](repeating: 0, count: 6))
        #expect(result.result(getCut) == 0)
        #expect(result.integer(at: short) == 4)
        #expect(result.bytes(at: cut, 5) == Array("0123".utf8) + [0])
        #expect(result.result(setEmpty) == 10)
        // An empty value is one.
        #expect(result.result(setLongest) == 0)
        #expect(world.chain.storage(at: world.first, variableKey: Array("key".utf8))?.count == 416)
    }

    /// A key of 32 bytes and a variable one with the same bytes are two.
    @Test func kindsOfKeys() throws {
        let world = try World()
        var script = Script()
        let key = script.put(word(1)), value = script.put(word(2))
        script.call(.setStorage, 0, key, sentinel, value, 32)
        let other = script.call(.setStorage, 0, key, 32, value, 31)
        let fixed = script.call(.setStorageOrClear, 0, key, value)
        let variable = script.call(.setStorage, 0, key, 32, value, 1)
        let result = try world.result(of: script)
        #expect(result.result(other) == sentinel)
        #expect(result.result(fixed) == 32)
        #expect(result.result(variable) == 31)
    }

    /// A value of another length than 32 is cut or filled up where a word is wanted.
    @Test func otherLengthsAsWords() throws {
        let world = try World()
        var script = Script()
        let key = script.put(word(1)), short = script.put([1, 2, 3]),
            long = script.put([UInt8](repeating: 9, count: 40))
        let first = script.put([UInt8](repeating: 0xee, count: 32)), second = script.space(32)
        script.call(.setStorage, 0, key, sentinel, short, 3)
        script.call(.getStorageOrZero, 0, key, first)
        script.call(.setStorage, 0, key, sentinel, long, 40)
        script.call(.getStorageOrZero, 0, key, second)
        let result = try world.result(of: script)
        #expect(result.bytes(at: first, 32) == [1, 2, 3] + [UInt8](repeating: 0, count: 29))
        #expect(result.bytes(at: second, 32) == [UInt8](repeating: 9, count: 32))
    }

    @Test func transient() throws {
        let world = try World()
        var script = Script()
        let key = script.put(word(7)), value = script.put(word(5)), output = script.space(32),
            lasting = script.space(32)
        let set = script.call(.setStorageOrClear, 1, key, value)
        let setAgain = script.call(.setStorageOrClear, 1, key, value)
        script.call(.getStorageOrZero, 1, key, output)
        script.call(.getStorageOrZero, 0, key, lasting)
        let result = try world.result(of: script)
        #expect(result.result(set) == sentinel)
        #expect(result.result(setAgain) == 32)
        #expect(result.hash(at: output) == word(5))
        #expect(result.hash(at: lasting) == .zero)

        var later = Script()
        let sameKey = later.put(word(7)), gone = later.space(32)
        later.call(.getStorageOrZero, 1, sameKey, gone)
        #expect(try world.result(of: later).hash(at: gone) == .zero)
    }

    /// 4096 bytes of keys and values are the limit, and what is removed makes room.
    @Test func transientLimit() throws {
        let world = try World()
        func fill(_ count: Int, removing: Bool) -> Script {
            var script = Script()
            for index in 0..<count {
                let key = script.put(word(UInt64(index)))
                if removing, index == count - 1 {
                    let first = script.put(word(0)), nothing = script.put(word(0))
                    script.call(.setStorageOrClear, 1, first, nothing)
                }
                script.call(.setStorage, 1, key, sentinel, UInt64(ScriptMemory.start), 416)
            }
            return script
        }
        // 9 times 32 + 416 are 4032.
        _ = try world.result(of: fill(9, removing: false))
        _ = try world.result(of: fill(10, removing: true))
        #expect(
            try world.failure(of: fill(10, removing: false))
                == .failed(.tooLarge(what: "bytes of transient storage", actual: 4480, limit: 4096)))
    }

    @Test func limits() throws {
        let world = try World()
        var key = Script()
        key.call(.setStorage, 0, UInt64(ScriptMemory.start), 129, UInt64(ScriptMemory.start), 1)
        #expect(
            try world.failure(of: key) == .failed(.tooLarge(what: "bytes of a storage key", actual: 129, limit: 128)))
        var value = Script()
        value.call(.setStorage, 0, UInt64(ScriptMemory.start), 128, UInt64(ScriptMemory.start), 417)
        #expect(
            try world.failure(of: value)
                == .failed(.tooLarge(what: "bytes of a storage value", actual: 417, limit: 416)))
        var flags = Script()
        flags.call(.getStorageOrZero, 2, UInt64(ScriptMemory.start), UInt64(ScriptMemory.start))
        #expect(try world.failure(of: flags) == .failed(.invalidFlags(2)))
        var pointer = Script()
        pointer.call(.getStorageOrZero, 0, 0x1000, UInt64(ScriptMemory.start))
        #expect(try world.failure(of: pointer) == .failed(.outOfBounds(address: 0x1000, byteCount: 32)))
        var output = Script()
        output.call(.getStorageOrZero, 0, UInt64(ScriptMemory.start), 0xffff_fff0)
        #expect(try world.failure(of: output) == .failed(.outOfBounds(address: 0xffff_fff0, byteCount: 32)))
    }

    /// What an instruction costs, what the function does, and what the value's length adds.
    @Test func gas() throws {
        let world = try World()
        func used(_ length: UInt64) throws -> UInt64 {
            var script = Script()
            script.call(.setStorage, 0, UInt64(ScriptMemory.start), 4, UInt64(ScriptMemory.start), length)
            script.do(.finish)
            return try world.run(script).gasUsed
        }
        #expect(try used(416) == used(0) + 300)
        #expect(try used(1) == used(0) + 300)
    }

    // MARK: Immutable data

    @Test func immutableData() throws {
        let world = try World()
        var constructor = Script()
        let data = constructor.put(Array("for good".utf8))
        constructor.call(.setImmutableData, data, 8)
        constructor.do(.finish)
        let outcome = try world.chain.execute(
            Transaction(
                from: world.alice, target: .create(code: ScriptContract.code, salt: nil), input: constructor.bytes))
        let address = try #require(outcome.created)
        #expect(world.chain.immutableData(at: address) == Array("for good".utf8))
        var script = Script()
        let output = script.space(16), length = script.put(UInt32(16)), short = script.put(UInt32(3))
        let cut = script.space(4)
        script.call(.getImmutableData, output, length)
        script.call(.getImmutableData, cut, short)
        let result = try world.result(of: script, at: address)
        #expect(result.bytes(at: output, 9) == Array("for good".utf8) + [0])
        #expect(result.integer(at: length) == 8)
        #expect(result.bytes(at: cut, 4) == Array("for".utf8) + [0])
        #expect(result.integer(at: short) == 3)
        // Whoever delegates to the contract sees the contract's data, not the own.
        var delegating = Script()
        let room = delegating.space(8), roomLength = delegating.put(UInt32(8)), callee = delegating.put(address)
        var inner = Script()
        let place = inner.space(8), placeLength = inner.put(UInt32(8))
        inner.call(.getImmutableData, place, placeLength)
        inner.call(.sealReturn, 0, place, 8)
        let input = delegating.put(inner.bytes)
        let step = delegating.call(
            .delegateCallEvm, 0, callee, .max, UInt64(inner.bytes.count) << 32 | input, roomLength << 32 | room)
        let delegated = try world.result(of: delegating)
        #expect(delegated.result(step) == 0)
        #expect(delegated.bytes(at: room, 8) == Array("for good".utf8))
    }

    @Test func immutableDataAtTheWrongTime() throws {
        let world = try World()
        var late = Script()
        late.call(.setImmutableData, UInt64(ScriptMemory.start), 8)
        #expect(try world.failure(of: late) == .failed(.invalidImmutableAccess))
        var none = Script()
        none.call(.getImmutableData, UInt64(ScriptMemory.start), UInt64(ScriptMemory.start))
        #expect(try world.failure(of: none) == .failed(.invalidImmutableAccess))
        func deploy(_ function: ReviveFunction, _ first: UInt64, _ second: UInt64) throws -> Outcome.Status {
            var script = Script()
            script.call(function, first, second)
            let transaction = Transaction(
                from: world.alice, target: .create(code: ScriptContract.code, salt: nil), input: script.bytes)
            return try world.chain.execute(transaction).status
        }
        let start = UInt64(ScriptMemory.start)
        #expect(try deploy(.getImmutableData, start, start) == .failed(.invalidImmutableAccess))
        #expect(
            try deploy(.setImmutableData, start, 4097)
                == .failed(.outOfBounds(address: ScriptMemory.start, byteCount: 4097)))
        #expect(try deploy(.setImmutableData, start, 0) == .failed(.invalidImmutableAccess))
    }
}
