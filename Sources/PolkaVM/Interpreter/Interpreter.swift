// The interpreter: one loop with one switch over decoded instructions. It is the oracle for compiled code, so each arm
// says what isa.md 5 says and nothing else.
//
// Ops, registers and windows are reached through raw pointers that are read once at the start of a run; nothing in the loop
// is counted, checked for exclusive access or allocated. To see that it is so, disassemble it:
//     S=$(nm .build/release/pvm | awk '/PolkaVM9interpret/ { print $3; exit }')
//     objdump -d --no-show-raw-insn --disassemble="$S" .build/release/pvm | grep call
// may name only `admitsLoad` and `admitsStore`, and an arm like `add_64` ends in a jump to the few instructions that dispatch:
// pointer up, load operation, load table entry, jump. What is rare or could fail for other reasons is left to the caller,
// because whatever lives across a call in the loop takes a register from it.

import PolkaBlob
import PolkaISA
import Synchronization

/// Why the loop was left.
enum Stop {
    case trap, finished, hostCall
    /// An instruction that the loop leaves to its caller.
    case memset, sbrk
    /// An indirect jump to an address that the jump table does not have.
    case badJump
    /// A load or store that no window admits.
    case badAccess
    /// A jump through a slot that is empty: the block is not decoded yet, or can not be jumped to.
    case undecoded
    /// The block at `target` cannot be paid.
    case unpaid

    /// Whether the block at hand was done and no other was entered.
    var isBetweenBlocks: Bool { self == .undecoded || self == .unpaid }
}

/// What the loop leaves behind.
struct Outcome {
    let stop: Stop
    /// The op that stopped.
    let op: UnsafePointer<Op>
    /// The head of the block at hand.
    let head: UnsafePointer<Op>
    /// The head of the block that could not be paid, if that is why.
    let target: UnsafePointer<Op>
    /// The entry of the jump table that an indirect jump went through last.
    let tableIndex: Int
    /// The ops in all blocks that were entered.
    let entered: UInt64
}

