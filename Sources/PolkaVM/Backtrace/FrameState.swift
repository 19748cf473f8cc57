// What is known at a place in a function of the state at its entry: where the stack pointer is, and where the return address
// and the callee-saved registers are kept. An abstract interpreter of single instructions.

import PolkaBlob
import PolkaISA

/// A value as far as it matters for finding frames.
enum FrameValue: Hashable {
    case unknown
    /// The stack pointer at the function's entry, and so many bytes.
    case stack(Int32)
    /// What a register held at the function's entry: `ra`, `s0` or `s1`.
    case entry(Register)
    case constant(Int32)
    /// The code address that a jump has left in another register than `ra`, for code that several functions share to come back.
    case link(UInt32)
    /// A constant, and something that is not known: an address in a table.
    case indexed(UInt32)
    /// A word loaded from a table that starts at an address: the distance from there to code.
    case distance(UInt32)
    /// A code address out of a table that starts at an address.
    case target(SwitchTable)
}

/// A table of code in read-only data.
struct SwitchTable: Hashable {
    let address: UInt32
    /// Entries are 32-bit distances from the table to code addresses (guest-abi.md 6); else they are code addresses, as wide
    /// as registers.
    let isRelative: Bool
}

/// What is known at one place, for one way to get there.
struct FrameState {
    /// The block at which the function begins.
    var entry: Int
    var registers: [FrameValue]
    /// What lies in the frame, by distance from the stack pointer at entry: of values those that are needed.
    var saved: [Int32: FrameValue] = [:]
    /// What lies at fixed addresses for a few instructions: linkers keep registers there for which there is no other room.
    var spilled: [UInt32: FrameValue] = [:]
    /// Whether a jump that nobody knows the target of is part of the way.
    var isGuess = false

    /// The state at a function's entry.
    init(entry: Int, isGuess: Bool = false) {
        self.entry = entry
        self.isGuess = isGuess
        registers = Array(repeating: .unknown, count: Register.count)
        registers[Register.sp.index] = .stack(0)
        for register in Self.kept { registers[register.index] = .entry(register) }
    }

    /// What a caller finds again after a call, and where to return to.
    private static let kept: [Register] = [.ra, .s0, .s1]

    subscript(register: Register) -> FrameValue {
        get { registers[register.index] }
        set { registers[register.index] = newValue }
    }

    /// Whether two states differ in nothing that frames are found by, so that one can stand for both.
    func isSameFrame(as other: FrameState) -> Bool {
        guard entry == other.entry, saved == other.saved, spilled == other.spilled, self[.sp] == other[.sp] else {
            return false
        }
        // What memory has is kept longer than what registers have.
        let isSaved = saved.values.contains(.entry(.ra))
        for index in registers.indices where registers[index] != other.registers[index] {
            let (mine, theirs) = (registers[index], other.registers[index])
            if !isSaved, mine == .entry(.ra) || theirs == .entry(.ra) { return false }
            if case .link = mine, case .link = theirs { return false }
        }
        return true
    }

    /// Whether the function has nothing on the stack, and could be left by a jump to another one.
    var isWithoutFrame: Bool { self[.sp] == .stack(0) && self[.ra] == .entry(.ra) }

    /// Whether it is in code that comes back to where a register says.
    var hasLink: Bool { registers.contains { if case .link = $0 { true } else { false } } }

    /// Forgets what another state of the same function does not know.
    ///
    /// - Returns: whether that was anything.
    mutating func meet(_ other: FrameState) -> Bool {
        var changed = false
        for index in registers.indices where registers[index] != other.registers[index] && registers[index] != .unknown
        {
            registers[index] = .unknown
            changed = true
        }
        for (place, value) in saved where other.saved[place] != value {
            saved[place] = nil
            changed = true
        }
        for (place, value) in spilled where other.spilled[place] != value {
            spilled[place] = nil
            changed = true
        }
        if isGuess, !other.isGuess {
            isGuess = false
            changed = true
        }
        return changed
    }

    // MARK: Instructions

    /// Changes the state as an instruction does that goes on to the next.
    mutating func apply(_ instruction: Instruction, is64Bit: Bool) {
        execute(instruction, is64Bit: is64Bit)
        // Nothing is kept below the stack pointer: what lies there belongs to whatever is called next.
        if instruction.destination == .sp, !saved.isEmpty, case .stack(let top) = self[.sp] {
            saved = saved.filter { $0.key >= top }
        }
    }

