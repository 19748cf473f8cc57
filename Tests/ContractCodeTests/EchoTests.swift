// Contracts of generated code, run on a chain: what they read and write is what eth-abi reads and writes (PolkaABITests/Vectors).

import ContractCode
import PolkaABI
import PolkaRevive
import Testing

@Suite struct EchoTests {
    /// Functions for what the header says is to be written: each returns what it was given.
    private static func echoes(_ header: String) -> String {
        let lines = header.split(separator: "\n", omittingEmptySubsequences: false)
        var text = "#include \"echo_abi.h\"\n"
        for (comment, line) in zip(lines, lines.dropFirst()) where comment.hasPrefix("/// function ") {
            guard line.hasSuffix(");"), let open = line.firstIndex(of: "("),
                let type = line[..<open].split(separator: " ").first
            else { continue }
            let values = line[line.index(after: open)...].dropLast(2).split(separator: ",").compactMap {
                $0.split(separator: " ").last.map(String.init)
            }
            let value = values.count == 1 ? values[0] : "(\(type)){\(values.joined(separator: ", "))}"
            text += "\(line.dropLast()) { return \(value); }\n"
        }
        return text
    }

    @Test func valuesGoThroughAsTheyAre() async throws {
        let lines = try vectors("PolkaABITests/Vectors/values").prefix(220)
        let interface = lines.enumerated().map { "function f\($0)\($1[0]) returns \($1[0])" }.joined(separator: "\n")
        let code = try await Contract.build(interface) { Self.echoes($0.header) }
        let (chain, address) = try Contract.deploy(code)
        let functions = try ContractABI(lines: interface).functions
        for (index, vector) in lines.enumerated() {
            let function = try #require(functions.first { $0.name == "f\(index)" })
            let data = try #require(Hex.bytes(vector[2]))
            let selector = function.selector
            let input =
                stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: selector >> UInt32($0)) } + data
            func call(_ input: [UInt8]) throws -> PolkaRevive.Outcome {
                try chain.call(Transaction(from: alice, target: .call(address), input: input))
            }
            let outcome = try call(input)
            #expect(outcome.status == .success, "\(function.declaration)")
            #expect(outcome.output == data, "\(function.declaration)")
            // What ends early is refused, wherever it ends, but within the padding of bytes or text: Solidity's decoder asks for none.
            let padding = finalPadding(of: function.inputTypes, data)
            for length in [input.count - 1, input.count / 2, 35] where length < input.count {
                let outcome = try call(Array(input[..<length]))
                if length >= input.count - padding {
                    #expect(outcome.output == data, "\(function.declaration) \(length)")
                } else {
                    #expect(outcome.status == .reverted, "\(function.declaration) \(length)")
                }
            }
        }
    }

    @Test func whatIsDamagedIsRefused() async throws {
        let lines = try vectors("PolkaABITests/Vectors/damaged").filter { $0[2] == "refused" }.prefix(120)
        let interface = lines.enumerated().map { "function f\($0)\($1[0]) returns \($1[0])" }.joined(separator: "\n")
        let code = try await Contract.build(interface) { Self.echoes($0.header) }
        let (chain, address) = try Contract.deploy(code)
        for (index, vector) in lines.enumerated() {
            let function = try #require(ContractABI(lines: interface).functions.first { $0.name == "f\(index)" })
            let types = try ABIType(vector[0])
            let data = try #require(Hex.bytes(vector[1]))
            let selector = function.selector
            let input =
                stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: selector >> UInt32($0)) } + data
            let outcome = try chain.call(Transaction(from: alice, target: .call(address), input: input))
            // What only text in UTF-8 breaks goes through: contracts take text as bytes.
            if case .tuple(let parts) = types {
                do {
                    _ = try ABIDecoder.decode(data, as: parts)
                    Issue.record("\(vector[0]) was not refused")
                } catch {
                    if error.kind == .encoding { continue }
                    // Nor do they look behind bytes, as Solidity's decoder does not: what they read is what was there undamaged.
                    if error.isOfContentPadding {
                        #expect(outcome.status == .success, "\(vector[0]) \(vector[1])")
                        let lost = zip(outcome.output, data).count { $0 != $1 }
                        #expect(lost <= 1 && outcome.output.count < data.count + 32, "\(vector[0]) \(vector[1])")
                        continue
                    }
                }
            }
            #expect(outcome.status == .reverted, "\(vector[0]) \(vector[1])")
        }
    }

    /// Whatever comes, a contract refuses it or understands what the ABI says; it does not trap.
    @Test func anyCallDataIsReadOrRefused() async throws {
        let lines = try vectors("PolkaABITests/Vectors/values").prefix(100)
        let interface = lines.enumerated().map { "function f\($0)\($1[0]) returns \($1[0])" }.joined(separator: "\n")
        let code = try await Contract.build(interface) { Self.echoes($0.header) }
        let (chain, address) = try Contract.deploy(code)
        let functions = try ContractABI(lines: interface).functions
        var random = SystemRandomNumbers(state: 5)
        for round in 0..<4000 {
            let index = round % lines.count
            let function = try #require(functions.first { $0.name == "f\(index)" })
            var input = try function.callData(function.results(of: #require(Hex.bytes(lines[index][2]))))
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(input.count))
                switch random.next() % 3 {
                case 0: input[place] = UInt8(truncatingIfNeeded: random.next())
                // Words that mean offsets and lengths are small.
                case 1:
                    let words = UInt64((input.count - 4) / 32)
                    if words > 0 { input[35 + 32 * Int(random.next() % words)] = UInt8(random.next() % 8) * 32 }
                default: if input.count > 40 { input.removeLast(Int(random.next() % 33)) }
                }
            }
            let outcome = try chain.call(Transaction(from: alice, target: .call(address), input: input))
            #expect(outcome.status == .success || outcome.status == .reverted, "\(Hex.text(input))")
            // Another function may have been meant in the end.
            guard outcome.status == .success,
                UInt32(function.selector) == input.prefix(4).reduce(0, { $0 << 8 | UInt32($1) })
            else { continue }
            do {
                #expect(try function.arguments(of: input) == function.results(of: outcome.output))
            } catch {
                // Contracts take text as bytes, values that share their bytes, and bytes whatever is behind them.
                #expect(
                    error.kind == .encoding || error.kind == .length || error.isOfContentPadding, "\(error)")
            }
        }
    }

    /// Events, errors, a constructor, value, fallback and calls of another contract: here of itself.
    @Test func everythingElse() async throws {
        let interface = """
            constructor(string name, uint64[] numbers) payable
            struct Order { address maker; uint256 amount; string note; }
            function tell(uint8 a, string s, uint256[] list, Order order)
            function fail(Order order, int16 code)
            function pay() payable returns (uint256)
            function relay(address to, Order[] orders) payable returns (Order last, uint256 count)
            function orders(Order[] orders) payable returns (Order last, uint256 count)
            function over(uint8 a) pure returns (uint8)
            function over(bool a) pure returns (uint8)
            event Told(uint8 indexed a, string indexed s, uint256[] indexed list, Order order)
            event Nothing() anonymous
            event Hashed(Order indexed order, bytes4 indexed b, int8 indexed c, bool d)
            error Failed(Order order, int16 code)
            fallback() payable
            receive() payable
            """
        let code = try await Contract.build(interface) { _ in
            """
            #include "echo_abi.h"
            void echo_constructor(pvm_bytes name, pvm_array numbers) {
                const bytes32 list = pvm_slot(1);
                pvm_set_bytes(0, name);
                for (uint32_t i = 0; i < numbers.count; i++) {
                    const bytes32 slot = pvm_array_slot(&list, i);
                    pvm_store_uint64(&slot, pvm_element_uint64(numbers, i));
                }
            }
            void echo_tell(uint8_t a, pvm_bytes s, pvm_array list, const echo_order *order) {
                echo_emit_told(a, s, list, order);
                echo_emit_nothing();
                echo_emit_hashed(order, &(bytes4){{1, 2, 3, 4}}, -5, true);
            }
            void echo_fail(const echo_order *order, int16_t code) { echo_revert_failed(order, code); }
            u256 echo_pay(void) { return pvm_value(); }
            echo_relay_result echo_relay(const address *to, pvm_array orders) {
                const u256 value = pvm_value();
                const echo_orders_result result = echo_call_orders(to, &value, orders);
                return (echo_relay_result){result.last, result.count};
            }
            echo_orders_result echo_orders(pvm_array orders) {
                pvm_require(orders.count > 0, "no orders");
                return (echo_orders_result){echo_order_at(orders, orders.count - 1), pvm_value()};
            }
            uint8_t echo_over_uint8(uint8_t a) { return a; }
            uint8_t echo_over_bool(bool a) { return a ? 101 : 100; }
            void echo_receive(void) { pvm_revert("thanks, no"); }
            void echo_fallback(void) { pvm_return(pvm_get_bytes(0)); }
            """
        }
        let abi = try ContractABI(lines: interface)
        let constructor = try #require(abi.constructor)
        for name in ["", "short", String(repeating: "long ", count: 20)] {
            let input = try constructor.data([.string(name), .array([.unsigned(7), .unsigned(8)])])
            let (chain, first) = try Contract.deploy(code, input)
            func call(
                _ function: String, _ arguments: [ABIValue], value: U256 = .zero, to target: Address? = nil
            ) throws -> PolkaRevive.Outcome {
                try chain.execute(
                    Transaction(
                        from: alice, target: .call(target ?? first), value: value,
                        input: abi.function(function).callData(arguments)))
            }
            let raw = try chain.execute(
                Transaction(from: alice, target: .call(first), input: Array("what is this".utf8)))
            #expect(raw.status == .success && raw.output == Array(name.utf8))
            let sent = try chain.execute(Transaction(from: alice, target: .call(first), value: 5))
            #expect(sent.status == .reverted && RevertReason(sent.output) == .message("thanks, no"))

            let order = ABIValue.tuple([.address(alice), .unsigned(.max), .string("why")])
            let list = ABIValue.array([.unsigned(1), .unsigned(2)])
            let told = try call("tell", [.unsigned(9), .string("abc"), list, order])
            #expect(told.status == .success)
            let expected = try [
                #require(abi.events.first { $0.name == "Told" }).log([.unsigned(9), .string("abc"), list, order]),
                #require(abi.events.first { $0.name == "Nothing" }).log([]),
                #require(abi.events.first { $0.name == "Hashed" })
                    .log([order, .bytes([1, 2, 3, 4]), .signed(integer: -5), .boolean(true)]),
            ]
            #expect(told.events.map(\.topics) == expected.map(\.topics))
            #expect(told.events.map(\.data) == expected.map(\.data))

            let failed = try call("fail", [order, .signed(integer: -3)])
            #expect(failed.status == .reverted)
            #expect(
                RevertReason(failed.output, abi)
                    == .custom(try #require(abi.errors.first), [order, .signed(integer: -3)]))
            #expect(try call("fail", [order, .signed(integer: -3)], value: 1).output == [])
            #expect(try call("pay", [], value: 77).output == U256(77).bigEndianBytes)
            #expect(try call("over(uint8)", [.unsigned(5)]).output == U256(5).bigEndianBytes)
            #expect(try call("over(bool)", [.boolean(true)]).output == U256(101).bigEndianBytes)

            let second = try chain.execute(
                Transaction(from: alice, target: .create(code: code, salt: nil), value: 3, input: input))
            let other = try #require(second.created)
            let relayed = try call("relay", [.address(other), .array([order, order])], value: 12)
            #expect(relayed.status == .success)
            #expect(try abi.function("relay").results(of: relayed.output) == [order, .unsigned(12)])
            let empty = try call("relay", [.address(other), .array([])])
            #expect(empty.status == .reverted && RevertReason(empty.output) == .message("no orders"))
            let nobody = try call("relay", [.address(alice), .array([order])])
            #expect(nobody.status == .reverted && RevertReason(nobody.output) == .message("not a contract"))
        }
    }
}

