// Text to floating point: strtod and strtof, with which scanf and wcstod convert as well. Rounded once, to the nearest number, however many
// digits there are. picolibc's own keeps 17 or 9 digits, and rounds on the way; newlib's, in the same source package, makes a
// float from a double.
//
// Decimals are first multiplied out with 64 bits. The error of that is known, and in almost all cases too small to matter; if a
// number halfway between two results lies within it, text and halfway point are compared as whole numbers.

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef unsigned __int128 wide;

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Of a letter. What else becomes a letter is none of text.
static inline char lower(char c) { return c | 0x20; }
static inline bool is_letter(char c, char last) { return lower(c) >= 'a' && lower(c) <= last; }
static inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A format of floating point: how many bits the significand has, and the exponent of the last bit of the smallest numbers.
typedef struct {
    int precision, least, sign_bit;
} format;

static const format double_format = {53, -1074, 63}, float_format = {24, -149, 31};

static inline uint64_t infinity_of(const format *f) { return ((uint64_t)1 << f->sign_bit) - ((uint64_t)1 << (f->precision - 1)); }

// Whole numbers for the comparison. The longest are a number of DIGITS digits for the smallest doubles, and its halfway point: 2711 bits.
enum { DIGITS = 800, WORDS = 43 };

typedef struct {
    int count;
    uint64_t words[WORDS];
} whole;

static void multiply_add(whole *n, uint64_t factor, uint64_t summand) {
    for (int i = 0; i < n->count; i++) {
        const wide product = (wide)n->words[i] * factor + summand;
        n->words[i] = (uint64_t)product;
        summand = (uint64_t)(product >> 64);
    }
    if (summand)
        n->words[n->count++] = summand;
}

static void multiply_power_of_5(whole *n, int exponent) {
    for (; exponent >= 27; exponent -= 27)
        multiply_add(n, 7450580596923828125, 0);
    uint64_t rest = 1;
    while (exponent-- > 0)
        rest *= 5;
    multiply_add(n, rest, 0);
}

static void shift_left(whole *n, int bits) {
    multiply_add(n, (uint64_t)1 << (bits & 63), 0);
    const int words = bits >> 6;
    memmove(n->words + words, n->words, (size_t)n->count * sizeof *n->words);
    memset(n->words, 0, (size_t)words * sizeof *n->words);
    n->count += words;
}

