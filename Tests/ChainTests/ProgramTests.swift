// Ordinary programs, C with a `main` that knows nothing of guests: built for this computer and as guests, and run with the same
// words and the same input, they must write the same bytes and end with the same status.

import PolkaBuild
import PolkaHost
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import Subprocess
import SystemPackage
import Testing

/// A program of Tests/Programs and how it is called.
struct Program: Sendable, CustomStringConvertible {
    struct Call: Sendable {
        /// What follows `argv[0]`.
        let words: [String]
        let input: [UInt8]

        init(_ words: [String] = [], _ input: String = "") { self.init(words, Array(input.utf8)) }

        init(_ words: [String], _ input: [UInt8]) {
            self.words = words
            self.input = input
        }
    }

    /// What a call leaves.
    struct Outcome: Equatable {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        /// What the shell would see: the low eight bits.
        var status: UInt8 = 0
    }

    let name: String
    let calls: [Call]

    var description: String { name }
    var source: FilePath { Self.folder.appending("\(name).c") }

    static let folder = Guest.packageRoot.appending("Tests/Programs")
}

extension Program {
    private static let poem = """
        The machine counts, and the counting machine
        is what the machine counts on.

        \tOne two three; one two; one.
        It's the end of the line, the very last
        """

    private static let numbers = "10\n9\n-3.5\nten\n9\n1e2\n  7\n\n-3.5\n0x10\nten\n"

    private static let sums = """
        a = 2 ^ 3 ^ 2
        1/3
        sqrt(a) * -2
        1/0
        foo(1)
        (1
        2 3
        # a comment

        b=a%100
        B + 1e3
        0.1+0.2
        log(1) - exp(0)
        nothing
        round(2.5) + floor(-0.5) + ceil(1.2)
        """

    private static let bytes: [UInt8] =
        Array("Some text, then:\n".utf8) + (0...255).map { $0 } + [UInt8](repeating: 0, count: 100) + Array("end".utf8)

    static let all = [
        Program(
            name: "count",
            calls: [
                Call([], poem), Call(["-lL"], poem), Call(["-c", "-w"], poem), Call(), Call(["-x"], poem),
                Call(["file"]),
                Call([], bytes),
            ]),
        Program(
            name: "sort",
            calls: [
                Call([], numbers), Call(["-n"], numbers), Call(["-r", "-u"], numbers), Call(["-n", "-u"], numbers),
                Call(),
                Call(["-q"], numbers), Call([], poem),
            ]),
        Program(
            name: "calculator",
            calls: [Call([], sums), Call(["3"], sums), Call(["15"], sums), Call([], "1 + 1"), Call()]),
        Program(name: "frequency", calls: [Call([], poem), Call(["3"], poem), Call(["many"], poem), Call()]),
        Program(
            name: "hexdump",
            calls: [
                Call([], bytes), Call([], poem), Call(["-r"], "48 65 6c6C 6f\n0a"), Call(["-r"], "00 ff zz 11"), Call(),
                Call(["-x"]),
            ]),
        Program(
            name: "statistics",
            calls: [
                Call([], "3 -1.5 2e3 0x10 abc 7 nan5 1e-3 .5 +4"), Call(["0x3"], "1 2 3 4 5 6 7 8 9 10"),
                Call([], "none"),
                Call(["1"], "5"), Call(),
            ]),
        Program(
            name: "lines",
            calls: [
                Call([], poem), Call([], poem + "\n"), Call(), Call([], "\n\n"), Call(["o"], poem), Call([], bytes),
                Call(["\u{1}"], bytes), Call([], String(repeating: "long ", count: 4000) + "\nend"),
            ]),
        Program(
            name: "endings",
            calls: [
                Call(), Call(["return", "3"]), Call(["exit", "-1"]), Call(["deep", "256"]), Call(["deep", "77"]),
                Call(["quick", "5"]), Call(["nothing", "0", "", "two words", "\u{fc}\u{1f418}"]),
            ]),
    ]
}

