// Programs that nobody would write, on the compiler: as large as can be, malformed at every edge, and aimed at what lies
// outside. They end as on the interpreter, and what they cost is counted.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import TestSupport
import Testing
import X86Assembler

@Suite(.serialized, .enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct HostileProgramTests {
    private static let largestByteCount = 32 << 20

    private static func byte(_ opcode: Opcode) -> UInt8 { InstructionSet.latest64.byte(of: opcode) ?? 0 }

    /// Code of one instruction over and over.
    private static func code(_ instruction: [UInt8], byteCount: Int) -> CodeMap {
        let count = byteCount / instruction.count
        var bytes = [UInt8](repeating: instruction[0], count: count * instruction.count)
        var mask = [UInt8](repeating: instruction.count == 1 ? 0xff : 0, count: (bytes.count + 7) / 8)
        if instruction.count > 1 {
            for start in stride(from: 0, to: bytes.count, by: instruction.count) {
                for index in instruction.indices { bytes[start + index] = instruction[index] }
                mask[start >> 3] |= 1 << UInt8(start & 7)
            }
        } else if bytes.count & 7 != 0 {
            mask[mask.count - 1] = (1 << UInt8(bytes.count & 7)) - 1
        }
        return CodeMap(bytes: bytes, bitmask: mask)
    }

    // MARK: Sizes

    /// Much code of one instruction, most of it the most there can be.
    struct Shape: CustomStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        /// Bytes of machine code for each instruction, at most.
        let bound: Int
        /// What ends a run from the start that has enough gas, and how many instructions it takes; nil for the trap at the
        /// end.
        var end: (exit: Exit, count: UInt64)?
        /// Whether the last one traps because no other follows (isa.md 7.3).
        var needsSuccessor = false
        var byteCount = HostileProgramTests.largestByteCount

        var description: String { name }
    }

    private static let shapes = [
        // Each a block with its check, a check's far end, a call of the way out and its data.
        Shape(name: "traps", bytes: [byte(.trap)], bound: 39, end: (.trap, 1)),
        Shape(name: "bytes that are no instruction", bytes: [0xff], bound: 39, end: (.trap, 1), byteCount: 4 << 20),
        Shape(name: "blocks of nothing", bytes: [byte(.fallthrough)], bound: 18, needsSuccessor: true),
        Shape(name: "additions", bytes: [byte(.add64)], bound: 8),
        Shape(name: "constants", bytes: [byte(.loadImm64), 7, 1, 2, 3, 4, 5, 6, 7, 8], bound: 10),
        Shape(name: "constants to memory", bytes: [byte(.storeImmU64), 4, 0, 0, 0xff, 0xff, 1, 2, 3, 4], bound: 16),
        Shape(name: "branches not taken", bytes: [byte(.branchNotEq)], bound: 28, needsSuccessor: true),
        Shape(name: "host calls", bytes: [byte(.ecalli)], bound: 28, end: (.hostCall(0), 1)),
        Shape(name: "dynamic jumps", bytes: [byte(.jumpIndirect), 0], bound: 64),
    ]

    @Test(arguments: shapes)
    func muchCode(_ shape: Shape) throws {
        var blob = Blob(
            instructionSet: .latest64, code: Self.code(shape.bytes, byteCount: shape.byteCount))
        blob.stackSize = 1 << 16
        blob.readWriteDataSize = 1 << 12
        let instructionCount = UInt64(blob.code.bytes.count / shape.bytes.count)
        var configuration = ModuleConfiguration.pageFaults
        configuration.gasMetering = .synchronous
        let module = try Module(blob, configuration: configuration, engine: Engine(backend: .compiler))
        let nativeByteCount = try #require(module.nativeByteCount)
        // The rest are the ways out, and the block at the end.
        #expect(nativeByteCount <= shape.bound * Int(instructionCount) + 512)
        let instance = try Instance(module)
        let top = UInt64(module.memoryMap?.stackTop ?? 0)
        func start(at codeOffset: UInt32) {
            for register in Register.allCases { instance[register] = 0 }
            instance[.sp] = top
            instance[.ra] = UInt64(MemoryMap.returnToHost)
            instance.gas = Int64(instructionCount) + 1
            instance.nextProgramCounter = codeOffset
        }
        start(at: 0)
        let exit = try instance.run()
        switch shape.name {
        case "constants to memory":
            // The last page in front of the end of addresses is not the guest's.
            #expect(exit == .pageFault(PageFault(address: 0xffff_0000, pageSize: 4096)))
        case "dynamic jumps":
            #expect(exit == .finished)
            #expect(instance.gas == Int64(instructionCount))
        default:
            let stop = blob.code.bytes.count - (shape.needsSuccessor ? 1 : 0)
            let end = shape.end ?? (.trap, instructionCount + (shape.needsSuccessor ? 0 : 1))
            #expect(exit == end.exit)
            #expect(instance.instructionCount == end.count)
            if shape.end == nil { #expect(instance.programCounter == UInt32(stop)) }
        }
        // The last block, where it can be entered.
        let last = UInt32(blob.code.bytes.count - shape.bytes.count)
        guard InstructionSet.latest64.opcode(of: shape.bytes[0])?.isTerminator ?? true else { return }
        start(at: last)
        let lastExit = try instance.run()
        #expect(lastExit == (shape.name == "dynamic jumps" ? .finished : .trap))
        #expect(instance.gas >= Int64(instructionCount) - 1)
    }

    /// Jumps that all go to the end, over all the others.
    @Test func jumpsToOnePlace() throws {
        let byteCount = Self.largestByteCount / 5 * 5
        var code = Self.code([Self.byte(.jump), 0, 0, 0, 0], byteCount: byteCount)
        let last = byteCount - 5
        for start in stride(from: 0, to: last, by: 5) {
            let distance = UInt32(last - start)
            for index in 0..<4 {
                code.bytes[start + 1 + index] = UInt8(truncatingIfNeeded: distance >> UInt32(8 * index))
            }
        }
        code.bytes[last] = Self.byte(.trap)
        let blob = Blob(instructionSet: .latest64, code: code)
        let module = try Module(blob, engine: Engine(backend: .compiler))
        #expect(try #require(module.nativeByteCount) <= 5 * (byteCount / 5) + 1024)
        let instance = try Instance(module)
        for start in [0, byteCount / 10 * 5, last - 5] {
            instance.nextProgramCounter = UInt32(start)
            #expect(try instance.run() == .trap)
            #expect(instance.programCounter == UInt32(last))
        }
    }

    /// One instruction that becomes very much machine code, as often as fits and once more.
    @Test func tooMuchMachineCode() throws {
        let limit = 8 << 20
        var options = CompilerOptions()
        options.byteLimit = limit
        let backend = Backend.compiler(options)
        func load(_ count: Int) throws -> Int? {
            let code = Self.code([Self.byte(.remSigned64)], byteCount: count)
            return try Module(Blob(instructionSet: .latest64, code: code), engine: Engine(backend: backend))
                .nativeByteCount
        }
        let small = 10_000
        let each = try (#require(try load(2 * small)) - #require(try load(small))) / small
        #expect(each < 96)
        // All the room but what the compiler wants to be sure of.
        let reserve = 1 << 14
        let fitting = (limit - reserve) / each
        #expect(try #require(try load(fitting)) > limit - 2 * reserve)
        let expected =
            "\(2 * fitting) bytes of code with \(2 * fitting) instructions become more than \(limit) bytes of machine"
            + " code; use the interpreter"
        #expect(throws: ModuleError.backend(expected)) { try load(2 * fitting) }
    }

    // MARK: Edges of the code

    /// Every byte as the first of an instruction that the end of the code cuts off.
    @Test(arguments: InstructionSet.allCases)
    func cutOff(_ set: InstructionSet) throws {
        for opcode in UInt8.min...UInt8.max {
            for operandByteCount in [0, 1, 2, 3, 4, 5, 9, 24, 25, 40] {
                for filling: UInt8 in [0, 0x77, 0xff] {
                    let bytes = [opcode] + [UInt8](repeating: filling, count: operandByteCount)
                    let mask = CodeMap.bitmask(ofStarts: [0], byteCount: bytes.count)
                    var blob = Blob(instructionSet: set, code: CodeMap(bytes: bytes, bitmask: mask))
                    blob.readWriteDataSize = 4096
                    guard let twins = try Twins(blob, .metered) else { continue }
                    for register in Register.allCases { twins.set(register, 0x1_0002_0008) }
                    let difference = try twins.difference(from: 0, gas: 50)
                    #expect(difference == nil, "\(set.name), \(bytes): \(difference ?? "")")
                    if difference != nil { return }
                }
            }
        }
    }

    @Test func emptyCode() throws {
        let blob = Blob(instructionSet: .latest64, code: CodeMap(bytes: [], bitmask: []))
        for configuration in [ModuleConfiguration(), .metered, .jam] {
            let twins = try #require(try Twins(blob, configuration))
            for entry: UInt32 in [0, 1, 7, 0x7fff_ffff, 0x8000_0000, .max] {
                #expect(try twins.difference(from: entry, gas: 10) == nil, "entry \(entry)")
            }
        }
    }

    /// Entries at and behind the end, in the middle of instructions and of blocks, and in gaps.
    @Test func entries() throws {
        for generated in 0..<40 {
            let blob = ProgramGenerator.blob(.latest64, seed: 1 << 50 | UInt64(generated))
            let count = UInt32(blob.code.bytes.count)
            for configuration in [ModuleConfiguration.metered, .jam] {
                guard let twins = try Twins(blob, configuration) else { continue }
                let behind = [
                    count, count + 1, count + 63, count + 64, 1 << 20, 0x7fff_ffff, 0x8000_0000, .max - 1, .max,
                ]
                for entry in Array(0..<count) + behind {
                    let difference = try twins.difference(from: entry, gas: 100)
                    #expect(difference == nil, "program \(generated), entry \(entry): \(difference ?? "")")
                    if difference != nil { return }
                }
            }
        }
    }

    // MARK: Jumps

    /// The largest jump table, most of whose entries lead nowhere.
    @Test func largestJumpTable() throws {
        let layout = CodeLayout(instructions: [
            Instruction(.jumpIndirect, .a0), Instruction(.fallthrough), Instruction(.addImm64, .a1, .a1, x: 1),
            Instruction(.jumpIndirect, .ra),
        ]).encoded(for: .latest64)
        var code = CodeMap(bytes: layout.bytes, bitmask: layout.bitmask)
        var random = SeededGenerator(seed: 5)
        let entryCount = 16 << 20
        code.jumpTable = [UInt32](unsafeUninitializedCapacity: entryCount) { table, count in
            for index in 0..<entryCount {
                let value = UInt32(truncatingIfNeeded: random.next())
                table.initializeElement(at: index, to: index % 3 == 0 ? value : value % UInt32(layout.bytes.count + 2))
            }
            count = entryCount
        }
        let twins = try #require(try Twins(Blob(instructionSet: .latest64, code: code), .metered))
        let end = UInt64(2 * entryCount)
        var addresses: [UInt64] = [0, 1, 2, 3, end - 1, end, end + 1, end + 2, end + 3, 0x7fff_ffff, 0x8000_0000]
        addresses += [0xfffe_fffe, 0xffff_0000, 0xffff_0001, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0002, .max]
        for _ in 0..<20_000 { addresses.append(random.next() % (end + 1000)) }
        for address in addresses {
            twins.set(.a0, address)
            twins.set(.ra, UInt64(MemoryMap.returnToHost))
            let difference = try twins.difference(from: 0, gas: 100)
            #expect(difference == nil, "jump to \(address): \(difference ?? "")")
            if difference != nil { return }
        }
    }

    /// A million dynamic jumps to wherever; what is not in the table traps.
    @Test func wildJumps() throws {
        let layout = CodeLayout(instructions: [
            Instruction(.loadImmAndJumpIndirect, .a1, .a0, x: 7, y: 6), Instruction(.jumpIndirect, .ra),
        ]).encoded(for: .latest64)
        let code = CodeMap(bytes: layout.bytes, bitmask: layout.bitmask, jumpTable: [layout.offsets[1], 1, .max])
        let blob = Blob(instructionSet: .latest64, code: code)
        let instance = try Instance(Module(blob, engine: Engine(backend: .compiler)))
        var random = SeededGenerator(seed: 6)
        var wrong = 0
        for number in 0..<1_000_000 {
            let word = random.next()
            let address = number & 1 == 0 ? word : word & 0x8000_000f
            instance[.a0] = address
            instance[.ra] = UInt64(MemoryMap.returnToHost)
            instance.nextProgramCounter = 0
            let target = UInt32(truncatingIfNeeded: address &+ 6)
            let expected: Exit = target == 2 || target == MemoryMap.returnToHost ? .finished : .trap
            if try instance.run() != expected || instance[.a1] != 7 { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    // MARK: Memory

    /// Every access at every edge of every zone, and around the ends of addresses.
    @Test(arguments: [FaultRule.trap, .pageFault, .pageFaultUnlessReadOnly])
    func edges(_ rule: FaultRule) throws {
        let indirect: [Opcode] = [
            .loadIndirectU8, .loadIndirectI8, .loadIndirectU16, .loadIndirectI16, .loadIndirectU32, .loadIndirectI32,
            .loadIndirectU64, .storeIndirectU8, .storeIndirectU16, .storeIndirectU32, .storeIndirectU64,
        ]
        let immediate: [Opcode] = [
            .storeImmIndirectU8, .storeImmIndirectU16, .storeImmIndirectU32, .storeImmIndirectU64,
        ]
        let displacements: [Int64] = [0, 1, -1, 8, -8, 0x7fff_ffff, -0x8000_0000]
        var instructions: [Instruction] = []
        for displacement in displacements {
            for opcode in indirect { instructions += [Instruction(opcode, .a1, .a0, x: displacement), .ret] }
            for opcode in immediate { instructions += [Instruction(opcode, .a0, x: displacement, y: -2), .ret] }
        }
        let layout = CodeLayout(instructions: instructions).encoded(for: .latest64)
        var blob = Blob(instructionSet: .latest64, code: CodeMap(bytes: layout.bytes, bitmask: layout.bitmask))
        blob.readOnlyDataSize = 5000
        blob.readWriteDataSize = 5000
        blob.stackSize = 5000
        var configuration = ModuleConfiguration.metered
        configuration.faultRule = rule
        configuration.auxiliarySize = 5000
        let twins = try #require(try Twins(blob, configuration))
        let map = try #require(blob.memoryMap(auxiliarySize: 5000))
        let zones = [map.readOnly, map.readWrite, map.stack, map.auxiliary]
        var edges: [UInt64] = [0, 0x1_0000, 0xffff_0000, 0x8000_0000]
        for zone in zones { edges += [zone.lowerBound, zone.upperBound] }
        let upperHalves: [UInt64] = [0, 0xffff_ffff << 32, 0x8000_0000 << 32]
        for edge in edges {
            for distance in -9...8 {
                let address = UInt64(truncatingIfNeeded: Int64(edge) + Int64(distance)) & 0xffff_ffff
                for (index, start) in layout.offsets.dropLast().enumerated() where index & 1 == 0 {
                    let displacement = displacements[index / 2 / (indirect.count + immediate.count)]
                    let base = (address &- UInt64(bitPattern: displacement)) & 0xffff_ffff
                    twins.set(.a0, base | upperHalves[(index / 2 + distance + 9) % 3])
                    twins.set(.a1, 0x8123_4567_89ab_cdef)
                    twins.set(.ra, UInt64(MemoryMap.returnToHost))
                    let difference = try twins.difference(from: start, gas: 10)
                    #expect(difference == nil, "\(instructions[index]) at \(address): \(difference ?? "")")
                    if difference != nil { return }
                }
            }
        }
        #expect(try twins.memoryDifference() == nil)
    }

    /// Finding the instruction of a fault takes no longer the longer its block is, and neither does counting what is left.
    @Test func faultsInOneHugeBlock() throws {
        let (count, faults) = (300_000, 20_000)
        let loads = (0..<faults).map { Instruction(.loadU64, .a1, x: 0x4000_0000 + 4096 * Int64($0)) }
        let blob = Blob([Instruction](repeating: Instruction(.xor, .a2, .a2, .a2), count: count) + loads + [.ret])
        var configuration = ModuleConfiguration.metered
        configuration.faultRule = .pageFault
        let instance = try Instance(Module(blob, configuration: configuration, engine: Engine(backend: .compiler)))
        let total = UInt64(count + faults + 1)
        instance.gas = Int64(total)
        try instance.prepareCall("run")
        for number in 0..<faults {
            let address = 0x4000_0000 + 4096 * UInt32(number)
            let exit = try instance.run()
            guard exit == .pageFault(PageFault(address: address, pageSize: 4096)),
                instance.instructionCount == UInt64(count + number)
            else {
                Issue.record("fault \(number): \(exit), \(instance.instructionCount) instructions")
                return
            }
            try instance.memory.mapZeroed(at: address, byteCount: 4096, .read)
        }
        #expect(try instance.run() == .finished)
        #expect(instance.instructionCount == total)
        #expect(instance.gas == 0)
    }

    /// Recursion without end, with the whole of a stack, and with none.
    @Test(arguments: [0, 4096, 1 << 20] as [UInt32])
    func recursion(_ stackSize: UInt32) throws {
        // Pushes the return address and calls itself.
        let program = [
            Instruction(.addImm64, .sp, .sp, x: -16), Instruction(.storeIndirectU64, .ra, .sp, x: 8),
            Instruction(.addImm64, .a0, .a0, x: 1), Instruction(.loadImmAndJump, .ra, x: 2, target: 0),
        ]
        var blob = Blob(program, stackSize: stackSize)
        blob.code.jumpTable = [0]
        for rule in [FaultRule.trap, .pageFault] {
            var configuration = ModuleConfiguration.metered
            configuration.faultRule = rule
            let twins = try #require(try Twins(blob, configuration))
            twins.set(.sp, UInt64(blob.memoryMap()?.stackTop ?? 0))
            #expect(try twins.difference(from: 0, gas: 1 << 30) == nil)
            #expect(twins.compiled[.a0] == UInt64(stackSize / 16))
            #expect(try twins.memoryDifference() == nil)
        }
    }
}

extension ModuleConfiguration {
    fileprivate static var metered: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        return configuration
    }
}

/// One program on both backends.
private struct Twins {
    let interpreted: Instance
    let compiled: Instance

    /// nil for a program that is refused before a backend sees it.
    init?(_ blob: Blob, _ configuration: ModuleConfiguration) throws {
        guard let module = try? Module(blob, configuration: configuration, engine: Engine(backend: .interpreter)) else {
            return nil
        }
        interpreted = try Instance(module)
        compiled = try Instance(
            Module(blob, configuration: configuration, engine: Engine(backend: .compiler)))
    }

    func set(_ register: Register, _ value: UInt64) {
        interpreted[register] = value
        compiled[register] = value
    }

    /// Runs both from an offset to their first stop, and says where they differ.
    func difference(from codeOffset: UInt32, gas: Int64) throws -> String? {
        for instance in [interpreted, compiled] {
            instance.gas = gas
            instance.nextProgramCounter = codeOffset
        }
        let expected = try interpreted.run()
        let found = try compiled.run()
        if expected != found { return "expected \(expected), found \(found)" }
        if interpreted.registers != compiled.registers {
            return "\(expected): registers expected \(interpreted.registers), found \(compiled.registers)"
        }
        if interpreted.gas != compiled.gas { return "\(expected): gas \(interpreted.gas), found \(compiled.gas)" }
        if interpreted.instructionCount != compiled.instructionCount {
            return "\(expected): count expected \(interpreted.instructionCount), found \(compiled.instructionCount)"
        }
        if interpreted.programCounter != compiled.programCounter {
            return "\(expected): pc \(interpreted.programCounter ?? 0), found \(compiled.programCounter ?? 0)"
        }
        if interpreted.nextProgramCounter != compiled.nextProgramCounter { return "\(expected): next pc differs" }
        if interpreted.trapReason != compiled.trapReason { return "\(expected): reason differs" }
        return interpreted.memory.heapSize == compiled.memory.heapSize ? nil : "\(expected): heap differs"
    }

    /// Where the memory that can be written differs.
    func memoryDifference() throws -> String? {
        guard let map = compiled.module.memoryMap else { return nil }
        for zone in [map.readWrite, map.stack] where !zone.isEmpty {
            let byteCount = Int(zone.upperBound - zone.lowerBound)
            let expected = try interpreted.memory.read(at: UInt32(zone.lowerBound), byteCount: byteCount)
            let found = try compiled.memory.read(at: UInt32(zone.lowerBound), byteCount: byteCount)
            if expected != found { return "memory at \(zone.lowerBound) differs" }
        }
        return nil
    }
}
