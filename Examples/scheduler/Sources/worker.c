// A guest with something to compute, which rests now and then.

#include <pvm.h>

// Lets others work for so many rounds of the host.
PVM_IMPORT(void, rest, uint64_t rounds);

// How many steps it takes to get from `n` to 1 by the rule of Collatz.
static uint64_t steps(uint64_t n) {
    uint64_t count = 0;
    for (; n != 1; count++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    return count;
}

// The most steps from any number from 1 to `limit`.
PVM_EXPORT(uint64_t, work, uint64_t limit) {
    uint64_t most = 0;
    for (uint64_t n = 1; n <= limit; n++) {
        const uint64_t count = steps(n);
        if (count > most) most = count;
        if (n % 64 == 0) rest(n % 5);
    }
    return most;
}

PVM_TEST(steps) {
    PVM_ASSERT(steps(1) == 0 && steps(2) == 1 && steps(3) == 7);
    // The number below 100 that takes longest.
    PVM_ASSERT(steps(97) == 118);
}
