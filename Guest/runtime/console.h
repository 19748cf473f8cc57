// The console as the rest of the runtime sees it.

#ifndef PVM_RUNTIME_CONSOLE_H
#define PVM_RUNTIME_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

enum { PVM_STDOUT = 1, PVM_STDERR = 2 };

// Writes bytes to a stream of the console.
void pvm_console_put(const void *bytes, size_t count, uint32_t stream);

// Reads up to so many bytes of the console's input; returns how many there were, 0 at the end.
size_t pvm_console_get(void *bytes, size_t count);

#endif
