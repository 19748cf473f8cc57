// Functions of math.h whose results IEEE 754 fixes to the last bit: square root, remainders, rounding to
// integers, taking numbers apart and putting them together, comparing; in double and in float.

#include "transcript.h"
#include <math.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void number(double x) { sum = mix(sum, bits_of(x)); }
static void single(float x) { sum = mix(sum, bits_of_float(x)); }
static void integer(int64_t x) { sum = mix(sum, (uint64_t)x); }

static void one(double x) {
    number(sqrt(x));
    number(floor(x)), number(ceil(x)), number(trunc(x)), number(round(x)), number(rint(x)), number(nearbyint(x));
    number(fabs(x)), number(copysign(3, x));
    int exponent = 0;
    double whole;
    number(frexp(x, &exponent));
    if (isfinite(x)) {
        integer(exponent);
        number(modf(x, &whole)), number(whole);
        number(ldexp(x, 3)), number(scalbn(x, -1060)), number(scalbln(x, 70));
        if (x != 0)
            number(logb(x)), integer(ilogb(x));
    }
    if (fabs(x) < 9e18)
        integer(lrint(x)), integer(llrint(x)), integer(lround(x)), integer(llround(x)), integer((int64_t)x);
    integer((fpclassify(x) == FP_NORMAL) | (fpclassify(x) == FP_SUBNORMAL) << 1 | (fpclassify(x) == FP_ZERO) << 2 | !!isinf(x) << 3 |
        !!isnan(x) << 4 | !!isfinite(x) << 5 | !!isnormal(x) << 6);
    if (!isnan(x))
        integer(!!signbit(x));
}

static void one_single(float x) {
    single(sqrtf(x));
    single(floorf(x)), single(ceilf(x)), single(truncf(x)), single(roundf(x)), single(rintf(x)), single(nearbyintf(x));
    single(fabsf(x)), single(copysignf(3, x));
    int exponent = 0;
    float whole;
    single(frexpf(x, &exponent));
    if (isfinite(x)) {
        integer(exponent);
        single(modff(x, &whole)), single(whole);
        single(ldexpf(x, 3)), single(scalbnf(x, -140));
        if (x != 0)
            single(logbf(x)), integer(ilogbf(x));
    }
    if (fabsf(x) < 9e18f)
        integer(lrintf(x)), integer(lroundf(x)), integer(llroundf(x));
    number((double)x);
}

static void two(double x, double y) {
    number(fmod(x, y)), number(remainder(x, y));
    if (isfinite(x) && isfinite(y) && y != 0) {
        int quotient = 0;
        number(remquo(x, y, &quotient));
        // Its sign and the three low bits are what C promises.
        integer(quotient < 0 ? -(-quotient & 7) : quotient & 7);
    }
    number(nextafter(x, y)), number(fdim(x, y));
    // Which zero is the larger one is left open.
    if (x != 0 || y != 0)
        number(fmax(x, y)), number(fmin(x, y));
    integer(!!isless(x, y) | !!isgreater(x, y) << 1 | !!islessequal(x, y) << 2 | !!isunordered(x, y) << 3 | !!islessgreater(x, y) << 4);
}

static void two_single(float x, float y) {
    single(fmodf(x, y)), single(remainderf(x, y));
    single(nextafterf(x, y)), single(fdimf(x, y));
    if (x != 0 || y != 0)
        single(fmaxf(x, y)), single(fminf(x, y));
}

static double any(uint64_t word) {
    double x;
    memcpy(&x, &word, sizeof x);
    return x;
}

static float any_single(uint32_t word) {
    float x;
    memcpy(&x, &word, sizeof x);
    return x;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const double edges[] = {0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 4503599627370495.5, 4503599627370497.5,
        9007199254740991, 1, -1, 3, 1e300, -1e-300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, INFINITY, -INFINITY, NAN};
    enum { EDGES = sizeof edges / sizeof *edges };
    sum = n;
    for (size_t i = 0; i < EDGES && i < n; i++) {
        one(edges[i]);
        one_single((float)edges[i]);
        for (size_t j = 0; j < EDGES; j++) {
            two(edges[i], edges[j]);
            two_single((float)edges[i], (float)edges[j]);
            single(fmaf((float)edges[i], (float)edges[j], (float)edges[(i + j) % EDGES]));
        }
    }
    uint64_t state = n + 59;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        const double x = any(r), y = any(s), near = (double)(int64_t)r / 0x1p56, far = (double)(int64_t)s / 0x1p40;
        one(x), one(near), one(far);
        two(near, far), two(far, near), two(x, y), two(y, 1.0 / 3);
        const float p = any_single((uint32_t)r), q = any_single((uint32_t)s);
        one_single(p), one_single((float)far);
        two_single(p, q), two_single((float)far, (float)near);
        single(fmaf((float)near, (float)far, p)), single(fmaf((float)near, (float)far, -((float)near * (float)far)));
    }
    return sum;
}
