// memmove: a word at a time, from the end that is safe.

#include "runtime.h"
#include <string.h>

// Forward order never reads what it has already overwritten when the destination lies below the source or clear of it.
PVM_NO_LIBRARY_CALLS
static inline void copy_forward(unsigned char *d, const unsigned char *s, size_t size) {
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
}

PVM_NO_LIBRARY_CALLS
static inline void copy_backward(unsigned char *d, const unsigned char *s, size_t size) {
    const pvm_word beginning = *(const pvm_word *)s;
    for (; size >= 32 + 8; size -= 32) {
        const pvm_word *from = (const pvm_word *)(s + size);
        const pvm_word a = from[-1], b = from[-2], c = from[-3], e = from[-4];
        pvm_word *to = (pvm_word *)(d + size);
        to[-1] = a, to[-2] = b, to[-3] = c, to[-4] = e;
    }
    for (; size > 8; size -= 8)
        *(pvm_word *)(d + size - 8) = *(const pvm_word *)(s + size - 8);
    *(pvm_word *)d = beginning;
}

PVM_NO_LIBRARY_CALLS
void *memmove(void *to, const void *from, size_t size) {
    unsigned char *d = to;
    const unsigned char *s = from;
    if (size >= 8) {
        if ((uintptr_t)d - (uintptr_t)s >= size)
            copy_forward(d, s, size);
        else
            copy_backward(d, s, size);
    } else if (size >= 4) {
        // Everything is read before anything is written.
        const pvm_half a = *(const pvm_half *)s, b = *(const pvm_half *)(s + size - 4);
        *(pvm_half *)d = a;
        *(pvm_half *)(d + size - 4) = b;
    } else if (size >= 2) {
        const pvm_quarter a = *(const pvm_quarter *)s, b = *(const pvm_quarter *)(s + size - 2);
        *(pvm_quarter *)d = a;
        *(pvm_quarter *)(d + size - 2) = b;
    } else if (size == 1) {
        *d = *s;
    }
    return to;
}
