// What contracts in Swift make of call data and storage, against eth-abi, Python's integers and the layout that Solidity documents.

import PolkaABI
import PolkaRevive
import PolkaVM
import TestSupport
import Testing

@Suite struct ContractTests {
    /// Values of all types come back as they are; what eth-abi refuses is refused without a word (Vectors/make-calls.py).
    @Test func callData() async throws {
        let echo = try await Deployed("echo", backend: .interpreter)
        for line in try Workshop.lines("Vectors/calls.tsv") {
            let outcome = try echo.call(try #require(Hex.bytes(line[0])))
            if line[1] == "refused" {
                #expect(outcome.status == .reverted && outcome.output.isEmpty, "\(outcome.status): \(line[0])")
            } else {
                #expect(outcome.status == .success, "\(line[0])")
                #expect(Hex.text(outcome.output) == "0x" + line[1], "\(line[0])")
            }
        }
    }

    /// Whatever comes in, the contract ends well or reverts.
    @Test func anyBytes() async throws {
        let echo = try await Deployed("echo", backend: .interpreter)
        let calls = try Workshop.lines("Vectors/calls.tsv").compactMap { Hex.bytes($0[0]) }
        var random = SeededGenerator(seed: 20_261_126)
        for _ in 0..<2000 {
            var call = calls[Int.random(in: 0..<calls.count, using: &random)]
            for _ in 0..<Int.random(in: 1...6, using: &random) where call.count > 4 {
                // Small numbers where offsets and lengths are.
                call[Int.random(in: 4..<call.count, using: &random)] = UInt8.random(in: 0...96, using: &random)
            }
            let status = try echo.call(call).status
            #expect(status == .success || status == .reverted, "\(status): \(Hex.text(call))")
        }
        for count in 0...3 {
            let outcome = try echo.call([UInt8](repeating: 0, count: count))
            #expect(outcome.status == .reverted && outcome.output.isEmpty)
        }
    }

    /// Python's integers (PolkaABITests/Vectors/make-numbers.py), on the machine of contracts.
    @Test(arguments: Backend.all)
    func numbers(_ backend: Backend) async throws {
        let operations = [
            "add", "subtract", "multiply", "divide", "remainder", "addmod", "mulmod", "muldiv", "power", "root", "left",
            "right", "wrappingmultiply", "less",
        ]
        let numbers = try await Deployed("numbers", backend: backend)
        for line in try Workshop.lines("../PolkaABITests/Vectors/numbers.tsv") {
            let operation = try #require(operations.firstIndex(of: line[0]))
            let operands = try line[1...3].map { try #require(U256($0, radix: 16)) }
            let outcome = try numbers.call(
                "compute(uint64,uint256,uint256,uint256)", [U256(operation)] + operands)
            let result = U256(line[4], radix: 16)
            let expected = [result == nil ? 0 : 1, result ?? 0].flatMap(\.bigEndianBytes)
            #expect(outcome.status == .success && outcome.output == expected, "\(line)")
        }
    }

    /// Python's integers (Vectors/make-signed.py); what does not fit traps.
    @Test func signedNumbers() async throws {
        let operations = ["add", "subtract", "multiply", "divide", "remainder", "less"]
        let numbers = try await Deployed("numbers", backend: .interpreter)
        func word(_ text: String) throws -> U256 {
            let magnitude = try #require(U256(text.hasPrefix("-") ? String(text.dropFirst()) : text))
            return text.hasPrefix("-") ? 0 &- magnitude : magnitude
        }
        for line in try Workshop.lines("Vectors/signed.tsv") {
            let operation = try #require(operations.firstIndex(of: line[0]))
            let outcome = try numbers.call(
                "signed(uint64,int256,int256)", [U256(operation), word(line[1]), word(line[2])])
            if line[3] == "none" {
                guard case .trapped = outcome.status else {
                    Issue.record("\(outcome.status): \(line)")
                    continue
                }
            } else {
                let expected = try ABIEncoder.encode(
                    [.signed(word(line[3])), .string(line[3])], as: types("int256,string"))
                #expect(outcome.status == .success && outcome.output == expected, "\(line)")
            }
        }
    }

    @Test func numbersAsText() async throws {
        let numbers = try await Deployed("numbers", backend: .interpreter)
        for line in try Workshop.lines("../PolkaABITests/Vectors/numbers.tsv").prefix(60) {
            let number = try #require(U256(line[1], radix: 16))
            let decimal = String(number, radix: 10)
            let expected = try ABIEncoder.encode(
                [.string(decimal), .string(decimal), .string("0x" + line[1])], as: types("string,string,string"))
            #expect(try numbers.call("text(uint256)", [number]).output == expected, "\(number)")
        }
    }

    // MARK: Storage

    private func word(_ number: U256) -> [UInt8] { number.bigEndianBytes }
    private func slot(_ number: U256) -> Hash256 { Hash256(bigEndian: number) }
    /// Where Solidity has the value under a key of a map.
    private func entry(_ key: U256, _ slot: Hash256) -> Hash256 { Hash256(keccakOf: word(key) + slot.bytes) }
    private func contents(_ slot: Hash256, _ offset: U256) -> Hash256 {
        Hash256(bigEndian: Hash256(keccakOf: slot.bytes).bigEndian &+ offset)
    }

    @Test(arguments: [
        "", "short", "thirty-one bytes of text, no mo", "thirty-two bytes of text, all in",
        "thirty-two bytes of text, and one",
    ])
    func layout(_ title: String) async throws {
        let shelf = try await Deployed("shelf", backend: .interpreter)
        func storage(_ key: Hash256) -> [UInt8]? { shelf.chain.storage(at: shelf.address, key: key) }
        let keeper: U256 = 0x1122_3344_5566_7788_99aa_bbcc_ddee_ff00_1122_3344
        let text = Array(title.utf8)
        // A longer one first: what it leaves behind would show.
        for title in [String(repeating: "x", count: 200), title] {
            let input = try ABIEncoder.encode(
                [.address(#require(Address(bytes: word(keeper).suffix(20)))), .string(title)],
                as: types("address,string"))
            let outcome = try shelf.call(selector("fill(address,string)") + input)
            #expect(outcome.status == .success)
            if title != String(decoding: text, as: UTF8.self) { _ = try shelf.call("drop()") }
        }
        #expect(storage(slot(0)) == word(.max - 3))
        #expect(storage(slot(1)) == word(1))
        #expect(storage(slot(2)) == word(keeper))
        #expect(storage(slot(3)) == word(0x0102_0304))
        #expect(storage(slot(4)) == word(.max - 1))
        #expect(storage(entry(keeper, slot(6))) == word(14))
        #expect(storage(entry(5, entry(3, slot(7)))) == word(1))
        #expect(storage(slot(8)) == word(3))
        #expect(storage(contents(slot(8), 0)) == word(10))
        #expect(storage(contents(slot(8), 2)) == word(12))
        for slot in [slot(5), entry(1, slot(9))] {
            if text.count < 32 {
                let expected = text + [UInt8](repeating: 0, count: 31 - text.count) + [UInt8(2 * text.count)]
                #expect(storage(slot) ?? word(0) == expected)
            } else {
                #expect(storage(slot) == word(U256(2 * text.count + 1)))
                #expect(storage(contents(slot, 0)) == Array(text[..<32]))
                let rest = Array(text[32...])
                #expect(storage(contents(slot, 1)) ?? word(0) == rest + [UInt8](repeating: 0, count: 32 - rest.count))
            }
            let used = text.count < 32 ? 0 : (text.count + 31) / 32
            for index in used..<7 { #expect(storage(contents(slot, U256(index))) == nil) }
        }
        let read = try shelf.call("read()")
        #expect(read.status == .success)
        #expect(Array(read.output.prefix(64)) == word(.max - 3) + word(1))
    }

    /// Solidity hashes fixed bytes as the ABI has them, at the front of the word (slot 10; the hash by eth-hash).
    @Test func bytesAsKeys() async throws {
        let shelf = try await Deployed("shelf", backend: .interpreter)
        #expect(try shelf.call("mark(bytes4,uint256)", [0x0102_0304 << 224, 7]).status == .success)
        let key = try #require(U256("b114b9f9363e572c66bcd308f000b65d0aba12ca939b70ba534cca146508bff8", radix: 16))
        #expect(shelf.chain.storage(at: shelf.address, key: slot(key)) == word(7))
    }

    /// A text that goes takes with it the slots that only it has filled.
    @Test func lastTextOfList() async throws {
        let shelf = try await Deployed("shelf", backend: .interpreter)
        let text = try ABIEncoder.encode([.string(String(repeating: "x", count: 65))], as: types("string"))
        #expect(try shelf.call(selector("push(string)") + text).status == .success)
        let element = contents(slot(11), 0)
        let places = [slot(11), element] + (0..<3).map { contents(element, $0) }
        for place in places { #expect(shelf.chain.storage(at: shelf.address, key: place) != nil) }
        #expect(try shelf.call("pop()").status == .success)
        for place in places { #expect(shelf.chain.storage(at: shelf.address, key: place) == nil) }
    }

    /// Solidity's panic for a length that neither form of a text has.
    @Test func damagedText() async throws {
        let shelf = try await Deployed("shelf", backend: .interpreter)
        for mark: U256 in [64, 254, 1, 63] {
            try shelf.chain.setStorage(word(mark), at: shelf.address, key: slot(5))
            let panic = try shelf.call("readTitle()")
            #expect(panic.status == .reverted && panic.output == [0x4e, 0x48, 0x7b, 0x71] + word(0x22), "\(mark)")
        }
        for mark: U256 in [62, 65] {
            try shelf.chain.setStorage(word(mark), at: shelf.address, key: slot(5))
            #expect(try shelf.call("readTitle()").status == .success, "\(mark)")
        }
    }

    /// A call of a function needs a contract, whether it has results or not; value and data of any kind do not.
    @Test func callsOfNobody() async throws {
        let caller = try await Deployed("caller", backend: .interpreter)
        for function in ["feed", "tryFeed", "ask"] {
            #expect(try caller.call("\(function)(address)", [0xb0b]).status == .reverted, "\(function)")
        }
        let target = word(0xb0b)
        #expect(try caller.call(selector("pay(address)") + target, value: 5).status == .success)
        #expect(try caller.call(selector("send(address)") + target, value: 6).output == word(1))
        #expect(caller.chain.balance(of: try #require(Address(bytes: target.suffix(20)))) == 11)
    }

    /// Names that generated code might use, and keywords: the contract compiles, and does what it says.
    @Test func wordsAsNames() async throws {
        let input = try ABIEncoder.encode([.unsigned(7), .string("text")], as: types("uint256,string"))
        let words = try await Deployed("words", backend: .interpreter, input: input)
        #expect(try words.call("reference()").output == word(7))
        #expect(try words.call("revert(uint256)", [9]).status == .success)
        #expect(try words.call("reference()").output == word(9))
        let values = try ABIEncoder.encode([.unsigned(1), .string("no")], as: types("uint256,string"))
        let refused = try words.call(selector("refuse(uint256,string)") + values)
        #expect(refused.status == .reverted && refused.output == selector("Body(uint256,string)") + values)
        let code = try #require(words.chain.codeHash(at: words.address))
        let copied = try words.call(selector("copy(bytes32,uint256)") + code.bytes + word(3))
        #expect(copied.status == .success && copied.output == word(6))
    }

    @Test func otherMessages() async throws {
        let shelf = try await Deployed("shelf", backend: .interpreter)
        #expect(try shelf.call([], value: 5).status == .success)
        #expect(shelf.chain.balance(of: shelf.address) == 5)
        #expect(try shelf.call([9, 9, 9, 9], value: 1).output == [1, 2, 3])
        #expect(try shelf.call([9]).output == [1, 2, 3])
        #expect(try shelf.call(selector("drop()"), value: 1).status == .reverted)
        // Solidity's panic for an empty array.
        let panic = try shelf.call("drop()")
        #expect(panic.status == .reverted && panic.output == [0x4e, 0x48, 0x7b, 0x71] + word(0x31))
        let input = try ABIEncoder.encode([.address(.zero), .string("")], as: types("address,string"))
        for _ in 0..<2 { #expect(try shelf.call(selector("fill(address,string)") + input).status == .success) }
        let full = try shelf.call(selector("fill(address,string)") + input)
        #expect(full.status == .reverted && full.output == selector("Full(uint64)") + word(4))
    }
}
