// Where the allocator gets memory from.

#ifndef PVM_HEAP_H
#define PVM_HEAP_H

#include "runtime.h"

// Adds bytes to the heap, zeroed; a multiple of 16. Returns where they begin, or a null pointer if there is no more memory.
// Two calls return neighbouring memory unless somebody else has asked for memory in between.
unsigned char *pvm_grow_heap(size_t size);

#endif
