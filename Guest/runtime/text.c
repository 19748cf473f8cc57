// putchar and puts straight to the console: one call of the host for the text, and no stream to link.

#include "console.h"
#include <stdio.h>
#include <string.h>

// The library may have macros for these.
#undef putchar
#undef putchar_unlocked

int putchar(int character) {
    const unsigned char byte = (unsigned char)character;
    pvm_console_put(&byte, 1, PVM_STDOUT);
    return byte;
}

int putchar_unlocked(int character) { return putchar(character); }

int puts(const char *text) {
    pvm_console_put(text, strlen(text), PVM_STDOUT);
    pvm_console_put("\n", 1, PVM_STDOUT);
    return 1;
}
