// Contracts as their authors meet them: from `pvm new` to a chain in a file; tests with gas and properties; what is written down of it.

import FoundationEssentials
import PolkaBuild
import SystemPackage
import Testing

@Suite struct ContractTests {
    // MARK: A chain at home

    /// What constructors of the templates get; they give all to who deploys.
    private static let constructors = ["c": ["1000"], "swift": ["Gold", "GLD", "1000"]]

    @Test(arguments: ["c", "swift"])
    func templateOnAChain(_ language: String) async throws {
        let workspace = try Workspace()
        let new = try await workspace.pvm("new", "mytoken", "--language", language, "--template", "contract")
        try #require(new.exitCode == 0, "\(new.errors)")
        let test = try await workspace.pvm("test", "--gas-report", in: "mytoken")
        try #require(test.exitCode == 0, "\(test.output)\(test.errors)")
        for word in ["contract  function", "mytoken   transfer ", "mytoken   constructor ", " 0 failed"] {
            #expect(test.output.contains(word), "\(test.output)")
        }
        let build = try await workspace.pvm("build", "--target", "revive", in: "mytoken")
        #expect(build.output.contains("obeys the 9 rules of revive"), "\(build.output)")
        let check = try await workspace.pvm("check", "build/mytoken.polkavm", "--target", "revive", in: "mytoken")
        #expect(check.exitCode == 0, "\(check.output)")
        // What is deployed has no tests in it, and is as small as it should be.
        let inspection = try await workspace.pvm("inspect", "build/mytoken.polkavm", "--json", in: "mytoken")
        #expect(!inspection.output.contains("test"), "\(inspection.output)")

        func chain(_ words: String...) async throws -> Outcome {
            try await workspace.pvm(
                ["run", "--host", "revive", "--state", "chain.db"] + words, in: "mytoken")
        }
        let arguments = Self.constructors[language] ?? []
        let deploy = try await workspace.pvm(
            ["run", "--host", "revive", "--state", "chain.db", "deploy", "build/mytoken.polkavm"] + arguments,
            in: "mytoken")
        try #require(deploy.exitCode == 0, "\(deploy.errors)")
        #expect(deploy.output.hasPrefix("mytoken at 0x"), "\(deploy.output)")
        #expect(
            deploy.output.contains("Transfer(from: 0x0000000000000000000000000000000000000000, to: alice, value: 1000)")
        )
        #expect(deploy.errors.contains(" gas, block 1"))

        let transfer = try await chain("call", "mytoken", "transfer", "BOB", "100", "--from", "ALICE")
        #expect(transfer.exitCode == 0 && transfer.output.hasPrefix("true\n"), "\(transfer.output)\(transfer.errors)")
        #expect(transfer.output.contains("mytoken: Transfer(from: alice, to: bob, value: 100)"))
        #expect(try await chain("call", "MyToken", "balanceOf", "bob").output == "100\n")
        #expect(try await chain("call", "mytoken", "balanceOf", "alice").output == "900\n")

