// snprintf of doubles with any number of digits: those of the exact value, rounded once, halves to even.

#include "transcript.h"
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    static char text[4000];
    va_list arguments;
    va_start(arguments, format);
    sum = mix(sum, (uint64_t)vsnprintf(text, sizeof text, format, arguments));
    sum = mix_text(sum, text);
    va_end(arguments);
}

static void print(double x, int precision) {
    say("%.17g|%.16e|%.15g|%.17e|%.18g|%.20f|%f|%g|%e", x, x, x, x, x, x, x, x, x);
    say("%.0f|%.1f|%.2f|%.0e|%.0g|%#.0f|%#.17g|%#.25g", x, x, x, x, x, x, x, x);
    say("%.*f|%.*e|%.*g|%#.*g", precision, x, precision, x, precision, x, precision, x);
    say("%+040.*f|%-40.*e|% 40.*g|", precision % 30, x, precision % 30, x, precision % 30, x);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const double edges[] = {0, -0.0, 0.1, 1e23, 5e-324, DBL_MIN, DBL_MAX, DBL_TRUE_MIN * 3, 0.5, 1.5, 2.5, 0.125, 0.375, 0.25, 0.75,
        0.05, 0.25e-4, 9.5, 99.5, 0.95, 0.995, 9.9999995, 999999.5, 4503599627370497.5, 9007199254740994, 1e15, 1e16, 1e17, 1e21, 1e22,
        1e100, 1e300, 1e-5, 1e-300, 123456789, 999999999, 1e9, 1e18, 999999999999999872, 0.001, 1e-9, 1e-10, 0x1p-30, 0x1p-60, 0x1p63,
        0x1p64, 0x1p95, 0x1p96, 0x1p97, 0x1.fffffffffffffp-1023, 0x1.8p-1073, 0.0005, 0.0015, 0.5e-3, 1.005, 2.675, 1e-4, 0.00001};
    sum = n;
    for (size_t i = 0; i < sizeof edges / sizeof *edges && i < 4 * n; i++)
        print(edges[i], (int)(i * 5 % 60));
    if (n > 2) {
        // The longest there are: 767 digits, 1074 decimals.
        say("%.766e|%.800e|%.1074f|%.1100f|%.770g", 0x1.fffffffffffffp-1023, -0x1.fffffffffffffp-1023, 5e-324, DBL_MIN, DBL_MAX);
        say("%.765e|%.764e|%.300e|%.256e|%.255e", 0x1.fffffffffffffp-1023, 0x1.fffffffffffffp-1023, DBL_MAX, DBL_MAX, 1e300);
    }
    uint64_t state = n + 13;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state), small = r >> 12 >> (s & 63);
        double any, subnormal;
        memcpy(&any, &r, sizeof any);
        memcpy(&subnormal, &small, sizeof subnormal);
        const int precision = (int)(s >> 40) % (i % 8 ? 40 : 900);
        if (isfinite(any))
            print(any, precision);
        print(subnormal, precision);
        // Numbers with few bits behind the point, on which halves are frequent.
        print((double)((int64_t)r >> (s & 31) >> 20) / (double)(1 << (s >> 8 & 15)), (int)(s >> 12 & 15));
        print((double)(int64_t)s, precision % 4);
    }
    return sum;
}
