// strtol, strtoul, strtoll, strtoull, strtoimax, atoi: bases, prefixes, signs, where they stop, and errno at the limits.

#include "transcript.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

#define PARSE(function)                                                                                                  \
    do {                                                                                                                 \
        char *end;                                                                                                       \
        errno = 0;                                                                                                       \
        sum = mix(sum, (uint64_t)function(text, &end, base));                                                            \
        sum = mix(sum, (uint64_t)(end - text) << 1 | (errno == ERANGE));                                                 \
    } while (0)

static void parse(const char *text, int base) {
    PARSE(strtol);
    PARSE(strtoul);
    PARSE(strtoll);
    PARSE(strtoull);
    PARSE(strtoimax);
    PARSE(strtoumax);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const cases[] = {"0", "1", "-1", "+7", "  42 ", "\t\n-13x", "0x1F", "0X", "0x", "0xg", "-0x80", "017", "08", "0b11",
        "7fffffffffffffff", "z", "Zz", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "-18446744073709551615", "99999999999999999999999", "-99999999999999999999999",
        "", " ", "-", "+-1", "- 1", "1_000", "1e3", "3.5", "12345678901234567890", "1777777777777777777777", "11111111"};
    static const int bases[] = {10, 0, 16, 8, 2, 36, 7};
    sum = n;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && i < n; i++)
        for (size_t b = 0; b < sizeof bases / sizeof *bases; b++)
            // Whether 0b is a prefix changed with C23.
            if (strcmp(cases[i], "0b11") != 0 || bases[b] > 12)
                parse(cases[i], bases[b]);
    sum = mix(sum, (uint64_t)(atoi("-123abc") + atol("99") + atoll(" 7")));
    uint64_t state = n + 31;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const int base = (int)(r % 35) + 2;
        char text[80];
        size_t length = 70;
        text[length] = 0;
        for (uint64_t left = r >> (r >> 58); left && length; left /= (unsigned)base)
            text[--length] = "0123456789abcdefghijklmnopqrstuvwxyz"[left % (unsigned)base];
        if (r >> 7 & 1)
            text[--length] = '-';
        parse(text + length, base);
    }
    return sum;
}
