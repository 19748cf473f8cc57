// What the compilers say, for people who do not know what a guest can not do: a hint for each known restriction, and one line in
// place of a compiler's crash.

enum CompilerMessages {
    /// A text that a compiler writes, and what to do about it.
    private struct Hint {
        let texts: [String]
        let advice: String
    }

    private static let hints = [
        Hint(
            texts: ["attribute 'weak' cannot be used", "attribute 'unowned' cannot be used"],
            advice:
                "Embedded Swift has no weak references; use 'unowned(unsafe)', or an optional that you set to nil yourself"
        ),
        Hint(
            texts: ["value of protocol type 'any Error'", "untyped throws"],
            advice: "say which error is thrown: 'func f() throws(MyError)', 'do throws(MyError) { … } catch { … }'"),
        Hint(
            texts: ["cannot use a value of protocol type"],
            advice:
                "Embedded Swift has no existential values; use a generic ('some P'), an enum, or a protocol of classes"
                + " ('protocol P: AnyObject')"),
        Hint(texts: ["cannot use key path"], advice: "Embedded Swift has no key paths; use a closure: '{ $0.name }'"),
        Hint(
            texts: ["cannot do dynamic casting"],
            advice: "Embedded Swift can not ask for types at run time, nor can what does so in its library: for"
                + " 'Dictionary.merge' use a loop with 'dictionary[key, default: …]'"),
        Hint(
            texts: ["non-final, generic method", "cannot use generic instance method"],
            advice: "a method of a class that is generic must be 'final'"),
        Hint(
            texts: ["cannot use metatype of type"],
            advice: "Embedded Swift has no types as values; use an enum, or a generic parameter"),
        Hint(
            texts: ["cannot specialize generic function"],
            advice:
                "Embedded Swift makes a copy of each generic function for each type, so types must not grow without end"
        ),
        Hint(
            texts: ["nonisolated global shared mutable state"],
            advice: "a guest has one thread, so this is safe: write 'nonisolated(unsafe) var', or put"
                + " .swiftLanguageMode(.v5) into the target's swiftSettings in Package.swift"),
        Hint(
            texts: ["unknown attribute 'MainActor'", "'TaskLocal'", "actor-isolated"],
            advice: asyncAdvice),
        Hint(
            texts: ["cannot find 'CommandLine'"],
            advice: "the words of 'pvm run PROGRAM -- one two' reach 'main(argc, argv)' of a C file"),
        Hint(
            texts: ["cannot find 'ContinuousClock'", "cannot find 'SuspendingClock'", "cannot find 'Date'"],
            advice: "a guest has no clock: what it computes must not depend on when it runs"),
        Hint(
            texts: [
                "conform to 'CustomStringConvertible'", "'String(describing:)'",
                "CustomStringConvertible' is unavailable",
            ],
            advice: "Embedded Swift prints what has a 'description' that somebody wrote; give the type one"),
        Hint(
            texts: ["experimental feature Lifetimes", "return a ~Escapable result"],
            advice: "add .enableExperimentalFeature(\"Lifetimes\") to the target's swiftSettings in Package.swift"),
        Hint(
            texts: ["cannot find 'Task'", "cannot find type 'Task'", "_Concurrency", "cannot find 'withTaskGroup'"],
            advice: asyncAdvice),
        Hint(
            texts: ["cannot find 'Mutex'", "cannot find type 'Mutex'"],
            advice: "a guest has one thread; use a plain variable, or 'Atomic' from Synchronization"),
        Hint(
            texts: ["no such module 'Foundation", "no such module 'Glibc'", "no such module 'Darwin'"],
            advice:
                "guests have the Swift standard library, the module PVM, and the C library through a C target of the package"
        ),
        Hint(
            texts: ["no such module 'PVM'"],
            advice: "the guest SDK is older than its sources; make it again with 'make build' or toolchain/build-sdk"),
        Hint(
            texts: ["'Codable' is unavailable", "'Encodable' is unavailable", "'Decodable' is unavailable"],
            advice:
                "Embedded Swift can not look into types at run time; write the encoding, or use a format of your own"),
        Hint(texts: ["'Mirror' is unavailable"], advice: "Embedded Swift can not look into types at run time"),
        Hint(texts: ["_StringProcessing", "missing 'Regex'"], advice: "Embedded Swift has no regular expressions"),
        Hint(
            texts: ["cannot find 'debugPrint'", "missing argument label 'terminator:' in call"],
            advice: "'import PVM' has a print for several values and for everything that is CustomStringConvertible"),
        Hint(
            texts: ["cannot use 'throw' with exceptions disabled", "cannot use 'try' with exceptions disabled"],
            advice: "nothing unwinds the stack of a guest: there are no C++ exceptions"),
        Hint(
            texts: ["'iostream' file not found", "'string' file not found", "'vector' file not found"],
            advice: "guests have no C++ library; C and Swift are the languages of guests"),
        Hint(
            texts: ["'pthread.h' file not found", "'threads.h' file not found"],
            advice: "a guest has one thread"),
        Hint(
            texts: ["'sys/socket.h' file not found", "'sys/mman.h' file not found", "'dlfcn.h' file not found"],
            advice: "a guest has no operating system, only the functions of its host (PVM_IMPORT)"),
        Hint(
            texts: ["<inline asm>"],
            advice:
                "guests have the registers x0 to x15 without gp and tp, and the instructions of rv64emac_zbb_xtheadcondmov"
        ),
    ]

    private static let asyncAdvice =
        "a guest has one thread and returns when its host called it: there are no async functions, tasks and actors"

    /// A compiler's output with hints behind it.
    static func explained(_ output: String) -> String {
        if let crash = crash(in: output) { return crash }
        // The addresses of pages that explain less than the hints do.
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeAll { $0.hasPrefix("[#") && $0.contains("]: <") }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        for hint in hints where hint.texts.contains(where: output.contains) { lines.append("help: \(hint.advice)") }
        return lines.joined(separator: "\n")
    }

    /// What to say when the compiler itself has crashed; nil if it has not.
    private static func crash(in output: String) -> String? {
        guard output.contains("Stack dump:") else { return nil }
        // Its notes say what it was at: … for 'g()' (at file.swift:1:1)
        var place = ""
        var subject = "the code"
        for line in output.split(separator: "\n") {
            guard let at = line.firstRange(of: "(at "), let name = line.firstRange(of: " for '") else { continue }
            place = line[at.upperBound...].prefix { $0 != ")" } + ": "
            subject = "'" + line[name.upperBound...].prefix { $0 != "'" } + "'"
        }
        let isAsynchronous = output.contains("YaF") || output.contains("async")
        let reason =
            isAsynchronous
            ? asyncAdvice
            : "make the code smaller until it compiles; what is left is worth a report to the Swift project"
        return "\(place)error: the Swift compiler crashed at \(subject)\nhelp: \(reason)"
    }
}
