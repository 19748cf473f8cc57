// Constructors in order of priority, run once.

#include "checksum.h"

static uint64_t order = 1;

__attribute__((constructor(300))) static void third(void) { order = order * 10 + 3; }
__attribute__((constructor(101))) static void first(void) { order = order * 10 + 1; }
__attribute__((constructor(200))) static void second(void) { order = order * 10 + 2; }
__attribute__((constructor)) static void last(void) { order = order * 10 + 4; }

PVM_EXPORT(uint64_t, run, uint64_t n) {
#if PVM_GUEST
    pvm_run_constructors();
    pvm_run_constructors();
#endif
    return mix(n, order);
}
