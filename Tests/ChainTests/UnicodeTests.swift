// The Unicode library of toolchain/build-unicode: what each of its functions says of every scalar, in a guest, must be what
// the library that Swift has for this computer says (Tests/Guests/unicode/scalars.c).

import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaLinker
import PolkaVM
import Subprocess
import SystemPackage
import Testing

@Suite(.enabled(if: UnicodeLibraries.native != nil, "Swift has no Unicode library for this computer"))
struct UnicodeTests {
    /// The functions that Guest/unicode has.
    private static let own = [
        "getAge", "getBinaryProperties", "getGeneralCategory", "getGraphemeBreakProperty", "getMphIdx",
        "getNumericType",
        "getScalarBitArrayIdx", "getScalarName", "getScalarName_cut", "getScript",
    ]

    /// The functions that Swift's archive has, for fewer registers than it says.
    private static let adopted = [
        "getCaseMapping", "getComposition_first", "getComposition_second", "getDecompositionEntry", "getMapping",
        "getNameAlias", "getNormData", "getNumericValue", "getScriptExtensions", "getSpecialMapping",
        "getWordBreakProperty", "isExtendedPictographic", "isInCB_Consonant",
    ]

    /// Every scalar, the surrogates among them, and numbers that are none: at the end of the scalars, where 21 bits end, where the
    /// sign changes, and the last.
    private static let ranges: [Range<UInt64>] = [
        0..<0x11_0000, 0x11_0000..<0x11_1000, 0x1f_f000..<0x20_1000, 0x7fff_f000..<0x8000_1000,
        0xffff_f000..<0x1_0000_0000,
    ]

    /// How many scalars one call is about; a divisor of all ranges.
    private static let blockSize: UInt64 = 4096

    private static let blocks = ranges.flatMap { stride(from: $0.lowerBound, to: $0.upperBound, by: Int(blockSize)) }

    @Test func guestHasAllFunctions() async throws {
        let exports = try await UnicodeLibraries.shared.blob().exports.map {
            String(decoding: $0.symbol, as: UTF8.self)
        }
        #expect(Set(exports) == Set(Self.own + Self.adopted))
    }

    @Test(arguments: own + adopted)
    func saysWhatSwiftSays(_ function: String) async throws {
        let libraries = UnicodeLibraries.shared
        let expected = try await libraries.nativeAnswers(function, per: Self.blockSize, Self.ranges)
        try #require(expected.count == Self.blocks.count)
        let blob = try await libraries.blob()
        for backend in Backend.all {
            let instance = try Instance(
                Module(blob, configuration: ModuleConfiguration(), engine: Engine(backend: backend)))
            // The interpreter takes ten times as long and has the first scalars and some of the others.
            let isSlow = backend.name == Backend.interpreter.name
            for (index, first) in Self.blocks.enumerated() where !isSlow || index < 4 || index % 16 == 15 {
                let answer = try answer(of: instance, function, first, Self.blockSize)
                guard answer != expected[index] else { continue }
                let scalar = try await firstDifference(instance, function, in: first..<first + Self.blockSize)
                Issue.record("\(function)(0x\(String(scalar, radix: 16))) differs, \(backend.name)")
                break
            }
        }
    }

    /// The first scalar of which guest and computer say different things.
    private func firstDifference(
        _ instance: Instance, _ function: String, in range: Range<UInt64>
    ) async throws -> UInt64 {
        let expected = try await UnicodeLibraries.shared.nativeAnswers(function, per: 1, [range])
        for (scalar, expected) in zip(range, expected)
        where try answer(of: instance, function, scalar, 1) != expected {
            return scalar
        }
        return range.upperBound
    }

    private func answer(of instance: Instance, _ function: String, _ first: UInt64, _ count: UInt64) throws -> UInt64 {
        let exit = try instance.call(function, [first, count])
        #expect(exit == .finished, "\(function)(0x\(String(first, radix: 16))...)")
        return instance[.a0]
    }

