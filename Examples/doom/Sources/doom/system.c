// SPDX-License-Identifier: GPL-2.0-or-later
// What the engine asks of an operating system: memory, and an end.

#include "host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doomtype.h"
#include "i_system.h"

enum {
    // The engine's own heap. The game of 1993 had 4 MiB; the largest levels of today take half of this.
    ZONE_SIZE = 16 << 20,
    MOST_EXIT_FUNCTIONS = 16,
};

byte *I_ZoneBase(int *size) {
    byte *zone = malloc(ZONE_SIZE);
    if (!zone)
        I_Error("no memory for the game: %d bytes", ZONE_SIZE);
    // What lies behind a column of a picture is drawn with it at times: without this, other pixels in each run.
    memset(zone, 0, ZONE_SIZE);
    *size = ZONE_SIZE;
    return zone;
}

static atexit_func_t exit_functions[MOST_EXIT_FUNCTIONS];
static int exit_function_count;

void I_AtExit(atexit_func_t function, boolean runs_on_error) {
    (void)runs_on_error;
    if (exit_function_count == MOST_EXIT_FUNCTIONS)
        I_Error("more than %d functions to be called at the end", MOST_EXIT_FUNCTIONS);
    exit_functions[exit_function_count++] = function;
}

static _Noreturn void end(const char *message) {
    doom_end(message, strlen(message));
    PVM_TRAP();
}

// The text that DOS showed after the game. The engine exits behind it.
void I_Endoom(byte *screen) {
    (void)screen;
    end("");
}

void I_Quit(void) {
    while (exit_function_count > 0)
        exit_functions[--exit_function_count]();
    end("");
}

void I_Error(char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    end(message[0] ? message : "the game can not go on");
}

void I_PrintBanner(char *text) { puts(text); }
void I_PrintDivider(void) { puts("----"); }
void I_PrintStartupBanner(char *game) { puts(game); }
boolean I_ConsoleStdout(void) { return false; }
void I_Tactile(int on, int off, int total) { (void)on, (void)off, (void)total; }

// Demos of 1993 rely on what lay at address 0 of their machines: the interrupt table of DOS 6.22.
boolean I_GetMemoryValue(unsigned int offset, void *value, int size) {
    static const uint8_t memory[] = {0x57, 0x92, 0x19, 0x00, 0xf4, 0x06, 0x70, 0x00, 0x16, 0x00};
    if (size != 1 && size != 2 && size != 4)
        return false;
    if (offset > sizeof memory || sizeof memory - offset < (size_t)size)
        return false;
    memcpy(value, memory + offset, (size_t)size);
    return true;
}
