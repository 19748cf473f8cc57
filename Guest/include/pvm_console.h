// Text between a guest and whoever runs it.
//
// Generated from Guest/hosts/console.json by `make headers`; changes belong there.

#include <pvm.h>

#ifndef PVM_CONSOLE_H
#define PVM_CONSOLE_H

// Where written text goes.
#define PVM_CONSOLE_OUTPUT 1u  // standard output
#define PVM_CONSOLE_ERROR  2u  // standard error

#if PVM_CONSOLE

/// Writes bytes to a stream.
/// - text: `length` bytes
/// - stream: PVM_CONSOLE_OUTPUT or PVM_CONSOLE_ERROR
PVM_IMPORT(void, pvm_console_write, const void *text, size_t length, uint32_t stream);

/// Reads bytes from standard input, as many as there are and fit.
/// - buffer: receives `size` bytes
/// Returns how many bytes were read, 0 at the end of the input.
PVM_IMPORT(uint64_t, pvm_console_read, void *buffer, size_t size);

#else

// There is no such host: nothing happens, and costs nothing.
static inline __attribute__((unused)) void pvm_console_write(const void *text, size_t length, uint32_t stream) {
    (void)text, (void)length, (void)stream;
}
static inline __attribute__((unused)) uint64_t pvm_console_read(void *buffer, size_t size) {
    (void)buffer, (void)size;
    return 0;
}

#endif

#endif
