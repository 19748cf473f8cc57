// Random programs of a few functions: every instruction that the decoder accepts, and the ways in which compilers and people
// combine them. What such a program computes depends on its arguments alone, wherever code and data lie, and it ends.
//
// Registers have roles in the whole program. Two point into buffers, one is for addresses that pass by, of data and of code, and
// ra and sp are what they always are: none of these is ever computed with, so that no address gets into a result. All others
// hold numbers. At the border of a block the pointers point to the middle of their buffers, and in between never farther
// from it than stays inside.
//
// Functions call only those behind them, loops count down in memory of their own, everything else goes forward. The text is
// kept in pieces, each of which can be left out and leaves a program of the same kind: to find the smallest that still fails.

import RISCVELF
import TestSupport

/// A program in pieces.
struct RandomFunctions {
    /// Lines that stay or go together.
    typealias Piece = [String]

    struct Block {
        var pieces: [Piece]
        /// How it goes on; if that is nothing, into the next one.
        var end: Piece
    }

    struct Function {
        /// Sets up the frame and the pointers.
        let entry: Piece
        var blocks: [Block]
        /// Leaves the frame and returns.
        let exit: Piece
    }

    let prefix: String
    private(set) var functions: [Function] = []
    /// Sections with data.
    private let data: [String]
    private let isExported: [Bool]
    private let usesCompressed: Bool
    /// The registers that hold numbers whenever a function begins or ends.
    let numbers: [RISCVRegister]

    /// Bytes of each buffer; pointers are to its middle.
    static let bufferByteCount = 512
    static let bufferNames = ["data", "zeros"]
    static let host = "host_mix"

    /// What the host's function gives.
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 { (a ^ b &* 0x9e37_79b9_7f4a_7c15) &+ 12345 }

    /// The names of the exports.
    var exports: [String] { functions.indices.filter { isExported[$0] }.map { "\(prefix)f\($0)" } }

    /// Every piece that can go: function, block, and piece; nil for the block's end.
    var removable: [(function: Int, block: Int, piece: Int?)] {
        functions.indices.flatMap { function in
            functions[function].blocks.indices.flatMap { block -> [(function: Int, block: Int, piece: Int?)] in
                functions[function].blocks[block].pieces.indices.filter {
                    !functions[function].blocks[block].pieces[$0].isEmpty
                }.map { (function, block, $0) }
                    + (functions[function].blocks[block].end.isEmpty ? [] : [(function, block, nil)])
            }
        }
    }

    mutating func remove(_ place: (function: Int, block: Int, piece: Int?)) {
        if let piece = place.piece {
            functions[place.function].blocks[place.block].pieces[piece] = []
        } else {
            functions[place.function].blocks[place.block].end = []
        }
    }

