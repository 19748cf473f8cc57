// sscanf: conversions, widths, sets, suppression, %n, and where it stops.

#include "transcript.h"
#include <inttypes.h>
#include <stdio.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void integers(const char *text) {
    int d = -9, i = -9, at = -9;
    unsigned u = 9, x = 9, o = 9;
    sum = mix(sum, (uint64_t)sscanf(text, "%d %i %u %x %o%n", &d, &i, &u, &x, &o, &at));
    sum = mix(sum, (uint64_t)(unsigned)d << 32 | (unsigned)i);
    sum = mix(sum, (uint64_t)u << 32 | x);
    sum = mix(sum, (uint64_t)o << 32 | (unsigned)at);
}

static void sizes(const char *text) {
    signed char c = 1;
    short s = 2;
    long l = 3;
    long long ll = 4;
    intmax_t j = 5;
    size_t z = 6;
    uint16_t exact = 7;
    sum = mix(sum, (uint64_t)sscanf(text, "%hhd,%hd,%ld,%lld,%jd,%zu,%" SCNx16, &c, &s, &l, &ll, &j, &z, &exact));
    sum = mix(sum, (uint64_t)c ^ (uint64_t)s << 8);
    sum = mix(sum, (uint64_t)l);
    sum = mix(sum, (uint64_t)ll);
    sum = mix(sum, (uint64_t)j);
    sum = mix(sum, z + exact);
}

static void words(const char *text) {
    char first[20] = "", second[20] = "", set[20] = "", rest[40] = "";
    int at = -1;
    sum = mix(sum, (uint64_t)sscanf(text, "%19s %3s%19[a-zA-Z_]%n%*c%39[^\n]", first, second, set, &at, rest));
    sum = mix_text(mix_text(mix_text(mix_text(sum, first), second), set), rest);
    sum = mix(sum, (uint64_t)at);
}

static void numbers(const char *text) {
    double d = -1;
    float f = -1;
    char unit[8] = "";
    sum = mix(sum, (uint64_t)sscanf(text, "%lf %f%7s", &d, &f, unit));
    sum = mix(mix(sum, bits_of(d)), bits_of_float(f));
    sum = mix_text(sum, unit);
}

static void formats(void) {
    char raw[4] = {0}, bracket[10] = "", dash[10] = "";
    int year = 0, month = 0, day = 0, percent = 0, a = 0, b = 0;
    sum = mix(sum, (uint64_t)sscanf("2024-02-29T", "%4d-%2d-%2dT", &year, &month, &day));
    sum = mix(sum, (uint64_t)(year * 10000 + month * 100 + day));
    sum = mix(sum, (uint64_t)sscanf("20240229", "%4d%2d%2d", &year, &month, &day));
    sum = mix(sum, (uint64_t)(year * 10000 + month * 100 + day));
    sum = mix(sum, (uint64_t)sscanf("  85 %", "%d %%", &percent) + (uint64_t)percent);
    sum = mix(sum, (uint64_t)sscanf("a b", "%3c", raw));
    sum = mix_bytes(sum, raw, sizeof raw);
    sum = mix(sum, (uint64_t)sscanf("]x]-^y", "%9[]x]%9[-^]", bracket, dash));
    sum = mix_text(mix_text(sum, bracket), dash);
    sum = mix(sum, (uint64_t)sscanf("1 2 3", "%*d %d %*d%n", &a, &b));
    sum = mix(sum, (uint64_t)(a * 100 + b));
    sum = mix(sum, (uint64_t)(int64_t)sscanf("", "%d", &a));
    sum = mix(sum, (uint64_t)(int64_t)sscanf("   ", "%d", &a));
    sum = mix(sum, (uint64_t)(int64_t)sscanf("x", "%d", &a));
    sum = mix(sum, (uint64_t)(int64_t)sscanf("7 x", "%d %d", &a, &b));
    sum = mix(sum, (uint64_t)(int64_t)sscanf("7", "%d %d", &a, &b));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    formats();
    integers("1 2 3 4 5");
    integers("-7 0x1f 4000000000 DEADbeef 777");
    integers("+12 -017 0 0x10 8");
    integers("12abc");
    integers("2147483647 -2147483648 1 ffffffff 37777777777");
    sizes("-128,32767,-9223372036854775808,9223372036854775807,-1,18446744073709551615,beef");
    sizes("1,2,3;4");
    words("alpha betaGamma_delta!the rest of it\nnot this");
    words("one");
    words(" \t two  abc1");
    numbers("3.25e2 1e-3kg");
    numbers("-.5 +0x1p4");
    numbers("inf nan");
    numbers("1e400 1e-50x");
    numbers("abc");
    uint64_t state = n + 17;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        char text[120];
        snprintf(text, sizeof text, "%d %d %u %x %o", (int)r >> (r & 31), (int)(r >> 32), (unsigned)(r >> 7), (unsigned)(r >> 13),
            (unsigned)(r >> 21));
        integers(text);
        snprintf(text, sizeof text, "%.*g %.*e m%d", (int)(r & 15) + 1, (double)(int64_t)r / 7, (int)(r >> 4 & 7),
            (double)(r >> 9) * 1e-9, (int)(r & 7));
        numbers(text);
    }
    return sum;
}
