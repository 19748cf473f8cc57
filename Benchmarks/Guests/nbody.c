// Three bodies under gravity, in floating point made of integers: what a program with doubles does on a machine without.
//
// A number is that of IEEE 754 binary64 with short cuts: no infinities, no denormals, rounding toward zero.
#include "guest.h"

typedef uint64_t real;

enum { BIAS = 1023, FRACTION = 52 };
#define HIDDEN ((uint64_t)1 << FRACTION)
#define SIGN ((uint64_t)1 << 63)

INLINE int exponent(real a) { return (int)(a >> FRACTION & 0x7ff); }
INLINE uint64_t significand(real a) { return (a & (HIDDEN - 1)) | HIDDEN; }

static real pack(uint64_t sign, int power, uint64_t bits) {
    return power <= 0 ? 0 : sign | (uint64_t)power << FRACTION | (bits & (HIDDEN - 1));
}

static NOINLINE real add(real a, real b) {
    if ((a & ~SIGN) < (b & ~SIGN)) {
        const real t = a;
        a = b, b = t;
    }
    if ((b & ~SIGN) == 0)
        return a;
    int power = exponent(a);
    const int distance = power - exponent(b);
    // Three more bits keep what cancellation brings up.
    uint64_t x = significand(a) << 3, y = distance > 60 ? 0 : significand(b) << 3 >> distance;
    if ((a ^ b) & SIGN) {
        x -= y;
        if (x == 0)
            return 0;
        const int lead = __builtin_clzll(x) - 8;
        x <<= lead, power -= lead;
    } else {
        x += y;
        if (x >> (FRACTION + 4))
            x >>= 1, power++;
    }
    return pack(a & SIGN, power, x >> 3);
}

static real subtract(real a, real b) { return add(a, b ^ SIGN); }

static NOINLINE real multiply(real a, real b) {
    if ((a & ~SIGN) == 0 || (b & ~SIGN) == 0)
        return 0;
    unsigned __int128 product = (unsigned __int128)significand(a) * significand(b);
    int power = exponent(a) + exponent(b) - BIAS;
    uint64_t bits = (uint64_t)(product >> FRACTION);
    if (bits >> (FRACTION + 1))
        bits >>= 1, power++;
    return pack((a ^ b) & SIGN, power, bits);
}

static real from_integer(int64_t value) {
    if (value == 0)
        return 0;
    const uint64_t sign = value < 0 ? SIGN : 0, x = value < 0 ? -(uint64_t)value : (uint64_t)value;
    const int lead = __builtin_clzll(x);
    return pack(sign, BIAS + 63 - lead, x << lead >> (63 - FRACTION));
}

INLINE real halved(real a) { return (a & ~SIGN) ? a - HIDDEN : a; }

// 1 / sqrt(a) by Newton's method, from a first guess made of half the exponent.
static NOINLINE real inverse_root(real a) {
    const real three_halves = add(from_integer(1), halved(from_integer(1))), half = halved(a);
    real y = 0x5fe6eb50c7b537a9 - (a >> 1);
    for (int i = 0; i < 4; i++)
        y = multiply(y, subtract(three_halves, multiply(half, multiply(y, y))));
    return y;
}

static struct body {
    real position[3], velocity[3], mass;
} body[3];

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t word = 1234567, sum = 0;
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            body[i].position[k] = from_integer((int64_t)(next(&word) >> 40) - (1 << 23));
            body[i].velocity[k] = from_integer((int64_t)(next(&word) >> 56) - 128);
        }
        body[i].mass = from_integer((int64_t)(next(&word) >> 33) + 1000);
    }
    const real step = halved(from_integer(1));
    for (uint64_t round = 0; round < n; round++) {
        for (int i = 0; i < 3; i++)
            for (int j = i + 1; j < 3; j++) {
                real d[3], square = from_integer(1);
                for (int k = 0; k < 3; k++) {
                    d[k] = subtract(body[i].position[k], body[j].position[k]);
                    square = add(square, multiply(d[k], d[k]));
                }
                const real r = inverse_root(square);
                const real pull = multiply(step, multiply(r, multiply(r, r)));
                for (int k = 0; k < 3; k++) {
                    const real p = multiply(d[k], pull);
                    body[i].velocity[k] = subtract(body[i].velocity[k], multiply(p, body[j].mass));
                    body[j].velocity[k] = add(body[j].velocity[k], multiply(p, body[i].mass));
                }
            }
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 3; k++)
                body[i].position[k] = add(body[i].position[k], multiply(step, body[i].velocity[k]));
    }
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            sum = mix(sum, body[i].position[k]);
    return sum;
}
