// memcpy: a word at a time, whatever the alignment.

#include "runtime.h"
#include <string.h>

PVM_NO_LIBRARY_CALLS
void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *d = to;
    const unsigned char *s = from;
    if (size < 8) {
        // Two accesses that may overlap cover every size from 4 to 7, and from 2 to 3.
        if (size >= 4) {
            *(pvm_half *)(d + size - 4) = *(const pvm_half *)(s + size - 4);
            *(pvm_half *)d = *(const pvm_half *)s;
        } else if (size >= 2) {
            *(pvm_quarter *)(d + size - 2) = *(const pvm_quarter *)(s + size - 2);
            *(pvm_quarter *)d = *(const pvm_quarter *)s;
        } else if (size == 1) {
            *d = *s;
        }
        return to;
    }
    // The last word, which may overlap the one before it, takes care of every remainder.
    unsigned char *const last = d + size - 8;
    const pvm_word ending = *(const pvm_word *)(s + size - 8);
    for (; last - d >= 32; d += 32, s += 32) {
        const pvm_word a = ((const pvm_word *)s)[0], b = ((const pvm_word *)s)[1];
        const pvm_word c = ((const pvm_word *)s)[2], e = ((const pvm_word *)s)[3];
        ((pvm_word *)d)[0] = a, ((pvm_word *)d)[1] = b;
        ((pvm_word *)d)[2] = c, ((pvm_word *)d)[3] = e;
    }
    for (; d < last; d += 8, s += 8)
        *(pvm_word *)d = *(const pvm_word *)s;
    *(pvm_word *)last = ending;
    return to;
}
