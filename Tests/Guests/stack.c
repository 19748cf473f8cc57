// Stack frames of all sizes: a large array, arrays whose length is known at run time, recursion with both.

#include "checksum.h"

PVM_MIN_STACK(65536);

__attribute__((noinline)) static uint64_t variable(uint64_t n) {
    uint16_t values[n + 1];
    for (uint64_t i = 0; i <= n; i++)
        values[i] = (uint16_t)(i * i);
    uint64_t sum = n ? variable(n / 2) : 0;
    for (uint64_t i = 0; i <= n; i++)
        sum = mix(sum, values[i]);
    return sum;
}

__attribute__((noinline)) static uint64_t large(uint64_t depth, uint64_t seed) {
    volatile uint64_t frame[700];
    for (unsigned i = 0; i < 700; i += 50)
        frame[i] = seed + i;
    uint64_t sum = depth ? large(depth - 1, seed * 3) : 0;
    for (unsigned i = 0; i < 700; i += 50)
        sum = mix(sum, frame[i]);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) { return mix(variable(n), large(n % 8, n)); }
