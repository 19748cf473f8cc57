// The allocator: malloc, calloc, realloc, aligned_alloc and its kin, free, malloc_usable_size. Small, and the same calls always give the same
// addresses.
//
// The heap is a row of blocks. A block is a header of one word and what the caller gets, which begins at a multiple of 16:
//
//     header: size of the block, a multiple of 16 with these flags in its low bits
//         USED           the block is allocated
//         PREVIOUS_USED  so is the block before it
//     a free block also holds links to the next and the previous free block of its bin right behind the header,
//     and its size once more in its last word, where the block behind it finds it when both are to be joined
//
// Neighbouring free blocks are always joined. Free blocks are in bins by size, and a bit mask tells which bins hold any, so
// that finding a block takes few steps. The row ends with a header of size 0 marked USED; growing the heap turns that into the
// header of a new free block.

#include "console.h"
#include "heap.h"
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

typedef struct block block;
struct block {
    size_t header;
    block *next, *previous;
};

enum { USED = 1, PREVIOUS_USED = 2, FLAGS = 15 };
enum { MINIMUM = 32 };
enum { BINS = 64, EXACT_BINS = 32 };

// The heap grows by whole pages of this size.
enum { GROWTH = 4096 };
// More than a 32-bit address space can hold.
#define LARGEST ((size_t)0xf0000000)

static block *bins[BINS];
static uint64_t filled_bins;
// The header of size 0 at the end of the heap.
static block *heap_end;

static inline size_t size_of(const block *b) { return b->header & ~(size_t)FLAGS; }
static inline block *after(block *b, size_t size) { return (block *)((unsigned char *)b + size); }
static inline void *contents(block *b) { return (unsigned char *)b + sizeof b->header; }
static inline block *block_of(void *contents) { return (block *)((unsigned char *)contents - sizeof(size_t)); }

// Bins below EXACT_BINS hold one size each, the others half an octave each, the last one all that is larger.
static inline unsigned bin_of(size_t size) {
    if (size < 16 * EXACT_BINS)
        return (unsigned)(size / 16);
    const unsigned octave = 63 - (unsigned)__builtin_clzll(size);
    const unsigned bin = EXACT_BINS + 2 * (octave - 9) + (unsigned)(size >> (octave - 1) & 1);
    return bin < BINS ? bin : BINS - 1;
}

// The size of the block for a request, or 0 if it is too large for any.
static inline size_t block_size(size_t request) {
    if (request > LARGEST)
        return 0;
    const size_t size = (request + sizeof(size_t) + 15) & ~(size_t)15;
    return size < MINIMUM ? MINIMUM : size;
}

static void insert(block *b, size_t size) {
    const unsigned bin = bin_of(size);
    b->header = size | PREVIOUS_USED;
    b->previous = NULL;
    b->next = bins[bin];
    if (b->next)
        b->next->previous = b;
    bins[bin] = b;
    filled_bins |= (uint64_t)1 << bin;
    block *following = after(b, size);
    ((size_t *)following)[-1] = size;
    following->header &= ~(size_t)PREVIOUS_USED;
}

static void unlink(block *b) {
    const unsigned bin = bin_of(size_of(b));
    if (b->next)
        b->next->previous = b->previous;
    if (b->previous)
        b->previous->next = b->next;
    else if (!(bins[bin] = b->next))
        filled_bins &= ~((uint64_t)1 << bin);
}

// Makes a block that was in use free, together with free neighbours.
static void release(block *b) {
    size_t size = size_of(b);
    // Where this block becomes part of the one before it, its header stays behind, and must not look allocated.
    b->header &= ~(size_t)USED;
    block *following = after(b, size);
    if (!(following->header & USED)) {
        unlink(following);
        size += size_of(following);
    }
    if (!(b->header & PREVIOUS_USED)) {
        const size_t before = ((const size_t *)b)[-1];
        b = (block *)((unsigned char *)b - before);
        unlink(b);
        size += before;
    }
    insert(b, size);
}

// Marks a block as used up to a size, and frees the rest if it makes a block. It must not be in a bin.
static void take(block *b, size_t whole, size_t size) {
    if (whole - size >= MINIMUM) {
        block *rest = after(b, size);
        b->header = size | USED | (b->header & PREVIOUS_USED);
        rest->header = (whole - size) | USED | PREVIOUS_USED;
        release(rest);
    } else {
        b->header = whole | USED | (b->header & PREVIOUS_USED);
        after(b, whole)->header |= PREVIOUS_USED;
    }
}

// A free block of at least this size, or a null pointer.
static block *find(size_t size) {
    const unsigned bin = bin_of(size);
    for (block *b = bins[bin]; b; b = b->next)
        if (size_of(b) >= size)
            return b;
    // Any block of a higher bin is large enough.
    const uint64_t higher = bin + 1 < BINS ? filled_bins >> (bin + 1) << (bin + 1) : 0;
    return higher ? bins[__builtin_ctzll(higher)] : NULL;
}

