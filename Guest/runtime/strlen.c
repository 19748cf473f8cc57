// strlen, which the compiler also makes of loops that look for a zero.

#include "runtime.h"
#include <string.h>

PVM_NO_LIBRARY_CALLS
size_t strlen(const char *text) {
    const char *end = text;
    while (*end)
        end++;
    return (size_t)(end - text);
}
