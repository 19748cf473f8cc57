// Memory for the allocator: the machine's heap, which `sbrk` grows; or, for machines that have no `sbrk` (PVM_STATIC_HEAP),
// an area of zero data whose size the guest says with PVM_HEAP.

#include "heap.h"

#ifdef PVM_STATIC_HEAP

#include <pvm.h>

static size_t used;

unsigned char *pvm_grow_heap(size_t size) {
    if (size > pvm_heap_size - used)
        return NULL;
    unsigned char *start = pvm_heap_area + used;
    used += size;
    return start;
}

#else

// Grows the heap; the answer is the heap's new end, or 0 if it can not grow that far.
static inline uintptr_t grow(size_t size) {
    uintptr_t end;
    __asm__ volatile(".insn r 0xb, 1, 0, %0, %1, zero" : "=r"(end) : "r"(size) : "memory");
    return end;
}

unsigned char *pvm_grow_heap(size_t size) {
    // The heap begins right behind the data, at any address. Sizes are multiples of 16, so this is needed once.
    const uintptr_t unaligned = -grow(0) & 15;
    // The machine looks at the low half of the size only.
    if (size > UINT32_MAX - 15)
        return NULL;
    const uintptr_t end = grow(unaligned + size);
    return end ? (unsigned char *)(end - size) : NULL;
}

#endif
