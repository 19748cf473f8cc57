// Which register of the processor holds which register of the guest, for the whole run. `native.c` loads and stores them.

import CPolkaSystem
import PolkaISA
import X86Assembler

enum RegisterMap {
    /// By the guest register's number; a nibble can say up to 15, and what is above 12 means a5 (isa.md 4.1).
    static let host: [X86Register] = [
        .rbx, .rsi, .r15, .rbp, .r13, .r8, .r9, .rdi, .rax, .rdx, .r14, .r10, .r11, .r11, .r11, .r11,
    ]
    /// The guest register that a nibble means.
    static func number(_ nibble: Int) -> Int { min(nibble, Register.count - 1) }
    /// Free for every sequence; shifts by a register need it to be this one.
    static let scratch = X86Register.rcx
    /// The gas left, or anything in code that is not metered.
    ///
    /// As the base of a memory operand r12 would need a byte more than others, so that it had better be none.
    static let gas = X86Register.r12

    /// A place on the native stack.
    @inline(__always)
    static func slot(_ slot: pvm_native_slot) -> X86Memory {
        X86Memory(base: .rsp, displacement: slot.rawValue)
    }
}
