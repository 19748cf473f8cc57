// Runs pieces of RISC-V code on the evaluator and, linked, on the machine, and compares everything that they leave behind.
//
// All pieces of a comparison go through one assembler run and one link. Each ends with a jump through ra: to the linker every
// register may be read behind it, so all thirteen must be right. Where ra leads does not matter, the run ends there.
//
// Not at -O2: there the linker knows that ra leads to the host, and that it reads a0 and a1 alone. So ra begins as the host
// passes it, and pieces may end by writing all other registers to memory.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import TestSupport
import Testing

/// A piece of code to compare.
struct Snippet {
    /// Lines of assembly.
    let text: String
    /// The register that points into the buffer, if there is one.
    var pointer: RISCVRegister?
    /// More of them, to the same place.
    var otherPointers: Set<RISCVRegister> = []
    /// Whether it may reach for other memory as well; runs in which it does are left out.
    var mayFault = false

    init(_ text: String, pointer: RISCVRegister? = nil) {
        self.text = text
        self.pointer = pointer
    }

    init(_ operations: [RISCVOperation], pointer: RISCVRegister? = nil) {
        self.init(operations.map(\.assembly).joined(separator: "\n"), pointer: pointer)
    }
}

extension RISCVOperation {
    /// A line for the assembler; words for what it does not know.
    var assembly: String {
        switch self {
        case .select(let rd, let condition, let ifTrue, let ifFalse):
            let fields = [(ifFalse, 27), (condition, 20), (ifTrue, 15), (rd, 7)] as [(RISCVRegister, UInt32)]
            return ".word \(fields.reduce(0x0600_300b) { $0 | UInt32($1.0.rawValue) << $1.1 })"
        case .heapBase(let rd):
            return ".word \(0x300b | UInt32(rd.rawValue) << 7)"
        default:
            return description
        }
    }
}

struct Comparison {
    /// Half of the memory that a pointer can be moved over by any immediate.
    static let bufferHalf = 2064

    private let blob: Blob
    private let code: [UInt8]
    private let bufferAddress: UInt64
    private let pieces: [Piece]
    private let isOptimized: Bool

    private struct Piece {
        let snippet: Snippet
        /// In the section of the object.
        let range: Range<Int64>
        /// In the blob.
        let codeOffset: UInt32
    }

