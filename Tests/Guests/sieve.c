// Primes up to n: byte stores with a stride, in zero data.

#include "checksum.h"

enum { LIMIT = 40000 };
static bool composite[LIMIT + 1];

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = 0;
    if (n > LIMIT)
        n = LIMIT;
    for (uint64_t i = 0; i <= n; i++)
        composite[i] = false;
    for (uint64_t i = 2; i <= n; i++) {
        if (composite[i])
            continue;
        sum = mix(sum, i);
        for (uint64_t j = i * i; j <= n; j += i)
            composite[j] = true;
    }
    return sum;
}