/// Executes ops from a place on, in a block that is paid, until something stops it.
@inline(never)
func interpret(
    _ place: CodePlace, _ jumpSlots: UnsafePointer<Slot>, _ jumpTableCount: Int,
    _ r: UnsafeMutablePointer<UInt64>, _ memory: GuestMemory, _ gasLeft: inout Int64, is64Bit: Bool
) -> Outcome {
    let bytes = memory.base
    let loads = UnsafePointer(memory.loadWindows)
    let stores = UnsafePointer(memory.storeWindows)
    var gas = gasLeft
    var executed: UInt64 = 0
    /// The op that is executed.
    var op = place.op
    /// The head of the block at hand.
    var head = place.head
    /// The entry of the jump table that an indirect jump goes through.
    var tableIndex = 0
    /// The head of the block that comes next.
    var target: UnsafePointer<Op>?
    /// The head of the block that cannot be paid.
    var unpaid = place.head
    let stop: Stop

    // SAFETY: `op` stays inside decoded code, because slots hold heads of blocks and every block ends in an op that leaves it.
    // Register numbers were made by the decoder. Memory is touched only inside a window.

    @inline(__always)
    func load<T: FixedWidthInteger>(_ op: UnsafePointer<Op>, _ type: T.Type) -> T? {
        let address = UInt32(truncatingIfNeeded: r[op.a] &+ op.x)
        guard
            loads[Window.slot(of: address)].contains(address, MemoryLayout<T>.size)
                || admitsLoad(memory, address, MemoryLayout<T>.size)
        else { return nil }
        return T(littleEndian: UnsafeRawPointer(bytes + Int(address)).loadUnaligned(as: T.self))
    }

    @inline(__always)
    func store<T: FixedWidthInteger>(_ op: UnsafePointer<Op>, _ value: T) -> Bool {
        let address = UInt32(truncatingIfNeeded: r[op.a] &+ op.x)
        guard
            stores[Window.slot(of: address)].contains(address, MemoryLayout<T>.size)
                || admitsStore(memory, address, MemoryLayout<T>.size)
        else { return false }
        (bytes + Int(address)).storeBytes(of: value.littleEndian, as: T.self)
        return true
    }

    /// The index in the jump table that a code address means; out of range for all that mean none (isa.md 7.4).
    @inline(__always)
    func jumpIndex(_ op: UnsafePointer<Op>) -> Int {
        let address = UInt32(truncatingIfNeeded: r[op.a]) &+ op.y
        // An odd address becomes an index above 2^31, and 0 the last one: no table is that long.
        return Int((address &>> 1 | address &<< 31) &- 1)
    }

    run: while true {
        block: while true {
            switch op.pointee.operation {
            // MARK: no operand
            case .trap:
                stop = .trap
                break run
            case .fallthrough:
                target = op + 1
                break block
            case .memset:
                stop = .memset
                break run
            case .unlikely:
                break

            // MARK: immediate
            case .ecalli:
                stop = .hostCall
                break run

            // MARK: register and immediate
            case .loadImm:
                r[op.d] = op.x

            // MARK: loads
            case .loadU8:
                guard let value = load(op, UInt8.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
            case .loadI8:
                guard let value = load(op, Int8.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(bitPattern: Int64(value))
            case .loadU16:
                guard let value = load(op, UInt16.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
            case .loadI16:
                guard let value = load(op, Int16.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(bitPattern: Int64(value))
            case .loadU32:
                guard let value = load(op, UInt32.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
            case .loadI32:
                guard let value = load(op, Int32.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(bitPattern: Int64(value))
            case .loadU64:
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value

            // MARK: stores
            case .storeU8:
                guard store(op, UInt8(truncatingIfNeeded: r[op.b])) else {
                    stop = .badAccess
                    break run
                }
            case .storeU16:
                guard store(op, UInt16(truncatingIfNeeded: r[op.b])) else {
                    stop = .badAccess
                    break run
                }
            case .storeU32:
                guard store(op, UInt32(truncatingIfNeeded: r[op.b])) else {
                    stop = .badAccess
                    break run
                }
            case .storeU64:
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
            case .storeImmU8:
                guard store(op, UInt8(truncatingIfNeeded: op.y)) else {
                    stop = .badAccess
                    break run
                }
            case .storeImmU16:
                guard store(op, UInt16(truncatingIfNeeded: op.y)) else {
                    stop = .badAccess
                    break run
                }
            case .storeImmU32:
                guard store(op, op.y) else {
                    stop = .badAccess
                    break run
                }
            case .storeImmU64:
                guard store(op, Arithmetic.extend32(op.y)) else {
                    stop = .badAccess
                    break run
                }

            // MARK: jumps
            case .jump:
                target = op.destination
                break block
            case .loadImmAndJump:
                r[op.d] = Arithmetic.extend32(op.y)
                target = op.destination
                break block
            case .jumpIndirect:
                let index = jumpIndex(op)
                guard index < jumpTableCount else {
                    stop = index == DecodedCode.returnSlot ? .finished : .badJump
                    break run
                }
                target = jumpSlots[index].load(ordering: .acquiring)
                guard target != nil else {
                    tableIndex = index
                    stop = .undecoded
                    break run
                }
                break block
            case .loadImmAndJumpIndirect:
                // The index is computed first: both registers may be the same.
                let index = jumpIndex(op)
                r[op.d] = op.x
                guard index < jumpTableCount else {
                    stop = index == DecodedCode.returnSlot ? .finished : .badJump
                    break run
                }
                target = jumpSlots[index].load(ordering: .acquiring)
                guard target != nil else {
                    tableIndex = index
                    stop = .undecoded
                    break run
                }
                break block

            // MARK: branches
            case .branchEqImm:
                target = r[op.a] == op.immediate ? op.destination : op + 1
                break block
            case .branchNotEqImm:
                target = r[op.a] != op.immediate ? op.destination : op + 1
                break block
            case .branchLessUnsignedImm:
                target = r[op.a] < op.immediate ? op.destination : op + 1
                break block
            case .branchLessOrEqualUnsignedImm:
                target = r[op.a] <= op.immediate ? op.destination : op + 1
                break block
            case .branchGreaterOrEqualUnsignedImm:
                target = r[op.a] >= op.immediate ? op.destination : op + 1
                break block
            case .branchGreaterUnsignedImm:
                target = r[op.a] > op.immediate ? op.destination : op + 1
                break block
            case .branchLessSignedImm:
                target = signed(r[op.a]) < signed(op.immediate) ? op.destination : op + 1
                break block
            case .branchLessOrEqualSignedImm:
                target = signed(r[op.a]) <= signed(op.immediate) ? op.destination : op + 1
                break block
            case .branchGreaterOrEqualSignedImm:
                target = signed(r[op.a]) >= signed(op.immediate) ? op.destination : op + 1
                break block
            case .branchGreaterSignedImm:
                target = signed(r[op.a]) > signed(op.immediate) ? op.destination : op + 1
                break block
            case .branchEq:
                target = r[op.a] == r[op.b] ? op.destination : op + 1
                break block
            case .branchNotEq:
                target = r[op.a] != r[op.b] ? op.destination : op + 1
                break block
            case .branchLessUnsigned:
                target = r[op.a] < r[op.b] ? op.destination : op + 1
                break block
            case .branchLessSigned:
                target = signed(r[op.a]) < signed(r[op.b]) ? op.destination : op + 1
                break block
            case .branchGreaterOrEqualUnsigned:
                target = r[op.a] >= r[op.b] ? op.destination : op + 1
                break block
            case .branchGreaterOrEqualSigned:
                target = signed(r[op.a]) >= signed(r[op.b]) ? op.destination : op + 1
                break block

            // MARK: register, register
            case .moveReg:
                r[op.d] = r[op.a]
            case .sbrk:
                stop = .sbrk
                break run
            case .countSetBits64:
                r[op.d] = UInt64(r[op.a].nonzeroBitCount)
            case .countSetBits32:
                r[op.d] = UInt64(Arithmetic.low(r[op.a]).nonzeroBitCount)
            case .countLeadingZeroBits64:
                r[op.d] = UInt64(r[op.a].leadingZeroBitCount)
            case .countLeadingZeroBits32:
                r[op.d] = UInt64(Arithmetic.low(r[op.a]).leadingZeroBitCount)
            case .countTrailingZeroBits64:
                r[op.d] = UInt64(r[op.a].trailingZeroBitCount)
            case .countTrailingZeroBits32:
                r[op.d] = UInt64(Arithmetic.low(r[op.a]).trailingZeroBitCount)
            case .signExtend8:
                r[op.d] = UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: r[op.a])))
            case .signExtend16:
                r[op.d] = UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: r[op.a])))
            case .zeroExtend16:
                r[op.d] = r[op.a] & 0xffff
            case .reverseByte:
                r[op.d] = is64Bit ? r[op.a].byteSwapped : Arithmetic.extend32(Arithmetic.low(r[op.a]).byteSwapped)

            // MARK: register, register, immediate
            case .addImm32:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
            case .andImm:
                r[op.d] = r[op.a] & op.x
            case .xorImm:
                r[op.d] = r[op.a] ^ op.x
            case .orImm:
                r[op.d] = r[op.a] | op.x
            case .mulImm32:
                r[op.d] = Arithmetic.extend32(r[op.a] &* op.x)
            case .setLessThanUnsignedImm:
                r[op.d] = r[op.a] < op.x ? 1 : 0
            case .setLessThanSignedImm:
                r[op.d] = signed(r[op.a]) < signed(op.x) ? 1 : 0
            case .shiftLogicalLeftImm32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(r[op.a]) &<< Arithmetic.low(op.x))
            case .shiftLogicalRightImm32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(r[op.a]) &>> Arithmetic.low(op.x))
            case .shiftArithmeticRightImm32:
                r[op.d] = shiftArithmetic32(r[op.a], op.x)
            case .negateAndAddImm32:
                r[op.d] = Arithmetic.extend32(op.x &- r[op.a])
            case .setGreaterThanUnsignedImm:
                r[op.d] = r[op.a] > op.x ? 1 : 0
            case .setGreaterThanSignedImm:
                r[op.d] = signed(r[op.a]) > signed(op.x) ? 1 : 0
            case .shiftLogicalLeftImmAlt32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(op.x) &<< Arithmetic.low(r[op.a]))
            case .shiftLogicalRightImmAlt32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(op.x) &>> Arithmetic.low(r[op.a]))
            case .shiftArithmeticRightImmAlt32:
                r[op.d] = shiftArithmetic32(op.x, r[op.a])
            case .cmovIfZeroImm:
                if r[op.a] == 0 { r[op.d] = op.x }
            case .cmovIfNotZeroImm:
                if r[op.a] != 0 { r[op.d] = op.x }
            case .addImm64:
                r[op.d] = r[op.a] &+ op.x
            case .mulImm64:
                r[op.d] = r[op.a] &* op.x
            case .shiftLogicalLeftImm64:
                r[op.d] = r[op.a] &<< op.x
            case .shiftLogicalRightImm64:
                r[op.d] = r[op.a] &>> op.x
            case .shiftArithmeticRightImm64:
                r[op.d] = UInt64(bitPattern: signed(r[op.a]) &>> signed(op.x))
            case .negateAndAddImm64:
                r[op.d] = op.x &- r[op.a]
            case .shiftLogicalLeftImmAlt64:
                r[op.d] = op.x &<< r[op.a]
            case .shiftLogicalRightImmAlt64:
                r[op.d] = op.x &>> r[op.a]
            case .shiftArithmeticRightImmAlt64:
                r[op.d] = UInt64(bitPattern: signed(op.x) &>> signed(r[op.a]))
            case .rotateRightImm64:
                r[op.d] = Arithmetic.rotateRight(r[op.a], by: op.x)
            case .rotateRightImmAlt64:
                r[op.d] = Arithmetic.rotateRight(op.x, by: r[op.a])
            case .rotateRightImm32:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: op.x))
            case .rotateRightImmAlt32:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(op.x), by: r[op.a]))

            // MARK: register, register, register
            case .add32:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ r[op.b])
            case .sub32:
                r[op.d] = Arithmetic.extend32(r[op.a] &- r[op.b])
            case .mul32:
                r[op.d] = Arithmetic.extend32(r[op.a] &* r[op.b])
            case .divUnsigned32:
                r[op.d] = Arithmetic.extend32(
                    Arithmetic.divUnsigned(Arithmetic.low(r[op.a]), Arithmetic.low(r[op.b])))
            case .divSigned32:
                r[op.d] = extend(Arithmetic.divSigned(signedLow(r[op.a]), signedLow(r[op.b])))
            case .remUnsigned32:
                r[op.d] = Arithmetic.extend32(
                    Arithmetic.remUnsigned(Arithmetic.low(r[op.a]), Arithmetic.low(r[op.b])))
            case .remSigned32:
                r[op.d] = extend(Arithmetic.remSigned(signedLow(r[op.a]), signedLow(r[op.b])))
            case .shiftLogicalLeft32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(r[op.a]) &<< Arithmetic.low(r[op.b]))
            case .shiftLogicalRight32:
                r[op.d] = Arithmetic.extend32(Arithmetic.low(r[op.a]) &>> Arithmetic.low(r[op.b]))
            case .shiftArithmeticRight32:
                r[op.d] = shiftArithmetic32(r[op.a], r[op.b])
            case .add64:
                r[op.d] = r[op.a] &+ r[op.b]
            case .sub64:
                r[op.d] = r[op.a] &- r[op.b]
            case .mul64:
                r[op.d] = r[op.a] &* r[op.b]
            case .divUnsigned64:
                r[op.d] = Arithmetic.divUnsigned(r[op.a], r[op.b])
            case .divSigned64:
                r[op.d] = UInt64(bitPattern: Arithmetic.divSigned(signed(r[op.a]), signed(r[op.b])))
            case .remUnsigned64:
                r[op.d] = Arithmetic.remUnsigned(r[op.a], r[op.b])
            case .remSigned64:
                r[op.d] = UInt64(bitPattern: Arithmetic.remSigned(signed(r[op.a]), signed(r[op.b])))
            case .shiftLogicalLeft64:
                r[op.d] = r[op.a] &<< r[op.b]
            case .shiftLogicalRight64:
                r[op.d] = r[op.a] &>> r[op.b]
            case .shiftArithmeticRight64:
                r[op.d] = UInt64(bitPattern: signed(r[op.a]) &>> signed(r[op.b]))
            case .and:
                r[op.d] = r[op.a] & r[op.b]
            case .xor:
                r[op.d] = r[op.a] ^ r[op.b]
            case .or:
                r[op.d] = r[op.a] | r[op.b]
            case .mulUpperSignedSigned:
                r[op.d] =
                    is64Bit
                    ? Arithmetic.mulUpperSigned(r[op.a], r[op.b])
                    : UInt64(bitPattern: (signed(r[op.a]) &* signed(r[op.b])) &>> 32)
            case .mulUpperUnsignedUnsigned:
                r[op.d] =
                    is64Bit
                    ? Arithmetic.mulUpperUnsigned(r[op.a], r[op.b])
                    : UInt64(bitPattern: signed((r[op.a] & 0xffff_ffff) &* (r[op.b] & 0xffff_ffff)) &>> 32)
            case .mulUpperSignedUnsigned:
                r[op.d] =
                    is64Bit
                    ? Arithmetic.mulUpperSignedUnsigned(r[op.a], r[op.b])
                    : UInt64(bitPattern: (signed(r[op.a]) &* signed(r[op.b] & 0xffff_ffff)) &>> 32)
            case .setLessThanUnsigned:
                r[op.d] = r[op.a] < r[op.b] ? 1 : 0
            case .setLessThanSigned:
                r[op.d] = signed(r[op.a]) < signed(r[op.b]) ? 1 : 0
            case .cmovIfZero:
                if r[op.b] == 0 { r[op.d] = r[op.a] }
            case .cmovIfNotZero:
                if r[op.b] != 0 { r[op.d] = r[op.a] }
            case .rotateLeft64:
                r[op.d] = Arithmetic.rotateLeft(r[op.a], by: r[op.b])
            case .rotateLeft32:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateLeft(Arithmetic.low(r[op.a]), by: r[op.b]))
            case .rotateRight64:
                r[op.d] = Arithmetic.rotateRight(r[op.a], by: r[op.b])
            case .rotateRight32:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: r[op.b]))
            case .andInverted:
                r[op.d] = r[op.a] & ~r[op.b]
            case .orInverted:
                r[op.d] = r[op.a] | ~r[op.b]
            case .xnor:
                r[op.d] = ~(r[op.a] ^ r[op.b])
            case .maximum:
                r[op.d] = UInt64(bitPattern: max(signed(r[op.a]), signed(r[op.b])))
            case .maximumUnsigned:
                r[op.d] = max(r[op.a], r[op.b])
            case .minimum:
                r[op.d] = UInt64(bitPattern: min(signed(r[op.a]), signed(r[op.b])))
            case .minimumUnsigned:
                r[op.d] = min(r[op.a], r[op.b])

            // MARK: pairs
            case .addImm64ThenAddImm64:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .addImm64ThenAddImm32:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
            case .addImm64ThenShiftLogicalLeftImm64:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                r[op.d] = r[op.a] &<< op.x
            case .addImm64ThenStoreU64:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
            case .addImm64ThenBranchEq:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                target = r[op.a] == r[op.b] ? op.destination : op + 1
                break block
            case .addImm64ThenBranchNotEq:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                target = r[op.a] != r[op.b] ? op.destination : op + 1
                break block
            case .addImm64ThenBranchLessUnsigned:
                r[op.d] = r[op.a] &+ op.x
                op += 1
                target = r[op.a] < r[op.b] ? op.destination : op + 1
                break block
            case .addImm32ThenAddImm64:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .addImm32ThenXor:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
                op += 1
                r[op.d] = r[op.a] ^ r[op.b]
            case .addImm32ThenBranchNotEqImm:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
                op += 1
                target = r[op.a] != op.immediate ? op.destination : op + 1
                break block
            case .addImm32ThenBranchLessUnsigned:
                r[op.d] = Arithmetic.extend32(r[op.a] &+ op.x)
                op += 1
                target = r[op.a] < r[op.b] ? op.destination : op + 1
                break block
            case .add64ThenAddImm64:
                r[op.d] = r[op.a] &+ r[op.b]
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .add64ThenAndImm:
                r[op.d] = r[op.a] &+ r[op.b]
                op += 1
                r[op.d] = r[op.a] & op.x
            case .add64ThenAdd64:
                r[op.d] = r[op.a] &+ r[op.b]
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .add64ThenLoadU64:
                r[op.d] = r[op.a] &+ r[op.b]
                op += 1
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
            case .add64ThenBranchLessUnsigned:
                r[op.d] = r[op.a] &+ r[op.b]
                op += 1
                target = r[op.a] < r[op.b] ? op.destination : op + 1
                break block
            case .sub64ThenBranchNotEq:
                r[op.d] = r[op.a] &- r[op.b]
                op += 1
                target = r[op.a] != r[op.b] ? op.destination : op + 1
                break block
            case .andImmThenAdd64:
                r[op.d] = r[op.a] & op.x
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .xorThenXor:
                r[op.d] = r[op.a] ^ r[op.b]
                op += 1
                r[op.d] = r[op.a] ^ r[op.b]
            case .xorThenShiftLogicalLeftImm64:
                r[op.d] = r[op.a] ^ r[op.b]
                op += 1
                r[op.d] = r[op.a] &<< op.x
            case .xorThenShiftLogicalRightImm64:
                r[op.d] = r[op.a] ^ r[op.b]
                op += 1
                r[op.d] = r[op.a] &>> op.x
            case .xorThenRotateRightImm32:
                r[op.d] = r[op.a] ^ r[op.b]
                op += 1
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: op.x))
            case .xorThenBranchNotEq:
                r[op.d] = r[op.a] ^ r[op.b]
                op += 1
                target = r[op.a] != r[op.b] ? op.destination : op + 1
                break block
            case .shiftLogicalLeftImm64ThenAdd64:
                r[op.d] = r[op.a] &<< op.x
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .shiftLogicalLeftImm64ThenXor:
                r[op.d] = r[op.a] &<< op.x
                op += 1
                r[op.d] = r[op.a] ^ r[op.b]
            case .shiftLogicalRightImm64ThenShiftLogicalRightImm64:
                r[op.d] = r[op.a] &>> op.x
                op += 1
                r[op.d] = r[op.a] &>> op.x
            case .shiftLogicalRightImm64ThenAndImm:
                r[op.d] = r[op.a] &>> op.x
                op += 1
                r[op.d] = r[op.a] & op.x
            case .shiftLogicalRightImm64ThenAdd64:
                r[op.d] = r[op.a] &>> op.x
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .shiftLogicalRightImm64ThenXor:
                r[op.d] = r[op.a] &>> op.x
                op += 1
                r[op.d] = r[op.a] ^ r[op.b]
            case .shiftArithmeticRightImm64ThenAdd64:
                r[op.d] = UInt64(bitPattern: signed(r[op.a]) &>> signed(op.x))
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .rotateRightImm32ThenRotateRightImm32:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: op.x))
                op += 1
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: op.x))
            case .rotateRightImm32ThenXor:
                r[op.d] = Arithmetic.extend32(Arithmetic.rotateRight(Arithmetic.low(r[op.a]), by: op.x))
                op += 1
                r[op.d] = r[op.a] ^ r[op.b]
            case .mul64ThenMul64:
                r[op.d] = r[op.a] &* r[op.b]
                op += 1
                r[op.d] = r[op.a] &* r[op.b]
            case .mul64ThenShiftLogicalRightImm64:
                r[op.d] = r[op.a] &* r[op.b]
                op += 1
                r[op.d] = r[op.a] &>> op.x
            case .moveRegThenMoveReg:
                r[op.d] = r[op.a]
                op += 1
                r[op.d] = r[op.a]
            case .moveRegThenAdd64:
                r[op.d] = r[op.a]
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .loadU8ThenAddImm64:
                guard let value = load(op, UInt8.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .loadU8ThenBranchNotEqImm:
                guard let value = load(op, UInt8.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
                op += 1
                target = r[op.a] != op.immediate ? op.destination : op + 1
                break block
            case .loadU8ThenBranchNotEq:
                guard let value = load(op, UInt8.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(value)
                op += 1
                target = r[op.a] != r[op.b] ? op.destination : op + 1
                break block
            case .loadI32ThenAddImm64:
                guard let value = load(op, Int32.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(bitPattern: Int64(value))
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .loadI32ThenAdd64:
                guard let value = load(op, Int32.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = UInt64(bitPattern: Int64(value))
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .loadU64ThenAddImm64:
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .loadU64ThenAdd64:
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .loadU64ThenLoadU64:
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
                op += 1
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
            case .storeU8ThenAdd64:
                guard store(op, UInt8(truncatingIfNeeded: r[op.b])) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                r[op.d] = r[op.a] &+ r[op.b]
            case .storeU32ThenAddImm64:
                guard store(op, UInt32(truncatingIfNeeded: r[op.b])) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .storeU64ThenAddImm64:
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                r[op.d] = r[op.a] &+ op.x
            case .storeU64ThenStoreU64:
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
            case .storeU64ThenLoadU64:
                guard store(op, r[op.b]) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                guard let value = load(op, UInt64.self) else {
                    stop = .badAccess
                    break run
                }
                r[op.d] = value
            case .storeImmU8ThenAddImm64:
                guard store(op, UInt8(truncatingIfNeeded: op.y)) else {
                    stop = .badAccess
                    break run
                }
                op += 1
                r[op.d] = r[op.a] &+ op.x
            }
            op += 1
        }
        // Between two blocks.
        guard let entered = target else {
            stop = .undecoded
            break run
        }
        let cost = Int64(entered.pointee.cost)
        guard gas >= cost else {
            unpaid = entered
            stop = .unpaid
            break run
        }
        gas &-= cost
        executed &+= UInt64(entered.y)
        head = entered
        op = entered + 1
    }
    gasLeft = gas
    return Outcome(stop: stop, op: op, head: head, target: unpaid, tableIndex: tableIndex, entered: executed)
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

/// The fields of the op at a pointer, each read where it is used: copying the op reads all of them for every instruction.
extension UnsafePointer<Op> {
    fileprivate var d: Int { @inline(__always) get { Int(pointee.d) } }
    fileprivate var a: Int { @inline(__always) get { Int(pointee.a) } }
    fileprivate var b: Int { @inline(__always) get { Int(pointee.b) } }
    fileprivate var x: UInt64 { @inline(__always) get { pointee.x } }
    fileprivate var y: UInt32 { @inline(__always) get { pointee.y } }
    /// A branch's immediate.
    fileprivate var immediate: UInt64 { @inline(__always) get { Arithmetic.extend32(pointee.y) } }
    /// The slot of a jump or branch: its own `x`.
    ///
    /// Inside the op it is one load nearer than at the code offset of the target, and jumps are a chain of such loads.
    var slot: UnsafePointer<Slot> {
        @inline(__always) get { UnsafeRawPointer(self + 1).assumingMemoryBound(to: Slot.self) - 1 }
    }
    /// Where a jump or branch goes, nil if that is not decoded yet.
    fileprivate var destination: UnsafePointer<Op>? {
        @inline(__always) get { slot.pointee.load(ordering: .acquiring) }
    }
}

// Functions, because a method would keep the memory in a register of its own for the whole loop.

@inline(never)
private func admitsLoad(_ memory: GuestMemory, _ address: UInt32, _ byteCount: Int) -> Bool {
    memory.admitsLoad(address, byteCount)
}

@inline(never)
private func admitsStore(_ memory: GuestMemory, _ address: UInt32, _ byteCount: Int) -> Bool {
    memory.admitsStore(address, byteCount)
}
