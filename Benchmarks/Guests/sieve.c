// Prime sieve over a static byte array: strided stores and byte loads.
#include "guest.h"

#define LIMIT (1u << 18)
static uint8_t composite[LIMIT];

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (uint64_t round = 0; round < n; round++) {
        uint32_t limit = LIMIT - (uint32_t)(round & 255), count = 0;
        for (uint32_t i = 0; i < limit; i++)
            composite[i] = 0;
        for (uint32_t i = 2; i < limit; i++) {
            if (composite[i])
                continue;
            count++;
            if (i < 512)
                for (uint32_t j = i * i; j < limit; j += i)
                    composite[j] = 1;
        }
        sum = mix(sum, count);
    }
    return sum;
}
