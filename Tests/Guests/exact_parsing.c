// strtod, strtof, atof, strtod_l and strtof_l: the nearest number whatever the digits, halfway cases, the ends of the range with errno, hexadecimal,
// infinities and NaNs, and where each ends.

#define _GNU_SOURCE
#include "transcript.h"
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

PVM_MIN_STACK(32768);

static uint64_t sum;

// All bits, those of NaNs as well: they are in the text.
static void parse(const char *text) {
    char *end;
    uint64_t bits;
    uint32_t word;
    errno = 0;
    const double x = strtod(text, &end);
    memcpy(&bits, &x, sizeof bits);
    sum = mix(mix(sum, bits), (uint64_t)(end - text) << 1 | (errno == ERANGE));
    errno = 0;
    const float f = strtof(text, &end);
    memcpy(&word, &f, sizeof word);
    sum = mix(mix(sum, word), (uint64_t)(end - text) << 1 | (errno == ERANGE));
}

static const char *const cases[] = {
    // What is a number, and where it ends.
    "", " ", "-", "+", ".", "-.", ".e1", "e5", "1e", "1e+", "1e-x", "1E5", "1d5", "1.2.3", "1..2", ".5.", "9007199254740993.00000.5", "--1",
    "\v\f\r\n\t 1", "0x", "0X.", "-0xg", "0x.p1", "0x1p", "0x1p+", "0x1p-3x", "0x1.8e3", "0x1.p1.", "0x.8", "0X1P3", "00x1", "1_000", "1,5",
    "inf", "-INF", "infinit", "infinity", "INFINityx", "in", "nan", "-nan", "nan(", "nan()", "nan(7)", "NAN(0x7ffffffffffff)", "nan(12",
    "-nan(1)", "nan(abc_)", "nan(1x)", "nan(-1)", "nan(017)x", "nan(0xfffffffff)",
    // Hexadecimal: halfway, and the ends of the range.
    "0x1.00000000000008p0", "0x1.000000000000080000000000000001p0", "0x1.00000000000018p0", "0x1.000001p0", "0x1.0000010000000000001p0",
    "0x123456789abcdef0123456789", "0x.000000000000000000000000000001p-900", "0x0p99999", "0x1p-1074", "0x1p-1075", "0x1.8p-1075",
    "0x1.00000000000000000000001p-1075", "0x1.fffffffffffffp1023", "0x1.fffffffffffff7p1023", "0x1.fffffffffffff8p1023",
    "0x1.fffffffffffff7fffffffffffp1023", "0x1p1024", "0x1p-149", "0x1p-150", "0x1.8p-150", "0x1.fffffep127", "0x1.fffffefp127",
    "0x1.ffffffp127", "0x1p99999999999999999999", "-0x1p-99999999999999999999", "0x1.fffffffffffffp-1023", "0x1.fffffffffffff8p-1023",
    "0x1.fffffffffffff4p-1023", "0x1.fffffffffffffcp-1023", "0x1.fffffffffffffbp-1023", "0x1.fffffcp-127", "0x1.fffffep-127",
    "0x1.ffffffp-127", "0x1.fffffefp-127",
    // Decimals at the ends of the range; exponents that digits make up for, and that nothing does.
    "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "17976931348623158e292", "1e309", "1e310", "-1e400",
    "3.4028235677973366e38", "3.4028235677973362e38", "1e39", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "-1e-400",
    "7.0064923216240853e-46", "7.0064923216240854e-46", "1.17549432e-38", "1.1754942e-38", "1.17549428e-38", "1.1754943157898259e-38",
    "1.17549431578982583e-38", "2.2250738585072011e-308", "2.2250738585072012e-308", "2.22507385850720126e-308",
    "2.2250738585072012595738212570207680200778e-308", "2.225073858507201259573e-308", "1e99999999999999999999", "0e99999999999999999999",
    "-1e-99999999999999999999", "0.00000000000000000000000000000000000000000000000000000000000000000000000000001e80",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000000e-80",
    // Known to be hard.
    "1e23", "8.5e22", "9.5e21", "6.8985865317742005e-254", "9007199254740993", "9007199254740992.99999999999999999999999999",
    "9007199254740993.00000000000000000000000001", "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124", "1.00000000000000011102230246251565404236316680908203126",
    "1.000000059604644775390625", "1.000000059604644775390626", "1.000000059604644775390624", "1.0000001788139343261718749",
    "0.500000000000000166533453693773481063544750213623046875", "0.500000000000000166533453693773481063544750213623046874",
    "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910",
    "123456789012345678901234567890", "123456789012345678901234567890e-30", "18446744073709551616", "9223372036854775807",
    "7.2057594037927933e16", "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565",
};

