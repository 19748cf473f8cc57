// A large stack: alloca of changing sizes, large local arrays, deep recursion, each close to what PVM_MIN_STACK asked for.

#include "checksum.h"
#include <alloca.h>
#include <string.h>

PVM_MIN_STACK(1 << 20);

__attribute__((noinline)) static uint64_t scratch(size_t size, uint64_t seed) {
    unsigned char *memory = alloca(size);
    memset(memory, (int)(seed & 0xff), size);
    memory[size / 2] ^= 0x5a;
    uint64_t sum = seed;
    for (size_t i = 0; i < size; i += size / 7 + 1)
        sum = mix(sum, memory[i]);
    // More of it in a loop; all of it lasts until the function returns.
    unsigned char *pieces[5];
    for (size_t i = 0; i < 5; i++) {
        pieces[i] = alloca(i * 16 + 1);
        pieces[i][i * 16] = (unsigned char)(seed >> i);
    }
    for (size_t i = 0; i < 5; i++)
        sum = mix(sum, pieces[i][i * 16]);
    return mix(sum, memory[size - 1]);
}

__attribute__((noinline)) static uint64_t whole(uint64_t seed) {
    uint64_t words[100000];
    for (size_t i = 0; i < sizeof words / sizeof *words; i += 500)
        words[i] = seed += i;
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i += 500)
        sum = mix(sum, words[i]);
    return sum;
}

// Frames of changing size, some with a variable array, that all stay until the deepest call.
__attribute__((noinline)) static uint64_t deep(unsigned depth, uint64_t *outer) {
    if (!depth)
        return *outer;
    uint64_t local[depth % 9 + 1];
    for (size_t i = 0; i < depth % 9 + 1; i++)
        local[i] = *outer + i;
    const uint64_t below = deep(depth - 1, &local[depth % 9]);
    return mix(below, local[depth % 3 % (depth % 9 + 1)]);
}

// Not in the tail position, in spite of the looks.
__attribute__((noinline)) static uint64_t ackermann(uint64_t m, uint64_t n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 103, sum = n;
    for (uint64_t i = 0; i < n % 200; i++) {
        const uint64_t r = next(&state);
        sum = mix(sum, scratch(r % 3000 + 1, r));
    }
    sum = mix(sum, scratch(900000, n));
    sum = mix(sum, whole(n));
    sum = mix(sum, deep((unsigned)n, &sum));
    return mix(sum, ackermann(2, n % 60));
}
