// The bits of floats as integers: of results of arithmetic, conversions and math.h, compared and widened as 32-bit integers.
// A float travels in the low half of a register, and nobody may rely on the other half.

#include "checksum.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static inline int32_t bits(float x) {
    int32_t word;
    memcpy(&word, &x, sizeof word);
    return word;
}

// Kept from being computed by the compiler.
__attribute__((noinline)) static double opaque(double x) {
    __asm__ volatile("" : "+m"(x));
    return x;
}
__attribute__((noinline)) static float single(float x) {
    __asm__ volatile("" : "+m"(x));
    return x;
}

// Orders floats as their bits do, the negative ones turned around.
__attribute__((noinline)) static int compare(int32_t a, int32_t b) {
    a ^= (int32_t)((uint32_t)(a >> 31) >> 1), b ^= (int32_t)((uint32_t)(b >> 31) >> 1);
    return (a > b) - (a < b);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 79, sum = n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const double d = (double)(int64_t)r / 0x1p40;
        const float f = single((float)d), g = single((float)(int32_t)(r >> 20));
        const int32_t expected = bits(f);
        // Each result is compared as it comes back from the function.
        sum = mix(sum, bits((float)opaque(d)) == expected);
        sum = mix(sum, bits(f + g) == bits(g + f));
        sum = mix(sum, bits(f - g) < 0);
        sum = mix(sum, bits(f * g) < bits(f / g));
        sum = mix(sum, bits((float)(int64_t)r) == bits((float)opaque((double)(int64_t)r)));
        sum = mix(sum, (uint64_t)(int64_t)bits((float)(int32_t)r));
        sum = mix(sum, (uint64_t)(int64_t)bits((float)r));
        sum = mix(sum, (uint64_t)(int64_t)bits(-f * 3));
        sum = mix(sum, (uint64_t)(int64_t)bits(floorf(f)));
        sum = mix(sum, (uint64_t)(int64_t)bits(truncf(g / 7)));
        sum = mix(sum, bits(-sqrtf(fabsf(f))) == bits(-sqrtf(-single(-fabsf(f)))));
        sum = mix(sum, bits(fminf(f, g)) == (f < g ? bits(f) : bits(g)));
        sum = mix(sum, (uint64_t)compare(bits(f + 1), bits(g - 1)));
        sum = mix(sum, bits(strtof("-20", NULL)) == bits((float)opaque(-20)));
    }
    return sum;
}
