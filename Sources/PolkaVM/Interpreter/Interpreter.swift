// The interpreter: one loop with one switch over pre-decoded instructions. It is the oracle for compiled code, so each arm
// says what isa.md 5 says and nothing else.
//
// Ops, registers and windows are reached through raw pointers that are read once at the start of a run; nothing in the loop
// is counted, checked for exclusive access or allocated. To see that it is so, look for calls in the loop of
//     objdump -d --no-show-raw-insn .build/release/PolkaVM.build/*Interpreter.swift.o
// where only the functions marked `@inline(never)` may appear, each behind a branch that is rarely taken.

import PolkaBlob
import PolkaISA

/// A program for the interpreter, pre-decoded at its first run.
final class InterpretedProgram: Executable {
    private let program: Program
    private let predecoded = OnceReference<PredecodedCode>()

    init(_ program: Program) {
        self.program = program
    }

    private var code: PredecodedCode { predecoded.value { PredecodedCode(program) } }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { code.gasCost(ofBlockAt: codeOffset) }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        guard let next = machine.next else { throw .noProgramCounter }
        let code = code
        let isMetered = program.configuration.gasMetering != .none
        if isMetered, machine.gas < 0 { return .outOfGas }
        let first: Int
        switch next {
        case .resume(let offset):
            first = code.index.op(at: Int(offset))
        case .entry(let offset):
            let cost: Int64
            switch code.entry(at: offset) {
            case .none:
                return machine.end(.trap, at: offset)
            case .endOfCode:
                first = 0
                cost = 1
            case .op(let op, let head):
                first = op
                cost = code.ops[head].cost
            }
            if isMetered {
                guard machine.gas >= cost else {
                    // The program counter is that of a block's start, or none for an entry in its middle.
                    let startsBlock = first == 0 || code.index.startsBlock(at: Int(offset))
                    machine.programCounter = startsBlock ? offset : nil
                    return .outOfGas
                }
                machine.gas -= cost
            }
            if first == 0 {
                machine.instructionCount += 1
                return machine.end(.trap, at: offset)
            }
        }
        return try Interpreter(program, code, machine).run(from: first)
    }
}

/// One run.
private struct Interpreter: ~Copyable {
    private let program: Program
    private let code: PredecodedCode
    private let machine: Machine

    /// Why the loop was left.
    private enum Stop {
        case trap, finished, hostCall
        /// A load or store that no window admits.
        case badAccess
        /// The block at `target` cannot be paid, or is the one that bad jumps lead to.
        case unpaid
        /// `memset` ran out of gas.
        case unpaidByte
        case failed(MemoryError)
    }

    init(_ program: Program, _ code: PredecodedCode, _ machine: Machine) {
        self.program = program
        self.code = code
        self.machine = machine
    }

    consuming func run(from first: Int) throws(InstanceError) -> Exit {
        let isMetered = program.configuration.gasMetering != .none
        // Without metering more gas than anyone can use up spares the loop the question.
        var gas = isMetered ? machine.gas : PredecodedCode.unpayable - 1
        let (stop, index, target, executed) = code.ops.withUnsafeBufferPointer { ops in
            code.jumpTargets.withUnsafeBufferPointer { jumpTargets in
                Self.loop(
                    ops.baseAddress.unsafelyUnwrapped, first, jumpTargets, machine.registers, machine.memory, &gas,
                    is64Bit: program.instructionSet.is64Bit, isMetered: isMetered)
            }
        }
        if isMetered { machine.gas = gas }
        machine.instructionCount &+= executed
        let offset = code.offsets[index]
        switch stop {
        case .trap:
            return machine.end(.trap, at: offset)
        case .finished:
            return machine.end(.finished, at: offset)
        case .hostCall:
            let number = UInt32(truncatingIfNeeded: code.ops[index].x)
            return machine.pause(.hostCall(number), at: offset, next: code.offsets[index + 1])
        case .badAccess:
            return badAccess(at: offset)
        case .unpaid where target == Int(PredecodedCode.badTarget):
            return machine.end(.trap, at: offset)
        case .unpaid:
            machine.programCounter = code.offsets[target]
            machine.lastProgramCounter = offset
            machine.next = .entry(code.offsets[target])
            return .outOfGas
        case .unpaidByte:
            machine.instructionCount &-= 1
            return machine.pause(.outOfGas, at: offset, next: offset)
        case .failed(let error):
            machine.instructionCount &-= 1
            _ = machine.pause(.trap, at: offset, next: offset)
            throw .memory(error)
        }
    }

