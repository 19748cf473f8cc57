// Contracts that call contracts: what the callee gets, what comes back, what is undone, and who may be called.

import PolkaABI
import PolkaVM
import TestSupport
import Testing

@testable import PolkaRevive

@Suite struct CallTests {
    private let sentinel: UInt64 = 0xffff_ffff
    private let start = UInt64(ScriptMemory.start)

    /// A script that returns some bytes of text.
    private func returning(_ text: String, revert: Bool = false) -> Script {
        var script = Script()
        let data = script.put(Array(text.utf8))
        script.call(.sealReturn, revert ? 1 : 0, data, UInt64(text.utf8.count))
        return script
    }

    @Test(arguments: engines.indices) func outputAndReturnData(_ index: Int) throws {
        let world = try World(engines[index])
        var script = Script()
        let (step, output, length) = script.callContract(world.second, returning("hello"), room: 4)
        let size = script.call(.returnDataSize)
        let copy = script.space(8), copyLength = script.put(UInt32(8))
        script.call(.returnDataCopy, copy, copyLength, 1)
        let (reverted, reason, reasonLength) = script.callContract(
            world.second, returning("no", revert: true), room: 10)
        let (trapped, _, trappedLength) = script.callContract(world.second, trapping, room: 10)
        let sizeAfterTrap = script.call(.returnDataSize)
        let result = try world.result(of: script)
        #expect(result.result(step) == 0)
        #expect(result.integer(at: length) == 4)
        #expect(result.bytes(at: output, 4) == Array("hell".utf8))
        #expect(result.result(size) == 5)
        #expect(result.bytes(at: copy, 5) == Array("ello".utf8) + [0])
        #expect(result.integer(at: copyLength) == 4)
        #expect(result.result(reverted) == 2)
        #expect(result.integer(at: reasonLength) == 2)
        #expect(result.bytes(at: reason, 3) == Array("no".utf8) + [0])
        #expect(result.result(trapped) == 1)
        #expect(result.integer(at: trappedLength) == 0)
        #expect(result.result(sizeAfterTrap) == 0)
    }

