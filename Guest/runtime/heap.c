// Memory for the allocator: the machine's heap, which `sbrk` grows; or, where PVM_HEAP_SIZE says how many bytes the guest may
// have, a static area, for hosts whose machine has no `sbrk`.

#include "heap.h"

#ifdef PVM_HEAP_SIZE

static unsigned char area[PVM_HEAP_SIZE] __attribute__((aligned(16)));
static size_t used;

unsigned char *pvm_grow_heap(size_t size) {
    if (size > sizeof area - used)
        return NULL;
    unsigned char *start = area + used;
    used += size;
    return start;
}

#else

// Grows the heap; the answer is the heap's new end, or 0 if it can not grow that far.
static inline uintptr_t sbrk(size_t size) {
    uintptr_t end;
    __asm__ volatile(".insn r 0xb, 1, 0, %0, %1, zero" : "=r"(end) : "r"(size) : "memory");
    return end;
}

unsigned char *pvm_grow_heap(size_t size) {
    // The heap begins right behind the data, at any address. Sizes are multiples of 16, so this is needed once.
    const uintptr_t unaligned = -sbrk(0) & 15;
    // The machine looks at the low half of the size only.
    if (size > UINT32_MAX - 15)
        return NULL;
    const uintptr_t end = sbrk(unaligned + size);
    return end ? (unsigned char *)(end - size) : NULL;
}

#endif
