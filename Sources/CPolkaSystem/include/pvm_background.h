// One thread for work that nobody waits for, and the means to wake it. There is at most one in a process; it starts when it is
// first wanted and stays.

#ifndef PVM_BACKGROUND_H
#define PVM_BACKGROUND_H

#include <stdint.h>

/// Starts the thread, which calls `body`; returns 0 or errno, EAGAIN if there is no second processor for it to run on.
int32_t pvm_background_start(void (*_Nonnull body)(void));

/// Waits, in the thread, until it has been woken since it returned last.
void pvm_background_wait(void);

/// Wakes the thread.
void pvm_background_wake(void);

/// How many processors the process may use.
int64_t pvm_usable_processors(void);

/// Starts a thread that calls a function; returns 0, or errno if there is no other processor or no thread to be had.
int32_t pvm_thread_start(
    void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context, uint64_t *_Nonnull thread);

/// Waits for the end of such a thread.
void pvm_thread_join(uint64_t thread);

#endif
