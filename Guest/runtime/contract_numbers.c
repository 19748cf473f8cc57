// Numbers of 256 bits: pvm_contract.h.

#include "contract.h"

typedef unsigned __int128 wide;

SMALL bool u256_equal(const u256 *a, const u256 *b) {
    uint64_t difference = 0;
    for (int i = 0; i < 4; i++)
        difference |= a->limbs[i] ^ b->limbs[i];
    return difference == 0;
}

SMALL bool u256_less(const u256 *a, const u256 *b) {
    u256 difference;
    return !u256_try_sub(a, b, &difference);
}

SMALL bool u256_less_signed(const u256 *a, const u256 *b) {
    const bool is_negative = a->limbs[3] >> 63;
    return is_negative == (bool)(b->limbs[3] >> 63) ? u256_less(a, b) : is_negative;
}

// MARK: Sums

SMALL bool u256_try_add(const u256 *a, const u256 *b, u256 *result) {
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        const uint64_t left = a->limbs[i], sum = left + b->limbs[i], total = sum + carry;
        carry = (uint64_t)(sum < left) | (uint64_t)(total < sum);
        result->limbs[i] = total;
    }
    return !carry;
}

SMALL bool u256_try_sub(const u256 *a, const u256 *b, u256 *result) {
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const uint64_t left = a->limbs[i], right = b->limbs[i], difference = left - right;
        result->limbs[i] = difference - borrow;
        borrow = (uint64_t)(left < right) | (uint64_t)(difference < borrow);
    }
    return !borrow;
}

SMALL u256 u256_wrapping_add(const u256 *a, const u256 *b) {
    u256 result;
    u256_try_add(a, b, &result);
    return result;
}

SMALL u256 u256_wrapping_sub(const u256 *a, const u256 *b) {
    u256 result;
    u256_try_sub(a, b, &result);
    return result;
}

SMALL u256 u256_add(const u256 *a, const u256 *b) {
    u256 result;
    if (!u256_try_add(a, b, &result))
        pvm_panic(PANIC_OVERFLOW);
    return result;
}

SMALL u256 u256_sub(const u256 *a, const u256 *b) {
    u256 result;
    if (!u256_try_sub(a, b, &result))
        pvm_panic(PANIC_OVERFLOW);
    return result;
}

// MARK: Products

