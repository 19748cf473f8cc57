// Random programs with all that they are run with.
//
// Well-formed ones are blocks with loops, branches and calls through the jump table, whose registers are few so that
// instructions meet each other's results, and whose pointers stay pointers for a while so that not every program ends at its
// first load. Malformed ones are well-formed ones that were damaged, or bytes.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport

struct ProgramGenerator {
    private let set: InstructionSet
    private let table: OpcodeTable
    private var random: SeededGenerator
    private var result: ProgramCase
    private var map: MemoryMap?
    /// Registers that instructions use, over and over.
    private var palette: [Register] = []
    /// Registers that hold addresses, and are seldom overwritten.
    private var pointers: [Register] = []
    /// What loops count in.
    private var counter = Register.ra
    /// What the last instruction wrote.
    private var last = Register.a0
    private var blockCount = 0
    private var blockStarts: [Int] = []

    /// The program of a seed; the same seed gives the same program.
    static func program(_ set: InstructionSet, seed: UInt64) -> ProgramCase {
        var generator = ProgramGenerator(set, seed: seed)
        generator.generate()
        return generator.result
    }

    /// Only what is loaded of the program of a seed.
    static func blob(_ set: InstructionSet, seed: UInt64) -> Blob {
        let program = program(set, seed: seed)
        return program.blob(program.placedCode().map)
    }

    private init(_ set: InstructionSet, seed: UInt64) {
        self.set = set
        table = OpcodeTable.of(set)
        // Kinds get different programs for the same seed.
        var mixer = SeededGenerator(seed: seed ^ UInt64(set.rawValue) << 56)
        random = SeededGenerator(seed: mixer.next())
        result = ProgramCase(set)
    }

    private mutating func generate() {
        chooseConfiguration()
        chooseRegisters()
        // JamV1 programs with anything wrong in them do not load, which need not be tried often.
        let kind = set == .jamV1 && !random.chance(1, of: 8) ? 0 : random.below(10)
        switch kind {
        case 0..<6: appendBlocks()
        case 6..<8:
            appendBlocks()
            damage()
        default: appendBytes()
        }
        chooseEntries()
        chooseGas()
    }

    // MARK: Configuration

    private mutating func chooseConfiguration() {
        result.isMetered = !random.chance(1, of: 4)
        result.jumpRule = random.chance(1, of: 2) ? .reference : .graypaper
        result.faultRule = random.pick([.trap, .pageFault, .pageFaultUnlessReadOnly])
        result.layout = random.chance(1, of: 6) ? random.pick(ZoneLayout.others) : .usual
        result.hasReadOnlyData = !random.chance(1, of: 8)
        if random.chance(1, of: 16) { chooseUnmapped() }
        map = result.layout.startsUnmapped ? nil : result.layout.map
        if !random.chance(1, of: 8) { result.filled = result.fillable }
        result.noiseShift = UInt64(random.below(Noise.period))
    }

    /// No zones, but pages wherever the host likes; with and without neighbours, at both ends of the address space.
    private mutating func chooseUnmapped() {
        result.layout = ZoneLayout(startsUnmapped: true)
        if random.chance(1, of: 4) { result.layout.pageSize = 16384 }
        let size = result.layout.pageSize
        let starts: [UInt32] = [0x10000, 0x10000 + size, 0x20000, 0x20000 + size, 0xffff_0000, 0 &- size]
        for start in starts where random.chance(1, of: 2) {
            result.pages.append(MappedPages(address: start, byteCount: size, isWritable: !random.chance(1, of: 3)))
        }
    }

    private mutating func chooseRegisters() {
        var registers = Register.allCases
        registers.shuffle(using: &random)
        counter = registers[0]
        pointers = Array(registers[1...(1 + random.below(3))])
        palette = Array(registers[4..<(6 + random.below(6))])
        last = palette[0]
        for register in Register.allCases { result.registers[register.index] = value() }
        for register in pointers { result.registers[register.index] = pointer() }
        // So that returning to the host works more often than not.
        if !random.chance(1, of: 3) { result.registers[Register.ra.index] = UInt64(MemoryMap.returnToHost) }
        if !set.is64Bit { for index in result.registers.indices { result.registers[index] &= 0xffff_ffff } }
    }

