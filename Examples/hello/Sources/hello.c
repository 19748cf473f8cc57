// A function that the host calls, and which calls one of the host.

#include <pvm.h>

PVM_IMPORT(uint64_t, host_add, uint64_t a, uint64_t b);

static uint64_t twice(uint64_t n) { return 2 * n; }

PVM_EXPORT(uint64_t, answer, uint64_t n) { return twice(host_add(n, 1)); }

PVM_TEST(twice) { PVM_ASSERT(twice(21) == 42); }
