// The part of <stdlib.h> that the guest runtime has.

#ifndef PVM_STDLIB_H
#define PVM_STDLIB_H

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **result, size_t alignment, size_t size);
void free(void *memory);

_Noreturn void abort(void);

// A fixed sequence, the same in each instance: guests are deterministic.
void arc4random_buf(void *memory, size_t size);

#endif
