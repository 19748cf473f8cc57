// memset: a word at a time. The machine's own memset instruction costs one unit of gas per byte, and not every host has it.

#include "runtime.h"
#include <string.h>

PVM_NO_LIBRARY_CALLS
void *memset(void *to, int byte, size_t size) {
    unsigned char *d = to;
    const uint64_t word = 0x0101010101010101u * (unsigned char)byte;
    if (size < 8) {
        if (size >= 4) {
            *(pvm_half *)(d + size - 4) = (pvm_half)word;
            *(pvm_half *)d = (pvm_half)word;
        } else if (size >= 2) {
            *(pvm_quarter *)(d + size - 2) = (pvm_quarter)word;
            *(pvm_quarter *)d = (pvm_quarter)word;
        } else if (size == 1) {
            *d = (unsigned char)word;
        }
        return to;
    }
    // The last word, which may overlap the one before it, takes care of every remainder.
    unsigned char *const last = d + size - 8;
    for (; last - d >= 32; d += 32) {
        ((pvm_word *)d)[0] = word, ((pvm_word *)d)[1] = word;
        ((pvm_word *)d)[2] = word, ((pvm_word *)d)[3] = word;
    }
    for (; d < last; d += 8)
        *(pvm_word *)d = word;
    *(pvm_word *)last = word;
    return to;
}
