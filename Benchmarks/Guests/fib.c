// Iterative Fibonacci numbers modulo 2^64: a tight loop of 64-bit additions.
#include "guest.h"

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (uint64_t round = 0; round < n; round++) {
        uint64_t a = sum & 1, b = 1;
        for (unsigned i = 0; i < 1000; i++) {
            uint64_t c = a + b;
            a = b;
            b = c ^ (i & 1);
        }
        sum = mix(sum, a);
    }
    return sum;
}
