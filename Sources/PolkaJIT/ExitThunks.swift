// The few places through which all compiled code is left, at the start of each piece of code.
//
// Behind the jump to a thunk stand data: the code offset to report, how many instructions of the block are still to come, the
// number of a host call, and the offset of the next instruction. So the way out costs no table, and a run that goes on does
// so right behind the data. Who never comes back *calls* the thunk, which is short and tells it where the data are; who does
// says it in the scratch register instead: a call without its return spoils the processor's prediction of the returns that
// follow, those of the host included.

import CPolkaSystem
import X86Assembler

/// Where the thunks of a piece of code stand.
struct ExitThunks {
    let trap: Int
    let hostCall: Int
    let memset: Int
    let sbrk: Int
    /// For the checks of gas, which leave no data but say by the return address which of them it was.
    let outOfGas: Int
    /// For entries of the jump table that are not valid.
    let badJump: Int
    /// For dynamic jumps beyond the table, with the address in the scratch register.
    let farJump: Int

    /// Bytes of the call, or the jump, that stands before the data.
    static let transferByteCount = 5
    /// Bytes of the sequence before the data of somebody who comes back.
    static let jumpByteCount = 12
    /// Bytes of data behind a call.
    static let siteByteCount = 16
    /// Where the count of remaining instructions stands in the data.
    static let remainingOffset = 4
    /// Where the number of a host call stands.
    static let numberOffset = 8
    /// Where the offset of the next instruction stands.
    static let nextOffset = 12

    init(_ assembler: inout X86Assembler, hostAddress: UInt32) {
        let scratch = RegisterMap.scratch
        func leave(_ assembler: inout X86Assembler, _ reason: pvm_native_reason) {
            assembler.store(.bits32, RegisterMap.slot(PVM_SLOT_REASON), Int32(bitPattern: reason.rawValue))
            assembler.jump(through: RegisterMap.slot(PVM_SLOT_EXIT))
        }
        func site(_ assembler: inout X86Assembler, _ reason: pvm_native_reason, isCalled: Bool = false) -> Int {
            let offset = assembler.offset
            if isCalled { assembler.pop(scratch) }
            assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_RESUME), scratch)
            assembler.load(.unsigned32, scratch, X86Memory(base: scratch))
            assembler.store(.bits32, RegisterMap.slot(PVM_SLOT_PC), scratch)
            leave(&assembler, reason)
            return offset
        }
        trap = site(&assembler, PVM_NATIVE_TRAP, isCalled: true)
        hostCall = site(&assembler, PVM_NATIVE_HOST_CALL)
        memset = site(&assembler, PVM_NATIVE_MEMSET)
        sbrk = site(&assembler, PVM_NATIVE_SBRK)

        outOfGas = assembler.offset
        assembler.pop(scratch)
        assembler.store(.bits64, RegisterMap.slot(PVM_SLOT_RESUME), scratch)
        leave(&assembler, PVM_NATIVE_OUT_OF_GAS)

        farJump = assembler.offset
        assembler.arithmetic(.cmp, .bits32, scratch, Int32(bitPattern: hostAddress))
        let isBad = assembler.jumpShort(.notEqual)
        leave(&assembler, PVM_NATIVE_FINISHED)
        assembler.bind(isBad)
        badJump = assembler.offset
        leave(&assembler, PVM_NATIVE_BAD_JUMP)
    }
}