// Grows the heap so that it ends in a free block of at least this size.
static block *grow(size_t size) {
    // What is free at the end of the heap counts, if the new memory comes right behind it.
    size_t available = 0;
    if (heap_end && !(heap_end->header & PREVIOUS_USED))
        available = ((const size_t *)heap_end)[-1];
    size_t added = ((size - available) + 16 + GROWTH - 1) & ~(size_t)(GROWTH - 1);
    unsigned char *start = pvm_grow_heap(added);
    if (!start)
        return NULL;
    block *b = heap_end;
    if (!b || start != (unsigned char *)b + sizeof b->header) {
        // The first memory, or somebody else's lies in between: a row of its own, whose first header is the second word.
        if (available) {
            const size_t more = (size + 16 + GROWTH - 1) & ~(size_t)(GROWTH - 1);
            if (more > added && !pvm_grow_heap(more - added))
                return NULL;
            added = more;
        }
        b = (block *)(start + 8);
        b->header = PREVIOUS_USED;
        added -= 16;
    }
    heap_end = after(b, added);
    heap_end->header = USED;
    b->header = added | USED | (b->header & PREVIOUS_USED);
    release(b);
    return find(size);
}

// What a request that can not be fulfilled gets. POSIX wants the reason in errno, and programs print it.
static void *refuse(int reason) {
    errno = reason;
    return NULL;
}

// What malloc does, under a name of which the compiler assumes nothing: below, the header of its result is used.
static void *allocate(size_t request) {
    const size_t size = block_size(request);
    if (!size)
        return refuse(ENOMEM);
    block *b = find(size);
    if (!b && !(b = grow(size)))
        return refuse(ENOMEM);
    unlink(b);
    take(b, size_of(b), size);
    return contents(b);
}

void *malloc(size_t size) { return allocate(size); }

void free(void *memory) {
    if (!memory)
        return;
    block *b = block_of(memory);
    // Freed twice, or never allocated.
    if (!(b->header & USED))
        __builtin_trap();
    release(b);
}

PVM_NO_LIBRARY_CALLS
void *calloc(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return refuse(ENOMEM);
    void *memory = allocate(total);
    return memory ? memset(memory, 0, total) : NULL;
}

void *realloc(void *memory, size_t request) {
    if (!memory)
        return allocate(request);
    const size_t size = block_size(request);
    if (!size)
        return refuse(ENOMEM);
    block *b = block_of(memory);
    if (!(b->header & USED))
        __builtin_trap();
    size_t whole = size_of(b);
    block *following = after(b, whole);
    if (whole < size && !(following->header & USED) && whole + size_of(following) >= size) {
        unlink(following);
        whole += size_of(following);
    }
    if (whole >= size) {
        take(b, whole, size);
        return memory;
    }
    void *moved = allocate(request);
    if (!moved)
        return NULL;
    memcpy(moved, memory, whole - sizeof b->header);
    release(b);
    return moved;
}

void *aligned_alloc(size_t alignment, size_t request) {
    if (alignment & (alignment - 1))
        return refuse(EINVAL);
    if (alignment <= 16)
        return allocate(request);
    const size_t size = block_size(request);
    if (!size || alignment > LARGEST)
        return refuse(ENOMEM);
    // Room for the worst case, and in front of what is returned either nothing or a block of its own.
    unsigned char *memory = allocate(size + alignment + MINIMUM);
    if (!memory)
        return NULL;
    block *b = block_of(memory);
    const uintptr_t past = (uintptr_t)memory & (alignment - 1);
    if (past) {
        size_t skip = alignment - past;
        if (skip < MINIMUM)
            skip += alignment;
        block *aligned = after(b, skip);
        aligned->header = (size_of(b) - skip) | USED | PREVIOUS_USED;
        b->header = skip | USED | (b->header & PREVIOUS_USED);
        release(b);
        b = aligned;
    }
    take(b, size_of(b), size);
    return contents(b);
}

int posix_memalign(void **result, size_t alignment, size_t request) {
    if (alignment < sizeof(void *) || alignment & (alignment - 1))
        return EINVAL;
    void *memory = aligned_alloc(alignment, request);
    if (!memory) {
        // Swift allocates with this function and goes on without looking at the result: the trap that follows needs a word.
        static const char text[] = "out of memory: the heap is too small for another object\n";
        pvm_console_put(text, sizeof text - 1, PVM_STDERR);
        return ENOMEM;
    }
    *result = memory;
    return 0;
}

void *memalign(size_t alignment, size_t request) { return aligned_alloc(alignment, request); }
void *valloc(size_t request) { return aligned_alloc(GROWTH, request); }

size_t malloc_usable_size(void *memory) { return memory ? size_of(block_of(memory)) - sizeof(size_t) : 0; }
