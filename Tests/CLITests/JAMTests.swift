// Services on a chain: `pvm run --host jam` with states and work in files.

import PolkaBlob
import PolkaBuild
import PolkaISA
import SystemPackage
import Testing

@Suite struct JAMTests {
    /// refine answers its arguments; accumulate stores 8 bytes under the key "k", sends 5 to service 80000, logs, and yields.
    private static func service(_ write: Int, _ transfer: Int, ending: String = "ret") -> String {
        """
        %rw_data = 6b00000000000000010203040506070868656c6c6f
        %rw_data_size = 4096
        %stack_size = 4096
        @entries:
            %length = 5
            jump @refine
        @second:
            jump @accumulate
        pub @refine:
            ret
        pub @accumulate:
            s0 = ra
            a0 = 0x20000
            a1 = 1
            a2 = 0x20008
            a3 = 8
            ecalli \(write)
            a0 = 80000
            a1 = 5
            a2 = 100
            a3 = 0x20100
            ecalli \(transfer)
            a0 = 3
            a1 = 0x20000
            a2 = 1
            a3 = 0x20010
            a4 = 5
            ecalli 100
            a0 = 0x20000
            a1 = 32
            ra = s0
            \(ending)
        """
    }

    private func workspace(_ set: InstructionSet = .reviveV1, ending: String = "ret") async throws -> Workspace {
        let workspace = try Workspace()
        let text = set == .jamV1 ? Self.service(5, 21, ending: ending) : Self.service(4, 20, ending: ending)
        try await workspace.assemble("%isa = \(set.name)\n" + text, to: "s.polkavm")
        let blob = try Blob(parsing: workspace.read("s.polkavm"))
        try workspace.write(StandardProgram(blob, for: [set]).serialized(), to: "s.jam")
        return workspace
    }

    private static let state = """
        {"time_slot": 9, "services": {"80000": {"balance": 500, "minimum_memo_gas": 50}}}
        """

    @Test(arguments: [InstructionSet.reviveV1, .jamV1], ["interpreter", "compiler"])
    func refining(_ set: InstructionSet, _ backend: String) async throws {
        let workspace = try await workspace(set)
        let run = try await workspace.pvm(
            "run", "s.jam", "refine", "--host", "jam", "--input-hex", "0708", "--backend", backend)
        if run.exitCode == 1, run.errors.contains("use the interpreter") { return }
        // Core 0, item 0, service 65536 in a variable number, the payload, the package's hash.
        #expect(run.output.hasPrefix("refine: 0x0000c10000020708"), "\(run.output)\(run.errors)")
        #expect(run.exitCode == 0)
    }

    @Test(arguments: [InstructionSet.reviveV1, .jamV1])
    func accumulatingOnAState(_ set: InstructionSet) async throws {
        let workspace = try await workspace(set)
        try workspace.write(Self.state, to: "state.json")
        let command = ["run", "s.jam", "accumulate", "--host", "jam", "--state", "state.json", "--input-hex", "07"]
        let first = try await workspace.pvm(command)
        #expect(first.exitCode == 0, "\(first.output)\(first.errors)")
        #expect(first.errors == "info k: hello\n")
        let hash = "6b00000000000000010203040506070868656c6c6f0000000000000000000000"
        for line in [
            "accumulate: 0x\(hash)", "yields 0x\(hash)", "sends 5 to service 80000 with 100 gas",
            "service 65536: storage 0x6b = 0x0102030405060708",
            "service 65536: balance 1000000000000 -> 999999999995",
        ] { #expect(first.output.contains(line + "\n"), "\(line) in \(first.output)") }
        let text = String(decoding: try workspace.read("state.json"), as: UTF8.self)
        #expect(text.contains("\"time_slot\": 10"))
        #expect(text.contains("\"0x6b\": \"0x0102030405060708\""))
        #expect(text.contains("{\"from\": 65536, \"to\": 80000, \"amount\": 5, \"gas\": 100, \"memo\": \"0x\"}"))
        // The next block finds what the first left; nothing is new but the balance.
        let second = try await workspace.pvm(command + ["--json"])
        #expect(second.exitCode == 0)
        #expect(second.errors == "")
        let report = try JSONObject(second.output)
        #expect(report["status"] == "halted")
        #expect(report["yield"] == "0x" + hash)
        #expect(second.output.contains("\"log\":[{\"level\":3,\"message\":\"hello\",\"target\":\"k\"}]"))
        #expect(!second.output.contains("\"what\":\"storage\""))
        // Whom the transfers wait for gets them, and they are gone.
        let receiver = try await workspace.pvm(
            "run", "s.jam", "accumulate", "--host", "jam", "--state", "state.json", "--service", "80000")
        #expect(receiver.output.contains("service 80000: "), "\(receiver.output)\(receiver.errors)")
    }

    /// What was there at a checkpoint holds on the chain although the run fails, and is in the file; the exit code tells of the failure.
    @Test(arguments: [(InstructionSet.reviveV1, 17), (.jamV1, 18)])
    func failuresAfterACheckpoint(_ set: InstructionSet, _ checkpoint: Int) async throws {
        // The trap comes behind the checkpoint, or a loop that uses up the gas.
        for (ending, exitCode) in [("trap", 2 as Int32), ("jump @accumulate", 3)] {
            let workspace = try await workspace(set, ending: "ecalli \(checkpoint)\n    \(ending)")
            try workspace.write(Self.state, to: "state.json")
            let run = try await workspace.pvm(
                "run", "s.jam", "accumulate", "--host", "jam", "--state", "state.json", "--gas", "50000")
            #expect(run.exitCode == exitCode, "\(run.output)\(run.errors)")
            let text = String(decoding: try workspace.read("state.json"), as: UTF8.self)
            #expect(text.contains("\"time_slot\": 10"))
            #expect(text.contains("\"0x6b\": \"0x0102030405060708\""))
            #expect(text.contains("{\"from\": 65536, \"to\": 80000, \"amount\": 5, \"gas\": 100, \"memo\": \"0x\"}"))
        }
    }

    /// A panic and gas that runs out have exit codes of their own, and without a checkpoint leave the file as it was.
    @Test func failures() async throws {
        let workspace = try await workspace(ending: "trap")
        try workspace.write(Self.state, to: "state.json")
        let command = ["run", "s.jam", "accumulate", "--host", "jam", "--state", "state.json"]
        let panicked = try await workspace.pvm(command)
        #expect(panicked.exitCode == 2)
        #expect(
            panicked.output.contains("accumulate: panicked: the program executed a trap instruction at code offset "))
        let starved = try await workspace.pvm(command + ["--gas", "30"])
        #expect(starved.exitCode == 3)
        #expect(starved.output == "accumulate: out-of-gas\n30 gas\n")
        #expect(try workspace.read("state.json") == Array(Self.state.utf8))
    }

