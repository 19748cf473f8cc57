// Calls of the host and nothing else: n of them, each result part of the next argument.

#include <pvm.h>

PVM_IMPORT(uint64_t, host_step, uint64_t value);

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t value = 1;
    for (uint64_t i = 0; i < n; i++)
        value = host_step(value + i);
    return value;
}
