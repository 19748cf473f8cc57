// Arithmetic modulo 2^255 - 19. What is above bit 255 counts 19 times at the bottom.

#include "field.h"
#include <string.h>

typedef unsigned __int128 wide;

#define MASK ((1ull << 51) - 1)

const field field_zero = {{0, 0, 0, 0, 0}};
const field field_one = {{1, 0, 0, 0, 0}};

// Brings limbs of up to 63 bits down to 51, but for a bit of the lowest two.
static field carried(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e) {
    b += a >> 51, a &= MASK;
    c += b >> 51, b &= MASK;
    d += c >> 51, c &= MASK;
    e += d >> 51, d &= MASK;
    a += 19 * (e >> 51), e &= MASK;
    b += a >> 51, a &= MASK;
    return (field){{a, b, c, d, e}};
}

field field_sum(const field *a, const field *b) {
    field result;
    for (unsigned i = 0; i < 5; i++) result.limbs[i] = a->limbs[i] + b->limbs[i];
    return result;
}

field field_difference(const field *a, const field *b) {
    // Four times the modulus, so that no limb goes below zero.
    const uint64_t low = 4 * (MASK - 18), high = 4 * MASK;
    return carried(
        a->limbs[0] + low - b->limbs[0], a->limbs[1] + high - b->limbs[1], a->limbs[2] + high - b->limbs[2],
        a->limbs[3] + high - b->limbs[3], a->limbs[4] + high - b->limbs[4]);
}

// Sums of products: those that belong 255 bits higher come in times 19.
static field reduced(wide a, wide b, wide c, wide d, wide e) {
    b += (uint64_t)(a >> 51);
    c += (uint64_t)(b >> 51);
    d += (uint64_t)(c >> 51);
    e += (uint64_t)(d >> 51);
    uint64_t low = ((uint64_t)a & MASK) + 19 * (uint64_t)(e >> 51);
    uint64_t next = ((uint64_t)b & MASK) + (low >> 51);
    return (field){{low & MASK, next, (uint64_t)c & MASK, (uint64_t)d & MASK, (uint64_t)e & MASK}};
}

field field_product(const field *x, const field *y) {
    const uint64_t a0 = x->limbs[0], a1 = x->limbs[1], a2 = x->limbs[2], a3 = x->limbs[3], a4 = x->limbs[4];
    const uint64_t b0 = y->limbs[0], b1 = y->limbs[1], b2 = y->limbs[2], b3 = y->limbs[3], b4 = y->limbs[4];
    const uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    return reduced(
        (wide)a0 * b0 + (wide)a1 * c4 + (wide)a2 * c3 + (wide)a3 * c2 + (wide)a4 * c1,
        (wide)a0 * b1 + (wide)a1 * b0 + (wide)a2 * c4 + (wide)a3 * c3 + (wide)a4 * c2,
        (wide)a0 * b2 + (wide)a1 * b1 + (wide)a2 * b0 + (wide)a3 * c4 + (wide)a4 * c3,
        (wide)a0 * b3 + (wide)a1 * b2 + (wide)a2 * b1 + (wide)a3 * b0 + (wide)a4 * c4,
        (wide)a0 * b4 + (wide)a1 * b3 + (wide)a2 * b2 + (wide)a3 * b1 + (wide)a4 * b0);
}

field field_square(const field *x) {
    const uint64_t a0 = x->limbs[0], a1 = x->limbs[1], a2 = x->limbs[2], a3 = x->limbs[3], a4 = x->limbs[4];
    const uint64_t twice0 = 2 * a0, twice1 = 2 * a1, c3 = 19 * a3, c4 = 19 * a4;
    return reduced(
        (wide)a0 * a0 + (wide)twice1 * c4 + (wide)(2 * a2) * c3, (wide)twice0 * a1 + (wide)(2 * a2) * c4 + (wide)a3 * c3,
        (wide)twice0 * a2 + (wide)a1 * a1 + (wide)(2 * a3) * c4, (wide)twice0 * a3 + (wide)twice1 * a2 + (wide)a4 * c4,
        (wide)twice0 * a4 + (wide)twice1 * a3 + (wide)a2 * a2);
}

