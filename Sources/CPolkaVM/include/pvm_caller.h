// What the C interface needs of the system. No part of the public interface: it is not installed.

#ifndef PVM_CALLER_H
#define PVM_CALLER_H

#include <stdint.h>

/// What is known of a thread that calls the interface.
typedef struct pvm_caller {
    /// Of no other thread that there was; 32 bits, never 0.
    uint64_t number;
    /// The instance of the innermost run on the thread.
    void *_Nullable current;
} pvm_caller;

/// The record of the thread that asks.
pvm_caller *_Nonnull pvm_this_caller(void);

/// Whether the system has so much memory to give; 0 or 1.
int32_t pvm_can_allocate(uint64_t byte_count);

#endif
