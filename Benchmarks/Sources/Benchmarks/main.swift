// `make bench`: everything that is measured, in one run. The script `run` builds what this program measures.

let options = Options(CommandLine.arguments.dropFirst())
let guests = Guest.all.filter { options.filter.isEmpty || $0.name.contains(options.filter) }
guard !guests.isEmpty else {
    fail("no guest contains '\(options.filter)'; there are \(Guest.all.map(\.name).joined(separator: ", "))")
}

print("\(Machine.date), \(Machine.processor), \(Machine.processorCount) cores")
let command = ["Benchmarks/run"] + (options.isQuick ? ["--quick"] : [])
print((command + (options.filter.isEmpty ? [] : ["--filter", options.filter])).joined(separator: " "))
print()
let results = try printGuests(options.isQuick ? guests.map(\.quick) : guests, options)
