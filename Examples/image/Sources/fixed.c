// Roots, and vectors of length one.

#include "fixed.h"

fixed square_root(fixed number) {
    if (number <= 0) return 0;
    // The root of number * 4^shift is larger by 2^shift; as many of its bits as fit are computed.
    const int shift = (__builtin_clzll(number) - 1) / 2;
    uint64_t rest = (uint64_t)number << (2 * shift), root = 0;
    for (uint64_t bit = (uint64_t)1 << 62; bit; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    const int places = FRACTION_BITS / 2 - shift;
    return (fixed)(places >= 0 ? root << places : root >> -places);
}

vector unit(vector a) {
    const fixed length = square_root(dot(a, a));
    return length == 0 ? a : scale(a, divide(ONE, length));
}