    private mutating func chooseEntries() {
        let count = result.pieces.count
        for _ in 0..<random.below(6) {
            var place = Place(piece: blockStarts.isEmpty ? random.below(count + 1) : random.pick(blockStarts))
            if random.chance(1, of: 8) { place.shift = random.number(-2...3) }
            if place.piece == 0, place.shift < 0 { place.shift = 0 }
            result.jumpTable.append(place)
        }
        if random.chance(1, of: 3) { result.entry = anyPlace() }
        // Memory in which the host has mapped pages is not used again for other programs, which takes time.
        let mapsPages = result.layout.startsUnmapped || random.chance(1, of: 4)
        for _ in 0..<random.number(2...7) {
            var answer = Answer(register: random.pick(Register.allCases), value: value())
            if random.chance(1, of: 2) { answer.register = .a0 }
            if !set.is64Bit { answer.value &= 0xffff_ffff }
            answer.gas = Int64(random.number(1...60))
            if mapsPages { answer.page = random.pick([.none, .readOnly, .writable, .writable]) }
            if random.chance(mapsPages ? 2 : 3, of: 6) { answer.entry = anyPlace() }
            result.answers.append(answer)
        }
    }

    /// The start of a block, any instruction, or any byte.
    private mutating func anyPlace() -> Place {
        switch random.below(8) {
        case 0..<5: Place(piece: blockStarts.isEmpty ? 0 : random.pick(blockStarts))
        case 5, 6: Place(piece: random.below(result.pieces.count + 1))
        default: Place(piece: random.below(result.pieces.count + 1), shift: random.below(4))
        }
    }

    private mutating func chooseGas() {
        guard result.isMetered else { return }
        switch random.below(16) {
        case 0: result.gas = Int64(random.number(-1...3))
        case 1: result.gas = 5_000
        case 2, 3:
            result.gas = 0
            result.gasMode = .everyBlock
        case 4: result.gasMode = .everyAmount
        default: result.gas = Int64(random.below(400))
        }
    }

    // MARK: Blocks

    private mutating func appendBlocks() {
        blockCount = random.chance(1, of: 3) ? random.number(1...3) : random.number(2...9)
        for block in 0..<blockCount { appendBlock(block) }
        // Programs of JamV1 do not load if they run past their end.
        switch random.below(set == .jamV1 ? 3 : 4) {
        case 0, 1: append(Instruction(.jumpIndirect, .ra))
        case 2: append(Instruction(.trap))
        default: break
        }
        // Until now targets are numbers of blocks.
        for index in result.pieces.indices where result.pieces[index].instruction.opcode.format.hasTarget {
            let block = Int(result.pieces[index].instruction.target)
            let isBad = random.chance(1, of: 24)
            let piece = isBad || block >= blockCount ? random.below(result.pieces.count + 1) : blockStarts[block]
            result.pieces[index].instruction.target = UInt32(piece)
            if isBad, random.chance(1, of: 2) {
                result.pieces[index].targetShift = Int8(random.number(-3...3))
            }
        }
    }

    private mutating func appendBlock(_ block: Int) {
        let isLoop = random.chance(1, of: 4)
        if isLoop {
            append(Instruction(.loadImm, counter, x: Int64(random.number(1...5))))
            append(Instruction(.fallthrough))
        }
        blockStarts.append(result.pieces.count)
        for _ in 0..<random.below(random.chance(1, of: 6) ? 24 : 9) { appendItem() }
        if isLoop {
            let decrement = random.chance(1, of: 2) && set.is64Bit ? Opcode.addImm64 : .addImm32
            append(Instruction(decrement, counter, counter, x: -1))
            append(Instruction(.branchNotEqImm, counter, target: UInt32(block)))
            return
        }
        // A block without an end runs into the next, which then is none.
        if !random.chance(1, of: 16) { appendTerminator(block) }
    }

    private mutating func appendTerminator(_ block: Int) {
        let opcode = random.pick(table.terminators)
        // Calls and returns through the jump table.
        if opcode == .jumpIndirect || opcode == .loadImmAndJumpIndirect, !random.chance(1, of: 4) {
            append(Instruction(.loadImm, last, x: Int64(2 * random.number(1...6))))
            appendWithOperands(opcode, first: last, second: last)
            return
        }
        appendWithOperands(opcode, target: target(from: block))
    }

