// What it costs to come into a guest and out of it.

import BenchmarkSupport
import PolkaBlob
import PolkaJIT
import PolkaVM

/// Prints the costs of warm calls, host calls, instances and whole runs, in nanoseconds.
func printSteps(_ options: Options) throws {
    print("Nanoseconds, wall clock: median (least–greatest); each value the mean of a batch in a row")
    var table = Table("step", "interpreter", "compiler", "auto")
    let call = ProgramFile("\(options.folder)/fib.polkavm")
    let host = ProgramFile("\(options.folder)/hostcall.polkavm")
    let token = ProgramFile("\(options.folder)/token.polkavm")
    func row(_ name: String, _ measure: (Backend) throws -> Sample) throws {
        // One backend after the other: the steps are too short for turns to matter.
        table.add(
            name, try measure(.interpreter).text(0), try measure(.compiler).text(0), try measure(.auto).text(0))
    }
    let repetitions = 3 * options.repetitions
    try row("warm call, fib(0)") { backend in
        let instance = try Instance(call.module(backend))
        // Enough for auto to compile.
        _ = try instance.answer(100)
        return try .ofSmall(repetitions: repetitions, batch: 2000) { _ = try instance.call("run", [0]) }
    }
    try row("the same by handle") { backend in
        let instance = try Instance(call.module(backend))
        guard let export = instance.module.export(named: "run") else { fail("fib does not export run") }
        return try .ofSmall(repetitions: repetitions, batch: 2000) { _ = try instance.call(export, 0) }
    }
    try row("host call") { backend in
        let instance = try Instance(host.module(backend), linker: try stepping())
        let count: UInt64 = 20_000
        return try Sample.ofSmall(repetitions: repetitions, batch: 1) {
            guard try instance.call("run", [count]) == .finished else { fail("hostcall did not finish") }
        }.mapped { $0 / Double(count) }
    }
    try row("instantiate and free, token") { backend in
        let module = try token.module(backend)
        return try .ofSmall(repetitions: repetitions, batch: 50) { _ = try Instance(module) }
    }
    try row("load, token (\(token.bytes.count) bytes)") { backend in
        try .ofSmall(repetitions: repetitions, batch: 20) { _ = try token.module(backend) }
    }
    try row("one shot, token(1)") { backend in
        try .ofSmall(repetitions: repetitions, batch: 20) {
            _ = try Instance(token.module(backend)).call("run", [1])
        }
    }
    table.print()
}

/// The import of `hostcall`: the least that a host can do.
private func stepping() throws(LinkerError) -> Linker {
    var linker = Linker()
    try linker.define("host_step") { context in context.setResult(context.argument(0) &+ 1) }
    return linker
}
