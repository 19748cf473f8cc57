// Calls through function pointers, the target different each time.
#include "guest.h"

typedef uint64_t operation(uint64_t, uint64_t);

static uint64_t op_add(uint64_t a, uint64_t b) { return a + b; }
static uint64_t op_xor(uint64_t a, uint64_t b) { return a ^ b; }
static uint64_t op_mul(uint64_t a, uint64_t b) { return a * (b | 1); }
static uint64_t op_turn(uint64_t a, uint64_t b) { return rotate_left64(a, 13) + b; }
static uint64_t op_sub(uint64_t a, uint64_t b) { return a - b; }
static uint64_t op_or(uint64_t a, uint64_t b) { return a | b >> 3; }
static uint64_t op_low(uint64_t a, uint64_t b) { return (a >> 1) + (b & 0xffff); }
static uint64_t op_less(uint64_t a, uint64_t b) { return a < b ? b - a : a + 3; }

static operation *const table[8] = {op_add, op_xor, op_mul, op_turn, op_sub, op_or, op_low, op_less};

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = 1, word = 99991;
    for (uint64_t round = 0; round < n; round++)
        for (int i = 0; i < 256; i++) {
            uint64_t r = next(&word);
            sum = table[r >> 21 & 7](sum, r);
        }
    return sum;
}
