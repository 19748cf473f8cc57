// What a guest can not do, and what the tool says of it: a place, what was found, and a way out; never a compiler's dump.

import PolkaBuild
import SystemPackage
import Testing

@Suite struct GuestErrorTests {
    /// A source that does not build, and what its message must contain.
    struct Case: CustomStringConvertible {
        let name: String
        let file: String
        let source: String
        let texts: [String]

        var description: String { name }

        init(_ name: String, _ file: String, _ source: String, _ texts: String...) {
            self.name = name
            self.file = file
            self.source = source
            self.texts = texts
        }
    }

    private static let c = [
        Case(
            "variadic long double", "a.c",
            "#include <stdio.h>\nint main(void) {\n    long double x = 1;\n    printf(\"%Lf\", x);\n}\n",
            "a.c:4:5: error: 'printf' is passed a long double or an __int128 through '...'", "pass a double"),
        Case(
            "variadic __int128", "a.c",
            "#include <pvm.h>\nint f(int, ...);\nPVM_EXPORT(int, main) { return f(1, (__int128)2); }\n",
            "a.c:3:32: error: 'f' is passed"),
        Case(
            "variadic call through a pointer", "a.c",
            "#include <pvm.h>\nint (*f)(int, ...);\nPVM_EXPORT(int, main) { return f(1, 2.5L); }\n",
            "a.c:3:32: error: a function is passed"),
        Case(
            "thread-local variable", "a.c",
            "#include <pvm.h>\nthread_local int x;\nPVM_EXPORT(int, main) { return x++; }\n",
            "thread-local variables", "use ordinary variables"),
        Case(
            "register that a guest lacks, in the assembler", "a.c",
            "#include <pvm.h>\nPVM_EXPORT(void, main) { __asm__ volatile(\"mv a0, a7\"); }\n",
            "a.c:2:43: error:", "help: guests have the registers x0 to x15"),
        Case(
            "register that a guest lacks, in the linker", "a.c",
            "#include <pvm.h>\nPVM_EXPORT(void, main) { __asm__ volatile(\"mv a0, gp\"); }\n",
            "(in 'main')", "register gp (x3), which a PVM guest does not have"),
        Case(
            "clock of the processor", "a.c",
            "#include <pvm.h>\nPVM_EXPORT(void, main) { __asm__ volatile(\"csrr a0, cycle\"); }\n",
            "(in 'main')", "a guest has no control registers, counters or clock"),
        Case(
            "undefined function", "a.c",
            "#include <pvm.h>\nint missing(int);\nPVM_EXPORT(int, main) { return missing(1); }\n",
            "(in 'main') at a.c:3:32: undefined symbol 'missing'", "help: the host of 'pvm run' has pvm_console_write"),
        Case(
            "host function without its header", "a.c",
            "#include <pvm.h>\nuint64_t revive_gas_price(void);\nPVM_EXPORT(uint64_t, main) { return revive_gas_price(); }\n",
            "undefined symbol 'revive_gas_price'",
            "help: 'revive_gas_price' is a host function: #include <pvm_revive.h>"),
        Case(
            "threads", "a.c", "#include <pthread.h>\nint main(void) {}\n", "a.c:1:10: fatal error",
            "help: a guest has one thread"),
        Case(
            "C++", "a.cpp", "int main() { throw 1; }\n", "a.cpp: can not be compiled; expected a file that ends in .c"),
        Case(
            "export of a float", "a.c", "#include <pvm.h>\nPVM_EXPORT(int, f, double x) { return x; }\n",
            "f: a parameter must be an integer, bool, pointer or enum, not: double x"),
        Case(
            "export of seven parameters", "a.c",
            "#include <pvm.h>\nPVM_EXPORT(int, f, int a, int b, int c, int d, int e, int g, int h) { return a; }\n",
            "f: six parameters at most"),
    ]

