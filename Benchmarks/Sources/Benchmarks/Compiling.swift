// The speed of compiling large programs, beside that of hashing their bytes.

import BenchmarkSupport
import PolkaBlob
import PolkaJIT
import PolkaVM

/// A program that `Generator` makes.
struct LargeProgram {
    let name: String
    let functionCount: Int

    /// Some 0.3 MB and 1 MB of code.
    static let all = [
        LargeProgram(name: "generated-small", functionCount: 940),
        LargeProgram(name: "generated-large", functionCount: 3130),
    ]

    var source: String {
        var generator = Generator(seed: 0x9e37_79b9_7f4a_7c15)
        return generator.program(functionCount: functionCount)
    }
}

/// Prints bytes of the code section per second from the bytes of a blob to a module, checks included.
///
/// The interpreter is not in it: it decodes at the first run.
func printCompiling(_ options: Options) throws {
    let hash = Hash()
    print("Compiling, MB of code section per second; BLAKE2b-512 (OpenSSL), MB of blob per second; in turns")
    var table = Table(
        "program", "code bytes", "blob bytes", "machine code", "compiler", "with gas", "BLAKE2b",
        "compile / hash time")
    for program in LargeProgram.all {
        let file = ProgramFile("\(options.folder)/\(program.name).polkavm")
        let compiled = try file.module(.compiler)
        let interpreted = try file.module(.interpreter)
        try checkAnswers(program, compiled, interpreted)
        let codeSize = Double(compiled.blob.code.bytes.count)
        let blobSize = Double(file.bytes.count)
        var compiling = Sample()
        var metered = Sample()
        var hashing = Sample()
        var ratio = Sample()
        for _ in 0..<(3 * options.repetitions) {
            let compileTime = try nanoseconds { _ = try file.module(.compiler) }
            let hashTime = nanoseconds { _ = hash(file.bytes) }
            // Bytes per nanosecond are GB per second.
            compiling.add(codeSize / compileTime * 1000)
            hashing.add(blobSize / hashTime * 1000)
            ratio.add(compileTime / hashTime)
            metered.add(codeSize / (try nanoseconds { _ = try file.module(.compiler, isMetered: true) }) * 1000)
        }
        table.add(
            program.name, fixed(codeSize, 0), fixed(blobSize, 0), "\(compiled.nativeByteCount ?? 0)", compiling.text(0),
            metered.text(0), hashing.text(0), ratio.text(1))
    }
    table.print()
}

private func checkAnswers(_ program: LargeProgram, _ compiled: Module, _ interpreted: Module) throws {
    let answers = try [compiled, interpreted].map { try Instance($0).answer(3) }
    guard answers[0] == answers[1] else {
        fail("\(program.name): the compiler answers \(answers[0]), the interpreter \(answers[1])")
    }
}
