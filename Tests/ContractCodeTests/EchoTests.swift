// Contracts of generated code, run on a chain: what they read and write is what eth-abi reads and writes (PolkaABITests/Vectors).

import ContractCode
import Foundation
import PolkaABI
import PolkaBuild
import PolkaJIT
import PolkaRevive
import PolkaVM
import SystemPackage
import Testing

@Suite struct EchoTests {
    private static let alice = Address("0x00000000000000000000000000000000000000aa") ?? .zero

    /// Lines of a table of vectors.
    private static func vectors(_ name: String) throws -> [[String]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "PolkaABITests/Vectors/\(name).tsv")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Functions for what the header says is to be written: each returns what it was given.
    private static func echoes(_ header: String) -> String {
        let lines = header.split(separator: "\n", omittingEmptySubsequences: false)
        var text = "#include \"echo_abi.h\"\n"
        for (comment, line) in zip(lines, lines.dropFirst()) where comment.hasPrefix("/// function ") {
            guard line.hasSuffix(");"), let open = line.firstIndex(of: "("),
                let type = line[..<open].split(separator: " ").first
            else { continue }
            let names = line[line.index(after: open)...].dropLast(2).split(separator: ",").compactMap {
                $0.split(separator: " ").last
            }
            let value =
                names.count == 1 ? String(names[0]) : "(\(type)){\(names.joined(separator: ", "))}"
            text += "\(line.dropLast()) { return \(value); }\n"
        }
        return text
    }

    private static func build(_ interface: String, _ sources: (ContractCode) -> String) async throws -> [UInt8] {
        let folder = FilePath(NSTemporaryDirectory()).appending("pvm-echo-\(UInt64.random(in: 0 ... .max))")
        defer { Files.removeFolder(folder) }
        try Files.makeFolder(folder.appending("Sources"))
        func write(_ text: String, _ name: String) throws {
            try Files.write(Array(text.utf8), to: folder.appending("Sources/\(name)"))
        }
        let code = try ContractCode(interface, file: "echo.abi")
        try write(code.header, "echo_abi.h")
        try write(try #require(code.source), "echo_abi.c")
        try write(sources(code), "echo.c")
        let installation = try Installation.locate()
        let sdk = try await GuestSDK.locate(installation) { _ in }
        let options = BuildOptions(target: .revive, optimization: .speed, colorDiagnostics: false)
        let products = try await Builder(installation, sdk, Toolchain(), options) { _ in }.build(Project(folder: folder))
        #expect(products.warnings == [])
        #expect(try ContractInterface.read(elf: products.elf) == ContractABI(lines: interface))
        return products.result.blob.serialized()
    }

    private static func deploy(_ code: [UInt8], _ input: [UInt8] = []) throws -> (Chain, Address) {
        let chain = Chain(engine: Engine())
        try chain.setBalance(U256.max >> 1, of: alice)
        let outcome = try chain.execute(Transaction(from: alice, target: .create(code: code, salt: nil), input: input))
        #expect(outcome.status == .success)
        return (chain, try #require(outcome.created))
    }

    @Test func valuesGoThroughAsTheyAre() async throws {
        let vectors = try Self.vectors("values").prefix(220)
        let interface = vectors.enumerated().map { "function f\($0)\($1[0]) returns \($1[0])" }.joined(separator: "\n")
        let code = try await Self.build(interface) { Self.echoes($0.header) }
        let (chain, address) = try Self.deploy(code)
        let functions = try ContractABI(lines: interface).functions
        for (index, vector) in vectors.enumerated() {
            let function = try #require(functions.first { $0.name == "f\(index)" })
            let data = try #require(Hex.bytes(vector[2]))
            let selector = function.selector
            let input = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: selector >> UInt32($0)) } + data
            func call(_ input: [UInt8]) throws -> PolkaRevive.Outcome {
                try chain.call(Transaction(from: Self.alice, target: .call(address), input: input))
            }
            let outcome = try call(input)
            #expect(outcome.status == .success, "\(function.declaration)")
            #expect(outcome.output == data, "\(function.declaration)")
            // What ends early is refused, wherever it ends.
            for length in [input.count - 1, input.count / 2, 35] where length < input.count {
                #expect(try call(Array(input[..<length])).status == .reverted, "\(function.declaration) \(length)")
            }
        }
    }

