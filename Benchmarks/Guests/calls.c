// Deep calls: naive Fibonacci numbers and Ackermann's function, which is mostly returns.
#include "guest.h"

static NOINLINE uint64_t fibonacci(uint64_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static NOINLINE uint64_t ackermann(uint64_t m, uint64_t n) {
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (uint64_t round = 0; round < n; round++) {
        sum = mix(sum, fibonacci(16 + (round & 3)));
        sum = mix(sum, ackermann(2, 20 + (round & 15)));
    }
    return sum;
}
