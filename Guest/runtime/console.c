// The host's console as bytes: what the streams of C, POSIX calls and the Swift module PVM are built on. For hosts without a
// console (PVM_CONSOLE=0) output disappears and input is at its end.

#include "console.h"
#include <pvm.h>

#if PVM_CONSOLE

void pvm_console_put(const void *bytes, size_t count, uint32_t stream) { pvm_console_write(bytes, count, stream); }
size_t pvm_console_get(void *bytes, size_t count) { return pvm_console_read(bytes, count); }

#else

void pvm_console_put(const void *bytes, size_t count, uint32_t stream) { (void)bytes, (void)count, (void)stream; }
size_t pvm_console_get(void *bytes, size_t count) { return (void)bytes, (void)count, 0; }

#endif
