// JSON-RPC as such: what is no call, batches, notifications, ids, and bodies that nobody can mean.

import PolkaABI
import PolkaAccounts
import Testing

@testable import PolkaNode

@Suite struct JSONRPCTests {
    @Test(arguments: [
        ("", -32700), ("{", -32700), ("{]", -32700), ("\u{feff}{}", -32700), (#"{"a":1,}"#, -32700), ("nul", -32700),
        ("[1,2", -32700), (#"{"jsonrpc":"2.0","method":"eth_chainId","id":01}"#, -32700), (#""\ud800""#, -32700),
        ("1", -32600), ("null", -32600), ("[]", -32600), (#""text""#, -32600), ("{}", -32600),
        (#"{"jsonrpc":"1.0","method":"eth_chainId","id":1}"#, -32600), (#"{"method":"eth_chainId","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1}"#, -32600), (#"{"jsonrpc":"2.0","method":7,"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","id":{}}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","id":[1]}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","id":true}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","params":5,"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","params":{"a":1},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_chainId","params":[1],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getBalance","params":[],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getBalance","params":["0x12"],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":["0x01",false],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":["5",false],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":["latest","yes"],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_sendRawTransaction","params":["0x1"],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_sendRawTransaction","params":["0x"],"id":1}"#, -32000),
        (#"{"jsonrpc":"2.0","method":"eth_sendRawTransaction","params":["0xc0"],"id":1}"#, -32000),
        (#"{"jsonrpc":"2.0","method":"eth_getProof","params":[],"id":1}"#, -32601),
        (#"{"jsonrpc":"2.0","method":"","id":1}"#, -32601),
        (#"{"jsonrpc":"2.0","method":"eth_call","params":[{"to":"0x00","data":"0x"}],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_call","params":[{"data":"0x01","input":"0x02"}],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"eth_getLogs","params":[{"topics":[[],[],[],[],[]]}],"id":1}"#, -32602),
    ])
    func errors(_ body: String, _ code: Int) async throws {
        let answer = try #require(try await TestNode().answer(body))
        #expect(answer["error"]?["code"] == .number("\(code)"), "\(body): \(answer)")
        #expect(answer["result"] == nil)
        #expect(answer["jsonrpc"] == "2.0")
    }

    /// Ids come back as they were written.
    @Test(arguments: [
        "1", "-5", "1.50", "1e400", "123456789012345678901234567890", "\"a\\u0000\\\"b\"", "\"\"", "null",
    ])
    func ids(_ id: String) async throws {
        let answer = try #require(
            try await TestNode().rpc.answer(Array(#"{"jsonrpc":"2.0","method":"net_version","id":\#(id)}"#.utf8)))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"jsonrpc":"2.0","id":\#(id),"result":"420420"}"#)
    }

    @Test func notificationsHaveNoAnswer() async throws {
        let node = try TestNode()
        #expect(try await node.answer(#"{"jsonrpc":"2.0","method":"evm_mine"}"#) == nil)
        #expect(try await node.answer(#"{"jsonrpc":"2.0","method":"nothing"}"#) == nil)
        #expect(
            try await node.answer(
                #"[{"jsonrpc":"2.0","method":"evm_mine"},{"jsonrpc":"2.0","method":"evm_mine","params":{}}]"#) == nil)
        #expect(try await node.number("eth_blockNumber") == 2)
    }

    @Test func batches() async throws {
        let node = try TestNode()
        let answer = try await node.answer(
            """
            [{"jsonrpc":"2.0","method":"eth_blockNumber","id":"a"}, 5, {"jsonrpc":"2.0","method":"evm_mine"},
             {"jsonrpc":"2.0","method":"eth_blockNumber","id":2}, {"jsonrpc":"2.0","method":"none","id":3}]
            """)
        let answers = try #require(answer).items
        #expect(answers.count == 4)
        #expect(answers[0] == ["jsonrpc": "2.0", "id": "a", "result": "0x0"])
        #expect(answers[1]["id"] == .null)
        #expect(answers[1]["error"]?["code"] == .number("-32600"))
        #expect(answers[2] == ["jsonrpc": "2.0", "id": .number("2"), "result": "0x1"])
        #expect(answers[3]["error"]?["code"] == .number("-32601"))
    }

    @Test func batchesHaveALimit() async throws {
        let call = #"{"jsonrpc":"2.0","method":"eth_chainId","id":1}"#
        let node = try TestNode()
        let most = "[" + Array(repeating: call, count: 1000).joined(separator: ",") + "]"
        #expect(try await node.answer(most)?.items.count == 1000)
        let tooMany = "[" + Array(repeating: call, count: 1001).joined(separator: ",") + "]"
        #expect(try await node.answer(tooMany)?["error"]?["code"] == .number("-32600"))
    }

    @Test func nestingHasALimit() async throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(try await TestNode().answer(deep)?["error"]?["code"] == .number("-32700"))
        let objects = String(repeating: #"{"a":"#, count: 100_000)
        #expect(try await TestNode().answer(objects)?["error"]?["code"] == .number("-32700"))
    }

    /// Texts with escapes and letters of all planes come back as they went in.
    @Test func texts() throws {
        let text = "a\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}é\u{2028}😀"
        #expect(try JSON(parsing: JSON.string(text).bytes) == .string(text))
        #expect(try JSON(parsing: Array(#""\ud83d\ude00\u00e9\/\b\f""#.utf8)) == "😀é/\u{8}\u{c}")
        for bad in [#""\ud83d""#, #""\ud83dx""#, #""\ude00""#, #""\x""#, #""\u12""#, "\"\n\"", #"""#] {
            #expect(throws: JSONError.self, "\(bad)") { try JSON(parsing: Array(bad.utf8)) }
        }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xff, 0x22]) }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xc0, 0x80, 0x22]) }
    }

    /// Bodies of pieces of calls in any order: each is answered, by a result or an error, in JSON.
    @Test func fuzzedBodies() async throws {
        let node = try TestNode()
        let token = try await node.deployToken()
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1", "-1e9", #""jsonrpc":"2.0","#, #""id":1,"#,
            #""method":"eth_call","#, #""params":["#, #""0x""#, #""latest""#, "\\", "\u{0}", "é", " ", "0x1", "\\u0000",
        ]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let body = (0..<Int.random(in: 0...14, using: &generator)).map { _ in pieces.randomElement() ?? "" }
                .joined()
            if let answer = await node.rpc.answer(Array(body.utf8)) {
                #expect(throws: Never.self, "\(body)") { try JSON(parsing: answer) }
            }
        }
        // Every method with parameters of every kind, the right ones among them.
        let values: [JSON] = [
            .null, true, .number("1"), .number("-1"), .number("1e99"), "0x", "0x0", "0x1", "0x00", "latest", "pending",
            "earliest", .string("0x" + String(repeating: "f", count: 64)),
            .string("0x" + String(repeating: "f", count: 65)),
            .hash(Token.topic), .address(token), .address(TestNode.accounts[1].address), [], [.null], [[], .null], "é",
            ["fromBlock": "0x0", "toBlock": "0xffffffffffffffff"], ["fromBlock": "latest", "toBlock": "0x0"],
            ["to": .address(token), "data": .data(Token.balance(token))], ["blockHash": .hash(.zero)], [:],
            ["from": .address(TestNode.accounts[0].address), "to": .address(token), "gas": "0xffffffffffffffff"],
            ["from": .address(TestNode.accounts[0].address), "data": .data([0x50, 0x56, 0x4d, 0, 1, 2, 3])],
            ["from": .address(.zero), "value": .quantity(U256.max), "gasPrice": .quantity(U256.max)],
            ["topics": [.hash(Token.topic), .null, [.hash(.zero), .null]]],
            ["blocks": "0x2", "timestamp": .number("1")],
        ]
        for (name, method) in Node.methods {
            for _ in 0..<60 {
                let parameters = (0..<Int.random(in: 0...method.parameterLimit, using: &generator)).map { _ in
                    values.randomElement() ?? .null
                }
                // Closing tens of thousands of blocks is allowed, and takes its time.
                if name.hasSuffix("_mine"), parameters.count > 0 { continue }
                let body: JSON = [
                    "jsonrpc": "2.0", "id": .number("1"), "method": .string(name), "params": .array(parameters),
                ]
                let answer = try JSON(parsing: try #require(await node.rpc.answer(body.bytes)))
                #expect((answer["result"] == nil) != (answer["error"] == nil), "\(body)")
            }
        }
    }
}