    private mutating func execute(_ instruction: Instruction, is64Bit: Bool) {
        let opcode = instruction.opcode
        if opcode.memoryAccess?.isStore == true {
            store(instruction, is64Bit: is64Bit)
            return
        }
        switch opcode {
        case .ecalli: forgetCallerSaved()
        case .loadImmAndJump where instruction.r1 != .ra:
            self[instruction.r1] = .link(UInt32(truncatingIfNeeded: instruction.x))
        case .loadImm, .loadImmAndJump, .loadImmAndJumpIndirect:
            self[instruction.r1] = .constant(Int32(truncatingIfNeeded: instruction.x))
        case .loadImm64:
            self[instruction.r1] = Int32(exactly: instruction.x).map { .constant($0) } ?? .unknown
        case .moveReg: self[instruction.r1] = self[instruction.r2]
        case .addImm64:
            self[instruction.r1] = sum(self[instruction.r2], .constant(Int32(truncatingIfNeeded: instruction.x)))
        case .addImm32:
            let sum = sum(self[instruction.r2], .constant(Int32(truncatingIfNeeded: instruction.x)))
            // On 64 bits the sum loses its upper half, which addresses of the stack have as zeros.
            self[instruction.r1] = is64Bit ? .unknown : sum
        case .add64: self[instruction.r3] = sum(self[instruction.r1], self[instruction.r2])
        case .add32: self[instruction.r3] = is64Bit ? .unknown : sum(self[instruction.r1], self[instruction.r2])
        case .sub64: self[instruction.r3] = difference(self[instruction.r1], self[instruction.r2])
        case .sub32: self[instruction.r3] = is64Bit ? .unknown : difference(self[instruction.r1], self[instruction.r2])
        case .loadIndirectU64 where is64Bit, .loadIndirectI32, .loadIndirectU32:
            self[instruction.r1] = loaded(instruction, is64Bit: is64Bit)
        case .loadU64, .loadI32, .loadU32:
            let isWhole = is64Bit == (opcode == .loadU64)
            self[instruction.r1] = isWhole ? spilled[UInt32(truncatingIfNeeded: instruction.x)] ?? .unknown : .unknown
        default:
            if let register = instruction.destination { self[register] = .unknown }
        }
    }

    /// Forgets what a function that was called, or the host, may change.
    mutating func forgetCallerSaved() {
        for register in Register.arguments { self[register] = .unknown }
        spilled = [:]
    }

    private func sum(_ a: FrameValue, _ b: FrameValue) -> FrameValue {
        switch (a, b) {
        case (.stack(let offset), .constant(let value)), (.constant(let value), .stack(let offset)):
            .stack(offset &+ value)
        case (.constant(let a), .constant(let b)): .constant(a &+ b)
        case (.distance(let table), .constant(let value)), (.constant(let value), .distance(let table)):
            UInt32(bitPattern: value) == table ? .target(SwitchTable(address: table, isRelative: true)) : .unknown
        case (.unknown, .constant(let value)), (.constant(let value), .unknown): .indexed(UInt32(bitPattern: value))
        case (.indexed(let base), .constant(let value)), (.constant(let value), .indexed(let base)):
            .indexed(base &+ UInt32(bitPattern: value))
        default: .unknown
        }
    }

    private func difference(_ a: FrameValue, _ b: FrameValue) -> FrameValue {
        if case .constant(let value) = b { return sum(a, .constant(0 &- value)) }
        return .unknown
    }

    private func loaded(_ instruction: Instruction, is64Bit: Bool) -> FrameValue {
        let offset = Int32(truncatingIfNeeded: instruction.x)
        let isWord = instruction.opcode != .loadIndirectU64
        switch self[instruction.r2] {
        case .stack(let base): return isWord == is64Bit ? .unknown : saved[base &+ offset] ?? .unknown
        case .indexed(let base): return fromTable(base &+ UInt32(bitPattern: offset), isWord: isWord, is64Bit: is64Bit)
        case .unknown: return fromTable(UInt32(bitPattern: offset), isWord: isWord, is64Bit: is64Bit)
        default: return .unknown
        }
    }

    private func fromTable(_ address: UInt32, isWord: Bool, is64Bit: Bool) -> FrameValue {
        // A word of a 32-bit guest may be either; what is done with it tells.
        isWord ? .distance(address) : .target(SwitchTable(address: address, isRelative: false))
    }

    private mutating func store(_ instruction: Instruction, is64Bit: Bool) {
        guard let byteCount = instruction.opcode.memoryAccess?.byteCount else { return }
        let base: FrameValue
        let value: FrameValue
        switch instruction.opcode.format {
        case .registerRegisterImmediate:
            base = self[instruction.r2]
            value = byteCount == (is64Bit ? 8 : 4) ? self[instruction.r1] : .unknown
        case .registerImmediateImmediate:
            base = self[instruction.r1]
            value = .unknown
        case .registerImmediate:
            // To a fixed address, which no frame has.
            let address = UInt32(truncatingIfNeeded: instruction.x)
            switch self[instruction.r1] {
            case .entry, .stack:
                let isWhole = byteCount == (is64Bit ? 8 : 4)
                spilled[address] = isWhole && spilled.count < Self.mostSaved ? self[instruction.r1] : nil
            case .unknown, .constant, .link, .indexed, .distance, .target: spilled[address] = nil
            }
            return
        default:
            // Of a constant to a fixed address; or `memset`, which moves its registers.
            if instruction.opcode == .memset {
                self[.a0] = .unknown
                self[.a2] = .unknown
            }
            return
        }
        guard case .stack(let start) = base else { return }
        let place = start &+ Int32(truncatingIfNeeded: instruction.x)
        if !saved.isEmpty {
            let width: Int32 = is64Bit ? 8 : 4
            for other in saved.keys where other &- place < Int32(byteCount) && place &- other < width {
                saved[other] = nil
            }
        }
        switch value {
        case .entry, .stack: if saved.count < Self.mostSaved { saved[place] = value }
        case .unknown, .constant, .link, .indexed, .distance, .target: break
        }
    }

    /// More is no function's prologue.
    private static let mostSaved = 16
}
