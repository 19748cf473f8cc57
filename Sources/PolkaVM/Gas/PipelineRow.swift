// What each instruction needs of the abstract processor of the pipeline model: the table of vm.md 5.3, row by row.

import PolkaISA

/// A row of the table.
struct PipelineRow {
    /// In cycles.
    enum Latency: ExpressibleByIntegerLiteral {
        case cycles(Int)
        /// That of loads.
        case memory
        /// That of branches, which depends on what they lead to.
        case branch

        init(integerLiteral value: Int) { self = .cycles(value) }
    }

    /// When decoding takes one slot more.
    enum Extra {
        case never
        /// If the destination is not the first source: `+d`.
        case unlessFirst
        /// If the destination is neither of the two sources: `+dd`.
        case unlessEither
    }

    /// Registers by the operand letters of isa.md 4.1.
    enum Operand { case a, b, s, d }

    /// Numbers of execution units: one of eight bits for each sort, whose highest bit stays 0.
    struct Units {
        var counts: UInt64

        static let none = Units(counts: 0)
        static let alu = Units(counts: 1)
        static let twoALUs = Units(counts: 2)
        static let load = Units(counts: 1 << 8)
        static let store = Units(counts: 1 << 16)
        static let multiply = Units(counts: 1 << 24)
        static let divide = Units(counts: 1 << 32)
        /// Those that there are.
        static let all = Units(counts: 4 | 4 << 8 | 4 << 16 | 1 << 24 | 1 << 32)
        /// The highest bits of the numbers.
        static let guards: UInt64 = 0x80_8080_8080

        static func + (one: Units, other: Units) -> Units { Units(counts: one.counts + other.counts) }
    }

    var latency: Latency
    /// Slots that decoding takes.
    var slots: Int
    var extra = Extra.never
    var units = Units.none
    var sources: [Operand] = []
    var hasDestination = false
    /// Done by renaming registers, not by executing anything.
    var isRenamed = false

    init(
        _ latency: Latency, _ slots: Int, _ extra: Extra = .never, _ units: Units = .none, _ sources: Operand...,
        writes: Bool = false
    ) {
        self.latency = latency
        self.slots = slots
        self.extra = extra
        self.units = units
        self.sources = sources
        hasDestination = writes
    }

    /// The row of invalid instructions, and of the implicit trap at the end of the code.
    static let trap = PipelineRow(2, 1)

    /// The row of an instruction in a kind.
    init(_ opcode: Opcode, in set: InstructionSet) {
        self.init(opcode)
        // On 32 bits these are what their 64-bit forms are on 64.
        guard set == .latest32, Self.isCheapOn32Bits(opcode), case .cycles(let cycles) = latency else { return }
        latency = .cycles(cycles - 1)
        slots -= 1
    }

    private static func isCheapOn32Bits(_ opcode: Opcode) -> Bool {
        switch opcode {
        case .add32, .sub32, .addImm32, .shiftLogicalLeft32, .shiftLogicalRight32, .shiftArithmeticRight32,
            .rotateLeft32,
            .rotateRight32, .shiftLogicalLeftImm32, .shiftLogicalRightImm32, .shiftArithmeticRightImm32,
            .rotateRightImm32:
            true
        default: false
        }
    }