    /// Forward more often than not, so that programs end.
    private mutating func target(from block: Int) -> UInt32 {
        let isForward = random.chance(3, of: 4) && block + 1 < blockCount
        return UInt32(isForward ? random.number((block + 1)...(blockCount - 1)) : random.below(blockCount))
    }

    private mutating func appendItem() {
        switch random.below(16) {
        case 0..<5: appendWithOperands(random.pick(table.straight))
        case 5..<8: appendWithOperands(random.pick(table.memory))
        case 8..<10: appendWithOperands(random.pick(table.narrow))
        case 10..<14: appendPair()
        case 14: appendSpecial()
        default:
            // A pointer, whatever has become of it.
            let register = random.pick(pointers)
            append(Instruction(.loadImm, register, x: Int64(Int32(truncatingIfNeeded: pointer()))))
        }
    }

    /// The second instruction uses what the first one writes, and often overwrites it.
    private mutating func appendPair() {
        let pair = random.pick(table.pairs)
        let middle = random.chance(1, of: 4) ? random.pick(pointers) : random.pick(palette)
        let first = random.pick(pair.first), second = random.pick(pair.second)
        appendWithOperands(first, destination: middle)
        if table.shifts.contains(first) {
            // The amounts that scale an index, or take the lower half of a register.
            result.pieces[result.pieces.count - 1].instruction.x = random.pick([0, 1, 2, 3, 31, 32, 32, 32, 33])
        }
        if random.chance(1, of: 12) { appendWithOperands(random.pick(table.straight)) }
        let destination = random.chance(3, of: 4) ? middle : random.pick(palette)
        if second.isTerminator {
            appendWithOperands(second, first: middle, target: UInt32(random.below(blockCount)))
        } else if random.chance(1, of: 2) {
            appendWithOperands(second, first: middle, destination: destination)
        } else {
            appendWithOperands(second, second: middle, destination: destination)
        }
    }

    private mutating func appendSpecial() {
        let opcode = random.pick(table.special)
        let isLarge = random.chance(1, of: opcode == .sbrk ? 100 : 12)
        let size = Int64(isLarge ? Int(Int32.max) : random.below(opcode == .sbrk ? 9000 : 40))
        if opcode == .memset {
            append(Instruction(.loadImm, .a2, x: size))
            if random.chance(2, of: 3) { append(Instruction(.moveReg, .a0, random.pick(pointers))) }
        }
        if opcode == .sbrk {
            let register = random.pick(palette)
            append(Instruction(.loadImm, register, x: size))
            appendWithOperands(opcode, second: register)
        } else {
            appendWithOperands(opcode)
        }
    }

    // MARK: Instructions

    private mutating func append(_ instruction: Instruction) {
        var piece = Piece(instruction)
        if random.chance(1, of: 6) {
            piece.disguise = UInt32(truncatingIfNeeded: random.next()) & 0x0fff_ffff
            // Rarely bytes that make an instruction as long as one may be, or longer.
            if random.chance(1, of: 12) { piece.disguise |= 1 << 28 }
            // Longer ones do not load.
            if set == .jamV1 { piece.disguise &= ~(1 << 20) }
        }
        result.pieces.append(piece)
    }

