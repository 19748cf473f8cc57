// `make bench`: everything that is measured, in one run. The script `run` builds what this program measures.

import BenchmarkSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

let options = Options(CommandLine.arguments.dropFirst())
if let name = options.generated {
    guard let program = LargeProgram.all.first(where: { $0.name == name }) else {
        fail(
            "no program is called '\(name)'; there are \(LargeProgram.all.map(\.name).joined(separator: ", "))",
            code: 64)
    }
    print(program.source, terminator: "")
} else {
    let guests = Guest.all.filter { options.filter.isEmpty || $0.name.contains(options.filter) }
    guard !guests.isEmpty else {
        fail("no guest contains '\(options.filter)'; there are \(Guest.all.map(\.name).joined(separator: ", "))")
    }
    print("\(Machine.date), \(Machine.processor), \(Machine.processorCount) cores")
    print("\(options.command)\n")
    if options.isAutoOnly {
        try printAuto(options)
        exit(0)
    }
    let results = try printGuests(options.isQuick ? guests.map(\.quick) : guests, options)
    printCostOfGas(results)
    if options.filter.isEmpty {
        print()
        try printCompiling(options)
        print()
        try printSteps(options)
        print()
        try printContracts(options)
        print()
        try printAuto(options)
    }
}
