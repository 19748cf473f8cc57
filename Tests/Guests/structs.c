// Structs by value: small ones in registers, large ones in memory, bit fields, unions, nested arrays, results in memory.

#include "checksum.h"
#include <string.h>

struct point { int32_t x, y; };
struct pair { uint64_t first, second; };
struct large { uint64_t words[5]; uint8_t tail; };
struct bits { unsigned a : 3, b : 7, c : 22; int d : 5; uint64_t e : 40; };
struct __attribute__((packed)) odd { uint8_t a; uint64_t b; uint16_t c; uint32_t d; };
union view { uint64_t word; uint32_t halves[2]; uint8_t bytes[8]; };

__attribute__((noinline)) static struct point turn(struct point p, int by) { return (struct point){p.y + by, -p.x}; }
__attribute__((noinline)) static struct pair swap(struct pair p) { return (struct pair){p.second, p.first}; }
__attribute__((noinline)) static struct large grow(struct large l, struct point p, uint8_t tail) {
    for (int i = 0; i < 5; i++)
        l.words[i] = l.words[i] * 5 + (uint64_t)(p.x ^ p.y);
    l.tail ^= tail;
    return l;
}
// More arguments than registers: the rest is on the stack.
__attribute__((noinline)) static uint64_t many(
    uint64_t a, struct pair b, uint8_t c, struct large d, int16_t e, struct point f, uint64_t g, struct bits h, bool i) {
    return a + b.first * 3 + b.second * 5 + c * 7u + d.words[4] + d.tail + (uint64_t)(int64_t)e + (uint64_t)f.x * 11 + g * 13 +
           h.b + h.e + (uint64_t)h.d + i;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 1, sum = 0;
    struct point p = {(int32_t)n, 7};
    struct pair q = {n, 3};
    struct large l = {{1, 2, 3, 4, 5}, 6};
    struct bits b = {0};
    struct odd odds[3];
    memset(odds, 0, sizeof odds);
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        p = turn(p, (int)(r & 1023));
        q = swap(q);
        q.first ^= r;
        l = grow(l, p, (uint8_t)r);
        b.a = r & 7, b.b += 3, b.c ^= (unsigned)r & 0x3fffff, b.d = (int)(r >> 9 & 15) - 8, b.e += r & 0xffff;
        struct odd *o = &odds[i % 3];
        o->a ^= (uint8_t)r, o->b += r, o->c -= (uint16_t)i, o->d = (uint32_t)(r >> 32);
        union view v = {.word = r};
        v.bytes[i % 8] ^= 0x5a;
        sum = mix(sum, v.halves[i & 1] + many(r, q, v.bytes[3], l, (int16_t)r, p, i, b, r >> 63));
        const struct large copy = l;
        sum = mix(sum, copy.words[i % 5] + (uint64_t)memcmp(&copy, &l, sizeof copy.words) + odds[(i + 1) % 3].b + b.c);
    }
    return sum;
}
