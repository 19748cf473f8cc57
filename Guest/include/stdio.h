// The part of <stdio.h> that the guest runtime has: text to the host's console.

#ifndef PVM_STDIO_H
#define PVM_STDIO_H

#include <stddef.h>

int putchar(int character);
int puts(const char *text);

#endif
