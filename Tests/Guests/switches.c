// Jump tables: dense and sparse switches, of ranges, negative and 64-bit values, nested and in loops, with falling through.

#include "checksum.h"

__attribute__((noinline)) static uint64_t dense(unsigned x, uint64_t v) {
#define CASE(k) case k: return v * (2 * (k) + 1) ^ (v >> ((k) % 17 + 1));
#define CASES(k) CASE(k) CASE(k + 1) CASE(k + 2) CASE(k + 3) CASE(k + 4) CASE(k + 5) CASE(k + 6) CASE(k + 7)
    switch (x) {
        CASES(0) CASES(8) CASES(16) CASES(24) CASES(32) CASES(40) CASES(48) CASES(56)
        CASES(64) CASES(72) CASES(80) CASES(88) CASES(96) CASES(104) CASES(112) CASES(120)
    default: return ~v;
    }
}

__attribute__((noinline)) static uint64_t sparse(int64_t x) {
    switch (x) {
    case INT64_MIN: return 1;
    case -1000000000000: return 2;
    case -5: return 3;
    case -4: return 4;
    case -3: return 5;
    case 0: return 6;
    case 'a' ... 'z': return 7 + (uint64_t)x;
    case 1000: return 8;
    case 1001: return 9;
    case 0x7fffffff: return 10;
    case 0x80000000: return 11;
    case INT64_MAX: return 12;
    }
    return 13;
}

__attribute__((noinline)) static uint64_t falling(uint8_t x) {
    uint64_t sum = x;
    switch (x & 15) {
    case 0: sum += 3; [[fallthrough]];
    case 1: sum *= 5; [[fallthrough]];
    case 2: sum ^= 7; break;
    case 5: sum += 1; [[fallthrough]];
    case 6:
        switch (x >> 4) {
        case 0: return sum;
        case 1: sum *= 3; break;
        case 2: sum *= 5; [[fallthrough]];
        case 3: sum *= 7; break;
        case 9: return 99;
        default: sum++;
        }
        [[fallthrough]];
    case 7: sum -= 11; break;
    default: sum = ~sum; [[fallthrough]];
    case 9: sum >>= 1; [[fallthrough]];
    case 12:;
    }
    return sum;
}

// Values looked up instead of jumped to.
__attribute__((noinline)) static const char *name(unsigned x) {
    switch (x) {
    case 0: return "zero";
    case 1: return "one";
    case 2: return "two";
    case 3: return "three";
    case 4: return "four";
    case 5: return "five";
    case 6: return "six";
    case 7: return "seven";
    default: return "many";
    }
}

// Copies words eight at a time, entering the loop in its middle.
__attribute__((noinline)) static void duff(uint32_t *to, const uint32_t *from, size_t count) {
    if (!count)
        return;
    size_t turns = (count + 7) / 8;
    switch (count % 8) {
        do {
        case 0: *to++ = *from++; [[fallthrough]];
        case 7: *to++ = *from++; [[fallthrough]];
        case 6: *to++ = *from++; [[fallthrough]];
        case 5: *to++ = *from++; [[fallthrough]];
        case 4: *to++ = *from++; [[fallthrough]];
        case 3: *to++ = *from++; [[fallthrough]];
        case 2: *to++ = *from++; [[fallthrough]];
        case 1: *to++ = *from++;
        } while (--turns > 0);
    }
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const int64_t edges[] = {INT64_MIN, -1000000000000, -5, -3, -2, 0, 'a', 'm', 'z', 'z' + 1, 1000, 1002, 0x7fffffff, 0x80000000,
        0xffffffff, INT64_MAX};
    uint64_t state = n + 101, sum = n;
    uint32_t words[40], copy[40] = {0};
    for (size_t i = 0; i < 40; i++)
        words[i] = (uint32_t)next(&state);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        sum = mix(sum, sparse(edges[i]));
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        sum = mix(sum, dense((unsigned)(r % 140), r));
        sum = mix(sum, dense((unsigned)i, r));
        sum = mix(sum, sparse((int64_t)(r >> 8 & 2047) - 20));
        sum = mix(sum, falling((uint8_t)i) + falling((uint8_t)r));
        for (const char *c = name((unsigned)(r >> 20 & 15)); *c; c++)
            sum = mix(sum, (unsigned char)*c);
        const size_t count = r >> 30 & 31;
        duff(copy, words + (r >> 40 & 7), count);
        for (size_t k = 0; k < count; k++)
            sum += copy[k] * (k + 1);
    }
    return sum;
}
