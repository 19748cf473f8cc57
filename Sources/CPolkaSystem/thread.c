// The bounds of a thread's stack.

#define _GNU_SOURCE
#include "pvm_thread.h"

#include <pthread.h>

_Thread_local pvm_stack_bounds pvm_current_stack;

void pvm_find_stack(void) {
    // Bounds that hold nothing, if the system does not tell.
    pvm_current_stack = (pvm_stack_bounds){0, 1};
#if defined(__linux__)
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    void *low;
    size_t byte_count;
    if (pthread_attr_getstack(&attributes, &low, &byte_count) == 0) {
        pvm_current_stack = (pvm_stack_bounds){(uintptr_t)low, (uintptr_t)low + byte_count};
    }
    pthread_attr_destroy(&attributes);
#elif defined(__APPLE__)
    const uintptr_t high = (uintptr_t)pthread_get_stackaddr_np(pthread_self());
    pvm_current_stack = (pvm_stack_bounds){high - pthread_get_stacksize_np(pthread_self()), high};
#endif
}
