// What the files of the guest runtime share: the unaligned word, and the mark for functions that the compiler itself calls.

#ifndef PVM_RUNTIME_H
#define PVM_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

// Eight, four or two bytes at any address: the machine does not mind unaligned access, and any object may be behind it.
typedef uint64_t __attribute__((may_alias, aligned(1))) pvm_word;
typedef uint32_t __attribute__((may_alias, aligned(1))) pvm_half;
typedef uint16_t __attribute__((may_alias, aligned(1))) pvm_quarter;

// The compiler turns a loop that copies bytes into a call of memcpy; in memcpy that would be a call of itself.
#define PVM_NO_LIBRARY_CALLS __attribute__((no_builtin))

#endif
