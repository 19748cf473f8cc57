// Programs for hosts: .jam and raw files in every verb that takes programs, `pvm check`, `pvm size`, links for every target.

import PolkaBlob
import PolkaBuild
import PolkaISA
import SystemPackage
import Testing

@Suite struct TargetTests {
    /// refine answers its input with one added to each byte; accumulate asks for the gas left; is a service of either version.
    private static let service = """
        %rw_data_size = 64
        %stack_size = 4096
        @entries:
            %length = 5
            jump @refine
        @second:
            jump @accumulate
        pub @refine:
            a2 = 0x20000
            a3 = a0
            a4 = a0 + a1
            fallthrough
        @next:
            jump @done if a3 == a4
            a5 = u8 [a3]
            a5 = a5 + 1
            u8 [a2] = a5
            a2 = a2 + 1
            a3 = a3 + 1
            jump @next
        @done:
            a0 = 0x20000
            ret
        pub @accumulate:
            ecalli 0
            ret
        pub @wrong:
            a1 = 0xffffffff
            ret
        """

    /// A folder with the service as s.polkavm, s.jam and s.raw.
    private func workspace(_ text: String = service, _ set: InstructionSet = .jamV1) async throws -> Workspace {
        let workspace = try Workspace()
        try await workspace.assemble("%isa = \(set.name)\n" + text, to: "s.polkavm")
        let blob = try Blob(parsing: workspace.read("s.polkavm"))
        try workspace.write(StandardProgram(blob, for: [set]).serialized(), to: "s.jam")
        try workspace.write(blob.code.rawProgram, to: "s.raw")
        return workspace
    }

    // MARK: Running

    @Test(arguments: ["interpreter", "compiler", "auto"])
    func standardProgram(_ backend: String) async throws {
        let workspace = try await workspace()
        let probe = try await workspace.pvm("run", "s.jam", "--backend", backend)
        if probe.exitCode == 1, probe.errors.contains("use the interpreter") { return }
        // Without an entry it is refine, without input there is none.
        #expect(probe.output == "0x\n" && probe.exitCode == 0, "\(probe.errors)")
        for entry in ["refine", "0", "is_authorized"] {
            let run = try await workspace.pvm(
                "run", "s.jam", entry, "--input-hex", "0x00fe41", "--backend", backend)
            #expect(run.output == "0x01ff42\n" && run.exitCode == 0, "\(run.errors)")
        }
        try workspace.write(Array(0..<60), to: "input.bin")
        let json = try await workspace.pvm(
            "run", "s.jam", "--input-file", "input.bin", "--backend", backend, "--json", "--gas", "100000")
        let expected = (1...60).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(json.output.contains("\"result\":\"\(expected)\""), "\(json.output)")
        #expect(json.output.contains("\"backend_choice\":\"\(backend)\""))
        // The host function has the name that the version of JAM gives it.
        for entry in ["accumulate", "5"] {
            let call = try await workspace.pvm("run", "s.jam", entry, "--backend", backend)
            #expect(call.exitCode == 5 && call.errors.contains("'gas'"), "\(call.errors)")
        }
        // A result that can not be read is none.
        let offset = try #require(Blob(parsing: workspace.read("s.polkavm")).export(named: "wrong")?.codeOffset)
        #expect(try await workspace.pvm("run", "s.jam", "\(offset)", "--backend", backend).output == "0x\n")
    }

