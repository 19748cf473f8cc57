// Functions of math.h that no standard fixes to the last bit.
//
// Libraries differ in the last bits of these, so results are compared after rounding to 36 of their 53 bits (28 for the gamma
// functions, whose errors are larger). This tells a wrong algorithm or a wrong branch from a right one, not half a unit in the
// last place from a whole one. Floats are compared, in the guest, with the function for doubles: two units apart at most.

#include "transcript.h"
#include <math.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void keep(double x, int bits) {
    const int dropped = 53 - bits;
    sum = mix(sum, (bits_of(x) + ((uint64_t)1 << (dropped - 1))) >> dropped);
}
static void close_to(double x) { keep(x, 36); }
static void exactly(double x) { sum = mix(sum, bits_of(x)); }

static uint64_t differences;
static void same(float x, double y) {
    if (isnan(x) && isnan(y))
        return;
    const float nearest = (float)y;
    if (x == nearest)
        return;
    const float unit = nextafterf(fabsf(nearest), INFINITY) - fabsf(nearest);
    differences += !(fabs((double)x - y) <= 2 * (double)unit);
}

static void everywhere(double x) {
    close_to(sin(x)), close_to(cos(x)), close_to(tan(x));
    close_to(atan(x)), close_to(sinh(x)), close_to(cosh(x)), close_to(tanh(x)), close_to(asinh(x));
    close_to(exp(x)), close_to(exp2(x)), close_to(expm1(x)), close_to(cbrt(x));
    close_to(erf(x)), close_to(erfc(x));
}

static void positive(double x) {
    close_to(log(x)), close_to(log2(x)), close_to(log10(x)), close_to(log1p(x));
    close_to(acosh(x + 1));
}

static void floats(float x) {
    const double d = (double)x;
    same(sinf(x), sin(d)), same(cosf(x), cos(d)), same(tanf(x), tan(d)), same(atanf(x), atan(d));
    same(expf(x), exp(d)), same(exp2f(x), exp2(d)), same(expm1f(x), expm1(d)), same(cbrtf(x), cbrt(d));
    same(logf(fabsf(x)), log(fabs(d))), same(log2f(fabsf(x)), log2(fabs(d))), same(log10f(fabsf(x)), log10(fabs(d)));
    same(hypotf(x, 3), hypot(d, 3)), same(powf(fabsf(x), 1.5f), pow(fabs(d), 1.5)), same(atan2f(x, 2), atan2(d, 2));
    same(asinf(x / 100), asin((double)(x / 100))), same(acosf(x / 100), acos((double)(x / 100)));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n, differences = 0;
    // Where the result is a whole number, or a limit.
    exactly(exp(0)), exactly(log(1)), exactly(pow(2, 10)), exactly(pow(-3, 3)), exactly(pow(5, 0)), exactly(exp2(-4));
    exactly(sin(0.0)), exactly(sin(-0.0)), exactly(cos(0)), exactly(atan2(0.0, 1)), exactly(hypot(3, 4));
    exactly(exp(-INFINITY)), exactly(exp(INFINITY)), exactly(exp(1000)), exactly(log(0.0)), exactly(log(-1)), exactly(pow(0, -1));
    exactly(pow(-8, 1.0 / 3)), exactly(pow(NAN, 0)), exactly(pow(1, NAN)), exactly(pow(INFINITY, -2)), exactly(atan2(-0.0, -1) < -3);
    exactly(sin(INFINITY)), exactly(acos(2)), exactly(lgamma(1)), exactly(tanh(40)), exactly(hypot(INFINITY, NAN));
    uint64_t state = n + 61;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        const double unit = (double)(int64_t)r / 0x1p63, x = (double)(int64_t)s / 0x1p63 * 40, y = unit * 6;
        everywhere(x), everywhere(unit), everywhere(y * 0x1p-20);
        // Reducing large arguments takes more of pi than a double holds.
        close_to(sin(x * 1e9)), close_to(cos(x * 1e200)), close_to(tan(unit * 1e25));
        positive(fabs(x)), positive(fabs(unit)), positive(fabs(unit) * 1e-290), positive(fabs(y) * 1e300);
        close_to(asin(unit)), close_to(acos(unit)), close_to(atanh(unit));
        close_to(atan2(unit, x)), close_to(atan2(x, y)), close_to(hypot(x, y)), close_to(hypot(x * 1e300, y * 1e300));
        close_to(pow(fabs(x), y)), close_to(pow(fabs(unit) + 1, x * 10)), close_to(pow(x, (double)(int)(s & 15) - 7));
        keep(tgamma(fabs(x) + 0.125), 28), keep(lgamma(fabs(x) + 2.5), 28), keep(tgamma(y - 7.03), 28), keep(tgamma((double)(r % 20) + 1), 28);
        floats((float)x), floats((float)unit), floats((float)(y * 0.01));
    }
    return mix(sum, differences);
}