    /// Who wants no output gives the sentinel; the length is written all the same if the callee fails, as chains do.
    @Test func noOutputWanted() throws {
        let world = try World()
        func call(_ inner: Script, length: UInt64) -> Script {
            var script = Script()
            let input = script.put(inner.bytes), callee = script.put(world.second), value = script.put(U256.zero)
            script.call(
                .callEvm, 0, callee, value, .max, UInt64(inner.bytes.count) << 32 | input, length << 32 | sentinel)
            script.do(.finish)
            return script
        }
        #expect(try world.failure(of: call(returning("text"), length: sentinel)) == .success)
        #expect(try world.failure(of: call(returning("text", revert: true), length: sentinel)) == .success)
        #expect(try world.failure(of: call(trapping, length: start)) == .success)
        #expect(
            try world.failure(of: call(trapping, length: sentinel))
                == .failed(.outOfBounds(address: .max, byteCount: 4)))
    }

    private var trapping: Script {
        var script = Script()
        script.do(.trap)
        return script
    }

    @Test func returnDataBehindItsEnd() throws {
        let world = try World()
        var script = Script()
        let length = script.put(UInt32(8)), output = script.space(8)
        script.callContract(world.second, returning("hello"))
        let end = script.call(.returnDataCopy, output, length, 5)
        #expect(try world.result(of: script).integer(at: length) == 0)
        _ = end
        var beyond = Script()
        let room = beyond.put(UInt32(8))
        beyond.callContract(world.second, returning("hello"))
        beyond.call(.returnDataCopy, room, room, 6)
        #expect(try world.failure(of: beyond) == .failed(.outOfBounds(address: 6, byteCount: 5)))
    }

    /// What the callee sees: who called, with what; and what its caller sees of itself.
    @Test func surroundings() throws {
        let world = try World()
        var inner = Script()
        let caller = inner.space(20), origin = inner.space(20), own = inner.space(20)
        let value = inner.space(32), balance = inner.space(32)
        inner.call(.caller, caller)
        inner.call(.origin, origin)
        inner.call(.address, own)
        inner.call(.valueTransferred, value)
        inner.call(.balance, balance)
        inner.returnAll()
        var script = Script()
        let room = inner.bytes.count
        let (step, output, _) = script.callContract(world.second, inner, value: 123, room: UInt32(room))
        let result = try world.result(of: script)
        #expect(result.result(step) == 0)
        let seen = ScriptResult(output: result.bytes(at: output, room))
        #expect(seen.address(at: caller) == world.first)
        #expect(seen.address(at: origin) == world.alice)
        #expect(seen.address(at: own) == world.second)
        #expect(seen.number(at: value) == 123)
        #expect(seen.number(at: balance) == 123)
        #expect(world.chain.balance(of: world.first) == 377)
        #expect(world.chain.balance(of: world.second) == 123)
    }

    @Test func transfers() throws {
        let world = try World()
        var script = Script()
        // An address without code takes value and returns nothing.
        let (plain, _, plainLength) = script.callContract(world.bob, Script(), value: 100, room: 8)
        let (tooMuch, _, _) = script.callContract(world.bob, Script(), value: 401)
        let (all, _, _) = script.callContract(world.bob, Script(), value: 400)
        let result = try world.result(of: script)
        #expect(result.result(plain) == 0)
        #expect(result.integer(at: plainLength) == 0)
        #expect(result.result(tooMuch) == 4)
        #expect(result.result(all) == 0)
        #expect(world.chain.balance(of: world.first) == .zero)
        #expect(world.chain.balance(of: world.bob) == 500)
    }

    /// What a callee that fails has done is undone, value and events included, and nothing else.
    @Test(arguments: [true, false]) func rollBack(_ traps: Bool) throws {
        let world = try World()
        var inner = Script()
        let key = inner.put(word(1)), value = inner.put(word(2))
        inner.call(.setStorageOrClear, 0, key, value)
        inner.call(.setStorageOrClear, 1, key, value)
        inner.call(.depositEvent, key, 1, value, 32)
        if traps { inner.do(.trap) } else { inner.call(.sealReturn, 1, key, 0) }
        var script = Script()
        let ownKey = script.put(word(1)), ownValue = script.put(word(9))
        script.call(.setStorageOrClear, 0, ownKey, ownValue)
        script.call(.depositEvent, ownKey, 1, ownValue, 2)
        let (step, _, _) = script.callContract(world.second, inner, value: 5)
        let result = try world.result(of: script)
        #expect(result.result(step) == (traps ? 1 : 2))
        #expect(world.chain.storage(at: world.first, key: word(1)) == word(9).bytes)
        #expect(world.chain.storage(at: world.second, key: word(1)) == nil)
        #expect(world.chain.balance(of: world.first) == 500)
        #expect(world.chain.balance(of: world.second) == .zero)
    }

    /// A frame that reverts undoes also what its callees did with success.
    @Test func rollBackOfInnerSuccess() throws {
        let world = try World()
        var innermost = Script()
        let key = innermost.put(word(1)), value = innermost.put(word(2))
        innermost.call(.setStorageOrClear, 0, key, value)
        innermost.do(.finish)
        var script = Script()
        script.callContract(world.second, innermost, value: 7)
        script.returnAll(revert: true)
        let before = world.chain.stateHash
        let outcome = try world.run(script)
        #expect(outcome.status == .reverted)
        #expect(ScriptResult(output: outcome.output).result(0) == 0)
        #expect(world.chain.storage(at: world.second, key: word(1)) == nil)
        // Only the nonce is another.
        #expect(world.chain.nonce(of: world.alice) == 1)
        try world.chain.setNonce(0, of: world.alice)
        #expect(world.chain.stateHash == before)
    }

    // MARK: Flags

    @Test func forwardedAndClonedInput() throws {
        let world = try World()
        // The callee gets the same script; the caller is the contract itself then, which ends the recursion.
        var cloning = Script()
        let callee = cloning.put(world.bob), value = cloning.put(U256.zero), length = cloning.put(UInt32(0))
        let clone = cloning.call(.callEvm, 2, callee, value, .max, 0, length << 32 | sentinel)
        let size = cloning.call(.callDataSize)
        let forward = cloning.call(.callEvm, 1, callee, value, .max, 0, length << 32 | sentinel)
        let sizeAfter = cloning.call(.callDataSize)
        let result = try world.result(of: cloning)
        #expect(result.result(clone) == 0)
        #expect(result.result(size) > 0)
        #expect(result.result(forward) == 0)
        #expect(result.result(sizeAfter) == 0)

        for use in [ReviveFunction.callDataCopy, .callDataLoad] {
            var script = Script()
            let callee = script.put(world.bob), value = script.put(U256.zero), length = script.put(UInt32(0))
            script.call(.callEvm, 1, callee, value, .max, 0, length << 32 | sentinel)
            script.call(use, start, 0, 0)
            #expect(try world.failure(of: script) == .failed(.inputForwarded))
        }
        for flags: UInt64 in [1, 2] {
            var script = Script()
            let callee = script.put(world.bob), value = script.put(U256.zero), length = script.put(UInt32(0))
            script.call(.callEvm, 1, callee, value, .max, 0, length << 32 | sentinel)
            script.call(.callEvm, flags, callee, value, .max, 0, length << 32 | sentinel)
            #expect(try world.failure(of: script) == .failed(.inputForwarded))
        }
    }

    @Test func tailCalls() throws {
        let world = try World()
        for revert in [false, true] {
            var script = Script()
            script.callContract(world.second, returning("end", revert: revert), flags: .tailCall)
            script.do(.trap)
            let outcome = try world.run(script)
            #expect(outcome.status == (revert ? .reverted : .success))
            #expect(outcome.output == Array("end".utf8))
        }
        // If the callee can not go on, the caller can.
        var script = Script()
        let (step, _, _) = script.callContract(world.second, trapping, flags: .tailCall)
        #expect(try world.result(of: script).result(step) == 1)
    }

    @Test func readOnly() throws {
        let world = try World()
        let changes: [(ReviveFunction, [UInt64])] = [
            (.setStorage, [0, start, 4, start, 4]), (.setStorageOrClear, [0, start, start]),
            (.setStorageOrClear, [1, start, start]), (.depositEvent, [start, 0, start, 0]), (.terminate, [start]),
            (.instantiate, [.max, .max, start << 32 | start, 32 << 32 | start, 0, 0]),
        ]
        for (function, arguments) in changes {
            var inner = Script()
            inner.call(function, arguments)
            inner.do(.finish)
            #expect(try world.failure(of: inner, readOnly: true) == .failed(.stateChangeDenied))
            var script = Script()
            let (step, _, _) = script.callContract(world.second, inner, flags: .readOnly)
            #expect(try world.result(of: script).result(step) == 1)
            // Inner frames inherit it.
            var middle = Script()
            let (inherited, _, _) = middle.callContract(world.first, inner, flags: .allowReentry)
            middle.returnAll()
            var outer = Script()
            let room = middle.bytes.count
            let (_, output, _) = outer.callContract(
                world.second, middle, flags: [.readOnly, .allowReentry], room: UInt32(room))
            let seen = ScriptResult(output: try world.result(of: outer).bytes(at: output, room))
            #expect(seen.result(inherited) == 1)
        }
        var paying = Script()
        paying.callContract(world.bob, Script(), flags: .readOnly, value: 1)
        #expect(try world.failure(of: paying) == .failed(.stateChangeDenied))
        var payingWithin = Script()
        payingWithin.callContract(world.bob, Script(), value: 1)
        #expect(try world.failure(of: payingWithin, readOnly: true) == .failed(.stateChangeDenied))
        var reading = Script()
        reading.call(.getStorageOrZero, 0, start, start)
        reading.callContract(world.bob, Script())
        reading.do(.finish)
        #expect(try world.failure(of: reading, readOnly: true) == .success)
    }

    @Test func illegalFlags() throws {
        let world = try World()
        func status(_ function: ReviveFunction, _ flags: UInt64) throws -> Outcome.Status {
            var script = Script()
            let callee = script.put(world.bob), zero = script.put(U256.zero), length = script.put(UInt32(0))
            let output = length << 32 | sentinel
            switch function {
            case .call: script.call(function, flags << 32 | callee, .max, .max, zero << 32 | zero, 0, output)
            case .callEvm: script.call(function, flags, callee, zero, .max, 0, output)
            case .delegateCall: script.call(function, flags << 32 | callee, .max, .max, zero, 0, output)
            default: script.call(function, flags, callee, .max, 0, output)
            }
            script.do(.finish)
            return try world.failure(of: script)
        }
        for function in [ReviveFunction.call, .callEvm] {
            #expect(try status(function, 8 | 16) == .success)
            #expect(try status(function, 32) == .failed(.invalidFlags(32)))
            #expect(try status(function, 0x8000_0000) == .failed(.invalidFlags(0x8000_0000)))
        }
        for function in [ReviveFunction.delegateCall, .delegateCallEvm] {
            #expect(try status(function, 1) == .success)
            #expect(try status(function, 8) == .failed(.invalidFlags(8)))
            #expect(try status(function, 16) == .failed(.invalidFlags(16)))
        }
        var script = Script()
        script.call(.sealReturn, 2, start, 0)
        #expect(try world.failure(of: script) == .failed(.invalidFlags(2)))
    }

    // MARK: Reentrancy, depth, gas

    /// A callee that calls back is stopped unless the caller lets it; that ends the callee, and the caller goes on.
    @Test func reentrancy() throws {
        let world = try World()
        for (flags, isLet): (ReviveCallFlags, Bool) in [([], false), (.allowReentry, true)] {
            var attack = Script()
            attack.callContract(world.first, returning("in"))
            attack.do(.finish)
            var script = Script()
            let (step, _, _) = script.callContract(world.second, attack, flags: flags)
            #expect(try world.result(of: script).result(step) == (isLet ? 0 : 1))
        }
        // To call oneself takes the flag as well, and the permission ends with the call.
        var own = Script()
        own.callContract(world.first, returning(""))
        #expect(try world.failure(of: own) == .failed(.reentranceDenied(world.first)))
        var late = Script()
        late.callContract(world.first, returning(""), flags: .allowReentry)
        late.callContract(world.first, returning(""))
        #expect(try world.failure(of: late) == .failed(.reentranceDenied(world.first)))
    }

    /// 25 contracts may be called within each other; the caller of one more ends.
    @Test func depth() throws {
        let world = try World()
        func nested(_ count: Int) -> Script {
            var script = Script()
            if count > 0 {
                let bytes = nestedBytes(count - 1, world)
                let input = script.put(bytes), callee = script.put(world.first), value = script.put(U256.zero)
                let length = script.put(UInt32(0))
                script.call(
                    .callEvm, 8, callee, value, .max, UInt64(bytes.count) << 32 | input, length << 32 | sentinel)
            }
            script.call(.sealReturn, 0, UInt64(ScriptMemory.start) + 8, 0)
            return script
        }
        func nestedBytes(_ count: Int, _ world: World) -> [UInt8] { nested(count).bytes }
        world.chain.recordsCalls = true
        let good = try world.chain.call(
            Transaction(from: world.alice, target: .call(world.first), input: nested(25).bytes))
        #expect(good.calls.count == 26)
        #expect(good.calls.allSatisfy { $0.status == .success })
        let bad = try world.chain.call(
            Transaction(from: world.alice, target: .call(world.first), input: nested(26).bytes))
        #expect(bad.calls.count == 26)
        #expect(bad.calls.last?.status == .failed(.callDepthExceeded(limit: 25)))
        #expect(bad.status == .success)
    }

    /// The deepest calls there may be need no large stack of the host.
    @Test(arguments: engines.indices) func stackOfTheHost(_ index: Int) throws {
        let stack = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 4096)
        defer { stack.deallocate() }
        onThread(stack: stack) {
            do {
                let world = try World(engines[index])
                var script = Script()
                script.call(.sealReturn, 0, 0, 0)
                for _ in 0..<25 {
                    let inner = script
                    script = Script()
                    script.callContract(world.first, inner, flags: .allowReentry)
                    script.call(.sealReturn, 0, 0, 0)
                }
                world.chain.recordsCalls = true
                let outcome = try world.run(script)
                #expect(outcome.calls.count == 26)
                #expect(outcome.calls.allSatisfy { $0.status == .success })
            } catch { Issue.record(error) }
        }
    }

    /// A callee gets what is left, or the limit, and its caller goes on when that is used up.
    @Test(arguments: engines.indices) func gasOfInnerFrames(_ index: Int) throws {
        let world = try World(engines[index])
        var spinning = Script()
        let key = spinning.put(word(1))
        spinning.call(.setStorageOrClear, 0, key, key)
        spinning.do(.spin)
        var script = Script()
        let before = script.call(.refTimeLeft)
        let (step, _, _) = script.callContract(world.second, spinning, gas: 50_000)
        let after = script.call(.refTimeLeft)
        let result = try world.result(of: script)
        #expect(result.result(step) == 5)
        let used = result.result(before) - result.result(after)
        #expect(used > 50_000 && used < 60_000)
        #expect(world.chain.storage(at: world.second, key: word(1)) == nil)

        var all = Script()
        all.callContract(world.second, spinning)
        let outcome = try world.run(all, gas: 1_000_000)
        #expect(outcome.status == .outOfGas)
        #expect(outcome.gasUsed == 1_000_000)

        var consuming = Script()
        consuming.call(.consumeAllGas)
        var caller = Script()
        let left = caller.call(.refTimeLeft)
        let (consumed, _, _) = caller.callContract(world.second, consuming, gas: 100_000)
        let leftAfter = caller.call(.refTimeLeft)
        let seen = try world.result(of: caller)
        #expect(seen.result(consumed) == 2)
        #expect(seen.result(left) - seen.result(leftAfter) > 100_000)
        let direct = try world.run(consuming, gas: 70_000)
        #expect(direct.status == .reverted)
        #expect(direct.gasUsed == 70_000)
        #expect(direct.output.isEmpty)
    }

    // MARK: Delegate calls

    @Test func delegateCalls() throws {
        let world = try World()
        var inner = Script()
        let caller = inner.space(20), own = inner.space(20), value = inner.space(32)
        let key = inner.put(word(1)), stored = inner.put(word(2))
        inner.call(.caller, caller)
        inner.call(.address, own)
        inner.call(.valueTransferred, value)
        inner.call(.setStorageOrClear, 0, key, stored)
        inner.returnAll()
        let bytes = inner.bytes
        for function in [ReviveFunction.delegateCall, .delegateCallEvm] {
            var script = Script()
            let input = script.put(bytes), callee = script.put(world.second), limit = script.put(U256.zero)
            let length = script.put(UInt32(bytes.count)), output = script.space(bytes.count)
            let data = UInt64(bytes.count) << 32 | input, room = length << 32 | output
            let step =
                function == .delegateCall
                ? script.call(.delegateCall, callee, .max, .max, limit, data, room)
                : script.call(.delegateCallEvm, 0, callee, .max, data, room)
            let result = try world.result(of: script, value: 3)
            #expect(result.result(step) == 0)
            let seen = ScriptResult(output: result.bytes(at: output, bytes.count))
            #expect(seen.address(at: caller) == world.alice)
            #expect(seen.address(at: own) == world.first)
            #expect(seen.number(at: value) == 3)
        }
        #expect(world.chain.storage(at: world.first, key: word(1)) == word(2).bytes)
        #expect(world.chain.storage(at: world.second, key: word(1)) == nil)
    }

    @Test func callWithLimitsOfWeight() throws {
        let world = try World()
        var script = Script()
        let inner = returning("weight").bytes
        let input = script.put(inner), callee = script.put(world.second), zero = script.put(U256.zero)
        let length = script.put(UInt32(8)), output = script.space(8)
        let step = script.call(
            .call, callee, .max, .max, zero << 32 | zero, UInt64(inner.count) << 32 | input, length << 32 | output)
        let starved = script.call(
            .call, callee, 5, .max, zero << 32 | zero, UInt64(inner.count) << 32 | input, length << 32 | output)
        let result = try world.result(of: script)
        #expect(result.result(step) == 0)
        #expect(result.bytes(at: output, 6) == Array("weight".utf8))
        #expect(result.result(starved) == 5)
        #expect(result.integer(at: length) == 0)
    }

    @Test func sizesOfInputAndOutput() throws {
        let world = try World()
        var long = Script()
        let callee = long.put(world.bob), value = long.put(U256.zero)
        long.call(.callEvm, 0, callee, value, .max, UInt64(131_073) << 32 | start, sentinel << 32 | sentinel)
        #expect(
            try world.failure(of: long) == .failed(.tooLarge(what: "bytes of input", actual: 131_073, limit: 131_072)))
        var output = Script()
        output.call(.sealReturn, 0, start, 131_073)
        #expect(
            try world.failure(of: output)
                == .failed(.tooLarge(what: "bytes of output", actual: 131_073, limit: 131_072)))
        var most = Script()
        most.call(.sealReturn, 0, start, 131_072)
        let outcome = try world.run(most)
        #expect(outcome.output.count == 131_072)
        let tooLong = try world.chain.execute(
            Transaction(
                from: world.alice, target: .call(world.first), input: [UInt8](repeating: 0, count: 131_073)))
        #expect(tooLong.status == .failed(.tooLarge(what: "bytes of input", actual: 131_073, limit: 131_072)))
    }

    @Test func callData() throws {
        let world = try World()
        var script = Script()
        let word = script.space(32), beyond = script.put([UInt8](repeating: 9, count: 32))
        let copy = script.put([UInt8](repeating: 9, count: 8))
        let size = script.call(.callDataSize)
        script.call(.callDataLoad, word, 0)
        script.call(.callDataLoad, beyond, 0xffff_ffff)
        script.call(.callDataCopy, copy, 8, 0x7fff_ffff)
        var complete = script
        complete.returnAll()
        let input = complete.bytes
        let result = try world.result(of: script)
        #expect(result.result(size) == UInt64(input.count))
        #expect(result.bytes(at: word, 32) == input.prefix(32).reversed())
        #expect(result.bytes(at: beyond, 32) == [UInt8](repeating: 0, count: 32))
        #expect(result.bytes(at: copy, 8) == [UInt8](repeating: 0, count: 8))
    }
}

extension Script {
    /// Adds a call with arguments that are in an array.
    mutating func call(_ function: ReviveFunction, _ arguments: [UInt64]) {
        let padded = arguments + [UInt64](repeating: 0, count: 6 - arguments.count)
        call(function, padded[0], padded[1], padded[2], padded[3], padded[4], padded[5])
    }
}