    @Test func registersAtTheStart() async throws {
        // blob-format.md 6.3; the sum stays below 2^64.
        let text = """
            %rw_data_size = 8
            %stack_size = 4096
                a2 = ra + sp
                a2 = a2 + a0
                a2 = a2 + a1
                a2 = a2 + t0
                a2 = a2 + s1
                a2 = a2 + a5
                u64 [0x20000] = a2
                a0 = 0x20000
                a1 = 8
                ret
            """
        let workspace = try await workspace(text)
        let sum: UInt64 = 0xffff_0000 + 0xfefe_0000 + 0xfeff_0000 + 3
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try await workspace.pvm("run", "s.jam", "0", "--input-hex", "010203").output == "0x\(hex)\n")
    }

    @Test func rawProgram() async throws {
        let workspace = try await workspace("    a0 = a0 + a1\n    ret\n")
        let run = try await workspace.pvm("run", "s.raw", "0", "40", "2")
        #expect(run.output == "42\n", "\(run.errors)")
        // The form can be said where the name does not tell, and must be right.
        try workspace.write(try workspace.read("s.raw"), to: "named-otherwise")
        #expect(try await workspace.pvm("run", "named-otherwise", "0", "1", "2", "--format", "raw").output == "3\n")
        let wrong = try await workspace.pvm("run", "named-otherwise", "0", "--format", "jam")
        #expect(wrong.exitCode == 1 && wrong.errors.contains("needs"), "\(wrong.errors)")
    }

    @Test func wrongUse() async throws {
        let workspace = try await workspace()
        func expect(_ arguments: String..., code: Int32 = 1, says text: String) async throws {
            let outcome = try await workspace.pvm(["run"] + arguments)
            #expect(outcome.exitCode == code && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
        }
        try await expect("s.jam", "nowhere", says: "no entry point 'nowhere'; expected refine (0), is_authorized (0)")
        try await expect("s.jam", "1", says: "no instruction starts at code offset 1")
        try await expect("s.jam", "4000000000", says: "no instruction starts at code offset 4000000000")
        try await expect("s.jam", "refine", "7", says: "takes bytes, not integers")
        try await expect("s.jam", "refine", "--input-hex", "abc", code: 64, says: "abc")
        try await expect("s.jam", "--input-hex", "ab", "--input-file", "x", code: 64, says: "exclude each other")
        try await expect("s.jam", "--input-file", "missing", says: "missing: can not read")
        try await expect("s.polkavm", "refine", "--input-hex", "ab", says: "are for .jam programs")
        try await expect("s.polkavm", "refine", "--isa", "revive_v1", says: "this one is of jam_v1")
        try workspace.write([UInt8](repeating: 0, count: (1 << 24) + 1), to: "large")
        try await expect("s.jam", "--input-file", "large", says: "larger than the 16777216 bytes")
    }

    /// Numbers that mean something else in JAM 0.7.2 and 0.8.0 are not guessed at.
    @Test func instructionSetIsSaidWhereItMatters() async throws {
        // zero_extend_16 is 110 in revive_v1, where jam_v1 has reverse_byte.
        let text = "    %length = 5\n    jump @refine\n@refine:\n    a0 = zext16 a1\n    ret\n"
        let workspace = try await workspace(text, .reviveV1)
        // The container beside it says it.
        #expect(try await workspace.pvm("disasm", "s.jam").output.contains("a0 = zext16 a1"))
        try workspace.write(workspace.read("s.jam"), to: "alone.jam")
        let silent = try await workspace.pvm("disasm", "alone.jam")
        #expect(silent.exitCode == 1 && silent.errors.contains("--isa jam_v1 or --isa revive_v1"), "\(silent.errors)")
        #expect(try await workspace.pvm("disasm", "alone.jam", "--isa", "revive_v1").output.contains("a0 = zext16 a1"))
        #expect(try await workspace.pvm("disasm", "alone.jam", "--isa", "jam_v1").output.contains("a0 = reverse a1"))
        // Where only one set has all instructions it is that one.
        let other = try await self.workspace("    a0 = reverse a1\n    ret\n", .reviveV1)
        #expect(try await other.pvm("disasm", "s.jam").output.contains("a0 = reverse a1"))
        #expect(try await other.pvm("inspect", "s.jam").output.contains("kind          revive_v1"))
    }

    @Test func listings() async throws {
        let workspace = try await workspace()
        let jam = try await workspace.pvm("disasm", "s.jam")
        #expect(
            jam.output.contains("[export #0: 'refine'] [export #1: 'is_authorized']")
                && jam.output.contains("ecalli 0 // 'gas'"), "\(jam.output)")
        #expect(try await workspace.pvm("disasm", "s.raw").output.contains("a5 = a5 + 0x1"))
        let inspect = try await workspace.pvm("inspect", "s.jam", "--json")
        #expect(inspect.output.contains("\"format\":\"jam\"") && inspect.output.contains("\"name\":\"arguments\""))
        let text = try await workspace.pvm("inspect", "s.jam")
        #expect(text.output.contains("arguments        0xfeff0000..0xffff0000  r  16777216 bytes"), "\(text.output)")
    }

    /// Cut or flipped files: an answer, never a crash.
    @Test func damagedFiles() async throws {
        let workspace = try await workspace()
        for name in ["s.jam", "s.raw"] {
            let bytes = try workspace.read(name)
            for count in stride(from: 0, to: bytes.count, by: 9) {
                try workspace.write(Array(bytes[..<count]), to: "cut." + (name == "s.jam" ? "jam" : "raw"))
                let outcome = try await workspace.pvm("inspect", "cut." + (name == "s.jam" ? "jam" : "raw"))
                #expect(outcome.exitCode == 1 || outcome.exitCode == 0, "\(count): \(outcome.errors)")
            }
            for bit in stride(from: 3, to: bytes.count * 8, by: 61) {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                try workspace.write(flipped, to: "flipped")
                let outcome = try await workspace.pvm(
                    "run", "flipped", "0", "--gas", "10000", "--isa", "jam_v1", "--format",
                    name == "s.jam" ? "jam" : "raw")
                #expect((0...5).contains(outcome.exitCode), "bit \(bit): \(outcome.errors)")
            }
        }
    }

    // MARK: Checking

    @Test func check() async throws {
        let workspace = try await workspace()
        for file in ["s.jam", "s.polkavm"] {
            let check = try await workspace.pvm("check", file, "--target", "jam-0.8.0")
            #expect(check.exitCode == 0, "\(check.output)")
            // A line for each rule, and one for all.
            #expect(check.output.split(separator: "\n").count == 9)
            #expect(check.output.hasSuffix("\(file) obeys the rules of jam-0.8.0\n"))
        }
        let revive = try await workspace.pvm("check", "s.polkavm", "--target", "revive")
        #expect(revive.exitCode == 6)
        #expect(revive.output.contains("VIOLATED instruction set     jam_v1"), "\(revive.output)")
        #expect(revive.output.contains("the host calls 'deploy', which is not exported\n      export it"))
        #expect(revive.output.hasSuffix("s.polkavm breaks 2 rules of revive\n"))
        let json = try await workspace.pvm("check", "s.polkavm", "--target", "revive", "--json")
        #expect(json.exitCode == 6 && json.output.contains("\"violated\":true"))
        #expect(json.output.contains("\"limit_value\":1048576"))
        #expect(try await workspace.pvm("check", "s.raw", "--target", "jam-0.8.0").exitCode == 1)
        #expect(try await workspace.pvm("check", "missing", "--target", "revive").exitCode == 1)
        #expect(try await workspace.pvm("check", "s.jam").exitCode == 64)
    }

    // MARK: Sizes

    @Test func size() async throws {
        let workspace = try await workspace()
        for (file, count) in [("s.jam", 3), ("s.polkavm", 3), ("s.raw", 1)] {
            let outcome = try await workspace.pvm("size", file, "--all")
            let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
            let sum = rows.dropLast().compactMap { $0.first.flatMap { Int($0) } }.reduce(0, +)
            #expect(rows.last?.first == "\(try workspace.read(file).count)", "\(outcome.output)")
            #expect(sum == (try workspace.read(file)).count, "\(outcome.output)")
            #expect(rows.count > count)
        }
        // Says what would name more.
        let outcome = try await workspace.pvm("size", "s.polkavm")
        #expect(outcome.errors.contains("only exports are known") && outcome.errors.contains("s.map"))
        let json = try await workspace.pvm("size", "s.polkavm", "--json")
        #expect(json.output.contains("\"names_from\":\"exports\"") && json.output.contains("\"file_bytes\":"))
        try await workspace.assemble("%isa = jam_v1\n" + Self.service + "\npub @more:\n    ret\n", to: "new.polkavm")
        let diff = try await workspace.pvm("size", "new.polkavm", "--diff", "s.polkavm")
        #expect(diff.output.contains("  0 -> 2  more\n"), "\(diff.output)")
        // The export's name with its offset and length, the two bytes of code, and their place in the bitmask.
        let old = try workspace.read("s.polkavm").count
        let new = try workspace.read("new.polkavm").count
        #expect(diff.output.contains("\(old) -> \(new)  the whole file"), "\(diff.output)")
    }
}

