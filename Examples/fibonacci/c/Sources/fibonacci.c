// Fibonacci numbers.

#include <pvm.h>

// The n-th number, modulo 2^64; the 93rd is the last that fits.
PVM_EXPORT(uint64_t, fibonacci, uint64_t n) {
    uint64_t current = 0, next = 1;
    for (; n > 0; n--) {
        const uint64_t sum = current + next;
        current = next;
        next = sum;
    }
    return current;
}
