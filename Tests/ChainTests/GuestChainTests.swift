// Sources to result: every guest, compiled at each level, linked, run, and compared with the same source built natively. The
// ELF file, before it is linked, computes the same on RISC-V; if it does not, it is the compiler's fault and not the linker's.

import PolkaBlob
import PolkaBuild
import PolkaCheck
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import RISCVELF
import SystemPackage
import TestSupport
import Testing

@Suite struct GuestChainTests {
    @Test func manifestNamesAllGuests() throws {
        let named = Set(Guest.all.map(\.file))
        let present = try Files.list(Guest.folder).filter { $0.hasSuffix(".c") || $0.hasSuffix(".swift") }
        #expect(named == Set(present))
    }

    @Test(arguments: Guest.all)
    func computesWhatNativeCodeComputes(_ guest: Guest) async throws {
        let folder = try TemporaryFolder(guest.name)
        let expected = try await guest.nativeResults(in: folder.path)
        try #require(expected.count == guest.inputs.count)
        for optimization in guest.optimizations {
            let products = try await guest.build(optimization, in: folder.path)
            try expectEveryByteNamed(products.result, "\(guest) \(optimization)")
            if optimization == .speed {
                try expectSameOnRISCV(guest, products, expected)
                try expectSameWithoutEachPass(guest, products, expected)
            }
            for level in LinkOptions.Optimization.allCases {
                let blob = try relink(products, level)
                // What is run has been through the bytes.
                let parsed = try Blob(parsing: blob.serialized())
                for (input, expected) in zip(guest.inputs, expected) {
                    let what = "\(guest) \(optimization) -O\(level.rawValue) run(\(input))"
                    try expectSameOnAllBackends(parsed, [input], what) { instance in
                        #expect(instance[.a0] == expected, "\(what) \(instance.module.engine.backend.name)")
                    }
                }
            }
        }
    }

    /// The rows of `pvm size` add up to the file, and the map leaves no code without a name.
    private func expectEveryByteNamed(_ result: LinkResult, _ what: String) throws {
        let bytes = result.blob.serialized()
        let map = try #require(MapText(result.map.text), "\(what)")
        let report = SizeReport(result.blob, parts: try FileParts.ofContainer(bytes), map: map)
        #expect(report.rows.reduce(0) { $0 + $1.bytes } == bytes.count, "\(what)")
        #expect(report.namesFrom == .map && !report.rows.contains { $0.name == "(code without a name)" }, "\(what)")
    }

    /// The evaluator does some fifty million in a second; what takes longer than this is left out.
    private static let mostInstructions: UInt64 = 10_000_000

    /// Calls `run` of the ELF file on the evaluator.
    private func expectSameOnRISCV(_ guest: Guest, _ products: BuildProducts, _ expected: [UInt64]) throws {
        let elf = try ELFObject(parsing: Files.read(products.elf), name: guest.name)
        var evaluated = try RISCVGuest(elf)
        for (input, expected) in zip(guest.inputs, expected) {
            let limit = Self.mostInstructions
            guard let outcome = try evaluated.call("run", [input], limit: limit, host: Guest.answer) else { break }
            #expect(outcome.stop == nil && outcome.result == expected, "\(guest) run(\(input)) on RISC-V: \(outcome)")
        }
    }

    /// Links without each of the passes that can be left out, and calls `run` on both backends.
    private func expectSameWithoutEachPass(_ guest: Guest, _ products: BuildProducts, _ expected: [UInt64]) throws {
        let elf = try ELFObject(parsing: Files.read(products.elf), name: guest.name)
        // A pass that is wrong shows in a small run already.
        let calls = zip(guest.inputs, expected).prefix(3)
        for pass in LinkOptions.OptionalPass.allCases {
            var options = LinkOptions(optimization: .full)
            options.disabledPasses = [pass]
            let blob = try PostLinker.link([elf], options: options).blob
            for backend in Backend.all {
                let instance = try Instance(
                    Module(blob, engine: Engine(backend: backend)), linker: Guest.linker())
                for (input, expected) in calls {
                    let what = "\(guest) without \(pass.rawValue) run(\(input)) \(backend.name)"
                    #expect(try instance.call("run", [input]) == .finished, "\(what)")
                    #expect(instance[.a0] == expected, "\(what)")
                }
                #expect(instance.ranOnly(on: backend))
            }
        }
    }

