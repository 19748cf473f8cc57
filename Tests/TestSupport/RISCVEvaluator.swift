// RISC-V as its manual has it: one instruction at a time on sixteen registers and plain memory.
//
// It is what the linker's output is compared with, so it shares nothing with the linker or the machine but the decoder, and
// is written to be checked by eye against the manual: no tables, no tricks. Memory is a handful of regions at the addresses of
// the ELF file; everything outside faults. Instructions of code that nobody can write are decoded once.

package import RISCVELF

/// A RISC-V hart of the kind that guests are compiled for: RV64E with M, A, C, Zbb, XTheadCondMov, and the guest's own
/// instructions.
package struct RISCVEvaluator {
    /// Bytes at an address.
    package struct Region {
        package let start: UInt64
        package var bytes: [UInt8]
        package var isWritable: Bool

        package init(start: UInt64, bytes: [UInt8], isWritable: Bool = true) {
            self.start = start
            self.bytes = bytes
            self.isWritable = isWritable
        }
    }

    /// Why it can not go on by itself.
    package enum Stop: Error, Equatable {
        /// `unimp`.
        case trap
        /// An access outside of all regions, or a store to one that is read-only.
        case fault(address: UInt64)
        /// No instruction at the program counter that a guest may have, or a register that it does not have.
        case illegalInstruction(address: UInt64)
        case environmentCall
        /// The import whose metadata lies at an address, by the pointer at `pointer`; the program counter is behind the call.
        case hostCall(metadata: UInt64, pointer: UInt64)
    }

    /// x0 to x15.
    private var registers = InlineArray<16, UInt64>(repeating: 0)
    package var programCounter: UInt64 = 0
    package var regions: [Region] = []
    /// What the heap base instruction gives.
    package var heapBase: UInt64 = 0
    /// Where the heap ends now; `sbrk` moves it.
    package var heapEnd: UInt64 = 0
    /// How far `sbrk` may move it.
    package var heapLimit: UInt64 = 0
    /// The region that grows with the heap, whose last byte is the last before `heapEnd`; nil if `sbrk` makes no memory.
    package var heapRegion: Int?
    /// Executed instructions.
    package private(set) var instructionCount: UInt64 = 0

    /// Code that has been decoded, by half words from its start; nil where no instruction is.
    private var decoded: [RISCVInstruction?] = []
    private var decodedStart: UInt64 = 0

    package init() {}

    package subscript(_ register: RISCVRegister) -> UInt64 {
        get { registers[Int(register.rawValue)] }
        set { if register != .x0 { registers[Int(register.rawValue)] = newValue } }
    }

    /// Decodes a region to which nothing writes, so that running it goes faster.
    package mutating func decode(region: Int) {
        decodedStart = regions[region].start
        decoded = []
        decoded = stride(from: 0, to: regions[region].bytes.count - 1, by: 2).map {
            try? fetch(decodedStart + UInt64($0))
        }
    }

    /// Executes instructions up to one at an address, at most `limit`; nil if it got there, or the limit.
    package mutating func run(to end: UInt64, limit: UInt64) -> Stop? {
        let last = instructionCount + limit
        while programCounter != end, instructionCount < last {
            if let stop = step() { return stop }
        }
        return nil
    }

    /// Executes one instruction; nil if it is done and the next can follow.
    package mutating func step() -> Stop? {
        do throws(Stop) {
            let address = programCounter
            let instruction = try fetch(address)
            programCounter = address &+ UInt64(instruction.byteCount)
            instructionCount += 1
            try execute(instruction.operation, at: address)
            return nil
        } catch {
            return error
        }
    }

    private func fetch(_ address: UInt64) throws(Stop) -> RISCVInstruction {
        let index = Int(truncatingIfNeeded: (address &- decodedStart) >> 1)
        if address >= decodedStart, address & 1 == 0, index < decoded.count, let known = decoded[index] { return known }
        let low = try read(address, 2)
        let word = low & 3 == 3 ? low | (try read(address &+ 2, 2)) << 16 : low
        guard let instruction = RISCVInstruction.decode(UInt32(word)), !instruction.operation.usesMissingRegister
        else { throw .illegalInstruction(address: address) }
        return instruction
    }

    // MARK: Instructions

    /// Executes an operation found at an address; the program counter is behind it already.
    package mutating func execute(_ operation: RISCVOperation, at address: UInt64) throws(Stop) {
        switch operation {
        case .lui(let rd, let immediate):
            self[rd] = extended(immediate)
        case .auipc(let rd, let immediate):
            self[rd] = address &+ extended(immediate)
        case .jal(let rd, let offset):
            self[rd] = programCounter
            programCounter = address &+ extended(offset)
        case .jalr(let rd, let base, let offset):
            let target = (self[base] &+ extended(offset)) & ~1
            self[rd] = programCounter
            programCounter = target
        case .branch(let condition, let a, let b, let offset):
            if holds(condition, self[a], self[b]) { programCounter = address &+ extended(offset) }
        case .load(let width, let rd, let base, let offset):
            self[rd] = try load(width, self[base] &+ extended(offset))
        case .store(let width, let source, let base, let offset):
            let byteCount =
                switch width {
                case .u8: 1
                case .u16: 2
                case .u32: 4
                case .u64: 8
                }
            try write(self[base] &+ extended(offset), byteCount, self[source])
        case .immediate(let operation, let rd, let rs1, let immediate):
            self[rd] = value(operation, self[rs1], immediate)
        case .register(let operation, let rd, let rs1, let rs2):
            self[rd] = value(operation, self[rs1], self[rs2])
        case .unary(let operation, let rd, let rs1):
            self[rd] = value(operation, self[rs1])
        case .moveIfZero(let rd, let rs1, let rs2):
            if self[rs2] == 0 { self[rd] = self[rs1] }
        case .moveIfNotZero(let rd, let rs1, let rs2):
            if self[rs2] != 0 { self[rd] = self[rs1] }
        case .select(let rd, let condition, let ifTrue, let ifFalse):
            self[rd] = self[condition] != 0 ? self[ifTrue] : self[ifFalse]
        case .loadReserved(let width, let rd, let base):
            self[rd] = try load(width, self[base])
        case .storeConditional(let width, let rd, let source, let base):
            // The only hart never loses a reservation.
            try write(self[base], width == .w ? 4 : 8, self[source])
            self[rd] = 0
        case .atomic(let operation, let width, let rd, let source, let base):
            let place = self[base]
            let old = try load(width, place)
            let result = value(operation, width, old, self[source])
            try write(place, width == .w ? 4 : 8, result)
            self[rd] = old
        case .fence:
            break
        case .unimplemented:
            throw .trap
        case .environmentCall:
            throw .environmentCall
        case .hostCallMarker:
            let metadata = try read(programCounter, 8)
            programCounter = programCounter &+ 8
            throw .hostCall(metadata: metadata, pointer: programCounter &- 8)
        case .heapBase(let rd):
            self[rd] = heapBase
        case .sbrk(let rd, let rs1):
            self[rd] = grownHeap(by: self[rs1])
        case .memset:
            while self[.x12] != 0 {
                try write(self[.x10], 1, self[.x11])
                self[.x10] &+= 1
                self[.x12] &-= 1
            }
        }
    }

    private func holds(_ condition: RISCVCondition, _ a: UInt64, _ b: UInt64) -> Bool {
        switch condition {
        case .eq: a == b
        case .ne: a != b
        case .lt: signed(a) < signed(b)
        case .ge: signed(a) >= signed(b)
        case .ltu: a < b
        case .geu: a >= b
        }
    }

    private func value(_ operation: RISCVImmediateOperation, _ a: UInt64, _ immediate: Int32) -> UInt64 {
        let b = extended(immediate)
        return switch operation {
        case .addi: a &+ b
        case .addiw: extended(low(a) &+ low(b))
        case .andi: a & b
        case .ori: a | b
        case .xori: a ^ b
        case .slti: signed(a) < signed(b) ? 1 : 0
        case .sltiu: a < b ? 1 : 0
        case .slli: value(.sll, a, b)
        case .srli: value(.srl, a, b)
        case .srai: value(.sra, a, b)
        case .slliw: value(.sllw, a, b)
        case .srliw: value(.srlw, a, b)
        case .sraiw: value(.sraw, a, b)
        case .rori: value(.ror, a, b)
        case .roriw: value(.rorw, a, b)
        }
    }

    private func value(_ operation: RISCVRegisterOperation, _ a: UInt64, _ b: UInt64) -> UInt64 {
        let amount = b % 64
        let amount32 = low(b) % 32
        switch operation {
        case .add: return a &+ b
        case .sub: return a &- b
        case .addw: return extended(low(a) &+ low(b))
        case .subw: return extended(low(a) &- low(b))
        case .and: return a & b
        case .or: return a | b
        case .xor: return a ^ b
        case .sll: return a << amount
        case .srl: return a >> amount
        case .sra: return UInt64(bitPattern: signed(a) >> Int64(amount))
        case .sllw: return extended(low(a) << amount32)
        case .srlw: return extended(low(a) >> amount32)
        case .sraw: return extended(Int32(bitPattern: low(a)) >> Int32(amount32))
        case .slt: return signed(a) < signed(b) ? 1 : 0
        case .sltu: return a < b ? 1 : 0
        case .mul: return a &* b
        case .mulw: return extended(low(a) &* low(b))
        case .mulh: return UInt64(bitPattern: signed(a).multipliedFullWidth(by: signed(b)).high)
        case .mulhu: return a.multipliedFullWidth(by: b).high
        case .mulhsu:
            // a is 2^64 more as an unsigned number if it is negative.
            let high = a.multipliedFullWidth(by: b).high
            return signed(a) < 0 ? high &- b : high
        case .div:
            if b == 0 { return .max }
            return signed(a) == .min && signed(b) == -1 ? a : UInt64(bitPattern: signed(a) / signed(b))
        case .divu: return b == 0 ? .max : a / b
        case .rem:
            if b == 0 { return a }
            return signed(a) == .min && signed(b) == -1 ? 0 : UInt64(bitPattern: signed(a) % signed(b))
        case .remu: return b == 0 ? a : a % b
        // The narrow forms are the wide ones on extended operands, but for the overflow, whose quotient has 33 bits.
        case .divw: return extended(low(value(.div, extended(low(a)), extended(low(b)))))
        case .divuw: return low(b) == 0 ? .max : extended(low(a) / low(b))
        case .remw: return extended(low(value(.rem, extended(low(a)), extended(low(b)))))
        case .remuw: return low(b) == 0 ? extended(low(a)) : extended(low(a) % low(b))
        case .andn: return a & ~b
        case .orn: return a | ~b
        case .xnor: return ~(a ^ b)
        case .max: return signed(a) < signed(b) ? b : a
        case .maxu: return a < b ? b : a
        case .min: return signed(a) < signed(b) ? a : b
        case .minu: return a < b ? a : b
        case .rol: return a << amount | a >> ((64 - amount) % 64)
        case .ror: return a >> amount | a << ((64 - amount) % 64)
        case .rolw: return extended(low(a) << amount32 | low(a) >> ((32 - amount32) % 32))
        case .rorw: return extended(low(a) >> amount32 | low(a) << ((32 - amount32) % 32))
        }
    }

    private func value(_ operation: RISCVUnaryOperation, _ a: UInt64) -> UInt64 {
        func zeros(_ count: UInt64, _ bit: (UInt64) -> UInt64) -> UInt64 {
            (0..<count).first { bit($0) != 0 } ?? count
        }
        func ones(_ count: UInt64) -> UInt64 { (0..<count).reduce(0) { $0 + (a >> $1 & 1) } }
        func fromBytes(_ byte: (UInt64) -> UInt64) -> UInt64 {
            (0..<8).reduce(0) { $0 | (byte($1) & 0xff) << (8 * $1) }
        }
        return switch operation {
        case .clz: zeros(64) { a >> (63 - $0) & 1 }
        case .ctz: zeros(64) { a >> $0 & 1 }
        case .cpop: ones(64)
        case .clzw: zeros(32) { a >> (31 - $0) & 1 }
        case .ctzw: zeros(32) { a >> $0 & 1 }
        case .cpopw: ones(32)
        case .sextB: a & 0x80 == 0 ? a & 0xff : a | ~0xff
        case .sextH: a & 0x8000 == 0 ? a & 0xffff : a | ~0xffff
        case .zextH: a & 0xffff
        case .rev8: fromBytes { a >> (8 * (7 - $0)) }
        case .orcB: fromBytes { a >> (8 * $0) & 0xff == 0 ? 0 : 0xff }
        }
    }

    private func value(
        _ operation: RISCVAtomicOperation, _ width: RISCVAtomicWidth, _ old: UInt64, _ operand: UInt64
    ) -> UInt64 {
        // Of a word only the low half counts. Extending it keeps both orders, signed and unsigned.
        let operand = width == .w ? extended(low(operand)) : operand
        return switch operation {
        case .swap: operand
        case .add: old &+ operand
        case .and: old & operand
        case .or: old | operand
        case .xor: old ^ operand
        case .min: value(.min, old, operand)
        case .max: value(.max, old, operand)
        case .minu: value(.minu, old, operand)
        case .maxu: value(.maxu, old, operand)
        }
    }

    // MARK: Memory

    /// The end of the heap after it has grown; 0 if it can not.
    private mutating func grownHeap(by byteCount: UInt64) -> UInt64 {
        guard let heapRegion else {
            heapEnd &+= byteCount
            return heapEnd
        }
        guard byteCount <= heapLimit, heapEnd + byteCount <= heapLimit else { return 0 }
        heapEnd += byteCount
        regions[heapRegion].bytes += [UInt8](repeating: 0, count: Int(byteCount))
        return heapEnd
    }

    private func load(_ width: RISCVLoadWidth, _ address: UInt64) throws(Stop) -> UInt64 {
        switch width {
        case .u8: try read(address, 1)
        case .u16: try read(address, 2)
        case .u32: try read(address, 4)
        case .u64: try read(address, 8)
        case .i8: value(.sextB, try read(address, 1))
        case .i16: value(.sextH, try read(address, 2))
        case .i32: extended(low(try read(address, 4)))
        }
    }

    private func load(_ width: RISCVAtomicWidth, _ address: UInt64) throws(Stop) -> UInt64 {
        try load(width == .w ? .i32 : .u64, address)
    }

    package func read(_ address: UInt64, _ byteCount: Int) throws(Stop) -> UInt64 {
        let place = try region(address, byteCount)
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value |= UInt64(regions[place.region].bytes[place.offset + index]) << UInt64(8 * index)
        }
        return value
    }

    package mutating func write(_ address: UInt64, _ byteCount: Int, _ value: UInt64) throws(Stop) {
        let place = try region(address, byteCount)
        guard regions[place.region].isWritable else { throw .fault(address: address) }
        for index in 0..<byteCount {
            regions[place.region].bytes[place.offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }

    private func region(_ address: UInt64, _ byteCount: Int) throws(Stop) -> (region: Int, offset: Int) {
        for index in regions.indices where address >= regions[index].start {
            let offset = address - regions[index].start
            let count = UInt64(regions[index].bytes.count)
            if offset <= count, UInt64(byteCount) <= count - offset { return (index, Int(offset)) }
        }
        throw .fault(address: address)
    }

    // MARK: Numbers

    private func signed(_ value: UInt64) -> Int64 { Int64(bitPattern: value) }
    private func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    private func extended(_ value: Int32) -> UInt64 { UInt64(bitPattern: Int64(value)) }
    private func extended(_ value: UInt32) -> UInt64 { extended(Int32(bitPattern: value)) }
}

extension RISCVOperation {
    /// Every register field, in the order of the operands.
    package var registers: [RISCVRegister] {
        switch self {
        case .lui(let rd, _), .auipc(let rd, _), .jal(let rd, _), .heapBase(let rd): [rd]
        case .jalr(let rd, let base, _), .load(_, let rd, let base, _): [rd, base]
        case .branch(_, let a, let b, _): [a, b]
        case .store(_, let source, let base, _): [source, base]
        case .immediate(_, let rd, let rs1, _), .unary(_, let rd, let rs1), .sbrk(let rd, let rs1): [rd, rs1]
        case .register(_, let rd, let rs1, let rs2): [rd, rs1, rs2]
        case .moveIfZero(let rd, let rs1, let rs2), .moveIfNotZero(let rd, let rs1, let rs2): [rd, rs1, rs2]
        case .select(let rd, let condition, let ifTrue, let ifFalse): [rd, condition, ifTrue, ifFalse]
        case .loadReserved(_, let rd, let address): [rd, address]
        case .storeConditional(_, let rd, let source, let address): [rd, source, address]
        case .atomic(_, _, let rd, let source, let address): [rd, source, address]
        case .fence, .unimplemented, .environmentCall, .hostCallMarker, .memset: []
        }
    }

    /// Whether an operand is a register that RV64E does not have.
    package var usesMissingRegister: Bool { registers.contains { $0.rawValue > 15 } }
}