        // Asking changes nothing, also not the number of the block.
        let refused = try await chain("call", "mytoken", "transfer", "bob", "5", "--from", "eve")
        #expect(refused.exitCode == 2)
        #expect(
            refused.errors.contains("error: reverted: ")
                && refused.errors.contains("InsufficientBalance(sender: eve, balance: 0, needed: 5)"),
            "\(refused.errors)")
        #expect(refused.errors.contains("block 3"))
        let logs = try await chain("logs", "mytoken")
        #expect(logs.output.split(separator: "\n").map { $0.prefix(7) } == ["block 1", "block 2"], "\(logs.output)")
        let none = try await chain("call", "mytoken", "transfer", "bob", "1", "--gas", "300")
        #expect(none.exitCode == 3 && none.errors.contains("out-of-gas"), "\(none.errors)")

        let json = try await chain("call", "mytoken", "transfer", "bob", "1", "--json")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(json.output.utf8))
        #expect(answer.status == "finished" && answer.results == ["true"] && answer.gas_used > 1000)
        #expect(answer.events.map(\.name) == ["Transfer"] && answer.events.first?.arguments["value"] == "1")
    }

    private struct Answer: Decodable {
        struct Event: Decodable {
            let name: String?
            let arguments: [String: String]
        }
        let status: String
        let results: [String]
        let gas_used: Int
        let events: [Event]
    }

    /// Counts; two functions, an error, an event.
    private static let counter = """
        #include <pvm_revive.h>
        #include <pvm_revive_test.h>
        #include <stdio.h>
        static const uint8_t key[32] = {1}, zero[32];
        PVM_EXPORT(void, deploy) {}
        PVM_EXPORT(void, call) {
            uint8_t word[32], selector[4];
            revive_get_storage_or_zero(0, key, word);
            revive_call_data_copy(selector, 4, 0);
            if (selector[0] == 1) { word[0]++; revive_set_storage_or_clear(0, key, word); }
            if (selector[0] == 2) PVM_TRAP();
            revive_seal_return(0, word, 32);
        }
        static uint8_t alice[20], counter[20];
        static uint64_t packed(const void *high, const void *low) {
            return (uint64_t)(uintptr_t)high << 32 | (uint32_t)(uintptr_t)low;
        }
        static uint32_t bump(uint8_t selector, uint8_t out[32]) {
            uint32_t count = 32;
            const uint8_t input[4] = {selector};
            return pvm_test_call(alice, counter, zero, 4ull << 32 | (uint32_t)(uintptr_t)input, packed(&count, out));
        }
        static void setup(void) {
            uint8_t input[32];
            uint32_t count = 0;
            pvm_test_account(0, alice);
            pvm_test_code("", 0, input);
            PVM_ASSERT(!pvm_test_deploy(alice, zero, 32ull << 32 | (uint32_t)(uintptr_t)input, packed(&count, input), counter));
        }

        """

    private func workspace(tests: String) throws -> Workspace {
        let workspace = try Workspace()
        try Files.makeFolder(workspace.folder.appending("p/Sources"))
        try workspace.write(#"{"target": "revive"}"#, to: "p/pvm.json")
        try workspace.write(Self.counter + tests, to: "p/Sources/counter.c")
        return workspace
    }

    @Test func withoutAnInterface() async throws {
        let workspace = try workspace(tests: "PVM_TEST(none) { setup(); }")
        try workspace.write(
            """
            # a script: lines like those of the command line
            deploy p --as first
            call first 0x01000000   # counts
            call FIRST 0x01000000 --from bob

            transfer first 5 --from carol
            """, to: "script")
        let bad = try await workspace.pvm("run", "--host", "revive", "--script", "script")
        #expect(
            bad.exitCode == 1
                && bad.errors.contains("error: script:6: no account or contract 'carol'; there are alice,"),
            "\(bad.errors)")
        #expect(bad.output.contains("0x" + String(repeating: "0", count: 64)) == false)
        #expect(bad.output.hasSuffix("0x02\(String(repeating: "0", count: 62))\n"), "\(bad.output)")
        let trap = try await workspace.pvm("run", "p", "deploy", "--host", "revive", "--state", "c.db")
        #expect(trap.exitCode == 0 && trap.output.hasPrefix("counter at 0x") == false, "\(trap.output)\(trap.errors)")
        // Beside what was built, the call stack has lines.
        let call = try await workspace.pvm(
            "run", "--host", "revive", "--state", "../c.db", "call", "p", "0x02000000", in: "p")
        #expect(call.exitCode == 2 && call.errors.contains("error: trap: "), "\(call.errors)")
        #expect(call.errors.contains("Sources/counter.c:"), "\(call.errors)")
        #expect(call.errors.contains("block 2"))
    }

    @Test func saysWhatIsWrong() async throws {
        let workspace = try workspace(tests: "PVM_TEST(none) { setup(); }")
        let cases: [([String], Int32, String)] = [
            (["burn"], 1, "'burn' is nothing that can be done with a chain; there are"),
            (["call", "nobody", "0x"], 1, "no account or contract 'nobody'"),
            (["call", "alice", "0x"], 1, "there is no contract at"),
            (["transfer", "bob", "much"], 1, "'much': expected an amount such as 100"),
            (["transfer", "bob", "1e30"], 2, "has less than 1000000000000000000000000000000 to transfer"),
            (["deploy", "nothing.polkavm"], 1, "nothing.polkavm"),
            (["balance"], 1, "expected 'balance ACCOUNT', found 0 words"),
            (["accounts", "1"], 1, "expected 'accounts'"),
            (["accounts", "--value", "1"], 1, "--value means nothing to 'accounts'"),
            (["deploy", "x", "--as", "a b"], 1, "x: "), (["accounts", "--gas-model", "none"], 64, "--gas-model means"),
        ]
        for (words, code, text) in cases {
            let outcome = try await workspace.pvm(["run", "--host", "revive", "--state", "c.db"] + words)
            #expect(outcome.exitCode == code && outcome.errors.contains(text), "\(words): \(outcome.errors)")
        }
        try workspace.write("no database, whatever it is", to: "damaged.db")
        let damaged = try await workspace.pvm("run", "--host", "revive", "--state", "damaged.db", "accounts")
        #expect(damaged.exitCode == 1 && damaged.errors.hasPrefix("error: damaged.db: "), "\(damaged.errors)")
        #expect(try workspace.read("damaged.db") == Array("no database, whatever it is".utf8))
        for (text, message) in [
            (
                #"{"target": "riviera"}"#,
                "'target': expected one of polkavm, revive, jam-0.7.2, jam-0.8.0, found 'riviera'"
            ),
            (#"{"tarjet": "revive"}"#, "unknown key 'tarjet'"),
            (#"{"target": 5}"#, "'target'"),
            ("{\n  \"target\": \"revive\"", "pvm.json:2:21: expected ',' or '}', found the end of the text"),
            (#"{"target": "revive", "contracts": {"x": "../none"}}"#, "contract 'x'"),
        ] {
            try workspace.write(text, to: "p/pvm.json")
            let outcome = try await workspace.pvm("test", "p")
            #expect(outcome.exitCode == 1 && outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    // MARK: Tests of contracts

    /// What fails is made as simple as it can be: here the smallest number that fails is known.
    @Test func properties() async throws {
        let workspace = try workspace(
            tests: """
                PVM_TEST(small) {
                    setup();
                    uint64_t others = pvm_test_choose(3), count = pvm_test_choose(100);
                    while (others--) pvm_test_choose(1000);
                    uint8_t out[32] = {0};
                    for (uint64_t i = 0; i < count; i++) bump(1, out);
                    PVM_ASSERT(out[0] < 37);
                }
                PVM_TEST(even) {
                    if (pvm_test_choose(9) % 2) pvm_test_reject();
                }
                PVM_TEST(hopeless) {
                    pvm_test_choose(9);
                    pvm_test_reject();
                }
                """)
        let test = try await workspace.pvm("test", "p", "--json", "--fuzz", "50")
        #expect(test.exitCode == 6)
        struct Summary: Decodable {
            struct Test: Decodable {
                struct Property: Decodable {
                    let runs: Int
                    let rejected: Int
                    let choices: [UInt64]?
                }
                let export: String
                let passed: Bool
                let property: Property?
                let failure: String?
            }
            let tests: [Test]
        }
        let tests = try JSONDecoder().decode(Summary.self, from: Data(test.output.utf8)).tests
        try #require(tests.map(\.export) == ["test_small", "test_even", "test_hopeless"], "\(test.output)")
        #expect(tests[0].property?.choices == [0, 37] && !tests[0].passed, "\(test.output)")
        #expect(tests[1].passed && tests[1].property?.runs == 50 && (tests[1].property?.rejected ?? 0) > 0)
        #expect(!tests[2].passed && tests[2].failure?.contains("gave up") ?? false, "\(tests[2])")
        let shown = try await workspace.pvm("test", "p", "--filter", "small", "--seed", "7")
        #expect(
            shown.output.contains("the simplest values that it fails with: 0, 37; '--seed 7 --filter test_small'"),
            "\(shown.output)")
        let again = try await workspace.pvm("test", "p", "--filter", "small", "--seed", "7", "--json")
        #expect(again.output.contains(#""choices":[0,37]"#))
        #expect(try await workspace.pvm("test", "p", "--fuzz", "0").exitCode == 64)
    }

    @Test func gasIsKept() async throws {
        let workspace = try workspace(
            tests: "PVM_TEST(once) { uint8_t out[32]; setup(); bump(1, out); }\n"
                + "PVM_TEST(any) { pvm_test_choose(5); }")
        let report = try await workspace.pvm("test", "p", "--gas-report", "--json")
        #expect(
            report.output.contains(#""gas_report":[{"calls":1,"contract":"p","function":"0x01000000""#),
            "\(report.output)")
        let first = try await workspace.pvm("gas", "p", "--snapshot", "gas.txt")
        #expect(first.exitCode == 0, "\(first.errors)")
        // Properties are left out.
        let text = String(decoding: try workspace.read("gas.txt"), as: UTF8.self)
        #expect(text.hasPrefix("test_once ") && text.split(separator: "\n").count == 1, "\(text)")
        let same = try await workspace.pvm("gas", "p", "--check", "gas.txt")
        #expect(same.exitCode == 0, "\(same.output)\(same.errors)")
        try workspace.write("test_gone 7\ntest_once 3\n", to: "gas.txt")
        let more = try await workspace.pvm("gas", "p", "--check", "gas.txt")
        #expect(more.exitCode == 6)
        #expect(more.output.contains("test_gone is gone; it used 7\ntest_once 3 -> "), "\(more.output)")
        #expect(try await workspace.pvm("gas", "p", "--check", "gas.txt", "--tolerance", "1000000").exitCode == 0)
        try workspace.write("test_once many\n", to: "gas.txt")
        let bad = try await workspace.pvm("gas", "p", "--check", "gas.txt")
        #expect(bad.exitCode == 1 && bad.errors.contains("gas.txt:1: expected the name of a test and its gas"))
    }

    /// Mistakes of a test are told as such.
    @Test func misuse() async throws {
        let workspace = try workspace(
            tests: """
                PVM_TEST(name) { uint8_t hash[32]; pvm_test_code("x", 1, hash); }
                PVM_TEST(index) { uint8_t a[20]; pvm_test_account(10, a); }
                PVM_TEST(event) { uint8_t a[20], t[128]; uint32_t n = 0; setup(); pvm_test_event(3, a, t, packed(&n, a)); }
                PVM_TEST(pointer) { pvm_test_account(0, (uint8_t *)8); }
                PVM_TEST(traps) { uint8_t out[32]; setup(); PVM_ASSERT(bump(2, out) == 0); }
                """)
        let test = try await workspace.pvm("test", "p")
        #expect(test.exitCode == 6)
        for text in [
            "there is no contract 'x': name it in the \"contracts\" of pvm.json",
            "account 10 was asked for, and there are 10", "event 3 was asked for, and there are 0",
            "20 bytes at 0x8 are not all the contract's", "assertion failed: bump(2, out) == 0",
            "| a transaction trapped: ",
        ] {
            #expect(test.output.contains(text), "\(test.output)")
        }
        #expect(test.output.hasSuffix("0 passed, 5 failed\n"))
    }
}