@Suite struct ProgramTests {
    @Test func listNamesAllPrograms() throws {
        let present = try Files.list(Program.folder).filter { $0.hasSuffix(".c") }
        #expect(Set(Program.all.map { "\($0.name).c" }) == Set(present))
    }

    @Test(arguments: Program.all)
    func behavesAsNatively(_ program: Program) async throws {
        let folder = try TemporaryFolder(program.name)
        var expected: [Program.Outcome] = []
        let native = folder.path.appending("native")
        _ = try await Toolchain().run(
            .clang, ["-w", "-O2", "-std=gnu23", program.source.string, "-o", native.string, "-lm"])
        for call in program.calls { expected.append(try await outcome(of: native, program, call)) }
        for optimization in [BuildOptions.Optimization.none, .size, .speed] {
            let output = folder.path.appending("\(optimization.rawValue).polkavm")
            let options = BuildOptions(optimization: optimization, link: LinkOptions(), colorDiagnostics: false)
            let project = try Project(files: [program.source.string], output: output)
            let blob = try await Builder.forTests(options).build(project).result.blob
            for backend in Backend.all {
                let module = try Module(blob, configuration: ModuleConfiguration(), engine: Engine(backend: backend))
                for (call, expected) in zip(program.calls, expected) {
                    let actual = try outcome(of: module, program, call)
                    let what = "\(program) \(call.words) \(optimization) \(backend.name)"
                    #expect(actual.status == expected.status, "\(what)")
                    #expect(text(actual.output) == text(expected.output), "\(what)")
                    #expect(text(actual.errors) == text(expected.errors), "\(what)")
                    #expect(actual == expected, "\(what)")
                }
            }
        }
    }

    private func outcome(
        of native: FilePath, _ program: Program, _ call: Program.Call
    ) async throws -> Program.Outcome {
        // From a file, since a program that does not read it all would break a pipe.
        let input = native.removingLastComponent().appending("input")
        try Files.write(call.input, to: input)
        let result = try await Subprocess.run(
            .path(native),
            arguments: Arguments(executablePathOverride: program.name, remainingValues: call.words),
            input: .fileDescriptor(try FileDescriptor.open(input, .readOnly), closeAfterSpawningProcess: true),
            output: .bytes(limit: 1 << 20), error: .bytes(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else {
            Issue.record("\(program) \(call.words) natively: \(result.terminationStatus)")
            return Program.Outcome()
        }
        return Program.Outcome(
            output: result.standardOutput, errors: result.standardError, status: UInt8(truncatingIfNeeded: code))
    }

    private func outcome(of module: Module, _ program: Program, _ call: Program.Call) throws -> Program.Outcome {
        // The console's functions are called one after the other, by this thread.
        final class Console {
            var outcome = Program.Outcome()
            var rest: ArraySlice<UInt8>
            var reads = 0

            init(_ input: [UInt8]) { rest = input[...] }
        }
        let console = Console(call.input)
        let host = ConsoleHost(
            read: { count in
                console.reads += 1
                let bytes = console.rest.prefix(count)
                console.rest.removeFirst(bytes.count)
                return Array(bytes)
            },
            write: { stream, bytes in
                switch stream {
                case .output: console.outcome.output += bytes
                case .error: console.outcome.errors += bytes
                }
            })
        var linker = Linker()
        try host.define(in: &linker)
        let instance = try Instance(module, linker: linker)
        try instance.prepareCall("main", [])
        try ProgramArguments([program.name] + call.words).pass(to: instance)
        let exit = try instance.resume()
        #expect(exit == .finished, "\(program) \(call.words)")
        // Programs that take one byte at a time do not ask the host for each; at the end they may ask again.
        #expect(console.reads <= call.input.count / 1024 + 8, "\(program) \(call.words): \(console.reads) reads")
        console.outcome.status = UInt8(truncatingIfNeeded: instance[.a0])
        return console.outcome
    }

    /// Bytes so that a failing test shows where they differ.
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