// All 512 bits.
SMALL static void multiply(const u256 *a, const u256 *b, uint64_t product[8]) {
    for (int i = 0; i < 8; i++)
        product[i] = 0;
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

SMALL u256 u256_wrapping_mul(const u256 *a, const u256 *b) {
    u256 result;
    u256_try_mul(a, b, &result);
    return result;
}

SMALL bool u256_try_mul(const u256 *a, const u256 *b, u256 *result) {
    uint64_t product[8];
    multiply(a, b, product);
    *result = (u256){{product[0], product[1], product[2], product[3]}};
    return (product[4] | product[5] | product[6] | product[7]) == 0;
}

SMALL u256 u256_mul(const u256 *a, const u256 *b) {
    u256 result;
    if (!u256_try_mul(a, b, &result))
        pvm_panic(PANIC_OVERFLOW);
    return result;
}

SMALL u256 u256_from_decimal(uint64_t value, unsigned decimals) {
    u256 result = u256_from(value);
    for (; decimals; decimals--)
        result = u256_mul(&result, U256(10));
    return result;
}

// MARK: Quotients

SMALL static unsigned bit_length(const uint64_t *limbs, int count) {
    while (count > 0 && limbs[count - 1] == 0)
        count--;
    return count ? (unsigned)(64 * count - __builtin_clzll(limbs[count - 1])) : 0;
}

// Divides `dividend`, of 8 limbs, which becomes the quotient; gives the remainder. The divisor is not zero.
//
// Long division with digits of 32 bits, of which the machine divides two by one; each digit of the quotient is estimated from the
// highest ones, which are shifted so that the divisor's first bit is set: then the estimate is at most 2 too large (Knuth, The Art
// of Computer Programming, volume 2, 4.3.1, algorithm D).
SMALL static u256 divide(uint64_t dividend[8], const u256 *divisor) {
    const unsigned digits = (bit_length(divisor->limbs, 4) + 31) / 32;
    const unsigned shift = digits * 32 - bit_length(divisor->limbs, 4);
    const u256 normal = u256_shift_left(divisor, shift);
    const pvm_half *const v = (const pvm_half *)normal.limbs;
    // The dividend, shifted likewise, has a digit more.
    uint64_t limbs[9];
    uint64_t below = 0;
    for (int i = 0; i < 8; i++) {
        limbs[i] = dividend[i] << shift | below;
        below = shift ? dividend[i] >> (64 - shift) : 0;
        dividend[i] = 0;
    }
    limbs[8] = below;
    pvm_half *const u = (pvm_half *)limbs, *const quotient = (pvm_half *)dividend;
    const uint64_t first = v[digits - 1], second = digits > 1 ? v[digits - 2] : 0;
    // Digits above the dividend's highest are zeros, and there are 16 at most.
    const unsigned highest = (bit_length(limbs, 9) + 31) / 32;
    for (int j = (int)(highest < 16 ? highest : 16) - (int)digits; j >= 0; j--) {
        pvm_half *const part = u + j;
        const uint64_t top = (uint64_t)part[digits] << 32 | part[digits - 1];
        uint64_t estimate = top / first, rest = top % first;
        while (estimate >> 32 || (digits > 1 && estimate * second > (rest << 32 | part[digits - 2]))) {
            estimate--;
            rest += first;
            if (rest >> 32)
                break;
        }
        int64_t borrow = 0;
        uint64_t carry = 0;
        for (unsigned i = 0; i <= digits; i++) {
            carry += i < digits ? estimate * v[i] : 0;
            borrow += (int64_t)part[i] - (int64_t)(uint32_t)carry;
            part[i] = (uint32_t)borrow;
            carry >>= 32;
            borrow >>= 32;
        }
        if (borrow) {
            estimate--;
            uint64_t sum = 0;
            for (unsigned i = 0; i <= digits; i++) {
                sum += (uint64_t)part[i] + (i < digits ? v[i] : 0);
                part[i] = (uint32_t)sum;
                sum >>= 32;
            }
        }
        quotient[j] = (uint32_t)estimate;
    }
    const u256 remainder = {{limbs[0], limbs[1], limbs[2], limbs[3]}};
    return u256_shift_right(&remainder, shift);
}

SMALL u256 u256_mul_div(const u256 *a, const u256 *b, const u256 *c) {
    if (u256_is_zero(c))
        pvm_panic(PANIC_DIVISION);
    uint64_t product[8];
    multiply(a, b, product);
    divide(product, c);
    if (product[4] | product[5] | product[6] | product[7])
        pvm_panic(PANIC_OVERFLOW);
    return (u256){{product[0], product[1], product[2], product[3]}};
}

SMALL u256 u256_div(const u256 *a, const u256 *b) { return u256_mul_div(a, U256(1), b); }

SMALL u256 u256_mod(const u256 *a, const u256 *b) {
    if (u256_is_zero(b))
        pvm_panic(PANIC_DIVISION);
    uint64_t dividend[8] = {a->limbs[0], a->limbs[1], a->limbs[2], a->limbs[3]};
    return divide(dividend, b);
}

SMALL u256 u256_sqrt(const u256 *a) {
    if (u256_is_zero(a))
        return *a;
    // Newton's iteration from above falls until it is there.
    const unsigned half = (bit_length(a->limbs, 4) + 1) / 2;
    u256 root = half < 128 ? u256_shift_left(U256(1), half) : (u256){{UINT64_MAX, UINT64_MAX, 0, 0}};
    for (;;) {
        u256 next = u256_div(a, &root);
        next = u256_add(&root, &next);
        next = u256_shift_right(&next, 1);
        if (!u256_less(&next, &root))
            return root;
        root = next;
    }
}

SMALL uint64_t u256_to_uint64(const u256 *a) {
    if (a->limbs[1] | a->limbs[2] | a->limbs[3])
        pvm_panic(PANIC_OVERFLOW);
    return a->limbs[0];
}

// MARK: Bits

SMALL u256 u256_and(const u256 *a, const u256 *b) {
    u256 result;
    for (int i = 0; i < 4; i++)
        result.limbs[i] = a->limbs[i] & b->limbs[i];
    return result;
}

SMALL u256 u256_or(const u256 *a, const u256 *b) {
    u256 result;
    for (int i = 0; i < 4; i++)
        result.limbs[i] = a->limbs[i] | b->limbs[i];
    return result;
}

SMALL u256 u256_xor(const u256 *a, const u256 *b) {
    u256 result;
    for (int i = 0; i < 4; i++)
        result.limbs[i] = a->limbs[i] ^ b->limbs[i];
    return result;
}

SMALL u256 u256_not(const u256 *a) { return u256_xor(a, U256_MAX); }

SMALL u256 u256_shift_left(const u256 *a, unsigned bits) {
    u256 result = u256_from(0);
    const unsigned limbs = bits / 64, rest = bits % 64;
    for (unsigned i = limbs; i < 4; i++) {
        result.limbs[i] = a->limbs[i - limbs] << rest;
        if (rest && i > limbs)
            result.limbs[i] |= a->limbs[i - limbs - 1] >> (64 - rest);
    }
    return result;
}

SMALL u256 u256_shift_right(const u256 *a, unsigned bits) {
    u256 result = u256_from(0);
    const unsigned limbs = bits / 64, rest = bits % 64;
    for (unsigned i = limbs; i < 4; i++) {
        result.limbs[i - limbs] = a->limbs[i] >> rest;
        if (rest && i < 3)
            result.limbs[i - limbs] |= a->limbs[i + 1] << (64 - rest);
    }
    return result;
}

// MARK: Words

// Written out: what contracts do most.
SMALL void pvm_contract_put_(void *word, const u256 *value) {
    pvm_word *const out = word;
    out[0] = __builtin_bswap64(value->limbs[3]);
    out[1] = __builtin_bswap64(value->limbs[2]);
    out[2] = __builtin_bswap64(value->limbs[1]);
    out[3] = __builtin_bswap64(value->limbs[0]);
}

SMALL void pvm_contract_put_address_(void *word, const address *value) {
    *(pvm_word *)word = 0;
    *(pvm_half *)((uint8_t *)word + 8) = 0;
    *(address *)((uint8_t *)word + 12) = *value;
}

SMALL void pvm_contract_get_(u256 *value, const void *word) {
    const pvm_word *const in = word;
    value->limbs[0] = __builtin_bswap64(in[3]);
    value->limbs[1] = __builtin_bswap64(in[2]);
    value->limbs[2] = __builtin_bswap64(in[1]);
    value->limbs[3] = __builtin_bswap64(in[0]);
}

SMALL bytes32 u256_to_word(const u256 *a) {
    bytes32 word;
    pvm_contract_put_(&word, a);
    return word;
}

SMALL u256 u256_from_word(const bytes32 *word) {
    u256 value;
    pvm_contract_get_(&value, word);
    return value;
}

SMALL bytes32 address_to_word(const address *a) {
    bytes32 word;
    pvm_contract_put_address_(&word, a);
    return word;
}
