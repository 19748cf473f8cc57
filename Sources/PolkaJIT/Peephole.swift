// What the instructions before the one at hand left behind, for those pairs that the processor does in one; Compiler+Pairs.swift
// finds the pairs.
//
// If the second instruction overwrites the register in between, the code of the first is taken back; nobody can see that,
// because a block can only be left at places that say so, or by a fault of the second, which the way out knows to repair.

import PolkaISA
import X86Assembler

/// `destination = source << amount`, 64 bits wide.
struct EmittedShift {
    var destination = 0
    var source = 0
    var amount = 0
}

/// `destination = base + (index << scale) + displacement`, 64 bits wide.
struct EmittedSum {
    var destination = 0
    var base = 0
    /// nil for none.
    var index: Int?
    var scale = X86Scale.by1
    var displacement: Int32 = 0
}

/// `destination` is 1 if a condition holds, else 0, and so the flags still say.
///
/// Good only while the code ends where it did then, so that nothing lies between.
struct EmittedComparison {
    var end = -1
    var destination = 0
    var condition = X86Condition.equal
}

/// An access whose address was computed by an instruction that has no code of its own: if it faults, the address register
/// is still to be computed.
struct FoldedAccess {
    /// Where the access stands in the machine code.
    var nativeOffset = -1
    var sum = EmittedSum()
}

/// What cannot be read again from the instruction before.
struct Peephole {
    /// What a pair became that may be the first half of another.
    var shift = EmittedShift()
    var sum = EmittedSum()
    var comparison = EmittedComparison()
    var access = FoldedAccess()

    /// A block starts.
    @inline(__always)
    mutating func forget() {
        comparison.end = -1
    }
}
