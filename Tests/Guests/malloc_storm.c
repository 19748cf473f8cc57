// The allocator under random load: every block is filled, checked and freed, and memory that was freed is used again.

#include "checksum.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 97 };
static struct { unsigned char *memory; size_t size; unsigned char fill; } slots[SLOTS];

static bool intact(const unsigned char *memory, size_t size, unsigned char fill) {
    for (size_t i = 0; i < size; i++)
        if (memory[i] != fill)
            return false;
    return true;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 5, sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const unsigned s = (unsigned)(r % SLOTS);
        const size_t size = (r >> 8 & 7) ? r >> 16 & 63 : r >> 16 & 1023;
        const unsigned char fill = (unsigned char)(r >> 40);
        unsigned char *memory = slots[s].memory;
        if (memory && !intact(memory, slots[s].size, slots[s].fill))
            return 1;
        sum = mix(sum, slots[s].size + slots[s].fill);
        if (memory && r >> 50 & 1) {
            const size_t kept = size < slots[s].size ? size : slots[s].size;
            memory = realloc(memory, size ? size : 1);
            if (!memory || !intact(memory, kept, slots[s].fill))
                return 2;
        } else {
            free(memory);
            if (r >> 51 & 1) {
                memory = calloc(size + 1, 1);
                if (!memory || !intact(memory, size, 0))
                    return 3;
            } else {
                void *aligned;
                const size_t alignment = (size_t)8 << (r >> 52 & 7);
                if (posix_memalign(&aligned, alignment, size + 1) || (uintptr_t)aligned % alignment)
                    return 4;
                memory = aligned;
            }
        }
        memset(memory, fill, size);
        slots[s].memory = memory, slots[s].size = size, slots[s].fill = fill;
    }
    for (unsigned s = 0; s < SLOTS; s++) {
        if (slots[s].memory && !intact(slots[s].memory, slots[s].size, slots[s].fill))
            return 5;
        free(slots[s].memory);
        slots[s].memory = NULL, slots[s].size = 0, slots[s].fill = 0;
    }
    return sum;
}