    /// An authorizer that lets pass, items of which one needs another gas, and what accumulate gets of it.
    @Test func wholePackage() async throws {
        let workspace = try await workspace()
        try workspace.write(
            """
            {
              "authorization": "let me", "authorizer": {"service": 1, "code": "s.jam"},
              "items": [{"payload": "0x01"}, {"payload": "0x02", "refine_gas": 1}, {"payload": "0x03", "exports": 1}],
              "inputs": [{"output": "0x09"}]
            }
            """, to: "work.json")
        let refined = try await workspace.pvm("run", "s.jam", "refine", "--host", "jam", "--work", "work.json")
        #expect(refined.exitCode == 3)
        let lines = refined.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first?.hasPrefix("item 0: 0x0000c100000101") == true)
        #expect(lines.dropFirst().first == "item 1: out-of-gas, 1 gas")
        #expect(lines.dropFirst(2).first?.hasPrefix("item 2: bad-exports") == true)
        let one = try await workspace.pvm(
            "run", "s.jam", "refine", "--host", "jam", "--work", "work.json", "--item", "1", "--json")
        #expect(one.exitCode == 3)
        #expect(try JSONObject(one.output)["status"] == "out-of-gas")
        let accumulated = try await workspace.pvm(
            "run", "s.jam", "accumulate", "--host", "jam", "--work", "work.json", "--json")
        #expect(accumulated.exitCode == 0, "\(accumulated.errors)")
        #expect(accumulated.output.contains("\"authorization\":{"))
        let asked = try await workspace.pvm(
            "run", "s.jam", "is_authorized", "--host", "jam", "--work", "work.json")
        #expect(asked.output.hasPrefix("is_authorized: 0x0000\n"))
    }

    @Test func mistakes() async throws {
        let workspace = try await workspace()
        try workspace.write("{\"services\": {\"x\": {}}}", to: "bad.json")
        let cases: [([String], Int32, String)] = [
            (["refine", "--state", "bad.json"], 1, "error: bad.json:1:20: services.x: expected a whole number"),
            (["refine", "--work", "none.json"], 1, "none.json"),
            (["deploy"], 1, "no entry point 'deploy' on --host jam"),
            (["refine", "--item", "3"], 1, "--item 3: the work has 1 items"),
        ]
        for (arguments, code, message) in cases {
            let outcome = try await workspace.pvm(["run", "s.jam", "--host", "jam"] + arguments)
            #expect(outcome.exitCode == code)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
        // Without the container nobody knows which numbers the code means.
        try workspace.write(workspace.read("s.jam"), to: "t.jam")
        let unnamed = try await workspace.pvm("run", "t.jam", "--host", "jam")
        #expect(unnamed.exitCode == 1)
        #expect(unnamed.errors.contains("say --isa jam_v1 (0.8.0) or --isa revive_v1 (0.7.2)"))
        let named = try await workspace.pvm("run", "t.jam", "--host", "jam", "--isa", "revive_v1")
        #expect(named.exitCode == 0)
        let container = try await workspace.pvm("run", "s.polkavm", "--host", "jam")
        #expect(container.errors.contains("--host jam runs .jam programs; 'pvm build --target jam-0.7.2'"))
    }
}

/// Members of a JSON object that are texts; keys are sorted, so that those of its parts come before its own.
private struct JSONObject {
    private let text: String

    init(_ output: String) throws { text = try #require(output.split(separator: "\n").last.map(String.init)) }

    subscript(key: String) -> String? {
        guard let range = text.ranges(of: "\"\(key)\":\"").last else { return nil }
        return text[range.upperBound...].split(separator: "\"", omittingEmptySubsequences: false).first.map(String.init)
    }
}
