// getComposition and getDecompositionEntry: Swift's own functions, with their results as Swift's library takes them.
//
// Both return 32 bits without a sign in a register of 64. What the upper half holds is where the two sides disagree: a C
// function for RISC-V repeats bit 31 there, as the calling convention says, and Swift 6.3 counts on zeros in the result of a C
// function that it declares itself. Swift would look for the decompositions late in the table (bit 31 is part of their place) far
// behind it, and take "does not compose" (all bits set) for a scalar. Here results are 64 bits wide, with zeros above.

#include "unicode.h"

uint32_t pvm_unicode_getComposition(uint32_t first, uint32_t second);
uint32_t pvm_unicode_getDecompositionEntry(uint32_t scalar);

uint64_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) {
    return pvm_unicode_getComposition(first, second);
}

uint64_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) { return pvm_unicode_getDecompositionEntry(scalar); }