    private static let swift = [
        Case(
            "weak", "a.swift", "final class C { weak var other: C? }\n", "a.swift:1:17: error:",
            "help: Embedded Swift has no weak"),
        Case(
            "untyped throws", "a.swift",
            "import PVM\nstruct E: Error {}\nfunc f() throws { throw E() }\n@Export func main() -> Int { (try? f()) == nil ? 1 : 0 }\n",
            "a.swift:3:", "help: say which error is thrown"),
        Case(
            "any P", "a.swift",
            "import PVM\nprotocol P { func f() -> Int }\nstruct S: P { func f() -> Int { 1 } }\n"
                + "@Export func main() -> Int { let p: any P = S(); return p.f() }\n",
            "a.swift:4:45: error: cannot use a value of protocol type 'any P'",
            "help: Embedded Swift has no existential values"),
        Case(
            "async function, which crashes the compiler", "a.swift", "func f() async -> Int { 1 }\n",
            "a.swift:1:1: error: the Swift compiler crashed at 'f()'", "help: a guest has one thread"),
        Case(
            "tasks", "a.swift", "func f() { Task { } }\n", "cannot find 'Task' in scope", "help: a guest has one thread"
        ),
        Case(
            "key path", "a.swift",
            "import PVM\nstruct S { var a = 1 }\n@Export func main() -> Int { let k = \\S.a; return S()[keyPath: k] }\n",
            "cannot use key path", "help: Embedded Swift has no key paths; use a closure"),
        Case("Foundation", "a.swift", "import Foundation\n", "no such module 'Foundation'", "help: guests have"),
        Case(
            "Mutex", "a.swift", "import Synchronization\nlet m = Mutex(5)\n", "cannot find 'Mutex'",
            "help: a guest has one thread"),
        Case("Codable", "a.swift", "struct S: Codable { var a = 1 }\n", "help: Embedded Swift can not look into types"),
        Case(
            "regular expression", "a.swift", "import PVM\n@Export func main() -> Bool { \"abc\".contains(/b/) }\n",
            "help: Embedded Swift has no regular expressions"),
        Case(
            "export of a String", "a.swift", "import PVM\n@Export func f(_ text: String) {}\n",
            "a.swift:2:24: error: a parameter must be an integer, Bool, pointer or buffer, not 'String'"),
        Case(
            "async export", "a.swift", "import PVM\n@Export func f() async {}\n",
            "the host cannot wait: a function that it shares must not be 'async'"),
        Case("nothing exported", "a.swift", "func f() {}\n", "no function is exported", "@Export"),
    ]

