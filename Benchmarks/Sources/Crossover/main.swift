// `make crossover`: "interpreter or compiler?" as a picture, from measuring to SVG. The script `crossover` builds what this
// program measures, and makes the PNG.

import BenchmarkSupport
import CrossoverPlot
import Foundation

let options = Options(CommandLine.arguments.dropFirst())
do {
    let comparison = try options.data.map(read) ?? measure(options.folder)
    // What is beside a picture is what it shows.
    try write(comparison.json, "\(options.output)/crossover.json")
    try write(Data(comparison.svg().utf8), "\(options.output)/crossover.svg")
    printFindings(comparison)
} catch {
    fail("\(error)")
}

private func read(_ path: String) throws -> Comparison {
    let bytes: Data
    do {
        bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
        fail("\(path) cannot be read: \(error.localizedDescription)")
    }
    do {
        return try Comparison(json: bytes)
    } catch {
        fail("\(path): \(error)")
    }
}

/// Whole or not at all.
private func write(_ bytes: Data, _ path: String) throws {
    do {
        try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        fail("\(path) cannot be written: \(error.localizedDescription)")
    }
}

private func printFindings(_ comparison: Comparison) {
    print("\(comparison.date), \(comparison.processor), \(comparison.processorCount) cores\n")
    var table = Table("guest", "compiler faster", "time there", "auto / better, at worst", "with", "at the end")
    for guest in comparison.guests {
        let worst = guest.worst
        let crossing = guest.crossingText
        table.add(
            guest.name, crossing.count, crossing.time, fixed(worst.ratio, 2),
            guest.count(worst.iterations), fixed(guest.losses.last?.ratio ?? 1, 2))
    }
    table.print()
    let unsteady = comparison.unsteady
    if unsteady.count * 20 > unsteady.total {
        print(
            "\nOf \(unsteady.total) times \(unsteady.count) vary by more than a quarter: the machine was busy with other things."
        )
    }
}
