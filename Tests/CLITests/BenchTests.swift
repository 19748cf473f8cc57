// `pvm bench`: the keys and what is counted, and how a program that fails ends it. Times are never looked at.

import FoundationEssentials
import Testing

@Suite struct BenchTests {
    /// What other programs read, decoded by the documented names.
    private struct Report: Decodable {
        let compile_ns, instantiate_ns, oneshot_ns, call_ns, exec_ns: [UInt64]
        let code_bytes, blob_bytes: Int
        let native_bytes: Int?
        let result: String
        let backend: String
    }

    private static let program = """
        %stack_size = 4096
        %rw_data_size = 16
        pub @negate:
            a0 = -a0
            ret
        pub @count:
            jump @end if a0 == 0
        @again:
            a0 = a0 + 0xffffffffffffffff
            jump @again if a0 != 0
        @end:
            ret
        pub @trap:
            trap
        pub @wild:
            a1 = 0x50000000
            a0 = u8 [a1]
            ret
        pub @import:
            ecalli 7
            ret
        pub @forgetful:
            a1 = 0x20000
            a0 = u64 [a1]
            a0 = a0 + 1
            u64 [a1] = a0
            ret
        """

    private func workspace() async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "p.polkavm")
        return workspace
    }

    private func report(_ outcome: Outcome) throws -> Report {
        let line = try #require(outcome.output.split(separator: "\n").last)
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
    }

    @Test func json() async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(
            "bench", "p.polkavm", "--json", "--entry", "negate", "--arg", "1", "--seconds", "60", "--repeats", "7",
            "--backend", "interpreter")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.errors == "")
        let report = try report(outcome)
        #expect(report.result == "18446744073709551615")
        #expect(report.exec_ns.count == 7)
        for times in [report.compile_ns, report.instantiate_ns, report.oneshot_ns, report.call_ns] {
            #expect(times.count >= 2)
        }
        #expect(report.blob_bytes == (try workspace.read("p.polkavm").count))
        #expect(report.code_bytes > 0 && report.code_bytes < report.blob_bytes)
        #expect(report.native_bytes == nil)
        #expect(outcome.output.contains("\"native_bytes\":null"))
        #expect(report.backend == "interpreter")
    }

    @Test func compiler() async throws {
        let outcome = try await workspace().pvm(
            "bench", "p.polkavm", "--json", "--entry", "negate", "--arg", "-3", "--gas", "1000", "--backend", "compiler"
        )
        // Where the compiler can not be used, the tool says so.
        if outcome.exitCode == 1, outcome.errors.contains("use the interpreter") { return }
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let report = try report(outcome)
        #expect(report.result == "3")
        #expect(try #require(report.native_bytes) > 0)
    }

    @Test func atLeastTwice() async throws {
        let outcome = try await workspace().pvm(
            "bench", "p.polkavm", "--json", "--entry", "count", "--arg", "1000", "--seconds", "0", "--repeats", "1")
        #expect(try report(outcome).exec_ns.count == 2)
    }

    @Test func table() async throws {
        let outcome = try await workspace().pvm(
            "bench", "p.polkavm", "--entry", "negate", "--arg", "0x10", "--repeats", "3")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        for text in ["negate(16) = 18446744073709551600", "median", "instantiate", "warm call, negate(0)"] {
            #expect(outcome.output.contains(text))
        }
    }

    @Test(arguments: [
        ("trap", [], 2, "error: trap"), ("count", ["--gas", "1000"], 3, "error: out-of-gas"),
        ("wild", [], 4, "error: page-fault"), ("import", [], 5, "error: host-call"),
        ("nothing", [], 1, "no export 'nothing'; it exports negate, count"),
        ("forgetful", [], 1, "returned 1, then 2 in the same instance"),
        ("negate", ["--repeats", "0"], 64, "--repeats 0"), ("negate", ["--seconds", "-1"], 64, "--seconds"),
        ("negate", ["--seconds", "nan"], 64, "--seconds"), ("negate", ["--arg", "x"], 64, "--arg 'x'"),
    ])
    func failures(_ entry: String, _ options: [String], _ exitCode: Int32, _ message: String) async throws {
        let workspace = try await workspace()
        var arguments = ["bench", "p.polkavm", "--json", "--entry", entry]
        if !options.contains("--arg") { arguments += ["--arg", "100000"] }
        let outcome = try await workspace.pvm(arguments + options)
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
        #expect(outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