/// `pvm build` and `pvm link` for every target.
@Suite struct TargetBuildTests {
    private static let service = """
        #include <pvm_host.h>
        #include <stdlib.h>

        struct answer { const void *at; uint64_t size; };

        // Every byte twice, from memory of the heap.
        PVM_EXPORT(struct answer, refine, const uint8_t *input, uint64_t size) {
            uint8_t *output = malloc(2 * size);
            if (!output) return (struct answer){0};
            for (uint64_t i = 0; i < 2 * size; i++) output[i] = input[i / 2];
            return (struct answer){output, 2 * size};
        }

        PVM_EXPORT(uint64_t, accumulate, const uint8_t *input, uint64_t size) { return jam_fetch(0, 0, 0, 0, 0, 0); }
        """

    @Test(arguments: ["jam-0.7.2", "jam-0.8.0"])
    func services(_ target: String) async throws {
        let workspace = try Workspace()
        try Files.makeFolder(workspace.folder.appending("p/Sources"))
        try workspace.write(Self.service, to: "p/Sources/service.c")
        let build = try await workspace.pvm("build", "p", "--target", target)
        try #require(build.exitCode == 0, "\(build.errors)\(build.output)")
        #expect(build.output.hasPrefix("p/build/p.jam: "), "\(build.output)")
        #expect(build.output.contains("  obeys the \(target == "jam-0.7.2" ? 5 : 8) rules of \(target)\n"))
        #expect(workspace.exists("p/build/p.polkavm") && workspace.exists("p/build/p.map"))
        let blob = try Blob(parsing: workspace.read("p/build/p.polkavm"))
        #expect(blob.instructionSet == (target == "jam-0.7.2" ? .reviveV1 : .jamV1))
        // fetch is 1, and since 0.8.0 2.
        #expect(blob.imports.last == Array("fetch".utf8) && blob.imports.count == (target == "jam-0.7.2" ? 2 : 3))
        // Entry 0 is a jump of five bytes.
        #expect(blob.code.bytes[0] == 40 && blob.code.startsInstruction(at: 5))
        let program = try StandardProgram(parsing: workspace.read("p/build/p.jam"))
        #expect(program.code == blob.code)
        for backend in ["interpreter", "auto"] {
            let run = try await workspace.pvm(
                "run", "p/build/p.jam", "--input-hex", "01ff10", "--backend", backend)
            #expect(run.output == "0x0101ffff1010\n", "\(run.errors)")
        }
        let again = try await workspace.pvm("build", "p", "--target", target)
        #expect(again.errors.contains("is up to date") && again.output == build.output)
        // The other version is not satisfied with it.
        let other = target == "jam-0.7.2" ? "jam-0.8.0" : "jam-0.7.2"
        #expect(try await workspace.pvm("check", "p/build/p.polkavm", "--target", other).exitCode == 6)
        // A .jam file does not say for which it is, but the container beside it does.
        let check = try await workspace.pvm("check", "p/build/p.jam", "--target", other)
        #expect(check.exitCode == 6 && check.output.contains("has another meaning, or none, in"), "\(check.output)")
        // Every byte of the file has its row, and functions and variables have their names.
        let size = try await workspace.pvm("size", "p/build/p.jam", "--all")
        for name in ["refine", "accumulate", "(dispatch table)"] {
            #expect(size.output.contains("  \(name)\n"), "\(size.output)")
        }
        #expect(size.errors == "")
    }

