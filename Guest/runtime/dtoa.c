// The digits of a double for printf, ecvt and fcvt: those of its exact value, rounded once. picolibc's own finds the shortest
// that identify the number, and tables for that are larger than all of this.
//
// The number is written in binary with a fixed point. Dividing what is before the point by 10^9 gives decimals from the back, multiplying
// what is behind it from the front, nine at a time.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// As in picolibc's dtoa.h. toolchain/build-picolibc makes room for the digits of any double, of which there are at most 767.
struct dtoa {
    int32_t exp;
    uint8_t flags;
    char digits[];
};

enum { MINUS = 1, ZERO = 2, INFINITE = 4, NOT_A_NUMBER = 8 };
enum { NINE_DIGITS = 1000000000 };

// Digits on their way out.
typedef struct {
    char *digits;
    // How many are wanted, not known before the first one in the style of %f; how many there are.
    int wanted, count;
    // The digit behind the last one wanted, -1 until it is there, and whether anything follows that is not 0.
    int next;
    bool rest;
} output;

static inline void put(output *o, int digit) {
    if (o->count < o->wanted)
        o->digits[o->count++] = (char)('0' + digit);
    else if (o->next < 0)
        o->next = digit;
    else
        o->rest |= digit != 0;
}

static inline int larger(int a, int b) { return a > b ? a : b; }
static inline int smaller(int a, int b) { return a < b ? a : b; }

// Gives the power of ten of the first digit and up to max_digits of them, in the style of %f no more than there are up to max_decimals behind
// the point; returns how many there are. All further ones are 0.
int __dtoa_engine(double x, struct dtoa *result, int max_digits, bool fixed, int max_decimals);

int __dtoa_engine(double x, struct dtoa *result, int max_digits, bool fixed, int max_decimals) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int biased = (int)(bits >> 52 & 0x7ff);
    uint64_t significand = bits & (((uint64_t)1 << 52) - 1);
    result->flags = bits >> 63 ? MINUS : 0;
    result->exp = 0;
    if (biased == 0x7ff) {
        result->flags |= significand ? NOT_A_NUMBER : INFINITE;
        return 0;
    }
    if (!biased && !significand) {
        result->flags |= ZERO;
        result->digits[0] = '0';
        return 1;
    }
    significand |= (uint64_t)(biased != 0) << 52;
    const int exponent = (biased ? biased : 1) - 1075;

    // The words from the lowest on; so many of them are behind the point.
    uint32_t words[36];
    const int behind = exponent < 0 ? (31 - exponent) / 32 : 0;
    const int shift = exponent + 32 * behind, first = shift / 32;
    int count = larger(behind, first + 3);
    memset(words, 0, (size_t)count * sizeof *words);
    const unsigned __int128 shifted = (unsigned __int128)significand << (shift & 31);
    for (int i = 0; i < 3; i++)
        words[first + i] = (uint32_t)(shifted >> 32 * i);

    uint32_t chunks[36];
    int left = 0;
    for (;;) {
        while (count > behind && !words[count - 1])
            count--;
        if (count == behind)
            break;
        uint64_t remainder = 0;
        for (int i = count; i-- > behind;) {
            remainder = remainder << 32 | words[i];
            words[i] = (uint32_t)(remainder / NINE_DIGITS);
            remainder %= NINE_DIGITS;
        }
        chunks[left++] = (uint32_t)remainder;
    }

    output o = {.digits = result->digits, .wanted = -1, .next = -1};
    // The power of ten of the digit at hand.
    int power = 9 * left;
    bool started = false;
    // The words behind the point that are not 0 lie between these.
    int lowest = 0, highest = smaller(behind, first + 3);
    while (left > 0 || lowest < behind) {
        uint32_t chunk;
        if (left > 0) {
            chunk = chunks[--left];
        } else {
            if (!words[lowest]) {
                lowest++;
                continue;
            }
            uint64_t carry = 0;
            for (int i = lowest; i < highest; i++) {
                carry += (uint64_t)words[i] * NINE_DIGITS;
                words[i] = (uint32_t)carry;
                carry >>= 32;
            }
            // Right behind the point there may be many zeros.
            if (highest < behind) {
                if (carry)
                    words[highest++] = (uint32_t)carry;
                carry = 0;
            }
            chunk = (uint32_t)carry;
        }
        if (!started && !chunk) {
            power -= 9;
            continue;
        }
        // Nothing to tell that has not been told: the rest is not 0.
        if (o.rest)
            break;
        char digits[9];
        for (int i = 9; i-- > 0; chunk /= 10)
            digits[i] = (char)(chunk % 10);
        for (int i = 0; i < 9; i++) {
            power--;
            if (!started) {
                if (!digits[i])
                    continue;
                started = true;
                result->exp = power;
                o.wanted = max_digits;
                if (fixed)
                    o.wanted = smaller(max_digits, larger(max_decimals < 0, max_decimals + power + 1));
                // Rounding can not reach the last decimal.
                if (fixed && o.wanted == 0 && max_decimals + power + 1 < 0)
                    return 0;
            }
            put(&o, digits[i]);
        }
    }

    const bool odd = o.count > 0 && (o.digits[o.count - 1] & 1);
    if (o.next < 5 || (o.next == 5 && !o.rest && !odd))
        return o.count;
    while (o.count > 0 && o.digits[o.count - 1] == '9')
        o.count--;
    if (o.count > 0) {
        o.digits[o.count - 1]++;
        return o.count;
    }
    o.digits[0] = '1';
    result->exp++;
    return 1;
}
