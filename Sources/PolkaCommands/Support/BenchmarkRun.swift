// Times of a program, step by step (cli.md, `pvm bench --json`).

import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaVM

/// A program to measure.
struct BenchmarkRun {
    let engine: Engine
    /// The program as a file has it: parsing is part of what is measured.
    let bytes: [UInt8]
    let entry: String
    let argument: UInt64
    /// What each call gets; nil if runs are not metered.
    let gas: Int64?
    let gasSettings: GasSettings
    /// Most calls of the entry with the argument.
    let repetitions: Int
    /// When these are over no further call of the entry with the argument is begun, except that there are always two.
    let limit: Duration

    /// How many times the short steps are measured.
    private static let samples = 15
    /// A batch of warm calls takes at least that long, so that reading the clock does not show.
    private static let batchTime = Duration.microseconds(20)
    private static let largestBatch = 4096
    /// The short steps of a large program stop being repeated when one kind of them has taken that long.
    private static let stepLimit = Duration.seconds(1)

    func execute() throws -> BenchmarkReport {
        // Hosts collect what they offer once for all programs.
        var linker = Linker()
        // What the program prints is no result of a measurement.
        try ConsoleHost { _, _ in }.define(in: &linker)
        let linked = try linker.link(try load())
        // As hosts do that call often.
        let export = try export(of: linked.module)
        // Also the warm-up: a program that fails does so before anything is measured.
        let instance = try linked.instantiate()
        let result = try call(instance, export, argument)
        let exec = try measureExecution(instance, export, result)
        let tier = instance.lastTier
        let batch = try batchSize(instance, export)
        let module = instance.module
        return BenchmarkReport(
            entry: entry, argument: argument, backend: module.engine.backend.name, execBackend: tier?.rawValue,
            result: "\(result)",
            compile: try measure { _ = try load() },
            instantiate: try measure { _ = try linked.instantiate() },
            oneshot: try measure { _ = try oneshot(linker) },
            call: try measure(batch: batch) { _ = try call(instance, export, 0) },
            exec: exec, callBatch: batch, codeByteCount: module.blob.code.bytes.count, blobByteCount: bytes.count,
            nativeByteCount: module.nativeByteCount)
    }

    // MARK: Steps

    private func load() throws -> Module {
        var configuration = ModuleConfiguration()
        if gas != nil { gasSettings.apply(to: &configuration) }
        configuration.faultRule = .pageFault
        return try Module(Blob(parsing: bytes), configuration: configuration, engine: engine)
    }

    private func export(of module: Module) throws(InstanceError) -> Blob.Export {
        guard let export = module.export(named: entry) else {
            throw .unknownExport(name: entry, known: module.blob.exports.map { Blob.text(of: $0.symbol) })
        }
        return export
    }

    private func oneshot(_ linker: Linker) throws -> UInt64 {
        let module = try load()
        return try call(try Instance(module, linker: linker), try export(of: module), 1)
    }

    private func call(_ instance: Instance, _ export: Blob.Export, _ argument: UInt64) throws -> UInt64 {
        instance.gas = gas ?? 0
        let exit = try instance.call(export, argument)
        guard exit == .finished else {
            throw BenchmarkFailure(
                report: RunReport(
                    instance, exit, export: entry, gasGiven: gas, output: ""))
        }
        return instance[.a0]
    }

    // MARK: Measuring