    /// Calls `run` in both backends, with and without gas, once for each argument in the same instance: each call must return,
    /// the backend must have done all of it, and afterwards registers, gas, position and all memory must be the same.
    private func expectSameOnAllBackends(
        _ blob: Blob, _ arguments: [UInt64], _ what: String, _ check: (Instance) -> Void
    ) throws {
        for gasMetering in [GasMetering.none, .synchronous] {
            var expected: [InstanceState] = []
            for backend in Backend.all {
                var configuration = ModuleConfiguration()
                configuration.gasMetering = gasMetering
                let what = "\(what) \(backend.name), gas \(gasMetering)"
                let module = try Module(blob, configuration: configuration, engine: Engine(backend: backend))
                let instance = try Instance(module, linker: Guest.linker())
                instance.gas = 1 << 40
                for (number, argument) in arguments.enumerated() {
                    let exit = try instance.call("run", [argument])
                    #expect(exit == .finished, "\(what)")
                    check(instance)
                    let state = InstanceState(instance, after: exit)
                    if backend.name == Backend.interpreter.name { expected.append(state) }
                    let difference = state.difference(from: expected[number])
                    #expect(difference == nil, "\(what): \(difference ?? "")")
                }
                #expect(instance.ranOnly(on: backend), "\(what)")
            }
        }
    }

    /// Repeated calls of one instance see the memory that the last one left, and must still agree.
    @Test(arguments: Guest.all.filter { ["quicksort.c", "malloc_storm.c", "classes.swift"].contains($0.file) })
    func secondCallInTheSameInstance(_ guest: Guest) async throws {
        let folder = try TemporaryFolder(guest.name)
        let products = try await guest.build(.speed, in: folder.path)
        let input = try #require(guest.inputs.last)
        var results: Set<UInt64> = []
        try expectSameOnAllBackends(products.result.blob, [input, input], "\(guest) twice") { instance in
            results.insert(instance[.a0])
        }
        #expect(results.count == 1)
    }

    /// Upper and lower case of every scalar that there is, on the faster backend.
    @Test func caseMappingOfEveryScalar() async throws {
        let file = "unicode_case.swift"
        // The guest takes every n-th scalar.
        let guest = Guest(file: file, inputs: [1])
        let folder = try TemporaryFolder("case")
        let expected = try await guest.nativeResults(in: folder.path)
        let products = try await guest.build(.speed, in: folder.path)
        let engine = Engine(backend: try #require(Backend.all.last))
        let instance = try Instance(Module(products.result.blob, engine: engine))
        #expect(try instance.call("run", [1]) == .finished)
        #expect([instance[.a0]] == expected)
    }

    /// What is not used is not there: bytes of stripped blobs.
    @Test(arguments: [
        ("#include <stdio.h>\nint main(void) { printf(\"hello %f\\n\", 1.5); }\n", "c", 20_000),
        ("int main(void) { return 5; }\n", "c", 500),
        (
            "#include <pvm.h>\nPVM_EXPORT(uint64_t, fibonacci, uint64_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }\n",
            "c", 200
        ),
        (
            "import PVM\n@Export func fibonacci(_ n: UInt64) -> UInt64 { n < 2 ? n : fibonacci(n - 1) &+ fibonacci(n - 2) }\n",
            "swift", 200
        ),
        ("import PVM\n@Export func main() { print(\"hello\") }\n", "swift", 1000),
    ])
    func smallGuestsAreSmall(_ source: String, _ kind: String, _ limit: Int) async throws {
        let folder = try TemporaryFolder("small")
        let file = folder.path.appending("guest.\(kind)")
        try Files.write(Array(source.utf8), to: file)
        let project = try Project(files: [file.string], output: folder.path.appending("guest.polkavm"))
        for optimization in [BuildOptions.Optimization.size, .speed] {
            let options = BuildOptions(optimization: optimization, colorDiagnostics: false)
            let size = try await Builder.forTests(options).build(project).result.blob.serialized(strip: true).count
            #expect(size < limit, "\(size) bytes for \(source)")
        }
    }

    /// The same sources give the same bytes, whatever the folder is called.
    @Test(arguments: ["quicksort.c", "strings.swift"])
    func sameBytesInAnyFolder(_ file: String) async throws {
        var blobs: [[UInt8]] = []
        for name in ["one", "another-longer-name"] {
            let folder = try TemporaryFolder(name)
            let sources = folder.path.appending("Sources")
            try Files.makeFolder(sources)
            for file in [file, "checksum.h"] {
                try Files.write(Files.read(Guest.folder.appending(file)), to: sources.appending(file))
            }
            let options = BuildOptions(optimization: .speed, link: LinkOptions(), colorDiagnostics: false)
            let builder = try await Builder.forTests(options)
            blobs.append(try await builder.build(Project(folder: folder.path)).result.blob.serialized())
        }
        #expect(blobs[0] == blobs[1])
    }

    private func relink(_ products: BuildProducts, _ level: LinkOptions.Optimization) throws -> Blob {
        try Builder.link(elf: products.elf, options: LinkOptions(optimization: level)).blob
    }
}