    @Test(arguments: c + swift)
    func refused(_ each: Case) async throws {
        let workspace = try Workspace()
        try workspace.write(each.source, to: each.file)
        let outcome = try await workspace.pvm("build", each.file)
        #expect(outcome.exitCode == 1)
        for text in each.texts { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
        for dump in ["Stack dump", "swift-frontend", "PLEASE submit", "Fatal error", "Program arguments"] {
            #expect(!outcome.errors.contains(dump), "\(outcome.errors)")
        }
        #expect(!workspace.exists("a.polkavm"))
    }

    /// What must not be taken for a variadic long double: declarations, fixed parameters, and code that only mentions it.
    @Test func longDoublesThatAreFine() async throws {
        let workspace = try Workspace()
        try workspace.write(
            """
            #include <math.h>
            #include <pvm.h>
            #include <stdio.h>
            static long double half(long double x) { return x / 2; }
            static __attribute__((noinline)) int named(long double x, __int128 y, ...) { return x > 1 && y > 1; }
            PVM_EXPORT(int, main) {
                printf("%f %d\\n", (double)half(sqrtl(16.0L)), named(2.0L, 2, 5));
                return 0;
            }

            """, to: "a.c")
        let build = try await workspace.pvm("build", "a.c")
        #expect(build.exitCode == 0, "\(build.errors)")
        #expect(try await workspace.pvm("run", "a.polkavm").output == "2.000000 1\n0\n")
    }

    /// A package whose sources are elsewhere than usual, and large enough that its intermediate code is no message.
    @Test func variadicsOfAPackage() async throws {
        let workspace = try Workspace()
        try Files.makeFolder(workspace.folder.appending("p/code"))
        try workspace.write(
            "// swift-tools-version: 6.2\nimport PackageDescription\n"
                + "let package = Package(name: \"p\", targets: [.executableTarget(name: \"p\", path: \"code\")])\n",
            to: "p/Package.swift")
        var source = "#include <pvm.h>\nint f(int, ...);\n"
        for index in 0..<4000 {
            source += "int f\(index)(int a, int b) { int c = a * b + \(index); return c > b ? a - c : b ^ c; }\n"
        }
        try workspace.write(source + "PVM_EXPORT(int, main) { return (int)(2.5L * 2); }\n", to: "p/code/a.c")
        let good = try await workspace.pvm("build", "p")
        #expect(good.exitCode == 0, "\(good.errors)")
        try workspace.write(source + "PVM_EXPORT(int, main) { return f(1, 2.5L); }\n", to: "p/code/a.c")
        let bad = try await workspace.pvm("build", "p")
        #expect(bad.exitCode == 1)
        #expect(bad.errors.contains("code/a.c:4003:32: error: 'f' is passed a long double"), "\(bad.errors)")
        #expect(!(try workspace.files().contains { $0.hasSuffix(".ll") }))
    }

    @Test func tooSmallStack() async throws {
        let workspace = try Workspace()
        try workspace.write(
            """
            #include <pvm.h>
            PVM_EXPORT(uint64_t, deep, uint64_t n) {
                volatile char frame[200];
                frame[n % 200] = (char)n;
                return n ? deep(n - 1) + (uint64_t)frame[3] : 0;
            }

            """, to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        // Machine code where there is some.
        for backend in ["interpreter", "auto"] {
            let run = try await workspace.pvm("run", "a.polkavm", "deep", "5000", "--backend", backend)
            #expect(run.exitCode == 4)
            #expect(run.errors.contains("just below the stack: its 8192 bytes are too small; PVM_MIN_STACK"))
            // The recursion is named, and its calls do not fill the screen.
            #expect(run.errors.contains("'deep' is on it again and again: does that end?"))
            #expect(run.errors.contains("  … the same again, "))
            #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("  #") } < 8, "\(run.errors)")
        }
        try #require(try await workspace.pvm("build", "a.c", "--min-stack-size", "4000000").exitCode == 0)
        #expect(try await workspace.pvm("run", "a.polkavm", "deep", "5000").exitCode == 0)
    }

    @Test func tooSmallHeap() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "import PVM\n@Export func main() {\n    var all: [[UInt64]] = []\n"
                + "    while true { all.append([UInt64](repeating: 1, count: 1 << 24)) }\n}\n", to: "a.swift")
        try #require(try await workspace.pvm("build", "a.swift").exitCode == 0)
        let run = try await workspace.pvm("run", "a.polkavm")
        #expect(run.exitCode == 2 || run.exitCode == 4)
        #expect(run.errors.contains("out of memory: the heap is too small for another object"), "\(run.errors)")
    }

    /// Machines without `sbrk` have a heap of the size that the guest asks for.
    @Test func heapOfFixedSize() async throws {
        let workspace = try Workspace()
        let head = "#include <pvm.h>\n#include <stdlib.h>\nPVM_EXPORT(void, deploy) {}\n"
        let body = "static void *volatile p; uint64_t n = 0; while ((p = malloc(100))) n++; return n; }\n"
        try workspace.write(
            "\(head)PVM_HEAP(4096);\nPVM_EXPORT(uint64_t, call) { \(body)", to: "a.c")
        try workspace.write("\(head)PVM_EXPORT(uint64_t, call) { \(body)", to: "b.c")
        // A block takes 112 bytes with its header; without a wish there are 64 KiB.
        for (file, counts) in [("a", 35...36), ("b", 580...585)] {
            let build = try await workspace.pvm("build", "\(file).c", "--target", "revive")
            try #require(build.exitCode == 0, "\(build.errors)")
            #expect(!build.output.contains("imports"))
            #expect(try await workspace.pvm("inspect", "\(file).polkavm").output.contains("revive_v1"))
            let run = try await workspace.pvm("run", "\(file).polkavm")
            #expect(Int(run.output.dropLast()).map(counts.contains) ?? false, "\(run.output)")
        }
    }

