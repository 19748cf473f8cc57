// Numbers of 256 bits: pvm_contract.h.

#include "contract.h"

typedef unsigned __int128 wide;

SMALL bool u256_equal(u256 a, u256 b) { return u256_is_zero(u256_xor(a, b)); }

SMALL bool u256_less(u256 a, u256 b) {
    u256 difference;
    return !u256_try_sub(a, b, &difference);
}

SMALL bool u256_less_signed(u256 a, u256 b) {
    // With the sign turned round they are in the order of numbers without one.
    a.limbs[3] ^= 1ull << 63;
    b.limbs[3] ^= 1ull << 63;
    return u256_less(a, b);
}

// MARK: Sums

SMALL bool u256_try_add(u256 a, u256 b, u256 *result) {
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        const uint64_t sum = a.limbs[i] + b.limbs[i];
        const uint64_t total = sum + carry;
        carry = (uint64_t)(sum < a.limbs[i]) | (uint64_t)(total < sum);
        result->limbs[i] = total;
    }
    return !carry;
}

SMALL bool u256_try_sub(u256 a, u256 b, u256 *result) {
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const uint64_t difference = a.limbs[i] - b.limbs[i];
        const uint64_t total = difference - borrow;
        borrow = (uint64_t)(a.limbs[i] < b.limbs[i]) | (uint64_t)(difference < borrow);
        result->limbs[i] = total;
    }
    return !borrow;
}

SMALL u256 u256_wrapping_add(u256 a, u256 b) {
    u256_try_add(a, b, &a);
    return a;
}

SMALL u256 u256_wrapping_sub(u256 a, u256 b) {
    u256_try_sub(a, b, &a);
    return a;
}

SMALL u256 u256_add(u256 a, u256 b) {
    if (!u256_try_add(a, b, &a))
        pvm_panic(PANIC_OVERFLOW);
    return a;
}

SMALL u256 u256_sub(u256 a, u256 b) {
    if (!u256_try_sub(a, b, &a))
        pvm_panic(PANIC_OVERFLOW);
    return a;
}

// MARK: Products

// All 512 bits.
SMALL static void multiply(const u256 *a, const u256 *b, uint64_t product[8]) {
    memset(product, 0, 8 * sizeof product[0]);
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            // At most (2^64 - 1)^2 + 2 (2^64 - 1), which is 2^128 - 1.
            const wide sum = (wide)a->limbs[i] * b->limbs[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        product[i + 4] = carry;
    }
}

SMALL u256 u256_wrapping_mul(u256 a, u256 b) {
    uint64_t product[8];
    multiply(&a, &b, product);
    memcpy(a.limbs, product, sizeof a.limbs);
    return a;
}

SMALL bool u256_try_mul(u256 a, u256 b, u256 *result) {
    uint64_t product[8];
    multiply(&a, &b, product);
    memcpy(result->limbs, product, sizeof result->limbs);
    return (product[4] | product[5] | product[6] | product[7]) == 0;
}

SMALL u256 u256_mul(u256 a, u256 b) {
    if (!u256_try_mul(a, b, &a))
        pvm_panic(PANIC_OVERFLOW);
    return a;
}

SMALL u256 u256_from_decimal(uint64_t value, unsigned decimals) {
    u256 result = u256_from(value);
    for (; decimals; decimals--)
        result = u256_mul(result, u256_from(10));
    return result;
}

// MARK: Quotients

SMALL static unsigned bit_length(const uint64_t *limbs, int count) {
    while (count > 0 && limbs[count - 1] == 0)
        count--;
    return count ? (unsigned)(64 * count - __builtin_clzll(limbs[count - 1])) : 0;
}