    @Test func servicesInSwift() async throws {
        let workspace = try Workspace()
        let made = try await workspace.pvm("new", "p")
        try #require(made.exitCode == 0, "\(made.errors)")
        for file in try Files.listRecursively(workspace.folder.appending("p/Sources")) {
            Files.remove(workspace.folder.appending("p/Sources/\(file)"))
        }
        try workspace.write(
            """
            import PVM

            @Import("gas", index: 0) func gasLeft() -> UInt64

            @Export func refine(_ input: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { input }
            @Export func accumulate(_ input: UnsafeRawBufferPointer) -> UInt64 { gasLeft() }
            """, to: "p/Sources/Service.swift")
        let build = try await workspace.pvm("build", "p", "--target", "jam-0.8.0")
        try #require(build.exitCode == 0, "\(build.errors)\(build.output)")
        let run = try await workspace.pvm("run", "p/build/p.jam", "refine", "--input-hex", "c0ffee")
        #expect(run.output == "0xc0ffee\n", "\(run.errors)")
    }

    @Test func whatATargetDoesNotTake() async throws {
        let workspace = try Workspace()
        func expect(_ source: String, _ target: String, code: Int32, _ texts: String...) async throws {
            try workspace.write("#include <pvm.h>\n" + source, to: "a.c")
            let build = try await workspace.pvm("build", "a.c", "--target", target)
            #expect(build.exitCode == code, "\(build.errors)")
            for text in texts { #expect(build.errors.contains(text), "\(build.errors)") }
        }
        let entries = "PVM_EXPORT(void, deploy) {}\n"
        try await expect(
            "PVM_IMPORT(int, frob);\n" + entries + "PVM_EXPORT(int, call) { return frob(); }\n", "revive", code: 6,
            "VIOLATED imports", "the host has no function 'frob'")
        try await expect(entries, "revive", code: 6, "the host calls 'call', which is not exported")
        try await expect(
            "PVM_IMPORT(int, gas);\nPVM_EXPORT(int, refine) { return gas(); }\n", "jam-0.8.0", code: 1,
            "import 'gas' has no number, and the host calls functions by number; give it one with PVM_IMPORT_INDEX")
        try await expect(
            "PVM_IMPORT_INDEX(77, int, gas);\nPVM_EXPORT(int, refine) { return gas(); }\n", "jam-0.8.0", code: 6,
            "import 'gas' has the number 77; in jam-0.8.0 it is 0")
        try await expect("PVM_EXPORT(int, main) { return 0; }\n", "jam-0.7.2", code: 1, "no entry point is exported")
        try await expect(
            "PVM_EXPORT(int, accumulate) { return 0; }\n", "jam-0.7.2", code: 1,
            "'accumulate' is exported, but not is_authorized or refine")
        try await expect(
            "PVM_EXPORT(int, refine) { return 0; }\nPVM_EXPORT(int, is_authorized) { return 1; }\n", "jam-0.7.2",
            code: 1,
            "are both exported, but the host enters them at the same place")
        // Instructions that only the tool's own machine has, with their place in the source.
        let special = """
            PVM_EXPORT(long, refine) {
                long end;
                __asm__ volatile(".insn r 0xb, 1, 0, %0, %1, zero" : "=r"(end) : "r"(1l));
                __asm__ volatile(".word 0x0000200b");
                return end;
            }
            """
        for target in ["revive", "jam-0.7.2", "jam-0.8.0"] {
            try await expect(
                special, target, code: 1, "the instruction 'sbrk' does not exist in", "(in 'refine')", "PVM_HEAP",
                "the instruction 'memset' does not exist in")
        }
        let name = try await workspace.pvm("build", "a.c", "--target", "jam-0.8.0", "-o", "a.polkavm")
        #expect(name.exitCode == 64 && name.errors.contains("writes a .jam file"))
    }

    @Test func linking() async throws {
        let workspace = try Workspace()
        try workspace.write(Self.service, to: "a.c")
        try #require(try await workspace.pvm("build", "a.c", "--target", "jam-0.8.0").exitCode == 0)
        func link(_ arguments: String...) async throws -> Outcome {
            try await workspace.pvm(["link", "a.elf"] + arguments)
        }
        let jam = try await link(
            "-o", "b.jam", "--format", "jam", "--dispatch", "refine,accumulate", "--map", "b.map")
        #expect(jam.exitCode == 0, "\(jam.errors)")
        #expect(try workspace.read("b.jam") == workspace.read("a.jam"))
        #expect(try workspace.read("b.map") == workspace.read("a.map"))
        #expect(try await link("-o", "c.jam", "--format", "jam").exitCode == 64)
        let raw = try await link("-o", "b.raw", "--format", "raw", "--isa", "jam_v1", "--dispatch", "refine,accumulate")
        #expect(raw.exitCode == 0)
        #expect(
            try CodeMap(rawProgram: workspace.read("b.raw")) == StandardProgram(parsing: workspace.read("a.jam")).code)
        // What means the same in both versions may be of any kind.
        let other = try await link(
            "-o", "d.jam", "--format", "jam", "--isa", "latest64", "--dispatch", "refine,accumulate")
        #expect(other.exitCode == 1 && other.errors.contains("link with --isa jam_v1"), "\(other.errors)")
        #expect(!workspace.exists("d.jam"))
    }
}