    private func badAccess(at offset: UInt32) -> Exit {
        let machine = machine
        guard let instruction = program.code.instruction(at: Int(offset), in: program.instructionSet),
            let access = MemoryAccess(of: instruction, register: { machine.registers[$0.index] })
        else { preconditionFailure("the instruction at \(offset) touches no memory") }
        let exit = machine.memory.exit(for: access, program.configuration.faultRule)
        if case .pageFault = exit {
            machine.instructionCount &-= 1
            return machine.pause(exit, at: offset, next: offset)
        }
        return machine.end(exit, at: offset)
    }

    // MARK: The loop

    /// Executes ops from `first` on, in a block that is paid, until something stops it.
    ///
    /// - Returns: why; the op that stopped; the head of the block that could not be paid, if that is why; the number of ops
    ///   executed, the one that stopped included.
    private static func loop(
        _ ops: UnsafePointer<Op>, _ first: Int, _ jumpTargets: UnsafeBufferPointer<UInt32>,
        _ r: UnsafeMutablePointer<UInt64>, _ memory: GuestMemory, _ gasLeft: inout Int64, is64Bit: Bool, isMetered: Bool
    ) -> (Stop, op: Int, target: Int, executed: UInt64) {
        let bytes = memory.base
        let loads = UnsafePointer(memory.loadWindows)
        let stores = UnsafePointer(memory.storeWindows)
        var gas = gasLeft
        var executed = 0
        /// The op behind the one that is executed.
        var next = ops + first
        /// The op before the first one of this block that this run executes.
        var start = next - 1
        /// The head of the block that comes next.
        var target = ops
        var stop = Stop.trap

        // SAFETY: `next` and `target` stay inside `ops`, because every jump holds the index of a head and every block ends
        // in an op that leaves it. Register numbers were made by the decoder. Memory is touched only inside a window.

        @inline(__always)
        func load<T: FixedWidthInteger>(_ op: Op, _ type: T.Type) -> T? {
            let address = UInt32(truncatingIfNeeded: r[Int(op.a)] &+ op.x)
            guard
                loads[Window.slot(of: address)].contains(address, MemoryLayout<T>.size)
                    || memory.admitsLoad(address, MemoryLayout<T>.size)
            else { return nil }
            return T(littleEndian: UnsafeRawPointer(bytes + Int(address)).loadUnaligned(as: T.self))
        }

        @inline(__always)
        func store<T: FixedWidthInteger>(_ op: Op, _ value: T) -> Bool {
            let address = UInt32(truncatingIfNeeded: r[Int(op.a)] &+ op.x)
            guard
                stores[Window.slot(of: address)].contains(address, MemoryLayout<T>.size)
                    || memory.admitsStore(address, MemoryLayout<T>.size)
            else { return false }
            (bytes + Int(address)).storeBytes(of: value.littleEndian, as: T.self)
            return true
        }

        /// The place in the jump table that a code address means; out of range for all that mean none (isa.md 7.4).
        @inline(__always)
        func slot(_ op: Op) -> Int {
            let address = UInt32(truncatingIfNeeded: r[Int(op.a)]) &+ op.y
            // An odd address becomes a slot above 2^31, and 0 the last one: no table is that long.
            return Int((address &>> 1 | address &<< 31) &- 1)
        }

        run: while true {
            block: while true {
                let op = next.pointee
                next += 1
                let d = Int(op.d)
                let a = Int(op.a)
                let b = Int(op.b)
                switch op.opcode {
                // MARK: no operand
                case .trap:
                    stop = .trap
                    break run
                case .fallthrough:
                    target = next
                    break block
                case .memset:
                    let outcome = memset(r, memory, &gas, is64Bit: is64Bit, isMetered: isMetered)
                    switch outcome {
                    case .done: break
                    case .outOfGas:
                        stop = .unpaidByte
                        break run
                    case .badAccess:
                        stop = .badAccess
                        break run
                    }
                case .unlikely:
                    break

                // MARK: immediate
                case .ecalli:
                    stop = .hostCall
                    break run

                // MARK: register and immediate
                case .loadImm, .loadImm64:
                    r[d] = op.x

                // MARK: loads
                case .loadU8, .loadIndirectU8:
                    guard let value = load(op, UInt8.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(value)
                case .loadI8, .loadIndirectI8:
                    guard let value = load(op, Int8.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(bitPattern: Int64(value))
                case .loadU16, .loadIndirectU16:
                    guard let value = load(op, UInt16.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(value)
                case .loadI16, .loadIndirectI16:
                    guard let value = load(op, Int16.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(bitPattern: Int64(value))
                case .loadU32, .loadIndirectU32:
                    guard let value = load(op, UInt32.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(value)
                case .loadI32, .loadIndirectI32:
                    guard let value = load(op, Int32.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = UInt64(bitPattern: Int64(value))
                case .loadU64, .loadIndirectU64:
                    guard let value = load(op, UInt64.self) else {
                        stop = .badAccess
                        break run
                    }
                    r[d] = value

                // MARK: stores
                case .storeU8, .storeIndirectU8:
                    guard store(op, UInt8(truncatingIfNeeded: r[b])) else {
                        stop = .badAccess
                        break run
                    }
                case .storeU16, .storeIndirectU16:
                    guard store(op, UInt16(truncatingIfNeeded: r[b])) else {
                        stop = .badAccess
                        break run
                    }
                case .storeU32, .storeIndirectU32:
                    guard store(op, UInt32(truncatingIfNeeded: r[b])) else {
                        stop = .badAccess
                        break run
                    }
                case .storeU64, .storeIndirectU64:
                    guard store(op, r[b]) else {
                        stop = .badAccess
                        break run
                    }
                case .storeImmU8, .storeImmIndirectU8:
                    guard store(op, UInt8(truncatingIfNeeded: op.y)) else {
                        stop = .badAccess
                        break run
                    }
                case .storeImmU16, .storeImmIndirectU16:
                    guard store(op, UInt16(truncatingIfNeeded: op.y)) else {
                        stop = .badAccess
                        break run
                    }
                case .storeImmU32, .storeImmIndirectU32:
                    guard store(op, op.y) else {
                        stop = .badAccess
                        break run
                    }
                case .storeImmU64, .storeImmIndirectU64:
                    guard store(op, Arithmetic.extend32(op.y)) else {
                        stop = .badAccess
                        break run
                    }

                // MARK: jumps
                case .jump:
                    target = ops + Int(op.y)
                    break block
                case .loadImmAndJump:
                    r[d] = op.x
                    target = ops + Int(op.y)
                    break block
                case .jumpIndirect:
                    let slot = slot(op)
                    guard slot < jumpTargets.count else {
                        stop = slot == Self.returnSlot ? .finished : .trap
                        break run
                    }
                    target = ops + Int(jumpTargets[unchecked: slot])
                    break block
                case .loadImmAndJumpIndirect:
                    // The slot is computed first: both registers may be the same.
                    let slot = slot(op)
                    r[d] = op.x
                    guard slot < jumpTargets.count else {
                        stop = slot == Self.returnSlot ? .finished : .trap
                        break run
                    }
                    target = ops + Int(jumpTargets[unchecked: slot])
                    break block

                // MARK: branches
                case .branchEqImm:
                    target = r[a] == op.x ? ops + Int(op.y) : next
                    break block
                case .branchNotEqImm:
                    target = r[a] != op.x ? ops + Int(op.y) : next
                    break block
                case .branchLessUnsignedImm:
                    target = r[a] < op.x ? ops + Int(op.y) : next
                    break block
                case .branchLessOrEqualUnsignedImm:
                    target = r[a] <= op.x ? ops + Int(op.y) : next
                    break block
                case .branchGreaterOrEqualUnsignedImm:
                    target = r[a] >= op.x ? ops + Int(op.y) : next
                    break block
                case .branchGreaterUnsignedImm:
                    target = r[a] > op.x ? ops + Int(op.y) : next
                    break block
                case .branchLessSignedImm:
                    target = signed(r[a]) < signed(op.x) ? ops + Int(op.y) : next
                    break block
                case .branchLessOrEqualSignedImm:
                    target = signed(r[a]) <= signed(op.x) ? ops + Int(op.y) : next
                    break block
                case .branchGreaterOrEqualSignedImm:
                    target = signed(r[a]) >= signed(op.x) ? ops + Int(op.y) : next
                    break block
                case .branchGreaterSignedImm:
                    target = signed(r[a]) > signed(op.x) ? ops + Int(op.y) : next
                    break block
                case .branchEq:
                    target = r[a] == r[b] ? ops + Int(op.y) : next
                    break block
                case .branchNotEq:
                    target = r[a] != r[b] ? ops + Int(op.y) : next
                    break block
                case .branchLessUnsigned:
                    target = r[a] < r[b] ? ops + Int(op.y) : next
                    break block
                case .branchLessSigned:
                    target = signed(r[a]) < signed(r[b]) ? ops + Int(op.y) : next
                    break block
                case .branchGreaterOrEqualUnsigned:
                    target = r[a] >= r[b] ? ops + Int(op.y) : next
                    break block
                case .branchGreaterOrEqualSigned:
                    target = signed(r[a]) >= signed(r[b]) ? ops + Int(op.y) : next
                    break block

                // MARK: register, register
                case .moveReg:
                    r[d] = r[a]
                case .sbrk:
                    switch sbrk(memory, UInt32(truncatingIfNeeded: r[a])) {
                    case .success(let end): r[d] = is64Bit ? UInt64(end) : Arithmetic.extend32(end)
                    case .failure(let error):
                        stop = .failed(error)
                        break run
                    }
                case .countSetBits64:
                    r[d] = UInt64(r[a].nonzeroBitCount)
                case .countSetBits32:
                    r[d] = UInt64(Arithmetic.low(r[a]).nonzeroBitCount)
                case .countLeadingZeroBits64:
                    r[d] = UInt64(r[a].leadingZeroBitCount)
                case .countLeadingZeroBits32:
                    r[d] = UInt64(Arithmetic.low(r[a]).leadingZeroBitCount)
                case .countTrailingZeroBits64:
                    r[d] = UInt64(r[a].trailingZeroBitCount)
                case .countTrailingZeroBits32:
                    r[d] = UInt64(Arithmetic.low(r[a]).trailingZeroBitCount)
                case .signExtend8:
                    r[d] = UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: r[a])))
                case .signExtend16:
                    r[d] = UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: r[a])))
                case .zeroExtend16:
                    r[d] = r[a] & 0xffff
                case .reverseByte:
                    r[d] = is64Bit ? r[a].byteSwapped : Arithmetic.extend32(Arithmetic.low(r[a]).byteSwapped)

                // MARK: register, register, immediate
                case .addImm32:
                    r[d] = Arithmetic.extend32(r[a] &+ op.x)
                case .andImm:
                    r[d] = r[a] & op.x
                case .xorImm:
                    r[d] = r[a] ^ op.x
                case .orImm:
                    r[d] = r[a] | op.x
                case .mulImm32:
                    r[d] = Arithmetic.extend32(r[a] &* op.x)
                case .setLessThanUnsignedImm:
                    r[d] = r[a] < op.x ? 1 : 0
                case .setLessThanSignedImm:
                    r[d] = signed(r[a]) < signed(op.x) ? 1 : 0
                case .shiftLogicalLeftImm32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(r[a]) &<< Arithmetic.low(op.x))
                case .shiftLogicalRightImm32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(r[a]) &>> Arithmetic.low(op.x))
                case .shiftArithmeticRightImm32:
                    r[d] = shiftArithmetic32(r[a], op.x)
                case .negateAndAddImm32:
                    r[d] = Arithmetic.extend32(op.x &- r[a])
                case .setGreaterThanUnsignedImm:
                    r[d] = r[a] > op.x ? 1 : 0
                case .setGreaterThanSignedImm:
                    r[d] = signed(r[a]) > signed(op.x) ? 1 : 0
                case .shiftLogicalLeftImmAlt32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(op.x) &<< Arithmetic.low(r[a]))
                case .shiftLogicalRightImmAlt32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(op.x) &>> Arithmetic.low(r[a]))
                case .shiftArithmeticRightImmAlt32:
                    r[d] = shiftArithmetic32(op.x, r[a])
                case .cmovIfZeroImm:
                    if r[a] == 0 { r[d] = op.x }
                case .cmovIfNotZeroImm:
                    if r[a] != 0 { r[d] = op.x }
                case .addImm64:
                    r[d] = r[a] &+ op.x
                case .mulImm64:
                    r[d] = r[a] &* op.x
                case .shiftLogicalLeftImm64:
                    r[d] = r[a] &<< op.x
                case .shiftLogicalRightImm64:
                    r[d] = r[a] &>> op.x
                case .shiftArithmeticRightImm64:
                    r[d] = UInt64(bitPattern: signed(r[a]) &>> signed(op.x))
                case .negateAndAddImm64:
                    r[d] = op.x &- r[a]
                case .shiftLogicalLeftImmAlt64:
                    r[d] = op.x &<< r[a]
                case .shiftLogicalRightImmAlt64:
                    r[d] = op.x &>> r[a]
                case .shiftArithmeticRightImmAlt64:
                    r[d] = UInt64(bitPattern: signed(op.x) &>> signed(r[a]))
                case .rotateRightImm64:
                    r[d] = Arithmetic.rotateRight(r[a], by: op.x)
                case .rotateRightImmAlt64:
                    r[d] = Arithmetic.rotateRight(op.x, by: r[a])
                case .rotateRightImm32:
                    r[d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[a]), by: op.x))
                case .rotateRightImmAlt32:
                    r[d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(op.x), by: r[a]))

                // MARK: register, register, register
                case .add32:
                    r[d] = Arithmetic.extend32(r[a] &+ r[b])
                case .sub32:
                    r[d] = Arithmetic.extend32(r[a] &- r[b])
                case .mul32:
                    r[d] = Arithmetic.extend32(r[a] &* r[b])
                case .divUnsigned32:
                    r[d] = Arithmetic.extend32(Arithmetic.divUnsigned(Arithmetic.low(r[a]), Arithmetic.low(r[b])))
                case .divSigned32:
                    r[d] = extend(Arithmetic.divSigned(signedLow(r[a]), signedLow(r[b])))
                case .remUnsigned32:
                    r[d] = Arithmetic.extend32(Arithmetic.remUnsigned(Arithmetic.low(r[a]), Arithmetic.low(r[b])))
                case .remSigned32:
                    r[d] = extend(Arithmetic.remSigned(signedLow(r[a]), signedLow(r[b])))
                case .shiftLogicalLeft32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(r[a]) &<< Arithmetic.low(r[b]))
                case .shiftLogicalRight32:
                    r[d] = Arithmetic.extend32(Arithmetic.low(r[a]) &>> Arithmetic.low(r[b]))
                case .shiftArithmeticRight32:
                    r[d] = shiftArithmetic32(r[a], r[b])
                case .add64:
                    r[d] = r[a] &+ r[b]
                case .sub64:
                    r[d] = r[a] &- r[b]
                case .mul64:
                    r[d] = r[a] &* r[b]
                case .divUnsigned64:
                    r[d] = Arithmetic.divUnsigned(r[a], r[b])
                case .divSigned64:
                    r[d] = UInt64(bitPattern: Arithmetic.divSigned(signed(r[a]), signed(r[b])))
                case .remUnsigned64:
                    r[d] = Arithmetic.remUnsigned(r[a], r[b])
                case .remSigned64:
                    r[d] = UInt64(bitPattern: Arithmetic.remSigned(signed(r[a]), signed(r[b])))
                case .shiftLogicalLeft64:
                    r[d] = r[a] &<< r[b]
                case .shiftLogicalRight64:
                    r[d] = r[a] &>> r[b]
                case .shiftArithmeticRight64:
                    r[d] = UInt64(bitPattern: signed(r[a]) &>> signed(r[b]))
                case .and:
                    r[d] = r[a] & r[b]
                case .xor:
                    r[d] = r[a] ^ r[b]
                case .or:
                    r[d] = r[a] | r[b]
                case .mulUpperSignedSigned:
                    r[d] =
                        is64Bit
                        ? Arithmetic.mulUpperSigned(r[a], r[b])
                        : UInt64(bitPattern: (signed(r[a]) &* signed(r[b])) &>> 32)
                case .mulUpperUnsignedUnsigned:
                    r[d] =
                        is64Bit
                        ? Arithmetic.mulUpperUnsigned(r[a], r[b])
                        : UInt64(bitPattern: signed((r[a] & 0xffff_ffff) &* (r[b] & 0xffff_ffff)) &>> 32)
                case .mulUpperSignedUnsigned:
                    r[d] =
                        is64Bit
                        ? Arithmetic.mulUpperSignedUnsigned(r[a], r[b])
                        : UInt64(bitPattern: (signed(r[a]) &* signed(r[b] & 0xffff_ffff)) &>> 32)
                case .setLessThanUnsigned:
                    r[d] = r[a] < r[b] ? 1 : 0
                case .setLessThanSigned:
                    r[d] = signed(r[a]) < signed(r[b]) ? 1 : 0
                case .cmovIfZero:
                    if r[b] == 0 { r[d] = r[a] }
                case .cmovIfNotZero:
                    if r[b] != 0 { r[d] = r[a] }
                case .rotateLeft64:
                    r[d] = Arithmetic.rotateLeft(r[a], by: r[b])
                case .rotateLeft32:
                    r[d] = Arithmetic.extend32(Arithmetic.rotateLeft(Arithmetic.low(r[a]), by: r[b]))
                case .rotateRight64:
                    r[d] = Arithmetic.rotateRight(r[a], by: r[b])
                case .rotateRight32:
                    r[d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[a]), by: r[b]))
                case .andInverted:
                    r[d] = r[a] & ~r[b]
                case .orInverted:
                    r[d] = r[a] | ~r[b]
                case .xnor:
                    r[d] = ~(r[a] ^ r[b])
                case .maximum:
                    r[d] = UInt64(bitPattern: max(signed(r[a]), signed(r[b])))
                case .maximumUnsigned:
                    r[d] = max(r[a], r[b])
                case .minimum:
                    r[d] = UInt64(bitPattern: min(signed(r[a]), signed(r[b])))
                case .minimumUnsigned:
                    r[d] = min(r[a], r[b])
                }
            }
            // Between two blocks.
            let cost = target.pointee.cost
            guard gas >= cost else {
                stop = .unpaid
                break run
            }
            gas &-= cost
            executed &+= next - start - 1
            start = target
            next = target + 1
        }
        executed &+= next - start - 1
        gasLeft = gas
        return (stop, next - ops - 1, target - ops, UInt64(executed))
    }

    /// The slot that the address of the host means; beyond every jump table.
    private static let returnSlot = 0x7fff_7fff
}

// MARK: Helpers of the arms

@inline(__always)
private func signed(_ value: UInt64) -> Int64 { Int64(bitPattern: value) }

@inline(__always)
private func signedLow(_ value: UInt64) -> Int32 { Int32(truncatingIfNeeded: value) }

@inline(__always)
private func extend(_ value: Int32) -> UInt64 { UInt64(bitPattern: Int64(value)) }

@inline(__always)
private func shiftArithmetic32(_ value: UInt64, _ amount: UInt64) -> UInt64 {
    extend(signedLow(value) &>> signedLow(amount))
}

extension UnsafeBufferPointer {
    fileprivate subscript(unchecked index: Int) -> Element { baseAddress.unsafelyUnwrapped[index] }
}

@inline(never)
private func sbrk(_ memory: GuestMemory, _ byteCount: UInt32) -> Result<UInt32, MemoryError> {
    do throws(MemoryError) {
        return .success(try memory.sbrk(byteCount) ?? 0)
    } catch {
        return .failure(error)
    }
}