static int compare(const whole *a, const whole *b) {
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (int i = a->count; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

// A decimal number, not zero: leading × 10^exponent. If there are more digits than leading can hold, all of them, and a point, are
// between more and end.
typedef struct {
    uint64_t leading;
    int64_t exponent;
    const char *more, *end;
} decimal;

// How a decimal compares with significand × 2^exponent, which is about as large.
__attribute__((noinline)) static int compare_decimal(const decimal *d, uint64_t significand, int exponent) {
    whole a, b;
    a.count = b.count = 0;
    int power = (int)d->exponent;
    if (d->more) {
        // From the first digit on; leading has 19 of them.
        power += 19;
        int count = 0;
        bool rest = false;
        for (const char *p = d->more; p < d->end; p++) {
            if (*p == '.' || (*p == '0' && !count))
                continue;
            if (count < DIGITS) {
                multiply_add(&a, 10, (uint64_t)(*p - '0'));
                count++;
                power--;
            } else {
                rest |= *p != '0';
            }
        }
        // No halfway point has so many digits, so that all further ones are as good as one.
        if (rest) {
            multiply_add(&a, 10, 1);
            power--;
        }
    } else {
        multiply_add(&a, 1, d->leading);
    }
    multiply_add(&b, 1, significand);
    multiply_power_of_5(power < 0 ? &b : &a, power < 0 ? -power : power);
    if (power > exponent)
        shift_left(&a, power - exponent);
    else
        shift_left(&b, exponent - power);
    return compare(&a, &b);
}

// 10^(16 * i) for i from FIRST_POWER on, the upper 64 bits of each, rounded.
enum { FIRST_POWER = -22 };
static const uint64_t powers[] = {
    0xcd42a11346f34f7d, 0xe3e27a444d8d98b8, 0xfd00b897478238d1, 0x8c71dcd9ba0b4926, 0x9becce62836ac577, 0xad1c8eab5ee43b67,
    0xc0314325637a193a, 0xd5605fcdcf32e1d7, 0xece53cec4a314ebe, 0x8380dea93da4bc60, 0x91ff83775423cc06, 0xa21727db38cb0030,
    0xb3f4e093db73a093, 0xc7caba6e7c5382c9, 0xddd0467c64bce4a1, 0xf64335bcf065d37d, 0x88b402f7fd75539b, 0x97c560ba6b0919a6,
    0xa87fea27a539e9a5, 0xbb127c53b17ec159, 0xcfb11ead453994ba, 0xe69594bec44de15b, 0x8000000000000000, 0x8e1bc9bf04000000,
    0x9dc5ada82b70b59e, 0xaf298d050e4395d7, 0xc2781f49ffcfa6d5, 0xd7e77a8f87daf7fc, 0xefb3ab16c59b14a3, 0x850fadc09923329e,
    0x93ba47c980e98ce0, 0xa402b9c5a8d3a6e7, 0xb616a12b7fe617aa, 0xca28a291859bbf93, 0xe070f78d3927556b, 0xf92e0c3537826146,
    0x8a5296ffe33cc930, 0x9991a6f3d6bf1766, 0xaa7eebfb9df9de8e, 0xbd49d14aa79dbc82, 0xd226fc195c6a2f8c, 0xe950df20247c83fd
};

// The upper half of a product of numbers whose highest bits are set, with its highest bit set.
static inline uint64_t multiply_high(uint64_t a, uint64_t b, int *exponent) {
    const wide product = (wide)a * b;
    const bool shift = !(product >> 127);
    *exponent += 64 - shift;
    return (uint64_t)(product << shift >> 64);
}

// What m × 2^exponent is in a format, m with its highest bit set: the number of units of the result, and the unit.
static inline int unit_of(const format *f, int exponent) {
    const int unit = exponent + 64 - f->precision;
    return unit < f->least ? f->least : unit;
}

// So many units as bits; a carry into the next power of two comes out right by itself.
static inline uint64_t assemble(const format *f, uint64_t units, int unit) {
    const uint64_t bits = units + ((uint64_t)(unit - f->least) << (f->precision - 1));
    if (units && bits < infinity_of(f))
        return bits;
    errno = ERANGE;
    return units ? infinity_of(f) : 0;
}

// Whether bits are those of a number that is too small to have all of its significand, or rounded up from there to the smallest that is not.
static inline bool is_small(const format *f, uint64_t bits, int exponent) {
    return bits <= (uint64_t)1 << (f->precision - 1) && exponent + 63 < f->least + f->precision - 1;
}

// Underflow is when a result is inexact and would be below the smallest normal number also if exponents had no bound.
static inline uint64_t almost_normal(const format *f) { return ((uint64_t)2 << f->precision) - 1; }

static uint64_t from_decimal(const format *f, const decimal *d) {
    if (!d->leading)
        return 0;
    // Outside of every format, whatever the digits.
    if (d->exponent > 310 || d->exponent < -350) {
        errno = ERANGE;
        return d->exponent < 0 ? 0 : infinity_of(f);
    }
    const int shift = __builtin_clzll(d->leading);
    uint64_t m = d->leading << shift;
    int exponent = -shift;
    const int power = (int)d->exponent, index = power >> 4;
    uint64_t small = 1;
    for (int i = power & 15; i > 0; i--)
        small *= 5;
    const int small_shift = __builtin_clzll(small);
    m = multiply_high(m, small << small_shift, &exponent);
    exponent += (power & 15) - small_shift;
    m = multiply_high(m, powers[index - FIRST_POWER], &exponent);
    exponent += (16 * index * 1741647 >> 19) - 63;
    // In units of m: one each for the two products, one for the power, twice because m may be nearly double of what its error was
    // measured by; and 10^-18 of the number if there are more digits, which is 2^64 × 10^-18 of m.
    const uint64_t error = d->more ? 32 : 8;

    const int unit = unit_of(f, exponent);
    int dropped = unit - exponent;
    // Nothing of m is left; so is nothing if more is dropped.
    if (dropped > 66)
        dropped = 66;
    const wide half = (wide)1 << (dropped - 1);
    uint64_t units = (uint64_t)((m - error + half) >> dropped);
    if (units != (uint64_t)((m + (wide)error + half) >> dropped)) {
        const int order = compare_decimal(d, 2 * units + 1, unit - 1);
        units += order > 0 || (order == 0 && units & 1);
    }
    const uint64_t bits = assemble(f, units, unit);
    if (bits && is_small(f, bits, exponent)) {
        const bool normal = bits == (uint64_t)1 << (f->precision - 1);
        if (normal ? compare_decimal(d, almost_normal(f), f->least - 2) < 0 : compare_decimal(d, units, unit) != 0)
            errno = ERANGE;
    }
    return bits;
}

// m × 2^exponent, and a bit more if there is a rest.
static uint64_t from_binary(const format *f, uint64_t m, int64_t exponent, bool rest) {
    if (!m)
        return 0;
    const int shift = __builtin_clzll(m);
    m <<= shift;
    exponent -= shift;
    if (exponent > 2000 || exponent < -2000) {
        errno = ERANGE;
        return exponent < 0 ? 0 : infinity_of(f);
    }
    const int unit = unit_of(f, (int)exponent);
    int dropped = unit - (int)exponent;
    if (dropped > 66)
        dropped = 66;
    const wide half = (wide)1 << (dropped - 1), below = m & (((wide)1 << dropped) - 1);
    uint64_t units = (uint64_t)((wide)m >> dropped);
    units += below > half || (below == half && (rest || units & 1));
    const uint64_t bits = assemble(f, units, unit);
    if (bits && is_small(f, bits, (int)exponent) && (below || rest) &&
        (bits != (uint64_t)1 << (f->precision - 1) || m < ~(uint64_t)0 << (63 - f->precision)))
        errno = ERANGE;
    return bits;
}

// The exponent behind its letter, if there is one; p is then moved behind it.
static int64_t exponent_at(const char **p, char letter) {
    const char *q = *p;
    if (lower(*q) != letter)
        return 0;
    q++;
    const bool negative = *q == '-';
    q += *q == '-' || *q == '+';
    if (!is_digit(*q))
        return 0;
    int64_t exponent = 0;
    for (; is_digit(*q); q++)
        // Larger than what any number of digits makes up for.
        if (exponent < (int64_t)1 << 40)
            exponent = 10 * exponent + (*q - '0');
    *p = q;
    return negative ? -exponent : exponent;
}

static inline int digit_of(char c, bool hexadecimal) {
    if (is_digit(c))
        return c - '0';
    return hexadecimal && is_letter(c, 'f') ? lower(c) - 'a' + 10 : -1;
}

static uint64_t parse_number(const format *f, const char **position) {
    const char *p = *position;
    const bool hexadecimal = p[0] == '0' && lower(p[1]) == 'x' && digit_of(p[p[2] == '.' ? 3 : 2], true) >= 0;
    if (hexadecimal)
        p += 2;
    else if (digit_of(p[*p == '.'], false) < 0)
        return 0;
    const char *const digits = p;
    // As many digits as 64 bits always hold.
    const int room = hexadecimal ? 16 : 19;
    uint64_t leading = 0;
    int64_t exponent = 0;
    int count = 0;
    bool rest = false, point = false;
    for (;; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        const int digit = digit_of(*p, hexadecimal);
        if (digit < 0)
            break;
        if (count < room) {
            leading = leading * (hexadecimal ? 16 : 10) + (uint64_t)digit;
            count += leading != 0;
            exponent -= point;
        } else {
            rest |= digit != 0;
            exponent += !point;
        }
    }
    const char *const end = p;
    exponent = (hexadecimal ? 4 * exponent : exponent) + exponent_at(&p, hexadecimal ? 'p' : 'e');
    *position = p;
    if (hexadecimal)
        return from_binary(f, leading, exponent, rest);
    return from_decimal(f, &(decimal){leading, exponent, rest ? digits : NULL, end});
}

static uint64_t parse(const format *f, const char *text, char **end) {
    const char *p = text;
    while (is_space(*p))
        p++;
    const uint64_t sign = (uint64_t)(*p == '-') << f->sign_bit;
    p += *p == '-' || *p == '+';
    uint64_t bits;
    if (!strncasecmp(p, "inf", 3)) {
        bits = infinity_of(f);
        p += strncasecmp(p + 3, "inity", 5) ? 3 : 8;
    } else if (!strncasecmp(p, "nan", 3)) {
        const uint64_t quiet = (uint64_t)1 << (f->precision - 2);
        bits = infinity_of(f) | quiet;
        p += 3;
        // nan(7): what stands in the parentheses is ignored unless it is a number.
        const char *q = p;
        if (*q == '(') {
            do
                q++;
            while (is_digit(*q) || is_letter(*q, 'z') || *q == '_');
            if (*q == ')') {
                char *number_end;
                const uint64_t payload = strtoull(p + 1, &number_end, 0);
                if (number_end == q)
                    bits |= payload & (quiet - 1);
                p = q + 1;
            }
        }
    } else {
        const char *const number = p;
        bits = parse_number(f, &p);
        if (p == number) {
            if (end)
                *end = (char *)text;
            return 0;
        }
    }
    if (end)
        *end = (char *)p;
    return bits | sign;
}

static inline double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float float_of(uint64_t bits) {
    const uint32_t word = (uint32_t)bits;
    float x;
    memcpy(&x, &word, sizeof x);
    return x;
}

double strtod(const char *restrict text, char **restrict end) { return double_of(parse(&double_format, text, end)); }
float strtof(const char *restrict text, char **restrict end) { return float_of(parse(&float_format, text, end)); }
