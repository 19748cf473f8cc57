// long double, with values that every format of it holds exactly: it has 64 bits of precision on some machines and 113 here.

#include "transcript.h"
#include <float.h>
#include <math.h>

PVM_MIN_STACK(16384);

_Static_assert(LDBL_MANT_DIG >= 64, "these values need 64 bits");

typedef struct { long double value; int tag; } tagged;

// Separate functions, so that long doubles are passed, returned and kept across calls.
__attribute__((noinline)) static long double add(long double a, long double b) { return a + b; }
__attribute__((noinline)) static long double scale(int exponent, long double a, int64_t by) { return ldexpl(a * by, exponent); }
__attribute__((noinline)) static tagged tag(long double a, int number) { return (tagged){a, number}; }

static uint64_t whole(uint64_t sum, long double x) {
    // The 64 leading bits as two numbers.
    int exponent = 0;
    const long double fraction = frexpl(fabsl(x), &exponent);
    const uint64_t high = (uint64_t)ldexpl(fraction, 32);
    const uint64_t low = (uint64_t)ldexpl(fraction - ldexpl((long double)high, -32), 64);
    sum = mix(sum, high << 32 | low);
    return mix(sum, (uint64_t)(exponent + 20000) << 1 | !!signbit(x));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 67, sum = n;
    long double total = 0;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        const int64_t a = (int64_t)r >> 33, b = (int64_t)s >> 35 | 1;
        const long double x = (long double)a, y = (long double)b, product = x * y;
        sum = whole(sum, product);
        sum = whole(sum, product / y);
        sum = whole(sum, add((long double)r, -(long double)(r >> 1)));
        sum = whole(sum, scale((int)(s & 63) - 30, x, b));
        sum = whole(sum, -(long double)(uint64_t)s);
        sum = whole(sum, (long double)(int64_t)s);
        total = add(total, scale(-8, x, 1));
        sum = whole(sum, total);
        sum = mix(sum, fabsl(sqrtl(x * x) - fabsl(x)) <= fabsl(x) * LDBL_EPSILON);
        sum = whole(sum, floorl(ldexpl(x, -5)));
        sum = whole(sum, fabsl(truncl(ldexpl(y, -3))));
        sum = whole(sum, roundl(ldexpl(x, -1)));
        sum = whole(sum, fmodl(product, 1000));
        sum = mix(sum, (uint64_t)(x < y) | (uint64_t)(x == y) << 1 | (uint64_t)(product >= y) << 2 | (uint64_t)(x != total) << 3);
        sum = mix(sum, (uint64_t)llrintl(ldexpl(product, -3)));
        sum = mix(sum, bits_of((double)ldexpl(product, 7)) + bits_of_float((float)ldexpl(x, -40)));
        sum = mix(sum, (uint64_t)(int64_t)(product / 3.0L) + (uint64_t)(fabsl(x) + 0.5L));
        const tagged t = tag(product, (int)i);
        sum = whole(mix(sum, (uint64_t)t.tag), t.value);
    }
    sum = mix(sum, isinf((long double)INFINITY) && isnan((long double)NAN) && !isnan(total));
    return sum;
}