// Divides `dividend`, of 8 limbs, which becomes the quotient; gives the remainder. The divisor is not zero. Bit by bit, but for small ones: it
// is small, and contracts divide little.
SMALL static u256 divide(uint64_t dividend[8], const u256 *divisor) {
    u256 remainder = u256_zero();
    unsigned bits = bit_length(dividend, 8);
    if (bits <= 64 && bit_length(divisor->limbs, 4) <= 64) {
        remainder.limbs[0] = dividend[0] % divisor->limbs[0];
        dividend[0] /= divisor->limbs[0];
        return remainder;
    }
    while (bits-- > 0) {
        const uint64_t top = remainder.limbs[3] >> 63;
        remainder = u256_shift_left(remainder, 1);
        remainder.limbs[0] |= dividend[bits / 64] >> bits % 64 & 1;
        u256 difference;
        const bool fits = u256_try_sub(remainder, *divisor, &difference);
        dividend[bits / 64] &= ~(1ull << bits % 64);
        if (top || fits) {
            remainder = difference;
            dividend[bits / 64] |= 1ull << bits % 64;
        }
    }
    return remainder;
}

SMALL u256 u256_mul_div(u256 a, u256 b, u256 c) {
    if (u256_is_zero(c))
        pvm_panic(PANIC_DIVISION);
    uint64_t product[8];
    multiply(&a, &b, product);
    divide(product, &c);
    if (product[4] | product[5] | product[6] | product[7])
        pvm_panic(PANIC_OVERFLOW);
    memcpy(a.limbs, product, sizeof a.limbs);
    return a;
}

SMALL u256 u256_div(u256 a, u256 b) { return u256_mul_div(a, u256_from(1), b); }

SMALL u256 u256_mod(u256 a, u256 b) {
    if (u256_is_zero(b))
        pvm_panic(PANIC_DIVISION);
    uint64_t dividend[8] = {a.limbs[0], a.limbs[1], a.limbs[2], a.limbs[3]};
    return divide(dividend, &b);
}

SMALL u256 u256_sqrt(u256 a) {
    if (u256_is_zero(a))
        return a;
    // Newton's iteration from above falls until it is there.
    const unsigned half = (bit_length(a.limbs, 4) + 1) / 2;
    u256 root = half < 128 ? u256_shift_left(u256_from(1), half) : (u256){{UINT64_MAX, UINT64_MAX, 0, 0}};
    for (;;) {
        const u256 next = u256_shift_right(u256_add(root, u256_div(a, root)), 1);
        if (!u256_less(next, root))
            return root;
        root = next;
    }
}

SMALL uint64_t u256_to_uint64(u256 a) {
    if (a.limbs[1] | a.limbs[2] | a.limbs[3])
        pvm_panic(PANIC_OVERFLOW);
    return a.limbs[0];
}

// MARK: Shifts

SMALL u256 u256_shift_left(u256 a, unsigned bits) {
    u256 result = u256_zero();
    const unsigned limbs = bits / 64, rest = bits % 64;
    for (unsigned i = limbs; i < 4; i++) {
        result.limbs[i] = a.limbs[i - limbs] << rest;
        if (rest && i > limbs)
            result.limbs[i] |= a.limbs[i - limbs - 1] >> (64 - rest);
    }
    return result;
}

SMALL u256 u256_shift_right(u256 a, unsigned bits) {
    u256 result = u256_zero();
    const unsigned limbs = bits / 64, rest = bits % 64;
    for (unsigned i = limbs; i < 4; i++) {
        result.limbs[i - limbs] = a.limbs[i] >> rest;
        if (rest && i < 3)
            result.limbs[i - limbs] |= a.limbs[i + 1] << (64 - rest);
    }
    return result;
}

// MARK: Words

SMALL void pvm_contract_put_(void *word, const u256 *value) {
    pvm_word *const out = word;
    for (int i = 0; i < 4; i++)
        out[i] = __builtin_bswap64(value->limbs[3 - i]);
}

SMALL void pvm_contract_get_(u256 *value, const void *word) {
    const pvm_word *const in = word;
    for (int i = 0; i < 4; i++)
        value->limbs[i] = __builtin_bswap64(in[3 - i]);
}

SMALL bytes32 u256_to_word(u256 a) {
    bytes32 word;
    pvm_contract_put_(&word, &a);
    return word;
}

SMALL u256 u256_from_word(bytes32 word) {
    u256 value;
    pvm_contract_get_(&value, &word);
    return value;
}

SMALL bytes32 address_to_word(address a) {
    bytes32 word = {0};
    memcpy(word.bytes + 12, a.bytes, 20);
    return word;
}
