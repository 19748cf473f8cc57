// Random programs: well-formed ones that run for a while and touch memory, and malformed ones that are bytes.

import PolkaBlob
import PolkaISA

/// A generator with a seed, so that failures can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Makes programs of one kind, and values to run them with.
struct ProgramGenerator {
    let set: InstructionSet
    var random: SeededGenerator

    init(_ set: InstructionSet, seed: UInt64) {
        self.set = set
        random = SeededGenerator(state: seed)
    }

    private mutating func chance(_ part: Int, of whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }

    mutating func program() -> Blob {
        let code = chance(3, of: 5) ? wellFormedCode() : malformedCode()
        var blob = Blob(instructionSet: set, code: code)
        blob.readOnlyData = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
        blob.readOnlyDataSize = 64
        blob.readWriteDataSize = 4000
        blob.readWriteData = (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) }
        blob.stackSize = 4096
        return blob
    }

    // MARK: Well-formed

    /// Instructions with operands as compilers would choose them, and jumps to starts of blocks.
    private mutating func wellFormedCode() -> CodeMap {
        let opcodes = Opcode.allCases.filter { set.contains($0) && $0 != .trap }
        let count = Int.random(in: 4...60, using: &random)
        var instructions = (0..<count).map { _ in
            instruction(opcodes.randomElement(using: &random) ?? .fallthrough)
        }
        instructions.append(Instruction(chance(1, of: 2) ? .trap : .jumpIndirect, .ra))
        let starts = [0] + instructions.indices.dropFirst().filter { instructions[$0 - 1].opcode.isTerminator }
        for index in instructions.indices where instructions[index].opcode.format.hasTarget {
            // Now and then a place that is no block start.
            let good = starts.randomElement(using: &random) ?? 0
            instructions[index].target =
                chance(1, of: 20) ? UInt32.random(in: 0...UInt32(instructions.count), using: &random) : UInt32(good)
        }
        let layout = CodeLayout(instructions: instructions).encoded(for: set)
        let table = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            layout.offsets[starts.randomElement(using: &random) ?? 0]
        }
        return CodeMap(bytes: layout.bytes, bitmask: layout.bitmask, jumpTable: table)
    }

    private mutating func instruction(_ opcode: Opcode) -> Instruction {
        let (r1, r2, r3) = (register(), register(), register())
        let access = opcode.format != .registerRegisterImmediate ? address() : offset()
        let isMemory = opcode.mnemonic.hasPrefix("load_") || opcode.mnemonic.hasPrefix("store_")
        let x = isMemory && opcode != .loadImm && opcode != .loadImm64 ? access : immediate()
        switch opcode.format {
        case .none, .offset: return Instruction(opcode)
        case .immediate: return Instruction(opcode, x: Int64(Int32.random(in: 0...5, using: &random)))
        case .registerWideImmediate: return Instruction(opcode, r1, x: Int64(bitPattern: random.next()))
        case .immediateImmediate: return Instruction(opcode, x: Int64(address()), y: immediate())
        case .registerImmediate:
            return Instruction(opcode, r1, x: Int64(opcode == .jumpIndirect ? codeAddress() : x))
        case .registerImmediateImmediate: return Instruction(opcode, r1, x: Int64(offset()), y: immediate())
        case .registerImmediateOffset: return Instruction(opcode, r1, x: Int64(immediate()))
        case .registerRegister: return Instruction(opcode, r1, r2)
        case .registerRegisterImmediate: return Instruction(opcode, r1, r2, x: Int64(isMemory ? offset() : x))
        case .registerRegisterOffset: return Instruction(opcode, r1, r2)
        case .registerRegisterImmediateImmediate:
            return Instruction(opcode, r1, r2, x: Int64(immediate()), y: codeAddress())
        case .registerRegisterRegister: return Instruction(opcode, r1, r2, r3)
        }
    }

    private mutating func register() -> Register { Register.allCases.randomElement(using: &random) ?? .a0 }

    private mutating func immediate() -> Int32 {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: 0
        case 1: Int32.random(in: -4...70, using: &random)
        case 2: [Int32.min, .max, -1, 1, 31, 32, 63, 64].randomElement(using: &random) ?? 0
        default: Int32(truncatingIfNeeded: random.next())
        }
    }

    private mutating func offset() -> Int32 {
        chance(1, of: 10) ? immediate() : Int32.random(in: -40...40, using: &random)
    }

    /// An absolute address in or near a zone.
    private mutating func address() -> Int32 { Int32(truncatingIfNeeded: Int64(bitPattern: pointer())) }

    private mutating func codeAddress() -> Int32 { chance(1, of: 3) ? Int32.random(in: 0...16, using: &random) : 0 }

    // MARK: Malformed

    private mutating func malformedCode() -> CodeMap {
        let byteCount = Int.random(in: 0..<96, using: &random)
        var bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        var starts: [Int] = []
        var offset = chance(1, of: 8) ? 1 : 0
        let longest = [2, 5, 9, 30].randomElement(using: &random) ?? 5
        while offset < byteCount {
            starts.append(offset)
            if !chance(1, of: 10) {
                bytes[offset] = Opcode.allCases.randomElement(using: &random).flatMap { set.byte(of: $0) } ?? 0
            }
            offset += Int.random(in: 1...longest, using: &random)
        }
        let table = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
            UInt32.random(in: 0...UInt32(byteCount + 1), using: &random)
        }
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: byteCount)
        return CodeMap(bytes: bytes, bitmask: mask, jumpTable: table)
    }

    // MARK: Values

    /// A value for a register: numbers, pointers, code addresses.
    mutating func value() -> UInt64 {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: random.next()
        case 1: UInt64.random(in: 0..<16, using: &random)
        case 2: [0xffff_0000, .max, 1 << 63, 0x8000_0000, 0xffff_ffff_8000_0000].randomElement(using: &random) ?? 0
        default: pointer()
        }
    }

    /// An address in a zone of the program, or at its edges, or around 0 and 2^32.
    private mutating func pointer() -> UInt64 {
        let zones: [(UInt64, UInt64)] = [
            (0x10000, 0x1000), (0x30000, 0x1000), (0xfffd_f000, 0x1000), (0xfff8, 16), (0xffff_fff8, 16),
        ]
        let zone = zones.randomElement(using: &random) ?? zones[0]
        let inside = zone.0 &+ UInt64.random(in: 0..<zone.1, using: &random)
        return chance(1, of: 8) ? zone.0 &+ zone.1 &- UInt64.random(in: 0..<12, using: &random) : inside
    }

    mutating func entry(of code: CodeMap) -> UInt32 {
        chance(2, of: 3) ? 0 : UInt32.random(in: 0...UInt32(code.bytes.count + 1), using: &random)
    }

    mutating func configuration() -> ModuleChoice {
        ModuleChoice(
            isMetered: !chance(1, of: 4), isReferenceJumps: chance(1, of: 2),
            faultRule: Int.random(in: 0..<3, using: &random), gas: Int64.random(in: 0...600, using: &random))
    }
}

/// How a program is run.
struct ModuleChoice {
    let isMetered: Bool
    let isReferenceJumps: Bool
    let faultRule: Int
    let gas: Int64
}
