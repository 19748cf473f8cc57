// putchar and puts, over the host's console. Nothing is held back: no one would write the rest when the export returns.
// Without a console (PVM_CONSOLE=0) they do nothing.

#include <pvm.h>
#include <stdio.h>
#include <string.h>

int putchar(int character) {
    const unsigned char byte = (unsigned char)character;
    pvm_console_write(&byte, 1, 1);
    return byte;
}

int puts(const char *text) {
    pvm_console_write(text, strlen(text), 1);
    pvm_console_write("\n", 1, 1);
    return 1;
}
