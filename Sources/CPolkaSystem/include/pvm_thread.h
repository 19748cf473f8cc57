// Which thread this is, and how much of its stack is left: what it takes to refuse calls that would go wrong.

#ifndef PVM_THREAD_H
#define PVM_THREAD_H

#include <stdint.h>

/// The stack of the running thread; empty until it is asked for.
typedef struct {
    uintptr_t low;
    uintptr_t high;
} pvm_stack_bounds;

extern _Thread_local pvm_stack_bounds pvm_current_stack;

/// Finds out where the stack of the running thread lies.
void pvm_find_stack(void);

/// A number that no other living thread has, and that is not 0.
static inline uintptr_t pvm_thread_token(void) { return (uintptr_t)&pvm_current_stack; }

/// Bytes of the thread's stack that are left; much if that cannot be known, as on a stack that is not the system's.
static inline uintptr_t pvm_stack_left(void) {
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (pvm_current_stack.high == 0) pvm_find_stack();
    return here >= pvm_current_stack.low && here < pvm_current_stack.high ? here - pvm_current_stack.low : UINTPTR_MAX;
}

#endif
