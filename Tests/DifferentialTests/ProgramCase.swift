// A program with all that is needed to run it, in a form that can be made smaller piece by piece.

import PolkaBlob
import PolkaISA
import PolkaVM

/// An instruction of a program, or bytes that need not be one.
struct Piece {
    /// For formats with a jump target, `target` is the index of the piece that is jumped to; an index behind the last means the
    /// end of the code.
    var instruction: Instruction
    /// Bytes that stand here in place of the instruction.
    var bytes: [UInt8]?
    /// Whether the first byte is marked as the start of an instruction.
    var isStart = true
    /// How the instruction deviates from its shortest form; 0 for not at all.
    var disguise: UInt32 = 0
    /// Bytes by which a jump misses its target.
    var targetShift: Int8 = 0

    init(_ instruction: Instruction) {
        self.instruction = instruction
    }

    init(bytes: [UInt8], isStart: Bool = true) {
        instruction = Instruction(.fallthrough)
        self.bytes = bytes
        self.isStart = isStart
    }
}

/// A place in the code: so many bytes behind the start of a piece.
struct Place: Equatable {
    var piece = 0
    var shift = 0
}

/// The zones of a program, and how large its pages are.
struct ZoneLayout: Equatable {
    var readOnly: UInt32 = 0
    var readWrite: UInt32 = 0
    var stack: UInt32 = 0
    var auxiliary: UInt32 = 0
    var pageSize: UInt32 = 4096
    /// Nothing is mapped but the pages of the case.
    var startsUnmapped = false

    /// Zones with edges inside and at the ends of pages, with and without each other.
    ///
    /// There are few, because instances with equal zones pass their memory on.
    static let usual = ZoneLayout(readOnly: 64, readWrite: 4000, stack: 4096)
    static let others = [
        ZoneLayout(readOnly: 4096, readWrite: 4096, stack: 8192, auxiliary: 4096),
        ZoneLayout(readWrite: 1, stack: 1),
        ZoneLayout(stack: 4096),
        ZoneLayout(),
        ZoneLayout(readOnly: 100, readWrite: 100, stack: 100, auxiliary: 100, pageSize: 65536),
        ZoneLayout(readOnly: 5000, readWrite: 9000, stack: 20000, auxiliary: 4097, pageSize: 16384),
        ZoneLayout(readOnly: 65536, readWrite: 65536, stack: 65536, pageSize: 8192),
    ]

    var map: MemoryMap? {
        MemoryMap(
            readOnlyDataSize: readOnly, readWriteDataSize: readWrite, stackSize: stack, auxiliarySize: auxiliary,
            pageSize: pageSize)
    }
}

/// Pages that the host maps.
struct MappedPages: Equatable {
    var address: UInt32
    var byteCount: UInt32
    var isWritable: Bool

    var range: Range<UInt64> { UInt64(address)..<(UInt64(address) + UInt64(byteCount)) }
}

/// What the host does after a stop, of that what fits the stop.
struct Answer: Equatable {
    enum Page { case none, readOnly, writable }

    /// The result of a host call.
    var register = Register.a0
    var value: UInt64 = 0
    /// Gas that is added when there is too little.
    var gas: Int64 = 20
    /// What is mapped where a page is missing.
    var page = Page.none
    /// Where to go on instead of behind the stop, for stops that are not for want of gas; from the end, too.
    var entry: Place?
}

/// How gas is handed out.
enum GasMode: Equatable {
    /// As the case and its answers say.
    case given
    /// At every block there is too little, and then just enough.
    case everyBlock
    /// Once with each amount from nothing to what the program takes.
    case everyAmount
}

