// The background thread, from plain POSIX threads.

#define _GNU_SOURCE
#include "pvm_background.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
static int is_woken;

int64_t pvm_usable_processors(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return sysconf(_SC_NPROCESSORS_ONLN);
}

static void *run(void *body) {
    ((void (*)(void))body)();
    return 0;
}

int32_t pvm_background_start(void (*body)(void)) {
    if (pvm_usable_processors() < 2) return EAGAIN;
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    // Signals are meant for the threads of the embedder.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    code = pthread_create(&thread, &attributes, run, (void *)body);
    pthread_sigmask(SIG_SETMASK, &before, 0);
    pthread_attr_destroy(&attributes);
    return code;
}

void pvm_background_wait(void) {
    pthread_mutex_lock(&lock);
    while (!is_woken) pthread_cond_wait(&woken, &lock);
    is_woken = 0;
    pthread_mutex_unlock(&lock);
}

void pvm_background_wake(void) {
    pthread_mutex_lock(&lock);
    is_woken = 1;
    pthread_mutex_unlock(&lock);
    pthread_cond_signal(&woken);
}

typedef struct {
    void (*body)(void *);
    void *context;
} call;

static void *run_call(void *argument) {
    const call wanted = *(call *)argument;
    free(argument);
    wanted.body(wanted.context);
    return 0;
}

int32_t pvm_thread_start(void (*body)(void *), void *context, uint64_t *thread) {
    if (pvm_usable_processors() < 2) return EAGAIN;
    call *const argument = malloc(sizeof *argument);
    if (!argument) return ENOMEM;
    *argument = (call){body, context};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t started;
    const int code = pthread_create(&started, 0, run_call, argument);
    pthread_sigmask(SIG_SETMASK, &before, 0);
    if (code != 0) {
        free(argument);
        return code;
    }
    _Static_assert(sizeof started <= sizeof *thread, "a thread's name fits");
    *thread = (uint64_t)(uintptr_t)started;
    return 0;
}

void pvm_thread_join(uint64_t thread) {
    pthread_join((pthread_t)(uintptr_t)thread, 0);
}