    /// Appends an instruction with operands as its shape wants them (isa.md 4.1).
    private mutating func appendWithOperands(
        _ opcode: Opcode, first: Register? = nil, second: Register? = nil, destination: Register? = nil,
        target: UInt32? = nil
    ) {
        let access = opcode.memoryAccess
        let isStore = access?.isStore ?? false
        func source(_ given: Register?, _ generator: inout Self) -> Register {
            if let given { return given }
            return generator.random.chance(1, of: 2) ? generator.last : generator.anyRegister()
        }
        func base(_ given: Register?, _ generator: inout Self) -> Register {
            if let given { return given }
            return generator.random.chance(7, of: 8) ? generator.random.pick(generator.pointers) : generator.last
        }
        func result(_ generator: inout Self) -> Register {
            let register = destination ?? generator.anyDestination()
            generator.last = register
            return register
        }
        let a: Register, b: Register
        switch opcode.format {
        case .none: append(Instruction(opcode))
        case .immediate:
            append(Instruction(opcode, x: random.chance(1, of: 2) ? Int64(random.below(8)) : Int64(immediate())))
        case .registerWideImmediate: append(Instruction(opcode, result(&self), x: Int64(bitPattern: value())))
        case .immediateImmediate: append(Instruction(opcode, x: Int64(address()), y: immediate()))
        case .offset: append(Instruction(opcode, target: target ?? anyTarget()))
        case .registerImmediate where isStore: append(Instruction(opcode, source(first, &self), x: Int64(address())))
        case .registerImmediate where access != nil: append(Instruction(opcode, result(&self), x: Int64(address())))
        case .registerImmediate where opcode.isTerminator:
            append(Instruction(opcode, source(first, &self), x: Int64(codeDistance())))
        case .registerImmediate: append(Instruction(opcode, result(&self), x: Int64(immediate())))
        case .registerImmediateImmediate:
            append(Instruction(opcode, base(first, &self), x: Int64(displacement()), y: immediate()))
        case .registerImmediateOffset:
            let x = random.chance(1, of: 2) ? 0 : Int64(immediate())
            append(Instruction(opcode, source(first, &self), x: x, target: target ?? anyTarget()))
        case .registerRegister:
            a = source(second ?? first, &self)
            append(Instruction(opcode, result(&self), a))
        case .registerRegisterImmediate where isStore:
            let value = source(first, &self)
            append(Instruction(opcode, value, base(second, &self), x: Int64(displacement())))
        case .registerRegisterImmediate where access != nil:
            a = base(second ?? first, &self)
            append(Instruction(opcode, result(&self), a, x: Int64(displacement())))
        case .registerRegisterImmediate:
            a = source(second ?? first, &self)
            append(Instruction(opcode, result(&self), a, x: Int64(smallOrAny())))
        case .registerRegisterOffset:
            a = source(first, &self)
            b = anyRegister()
            append(Instruction(opcode, a, b, target: target ?? anyTarget()))
        case .registerRegisterImmediateImmediate:
            a = source(second, &self)
            append(Instruction(opcode, anyDestination(), a, x: Int64(immediate()), y: codeDistance()))
        case .registerRegisterRegister:
            a = source(first, &self)
            b = second ?? anyRegister()
            append(Instruction(opcode, a, b, result(&self)))
        }
    }

    private mutating func anyRegister() -> Register {
        switch random.below(16) {
        case 0: random.pick(Register.allCases)
        case 1, 2: random.pick(pointers)
        default: random.pick(palette)
        }
    }

    private mutating func anyDestination() -> Register {
        switch random.below(24) {
        case 0: random.pick(Register.allCases)
        case 1: random.pick(pointers)
        default: random.pick(palette)
        }
    }

    private mutating func anyTarget() -> UInt32 { UInt32(random.below(max(1, blockCount))) }

    // MARK: Immediates

    /// Around the places where an immediate gets another byte, and around the widths of shifts.
    private mutating func immediate() -> Int32 {
        switch random.below(8) {
        case 0: 0
        case 1, 2: Int32(random.number(-4...4))
        case 3: Int32(random.number(28...66))
        case 4:
            (random.chance(1, of: 2) ? 1 : -1) &* (1 &<< Int32(8 * random.number(1...4) - 1))
                &+ Int32(random.number(-1...1))
        case 5: random.pick([Int32.min, .max, -1, 1, 255, 256, 65535, 65536])
        default: Int32(truncatingIfNeeded: random.next()) &>> Int32(random.below(32))
        }
    }

    private mutating func smallOrAny() -> Int32 {
        switch random.below(4) {
        case 0: Int32(random.below(4))
        case 1: 32
        default: immediate()
        }
    }

    private mutating func displacement() -> Int32 {
        random.chance(1, of: 12) ? immediate() : Int32(random.number(-24...24))
    }

    private mutating func codeDistance() -> Int32 {
        random.chance(1, of: 4) ? Int32(random.below(16)) : random.chance(1, of: 8) ? immediate() : 0
    }

    private mutating func address() -> Int32 { Int32(truncatingIfNeeded: Int64(bitPattern: pointer())) }

