// What C23 brought: checked arithmetic, constexpr, typeof, auto, binary literals and separators, _BitInt, enumerations with a
// type, nullptr, attributes, empty initialisers, bit utilities, unreachable.

#include "transcript.h"
#include <stddef.h>
#if __has_include(<stdckdint.h>)
#include <stdckdint.h>
#else
#define ckd_add(result, a, b) __builtin_add_overflow(a, b, result)
#define ckd_sub(result, a, b) __builtin_sub_overflow(a, b, result)
#define ckd_mul(result, a, b) __builtin_mul_overflow(a, b, result)
#endif

enum color : uint8_t { RED = 0b01, GREEN = 0b10, BLUE = 0xf0 };
constexpr uint64_t large = 1'000'000'000'000;
constexpr int primes[] = {2, 3, 5, 7, 11, 13};
static_assert(sizeof(enum color) == 1);
static_assert(primes[3] == 7 && large == 1000000000000);

[[nodiscard]] static int sign(int64_t x) {
    if (x < 0)
        return -1;
    if (x == 0)
        return 0;
    if (x > 0)
        return 1;
    unreachable();
}

static uint64_t checked(uint64_t sum, int64_t a, int64_t b) {
    int64_t wide = 0;
    int32_t narrow = 0;
    uint16_t tiny = 0;
    uint64_t natural = 0;
    sum = mix(sum, ckd_add(&wide, a, b)), sum = mix(sum, (uint64_t)wide);
    sum = mix(sum, ckd_sub(&wide, a, b)), sum = mix(sum, (uint64_t)wide);
    sum = mix(sum, ckd_mul(&wide, a, b)), sum = mix(sum, (uint64_t)wide);
    sum = mix(sum, ckd_add(&narrow, a, b)), sum = mix(sum, (uint64_t)narrow);
    sum = mix(sum, ckd_mul(&tiny, a, b)), sum = mix(sum, tiny);
    sum = mix(sum, ckd_sub(&natural, a, b)), sum = mix(sum, natural);
    sum = mix(sum, ckd_mul(&natural, (uint64_t)a, 10)), sum = mix(sum, natural);
    return sum;
}

static uint64_t bit_integers(uint64_t sum, uint64_t r, uint64_t s) {
    unsigned _BitInt(12) small = (unsigned _BitInt(12))r;
    signed _BitInt(37) middle = (signed _BitInt(37))(int64_t)(s >> 27);
    unsigned _BitInt(128) large_one = (unsigned _BitInt(128))r * s;
    small = small * 3wbu + 1wbu;
    middle = middle / 7wb - 2wb;
    large_one = large_one >> 13 ^ large_one << 7;
    sum = mix(sum, (uint64_t)small), sum = mix(sum, (uint64_t)(int64_t)middle);
    return mix(sum, (uint64_t)large_one ^ (uint64_t)(large_one >> 64));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 89, sum = n;
    auto count = n;
    const char *nothing = nullptr;
    sum = mix(sum, nothing == nullptr && !nothing);
    for (typeof(count) i = 0; i < count; i++) {
        const uint64_t r = next(&state), s = next(&state);
        sum = checked(sum, (int64_t)r >> (s & 63), (int64_t)s >> (r & 63));
        sum = checked(sum, (int64_t)(r >> 50) - 8000, (int64_t)(s >> 52));
        sum = bit_integers(sum, r, s);
        struct { int a; uint8_t b[5]; } empty = {};
        sum = mix(sum, (uint64_t)(empty.a + empty.b[4] + sign((int64_t)r)));
        const enum color c = (enum color)(r & BLUE);
        switch (c) {
        case RED: sum++; [[fallthrough]];
        case GREEN: sum += 2; break;
        default: sum += c;
        }
        sum += (uint64_t)primes[r % (sizeof primes / sizeof *primes)] * large;
        static const uint8_t octets[] = {0xff, 0b1010'1010, u8'x'};
        sum = mix(sum, octets[r % 3]);
        typeof_unqual(octets[0]) copy = octets[s % 3];
        copy++;
        sum = mix(sum, copy);
    }
    return sum;
}