/// Numbers that are the same in each run.
private struct SystemRandomNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

extension ABIError {
    /// Whether it is of what lies behind the last byte of bytes or text, which only `pvm` looks at.
    fileprivate var isOfContentPadding: Bool {
        // Of words the padding is found with the whole word, and what is missing is a word.
        switch kind {
        case .padding: found.count < 2 + 2 * 32
        case .truncated: expected.contains("padded to")
        default: false
        }
    }
}

/// How many bytes at the end of an encoding are the padding of bytes or text, which come last if they vary in size.
private func finalPadding(of types: [ABIType], _ data: [UInt8]) -> Int {
    /// The value at the end: the last that varies in size, or none.
    func last(_ types: [ABIType], _ values: [ABIValue]) -> (ABIType, ABIValue)? {
        zip(types, values).reversed().first { $0.0.isDynamic }.map { ($0.0, $0.1) }
    }
    var end = (try? ABIDecoder.decode(data, as: types)).flatMap { last(types, $0) }
    while let (type, value) = end {
        switch (type, value) {
        case (.bytes, .bytes(let bytes)): return (32 - bytes.count % 32) % 32
        case (.string, .string(let text)): return (32 - text.utf8.count % 32) % 32
        case (.array(let element), .array(let values)), (.fixedArray(let element, _), .array(let values)):
            end = last(values.map { _ in element }, values)
        case (.tuple(let members), .tuple(let values)): end = last(members.map(\.type), values)
        default: return 0
        }
    }
    return 0
}
