// The allocator with blocks from bytes to megabytes: realloc that grows and shrinks them, calloc of memory that was used,
// large alignments, and requests that nobody can fulfil.

#include "checksum.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 12 };

// A few bytes of a block tell whether it is still itself, so that large ones cost little.
static void sign(unsigned char *block, size_t size, uint64_t mark) {
    const size_t step = size / 16 + 1;
    for (size_t i = 0; i < size; i += step)
        block[i] = (unsigned char)(mark + i);
    if (size)
        block[size - 1] = (unsigned char)mark;
}

static bool is_signed(const unsigned char *block, size_t size, size_t written, uint64_t mark) {
    const size_t step = written / 16 + 1;
    for (size_t i = 0; i < written && i < size; i += step)
        if (block[i] != (unsigned char)(mark + i) && i != written - 1)
            return false;
    return size < written || !written || block[written - 1] == (unsigned char)mark;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    struct { unsigned char *block; size_t size; uint64_t mark; } slots[SLOTS] = {0};
    uint64_t state = n + 41, sum = n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const size_t s = r % SLOTS;
        // Every power of two up to a megabyte is as likely as the others.
        const size_t size = (r >> 8) % ((size_t)2 << (r >> 32) % 20) + 1;
        unsigned char *block = slots[s].block;
        if (!is_signed(block, slots[s].size, slots[s].size, slots[s].mark))
            return 1;
        switch (r >> 40 & 3) {
        case 0:
            block = realloc(block, size);
            if (!block || !is_signed(block, size, slots[s].size, slots[s].mark))
                return 2;
            break;
        case 1:
            free(block);
            block = calloc(size / 8 + 1, 8);
            if (!block)
                return 3;
            for (size_t k = 0; k < size; k += size / 64 + 1)
                if (block[k])
                    return 4;
            break;
        case 2: {
            free(block);
            const size_t alignment = (size_t)16 << (r >> 44) % 11;
            block = aligned_alloc(alignment, (size + alignment - 1) & ~(alignment - 1));
            if (!block || (uintptr_t)block & (alignment - 1))
                return 5;
            break;
        }
        case 3:
            free(block);
            block = malloc(size);
            if (!block || (uintptr_t)block & 15)
                return 6;
            break;
        }
        sign(block, size, r);
        slots[s].block = block, slots[s].size = size, slots[s].mark = r;
        sum = mix(sum, size);
    }
    for (size_t s = 0; s < SLOTS; s++) {
        if (!is_signed(slots[s].block, slots[s].size, slots[s].size, slots[s].mark))
            return 7;
        free(slots[s].block);
    }

    // Through pointers that the compiler can not see through: it knows of malloc that it leaves errno alone, and is wrong there.
    void *(*volatile allocate)(size_t) = malloc, *(*volatile clear)(size_t, size_t) = calloc;
    void *(*volatile resize)(void *, size_t) = realloc;
    const size_t huge = SIZE_MAX / 2;
    errno = 0;
    sum = mix(sum, !allocate(huge) && errno == ENOMEM);
    errno = 0;
    sum = mix(sum, !clear((size_t)1 << 33, (size_t)1 << 33) && errno == ENOMEM);
    char *kept = malloc(8);
    memcpy(kept, "keep me", 8);
    errno = 0;
    sum = mix(sum, !resize(kept, huge) && errno == ENOMEM && !memcmp(kept, "keep me", 8));
    free(kept);
    free(NULL);
    void *misaligned;
    sum = mix(sum, posix_memalign(&misaligned, 24, 8) == EINVAL);
    char *fresh = realloc(NULL, 10);
    sum = mix(sum, fresh != NULL);
    free(fresh);
    return sum;
}
