// Bad input is normal input: one message that says what, where and how to mend it, the documented exit code, and no output file.

import SystemPackage
import Testing

@Suite struct BadInputTests {
    private func expect(
        _ outcome: Outcome, code: Int32 = 1, _ texts: String..., line: Int = #line
    ) {
        #expect(outcome.exitCode == code, "line \(line): \(outcome.errors)")
        for text in texts { #expect(outcome.errors.contains(text), "line \(line): \(outcome.errors)") }
        #expect(!outcome.errors.contains("Fatal error"), "line \(line)")
    }

    @Test func missingAndUnreadableFiles() async throws {
        let workspace = try Workspace()
        expect(try await workspace.pvm("run", "none.polkavm"), "none.polkavm: can not read: no such file or directory")
        expect(try await workspace.pvm("link", "none.elf", "-o", "x"), "none.elf: can not read")
        expect(try await workspace.pvm("disasm", "none.polkavm"), "can not read")
        expect(try await workspace.pvm("asm", "none.s", "-o", "x"), "can not read")
        expect(try await workspace.pvm("link", "none.elf"), code: 64, "--output")
        expect(try await workspace.pvm("frobnicate"), code: 64, "unknown verb 'frobnicate'; there are new, build, run")
        #expect(try workspace.files() == [])
    }

    /// A reader that goes away is none of our business; results that are lost are.
    @Test func outputThatCanNotBeWritten() async throws {
        let workspace = try Workspace()
        try await workspace.assemble("pub @main:\n    a0 = 7\n    ret\n", to: "a.polkavm")
        func shell(_ redirection: String) async throws -> Outcome {
            try await workspace.run("/bin/sh", ["-c", "'\(Workspace.tool)' disasm a.polkavm \(redirection)"], in: "")
        }
        expect(try await shell("> /dev/full"), "error: standard output: can not write: no space left on device")
        expect(try await shell(">&-"), code: 0)
    }

    @Test func damagedBlobs() async throws {
        let workspace = try Workspace()
        try await workspace.assemble("pub @main:\n    a0 = 7\n    ret\n", to: "good.polkavm")
        let good = try workspace.read("good.polkavm")
        try workspace.write(Array(good.dropLast(3)), to: "cut.polkavm")
        for verb in ["run", "disasm", "inspect"] {
            expect(
                try await workspace.pvm(verb, "cut.polkavm"), "cut.polkavm: blob offset 0x5: the header says",
                "damaged or was cut off")
        }
        try workspace.write("this is no program", to: "text.polkavm")
        expect(try await workspace.pvm("run", "text.polkavm"), "not a PVM blob: expected the bytes 50 56 4d 00")
        var version = good
        version[4] = 9
        try workspace.write(version, to: "version.polkavm")
        expect(try await workspace.pvm("run", "version.polkavm"), "unsupported blob version 9")
        try workspace.write([], to: "empty.polkavm")
        expect(try await workspace.pvm("run", "empty.polkavm"), "not a PVM blob")
        for bit in stride(from: 0, to: good.count * 8, by: 7) {
            var flipped = good
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            try workspace.write(flipped, to: "flipped.polkavm")
            let outcome = try await workspace.pvm("run", "flipped.polkavm", "main", "--gas", "1000")
            #expect((0...5).contains(outcome.exitCode), "bit \(bit): \(outcome.errors)")
        }
    }

    @Test func elfInPlaceOfABlob() async throws {
        let workspace = try Workspace()
        try workspace.write([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], to: "a.elf")
        expect(try await workspace.pvm("run", "a.elf"), "this is an ELF file", "pvm link a.elf")
    }

    @Test func assemblyErrors() async throws {
        let workspace = try Workspace()
        try workspace.write("pub @main:\n    a0 = q9\n    jump @nowhere\n", to: "bad.s")
        let outcome = try await workspace.pvm("asm", "bad.s", "-o", "bad.polkavm")
        expect(outcome, "bad.s:2:", "^")
        #expect(!workspace.exists("bad.polkavm"))
    }

    @Test func vectors() async throws {
        let workspace = try Workspace()
        try workspace.write("{\"name\": \"cut", to: "cut.json")
        try workspace.write("[1, 2, 3]", to: "list.json")
        try workspace.write("", to: "empty.json")
        let outcome = try await workspace.pvm("vector", "cut.json", "list.json", "empty.json", "none.json")
        expect(outcome, "cut.json: ", "list.json: ", "empty.json: ", "none.json: can not read")
        #expect(outcome.output == "0 passed, 4 failed\n")
    }

    @Test func projects() async throws {
        let workspace = try Workspace()
        expect(try await workspace.pvm("build"), "not a project: it has no folder 'Sources'", "pvm new")
        expect(try await workspace.pvm("build", "nowhere"), "nowhere: no such folder; 'pvm new nowhere'")
        try workspace.write("int x;", to: "a.txt")
        expect(try await workspace.pvm("build", "a.txt"), "a.txt: can not be compiled", ".c, .swift or .S")
        expect(try await workspace.pvm("build", "a.c"), "a.c: can not read: no such file")
        expect(try await workspace.pvm("new", "1bad"), "'1bad' can not be a project name")
        expect(try await workspace.pvm("new", "a b"), "' ' is not allowed")
        try workspace.write("", to: "taken")
        expect(try await workspace.pvm("new", "taken"), "taken already exists")
    }

    @Test func missingCompiler() async throws {
        let workspace = try Workspace()
        try workspace.write("int x;", to: "a.c")
        let nowhere = ["PVM_TOOLCHAIN": "/nonexistent"]
        expect(
            try await workspace.pvm("build", "a.c", environment: nowhere), "clang not found",
            "comes with the Swift 6.3 toolchain", "pvm doctor")
        let doctor = try await workspace.pvm("doctor", environment: nowhere)
        #expect(doctor.exitCode == 1)
        #expect(doctor.output.contains("MISSING  clang"))
        expect(
            try await workspace.pvm("build", "a.c", environment: ["PVM_HOME": "/nonexistent"]),
            "the guest SDK", "set PVM_HOME")
    }

    @Test func compilerErrors() async throws {
        let workspace = try Workspace()
        try workspace.write("#include <pvm.h>\nPVM_EXPORT(int, main) { return x; }\n", to: "a.c")
        expect(try await workspace.pvm("build", "a.c"), "a.c:2:", "undeclared identifier 'x'", "clang failed")
        try workspace.write("@c func f() -> Int { y }\n", to: "b.swift")
        expect(try await workspace.pvm("build", "b.swift"), "b.swift:1:", "cannot find 'y' in scope", "swiftc failed")
        #expect(!workspace.exists("a.polkavm") && !workspace.exists("b.polkavm"))
    }

    @Test func linkErrors() async throws {
        let workspace = try Workspace()
        func build(_ source: String) async throws -> Outcome {
            try workspace.write("#include <pvm.h>\n" + source, to: "a.c")
            return try await workspace.pvm("build", "a.c", "-o", "a.polkavm")
        }
        expect(
            try await build("int f(int); PVM_EXPORT(int, main) { return f(1); }"), "undefined symbol 'f'",
            "(in 'main')",
            "PVM_IMPORT")
        expect(
            try await build("_Thread_local int t; PVM_EXPORT(int, main) { return t++; }"), "thread-local")
        expect(
            try await build("PVM_EXPORT(int, main) { asm volatile(\"ecall\"); return 0; }"), "a system call", "main")
        expect(try await build("int nothing;"), "no function is exported", "PVM_EXPORT")
        expect(
            try await build(
                "PVM_EXPORT(int, a) { return 1; } int b(void) __asm__(\"b\");"
                    + "PVM_EXPORT(int, main) { return b(); }"), "undefined symbol 'b'")
        #expect(!workspace.exists("a.polkavm"))
    }

    @Test func foreignELF() async throws {
        let workspace = try Workspace()
        // The executable that runs this test is a program for another machine.
        let outcome = try await workspace.pvm("link", "/proc/self/exe", "-o", "x.polkavm")
        expect(outcome, "/proc/self/exe", "RISC-V")
        #expect(!workspace.exists("x.polkavm"))
    }

    /// A guest that reads where there is nothing to read from.
    @Test func closedInput() async throws {
        let workspace = try Workspace()
        try workspace.write("#include <stdio.h>\nint main(void) { return getchar(); }\n", to: "a.c")
        #expect(try await workspace.pvm("build", "a.c", "-o", "a.polkavm").exitCode == 0)
        let outcome = try await workspace.run(
            "/bin/sh", ["-c", "exec '\(Workspace.tool)' run a.polkavm <&-"], in: ".")
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("error: standard input can not be read: "))
        #expect(outcome.errors.contains("'< /dev/null'"))
    }

    @Test func unwritableOutput() async throws {
        let workspace = try Workspace()
        try workspace.write("pub @main:\n    ret\n", to: "a.s")
        expect(
            try await workspace.pvm("asm", "a.s", "-o", "no/such/folder/x.polkavm"),
            "no/such/folder/x.polkavm: can not write: no such file or directory")
        expect(try await workspace.pvm("asm", "a.s", "-o", "."), "it is a folder; name a file")
        #expect(try workspace.files() == ["a.s"])
    }
}
