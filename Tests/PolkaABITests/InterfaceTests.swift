// Declarations: lines, JSON, selectors, events, reasons to revert.

import PolkaABI
import Testing

private let token = """
    // A token.
    constructor(string name, uint256 supply) payable
    struct Order { address maker; uint256[2] amounts; }
    function transfer(address to, uint256 amount) external returns (bool);
    function balanceOf(address owner) view returns (uint256)
    function fill(
        Order[] orders,   // several
        (bool all, bytes data) options
    ) payable
        returns (uint256 filled, Order[] rest)
    event Transfer(address indexed from, address indexed to, uint256 value)
    event Named(string indexed name, Order order) anonymous
    error Insufficient(uint256 have)
    error Halted()
    fallback() external payable
    receive() external payable
    """

@Suite struct InterfaceTests {
    @Test func selectorsAndTopics() throws {
        for line in try vectors("hashes") {
            let abi = try ContractABI(lines: "function \(line[0])\nevent \(line[0])\nerror \(line[0])")
            let hash = try bytes(line[1])
            #expect(abi.functions.first?.signature == line[0])
            #expect(abi.functions.first?.selector == hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
            #expect(abi.errors.first?.selector == abi.functions.first?.selector)
            #expect(abi.events.first?.topic.bytes == hash)
        }
    }

