// Programs that once showed a fault, or would show one: every file of Tests/Corpus on every backend.

import PolkaCommands
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] {
        whyNoCompiler == nil
            ? [.interpreter, .compiler, .compiler(CompilerOptions(features: [])), .stored()] : [.interpreter]
    }
}

@Suite struct CorpusTests {
    private static let files: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: DifferentialRun.corpus)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test func filesArePresent() {
        #expect(Self.files.count >= 10)
    }

    @Test(arguments: files, Backend.all)
    func file(_ file: String, on backend: Backend) throws {
        let data = try Data(contentsOf: URL(filePath: DifferentialRun.corpus).appending(path: file))
        let vector = try TextVector(parsing: String(decoding: data, as: UTF8.self))
        var stopCount = 0
        let outcome = try vector.run(on: Engine(backend: backend)) { instance, _ in
            stopCount += 1
            #expect(instance.module.engine.backend.name == backend.name)
            #expect((instance.module.nativeByteCount != nil) == (backend.name != Backend.interpreter.name))
        }
        #expect(outcome == .passed, "\(backend.name)")
        #expect(stopCount > 0)
    }
}
