// ceil, floor, trunc: rounding a double to a whole number, on its bits. Swift's hash tables call ceil to find their size.

#include "runtime.h"

double ceil(double x);
double floor(double x);
double trunc(double x);

static inline uint64_t bits_of(double x) {
    union { double number; uint64_t bits; } view = {.number = x};
    return view.bits;
}

static inline double number_of(uint64_t bits) {
    union { uint64_t bits; double number; } view = {.bits = bits};
    return view.number;
}

// Rounds towards zero, and where that drops anything and `away` says so, to the next whole number further from zero.
static double round_bits(double x, int away) {
    const uint64_t bits = bits_of(x), sign = bits & (uint64_t)1 << 63;
    const int exponent = (int)(bits >> 52 & 0x7ff) - 0x3ff;
    // Whole already, infinite, or not a number.
    if (exponent >= 52)
        return x;
    // Below 1, only zero and one remain.
    if (exponent < 0)
        return number_of(away && bits << 1 ? sign | (uint64_t)0x3ff << 52 : sign);
    const uint64_t fraction = ((uint64_t)1 << (52 - exponent)) - 1;
    // The carry of the addition goes into the exponent, which is what it should do.
    const uint64_t up = away && (bits & fraction) ? fraction + 1 : 0;
    return number_of((bits & ~fraction) + up);
}

double ceil(double x) { return round_bits(x, !(bits_of(x) >> 63)); }
double floor(double x) { return round_bits(x, bits_of(x) >> 63 != 0); }
double trunc(double x) { return round_bits(x, 0); }
