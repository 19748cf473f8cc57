// Eight small guests whose size and speed, linked by the reference linker, are known: ours may not be much worse.
//
// The sources lie beside the package, in ../shared/bench; without them the test is skipped, except where CI must not.

import Foundation
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import RISCVELF
import TestSupport
import Testing

/// A row of the table: what `run(argument)` gives, and what the reference linker makes of the guest at its levels 1 and 2.
struct BenchmarkGuest: Sendable, CustomTestStringConvertible {
    let name: String
    let argument: UInt64
    let answer: UInt64
    let byteCount: Int
    let gas: Int64
    let optimizedByteCount: Int
    let optimizedGas: Int64

    var testDescription: String { name }

    // swift-format-ignore
    static let all = [
        BenchmarkGuest(name: "fib",       argument: 1000, answer: 5_612_965_376_538_320_010,  byteCount: 123,  gas: 7_010_008,  optimizedByteCount: 120,  optimizedGas: 7_010_009),
        BenchmarkGuest(name: "sieve",     argument: 2,    answer: 7_252_346_796_786_196_348,  byteCount: 288,  gas: 10_086_154, optimizedByteCount: 288,  optimizedGas: 10_086_154),
        BenchmarkGuest(name: "sha256",    argument: 20,   answer: 15_894_046_659_960_362_296, byteCount: 1527, gas: 1_466_993,  optimizedByteCount: 1514, optimizedGas: 1_467_293),
        BenchmarkGuest(name: "quicksort", argument: 1,    answer: 5_012_432_580_909_451_281,  byteCount: 685,  gas: 1_370_200,  optimizedByteCount: 676,  optimizedGas: 1_370_194),
        BenchmarkGuest(name: "mandel",    argument: 2,    answer: 18_148_496_582_950_855_950, byteCount: 303,  gas: 1_733_016,  optimizedByteCount: 290,  optimizedGas: 1_729_815),
        BenchmarkGuest(name: "strings",   argument: 4,    answer: 1_703_040_089_563_098_971,  byteCount: 1390, gas: 2_662_588,  optimizedByteCount: 1327, optimizedGas: 2_660_086),
        BenchmarkGuest(name: "list",      argument: 1,    answer: 11_205_494_189_379_225_839, byteCount: 338,  gas: 1_671_191,  optimizedByteCount: 322,  optimizedGas: 1_671_187),
        BenchmarkGuest(name: "indirect",  argument: 50,   answer: 15_579_583_805_482_562_787, byteCount: 322,  gas: 243_563,    optimizedByteCount: 326,  optimizedGas: 243_561),
    ]
}

@Suite struct BenchmarkGuestTests {
    static let folder = Workshop.package.deletingLastPathComponent().appendingPathComponent("shared/bench")
    static let isPresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("guest.h").path)
    static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    @Test func presence() {
        if !Self.isPresent { print("benchmark guests skipped: \(Self.folder.path) is not there") }
        #expect(Self.isPresent || !Self.isRequired, "\(Self.folder.path) is missing, and CI is set")
    }

    @Test(.enabled(if: isPresent), arguments: BenchmarkGuest.all)
    func answerSizeAndGas(_ guest: BenchmarkGuest) throws {
        let workshop = try Workshop()
        let source = try String(contentsOf: Self.folder.appendingPathComponent("\(guest.name).c"), encoding: .utf8)
        try workshop.write(source, to: "guest.c")
        try workshop.run(
            "clang",
            [
                "--target=riscv64-unknown-none-elf", "-mno-relax", "-mno-strict-align",
                "-march=rv64emac_zbb_xtheadcondmov", "-mabi=lp64e", "-fpie", "-O2", "-ffreestanding",
                "-ffunction-sections", "-fdata-sections", "-I", Self.folder.path, "-c", "guest.c", "-o", "guest.o",
            ])
        try workshop.run("ld.lld", Guest.positionIndependentFlags + ["guest.o", "-o", "guest.elf"])
        let object = try ELFObject(parsing: try workshop.read("guest.elf"), name: "\(guest.name).elf")
        // What the file computes before it is linked.
        var evaluated = try RISCVGuest(object)
        let outcome = try #require(try evaluated.call("run", [guest.argument]))
        #expect(outcome.stop == nil && outcome.result == guest.answer)
        for level in LinkOptions.Optimization.allCases {
            let blob = try PostLinker.link([object], options: LinkOptions(optimization: level)).blob
            var configuration = ModuleConfiguration()
            configuration.gasMetering = .synchronous
            var expected: InstanceState?
            for backend in Backend.whyNoCompiler == nil ? [Backend.interpreter, .compiler] : [.interpreter] {
                let module = try Module(blob, configuration: configuration, engine: Engine(backend: backend))
                let instance = try Instance(module)
                instance.gas = .max
                #expect(try instance.call("run", [guest.argument]) == .finished)
                #expect(instance[.a0] == guest.answer)
                #expect(instance.ranOnly(on: backend))
                let state = InstanceState(instance, after: .finished)
                let difference = state.difference(from: expected ?? state)
                #expect(difference == nil, "\(guest.name) \(backend.name): \(difference ?? "")")
                expected = state
            }
            guard level != .none, let expected else { continue }
            let (byteCount, gas) = (blob.serialized(strip: true).count, Int64.max - expected.gas)
            let (bytesThere, gasThere) =
                level == .full ? (guest.optimizedByteCount, guest.optimizedGas) : (guest.byteCount, guest.gas)
            print("\(guest.name) \(level): \(byteCount) bytes (\(bytesThere)), \(gas) gas (\(gasThere))")
            // No worse than the reference in gas, and in bytes but for one in a hundred.
            #expect(Double(byteCount) <= 1.01 * Double(bytesThere))
            #expect(gas <= gasThere)
        }
    }
}
