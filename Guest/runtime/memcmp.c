// memcmp: a word at a time until one differs.

#include "runtime.h"
#include <string.h>

// With the first byte in the highest place, words compare like the strings of their bytes.
PVM_NO_LIBRARY_CALLS
static inline int compare_words(uint64_t left, uint64_t right) {
    left = __builtin_bswap64(left), right = __builtin_bswap64(right);
    return (left > right) - (left < right);
}

PVM_NO_LIBRARY_CALLS
int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *a = left, *b = right;
    if (size >= 8) {
        const unsigned char *const last = a + size - 8;
        for (; a < last; a += 8, b += 8) {
            const uint64_t x = *(const pvm_word *)a, y = *(const pvm_word *)b;
            if (x != y)
                return compare_words(x, y);
        }
        // The last word again covers bytes that were equal when it overlaps the one before it.
        return compare_words(*(const pvm_word *)last, *(const pvm_word *)(b + (last - a)));
    }
    for (; size; size--, a++, b++)
        if (*a != *b)
            return *a < *b ? -1 : 1;
    return 0;
}
