// Many programs on all processors, and what is done with one that differs.

import PolkaISA
import PolkaVM
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a run of many programs came to.
struct DifferentialResult {
    var programCount = 0
    /// Programs that both backends refuse to load.
    var refusedCount = 0
    var stopCount = 0
    /// Runs from stop to stop that were all machine code, and those that changed to it from the interpreter.
    var nativeRunCount = 0
    var changedRunCount = 0
    var difference: String?
}

enum DifferentialRun {
    /// Programs of each kind; `PVM_DIFFERENTIAL` asks for another number.
    static let programCount = environment("PVM_DIFFERENTIAL") ?? 26_000
    /// The seed of the first program; `PVM_DIFFERENTIAL_SEED` asks for another one.
    static let firstSeed = UInt64(environment("PVM_DIFFERENTIAL_SEED") ?? 0)

    /// Whether what was counted is printed (`PVM_DIFFERENTIAL_VERBOSE`).
    static let isVerbose = environment("PVM_DIFFERENTIAL_VERBOSE") != nil

    static func environment(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

    /// Where cases are kept.
    static let corpus: String = {
        let file: String = #filePath
        return file.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Corpus"
    }()

    /// Runs the programs of some seeds in the interpreter and in another backend.
    static func run(_ set: InstructionSet, _ seeds: Range<UInt64>, against backend: Backend) async throws
        -> DifferentialResult
    {
        print("\(set.name), \(backend.name): seeds \(seeds.lowerBound)..<\(seeds.upperBound)")
        let chunk: UInt64 = 250
        return try await withThrowingTaskGroup(of: DifferentialResult.self) { group in
            var next = seeds.lowerBound
            func addTask() {
                guard next < seeds.upperBound else { return }
                let range = next..<min(seeds.upperBound, next + chunk)
                next = range.upperBound
                group.addTask { try runChunk(set, range, against: backend) }
            }
            for _ in 0..<max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { addTask() }
            var sum = DifferentialResult()
            for try await result in group {
                sum.programCount += result.programCount
                sum.refusedCount += result.refusedCount
                sum.stopCount += result.stopCount
                sum.nativeRunCount += result.nativeRunCount
                sum.changedRunCount += result.changedRunCount
                sum.difference = sum.difference ?? result.difference
                if sum.difference == nil { addTask() }
            }
            if isVerbose { print("\(set.name), \(backend.name): \(sum)") }
            return sum
        }
    }

    private static func runChunk(
        _ set: InstructionSet, _ seeds: Range<UInt64>, against backend: Backend
    ) throws -> DifferentialResult {
        var result = DifferentialResult()
        for seed in seeds {
            result.programCount += 1
            let program = ProgramGenerator.program(set, seed: seed)
            guard var contest = try Contest(program, .interpreter, against: backend) else {
                result.refusedCount += 1
                continue
            }
            if let difference = try contest.firstDifference() {
                result.difference = keep(difference, "\(set.name)-\(seed)", against: backend)
                return result
            }
            result.stopCount += contest.stopCount
            result.nativeRunCount += contest.nativeRunCount
            result.changedRunCount += contest.changedRunCount
        }
        return result
    }

    /// Makes a case smaller and writes it to the corpus.
    ///
    /// - Returns: what to tell whoever reads the test's output.
    private static func keep(_ difference: Difference, _ name: String, against backend: Backend) -> String {
        let small = Shrinker.shrink(difference) { firstDifference($0, .interpreter, against: backend) }
        let comment = ["\(name), \(backend.name): \(small)."]
        let text = (try? CaseText.text(of: small.program, comment)) ?? "no text"
        let path = "\(corpus)/\(name).txt"
        if let file = fopen(path, "w") {
            fputs(text, file)
            fclose(file)
        }
        return "\(name), \(backend.name): \(difference)\nmade smaller, and kept in \(path):\n\(text)"
    }

    /// How a case differs, nil if it does not, or does not load.
    static func firstDifference(
        _ program: ProgramCase, _ expected: Backend, against found: Backend
    ) -> Difference? {
        guard var contest = try? Contest(program, expected, against: found) else { return nil }
        return try? contest.firstDifference()
    }
}
