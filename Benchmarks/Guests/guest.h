// What the guests share. Each is one C file without a library that defines
//
//     EXPORT(uint64_t, run, uint64_t n) { ... }
//
// which does work in proportion to n and returns a checksum. It sets up all the state that it reads: the same n gives the
// same answer again in the same instance. The same file is a PolkaVM program and a shared object of this machine; nothing but
// this header knows which.

#ifndef GUEST_H
#define GUEST_H

#ifdef __riscv
#include <pvm.h>
#define EXPORT PVM_EXPORT
#else
#include <stddef.h>
#include <stdint.h>
#define EXPORT(result, name, ...) __attribute__((visibility("default"))) result name(__VA_ARGS__)
#endif

#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

// Compilers call these for copies and initialisers. Written out here, so that a guest is not compared with the vector
// instructions of the machine's own library.
#define LIBRARY __attribute__((weak, visibility("hidden"), used))

typedef uint64_t __attribute__((may_alias, aligned(1))) any_word;

LIBRARY void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    uint8_t *d = to;
    const uint8_t *s = from;
    for (; size >= 8; size -= 8, d += 8, s += 8)
        *(any_word *)d = *(const any_word *)s;
    for (; size; size--)
        *d++ = *s++;
    return to;
}

LIBRARY void *memset(void *to, int byte, size_t size) {
    uint8_t *d = to;
    uint64_t word = 0x0101010101010101 * (uint64_t)(uint8_t)byte;
    for (; size >= 8; size -= 8, d += 8)
        *(any_word *)d = word;
    for (; size; size--)
        *d++ = (uint8_t)byte;
    return to;
}

LIBRARY void *memmove(void *to, const void *from, size_t size) {
    uint8_t *d = to;
    const uint8_t *s = from;
    if (d <= s || d >= s + size)
        return memcpy(to, from, size);
    while (size--)
        d[size] = s[size];
    return to;
}

LIBRARY int memcmp(const void *left, const void *right, size_t size) {
    const uint8_t *a = left, *b = right;
    for (; size; size--, a++, b++)
        if (*a != *b)
            return *a < *b ? -1 : 1;
    return 0;
}

// Adds a value to a checksum.
INLINE uint64_t mix(uint64_t sum, uint64_t value) {
    sum = (sum ^ value) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

// The next of a sequence of varied numbers; the state may start with anything but 0.
INLINE uint64_t next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

INLINE uint32_t rotate_right32(uint32_t x, unsigned by) { return x >> by | x << (32 - by); }
INLINE uint64_t rotate_left64(uint64_t x, unsigned by) { return by ? x << by | x >> (64 - by) : x; }
INLINE uint64_t rotate_right64(uint64_t x, unsigned by) { return x >> by | x << (64 - by); }

#endif
