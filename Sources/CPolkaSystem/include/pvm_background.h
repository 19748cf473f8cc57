// Two kinds of threads. One for work that nobody waits for, and the means to wake it: there is at most one in a process; it
// starts when it is first wanted and stays. And a task's, which does a part of the caller's work and ends with it.

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

/// Work that a thread of its own does while the caller does other work.
typedef struct pvm_task pvm_task;

/// Starts a thread that calls a function; null if there is no other processor or no thread to be had.
pvm_task *_Nullable pvm_task_start(void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context);

/// Ends a task: takes it back and returns 1 if the thread has not begun, so that the caller does the work sooner itself;
/// else waits until the function has returned, and returns 0.
int32_t pvm_task_finish(pvm_task *_Nonnull task);

#endif