    private func measureExecution(
        _ instance: Instance, _ export: Blob.Export, _ result: UInt64
    ) throws -> [Int64] {
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Int64] = []
        while times.count < 2 || times.count < repetitions && clock.now - start < limit {
            var answer: UInt64 = 0
            times.append(try clock.measure { answer = try call(instance, export, argument) }.nanoseconds)
            guard answer == result else {
                throw CommandError(
                    "\(entry)(\(argument)) returned \(result), then \(answer) in the same instance; a benchmark must set up"
                        + " the state that it reads")
            }
        }
        return times
    }

    /// How many warm calls fill a batch.
    private func batchSize(_ instance: Instance, _ export: Blob.Export) throws -> Int {
        var batch = 1
        while batch < Self.largestBatch {
            let time = try ContinuousClock().measure { for _ in 0..<batch { _ = try call(instance, export, 0) } }
            if time >= Self.batchTime { break }
            batch *= 2
        }
        return batch
    }

    /// Each element is the time of one step, the mean over a batch of them.
    private func measure(batch: Int = 1, _ body: () throws -> Void) throws -> [Int64] {
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Int64] = []
        while times.count < 2 || times.count < Self.samples && clock.now - start < Self.stepLimit {
            let time = try clock.measure { for _ in 0..<batch { try body() } }.nanoseconds
            times.append((time + Int64(batch / 2)) / Int64(batch))
        }
        return times
    }
}

/// A call of a benchmark that did not return.
struct BenchmarkFailure: Error {
    let report: RunReport
}

/// What was measured; times in nanoseconds.
struct BenchmarkReport: Encodable {
    let entry: String
    let argument: UInt64
    let backend: String
    /// What the entry ended in when it was called with the argument for the last time.
    let execBackend: String?
    /// a0, a string because many readers of JSON have no 64-bit integers.
    let result: String
    let compile: [Int64]
    let instantiate: [Int64]
    let oneshot: [Int64]
    let call: [Int64]
    let exec: [Int64]
    /// Calls that each element of `call` is the mean of.
    let callBatch: Int
    let codeByteCount: Int
    let blobByteCount: Int
    /// Bytes of machine code, null where none is made.
    let nativeByteCount: Int?

    private enum CodingKeys: String, CodingKey {
        case entry
        case argument = "arg"
        case backend, result
        case execBackend = "exec_backend"
        case compile = "compile_ns"
        case instantiate = "instantiate_ns"
        case oneshot = "oneshot_ns"
        case call = "call_ns"
        case exec = "exec_ns"
        case callBatch = "call_batch"
        case codeByteCount = "code_bytes"
        case blobByteCount = "blob_bytes"
        case nativeByteCount = "native_bytes"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(entry, forKey: .entry)
        try container.encode(argument, forKey: .argument)
        try container.encode(backend, forKey: .backend)
        try container.encode(execBackend, forKey: .execBackend)
        try container.encode(result, forKey: .result)
        try container.encode(compile, forKey: .compile)
        try container.encode(instantiate, forKey: .instantiate)
        try container.encode(oneshot, forKey: .oneshot)
        try container.encode(call, forKey: .call)
        try container.encode(exec, forKey: .exec)
        try container.encode(callBatch, forKey: .callBatch)
        try container.encode(codeByteCount, forKey: .codeByteCount)
        try container.encode(blobByteCount, forKey: .blobByteCount)
        // Null without machine code, so that the key is always there.
        try container.encode(nativeByteCount, forKey: .nativeByteCount)
    }

    func printForPeople() {
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let steps = [
            ("load", compile), ("instantiate", instantiate), ("one shot, \(entry)(1)", oneshot),
            ("warm call, \(entry)(0)", call), ("\(entry)(\(argument))", exec),
        ]
        let width = (steps.map(\.0.count).max() ?? 0) + 2
        let ran = execBackend.flatMap { $0 == backend ? nil : " (\($0))" } ?? ""
        var text = "\(entry)(\(argument)) = \(result), backend \(backend)\(ran)\n\n"
        text += String(repeating: " ", count: width) + cell("median", 12) + cell("least", 12) + cell("greatest", 12)
        text += cell("times", 8) + "\n"
        for (name, times) in steps {
            let sorted = times.sorted()
            text += name + String(repeating: " ", count: width - name.count)
            for time in [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]] {
                text += cell(TimeText.shown(time), 12)
            }
            text += cell("\(times.count)", 8) + "\n"
        }
        text += "\ncode \(codeByteCount) bytes, blob \(blobByteCount) bytes"
        text += nativeByteCount.map { ", machine code \($0) bytes" } ?? ""
        Terminal.print(text)
    }
}
