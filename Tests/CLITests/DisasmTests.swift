// `pvm disasm --native`: machine code beside the program, with and without the tool that reads it.

import FoundationEssentials
import Testing

@Suite struct DisasmTests {
    private static let program = """
        %stack_size = 4096
        pub @main:
            a1 = a0 << 3
            a1 = a1 + a2
            a1 = u32 [a1 + 8]
            jump @main if a1 != 0
            ecalli 3
            ret
        """

    /// nil where there is no compiler, which must be said well.
    private func listing(
        _ options: String..., in workspace: Workspace, environment: [String: String] = [:]
    ) async throws -> Outcome? {
        try await workspace.assemble(Self.program, to: "p.polkavm")
        let outcome = try await workspace.pvm(
            ["disasm", "p.polkavm", "--native"] + options, environment: environment)
        guard outcome.exitCode == 1, outcome.errors.contains("another system") else { return outcome }
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("error: the compiler makes x86-64 code for Linux"))
        return nil
    }

    @Test func sideBySide() async throws {
        let workspace = try Workspace()
        guard let plain = try await listing(in: workspace) else { return }
        #expect(plain.exitCode == 0)
        #expect(plain.errors == "")
        for line in [
            "     0: a1 = a0 << 0x3                //      with the next",
            "     3: a1 = a1 + a2                  //      with the next",
            "// <trap>:", "jmp <host call>", "jne @0",
        ] {
            #expect(plain.output.contains(line), "\(line) in:\n\(plain.output)")
        }
        // One load that computes the address, with the registers that the guest's are kept in.
        #expect(plain.output.contains("mov eax, dword ptr gs:[edx + 8*edi + 0x8]\n"), "\(plain.output)")
        #expect(!plain.output.contains("no gas"))
        // It is a program as well.
        try workspace.write(plain.output, to: "again.s")
        #expect(try await workspace.pvm("asm", "again.s", "-o", "again.polkavm").exitCode == 0)
        #expect(try workspace.read("again.polkavm") == workspace.read("p.polkavm"))
    }

    @Test func metered() async throws {
        let workspace = try Workspace()
        guard let metered = try await listing("--gas", "--raw", in: workspace) else { return }
        #expect(metered.exitCode == 0)
        #expect(metered.output.contains("sub r12, 0x4\n"), "\(metered.output)")
        #expect(metered.output.contains("jl <no gas for @0>\n"))
        #expect(metered.output.contains("// <no gas for the end>:\n"))
        // Everything in the margin starts in one column.
        let columns = Set(
            metered.output.split(separator: "\n").compactMap { line in
                line.hasPrefix("// ") ? nil : line.ranges(of: "// ").last?.lowerBound.utf16Offset(in: line)
            })
        #expect(columns.count == 1, "\(metered.output)")
    }

    @Test func json() async throws {
        let workspace = try Workspace()
        guard let outcome = try await listing("--gas", "--json", in: workspace) else { return }
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.instructions.map(\.joinedWithNext) == [true, true, false, false, false, false])
        #expect(report.instructions[0].gasCheck?.map(\.text) == ["sub r12, 0x4", "jl <no gas for @0>"])
        #expect(report.instructions[0].native.isEmpty)
        #expect(report.instructions[2].native.count == 1)
        #expect(report.native.waysOut.map(\.name).contains("host call"))
        // Two blocks and the end.
        #expect(report.native.outOfGas.count == 3)
        // All there is, each byte once.
        var code = report.native.waysOut.flatMap(\.code) + report.native.outOfGas.flatMap(\.code) + report.native.end
        for instruction in report.instructions { code += (instruction.gasCheck ?? []) + instruction.native }
        code.sort { $0.offset < $1.offset }
        var end = 0
        for line in code {
            #expect(line.offset == end)
            end += line.bytes.count
        }
        #expect(end == report.native.bytes)
    }

    @Test func withoutTheTool() async throws {
        let workspace = try Workspace()
        let nowhere = ["PVM_TOOLCHAIN": "/nowhere"]
        guard let outcome = try await listing(in: workspace, environment: nowhere) else { return }
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("llvm-objdump not found"))
        #expect(outcome.errors.contains("pvm doctor"))
        #expect(outcome.output.contains("//   0: 59 48 89"))
    }

    private struct Report: Decodable {
        struct Line: Decodable {
            let offset: Int
            let bytes: [UInt8]
            let text: String?
        }
        struct Instruction: Decodable {
            let gasCheck: [Line]?
            let native: [Line]
            let joinedWithNext: Bool

            enum CodingKeys: String, CodingKey {
                case native
                case gasCheck = "gas_check"
                case joinedWithNext = "joined_with_next"
            }
        }
        struct Place: Decodable {
            let name: String
            let code: [Line]
        }
        struct Native: Decodable {
            let bytes: Int
            let waysOut: [Place]
            let end: [Line]
            let outOfGas: [Place]

            enum CodingKeys: String, CodingKey {
                case bytes, end
                case waysOut = "ways_out"
                case outOfGas = "out_of_gas"
            }
        }
        let instructions: [Instruction]
        let native: Native
    }
}