    /// The same inputs give the same archive, whether it is made or was kept.
    @Test func archiveIsReproducible() async throws {
        let folder = try TemporaryFolder("unicode")
        var archives: [[UInt8]] = []
        for cache in ["one", "two", "two"] {
            let archive = folder.path.appending("lib.a")
            try await UnicodeLibraries.buildArchive(archive, cache: folder.path.appending(cache))
            archives.append(try Files.read(archive))
            #expect(try Files.readText(folder.path.appending("lib.LICENSE.txt")).contains("Apache License"))
        }
        #expect(archives[0] == archives[1] && archives[1] == archives[2])
    }
}

/// The library as a guest has it and as this computer has it, both built once with the program that asks them.
private actor UnicodeLibraries {
    static let shared = UnicodeLibraries()

    /// The folder of the toolchain that has `bin` and `lib`.
    private static let toolchainRoot: FilePath? = Toolchain().path(of: .swiftc).flatMap(Files.resolved)?
        .removingLastComponent().removingLastComponent()

    /// The library that Swift has for this computer.
    static let native: FilePath? = {
        #if arch(x86_64)
        let library = toolchainRoot?.appending(
            "lib/swift/embedded/x86_64-unknown-linux-gnu/libswiftUnicodeDataTables.a")
        return library.flatMap { Files.exists($0) ? $0 : nil }
        #else
        return nil
        #endif
    }()

    private static let source = Guest.folder.appending("unicode/scalars.c").string
    private static let headers = Guest.packageRoot.appending("Guest/include").string

    private struct Products: Sendable {
        let folder: TemporaryFolder
        let program: FilePath
        let blob: Blob
    }

    private var building: Task<Products, any Error>?

    private func products() async throws -> Products {
        let task = building ?? Task { try await Self.build() }
        building = task
        return try await task.value
    }

    func blob() async throws -> Blob { try await products().blob }

    /// What the library of this computer says: a number for every `count` scalars of each range.
    func nativeAnswers(_ function: String, per count: UInt64, _ ranges: [Range<UInt64>]) async throws -> [UInt64] {
        let words = [function, "\(count)"] + ranges.flatMap { ["\($0.lowerBound)", "\($0.count)"] }
        let result = try await Subprocess.run(
            .path(products().program), arguments: Arguments(words), output: .string(limit: 1 << 20))
        return result.standardOutput.split(separator: "\n").compactMap { UInt64($0) }
    }

    static func buildArchive(_ archive: FilePath, cache: FilePath? = nil) async throws {
        // The script takes the toolchain whose swiftc comes first.
        let tools = toolchainRoot?.appending("bin").string ?? ""
        var environment = Subprocess.Environment.inherit.updating([
            "PATH": "\(tools):\(PolkaBuild.Environment["PATH"] ?? "")"
        ])
        if let cache { environment = environment.updating(["PVM_CACHE": cache.string]) }
        let result = try await Subprocess.run(
            .path(Guest.packageRoot.appending("toolchain/build-unicode")), arguments: [archive.string],
            environment: environment, output: .discarded, error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    }

    private static func build() async throws -> Products {
        let folder = try TemporaryFolder("unicode")
        let toolchain = Toolchain()
        let native = try #require(Self.native).string
        let program = folder.path.appending("scalars")
        _ = try await toolchain.run(
            .clang,
            ["-w", "-O2", "-std=gnu23", "-idirafter", headers, source, native, "-o", program.string])

        let options = BuildOptions(optimization: .speed, colorDiagnostics: false)
        let project = try Project(files: [source], output: folder.path.appending("scalars.polkavm"))
        let blob = try await Builder.forTests(options).build(project).result.blob
        // What is run has been through the bytes.
        return Products(folder: folder, program: program, blob: try Blob(parsing: blob.serialized()))
    }
}