/// A program, what it is run with, and what the host answers.
struct ProgramCase {
    var set: InstructionSet
    var pieces: [Piece] = []
    /// Bytes missing at the end of the code.
    var cutByteCount = 0
    /// Bits of the bitmask that are wrong.
    var flippedBits: [Int] = []
    var jumpTable: [Place] = []
    var layout = ZoneLayout.usual
    var pages: [MappedPages] = []
    /// Whether the read-only zone has contents.
    var hasReadOnlyData = false
    /// Where memory that can be written has contents other than zero.
    var filled: [Range<UInt64>] = []
    /// Which contents.
    var noiseShift: UInt64 = 0
    var isMetered = true
    var jumpRule = JumpRule.reference
    var faultRule = FaultRule.trap
    var registers = [UInt64](repeating: 0, count: Register.count)
    var gas: Int64 = 0
    var gasMode = GasMode.given
    var entry = Place()
    /// One for each stop; the last stop needs none.
    var answers: [Answer] = []

    init(_ set: InstructionSet) {
        self.set = set
    }

    /// The most stops that are looked at.
    var stopLimit: Int { gasMode == .everyBlock ? 200 : answers.count + 1 }

    /// What the host does after a stop; when stops are many, answers come again.
    func answer(_ stop: Int) -> Answer { answers.isEmpty ? Answer() : answers[stop % answers.count] }

    var configuration: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = isMetered ? .synchronous : .none
        configuration.jumpRule = jumpRule
        configuration.faultRule = faultRule
        configuration.pageSize = layout.pageSize
        configuration.auxiliarySize = layout.auxiliary
        configuration.startsUnmapped = layout.startsUnmapped
        return configuration
    }

    func blob(_ code: CodeMap) -> Blob {
        var blob = Blob(instructionSet: set, code: code)
        guard !layout.startsUnmapped else { return blob }
        blob.readOnlyDataSize = layout.readOnly
        blob.readWriteDataSize = layout.readWrite
        blob.stackSize = layout.stack
        if hasReadOnlyData { blob.readOnlyData = Self.readOnlyData[layout.readOnly] ?? [] }
        return blob
    }

    /// One array per size, so that finding two to be equal takes no time.
    private static let readOnlyData: [UInt32: [UInt8]] = {
        var data: [UInt32: [UInt8]] = [:]
        for layout in ZoneLayout.others + [.usual] {
            data[layout.readOnly] = Noise.bytes(0x10000..<(0x10000 + UInt64(layout.readOnly)), shift: 0)
        }
        return data
    }()

    /// Everything that can have contents at the start, the read-only zone apart.
    var fillable: [Range<UInt64>] {
        if layout.startsUnmapped { return pages.map(\.range) }
        guard let map = layout.map else { return [] }
        return [map.readWrite, map.stack, map.auxiliary].filter { !$0.isEmpty }
    }
}

// MARK: Code

/// A program's code with the places of its pieces.
struct PlacedCode {
    var map: CodeMap
    /// Of each piece, and of the end.
    var offsets: [Int]

    func offset(of place: Place) -> UInt32 {
        UInt32(truncatingIfNeeded: offsets[min(place.piece, offsets.count - 1)] + place.shift)
    }

    /// The place that has an offset, as few bytes behind a piece as can be.
    func place(of offset: Int) -> Place {
        let piece = offsets.lastIndex { $0 <= offset } ?? 0
        return Place(piece: piece, shift: offset - offsets[piece])
    }
}

extension ProgramCase {
    /// Lays the pieces out one behind the other; jumps get as many bytes as their distances need.
    func placedCode() -> PlacedCode {
        var offsets = [Int](repeating: 0, count: pieces.count + 1)
        var distanceBytes = [Int](repeating: 0, count: pieces.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * pieces.count)
        var isSettled = false
        // Distances only grow, and do so a few times at most.
        while !isSettled {
            isSettled = true
            bytes.removeAll(keepingCapacity: true)
            for (index, piece) in pieces.enumerated() {
                if offsets[index] != bytes.count {
                    offsets[index] = bytes.count
                    isSettled = false
                }
                piece.append(to: &bytes, at: index, set, offsets, &distanceBytes[index])
            }
            if offsets[pieces.count] != bytes.count {
                offsets[pieces.count] = bytes.count
                isSettled = false
            }
        }
        bytes.removeLast(min(cutByteCount, bytes.count))
        var mask = [UInt8](repeating: 0, count: (bytes.count + 7) / 8)
        for (index, piece) in pieces.enumerated() where piece.isStart && offsets[index] < bytes.count {
            mask[offsets[index] >> 3] |= 1 << UInt8(offsets[index] & 7)
        }
        for bit in flippedBits where bit < bytes.count { mask[bit >> 3] ^= 1 << UInt8(bit & 7) }
        var code = PlacedCode(map: CodeMap(bytes: bytes, bitmask: mask), offsets: offsets)
        code.map.jumpTable = jumpTable.map(code.offset)
        return code
    }
}