    /// The program for the assembler, behind the prelude; several can follow each other.
    var text: String {
        var lines = data
        for (number, function) in functions.enumerated() {
            let name = "\(prefix)f\(number)"
            lines += [
                ".section .text.\(name),\"ax\"", ".option push", usesCompressed ? ".option rvc" : ".option norvc",
            ]
            lines += [".type \(name), @function", "\(name):"] + function.entry
            for (index, block) in function.blocks.enumerated() {
                lines.append(".L\(name)b\(index):")
                lines += block.pieces.joined() + block.end
            }
            lines += [".L\(name)b\(function.blocks.count):"] + function.exit
            lines += [".size \(name), .-\(name)", ".option pop"]
            if isExported[number] { lines.append("export \(name)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameters:
    ///   - seed: decides everything.
    ///   - prefix: what all its names begin with.
    init(seed: UInt64, prefix: String) {
        self.prefix = prefix
        var writer = Writer(seed: seed, prefix: prefix)
        numbers = writer.numbers
        usesCompressed = writer.chance(2)
        isExported = (0..<writer.functionCount).map { $0 == 0 || writer.chance(3) }
        functions = (0..<writer.functionCount).map { writer.function($0) }
        data = writer.data(functionCount: functions.count)
    }
}

/// Writes the text of one program.
private struct Writer {
    private typealias Piece = RandomFunctions.Piece
    private var generator: SeededGenerator
    private let prefix: String
    let functionCount: Int

    /// Registers that hold numbers.
    let numbers: [RISCVRegister]
    /// Those that point to the buffers.
    private let pointers: [RISCVRegister]
    /// The one for addresses that pass by.
    private let passing: RISCVRegister
    /// Mostly small constants, for programs in which much can be computed beforehand.
    private let isConstant: Bool

    private static let middle = RandomFunctions.bufferByteCount / 2
    private static let tableSlots = 6
    private static let frameByteCount = 96
    // In the frame: three counters of loops, then four numbers, two pointers, and ra.
    private static let numberSlots = [24, 32, 40, 48]
    private static let pointerSlots = [56, 64]
    private static let linkSlot = 88

    init(seed: UInt64, prefix: String) {
        generator = SeededGenerator(seed: seed)
        self.prefix = prefix
        functionCount = Int.random(in: 1...6, using: &generator)
        let all = ([5, 6, 7, 8, 9] + Array(10...15)).compactMap { RISCVRegister(rawValue: $0) }
        // Arguments and results are numbers.
        var free = all.filter { $0 != .x10 && $0 != .x11 }.shuffled(using: &generator)
        pointers = [free.removeLast(), free.removeLast()]
        passing = free.removeLast()
        numbers = ([.x10, .x11] + free).sorted { $0.rawValue < $1.rawValue }
        isConstant = generator.next() & 1 == 0
    }

    // MARK: Choices

    mutating func chance(_ of: Int) -> Bool { pick(of) == 0 }
    private mutating func pick(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
    private mutating func pick<T>(_ list: [T]) -> T { list[pick(list.count)] }
    private mutating func number() -> RISCVRegister { pick(numbers) }
    private mutating func source() -> RISCVRegister { chance(12) ? .x0 : number() }
    private mutating func destination() -> RISCVRegister { chance(40) ? .x0 : number() }

    /// Values at which operations change their ways.
    private static let special: [Int64] = [
        0, 1, 2, 3, -1, -2, 31, 32, 33, 63, 64, 127, 128, 255, 256, 2047, 2048, -2048, -2049, 0x7fff, 0x8000, 0xffff,
        0x7fff_ffff, 0x8000_0000, -0x8000_0000, -0x8000_0001, 0xffff_ffff, 0x1_0000_0000, .max, .min, .min + 1,
        0x1234_5678, 0x0123_4567_89ab_cdef, 0x7f00_ff00_00ff_0080,
    ]

    private mutating func constant() -> Int64 {
        switch pick(4) {
        case 0: pick(Self.special)
        case 1: Int64(bitPattern: generator.next()) >> Int64(pick(64))
        default: Int64(pick(16)) - 4
        }
    }

    /// Makes a number of what a register holds.
    private mutating func cleaned(_ register: RISCVRegister) -> String {
        chance(3)
            ? "li \(register), \(constant())"
            : "mv \(register), \(chance(4) ? .x0 : pick(numbers.filter { $0 != register }))"
    }

    // MARK: Functions

    mutating func function(_ index: Int) -> RandomFunctions.Function {
        let isLeaf = index == functionCount - 1 || chance(4)
        let hasFrame = !isLeaf || chance(2)
        var entry: Piece = []
        if hasFrame {
            entry.append("addi sp, sp, -\(Self.frameByteCount)")
            if !isLeaf || chance(2) { entry.append("sd ra, \(Self.linkSlot)(sp)") }
            for slot in 0..<3 { entry.append("sd zero, \(8 * slot)(sp)") }
            for slot in Self.numberSlots { entry.append("sd \(source()), \(slot)(sp)") }
        }
        let savesLink = entry.contains("sd ra, \(Self.linkSlot)(sp)")
        entry += setPointers()
        // What a call through an address relative to the program counter leaves in its register.
        let blockCount = 1 + pick(7)
        var blocks: [RandomFunctions.Block] = []
        var calls = 0
        var loops = 0
        for block in 0..<blockCount {
            var pieces: [Piece] = []
            for _ in 0..<pick(9) {
                if !isLeaf, calls < 3, chance(7) {
                    calls += 1
                    pieces.append(call(from: index))
                } else {
                    pieces.append(piece(hasFrame: hasFrame))
                }
            }
            if chance(12), let copied = blocks.randomElement(using: &generator) { pieces = copied.pieces }
            // A loop back to here or to a block before; its counter is set right in front of its first block.
            var end: Piece = []
            let label = ".L\(prefix)f\(index)b"
            if hasFrame, loops < 3, block > 0, chance(4) {
                let head = 1 + pick(block)
                let slot = 8 * loops
                let counter = number()
                blocks[head - 1].pieces.append(["li \(counter), \(1 + pick(3))", "sd \(counter), \(slot)(sp)"])
                end = [
                    "ld \(counter), \(slot)(sp)", "addi \(counter), \(counter), -1", "sd \(counter), \(slot)(sp)",
                    "bgtz \(counter), \(label)\(min(head, block))",
                ]
                loops += 1
            } else if chance(4) == false {
                end = forward(label, block, blockCount, isLast: index == functionCount - 1, index)
            }
            blocks.append(RandomFunctions.Block(pieces: pieces, end: end))
        }
        return RandomFunctions.Function(
            entry: entry, blocks: blocks,
            exit: exit(hasFrame: hasFrame, savesLink: savesLink, tail: isLeaf ? nil : index))
    }

    private mutating func setPointers() -> Piece { pointers.indices.flatMap { setPointer($0) } }

    /// The pointer to the middle of its buffer, in one of many ways.
    private mutating func setPointer(_ index: Int) -> Piece {
        let (register, buffer) = (pointers[index], "\(prefix)\(RandomFunctions.bufferNames[index])")
        let middle = Self.middle
        switch pick(8) {
        case 0: return ["lla \(register), \(buffer)", "addi \(register), \(register), \(middle)"]
        case 1: return ["lla \(passing), \(buffer)+\(middle)", "mv \(register), \(passing)"]
        case 2:
            return [
                "lui \(passing), %hi(\(buffer)+\(middle))", "addi \(register), \(passing), %lo(\(buffer)+\(middle))",
            ]
        case 3: return ["lla \(passing), \(prefix)table", "ld \(register), \(8 * index)(\(passing))"]
        case 4: return ["lla \(passing), \(prefix)pointers", "ld \(register), \(8 * index)(\(passing))"]
        case 5:
            return [
                ".option push\n.option pic", "la \(passing), \(buffer)", ".option pop",
                "addi \(register), \(passing), \(middle)",
            ]
        case 6:
            return [
                "9: auipc \(passing), %pcrel_hi(\(buffer)+\(middle))", "addi \(register), \(passing), %pcrel_lo(9b)",
            ]
        default: return ["lla \(register), \(buffer)+\(middle)"]
        }
    }

    private mutating func exit(hasFrame: Bool, savesLink: Bool, tail: Int?) -> Piece {
        var lines: Piece = []
        if savesLink { lines.append("ld ra, \(Self.linkSlot)(sp)") }
        if hasFrame { lines.append("addi sp, sp, \(Self.frameByteCount)") }
        if let tail, chance(5) {
            let target = "\(prefix)f\(tail + 1 + pick(functionCount - tail - 1))"
            switch pick(3) {
            case 0: lines.append("j \(target)")
            case 1: lines += ["lla \(passing), \(target)", "jr \(passing)"]
            default:
                lines += [
                    "lla \(passing), \(prefix)table",
                    "ld \(passing), \(8 * (2 + pick(Self.tableSlots - 2)))(\(passing))",
                ]
                // The table leads to later functions only from the first one.
                lines = tail == 0 ? lines + ["jr \(passing)"] : Array(lines.dropLast(2)) + ["j \(target)"]
            }
        } else {
            lines.append("ret")
        }
        return lines
    }

    /// How a block ends: anything that goes forward.
    private mutating func forward(_ label: String, _ block: Int, _ blockCount: Int, isLast: Bool, _ index: Int) -> Piece
    {
        func target(_ writer: inout Writer) -> String { "\(label)\(block + 1 + writer.pick(blockCount - block))" }
        switch pick(12) {
        case 0: return ["j \(target(&self))"]
        case 1:
            // A table of addresses, or of distances from itself.
            let entries = (0..<4).map { _ in target(&self) }
            let table = "\(prefix)jump\(index)_\(block)"
            let selector = number()
            let isRelative = chance(2)
            var lines = [
                ".pushsection .rodata.\(table),\"a\"", ".p2align 3", "\(table):",
            ]
            lines += entries.map { isRelative ? ".word \($0)-\(table)" : ".quad \($0)" } + [".popsection"]
            lines += ["andi \(selector), \(selector), 3", "slli \(selector), \(selector), \(isRelative ? 2 : 3)"]
            let base = pointers[0]
            lines += ["lla \(base), \(table)", "add \(passing), \(base), \(selector)"]
            if isRelative {
                lines += ["lw \(passing), 0(\(passing))", "add \(passing), \(passing), \(base)"]
            } else {
                lines += ["ld \(passing), 0(\(passing))"]
            }
            return lines + setPointer0() + ["jr \(passing)"]
        case 2:
            // The address of a label.
            let lines = ["lla \(passing), \(target(&self))", "jr \(passing)"]
            return lines
        case 3, 4, 5:
            return ["\(pick(["beqz", "bnez", "bltz", "bgez", "blez", "bgtz"])) \(number()), \(target(&self))"]
        case 6, 7:
            // Compared with a constant, which is known on one side.
            let (a, b) = (number(), number())
            return ["li \(a), \(constant())", "\(pick(["beq", "bne", "bltu", "bge"])) \(b), \(a), \(target(&self))"]
        default:
            let condition = pick(RISCVCondition.allCases).rawValue
            return ["\(condition) \(source()), \(source()), \(target(&self))"]
        }
    }

    /// As `setPointer`, without the register that passes.
    private mutating func setPointer0() -> Piece {
        ["lla \(pointers[0]), \(prefix)\(RandomFunctions.bufferNames[0])+\(Self.middle)"]
    }

    // MARK: Calls

    private mutating func call(from index: Int) -> Piece {
        let target = index + 1 + pick(functionCount - index - 1)
        let name = "\(prefix)f\(target)"
        var lines: Piece = []
        let isSaved = pointers.map { _ in chance(3) }
        for (index, pointer) in pointers.enumerated() where isSaved[index] {
            lines.append("sd \(pointer), \(Self.pointerSlots[index])(sp)")
        }
        switch pick(8) {
        case 0: lines += ["lla \(passing), \(name)", "jalr \(passing)"]
        case 1 where index == 0:
            lines += [
                "lla \(passing), \(prefix)table", "ld \(passing), \(8 * (2 + pick(Self.tableSlots - 2)))(\(passing))",
                "jalr \(passing)",
            ]
        case 2 where index == 0:
            // Which one depends on what has been computed.
            let selector = number()
            lines += [
                "andi \(selector), \(selector), 1", "slli \(selector), \(selector), 3",
                "lla \(passing), \(prefix)pointers+16", "add \(passing), \(passing), \(selector)",
                "ld \(passing), 0(\(passing))", "jalr \(passing)",
            ]
        case 3: lines += hostCall()
        case 4: lines += ["jal \(name)"]
        case 5 where index == 0:
            // A function pointer that has been moved in memory.
            let slot = 8 * (2 + pick(Self.tableSlots - 2))
            lines += [
                "lla \(pointers[0]), \(prefix)table", "ld \(passing), \(slot)(\(pointers[0]))",
                "sd \(passing), \(8 * (2 + pick(Self.tableSlots - 2)))(\(pointers[0]))", "jalr \(passing)",
            ]
            lines = lines.filter { !$0.hasPrefix("sd \(pointers[0]), \(Self.pointerSlots[0])") }
            return lines + setPointers()
        default: lines.append("call \(name)")
        }
        for index in pointers.indices {
            lines += isSaved[index] ? ["ld \(pointers[index]), \(Self.pointerSlots[index])(sp)"] : setPointer(index)
        }
        return lines
    }

    private mutating func hostCall() -> Piece {
        // What the host may change holds nothing afterwards.
        let changed = numbers.filter { $0 != .x8 && $0 != .x9 && $0 != .x10 }
        let call = chance(3) ? ["host_call \(prefix)metadata"] : ["call \(prefix)stub"]
        return call + changed.map { "li \($0), \(constant())" }
    }

    // MARK: Pieces

    private mutating func piece(hasFrame: Bool) -> Piece {
        if isConstant, chance(4) { return ["li \(number()), \(constant())"] }
        switch pick(30) {
        case 0...3: return [immediate()]
        case 4...9:
            return [
                RISCVOperation.register(
                    pick(RISCVRegisterOperation.allCases), rd: destination(), rs1: source(), rs2: source()
                ).assembly
            ]
        case 10:
            return [RISCVOperation.unary(pick(RISCVUnaryOperation.allCases), rd: destination(), rs1: source()).assembly]
        case 11: return ["li \(number()), \(constant())"]
        case 12, 13: return conditional()
        case 14...16: return load()
        case 17...19: return store()
        case 20: return atomic()
        case 21: return ["mv \(number()), \(number())"]
        case 22: return hasFrame ? frame() : [immediate()]
        case 23: return temporaryPointer()
        case 24: return pointerArithmetic()
        case 25: return compressed()
        case 26: return rare()
        case 27: return skip()
        case 28: return table()
        default: return ["lui \(number()), \(pick([0, 1, 0x7ffff, 0x80000, 0xfffff, 0x12345]))"]
        }
    }

    private mutating func immediate() -> String {
        let operation = pick(RISCVImmediateOperation.allCases)
        let value =
            switch operation {
            case .slli, .srli, .srai, .rori: Int32(pick(64))
            case .slliw, .srliw, .sraiw, .roriw: Int32(pick(32))
            default: chance(2) ? Int32(pick(16)) - 8 : Int32(pick(4096)) - 2048
            }
        return RISCVOperation.immediate(operation, rd: destination(), rs1: source(), value).assembly
    }

    private mutating func conditional() -> Piece {
        switch pick(3) {
        case 0: [RISCVOperation.moveIfZero(rd: destination(), rs1: source(), rs2: source()).assembly]
        case 1: [RISCVOperation.moveIfNotZero(rd: destination(), rs1: source(), rs2: source()).assembly]
        default:
            [
                RISCVOperation.select(rd: destination(), condition: source(), ifTrue: source(), ifFalse: source())
                    .assembly
            ]
        }
    }

    /// A number of bytes from the middle of a buffer that an access may be away from it.
    private mutating func offset() -> Int { chance(2) ? 8 * (pick(8) - 4) : pick(241) - 120 }

    private mutating func load() -> Piece {
        let width = pick(RISCVLoadWidth.allCases).rawValue
        let index = pick(2)
        let buffer = "\(prefix)\(RandomFunctions.bufferNames[index])"
        switch pick(7) {
        case 0:
            return ["lla \(passing), \(buffer)+\(Self.middle)", "\(width) \(destination()), \(offset())(\(passing))"]
        case 1: return ["\(width) \(number()), \(buffer)+\(Self.middle + offset())"]
        case 2:
            let place = "\(buffer)+\(Self.middle + offset())"
            return ["lui \(passing), %hi(\(place))", "\(width) \(number()), %lo(\(place))(\(passing))"]
        case 3: return ["\(width) \(number()), \(prefix)constants+\(pick(57))"]
        case 4:
            let selector = number()
            return [
                "andi \(selector), \(selector), \(pick([8, 24, 56, 63]))",
                "add \(passing), \(pointers[index]), \(selector)",
                "\(width) \(number()), \(offset())(\(passing))",
            ]
        default: return ["\(width) \(destination()), \(offset())(\(pointers[index]))"]
        }
    }

    private mutating func store() -> Piece {
        let width = pick(RISCVStoreWidth.allCases).rawValue
        let index = pick(2)
        let buffer = "\(prefix)\(RandomFunctions.bufferNames[index])"
        switch pick(7) {
        case 0: return ["lla \(passing), \(buffer)+\(Self.middle)", "\(width) \(source()), \(offset())(\(passing))"]
        case 1: return ["\(width) \(source()), \(buffer)+\(Self.middle + offset()), \(passing)"]
        case 2:
            let place = "\(buffer)+\(Self.middle + offset())"
            return ["lui \(passing), %hi(\(place))", "\(width) \(source()), %lo(\(place))(\(passing))"]
        case 3:
            let value = number()
            return ["li \(value), \(constant())", "\(width) \(value), \(offset())(\(pointers[index]))"]
        case 4:
            let selector = number()
            return [
                "andi \(selector), \(selector), \(pick([8, 24, 56, 63]))",
                "add \(passing), \(selector), \(pointers[index])",
                "\(width) \(source()), \(offset())(\(passing))",
            ]
        default: return ["\(width) \(source()), \(offset())(\(pointers[index]))"]
        }
    }

    private mutating func atomic() -> Piece {
        let width = pick(RISCVAtomicWidth.allCases)
        var lines: Piece = []
        var address = pick(pointers)
        if chance(2) {
            lines.append("addi \(passing), \(address), \(offset())")
            address = passing
        }
        switch pick(6) {
        case 0:
            return lines + [
                "lr.\(width) \(number()), (\(address))", "sc.\(width) \(destination()), \(source()), (\(address))",
            ]
        default:
            let operation = RISCVOperation.atomic(
                pick(RISCVAtomicOperation.allCases), width, rd: destination(), source: source(), address: address)
            return lines + [operation.assembly]
        }
    }

    private mutating func frame() -> Piece {
        let slot = pick(Self.numberSlots)
        switch pick(7) {
        case 5: return exposedFrame(slot)
        case 6: return sharedFrame(slot)
        case 0, 1: return ["sd \(source()), \(slot)(sp)"]
        case 2: return ["\(pick(["lw", "lbu", "lh", "lwu"])) \(number()), \(slot + pick(5))(sp)"]
        case 3: return ["\(pick(["sw", "sb", "sh"])) \(source()), \(slot + pick(5))(sp)"]
        default: return ["ld \(number()), \(slot)(sp)"]
        }
    }

    /// The address of a number in the frame, in another register than the stack pointer.
    private mutating func exposedFrame(_ slot: Int) -> Piece {
        [
            "addi \(passing), sp, \(slot)", "sd \(source()), \(slot)(sp)",
            "\(pick(["sd", "sw", "sb"])) \(source()), \(pick(5))(\(passing))", "ld \(number()), \(slot)(sp)",
        ]
    }

    /// A piece of code, called by another register than ra, that works in the caller's frame and may let an address out.
    private mutating func sharedFrame(_ slot: Int) -> Piece {
        let index = pick(2)
        return [
            "jal \(passing), \(prefix)piece\(index)", "sd \(source()), \(slot)(sp)",
            "sd \(source()), \(pick([0, 8]))(\(pointers[index]))", "ld \(number()), \(slot)(sp)",
        ] + setPointer(index)
    }

    /// The pieces themselves: short or long.
    private mutating func sharedPieces() -> [String] {
        pointers.indices.flatMap { index -> [String] in
            let name = "\(prefix)piece\(index)"
            let number = number()
            let work = (0..<pick(10)).map { _ in immediate() }
            return [".section .text.\(name),\"ax\"", ".type \(name), @function"]
                + ["\(name): addi \(pointers[index]), sp, \(pick(Array(Self.numberSlots.dropLast())))"] + work
                + ["sd \(number), \(Self.numberSlots[3])(sp)", "jr \(passing)", ".size \(name), .-\(name)"]
        }
    }

    /// An address in a register that held a number before and does again.
    private mutating func temporaryPointer() -> Piece {
        let register = number()
        let buffer = "\(prefix)\(RandomFunctions.bufferNames[pick(2)])"
        var lines = ["lla \(register), \(buffer)+\(Self.middle + 8 * (pick(5) - 2))"]
        for _ in 0...pick(3) {
            let other = pick(numbers.filter { $0 != register })
            switch pick(4) {
            case 0: lines.append("sd \(other), \(8 * (pick(9) - 4))(\(register))")
            case 1: lines.append("addi \(register), \(register), \(pick([-8, 8, 4]))")
            case 2: lines.append("lbu \(other), \(pick(64))(\(register))")
            default: lines.append("ld \(other), \(8 * (pick(9) - 4))(\(register))")
            }
        }
        return lines + [cleaned(register)]
    }

    /// Pointers that are moved and come back, distances, and comparisons of addresses of one buffer.
    private mutating func pointerArithmetic() -> Piece {
        let pointer = pick(pointers)
        let distance = pick([1, 8, 16, -8, -64, 40])
        switch pick(5) {
        case 0:
            return [
                "addi \(pointer), \(pointer), \(distance)", "sd \(source()), 0(\(pointer))",
                "ld \(number()), 8(\(pointer))", "addi \(pointer), \(pointer), \(-distance)",
            ]
        case 1: return ["addi \(passing), \(pointer), \(distance)", "sub \(number()), \(passing), \(pointer)"]
        case 2:
            return [
                "addi \(passing), \(pointer), \(distance)",
                "\(pick(["sltu", "slt"])) \(number()), \(passing), \(pointer)",
            ]
        case 3: return ["snez \(number()), \(pointer)"]
        default:
            let flag = number()
            return [
                "addi \(passing), \(pointer), \(pick([0, 8]))", "xor \(passing), \(passing), \(pointer)",
                "seqz \(flag), \(passing)",
            ]
        }
    }

    private mutating func compressed() -> Piece {
        let few = numbers.filter { 8...15 ~= $0.rawValue }
        guard let a = few.randomElement(using: &generator), let b = few.randomElement(using: &generator) else {
            return []
        }
        let any = number()
        let text =
            switch pick(14) {
            case 0: "c.li \(any), \(pick(64) - 32)"
            case 1: "c.lui \(any), \(1 + pick(31))"
            case 2: "c.addi \(any), \(1 + pick(31))"
            case 3: "c.addiw \(any), \(pick(64) - 32)"
            case 4: "c.slli \(any), \(1 + pick(63))"
            case 5: "c.srli \(a), \(1 + pick(63))"
            case 6: "c.srai \(a), \(1 + pick(63))"
            case 7: "c.andi \(a), \(pick(64) - 32)"
            case 8: "c.\(pick(["sub", "xor", "or", "and", "subw", "addw"])) \(a), \(b)"
            case 9: "c.mv \(any), \(number())"
            case 10: "c.add \(any), \(number())"
            case 11: "c.beqz \(a), 1f\nc.addi \(any), -1\n1:"
            case 12: "c.bnez \(a), 1f\nc.li \(any), 7\n1:"
            default: "c.j 1f\nc.addi \(any), 1\n1:"
            }
        return [".option push\n.option rvc", text, ".option pop"]
    }

    private mutating func rare() -> Piece {
        switch pick(10) {
        case 0, 1: return ["fence"]
        case 2: return ["fence.i"]
        case 3:
            let register = number()
            return [RISCVOperation.heapBase(rd: register).assembly, "snez \(register), \(register)"]
        case 4, 5:
            // memset: its registers are a0, a1 and a2.
            guard pointers.allSatisfy({ $0 != .x12 }) else { return ["fence"] }
            let buffer = "\(prefix)\(RandomFunctions.bufferNames[pick(2)])"
            var lines = ["lla a0, \(buffer)+\(Self.middle + pick(64))", "li a2, \(pick(40))", ".word 0x200b"]
            lines.append("li a0, \(constant())")
            return lines
        case 6:
            // Rarely: a trap, and a store to where nothing is.
            guard chance(3) else { return ["nop"] }
            let register = number()
            return ["bnez \(register), 1f", chance(2) ? "unimp" : "sd zero, 16(\(register))", "1:"]
        case 7:
            guard chance(3) else { return [".option push\n.option rvc\nc.nop\n.option pop"] }
            return [
                "\(pick(["bltz", "beqz"])) \(number()), 1f", "lla \(passing), \(prefix)constants",
                "sw zero, 0(\(passing))", "1:",
            ]
        default: return ["nop"]
        }
    }

    /// A branch over one instruction or two.
    private mutating func skip() -> Piece {
        let condition = pick(RISCVCondition.allCases).rawValue
        return ["\(condition) \(source()), \(source()), 1f", chance(2) ? "li \(number()), \(constant())" : immediate()]
            + (chance(2) ? [immediate()] : []) + ["1:"]
    }

    /// Numbers beside pointers in one section.
    private mutating func table() -> Piece {
        let slot = 8 * (Self.tableSlots + pick(2))
        return chance(2)
            ? ["lla \(passing), \(prefix)table", "ld \(number()), \(slot)(\(passing))"]
            : ["lla \(passing), \(prefix)table", "sd \(number()), \(slot)(\(passing))"]
    }

    // MARK: Data

    mutating func data(functionCount: Int) -> [String] {
        let half = RandomFunctions.bufferByteCount / 8
        // No table may lead back, or to the first function.
        let later = functionCount > 1 ? (1..<functionCount).map { "\(prefix)f\($0)" } : ["\(prefix)leaf"]
        let names = RandomFunctions.bufferNames.map { "\(prefix)\($0)" }
        let middles = names.map { "\($0)+\(Self.middle)" }
        var lines = [".section .data.\(names[0]),\"aw\"", ".p2align 3", "\(names[0]):"]
        lines += (0..<half).map { _ in ".quad \(constant())" }
        lines += [".section .bss.\(names[1]),\"aw\",@nobits", ".p2align 3", "\(names[1]): .space \(8 * half)"]
        // Can be written to.
        lines += [
            ".section .data.\(prefix)table,\"aw\"", ".p2align 3", "\(prefix)table: .quad \(middles[0]), \(middles[1])",
        ]
        lines += (2..<Self.tableSlots).map { _ in ".quad \(pick(later))" }
        lines += [".quad \(constant()), \(constant())"]
        // Can not.
        lines += [".section .data.rel.ro.\(prefix)pointers,\"aw\"", ".p2align 3"]
        lines += ["\(prefix)pointers: .quad \(middles[0]), \(middles[1]), \(pick(later)), \(pick(later))"]
        lines += [".section .rodata.\(prefix)constants,\"a\"", ".p2align 3", "\(prefix)constants:"]
        lines += (0..<8).map { _ in ".quad \(constant())" }
        lines += [
            ".section .text.\(prefix)leaf,\"ax\"", "\(prefix)leaf: addi a0, a0, 3", "ret",
            ".section .text.\(prefix)stub,\"ax\"", "\(prefix)stub: host_call \(prefix)metadata", "ret",
            "metadata \(prefix)metadata, \"\(RandomFunctions.host)\", 2, 1",
        ]
        return lines + sharedPieces()
    }
}
