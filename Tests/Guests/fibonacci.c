// Naive recursion: calls, returns, the stack.

#include "checksum.h"

static uint64_t fibonacci(uint64_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

PVM_EXPORT(uint64_t, run, uint64_t n) { return fibonacci(n); }
