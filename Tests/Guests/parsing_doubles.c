// strtod and strtof: correctly rounded, hard cases included, and 17 digits give every double back.
//
// Of what has more digits than identify a number, 17 of a double and 9 of a float, C does not demand the nearest one; guests find it,
// see exact_parsing.c.

#include "transcript.h"
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void parse(const char *text) {
    char *end;
    errno = 0;
    sum = mix(sum, bits_of(strtod(text, &end)));
    // ERANGE for results that are too large; for small ones the standard leaves it open.
    const double x = strtod(text, NULL);
    sum = mix(sum, (uint64_t)(end - text) << 1 | (isinf(x) && errno == ERANGE));
    sum = mix(sum, bits_of(atof(text)));
}

static void parse_float(const char *text) {
    char *end;
    sum = mix(sum, bits_of_float(strtof(text, &end)));
    sum = mix(sum, (uint64_t)(end - text));
}

static const char *const cases[] = {
    "0", "-0", "1", "+1.", ".5", "-.5e1", "1e0", "1e+2", "1e-2", "1e", "1e+", "1.5e3x", "0x1p0", "0x1.8p1", "0x.8p-3", "-0xAp+2",
    "0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "0x1.00000000000008p0", "0x1.000001p0", "0x1.0000010000001p0", "  \t\n 42",
    "", "-", "e5", "inf", "-Infinity", "nan",
    // Halfway between two doubles, and a little beside it.
    "9007199254740993", "9007199254740993.0", "9007199254740992.9", "9007199254740993.1", "9007199254740995", "18014398509481986",
    "1.0000000000000001", "1.0000000000000002", "4503599627370497.5", "4503599627370498.5", "0.5000000000000001",
    // The ends of the range.
    "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e309", "-1e400", "4.9406564584124654e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072014e-308", "2.2250738585072011e-308",
    "2.2250738585072012e-308", "1e-400", "1e-10000000000", "1e10000000000", "0e99999999999",
    // Known to be hard.
    "6.8985865317742005e-254", "8.988465674311580e307", "5e-324", "1e23", "8.5e22", "9.5e21", "3e-324", "1e22", "1e15",
    "0.000000000000000000000000000000000000001", "100000000000000000000000000000000000000000"};

static const char *const float_cases[] = {"16777217", "16777219", "8388608.5", "8388609.5", "3.4028235e38", "3.4028236e38", "1.4e-45",
    "7.1e-46", "7e-46", "1.1754944e-38", "1.1754942e-38", "0.1", "-33554434", "1e39", "0x1.000001p0", "0x1.fffffep127"};

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && i < n; i++)
        parse(cases[i]);
    for (size_t i = 0; i < sizeof float_cases / sizeof *float_cases && i < n; i++)
        parse_float(float_cases[i]);
    uint64_t state = n + 29;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        double x;
        memcpy(&x, &r, sizeof x);
        if (!isfinite(x))
            continue;
        char text[64];
        snprintf(text, sizeof text, "%.17g", x);
        if (bits_of(strtod(text, NULL)) != bits_of(x))
            return i + 1;
        snprintf(text, sizeof text, "%.*e", (int)(r % 15), x);
        parse(text);
        const float f = (float)((double)(int64_t)r * 0x1p-40);
        snprintf(text, sizeof text, "%.9g", (double)f);
        if (strtof(text, NULL) != f)
            return i + 2;
        snprintf(text, sizeof text, "%u.%07ue%d", (unsigned)(r >> 33), (unsigned)r % 10000000, (int)(r % 600) - 320);
        parse(text);
        snprintf(text, sizeof text, "%u.%04ue%d", (unsigned)(r >> 50), (unsigned)r % 10000, (int)(r % 80) - 45);
        parse_float(text);
    }
    return sum;
}