field field_squares(const field *a, unsigned count) {
    field result = *a;
    while (count--) result = field_square(&result);
    return result;
}

// a^(2^250 - 1), of which both powers that are needed are made; also a^11.
static field long_power(const field *a, field *eleventh) {
    const field a2 = field_square(a), a8 = field_squares(&a2, 2);
    const field a9 = field_product(a, &a8);
    *eleventh = field_product(&a2, &a9);
    const field a22 = field_square(eleventh);
    // Exponents of only ones: 5, 10, 20, 40, 50, 100, 200 and 250 of them.
    field power = field_product(&a9, &a22), shifted;
    const field ones5 = power;
    shifted = field_squares(&power, 5), power = field_product(&shifted, &ones5);
    const field ones10 = power;
    shifted = field_squares(&power, 10), power = field_product(&shifted, &power);
    const field ones20 = power;
    shifted = field_squares(&power, 20), power = field_product(&shifted, &ones20);
    shifted = field_squares(&power, 10), power = field_product(&shifted, &ones10);
    const field ones50 = power;
    shifted = field_squares(&power, 50), power = field_product(&shifted, &ones50);
    const field ones100 = power;
    shifted = field_squares(&power, 100), power = field_product(&shifted, &ones100);
    shifted = field_squares(&power, 50);
    return field_product(&shifted, &ones50);
}

field field_root_power(const field *a) {
    field eleventh;
    const field power = long_power(a, &eleventh), shifted = field_squares(&power, 2);
    return field_product(&shifted, a);
}

field field_inverse(const field *a) {
    // a^(p - 2), and p - 2 is 2^255 - 21 = 2^5 (2^250 - 1) + 11.
    field eleventh;
    const field power = long_power(a, &eleventh), shifted = field_squares(&power, 5);
    return field_product(&shifted, &eleventh);
}

bool field_read(field *result, const uint8_t bytes[32]) {
    uint64_t words[4];
    memcpy(words, bytes, sizeof words);
    *result = (field){{
        words[0] & MASK, (words[0] >> 51 | words[1] << 13) & MASK, (words[1] >> 38 | words[2] << 26) & MASK,
        (words[2] >> 25 | words[3] << 39) & MASK, words[3] >> 12 & MASK,
    }};
    const uint64_t *limbs = result->limbs;
    const bool all_ones = (limbs[1] & limbs[2] & limbs[3] & limbs[4]) == MASK;
    return !(all_ones && limbs[0] >= MASK - 18);
}

void field_write(const field *a, uint8_t bytes[32]) {
    field b = carried(a->limbs[0], a->limbs[1], a->limbs[2], a->limbs[3], a->limbs[4]);
    // Whether the number is at least the modulus: then adding 19 carries out of bit 255.
    uint64_t carry = 19;
    for (unsigned i = 0; i < 5; i++) carry = (b.limbs[i] + carry) >> 51;
    b.limbs[0] += 19 * carry;
    carry = 0;
    for (unsigned i = 0; i < 5; i++) {
        b.limbs[i] += carry;
        carry = b.limbs[i] >> 51;
        b.limbs[i] &= MASK;
    }
    const uint64_t words[4] = {
        b.limbs[0] | b.limbs[1] << 51, b.limbs[1] >> 13 | b.limbs[2] << 38, b.limbs[2] >> 26 | b.limbs[3] << 25,
        b.limbs[3] >> 39 | b.limbs[4] << 12,
    };
    memcpy(bytes, words, sizeof words);
}

bool field_equal(const field *a, const field *b) {
    uint8_t first[32], second[32];
    field_write(a, first);
    field_write(b, second);
    return memcmp(first, second, sizeof first) == 0;
}