extension Piece {
    /// Appends the bytes of the piece, given where all pieces were when they were placed last.
    fileprivate func append(
        to code: inout [UInt8], at index: Int, _ set: InstructionSet, _ offsets: [Int], _ distanceBytes: inout Int
    ) {
        if let bytes {
            code += bytes
            return
        }
        let start = code.count
        var instruction = instruction
        if instruction.opcode.format.hasTarget {
            let target = offsets[min(Int(instruction.target), offsets.count - 1)] + Int(targetShift)
            let distance = Int32(truncatingIfNeeded: target - start)
            distanceBytes = max(distanceBytes, hasTail ? 4 : Instruction.byteCount(of: distance))
            instruction.target = UInt32(truncatingIfNeeded: target)
            instruction.encode(into: &code, at: UInt32(truncatingIfNeeded: start), for: set)
            let sign: UInt8 = distance < 0 ? 0xff : 0
            for _ in Instruction.byteCount(of: distance)..<distanceBytes { code.append(sign) }
        } else {
            instruction.encode(into: &code, at: UInt32(truncatingIfNeeded: start), for: set)
        }
        if disguise != 0 { dress(&code, from: start, instruction) }
    }

    /// Junk behind the operands.
    private var hasTail: Bool { disguise >> 28 == 1 }

    /// Writes the same instruction otherwise: registers 13 to 15 for 12, bits that do not count, bytes that nobody reads.
    private func dress(_ code: inout [UInt8], from start: Int, _ instruction: Instruction) {
        func alias(_ register: Register, _ shift: UInt32) -> UInt8 {
            register == .a5 ? 12 + UInt8(truncatingIfNeeded: disguise >> shift) & 3 : register.rawValue
        }
        let junk = UInt8(truncatingIfNeeded: disguise >> 8)
        let (r1, r2, r3) = (alias(instruction.r1, 0), alias(instruction.r2, 2), alias(instruction.r3, 4))
        var trailing: Int32?
        switch instruction.opcode.format {
        case .none, .offset: break
        case .immediate: trailing = Int32(truncatingIfNeeded: instruction.x)
        case .registerWideImmediate: code[start + 1] = r1 | junk & 0xf0
        case .immediateImmediate:
            code[start + 1] |= junk & 0xf8
            trailing = instruction.y
        case .registerImmediate:
            code[start + 1] = r1 | junk & 0xf0
            trailing = Int32(truncatingIfNeeded: instruction.x)
        case .registerImmediateImmediate:
            code[start + 1] = code[start + 1] & 0xf0 | r1 | junk & 0x80
            trailing = instruction.y
        case .registerImmediateOffset: code[start + 1] = code[start + 1] & 0xf0 | r1 | junk & 0x80
        case .registerRegister, .registerRegisterOffset: code[start + 1] = r1 | r2 << 4
        case .registerRegisterImmediate:
            code[start + 1] = r1 | r2 << 4
            trailing = Int32(truncatingIfNeeded: instruction.x)
        case .registerRegisterImmediateImmediate:
            code[start + 1] = r1 | r2 << 4
            code[start + 2] |= junk & 0xf8
            trailing = instruction.y
        case .registerRegisterRegister:
            code[start + 1] = r1 | r2 << 4
            code[start + 2] = r3 | junk & 0xf0
        }
        guard hasTail else { return }
        if let trailing {
            for _ in Instruction.byteCount(of: trailing)..<4 { code.append(trailing < 0 ? 0xff : 0) }
        }
        for index in 0..<(disguise >> 16 & 31) { code.append(junk &+ UInt8(index)) }
    }
}
