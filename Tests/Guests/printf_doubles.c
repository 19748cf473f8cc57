// snprintf of doubles: %f, %e, %g and %a with flags, widths and precisions.
//
// Up to fifteen digits, which every library must get right. Behind the digits that identify a number some write zeros (0.1 with
// %.17g is 0.1), others go on with its exact value (0.10000000000000001); C allows both, so what guests do there is in
// exact_printing.c, and so are subnormal numbers, which have fewer digits.

#include "transcript.h"
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    sum = mix(sum, (uint64_t)vsnprintf(text, sizeof text, format, arguments));
    sum = mix_text(sum, text);
    va_end(arguments);
}

// In the style of %f what lies before the point counts, so that one is for numbers that have few digits there.
static void print(double x, int width, int precision) {
    say("%e|%g|%E|%G", x, x, x, x);
    say("%.0e|%.0g|%#.0e", x, x, x);
    say("%+e| % g|%+g|% e", x, x, x, x);
    say("%-20.3e|%020.3g|%*.*e", x, x, width, precision, x);
    say("%-*.*e|%0*.*g", width, precision, x, width, precision, x);
    say("%.14e|%.15g", x, x);
    if (fabs(x) >= 1e9)
        return;
    say("%f|%F|%.0f|%#.0f|%+f|% f", x, x, x, x, x, x);
    say("%20.3f|%-20.3f|%020.3f|%+020.2f", x, x, x, x);
    say("%*.*f|%-*.*f|%0*.*f", width, precision % 7, x, width, precision % 7, x, width, precision % 7, x);
    say("%.1f|%.2f|%.3f|%.4f", x, x, x, x);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const double edges[] = {0.0, -0.0, 1, -1, 0.5, 1.5, 2.5, 0.125, 0.1, 0.3, 1.0 / 3, 2.0 / 3, 9.5, 9.9999995, 99.5,
        999999.5, 1e5, 1e6, 123456.5, 1e15, 1e16, 1e17, 1e21, 1e22, 0.0001, 0.00001, 0.000123456789,
        DBL_MIN, DBL_MAX, DBL_EPSILON, 3.14159265358979, 1e100, 1e-100, HUGE_VAL, -HUGE_VAL, 4.35, 0.045, 1.005, 8.875};
    sum = n;
    for (size_t i = 0; i < sizeof edges / sizeof *edges && i < n; i++)
        print(edges[i], (int)(i % 30), (int)(i % 15));
    say("%f|%F|%10e|%-10g|%010g", NAN, NAN, NAN, NAN, NAN);
    uint64_t state = n + 11;
    for (uint64_t i = 0; i < n / 2; i++) {
        const uint64_t r = next(&state);
        double any;
        memcpy(&any, &r, sizeof any);
        if (isnormal(any))
            print(any, (int)(r & 31), (int)((r >> 5) % 15));
        print((double)(int64_t)(r >> 20) / 1024, (int)(r >> 9 & 31), (int)(r >> 14 & 7));
        // Hexadecimal shows each bit once; how many bits the digit before the point takes is the library's choice for
        // subnormal numbers only.
        if (isnormal(any))
            say("%a|%A|%+.13a|%30a|%-30a|", any, any, any, any, any);
    }
    return sum;
}