    @Test func whatIsDamagedIsRefused() async throws {
        let vectors = try Self.vectors("damaged").filter { $0[2] == "refused" }.prefix(120)
        let interface = vectors.enumerated().map { "function f\($0)\($1[0]) returns \($1[0])" }.joined(separator: "\n")
        let code = try await Self.build(interface) { Self.echoes($0.header) }
        let (chain, address) = try Self.deploy(code)
        for (index, vector) in vectors.enumerated() {
            let function = try #require(ContractABI(lines: interface).functions.first { $0.name == "f\(index)" })
            let types = try ABIType(vector[0])
            let data = try #require(Hex.bytes(vector[1]))
            let selector = function.selector
            let input = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: selector >> UInt32($0)) } + data
            let outcome = try chain.call(Transaction(from: Self.alice, target: .call(address), input: input))
            // What only text in UTF-8 breaks goes through: contracts take text as bytes.
            if case .tuple(let parts) = types {
                do {
                    _ = try ABIDecoder.decode(data, as: parts)
                    Issue.record("\(vector[0]) was not refused")
                } catch {
                    if error.kind == .encoding { continue }
                }
            }
            #expect(outcome.status == .reverted, "\(vector[0]) \(vector[1])")
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
        let code = try await Self.build(interface) { _ in
            """
            #include "echo_abi.h"
            void echo_constructor(pvm_bytes name, pvm_array numbers) {
                pvm_store_bytes(pvm_slot(0), name);
                for (uint32_t i = 0; i < numbers.count; i++)
                    pvm_store_uint64(pvm_array_slot(pvm_slot(1), i), pvm_element_uint64(numbers, i));
            }
            void echo_tell(uint8_t a, pvm_bytes s, pvm_array list, echo_order order) {
                echo_emit_told(a, s, list, order);
                echo_emit_nothing();
                echo_emit_hashed(order, (bytes4){{1, 2, 3, 4}}, -5, true);
            }
            void echo_fail(echo_order order, int16_t code) { echo_revert_failed(order, code); }
            u256 echo_pay(void) { return pvm_value(); }
            echo_relay_result echo_relay(address to, pvm_array orders) {
                const echo_orders_result result = echo_call_orders(to, pvm_value(), orders);
                return (echo_relay_result){result.last, result.count};
            }
            echo_orders_result echo_orders(pvm_array orders) {
                pvm_require(orders.count > 0, "no orders");
                return (echo_orders_result){echo_order_at(orders, orders.count - 1), pvm_value()};
            }
            uint8_t echo_over_uint8(uint8_t a) { return a; }
            uint8_t echo_over_bool(bool a) { return a ? 101 : 100; }
            void echo_receive(void) { pvm_revert("thanks, no"); }
            void echo_fallback(void) { pvm_return(pvm_load_bytes(pvm_slot(0))); }
            """
        }
        let abi = try ContractABI(lines: interface)
        let constructor = try #require(abi.constructor)
        for name in ["", "short", String(repeating: "long ", count: 20)] {
            let input = try constructor.data([.string(name), .array([.unsigned(7), .unsigned(8)])])
            let (chain, first) = try Self.deploy(code, input)
            func call(
                _ function: String, _ arguments: [ABIValue], value: U256 = .zero, to target: Address? = nil
            ) throws -> PolkaRevive.Outcome {
                try chain.execute(
                    Transaction(
                        from: Self.alice, target: .call(target ?? first), value: value,
                        input: abi.function(function).callData(arguments)))
            }
            let raw = try chain.execute(
                Transaction(from: Self.alice, target: .call(first), input: Array("what is this".utf8)))
            #expect(raw.status == .success && raw.output == Array(name.utf8))
            let sent = try chain.execute(Transaction(from: Self.alice, target: .call(first), value: 5))
            #expect(sent.status == .reverted && RevertReason(sent.output) == .message("thanks, no"))

            let order = ABIValue.tuple([.address(Self.alice), .unsigned(.max), .string("why")])
            let list = ABIValue.array([.unsigned(1), .unsigned(2)])
            let told = try call("tell", [.unsigned(9), .string("abc"), list, order])
            #expect(told.status == .success)
            let expected = try [
                #require(abi.events.first { $0.name == "Told" }).log([.unsigned(9), .string("abc"), list, order]),
                #require(abi.events.first { $0.name == "Nothing" }).log([]),
                #require(abi.events.first { $0.name == "Hashed" })
                    .log([order, .bytes([1, 2, 3, 4]), .signed(-5), .boolean(true)]),
            ]
            #expect(told.events.map(\.topics) == expected.map(\.topics))
            #expect(told.events.map(\.data) == expected.map(\.data))

            let failed = try call("fail", [order, .signed(-3)])
            #expect(failed.status == .reverted)
            #expect(RevertReason(failed.output, abi) == .custom(try #require(abi.errors.first), [order, .signed(-3)]))
            #expect(try call("fail", [order, .signed(-3)], value: 1).output == [])
            #expect(try call("pay", [], value: 77).output == U256(77).bigEndianBytes)
            #expect(try call("over(uint8)", [.unsigned(5)]).output == U256(5).bigEndianBytes)
            #expect(try call("over(bool)", [.boolean(true)]).output == U256(101).bigEndianBytes)

            let second = try chain.execute(
                Transaction(from: Self.alice, target: .create(code: code, salt: nil), value: 3, input: input))
            let other = try #require(second.created)
            let relayed = try call("relay", [.address(other), .array([order, order])], value: 12)
            #expect(relayed.status == .success)
            #expect(try abi.function("relay").results(of: relayed.output) == [order, .unsigned(12)])
            let empty = try call("relay", [.address(other), .array([])])
            #expect(empty.status == .reverted && RevertReason(empty.output) == .message("no orders"))
            let nobody = try call("relay", [.address(Self.alice), .array([order])])
            #expect(nobody.status == .reverted && RevertReason(nobody.output) == .message("not a contract"))
        }
    }
}
