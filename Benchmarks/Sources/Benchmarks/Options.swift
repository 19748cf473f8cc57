// What the command line asks for.

import BenchmarkSupport

struct Options {
    /// Where `run` left the guests, as NAME.polkavm and NAME.so, and the generated programs.
    var folder = "."
    /// Only guests whose name contains this, and nothing but the table; empty for all.
    var filter = ""
    /// A rough answer soon: an eighth of the work, three repetitions.
    var isQuick = false
    /// Only the table of the backend auto.
    var isAutoOnly = false

    /// Print the source of a generated program, and measure nothing.
    var generated: String?

    var repetitions: Int { isQuick ? 3 : 5 }

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--folder": folder = Self.value(of: argument, &rest)
            case "--filter": filter = Self.value(of: argument, &rest)
            case "--generate": generated = Self.value(of: argument, &rest)
            case "--quick": isQuick = true
            case "--auto": isAutoOnly = true
            default: fail("unknown argument '\(argument)'; there are --filter TEXT, --quick and --auto", code: 64)
            }
        }
    }

    /// How to repeat the measurement.
    var command: String {
        "Benchmarks/run" + (isQuick ? " --quick" : "") + (isAutoOnly ? " --auto" : "")
            + (filter.isEmpty ? "" : " --filter \(filter)")
    }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) -> String {
        guard let value = rest.popFirst() else { fail("\(option) needs a value", code: 64) }
        return value
    }
}
