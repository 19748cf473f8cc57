// What the instruction before the one at hand left behind, for those pairs that the processor does in one.
//
// A pair is recognised by position: a note about a sequence is good only while the code ends where the sequence did, so
// that nothing lies between. If the second instruction overwrites the register in between, the sequence of the first is
// taken back; nobody can see that, because a block can only be left at places that say so, or by a fault of the second,
// which the way out knows to repair. Notes do not outlive their block.

import X86Assembler

/// A stretch of machine code, by its offsets.
struct EmittedRange {
    var start = -1
    var end = -1
}

/// `destination = source << amount`, 64 bits wide.
struct EmittedShift {
    var range = EmittedRange()
    var destination = 0
    var source = 0
    var amount = 0
}

/// `destination = base + (index << scale) + displacement`, 64 bits wide.
struct EmittedSum {
    var range = EmittedRange()
    var destination = 0
    var base = 0
    /// nil for none.
    var index: Int?
    var scale = X86Scale.by1
    var displacement: Int32 = 0
}

/// `destination` is 1 if a condition holds, else 0, and so the flags still say.
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

/// All notes of a block.
struct Peephole {
    var shift = EmittedShift()
    var sum = EmittedSum()
    var comparison = EmittedComparison()
    var access = FoldedAccess()

    /// A block starts, or instructions have been compiled that no pair may span.
    @inline(__always)
    mutating func forget() {
        shift.range.end = -1
        sum.range.end = -1
        comparison.end = -1
    }
}
