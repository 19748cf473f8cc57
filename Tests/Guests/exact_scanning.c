// sscanf and swscanf of numbers with a point, wcstod and wcstof: the nearest number whatever the digits, and how much of the text they take.

#include "transcript.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

PVM_MIN_STACK(32768);

static uint64_t sum;

static void scan(const char *text) {
    double x = -9;
    float f = -9;
    int at = -9;
    char rest[8] = "";
    sum = mix(sum, (uint64_t)(int64_t)sscanf(text, "%lf%n%7s", &x, &at, rest));
    sum = mix_text(mix(mix(sum, bits_of(x)), (uint64_t)(int64_t)at), rest);
    at = -9, rest[0] = 0;
    sum = mix(sum, (uint64_t)(int64_t)sscanf(text, "%f%n%7s", &f, &at, rest));
    sum = mix_text(mix(mix(sum, bits_of_float(f)), (uint64_t)(int64_t)at), rest);
    // Widths cut a number anywhere.
    for (int width = 1; width < 8; width++) {
        char format[20];
        snprintf(format, sizeof format, "%%%dlf%%n%%7s", width);
        x = -9, at = -9, rest[0] = 0;
        sum = mix(sum, (uint64_t)(int64_t)sscanf(text, format, &x, &at, rest));
        sum = mix_text(mix(mix(sum, bits_of(x)), (uint64_t)(int64_t)at), rest);
    }
    sum = mix(sum, (uint64_t)(int64_t)sscanf(text, "%*f%n", &at) + (uint64_t)at);
}

static wchar_t wide[2000];

static void scan_wide(const char *text) {
    size_t length = 0;
    do
        wide[length] = (unsigned char)text[length];
    while (text[length++]);
    wchar_t *end;
    sum = mix(sum, bits_of(wcstod(wide, &end)));
    sum = mix(sum, (uint64_t)(end - wide));
    sum = mix(sum, bits_of_float(wcstof(wide, &end)));
    sum = mix(sum, (uint64_t)(end - wide));
    double x = -9;
    int at = -9;
    sum = mix(sum, (uint64_t)(int64_t)swscanf(wide, L"%lf%n", &x, &at));
    sum = mix(mix(sum, bits_of(x)), (uint64_t)(int64_t)at);
}

static const char *const cases[] = {
    "1", "-1.5x", "+.5", "5.", "1.2.3", "1e5", "1e+5", "1e-5x", "1E2", "-0", "00000000001.5", "0.00000000000000000001e20", "1e400", "-1e-400",
    "0x1", "0x1.8p1", "0X.8p-3z", "00x1", "1x2", "0x1p+2", "-0x1p-1074", "0x1.00000000000008p0", "0x1.000000000000080000000000000001p0",
    "inf", "-INF", "infinity", "Infinity!", "inf1", "nan", "-NaN", "nanx", "1e99999999999999999999", "0x1p-99999999999999999999",
    "9007199254740993", "9007199254740992.99999999999999999999999999", "9007199254740993.00000000000000000000000001",
    "1.00000000000000011102230246251565404236316680908203125", "1.00000000000000011102230246251565404236316680908203126",
    "1.000000059604644775390625", "1.000000059604644775390626", "1.000000059604644775390624", "123456789012345678901234567890e-30",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "0.1000000000000000055511151231257827", "  \n 7 8", "1,5",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000000e-80",
};

// No numbers, or not wholly.
static const char *const failures[] = {"", " ", "x", "-", "+x", ".", "-.e5", "e5", "0x", "0xg", "0x.", "0x.p1", "0X.x", "in", "infinit", "i", "n", "na",
    "--1", "1e", "1e+", "1ex", "0x1p", "0x1p-x"};

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && i < 4 * n; i++) {
        scan(cases[i]);
        scan_wide(cases[i]);
    }
    for (size_t i = 0; i < sizeof failures / sizeof *failures && i < 4 * n; i++) {
        // Something follows: at the end of the text, whether it failed for that or for what was there is told differently.
        double x = -9;
        char text[20], rest[8] = "";
        snprintf(text, sizeof text, "%s ,", failures[i]);
        sum = mix(sum, (uint64_t)(int64_t)sscanf(text, "%lf%7s", &x, rest));
        sum = mix_text(mix(sum, bits_of(x)), rest);
    }
    uint64_t state = n + 37;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        static char text[1200];
        double x;
        memcpy(&x, &r, sizeof x);
        if (isfinite(x)) {
            snprintf(text, sizeof text, "%.17g", x);
            scan(text);
            snprintf(text, sizeof text, "%.*f", (int)(s % 60), x * 0x1p-900);
            scan(text);
            scan_wide(text);
        }
        const unsigned long long a = r, b = s;
        snprintf(text, sizeof text, "%llu.%llu%llue%d", a >> (s & 63), b, a, (int)(r % 640) - 330);
        scan(text);
        scan_wide(text);
        snprintf(text, sizeof text, "%llu.500000000000000000000000000000000000000000000000000000000000%d", (a >> 11) | 1ull << 52, (int)(i & 1));
        scan(text);
        snprintf(text, sizeof text, "0x%llx.%llx%llxp%d", a >> (s & 63), b, a, (int)(r % 400) - 200);
        scan(text);
        scan_wide(text);
        // More digits than any halfway point has.
        snprintf(text, sizeof text, "%.1100f", 0x1.8p-60 * (double)(i + 1));
        text[1000] = (char)('0' + (i & 1));
        scan(text);
    }
    return sum;
}
