// double and long double to float, in place of the compiler runtime's.
//
// For this calling convention LLVM takes the float that one of its helpers returns for a sign-extended 32-bit integer, which C
// does not promise: the upper half of the register is anybody's. Other helpers end with 32-bit instructions, which extend their
// results; these two work with 64 bits to the end, and the bits of two equal floats then compare as different. Returning an
// integer makes the compiler extend it.

#include "runtime.h"
#include <stdbool.h>

int32_t __truncdfsf2(uint64_t bits);
int32_t __trunctfsf2(unsigned __int128 bits);

enum { BIAS = 127, DOUBLE_BIAS = 1023, LONG_DOUBLE_BIAS = 16383 };
// Bits of the fractions of double and float.
enum { WIDE = 52, NARROW = 23 };

// Drops bits, rounding to the nearest, and to the even one of two that are as near.
static inline uint32_t rounded(uint64_t x, int dropped) {
    const uint64_t rest = x & (((uint64_t)1 << dropped) - 1), half = (uint64_t)1 << (dropped - 1);
    const uint32_t kept = (uint32_t)(x >> dropped);
    return kept + (rest > half || (rest == half && kept & 1));
}

// The exponent has the bias of float, and any value; the fraction has that of double's bits.
static inline int32_t narrow(uint32_t sign, int exponent, uint64_t fraction, bool is_special) {
    uint32_t magnitude;
    if (is_special)
        magnitude = fraction ? 0x7fc00000 | (uint32_t)(fraction >> (WIDE - NARROW)) : 0x7f800000;
    else if (exponent >= 255)
        magnitude = 0x7f800000;
    else if (exponent > 0)
        // A carry goes into the exponent, and where that overflows makes infinity.
        magnitude = rounded((uint64_t)exponent << WIDE | fraction, WIDE - NARROW);
    else if (exponent >= -NARROW - 1)
        magnitude = rounded((uint64_t)1 << WIDE | fraction, WIDE - NARROW + 1 - exponent);
    else
        // Less than half of the least float.
        magnitude = 0;
    return (int32_t)(sign | magnitude);
}

int32_t __truncdfsf2(uint64_t bits) {
    const int exponent = (int)(bits >> WIDE & 0x7ff);
    const uint64_t fraction = bits & (((uint64_t)1 << WIDE) - 1);
    return narrow((uint32_t)(bits >> 32) & 0x80000000, exponent - DOUBLE_BIAS + BIAS, fraction, exponent == 0x7ff);
}

int32_t __trunctfsf2(unsigned __int128 bits) {
    const uint64_t high = (uint64_t)(bits >> 64), low = (uint64_t)bits;
    const int exponent = (int)(high >> 48 & 0x7fff);
    // The last bit stands for all below it: it is not one that a float keeps, and rounding only asks whether there are any.
    const uint64_t fraction = (high << 4 & (((uint64_t)1 << WIDE) - 1)) | low >> 60 | (low << 4 != 0);
    return narrow((uint32_t)(high >> 32) & 0x80000000, exponent - LONG_DOUBLE_BIAS + BIAS, fraction, exponent == 0x7fff);
}
