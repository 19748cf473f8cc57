// What the command line asks for.

import BenchmarkSupport

struct Options {
    /// Where the guests are, as NAME.polkavm and NAME.so.
    var folder = "."
    /// Where the picture and its data go.
    var output = "."
    /// Data of an earlier measurement, to draw it again.
    var data: String?

    init(_ arguments: some Sequence<String>) {
        var rest = Array(arguments)[...]
        func value(of option: String) -> String {
            guard let value = rest.popFirst() else { fail("\(option) needs a value", code: 64) }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--folder": folder = value(of: argument)
            case "--output": output = value(of: argument)
            case "--data": data = value(of: argument)
            default: fail("unknown argument '\(argument)'; there are --output FOLDER and --data FILE", code: 64)
            }
        }
    }
}
