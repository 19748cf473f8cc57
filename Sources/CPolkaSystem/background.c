// The background thread and the threads of tasks, from plain POSIX threads.

#define _GNU_SOURCE
#include "pvm_background.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
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

// Signals are meant for the threads of the embedder.
static int start_detached(void *(*function)(void *), void *argument) {
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    code = pthread_create(&thread, &attributes, function, argument);
    pthread_sigmask(SIG_SETMASK, &before, 0);
    pthread_attr_destroy(&attributes);
    return code;
}

int32_t pvm_background_start(void (*body)(void)) {
    if (pvm_usable_processors() < 2) return EAGAIN;
    return start_detached(run, (void *)body);
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

enum { TASK_WAITS, TASK_RUNS, TASK_HAS_ENDED };

struct pvm_task {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    // Changed under the lock, and looked at without.
    _Atomic int state;
    // The caller and the thread; the last one frees.
    int owner_count;
    void (*body)(void *);
    void *context;
};

// Called with the lock, which it gives back.
static void leave(pvm_task *task) {
    const int is_last = --task->owner_count == 0;
    pthread_mutex_unlock(&task->lock);
    if (!is_last) return;
    pthread_cond_destroy(&task->ended);
    pthread_mutex_destroy(&task->lock);
    free(task);
}

static void *run_task(void *argument) {
    pvm_task *const task = argument;
    pthread_mutex_lock(&task->lock);
    if (task->state == TASK_WAITS) {
        task->state = TASK_RUNS;
        pthread_mutex_unlock(&task->lock);
        task->body(task->context);
        pthread_mutex_lock(&task->lock);
        task->state = TASK_HAS_ENDED;
        pthread_cond_signal(&task->ended);
    }
    leave(task);
    return 0;
}

pvm_task *pvm_task_start(void (*body)(void *), void *context) {
    if (pvm_usable_processors() < 2) return 0;
    pvm_task *const task = malloc(sizeof *task);
    if (!task) return 0;
    *task = (pvm_task){.state = TASK_WAITS, .owner_count = 2, .body = body, .context = context};
    pthread_mutex_init(&task->lock, 0);
    pthread_cond_init(&task->ended, 0);
    if (start_detached(run_task, task) == 0) return task;
    task->owner_count = 1;
    pthread_mutex_lock(&task->lock);
    leave(task);
    return 0;
}

// How long to look before sleeping, in nanoseconds. Work is shared in equal parts, so that the other part is soon done; and to
// be woken from sleep takes a virtual processor milliseconds now and then.
static const int64_t looking_time = 2000000;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void pause_a_little(void) {
    for (int i = 0; i < 64; i++) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#else
        atomic_signal_fence(memory_order_seq_cst);
#endif
    }
}

int32_t pvm_task_finish(pvm_task *task) {
    pthread_mutex_lock(&task->lock);
    const int is_taken_back = task->state == TASK_WAITS;
    if (is_taken_back) task->state = TASK_HAS_ENDED;
    pthread_mutex_unlock(&task->lock);
    const int64_t end = now() + looking_time;
    while (task->state == TASK_RUNS && now() < end) pause_a_little();
    pthread_mutex_lock(&task->lock);
    while (task->state != TASK_HAS_ENDED) pthread_cond_wait(&task->ended, &task->lock);
    leave(task);
    return is_taken_back;
}
