// Speed of the virtual machine on blobs: benchmarks BLOB=N... calls run(N) of each and prints a table, medians of repetitions.
//
// Instructions are counted by the machine itself; the answer of each repetition must be that of the first.

import PolkaBlob
import PolkaVM

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

func bytes(of path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return result }
        result += buffer[..<count]
    }
}

func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body).components
    return Double(duration.seconds) * 1e9 + Double(duration.attoseconds) / 1e9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func rounded(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

let repetitions = 7
print("guest", "instructions", "ns/instruction", "spread", "load µs", "instantiate µs", separator: "\t")
for argument in CommandLine.arguments.dropFirst() {
    let parts = argument.split(separator: "=")
    guard parts.count == 2, let input = UInt64(parts[1]) else {
        print("expected BLOB=N, found \(argument)")
        exit(64)
    }
    let blobBytes = bytes(of: String(parts[0]))
    var loads: [Double] = []
    var instantiations: [Double] = []
    var runs: [Double] = []
    var answer: UInt64?
    var count: UInt64 = 0
    for _ in 0..<repetitions {
        var module: Module?
        loads.append(try nanoseconds { module = try Module(Blob(parsing: blobBytes)) })
        guard let module else { continue }
        var instance: Instance?
        instantiations.append(try nanoseconds { instance = try Instance(module) })
        guard let instance else { continue }
        // The first call pays for decoding.
        _ = try instance.call("run", [0])
        let before = instance.instructionCount
        runs.append(
            try nanoseconds {
                guard try instance.call("run", [input]) == .finished else {
                    print("\(argument): did not finish")
                    exit(1)
                }
            })
        count = instance.instructionCount - before
        precondition(answer == nil || answer == instance[.a0], "two runs disagree")
        answer = instance[.a0]
    }
    let perInstruction = runs.map { $0 / Double(count) }
    let name = parts[0].split(separator: "/").last ?? ""
    print(
        name, count, rounded(median(perInstruction)),
        "\(rounded(perInstruction.min() ?? 0))–\(rounded(perInstruction.max() ?? 0))",
        rounded(median(loads) / 1000), rounded(median(instantiations) / 1000), separator: "\t")
}
