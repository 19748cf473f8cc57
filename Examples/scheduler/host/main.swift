// scheduler-host BLOB GUESTS [BACKEND]
//
// Runs so many guests in as many threads as there are processors, and says how often they took turns.

import Foundation
import PolkaJIT
import PolkaVM
import Synchronization

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("scheduler-host: \(message)\n".utf8))
    exit(1)
}

let words = CommandLine.arguments.dropFirst()
guard let path = words.first, let count = words.dropFirst().first.flatMap({ Int($0) }), count > 0 else {
    fail("usage: scheduler-host BLOB GUESTS [interpreter|compiler|auto]")
}
let backend: Backend
switch words.dropFirst(2).first ?? "auto" {
case "interpreter": backend = .interpreter
case "compiler": backend = .compiler
case "auto": backend = .auto
case let name: fail("there is no backend '\(name)'; expected interpreter, compiler or auto")
}

do {
    var configuration = ModuleConfiguration()
    configuration.gasMetering = .synchronous
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let module = try Module(bytes: bytes, configuration: configuration, engine: Engine(backend: backend))

    let threadCount = ProcessInfo.processInfo.activeProcessorCount
    let results = Mutex<[Result<Turns, any Error>]>([])
    let memoryBefore = Memory.used()
    // All threads share the module; each has guests of its own, which are all alive before the first one runs.
    DispatchQueue.concurrentPerform(iterations: threadCount) { thread in
        let result = Result {
            let limits = stride(from: thread, to: count, by: threadCount).map { UInt64(100 + $0 % 400) }
            var scheduler = try Scheduler(module, limits: limits)
            try scheduler.run()
            return scheduler.turns
        }
        results.withLock { $0.append(result) }
    }
    let turns = try results.withLock { $0 }.map { try $0.get() }
    func sum(_ figure: KeyPath<Turns, Int>) -> Int { turns.reduce(0) { $0 + $1[keyPath: figure] } }
    print("\(count) guests, \(sum(\.all)) turns: \(sum(\.paused)) paused, \(sum(\.rested)) rested, all answers right")
    if let memoryBefore, let most = Memory.most() {
        print("at most \((most - memoryBefore) / count) bytes of memory for a guest")
    }
} catch {
    fail("\(path): \(error)")
}
