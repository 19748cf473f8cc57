// `pvm run`: results, options, the documented exit code of every way in which a guest can end, and JSON.

import FoundationEssentials
import Testing

@Suite struct RunTests {
    /// A program for each way to end.
    private static let program = """
        %stack_size = 4096
        %rw_data_size = 16
        pub @double:
            a0 = a0 + a0
            ret
        pub @trap:
            trap
        pub @spin:
            fallthrough
        @again:
            jump @again
        pub @wild:
            a1 = 0x50000000
            a0 = u8 [a1]
            ret
        pub @null:
            a1 = 0
            a0 = u64 [a1 + 8]
            ret
        pub @import:
            ecalli 7
            ret
        """

    private func workspace() async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "p.polkavm")
        return workspace
    }

    @Test(arguments: [("21", "42"), ("0x10", "32"), ("-1", "18446744073709551614"), ("0", "0")])
    func arguments(_ argument: String, _ result: String) async throws {
        let outcome = try await workspace().pvm("run", "p.polkavm", "double", argument)
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "\(result)\n")
        #expect(outcome.errors == "")
    }

    @Test(arguments: ["interpreter", "compiler"])
    func exitCodes(_ backend: String) async throws {
        let workspace = try await workspace()
        // Where the compiler can not be used, the tool says so.
        let probe = try await workspace.pvm("run", "p.polkavm", "double", "1", "--backend", backend)
        if probe.exitCode == 1, probe.errors.contains("use the interpreter") { return }
        #expect(
            try await workspace.pvm("run", "p.polkavm", "double", "1", "--backend", backend, "--json").output
                .contains("\"backend\":\"\(backend)\""))
        let trap = try await workspace.pvm("run", "p.polkavm", "trap", "--backend", backend)
        #expect(trap.exitCode == 2)
        #expect(trap.output == "")
        #expect(trap.errors.hasPrefix("error: trap: the program executed a trap instruction\n"))
        #expect(trap.errors.contains("  sp  0x00000000fffe0000"))
        let gas = try await workspace.pvm("run", "p.polkavm", "spin", "--gas", "1000", "--backend", backend)
        #expect(gas.exitCode == 3)
        #expect(gas.errors.contains("out-of-gas"))
        let fault = try await workspace.pvm("run", "p.polkavm", "wild", "--backend", backend)
        #expect(fault.exitCode == 4)
        #expect(fault.errors.contains("0x50000000"))
        let null = try await workspace.pvm("run", "p.polkavm", "null", "--backend", backend)
        #expect(null.exitCode == 2)
        #expect(null.errors.contains("load of 8 bytes at inaccessible address 0x8"))
        let missing = try await workspace.pvm("run", "p.polkavm", "import", "--backend", backend)
        #expect(missing.exitCode == 5)
        #expect(missing.errors.contains("'#7'"))
    }

    /// A blob with debug information: the worked example of blob-format.md 4, whose import nobody provides.
    @Test func sourceLines() async throws {
        let example =
            "50564d00026a00000000000000010404109000020361626304080100000000616464050701000"
            + "46d61696e061301010d0ac88707510707330802010a3200490e800a00046d61696e03612e6381"
            + "0d010a0102060107060805" + "0f0d00820c000000000d0000000100000000"
        let bytes = stride(from: 0, to: example.utf8.count, by: 2).compactMap { start in
            UInt8(String(decoding: Array(example.utf8)[start..<(start + 2)], as: UTF8.self), radix: 16)
        }
        let workspace = try Workspace()
        try workspace.write(bytes, to: "debug.polkavm")
        let run = try await workspace.pvm("run", "debug.polkavm", "main", "1")
        #expect(run.exitCode == 5)
        #expect(run.errors.contains("\n  #0 main at a.c:5\n"), "\(run.errors)")
        let json = try await workspace.pvm("run", "debug.polkavm", "main", "1", "--json")
        #expect(json.output.contains("\"function\":\"main\"") && json.output.contains("\"line\":5"))
    }

    @Test func usage() async throws {
        let workspace = try await workspace()
        #expect(try await workspace.pvm("run", "p.polkavm", "double", "1x").exitCode == 64)
        #expect(try await workspace.pvm("run", "p.polkavm", "double", "18446744073709551616").exitCode == 64)
        #expect(try await workspace.pvm("run", "p.polkavm", "double", "--bogus").exitCode == 64)
        #expect(try await workspace.pvm("run", "p.polkavm", "double", "--backend", "other").exitCode == 64)
        #expect(
            try await workspace.pvm("run", "p.polkavm", "double", "1", "2", "3", "4", "5", "6", "7").exitCode == 64)
        let which = try await workspace.pvm("run", "p.polkavm")
        #expect(which.exitCode == 1)
        #expect(which.errors.contains("which export? it exports double, trap, spin, wild, null, import"))
        let unknown = try await workspace.pvm("run", "p.polkavm", "nope")
        #expect(unknown.exitCode == 1)
        #expect(unknown.errors.contains("no export 'nope'; it exports double"))
    }

    @Test func json() async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(
            "run", "p.polkavm", "double", "21", "--json", "--gas", "100", "--backend", "interpreter")
        #expect(outcome.exitCode == 0)
        let line = try #require(outcome.output.split(separator: "\n").last)
        let report = try JSONDecoder().decode(Report.self, from: Data(line.utf8))
        #expect(report.status == "finished")
        #expect(report.export == "double")
        #expect(report.backend == "interpreter")
        #expect(report.a0 == 42)
        #expect(report.regs.count == 13)
        #expect(report.gasUsed == 2)
        #expect(report.gasLeft == 98)
        #expect(report.instructions == 2)
        #expect(report.output == "")

        let fault = try await workspace.pvm("run", "p.polkavm", "wild", "--json")
        #expect(fault.exitCode == 4)
        let faultReport = try JSONDecoder().decode(Report.self, from: Data(fault.output.utf8))
        #expect(faultReport.status == "page-fault")
        #expect(faultReport.address == 0x5000_0000)
        #expect(faultReport.gasUsed == nil)
        // Null without metering, not absent.
        #expect(fault.output.contains("\"gas_used\":null"))
        let missing = try await workspace.pvm("run", "p.polkavm", "import", "--json")
        #expect(try JSONDecoder().decode(Report.self, from: Data(missing.output.utf8)).import == "#7")
    }

    /// The default backend: what it says of itself after a short run and after a long one.
    @Test func auto() async throws {
        let workspace = try Workspace()
        // Smaller programs are compiled at once.
        let neverExecuted = String(repeating: "    a2 = a2 + 3\n", count: 1500)
        try await workspace.assemble(
            """
            %stack_size = 4096
            pub @count:
                a1 = a1 + 3
                a0 = a0 + 0xffffffffffffffff
                jump @count if a0 != 0
                a0 = a1
                ret
            \(neverExecuted)
            """, to: "count.polkavm")
        let short = try await workspace.pvm("run", "count.polkavm", "count", "2", "--json", "--stats")
        #expect(short.output.contains("\"backend\":\"interpreter\""))
        #expect(short.output.contains("\"backends\":[\"interpreter\"]"))
        #expect(short.output.contains("\"backend_choice\":\"auto\""))
        #expect(short.output.contains("\"instructions\":8,"))
        #expect(short.errors.contains("backend       auto (interpreter)\n"))

        let long = try await workspace.pvm("run", "count.polkavm", "count", "1000000", "--json", "--stats")
        #expect(long.output.contains("\"a0\":3000000,"))
        // Where there is no compiler, it stays where it began.
        let probe = try await workspace.pvm("run", "count.polkavm", "count", "2", "--backend", "compiler")
        if probe.exitCode == 1, probe.errors.contains("use the interpreter") {
            #expect(long.output.contains("\"backends\":[\"interpreter\"]"))
            return
        }
        #expect(long.output.contains("\"backend\":\"compiler\""))
        #expect(long.output.contains("\"backends\":[\"interpreter\",\"compiler\"]"))
        #expect(long.output.contains("\"instructions\":3000002,"))
        #expect(long.output.contains("\"gas_used\":null"))
        // Unless metering is forbidden, which is what counts.
        let uncounted = try await workspace.pvm(
            "run", "count.polkavm", "count", "1000000", "--json", "--gas-model", "none")
        #expect(uncounted.output.contains("\"instructions\":null"))
        #expect(long.errors.contains("backend       auto (interpreter, then compiler)\n"))
        #expect(long.errors.contains("\ncompile       "))

        // With gas everything is counted, wherever it ran.
        let metered = try await workspace.pvm(
            "run", "count.polkavm", "count", "1000000", "--json", "--gas", "10000000", "--backend", "auto")
        #expect(metered.output.contains("\"instructions\":3000002,"))
        #expect(metered.output.contains("\"gas_used\":3000002,"))
        #expect(metered.output.contains("\"backend\":\"compiler\""))
    }

    private struct Report: Decodable {
        let status: String
        let export: String
        let backend: String
        let a0: UInt64
        let a1: UInt64
        let regs: [UInt64]
        let pc: UInt32
        let gasUsed: Int64?
        let gasLeft: Int64?
        /// Null if nobody counted them.
        let instructions: UInt64?
        let compileNs: UInt64
        let runNs: UInt64
        let output: String
        let address: UInt32?
        let `import`: String?

        enum CodingKeys: String, CodingKey {
            case status, export, backend, a0, a1, regs, pc
            case gasUsed = "gas_used"
            case gasLeft = "gas_left"
            case instructions
            case compileNs = "compile_ns"
            case runNs = "run_ns"
            case output, address, `import`
        }
    }
}
