// Compiled modules as bytes: what is loaded does what was compiled, and nothing that is damaged or foreign is loaded.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing
import X86Assembler

@testable import PolkaJIT

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct CompiledModuleTests {
    // MARK: The same program

    @Test(arguments: InstructionSet.allCases)
    func randomPrograms(_ set: InstructionSet) async throws {
        let first = DifferentialRun.firstSeed + 1 << 53
        let seeds = first..<(first + UInt64(DifferentialRun.programCount / 10))
        let result = try await DifferentialRun.run(set, seeds, against: .stored())
        if let difference = result.difference { Issue.record("\(difference)") }
        guard result.difference == nil, seeds.count >= 1000 else { return }
        #expect(result.nativeRunCount > result.stopCount / 2)
    }

    /// Code for other processors, that knows no address of its jump table, and that two threads have made.
    @Test(arguments: InstructionSet.allCases)
    func otherCode(_ set: InstructionSet) async throws {
        var old = CompilerOptions(features: [])
        old.usesLowMemory = false
        var divided = CompilerOptions()
        divided.dividedFrom = 0
        for (number, options) in [old, divided].enumerated() {
            let first = DifferentialRun.firstSeed + 1 << 54 + UInt64(number) << 40
            let seeds = first..<(first + UInt64(DifferentialRun.programCount / 20))
            let result = try await DifferentialRun.run(set, seeds, against: .stored(options))
            if let difference = result.difference { Issue.record("\(difference)") }
        }
    }

    private static let adder = Blob(
        [
            Instruction(.addImm64, .a0, .a0, x: 5), Instruction(.ecalli, x: 0), .ret,
        ], imports: ["host"])

    private static func module(_ blob: Blob, _ configuration: ModuleConfiguration = .init()) throws -> Module {
        try Module(blob, configuration: configuration, engine: Engine(backend: .compiler))
    }

    /// Names, hosts and data are there, and the module says what it is.
    @Test func everythingIsThere() throws {
        var blob = Self.adder
        blob.readOnlyData = [1, 2, 3]
        blob.readOnlyDataSize = 5
        blob.readWriteData = [4]
        blob.readWriteDataSize = 9000
        blob.debug = DebugSections(strings: [1], linePrograms: [2], ranges: [3])
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        configuration.auxiliarySize = 100
        configuration.pageSize = 8192
        let original = try Self.module(blob, configuration)
        let compiled = try CompiledModule(parsing: CompiledModule(original).bytes)
        #expect(compiled.blob == blob)
        #expect(compiled.configuration == configuration)
        #expect(compiled.programBytes == blob.serialized())
        #expect(compiled.programHash == ContentHash(of: blob.serialized()))
        #expect(compiled.nativeByteCount == original.nativeByteCount)
        let module = try compiled.module()
        #expect(module.blob == blob && module.configuration == configuration)
        #expect(module.engine.backend.name == "compiler")
        #expect(module.nativeByteCount == original.nativeByteCount)
        #expect(module.gasCost(ofBlockAt: 0) == original.gasCost(ofBlockAt: 0))
        var linker = Linker()
        try linker.define("host") { $0.setResult($0.argument(0) * 10) }
        let instance = try Instance(module, linker: linker)
        instance.gas = 10
        #expect(try instance.call("run", [2]) == .finished)
        #expect(instance[.a0] == 70)
        #expect(instance.gas == 7)
        #expect(instance.lastTiers == [.compiler])
        // It is compiled once more for this, and that gives the same bytes.
        #expect(try NativeListing(of: module) != nil)
    }

    /// Wherever code and table lie, the bytes are the same; so they are after loading.
    @Test func bytesHaveNoAddresses() throws {
        for seed in 0..<50 as Range<UInt64> {
            let blob = ProgramGenerator.blob(.latest64, seed: 1 << 39 | seed)
            let modules = try (0..<3).map { _ in try Self.module(blob) }
            let bytes = try modules.map { try CompiledModule($0).bytes }
            #expect(bytes[0] == bytes[1] && bytes[1] == bytes[2])
            let loaded = try CompiledModule(parsing: bytes[0])
            #expect(loaded.bytes == bytes[0])
            #expect(try CompiledModule(loaded.module()).bytes == bytes[0])
        }
    }

    /// Every choice is stored: each of these configurations has another field that is not as usual.
    @Test func configurations() throws {
        func changed(_ change: (inout ModuleConfiguration) -> Void) -> ModuleConfiguration {
            var configuration = ModuleConfiguration()
            change(&configuration)
            return configuration
        }
        let fieldCount = Mirror(reflecting: ModuleConfiguration()).children.count
        let changes = [
            changed { $0.pageSize = 0x10000 }, changed { $0.gasMetering = .synchronous },
            changed { $0.costModel = .pipeline(.l2Hit) },
            changed { $0.isInterruptible = true }, changed { $0.faultRule = .pageFault },
            changed { $0.jumpRule = .graypaper }, changed { $0.endRule = .graypaper },
            changed { $0.auxiliarySize = 4097 },
            changed { $0.startsUnmapped = true }, changed { $0.isStrict = true },
        ]
        #expect(changes.count == fieldCount, "a new field belongs into StoredConfiguration.swift, and here")
        let rules: [FaultRule] = [.trap, .pageFault, .pageFaultUnlessReadOnly]
        for configuration in changes + rules.map({ rule in changed { $0.faultRule = rule } }) + [.jam] {
            var blob = Self.adder
            if configuration.startsUnmapped { blob.exports = [] }
            let compiled = try CompiledModule(parsing: CompiledModule(Self.module(blob, configuration)).bytes)
            #expect(compiled.configuration == configuration)
            #expect(try compiled.module().configuration == configuration)
        }
    }

    /// Modules of other backends are compiled for it.
    @Test(arguments: [Backend.interpreter, .auto])
    func otherBackends(_ backend: Backend) throws {
        let module = try Module(Self.adder, engine: Engine(backend: backend))
        #expect(try CompiledModule(module).bytes == CompiledModule(Self.module(Self.adder)).bytes)
    }

    @Test func notStorable() throws {
        var perInstruction = ModuleConfiguration()
        perInstruction.gasMetering = .perInstruction
        #expect(throws: CompiledModuleError.self) { try CompiledModule(Self.module(Self.adder, perInstruction)) }
        var damaged = Self.adder
        damaged.imports = [nil]
        #expect(throws: CompiledModuleError.self) { try CompiledModule(Self.module(damaged)) }
    }

    // MARK: Other bytes

    /// A file with jumps of all kinds, metered.
    private static func file() throws -> [UInt8] {
        var blob = Blob([
            Instruction(.loadImm, .a1, x: 2), Instruction(.jumpIndirect, .a1), Instruction(.addImm64, .a0, .a0, x: 1),
            .ret,
        ])
        blob.code.jumpTable = [UInt32(blob.code.bytes.count) - 5]
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        return try CompiledModule(module(blob, configuration)).bytes
    }

    @Test func prefixesAndMore() throws {
        let bytes = try Self.file()
        #expect(throws: Never.self) { try CompiledModule(parsing: bytes) }
        for count in 0..<bytes.count {
            #expect(throws: CompiledModuleError.self) { try CompiledModule(parsing: Array(bytes[..<count])) }
        }
        #expect(throws: CompiledModuleError.wrongLength(declared: UInt64(bytes.count), actual: bytes.count + 1)) {
            try CompiledModule(parsing: bytes + [0])
        }
    }

    @Test func flippedBits() throws {
        var bytes = try Self.file()
        for index in bytes.indices {
            for bit in 0..<8 {
                bytes[index] ^= 1 << UInt8(bit)
                #expect(throws: CompiledModuleError.self) { try CompiledModule(parsing: bytes) }
                bytes[index] ^= 1 << UInt8(bit)
            }
        }
    }

    @Test func randomDamage() throws {
        let bytes = try Self.file()
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            var damaged = bytes
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    damaged[Int.random(in: damaged.indices, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
            case 1:
                let start = Int.random(in: damaged.indices, using: &generator)
                damaged.removeSubrange(start..<Int.random(in: start...damaged.count, using: &generator))
            default:
                damaged.swapAt(
                    Int.random(in: damaged.indices, using: &generator),
                    Int.random(in: damaged.indices, using: &generator))
            }
            guard damaged != bytes else { continue }
            #expect(throws: CompiledModuleError.self) { try CompiledModule(parsing: damaged) }
        }
    }

    /// Damage that somebody made the sum right for is refused where places are wrong, and never makes the reader crash.
    @Test func damageBehindARightSum() throws {
        let bytes = try Self.file()
        var generator = SeededGenerator(seed: 8)
        var refusedCount = 0
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 20..<(bytes.count - 8), using: &generator)] =
                    [0, 1, 2, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            Self.mend(&damaged)
            do {
                _ = try CompiledModule(parsing: damaged).module()
            } catch {
                refusedCount += 1
            }
        }
        #expect(refusedCount > 5_000)
    }

    private static func mend(_ bytes: inout [UInt8]) {
        let sum = bytes.dropLast(8).withUnsafeBytes(DamageCheck.sum)
        for index in 0..<8 { bytes[bytes.count - 8 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index)) }
    }

    @Test func errorsSayWhatIsWrong() throws {
        let bytes = try Self.file()
        func error(_ change: (inout [UInt8]) -> Void, mends: Bool = true) -> CompiledModuleError? {
            var changed = bytes
            change(&changed)
            if mends { Self.mend(&changed) }
            do throws(CompiledModuleError) {
                _ = try CompiledModule(parsing: changed)
                return nil
            } catch {
                return error
            }
        }
        #expect(
            error { $0 = Self.adder.serialized() } == .notCompiledModule(found: Array(Self.adder.serialized()[..<8])))
        #expect(error({ $0 = [] }, mends: false) == .notCompiledModule(found: []))
        #expect(error { $0[8] = 9 } == .formatVersion(found: 9, expected: 1))
        // The last digit of the compiler's number.
        let build = CodeVersion.text
        #expect(
            error { $0[28 + build.utf8.count - 1] = 0x7a }
                == .otherBuild(found: build.dropLast() + "z", expected: build))
        let text = CompiledModuleError.otherBuild(found: "pvm 0.0.9", expected: "pvm 0.1.0").description
        #expect(text == "the compiled module was made by pvm 0.0.9, this is pvm 0.1.0; compile the program again")
    }

    @Test func otherProcessor() throws {
        let compiled = try CompiledModule(parsing: Self.file())
        let needed = compiled.code.features
        guard needed.contains(.bmi2) else { return }
        #expect(throws: CompiledModuleError.missingFeatures(["bmi2"])) {
            try compiled.module(on: needed.subtracting(.bmi2))
        }
        #expect(throws: Never.self) { try compiled.module(on: needed) }
    }

    // MARK: Tests of its parts

    /// The sum as the comment in DamageCheck.swift describes it, word by word.
    @Test func sum() {
        func plainSum(_ bytes: [UInt8]) -> UInt64 {
            func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
                let product = (lane ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15).low
                return product << 29 + product >> 35
            }
            let padded = bytes + [UInt8](repeating: 0, count: 32 - bytes.count % 32)
            var lanes: [UInt64] = [1, 2, 3, 4]
            for start in stride(from: 0, to: padded.count, by: 8) {
                let word = padded[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
                lanes[start / 8 % 4] = step(lanes[start / 8 % 4], word)
            }
            return lanes.reduce(step(0, UInt64(bytes.count)), step)
        }
        var generator = SeededGenerator(seed: 9)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let sum = bytes.withUnsafeBytes(DamageCheck.sum)
            #expect(sum == plainSum(bytes))
            #expect((bytes + [0]).withUnsafeBytes(DamageCheck.sum) != sum)
        }
    }

    /// The machine code of many programs: if this fails because the compiler makes other code now, and not because the
    /// generator makes other programs, raise `CodeVersion.number` and put the new hash here, so that no file with old code is
    /// run.
    @Test func codeVersion() throws {
        var hashed: [UInt8] = []
        var programCount = 0
        for set in InstructionSet.allCases {
            for number in 0..<150 {
                let program = ProgramGenerator.blob(set, seed: 1 << 37 | UInt64(number))
                var configuration = ModuleConfiguration()
                configuration.gasMetering = number & 1 == 0 ? .none : .synchronous
                configuration.jumpRule = number & 2 == 0 ? .reference : .graypaper
                var options = CompilerOptions(features: number & 4 == 0 ? .ofCompiledCode : [])
                options.usesLowMemory = number & 8 == 0
                let backend = Backend.compiler(options)
                // Code is made, and never run, on processors without these instructions, too.
                guard let module = try? Module(program, configuration: configuration, engine: Engine(backend: backend)),
                    let compiled = module.executable as? CompiledProgram
                else { continue }
                // What the system had no low memory for is other code.
                try #require((compiled.code.jumpTable.address != nil) == options.usesLowMemory)
                hashed += try CompiledModule(module).code.code
                programCount += 1
            }
        }
        #expect(programCount > 400)
        let hash = ContentHash(of: hashed).description
        #expect(CodeVersion.number == 1)
        #expect(hash == "448b5d2752c6e6b622992368758ac363c4b2eedf70873f479d1684c13dfd3167")
    }
}