    // MARK: Values

    /// A value for a register: numbers, edges of widths, pointers, code addresses.
    private mutating func value() -> UInt64 {
        switch random.below(8) {
        case 0: random.next()
        case 1: random.next() >> UInt64(random.below(64))
        case 2: UInt64(random.below(16))
        case 3: UInt64(truncatingIfNeeded: Int64(immediate()))
        case 4:
            random.pick([
                0xffff_0000, .max, 1 << 63, 1 << 63 - 1, 0x8000_0000, 0x7fff_ffff, 0xffff_ffff, 0x1_0000_0000,
                0xffff_ffff_8000_0000, 0xffff_ffff_7fff_ffff,
            ])
        case 5: UInt64(truncatingIfNeeded: Int64(Int32(truncatingIfNeeded: random.next())))
        default: pointer()
        }
    }

    /// An address in a zone, at an edge of one, or around 64 KiB and 2^32; sometimes with bits above that do not count.
    private mutating func pointer() -> UInt64 {
        let address: UInt64
        switch random.below(16) {
        case 0: address = 0x10000 &+ UInt64(random.below(24)) &- 12
        case 1: address = UInt64(truncatingIfNeeded: 0x1_0000_0000 + random.number(-12...12))
        case 2...5:
            let zone = anyZone()
            let edge = random.chance(1, of: 3) ? zone.lowerBound : zone.upperBound
            address = edge &+ UInt64(random.below(20)) &- 12
        default:
            // Few places, so that loads find what stores left.
            let zone = anyZone()
            let count = Int(zone.upperBound - zone.lowerBound)
            address = zone.lowerBound &+ UInt64(random.chance(1, of: 4) ? random.below(count) : min(64, count / 2))
        }
        return random.chance(1, of: 12) ? address & 0xffff_ffff | random.next() << 32 : address
    }

    private mutating func anyZone() -> Range<UInt64> {
        guard let map else {
            return result.pages.isEmpty ? 0x20000..<0x21000 : random.pick(result.pages).range
        }
        // Zones that can be written count for more; the heap starts inside the last page of its zone.
        let zone: Range<UInt64> =
            switch random.below(8) {
            case 0, 1: map.readOnly
            case 2..<5: map.readWrite
            case 5, 6: map.stack
            default: map.auxiliary
            }
        return zone.isEmpty ? UInt64(map.heapBase)..<(UInt64(map.heapBase) + 4096) : zone
    }

    // MARK: Malformed programs

    private mutating func damage() {
        for _ in 0..<random.number(1...4) {
            let index = random.below(result.pieces.count + 1)
            switch random.below(6) {
            case 0: result.cutByteCount = random.below(10)
            case 1: result.flippedBits.append(random.below(8 * result.pieces.count / 2 + 1))
            case 2: result.pieces.insert(Piece(bytes: bytes(random.number(1...4))), at: index)
            // A gap, often longer than a skip.
            case 3: result.pieces.insert(Piece(bytes: bytes(random.number(1...60)), isStart: false), at: index)
            // No instruction of any kind.
            case 4:
                let invalid = random.pick(table.invalidBytes)
                result.pieces.insert(Piece(bytes: [invalid] + bytes(random.below(4))), at: index)
            default:
                guard index < result.pieces.count else { continue }
                result.pieces[index].targetShift = Int8(random.number(-6...6))
                result.pieces[index].disguise = UInt32(truncatingIfNeeded: random.next()) & 0x0fff_ffff | 1 << 28
            }
        }
    }

    private mutating func appendBytes() {
        let longest = random.pick([2, 5, 9, 30])
        let isAnyByte = random.chance(1, of: 8)
        for _ in 0..<random.below(40) {
            var bytes = bytes(random.number(1...longest))
            if !isAnyByte, !random.chance(1, of: 10) {
                let opcode = random.chance(1, of: 6) ? random.pick(table.terminators) : random.pick(table.straight)
                bytes[0] = set.byte(of: opcode) ?? 0
            }
            result.pieces.append(Piece(bytes: bytes, isStart: !random.chance(1, of: isAnyByte ? 2 : 20)))
        }
        if random.chance(1, of: 8), !result.pieces.isEmpty { result.pieces[0].isStart = false }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
