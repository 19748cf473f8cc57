// What `pvm test` runs: each test in an instance of its own. A file of its own keeps the code of the tests apart.

#include <pvm.h>

uint64_t fibonacci(uint64_t n);

PVM_TEST(first_numbers) {
    const uint64_t numbers[] = {0, 1, 1, 2, 3, 5, 8, 13, 21, 34};
    for (uint64_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
        PVM_ASSERT(fibonacci(n) == numbers[n]);
}

PVM_TEST(last_that_fits) {
    PVM_ASSERT(fibonacci(93) == 12200160415121876738u);
    // The next one is 19740274219868223167, of which 2^64 is lost.
    PVM_ASSERT(fibonacci(94) == 1293530146158671551u);
}