    @Test func linesAreRead() throws {
        let abi = try ContractABI(text: token)
        #expect(abi.constructor?.isPayable == true)
        #expect(abi.functions.map(\.name) == ["balanceOf", "fill", "transfer"])
        let fill = try abi.function("fill")
        #expect(fill.signature == "fill((address,uint256[2])[],(bool,bytes))")
        #expect(fill.inputs[0].internalType == "struct Order[]")
        #expect(fill.mutability == .payable)
        #expect(
            fill.declaration
                == "function fill((address maker, uint256[2] amounts)[] orders, (bool all, bytes data) options) payable"
                + " returns (uint256 filled, (address maker, uint256[2] amounts)[] rest)")
        #expect(abi.events.map(\.topicCount) == [1, 3])
        #expect(abi.fallback == .payable && abi.receivesValue)
        // As a program has them: records with zeros in between.
        #expect(
            try ContractABI(lines: "\0\0function a()\n\0\0\0event B()\n\0")
                == ContractABI(lines: "function a()\nevent B()"))
        #expect(try ContractABI(lines: "") == ContractABI())
    }

    @Test func jsonAndLinesSayTheSame() throws {
        let abi = try ContractABI(text: token)
        #expect(try ContractABI(text: abi.json) == abi)
        #expect(try ContractABI(json: "{\"bytecode\": \"0x\", \"abi\": \(abi.json)}") == abi)
        #expect(try ContractABI(json: ContractABI().json).isEmpty)
        let lines = try ContractABI(lines: abi.lines.joined(separator: "\n"))
        #expect(lines.lines == abi.lines)
        #expect(lines.functions.map(\.selector) == abi.functions.map(\.selector))
    }

    /// The form that compilers write: <https://docs.soliditylang.org/en/latest/abi-spec.html#json>.
    @Test func jsonHasTheStandardForm() throws {
        let abi = try ContractABI(
            lines: """
                constructor(uint256 supply)
                function f((uint8 x, string y)[2][] values) view returns (bool)
                event E(address indexed a, bytes b)
                error No(int8)
                """)
        #expect(
            abi.json == """
                [
                  {"type": "constructor", "inputs": [{"name": "supply", "type": "uint256"}], "stateMutability": "nonpayable"},
                  {"type": "function", "name": "f", "inputs": [{"name": "values", "type": "tuple[2][]", "components": \
                [{"name": "x", "type": "uint8"}, {"name": "y", "type": "string"}]}], "outputs": \
                [{"name": "", "type": "bool"}], "stateMutability": "view"},
                  {"type": "event", "name": "E", "inputs": [{"name": "a", "type": "address", "indexed": true}, \
                {"name": "b", "type": "bytes", "indexed": false}], "anonymous": false},
                  {"type": "error", "name": "No", "inputs": [{"name": "", "type": "int8"}]}
                ]

                """)
    }

    @Test(arguments: [
        ("function f(uint7 a)", "1:12: expected a type of the contract ABI, found 'uint7'"),
        ("function f(uint8[0] a)", "1:18: expected ']' or the number of elements, found '0'"),
        ("function f(uint8 a", "1:19: expected ',' or ')', found the end of the text"),
        ("function 1f()", "1:10: expected the function's name, found '1f'"),
        (
            "function f() fast",
            "1:14: expected one of view, pure, payable, returns, or the end of the declaration, found 'fast'"
        ),
        ("\n  what is this", "2:3: expected a declaration, found 'what'"),
        ("function f()\nfunction f() view", "2:1: expected declarations that differ in their signatures, found"),
        (
            "event E(uint8 indexed a, uint8 indexed b, uint8 indexed c, uint8 indexed d)",
            "1:1: expected at most 3 indexed"
        ),
        ("function f(uint8 indexed a)", "1:18: expected a name, found 'indexed'"),
        ("function f(uint256[100000000] a)", "1:12: expected a value of at most 16777216 bytes"),
        ("function f(() a)", "1:12: expected a tuple of at least one part"),
        ("function f(uint8 a, uint8 a)", "1:21: expected names that differ"),
        ("function f(" + String(repeating: "(", count: 40), "1:28: expected at most 16 types in each other"),
        (
            "function f(uint8" + String(repeating: "[]", count: 16) + " a)",
            "1:12: expected at most 16 types in each other"
        ),
        ("struct S { uint8 a }", "1:20: expected ';' behind the part, found '}'"),
        ("function f() ü", "1:14: expected a declaration, found the byte 0xc3"),
        // Two signatures with one selector (found by search, 2018).
        (
            "function transfer(address,uint256)\nfunction many_msg_babbage(bytes1)",
            "2:1: expected declarations that differ"
        ),
    ])
    func mistakesInLinesHaveAPlace(_ text: String, _ message: String) {
        let description = failure { try ContractABI(lines: text) }?.description ?? "no error"
        #expect(description.hasPrefix(message), "\(description)")
    }

    @Test(arguments: [
        ("[{]", "1:3: expected a text in quotes, found ']'"),
        ("{\"x\": 1}", "1:1: expected an object with the key 'abi', found an object"),
        ("[\n 5]", "2:2: expected a declaration, an object, found the number 5"),
        ("[{\"type\": \"function\"}]", "1:2: expected an object with a 'name', found an object"),
        ("[{\"type\": \"modifier\"}]", "1:11: expected one of constructor, function"),
        (
            "[{\"type\":\"function\",\"name\":\"f\",\"inputs\":[{\"type\":\"tuple\"}]}]",
            "1:42: expected a tuple of at least one"
        ),
        (
            "[{\"type\":\"function\",\"name\":\"f\",\"inputs\":[{\"type\":\"uint8[-1]\"}]}]",
            "1:42: expected a type of the contract"
        ),
        (
            "[{\"type\":\"function\",\"name\":\"f\",\"inputs\":[{\"type\":\"uint8[\"}]}]",
            "1:42: expected a type of the contract"
        ),
        ("[{\"type\":\"function\",\"name\":\"f\",\"stateMutability\":\"x\"}]", "1:50: expected one of pure, view"),
    ])
    func mistakesInJSONHaveAPlace(_ text: String, _ message: String) {
        let description = failure { try ContractABI(json: text) }?.description ?? "no error"
        #expect(description.hasPrefix(message), "\(description)")
    }

    @Test func anyTextIsReadOrRefused() throws {
        var random = SystemRandom(state: 3)
        let abi = try ContractABI(text: token)
        for source in [token, abi.json] {
            let original = Array(source.utf8)
            for _ in 0..<2000 {
                var text = original
                for _ in 0...(random.next() % 3) {
                    let place = Int(random.next() % UInt64(text.count))
                    switch random.next() % 3 {
                    case 0: text.remove(at: place)
                    case 1: text.insert(original[Int(random.next() % UInt64(original.count))], at: place)
                    default: text[place] = UInt8(truncatingIfNeeded: random.next())
                    }
                }
                if let read = try? ContractABI(text: String(decoding: text, as: UTF8.self)) {
                    #expect(try ContractABI(json: read.json) == read)
                }
            }
        }
    }

    @Test func callsAndResults() throws {
        let abi = try ContractABI(text: token)
        let transfer = try abi.function("transfer")
        let data = try transfer.callData(
            ABIValue.values(["0x00000000000000000000000000000000000000aa", "1e18"], as: transfer.inputs))
        // By eth-abi.
        #expect(
            Hex.text(data) == "0xa9059cbb00000000000000000000000000000000000000000000000000000000000000aa"
                + "0000000000000000000000000000000000000000000000000de0b6b3a7640000")
        #expect(try transfer.arguments(of: data)[1] == .unsigned(1_000_000_000_000_000_000))
        #expect(failure { try transfer.arguments(of: [1, 2]) }?.kind == .unknown)
        #expect(try transfer.results(of: U256(1).bigEndianBytes) == [.boolean(true)])
        #expect(
            failure { try abi.function("transfr") }?.description
                == "expected one of balanceOf, fill, transfer, found 'transfr'")
        let overloaded = try ContractABI(lines: "function f(uint8 a)\nfunction f(bool a)\nfunction f()")
        #expect(try overloaded.function("f", argumentCount: 0).signature == "f()")
        #expect(try overloaded.function("f(bool)").signature == "f(bool)")
        #expect(failure { try overloaded.function("f", argumentCount: 1) }?.kind == .unknown)
    }

    @Test func eventsAreRead() throws {
        let abi = try ContractABI(
            lines: """
                event Transfer(address indexed from, address indexed to, uint256 value)
                event Transfer(address indexed from, address indexed to, uint256 indexed id)
                event Named(string indexed name, uint256[] indexed list, string text)
                """)
        let from = try #require(Address("0x00000000000000000000000000000000000000aa"))
        let values: [ABIValue] = [.address(from), .address(.zero), .unsigned(5)]
        for transfer in abi.events where transfer.name == "Transfer" {
            let log = try transfer.log(values)
            let decoded = try #require(abi.event(topics: log.topics, data: log.data))
            #expect(decoded.event == transfer)
            #expect(decoded.values == values.map { .value($0) })
        }
        let named = try #require(abi.events.first { $0.name == "Named" })
        let log = try named.log([.string("abc"), .array([.unsigned(1), .unsigned(2)]), .string("x")])
        // keccak("abc"), and keccak of two words, by eth-hash.
        #expect(log.topics[1].description == "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
        #expect(log.topics[2].description == "0xe90b7bceb6e7df5418fb78d8ee546e97c83a08bbccc01a0644d599ccd2a7c2e0")
        #expect(
            abi.event(topics: log.topics, data: log.data)?.description
                == "Named(name: keccak \(log.topics[1]), list: keccak \(log.topics[2]), text: \"x\")")
        #expect(abi.event(topics: Array(log.topics.dropLast()), data: log.data) == nil)
        #expect(abi.event(topics: [], data: []) == nil)
        #expect(failure { try DecodedEvent(named, topics: [], data: []) }?.kind == .unknown)
        let dirty = [named.topic, Hash256.zero, .zero]
        #expect(failure { try DecodedEvent(named, topics: dirty, data: [1]) }?.kind == .truncated)
    }

    @Test func reasonsToRevert() throws {
        let abi = try ContractABI(text: token)
        // Error("no"), Panic(0x11) by eth-abi.
        let message =
            "0x08c379a0" + "0000000000000000000000000000000000000000000000000000000000000020"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "6e6f000000000000000000000000000000000000000000000000000000000000"
        #expect(RevertReason(try bytes(message)) == .message("no"))
        let panic = "0x4e487b710000000000000000000000000000000000000000000000000000000000000011"
        #expect(RevertReason(try bytes(panic)).description == "arithmetic overflow or underflow (panic 0x11)")
        #expect(RevertReason(try bytes(String(panic.dropLast(2)) + "99")).description == "panic 0x99")
        let custom = try #require(abi.errors.last).data([.unsigned(7)])
        #expect(RevertReason(custom, abi).description == "Insufficient(have: 7)")
        #expect(RevertReason(custom) == .other(custom))
        #expect(RevertReason([]) == RevertReason.none)
        #expect(RevertReason([1, 2]) == .other([1, 2]))
        for length in 4..<100 { #expect(RevertReason(Array(try bytes(message).prefix(length))) != .none) }
    }
}
