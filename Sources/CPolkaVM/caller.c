// Records of threads, by which an instance knows who uses it; and a question to the system, which Swift cannot ask
// without dying of the answer.

#include "pvm_caller.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_uint_fast64_t last_number;

static _Thread_local pvm_caller this_caller;

pvm_caller *pvm_this_caller(void) {
    // 0 stands for no thread.
    while (this_caller.number == 0) {
        this_caller.number = (atomic_fetch_add_explicit(&last_number, 1, memory_order_relaxed) + 1) & UINT32_MAX;
    }
    return &this_caller;
}

int32_t pvm_can_allocate(uint64_t byte_count) {
    // Kept from the compiler, which may take an allocation that nobody uses for granted.
    void *volatile memory = malloc(byte_count);
    free(memory);
    return memory != 0;
}