    /// Assembles and links; `isCompressed` lets the assembler use 16-bit instructions of its own accord, and
    /// `savesRegisters` makes every piece end by writing its registers to where its pointer, unchanged, leads.
    init(
        _ snippets: [Snippet], _ optimization: LinkOptions.Optimization, isCompressed: Bool = false,
        savesRegisters: Bool = false
    ) throws {
        isOptimized = optimization == .full || optimization == .size
        var source = isCompressed ? ".option rvc\n" : ".option norvc\n"
        // The linker drops data that nobody refers to.
        source += ".bss\n.p2align 4\nbuffer: .space \(2 * Self.bufferHalf)\n.text\n"
        source += "reach: lla a0, buffer\nret\nexport reach\n"
        for (index, snippet) in snippets.enumerated() {
            source +=
                "s\(index): \(snippet.text)\n\(savesRegisters ? Self.savingRegisters(snippet) : "")e\(index): jalr zero, 0(ra)\nexport s\(index)\n"
        }
        let object = try ELFObject(parsing: try Guest.object(source), name: "snippets.o")
        let result = try PostLinker.link([object], options: LinkOptions(optimization: optimization))
        blob = result.blob
        code = try #require(object.sections.first { $0.name == ".text" }).contents
        bufferAddress = try #require(result.map.readWriteData.first { $0.name == ".bss" }).address

        let labels = Dictionary(object.symbols.map { ($0.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let exports = Dictionary(uniqueKeysWithValues: blob.exports.map { (Blob.text(of: $0.symbol), $0.codeOffset) })
        pieces = try snippets.enumerated().map { index, snippet in
            let (start, end) = (try #require(labels["s\(index)"]), try #require(labels["e\(index)"]))
            return Piece(
                snippet: snippet, range: start..<end, codeOffset: try #require(exports["s\(index)"]))
        }
    }

    /// Writes the registers to where no snippet writes, if there is a pointer.
    private static func savingRegisters(_ snippet: Snippet) -> String {
        guard let pointer = snippet.pointer else { return "" }
        let others = Register.allCases.filter { $0.riscv != pointer && $0 != .a0 && $0 != .a1 }
        return others.enumerated().map { "sd \($1.riscv), \(1024 + 8 * $0)(\(pointer))\n" }.joined()
    }

    /// Runs every piece from `stateCount` different states and records an issue for each of the first few differences.
    ///
    /// - Returns: how many runs were compared.
    @discardableResult
    func run(stateCount: Int, seed: UInt64) throws -> Int {
        var generator = SeededGenerator(seed: seed)
        let instance = try Instance(try Module(blob))
        let jump = blob.instructionSet.byte(of: .jumpIndirect)
        var reports = 0
        var runs = 0
        // At -O2 nothing but the host's address is expected in ra.
        for piece in pieces where !isOptimized || piece.snippet.pointer != Register.ra.riscv {
            for _ in 0..<stateCount {
                var state = Self.state(&generator, piece.snippet, to: middle)
                if isOptimized { state[Register.ra.index] = UInt64(MemoryMap.returnToHost) }
                let memory = piece.snippet.pointer.map { _ in Self.memory(&generator) }
                guard let expected = try evaluate(piece, state, memory) else { continue }
                runs += 1

                try instance.prepareCall(at: piece.codeOffset)
                for (register, value) in zip(Register.allCases, state) { instance[register] = value }
                if let memory { try instance.memory.write(memory, at: UInt32(bufferAddress)) }
                let exit = try instance.run()
                let endedInReturn =
                    exit == .finished
                    || exit == .trap && instance.lastProgramCounter.map { blob.code.bytes[Int($0)] } == jump
                let found = Outcome(
                    registers: visible(instance.registers),
                    memory: try memory.map {
                        try instance.memory.read(at: UInt32(bufferAddress), byteCount: $0.count)
                    })
                guard !endedInReturn || found != expected else { continue }
                reports += 1
                if reports <= 10 {
                    let difference = expected.difference(from: found, startingAt: state)
                    Issue.record("\(piece.snippet.text)\nseed \(seed), exit \(exit):\n\(difference)")
                }
            }
        }
        #expect(reports == 0)
        return runs
    }

    /// What has to be right behind a piece.
    private func visible(_ registers: [UInt64]) -> [UInt64] {
        guard isOptimized else { return registers }
        return zip(Register.allCases, registers).map { $0 == .a0 || $0 == .a1 ? $1 : 0 }
    }

    private var middle: UInt64 { bufferAddress + UInt64(Self.bufferHalf) }

    private struct Outcome: Equatable {
        var registers: [UInt64]
        var memory: [UInt8]?

        func difference(from found: Outcome, startingAt state: [UInt64]) -> String {
            var lines: [String] = []
            for register in Register.allCases {
                let (before, wanted, got) = (
                    state[register.index], registers[register.index], found.registers[register.index]
                )
                let mark = wanted == got ? "" : ", found 0x\(String(got, radix: 16))"
                lines.append(
                    "\(register): 0x\(String(before, radix: 16)) -> expected 0x\(String(wanted, radix: 16))\(mark)")
            }
            if let memory, let other = found.memory {
                for index in memory.indices where memory[index] != other[index] {
                    lines.append(
                        "byte \(index - Comparison.bufferHalf): expected \(memory[index]), found \(other[index])")
                }
            }
            return lines.joined(separator: "\n")
        }
    }

    /// What the evaluator leaves; nil if it has reached for memory that is not there.
    private func evaluate(_ piece: Piece, _ state: [UInt64], _ memory: [UInt8]?) throws -> Outcome? {
        // Where no piece reaches by chance: the machine has no code in its memory.
        let codeStart: UInt64 = 0x6b3a_0000_0000
        var evaluator = RISCVEvaluator()
        evaluator.regions.append(.init(start: codeStart, bytes: code, isWritable: false))
        if let memory { evaluator.regions.append(.init(start: bufferAddress, bytes: memory)) }
        let end = codeStart + UInt64(piece.range.upperBound)
        evaluator.programCounter = codeStart + UInt64(piece.range.lowerBound)
        evaluator.heapBase = try #require(blob.memoryMap()).readWrite.lowerBound + UInt64(blob.readWriteDataSize)
        for register in Register.allCases { evaluator[register.riscv] = state[register.index] }
        for _ in 0..<1000 where evaluator.programCounter != end {
            if let stop = evaluator.step() {
                if piece.snippet.mayFault, case .fault = stop { return nil }
                throw ToolFailure(description: "the evaluator stopped with \(stop) in:\n\(piece.snippet.text)")
            }
        }
        return Outcome(
            registers: visible(Register.allCases.map { evaluator[$0.riscv] }),
            memory: memory.map { _ in evaluator.regions[1].bytes })
    }

    // MARK: States

    /// Values at which operations change their ways.
    private static let special: [UInt64] = [
        0, 1, 2, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000,
        0x8000_0001, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000,
        0xffff_ffff_7fff_ffff, 0xffff_ffff_8000_0000, .max - 1, .max, 0x0080_0000_7f01_00ff, 0x0123_4567_89ab_cdef,
    ]

    private static func state(
        _ generator: inout SeededGenerator, _ snippet: Snippet, to address: UInt64
    ) -> [UInt64] {
        Register.allCases.map { register in
            if register.riscv == snippet.pointer || snippet.otherPointers.contains(register.riscv) { return address }
            let random = generator.next()
            return random & 7 == 0 ? random : special[Int(random >> 8 % UInt64(special.count))]
        }
    }

    private static func memory(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * bufferHalf)
        while bytes.count < 2 * bufferHalf {
            let value = special[Int(generator.next() % UInt64(special.count))]
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return bytes
    }
}

extension Register {
    /// The RISC-V register that it stands for (guest-abi.md 2).
    var riscv: RISCVRegister {
        RISCVRegister(rawValue: rawValue < 2 ? rawValue + 1 : rawValue + 3) ?? .x0
    }
}
