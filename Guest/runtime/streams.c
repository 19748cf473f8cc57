// stdin, stdout, stderr over the console. Nothing is held back: an export returns to the host at any time, and no one would
// write the rest.

#include "console.h"
#include <stdio.h>

static int put_output(char character, FILE *stream) {
    (void)stream;
    pvm_console_put(&character, 1, PVM_STDOUT);
    return (unsigned char)character;
}

static int put_error(char character, FILE *stream) {
    (void)stream;
    pvm_console_put(&character, 1, PVM_STDERR);
    return (unsigned char)character;
}

static int get_input(FILE *stream) {
    (void)stream;
    unsigned char character;
    return pvm_console_get(&character, 1) == 1 ? character : _FDEV_EOF;
}

static FILE input = FDEV_SETUP_STREAM(NULL, get_input, NULL, _FDEV_SETUP_READ);
static FILE output = FDEV_SETUP_STREAM(put_output, NULL, NULL, _FDEV_SETUP_WRITE);
static FILE error = FDEV_SETUP_STREAM(put_error, NULL, NULL, _FDEV_SETUP_WRITE);

FILE *const stdin = &input;
FILE *const stdout = &output;
FILE *const stderr = &error;