// A decimal with all its digits, the same with a little more, and with a little less.
static void around(char *text, size_t length) {
    parse(text);
    memcpy(text + length, "1", 2);
    parse(text);
    memcpy(text + length, "0000000000000000000000000000001", 32);
    parse(text);
    text[length] = 0;
    while (text[length - 1] == '0')
        length--;
    text[length - 1]--;
    memcpy(text + length, "9", 2);
    parse(text);
}

static char decimals[1600], others[1600];

// Halfway between two neighbouring doubles, neither of which has more than 1074 decimals: half the sum of their digits.
static void halfway(double x) {
    const int length = snprintf(decimals, sizeof decimals, "%01400.1080f", x);
    if (snprintf(others, sizeof others, "%01400.1080f", nextafter(x, HUGE_VAL)) != length || length > 1500)
        return;
    for (int i = length - 1, carry = 0; i >= 0; i--) {
        if (decimals[i] == '.')
            continue;
        const int digits = decimals[i] - '0' + others[i] - '0' + carry;
        carry = digits / 10;
        decimals[i] = (char)('0' + digits % 10);
    }
    for (int i = 0, rest = 0; i < length; i++) {
        if (decimals[i] == '.')
            continue;
        const int digit = decimals[i] - '0' + 10 * rest;
        rest = digit % 2;
        decimals[i] = (char)('0' + digit / 2);
    }
    around(decimals, (size_t)length);
}

static void halfway_float(float x) {
    const double middle = ((double)x + nextafterf(x, HUGE_VALF)) / 2;
    around(decimals, (size_t)snprintf(decimals, sizeof decimals, "%.180f", middle));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && i < 4 * n; i++)
        parse(cases[i]);
    sum = mix(sum, bits_of(atof(" 9007199254740993.1x")));
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    sum = mix(sum, bits_of(strtod_l("1.00000000000000011102230246251565404236316680908203126", NULL, c)));
    sum = mix(sum, bits_of_float(strtof_l("1.000000059604644775390626", NULL, c)));
    freelocale(c);
    uint64_t state = n + 31;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state), t = next(&state);
        double x;
        memcpy(&x, &r, sizeof x);
        if (isfinite(x)) {
            char text[64];
            snprintf(text, sizeof text, "%.17g", x);
            if (bits_of(strtod(text, NULL)) != bits_of(x))
                return i + 1;
            snprintf(decimals, sizeof decimals, "%.*e", (int)(s % 60), x);
            parse(decimals);
            if (i % 4 == 0)
                halfway(fabs(x));
        }
        // Subnormal numbers, and the doubles that are whole numbers.
        const uint64_t small = r >> 12 >> (s & 31);
        memcpy(&x, &small, sizeof x);
        if (i % 4 == 1)
            halfway(x);
        if (i % 4 == 2)
            halfway((double)(s >> (r & 63)));
        const uint32_t word = (uint32_t)(s >> (i & 1 ? 33 : 42));
        float f;
        memcpy(&f, &word, sizeof f);
        if (isfinite(f))
            halfway_float(f);
        const unsigned long long a = r, b = s, d = t;
        const int exponent = (int)(r % 700) - 360;
        snprintf(decimals, sizeof decimals, "%llu.%llue%d", a >> (t & 63), b, exponent);
        parse(decimals);
        snprintf(decimals, sizeof decimals, "-%llu%llu%llu.%lluE%+d", a, b, d, a, exponent / 8 - 40);
        parse(decimals);
        snprintf(decimals, sizeof decimals, "0x%llx.%llxp%d", a >> (t & 63), b, (int)(s % 2300) - 1180);
        parse(decimals);
        snprintf(decimals, sizeof decimals, "0x%llx%llx.%llxp%d", a, b, d, (int)(s % 400) - 320);
        parse(decimals);
    }
    return sum;
}
