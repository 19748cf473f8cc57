// The host's console as bytes: what the streams of C, POSIX calls and the Swift module PVM are built on. For hosts without a
// console (PVM_CONSOLE=0) output disappears and input is at its end.

#include "console.h"
#include <pvm.h>
#include <string.h>

#if PVM_CONSOLE

void pvm_console_put(const void *bytes, size_t count, uint32_t stream) { pvm_console_write(bytes, count, stream); }

// Most readers want one byte at a time, and asking the host takes as long as reading a few hundred. The host gives what there is,
// so nobody waits for more than they asked for. What is left is there for the next reader, whichever it is.
size_t pvm_console_get(void *bytes, size_t count) {
    static unsigned char ahead[1024];
    static size_t next, end;
    // Who wants nothing does not wait for input.
    if (count == 0)
        return 0;
    if (next == end) {
        if (count >= sizeof ahead)
            return pvm_console_read(bytes, count);
        next = 0;
        end = pvm_console_read(ahead, sizeof ahead);
        // Not to be believed blindly: it is an index.
        if (end > sizeof ahead)
            PVM_TRAP();
    }
    const size_t taken = count < end - next ? count : end - next;
    memcpy(bytes, ahead + next, taken);
    next += taken;
    return taken;
}

#else

void pvm_console_put(const void *bytes, size_t count, uint32_t stream) { (void)bytes, (void)count, (void)stream; }
size_t pvm_console_get(void *bytes, size_t count) { return (void)bytes, (void)count, 0; }

#endif
