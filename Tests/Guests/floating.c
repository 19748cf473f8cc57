// Floating point in software, which must agree with the hardware's to the last bit.

#include "checksum.h"
#include <string.h>

static uint64_t bits(double x) {
    uint64_t word;
    memcpy(&word, &x, sizeof word);
    return word;
}

static uint32_t bits32(float x) {
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    return word;
}

static double root(double x) {
    double y = x > 1 ? x : 1;
    for (int i = 0; i < 30; i++)
        y = (y + x / y) / 2;
    return y;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 7, sum = 0;
    double total = 0;
    float small = 1;
    for (uint64_t i = 1; i <= n; i++) {
        const int64_t r = (int64_t)next(&state) >> i % 60;
        const double a = (double)r, b = (double)(i * i) + 0.25;
        total += a / b - b * 1e-3;
        small = small * 0.75f + (float)r / 3.0f;
        sum = mix(sum, bits(total));
        sum = mix(sum, bits32(small));
        sum = mix(sum, bits(root(b)));
        sum = mix(sum, (uint64_t)(int64_t)(a / 1024) + (uint32_t)(int32_t)(b / 3) + (uint64_t)(b * 7));
        sum = mix(sum, (uint64_t)(a < b) | (uint64_t)(a == b) << 1 | (uint64_t)(small > 0.5f) << 2 | (uint64_t)(a != a) << 3);
        sum = mix(sum, bits((double)small) + bits32((float)a) + bits(1e-310 * b));
    }
    return sum;
}
