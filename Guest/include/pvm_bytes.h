// Bytes somewhere in the guest's memory, as a result in two registers: what the functions of a JAM service return.
//
//     PVM_EXPORT(pvm_bytes, refine, const uint8_t *payload, size_t count) { … }
//
// Swift takes the type from here as well (module.modulemap). Nothing else is in this header, since Swift guests get all of it.

#ifndef PVM_BYTES_H
#define PVM_BYTES_H

#include <stddef.h>

typedef struct {
    const void *address;
    size_t count;
} pvm_bytes;

#endif