    private init(_ opcode: Opcode) {
        switch opcode {
        // MARK: ends of blocks, calls of the host
        case .trap, .fallthrough: self = .trap
        case .unlikely: self.init(40, 1)
        case .jump, .loadImmAndJump: self.init(15, 1)
        case .jumpIndirect, .loadImmAndJumpIndirect: self.init(22, 1, .never, .none, .b)
        case .ecalli, .memset: self.init(100, 4, .never, .alu)
        case .sbrk: self.init(100, 4, .never, .alu, .s, writes: true)

        // MARK: constants and moves
        case .loadImm: self.init(1, 1, writes: true)
        case .loadImm64: self.init(1, 2, writes: true)
        case .moveReg:
            self.init(0, 1, .never, .none, .s, writes: true)
            isRenamed = true

        // MARK: memory
        case .loadU8, .loadI8, .loadU16, .loadI16, .loadU32, .loadI32, .loadU64:
            self.init(.memory, 1, .never, .alu + .load, writes: true)
        case .loadIndirectU8, .loadIndirectI8, .loadIndirectU16, .loadIndirectI16, .loadIndirectU32, .loadIndirectI32,
            .loadIndirectU64:
            self.init(.memory, 1, .never, .alu + .load, .b, writes: true)
        case .storeImmU8, .storeImmU16, .storeImmU32, .storeImmU64: self.init(25, 1, .never, .alu + .store)
        case .storeImmIndirectU8, .storeImmIndirectU16, .storeImmIndirectU32, .storeImmIndirectU64:
            self.init(25, 1, .never, .alu + .store, .b)
        case .storeU8, .storeU16, .storeU32, .storeU64: self.init(25, 1, .never, .alu + .store, .s)
        case .storeIndirectU8, .storeIndirectU16, .storeIndirectU32, .storeIndirectU64:
            self.init(25, 1, .never, .alu + .store, .s, .b)

        // MARK: branches
        case .branchEq, .branchNotEq, .branchLessUnsigned, .branchLessSigned, .branchGreaterOrEqualUnsigned,
            .branchGreaterOrEqualSigned:
            self.init(.branch, 1, .never, .alu, .a, .b)
        case .branchEqImm, .branchNotEqImm, .branchLessUnsignedImm, .branchLessSignedImm,
            .branchGreaterOrEqualUnsignedImm, .branchGreaterOrEqualSignedImm, .branchLessOrEqualUnsignedImm,
            .branchLessOrEqualSignedImm, .branchGreaterUnsignedImm, .branchGreaterSignedImm:
            self.init(.branch, 1, .never, .alu, .a)

        // MARK: sums and bits
        case .and, .or, .xor, .add64, .sub64: self.init(1, 1, .unlessEither, .alu, .a, .b, writes: true)
        case .add32, .sub32: self.init(2, 2, .unlessEither, .alu, .a, .b, writes: true)
        case .andImm, .orImm, .xorImm, .addImm64, .shiftLogicalLeftImm64, .shiftLogicalRightImm64,
            .shiftArithmeticRightImm64, .rotateRightImm64:
            self.init(1, 1, .unlessFirst, .alu, .a, writes: true)
        case .reverseByte: self.init(1, 1, .unlessFirst, .alu, .s, writes: true)
        case .addImm32, .shiftLogicalLeftImm32, .shiftLogicalRightImm32, .shiftArithmeticRightImm32, .rotateRightImm32:
            self.init(2, 2, .unlessFirst, .alu, .a, writes: true)
        case .countLeadingZeroBits32, .countLeadingZeroBits64, .countSetBits32, .countSetBits64, .signExtend8,
            .signExtend16, .zeroExtend16:
            self.init(1, 1, .never, .alu, .s, writes: true)
        case .countTrailingZeroBits32, .countTrailingZeroBits64: self.init(2, 1, .never, .twoALUs, .s, writes: true)
        case .shiftLogicalLeft64, .shiftLogicalRight64, .shiftArithmeticRight64, .rotateLeft64, .rotateRight64:
            self.init(1, 2, .unlessFirst, .alu, .a, .b, writes: true)
        case .shiftLogicalLeft32, .shiftLogicalRight32, .shiftArithmeticRight32, .rotateLeft32, .rotateRight32:
            self.init(2, 3, .unlessFirst, .alu, .a, .b, writes: true)
        case .shiftLogicalLeftImmAlt64, .shiftLogicalRightImmAlt64, .shiftArithmeticRightImmAlt64,
            .rotateRightImmAlt64:
            self.init(1, 3, .never, .alu, .a, writes: true)
        case .shiftLogicalLeftImmAlt32, .shiftLogicalRightImmAlt32, .shiftArithmeticRightImmAlt32,
            .rotateRightImmAlt32:
            self.init(2, 4, .never, .alu, .a, writes: true)
        case .andInverted, .orInverted: self.init(2, 3, .never, .alu, .a, .b, writes: true)
        case .xnor: self.init(2, 2, .unlessEither, .alu, .a, .b, writes: true)
        case .negateAndAddImm64: self.init(2, 3, .never, .alu, .a, writes: true)
        case .negateAndAddImm32: self.init(3, 4, .never, .alu, .a, writes: true)

        // MARK: comparisons
        case .setLessThanUnsigned, .setLessThanSigned: self.init(3, 3, .never, .alu, .a, .b, writes: true)
        case .setLessThanUnsignedImm, .setLessThanSignedImm, .setGreaterThanUnsignedImm, .setGreaterThanSignedImm:
            self.init(3, 3, .never, .alu, .a, writes: true)
        case .cmovIfZero, .cmovIfNotZero: self.init(2, 2, .never, .alu, .a, .b, writes: true)
        case .cmovIfZeroImm, .cmovIfNotZeroImm: self.init(2, 3, .never, .alu, .a, writes: true)
        case .maximum, .maximumUnsigned, .minimum, .minimumUnsigned:
            self.init(3, 2, .unlessEither, .alu, .a, .b, writes: true)

        // MARK: products
        case .divUnsigned32, .divSigned32, .remUnsigned32, .remSigned32, .divUnsigned64, .divSigned64, .remUnsigned64,
            .remSigned64:
            self.init(60, 4, .never, .alu + .divide, .a, .b, writes: true)
        case .mul64: self.init(3, 1, .unlessEither, .alu + .multiply, .a, .b, writes: true)
        case .mul32: self.init(4, 2, .unlessEither, .alu + .multiply, .a, .b, writes: true)
        case .mulImm64: self.init(3, 1, .unlessFirst, .alu + .multiply, .a, writes: true)
        case .mulImm32: self.init(4, 2, .unlessFirst, .alu + .multiply, .a, writes: true)
        case .mulUpperSignedSigned, .mulUpperUnsignedUnsigned:
            self.init(4, 4, .never, .alu + .multiply, .a, .b, writes: true)
        case .mulUpperSignedUnsigned: self.init(6, 4, .never, .alu + .multiply, .a, .b, writes: true)
        }
    }
}
