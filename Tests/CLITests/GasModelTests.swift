// `--gas-model`: what programs cost by other models than the naive one.

import FoundationEssentials
import Testing

@Suite struct GasModelTests {
    /// One block, which the specification says costs 22 cycles (vm.md 5.3, worked examples).
    private static let program = """
        %stack_size = 4096
        pub @main:
            a0 = a0 + a1
            ret
        """

    private struct Report: Decodable {
        let gasUsed: Int64?
        let gasLeft: Int64?
        let instructions: UInt64?

        private enum CodingKeys: String, CodingKey {
            case gasUsed = "gas_used"
            case gasLeft = "gas_left"
            case instructions
        }
    }

    private func workspace() async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble(Self.program, to: "p.polkavm")
        return workspace
    }

    private func report(_ options: String..., in workspace: Workspace, exitCode: Int32 = 0) async throws -> Report {
        let outcome = try await workspace.pvm(["run", "p.polkavm", "main", "1", "2", "--json"] + options)
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    /// A table in which everything costs the same.
    private static func table(of cost: UInt8) -> [UInt8] {
        [2, 0, 0, 0] + (0..<142).flatMap { _ in [cost, 0, 0, 0] }
    }

    @Test func run() async throws {
        let workspace = try await workspace()
        try workspace.write(Self.table(of: 5), to: "fives.costs")
        let costs: [(String, Int64)] = [
            ("naive", 2), ("jam", 22), ("full-l1-hit", 22), ("full-l2-hit", 22), ("full-l3-hit", 22),
            ("fives.costs", 10),
            ("per-instruction", 2),
        ]
        for backend in ["interpreter", "auto"] {
            for (model, cost) in costs {
                let report = try await report(
                    "--gas", "100", "--gas-model", model, "--backend", backend, in: workspace)
                #expect(report.gasUsed == cost && report.gasLeft == 100 - cost, "\(model), \(backend)")
            }
        }
        let interpreted = try await report(
            "--gas", "22", "--gas-model", "jam", "--backend", "interpreter", in: workspace)
        #expect(interpreted.gasLeft == 0 && interpreted.instructions == 2)
        let short = try await report("--gas", "21", "--gas-model", "jam", in: workspace, exitCode: 3)
        #expect(short.gasUsed == 0 && short.gasLeft == 21)
        let negative = try await report("--gas", "1", "--gas-model", "per-instruction", in: workspace, exitCode: 3)
        #expect(negative.gasLeft == -1)
    }

    /// Machine code counts instructions only where they are units of gas.
    @Test func instructionsAreNotCounted() async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(
            "run", "p.polkavm", "main", "1", "2", "--json", "--gas", "50", "--gas-model", "jam", "--backend", "compiler"
        )
        guard outcome.exitCode == 0 else {
            #expect(outcome.errors.contains("another system"))
            return
        }
        #expect(outcome.output.contains("\"instructions\":null"))
        let naive = try await report("--gas", "50", "--backend", "compiler", in: workspace)
        #expect(naive.instructions == 2)
    }

    @Test func listing() async throws {
        let workspace = try await workspace()
        try workspace.write(Self.table(of: 7), to: "sevens.costs")
        for (model, cost) in [("naive", 2), ("jam", 22), ("sevens.costs", 14)] {
            let listing = try await workspace.pvm("disasm", "p.polkavm", "--gas", "--gas-model", model)
            #expect(listing.exitCode == 0, "\(listing.errors)")
            #expect(listing.output.contains("@0 [export #0: 'main'] (gas: \(cost))\n"), "\(listing.output)")
            // It is a program as well.
            try workspace.write(listing.output, to: "again.s")
            #expect(try await workspace.pvm("asm", "again.s", "-o", "again.polkavm").exitCode == 0)
            #expect(try workspace.read("again.polkavm") == workspace.read("p.polkavm"))
            let json = try await workspace.pvm("disasm", "p.polkavm", "--gas", "--gas-model", model, "--json")
            #expect(json.output.contains("\"gas\":\(cost)"), "\(json.output)")
        }
    }

    @Test func bench() async throws {
        let workspace = try await workspace()
        let outcome = try await workspace.pvm(
            "bench", "p.polkavm", "--json", "--arg", "1", "--repeats", "2", "--gas", "22", "--gas-model", "full-l3-hit",
            "--backend", "interpreter")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        let short = try await workspace.pvm("bench", "p.polkavm", "--gas", "21", "--gas-model", "full-l3-hit")
        #expect(short.exitCode == 3)
    }

    @Test func badModels() async throws {
        let workspace = try await workspace()
        try workspace.write(Array(Self.table(of: 1).dropLast()), to: "short.costs")
        try workspace.write([3, 0, 0, 0], to: "new.costs")
        for (model, message) in [
            (
                "full-l4-hit",
                "--gas-model full-l4-hit: there is no such model, and no file of that name; expected none, jam,"
            ),
            ("short.costs", "--gas-model short.costs: cost table of 571 bytes: expected 572"),
            ("new.costs", "--gas-model new.costs: cost table offset 0: expected version 2, found 3"),
        ] {
            for arguments in [
                ["run", "p.polkavm", "main"], ["bench", "p.polkavm"], ["disasm", "p.polkavm", "--gas"],
            ] {
                let outcome = try await workspace.pvm(arguments + ["--gas-model", model])
                #expect(outcome.exitCode == 1 && outcome.output == "")
                #expect(outcome.errors.hasPrefix("error: \(message)"), "\(outcome.errors)")
            }
        }
        for model in ["none", "per-instruction"] {
            #expect(try await workspace.pvm("disasm", "p.polkavm", "--gas", "--gas-model", model).exitCode == 64)
        }
        #expect(try await workspace.pvm("disasm", "p.polkavm", "--gas-model", "jam").exitCode == 64)
    }
}
