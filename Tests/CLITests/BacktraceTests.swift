// What a trap shows: the guest's call stack with functions, files and lines, for compiled programs at each level.

import FoundationEssentials
import RISCVELF
import Testing

@Suite struct BacktraceTests {
    /// A null dereference three calls deep; a comment marks the lines of the frames.
    private static let c = """
        #include <pvm.h>
        #include <stdint.h>

        KIND int third(int *place) {
            return *place + 1;  // third
        }

        KIND int second(int *place, int count) {
            int sum = 0;
            for (int i = 0; i < count; i++) sum += i;
            int got = third(place);  // second
            return sum * got;
        }

        KIND int first(int *place, int count) {
            int got = second(place, count + 1);  // first
            return got + count;
        }

        PVM_EXPORT(int, run, uint64_t address, int count) {
            int found = first((int *)address, count);  // run
            return found * 3;
        }
        """

    private struct Report: Decodable {
        struct Frame: Decodable {
            let pc: UInt32
            let function: String?
            let file: String?
            let line: Int?
            let kind: String
        }
        let status: String
        let backtrace: [Frame]
    }

    /// The number of the line that has a mark.
    private func line(_ mark: String, in text: String) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.hasSuffix("// \(mark)") } ?? -1) + 1
    }

    @Test(
        arguments: ["debug", "release"], ["__attribute__((noinline))", "static inline __attribute__((always_inline))"])
    func frames(configuration: String, kind: String) async throws {
        let workspace = try Workspace()
        let text = Self.c.replacing("KIND", with: kind)
        try workspace.write(text, to: "chain.c")
        let build = try await workspace.pvm("build", "chain.c", "-c", configuration, "-o", "chain.polkavm")
        try #require(build.exitCode == 0, "\(build.errors)")
        for level in ["-O0", "-O2"] {
            let link = try await workspace.pvm("link", "chain.elf", level, "-o", "linked.polkavm")
            try #require(link.exitCode == 0, "\(link.errors)")
            try await check(workspace, "linked.polkavm", text, functions: ["third", "second", "first", "run"])
        }
    }

    private func check(
        _ workspace: Workspace, _ blob: String, _ text: String, functions: [String]
    ) async throws {
        let run = try await workspace.pvm("run", blob, "run", "8", "3", "--json")
        #expect(run.exitCode == 2)
        let last = try #require(run.output.split(separator: "\n").last)
        let report = try JSONDecoder().decode(Report.self, from: Data(last.utf8))
        #expect(report.status == "trap")
        let names = report.backtrace.map { $0.function ?? "-" }
        try #require(names.count == functions.count, "\(names)")
        for ((frame, name), mark) in zip(zip(report.backtrace, names), functions) {
            #expect(name.contains(mark), "\(names)")
            #expect(frame.file?.contains("chain.") == true)
            #expect(frame.line == line(mark, in: text), "\(mark) of \(names)")
        }
        // For people, with the source line and a mark below the place.
        let shown = try await workspace.pvm("run", blob, "run", "8", "3")
        #expect(shown.errors.hasPrefix("error: trap: load of 4 bytes at inaccessible address 0x8\n  #0 "))
        let innermost = try #require(functions.first)
        let number = line(innermost, in: text)
        let source = text.split(separator: "\n", omittingEmptySubsequences: false)[number - 1]
        #expect(shown.errors.contains("     \(number < 10 ? " " : "")\(number) | \(source)\n"), "\(shown.errors)")
        #expect(shown.errors.contains("^\n"), "\(shown.errors)")
        #expect(shown.errors.contains("  sp  0x"))
    }

    @Test(arguments: ["debug", "release"], ["@inline(never)", "@inline(__always)"])
    func swiftFrames(configuration: String, kind: String) async throws {
        let text = """
            import PVM

            KIND func third(_ place: UnsafePointer<Int32>) -> Int32 {
                return place.pointee &+ 1  // third
            }

            KIND func second(_ place: UnsafePointer<Int32>, _ count: Int32) -> Int32 {
                let got = third(place)  // second
                return got &* count
            }

            KIND func first(_ place: UnsafePointer<Int32>, _ count: Int32) -> Int32 {
                let got = second(place, count &+ 1)  // first
                return got &+ count
            }

            @Export func run(_ address: UInt64, _ count: Int32) -> Int32 {
                let place = UnsafePointer<Int32>(bitPattern: UInt(address)).unsafelyUnwrapped
                let found = first(place, count)  // run
                return found &* 3
            }
            """.replacing("KIND", with: kind)
        let workspace = try Workspace()
        try workspace.write(text, to: "chain.swift")
        let build = try await workspace.pvm("build", "chain.swift", "-c", configuration, "-o", "chain.polkavm")
        try #require(build.exitCode == 0, "\(build.errors)")
        for level in ["-O0", "-O2"] {
            let link = try await workspace.pvm("link", "chain.elf", level, "-o", "linked.polkavm")
            try #require(link.exitCode == 0, "\(link.errors)")
            try await check(workspace, "linked.polkavm", text, functions: ["third", "second", "first", "run"])
        }
    }

    /// The compiler leaves why code of Swift traps as the name of a function; it is the reason that is shown.
    @Test func swiftFailure() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "import PVM\n@Export func at(_ n: Int) -> Int { var a = [1, 2]; a.append(n); return a[n] }\n", to: "a.swift"
        )
        let build = try await workspace.pvm("build", "a.swift")
        try #require(build.exitCode == 0, "\(build.errors)")
        let run = try await workspace.pvm("run", "a.polkavm", "at", "9")
        #expect(run.exitCode == 2)
        #expect(run.errors.hasPrefix("error: trap: Index out of range\n"), "\(run.errors)")
    }

    /// What is wrong with the debug information of the input is no error, and is said.
    @Test func unreadableDebugInformation() async throws {
        let workspace = try Workspace()
        try workspace.write("#include <pvm.h>\nPVM_EXPORT(int, main) { return 3; }\n", to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        var elf = try workspace.read("a.elf")
        // The first unit of .debug_line (DWARF 5, 7.5 and 6.2.4): a length, then the version, 5.
        let section = try ELFObject(parsing: elf, name: "a.elf").sections.first { $0.name == ".debug_line" }
        let table = try #require(section?.contents.prefix(64))
        let place = try #require(elf.firstRange(of: Array(table))?.lowerBound)
        #expect(elf[place + 4] == 5)
        elf[place + 4] = 9
        try workspace.write(elf, to: "a.elf")
        let link = try await workspace.pvm("link", "a.elf", "-o", "linked.polkavm")
        #expect(link.exitCode == 0)
        #expect(
            link.errors
                == "warning: debug information was left out: a.elf: .debug_line+0x0: a table of lines of version 9,"
                + " expected 2 to 5\n")
        let strip = try await workspace.pvm("link", "a.elf", "-o", "linked.polkavm", "--strip")
        #expect(strip.exitCode == 0 && strip.errors == "")
    }

    /// Without debug information the stack is the same, with names of exports and code offsets; a test that fails shows it.
    @Test func withoutDebugInformation() async throws {
        let workspace = try Workspace()
        try await workspace.assemble(
            """
            %stack_size = 4096
            %jump_table 1 = @back
            pub @test_it:
                sp = sp - 16
                u64 [sp + 8] = ra
                ra = 2, jump @leaf
            @back:
                ra = u64 [sp + 8]
                sp = sp + 16
                ret
            @leaf:
                trap
            """, to: "p.polkavm")
        // By hand: the call is the third instruction, behind 3 + 3 bytes; `leaf` is behind 4 + 3 + 3 + 2 more.
        let expected = "  #0 function at code offset 18, code offset 18\n  #1 test_it, code offset 6\n"
        let run = try await workspace.pvm("run", "p.polkavm", "test_it")
        #expect(run.errors.contains("instruction\n\(expected)  ra "), "\(run.errors)")
        let test = try await workspace.pvm("test", "p.polkavm")
        #expect(test.exitCode == 6)
        let indented = expected.split(separator: "\n").map { "      \($0)\n" }.joined()
        #expect(test.output.contains(indented), "\(test.output)")
        let source = try await workspace.pvm("disasm", "p.polkavm", "--source")
        #expect(source.exitCode == 0)
        #expect(source.errors.contains("source lines are not shown: the blob has no debug information"))
    }
}
