// Sources to result: every guest, compiled at each level, linked, run, and compared with the same source built natively.

import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaLinker
import PolkaVM
import SystemPackage
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
            for level in LinkOptions.Optimization.allCases {
                let blob = try relink(products, level)
                for backend in [Backend.interpreter, .compiler] {
                    if backend.name == "compiler", Backend.whyNoCompiler != nil { continue }
                    // What is run has been through the bytes.
                    let module = try Module(
                        try Blob(parsing: blob.serialized()), engine: Engine(backend: backend))
                    for (input, expected) in zip(guest.inputs, expected) {
                        let what = "\(guest) \(optimization) -O\(level.rawValue) \(backend.name) run(\(input))"
                        let instance = try Instance(module, hostFunctions: Guest.hostFunctions())
                        #expect(try instance.call("run", [input]) == .finished, "\(what)")
                        #expect(instance[.a0] == expected, "\(what)")
                    }
                }
            }
        }
    }

    /// Repeated calls of one instance see the memory that the last one left, and must still agree.
    @Test(arguments: Guest.all.filter { ["quicksort.c", "malloc_storm.c", "classes.swift"].contains($0.file) })
    func secondCallInTheSameInstance(_ guest: Guest) async throws {
        let folder = try TemporaryFolder(guest.name)
        let products = try await guest.build(.speed, in: folder.path)
        let instance = try Instance(try Module(products.result.blob), hostFunctions: Guest.hostFunctions())
        let input = try #require(guest.inputs.last)
        _ = try instance.call("run", [input])
        let first = instance[.a0]
        #expect(try instance.call("run", [input]) == .finished)
        #expect(instance[.a0] == first)
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
            let builder = Builder(try Installation.locate(), Toolchain(), options) { _ in }
            blobs.append(try await builder.build(Project(folder: folder.path)).result.blob.serialized())
        }
        #expect(blobs[0] == blobs[1])
    }

    private func relink(_ products: BuildProducts, _ level: LinkOptions.Optimization) throws -> Blob {
        try Builder.link(elf: products.elf, options: LinkOptions(optimization: level)).blob
    }
}