    @Test func names() async throws {
        let workspace = try Workspace()
        #expect(try await workspace.pvm("new", "w").exitCode == 0)
        let twice = try await workspace.pvm("new", "w")
        #expect(twice.exitCode == 1 && twice.errors.contains("w already exists"))
        for name in ["Swift", "PVM", "class", "9lives", "a b", "été"] {
            let outcome = try await workspace.pvm("new", name)
            #expect(outcome.exitCode == 1 && outcome.errors.contains("can not be a project name"), "\(name)")
            #expect(!workspace.exists(name))
        }
        // Hyphens are no part of identifiers, but may be in names.
        #expect(try await workspace.pvm("new", "my-library", "--template", "library").exitCode == 0)
        let run = try await workspace.pvm("run", "my-library", "distance", "3", "4")
        #expect(run.output == "7\n", "\(run.errors)")
    }

    @Test func packages() async throws {
        let workspace = try Workspace()
        func makePackage(_ targets: String) throws {
            Files.removeFolder(workspace.folder.appending("p"))
            for folder in ["p/Sources/a", "p/Sources/b"] { try Files.makeFolder(workspace.folder.appending(folder)) }
            try workspace.write(
                "// swift-tools-version: 6.2\nimport PackageDescription\n"
                    + "let package = Package(name: \"p\", targets: [\(targets)])\n", to: "p/Package.swift")
            for name in ["a", "b"] {
                try workspace.write(
                    "#include <pvm.h>\nPVM_EXPORT(int, \(name)) { return 5; }\n", to: "p/Sources/\(name)/x.c")
            }
        }
        try makePackage(".executableTarget(name: \"a\"), .executableTarget(name: \"b\")")
        let several = try await workspace.pvm("build", "p")
        #expect(several.exitCode == 1)
        #expect(several.errors.contains("its package has several executables; choose one with --product: a, b"))
        let unknown = try await workspace.pvm("build", "p", "--product", "c")
        #expect(unknown.exitCode == 1 && unknown.errors.contains("no executable 'c'; there are a, b"))
        for product in ["a", "b"] {
            let build = try await workspace.pvm("build", "p", "--product", product)
            #expect(build.output.hasPrefix("p/build/\(product).polkavm: "), "\(build.output)\(build.errors)")
        }
        try makePackage(".target(name: \"a\")")
        try Files.makeFolder(workspace.folder.appending("p/Sources/a/include"))
        let none = try await workspace.pvm("build", "p")
        #expect(none.exitCode == 1 && none.errors.contains("its package has no executable"))
        try makePackage(".executableTarget(name: \"a\"), .executableTarget(name: \"a\", path: \"Sources/b\")")
        let same = try await workspace.pvm("build", "p")
        #expect(same.exitCode == 1 && same.errors.contains("duplicate target named 'a'"), "\(same.errors)")
        try workspace.write("nonsense", to: "p/Package.swift")
        let nonsense = try await workspace.pvm("build", "p")
        #expect(nonsense.exitCode == 1 && nonsense.errors.contains("Package.swift"), "\(nonsense.errors)")
    }

    /// An ordinary program: words, input, status.
    @Test func wordsOfAProgram() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "#include <stdio.h>\nint main(int argc, char **argv) {\n    for (int i = 1; i < argc; i++) puts(argv[i]);\n    return argc;\n}\n",
            to: "a.c")
        try #require(try await workspace.pvm("build", "a.c").exitCode == 0)
        #expect(try await workspace.pvm("run", "a.polkavm", "--", "one", "--two", "3").output == "one\n--two\n3\n4\n")
        #expect(try await workspace.pvm("run", "a.polkavm").output == "1\n")
        let long = try await workspace.pvm("run", "a.polkavm", "--", String(repeating: "x", count: 40_000))
        #expect(long.exitCode == 1 && long.errors.contains("half of its stack"), "\(long.errors)")
    }
}
