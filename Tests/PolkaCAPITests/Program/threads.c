// Many threads: a module for all, an instance for one at a time.

#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 100, ROUNDS = 50 };

typedef struct shared {
    const guest *guest;
    pvm_instance instance;
    pvm_linker linker;
    atomic_int waiting, may_leave, successes;
} shared;

static pvm_status wait_inside(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    (void)call, (void)refusal;
    shared *shared = user_data;
    atomic_store(&shared->waiting, 1);
    while (!atomic_load(&shared->may_leave)) {}
    return PVM_OK;
}

static void *call_and_wait(void *argument) {
    const shared *shared = argument;
    CHECK(call(shared->instance, "ask", 5, 0).a0 == 6);
    return NULL;
}

/// What another thread is told while one is in the instance.
static void check_busy(const guest *guest) {
    shared shared = {.guest = guest};
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define(linker, "ask", wait_inside, &shared, NULL, &problem));
    shared.instance = instance_of(guest->module, linker);
    OK(pvm_linker_drop(linker, &problem));
    pthread_t thread;
    pthread_create(&thread, NULL, call_and_wait, &shared);
    while (!atomic_load(&shared.waiting)) {}
    const pvm_instance instance = shared.instance;
    pvm_exit exit;
    uint64_t value;
    FAILS(PVM_ERROR_BUSY, pvm_instance_call(instance, "add", NULL, 0, &exit, &problem));
    FAILS(PVM_ERROR_BUSY, pvm_instance_resume(instance, &exit, &problem));
    FAILS(PVM_ERROR_BUSY, pvm_instance_get_register(instance, 0, &value, &problem));
    FAILS(PVM_ERROR_BUSY, pvm_memory_read(instance, 0x20000, &value, 8, &problem));
    FAILS(PVM_ERROR_BUSY, pvm_instance_reset(instance, &problem));
    FAILS(PVM_ERROR_BUSY, pvm_instance_drop(instance, &problem));
    atomic_store(&shared.may_leave, 1);
    pthread_join(thread, NULL);
    CHECK(call(instance, "add", 1, 2).a0 == 3);
    OK(pvm_instance_drop(instance, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_instance_drop(instance, &problem));
}

/// Makes, calls and drops instances of its own, and tries its luck with one that all share.
static void *work(void *argument) {
    shared *shared = argument;
    for (int round = 0; round < ROUNDS; round++) {
        const pvm_instance own = instance_of(shared->guest->module, (pvm_linker){0});
        CHECK(call(own, "add", round, 1).a0 == (uint64_t)round + 1);
        OK(pvm_instance_drop(own, &problem));
        pvm_exit exit;
        const pvm_status status = pvm_instance_call(shared->instance, "count", NULL, 0, &exit, &problem);
        CHECK(status == PVM_OK || status == PVM_ERROR_BUSY);
        if (status == PVM_OK) atomic_fetch_add(&shared->successes, 1);
    }
    return NULL;
}

static void check_many(const guest *guest) {
    shared shared = {.guest = guest};
    shared.instance = instance_of(guest->module, (pvm_linker){0});
    pthread_t threads[THREADS];
    for (int index = 0; index < THREADS; index++) pthread_create(&threads[index], NULL, work, &shared);
    for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
    // Each call that succeeded has counted, and no other.
    CHECK(shared.successes > 0);
    CHECK(call(shared.instance, "count", 0, 0).a0 == (uint64_t)shared.successes + 1);
    OK(pvm_instance_drop(shared.instance, &problem));
}

/// Drops what all threads have: one of them can.
static void *drop_all(void *argument) {
    shared *shared = argument;
    pvm_instance own;
    // Whoever comes in time has an instance, whatever becomes of the linker.
    if (pvm_instance_new(shared->guest->module, shared->linker, &own, &problem) == PVM_OK) {
        CHECK(call(own, "add", 1, 1).a0 == 2);
        OK(pvm_instance_drop(own, &problem));
    }
    const pvm_status linker = pvm_linker_drop(shared->linker, &problem);
    CHECK(linker == PVM_OK || linker == PVM_ERROR_DROPPED);
    const pvm_status instance = pvm_instance_drop(shared->instance, &problem);
    CHECK(instance == PVM_OK || instance == PVM_ERROR_DROPPED || instance == PVM_ERROR_BUSY);
    atomic_fetch_add(&shared->successes, (linker == PVM_OK) + (instance == PVM_OK));
    return NULL;
}

static void check_drops(const guest *guest) {
    for (int round = 0; round < ROUNDS; round++) {
        shared shared = {.guest = guest};
        OK(pvm_linker_new(&shared.linker, &problem));
        shared.instance = instance_of(guest->module, shared.linker);
        pthread_t threads[4];
        for (int index = 0; index < 4; index++) pthread_create(&threads[index], NULL, drop_all, &shared);
        for (int index = 0; index < 4; index++) pthread_join(threads[index], NULL);
        CHECK(shared.successes == 2);
    }
}

static void *cancel(void *argument) {
    OK(pvm_cancellation_cancel(*(pvm_cancellation *)argument, &problem));
    return NULL;
}

static void check_cancelling(const guest *guest) {
    pvm_cancellation cancellation;
    OK(pvm_cancellation_new(&cancellation, &problem));
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    OK(pvm_instance_set_cancellation(instance, cancellation, &problem));
    pthread_t thread;
    pthread_create(&thread, NULL, cancel, &cancellation);
    // It would go on for ever.
    CHECK(call(instance, "spin", 0, 0).kind == PVM_EXIT_CANCELLED);
    pthread_join(thread, NULL);
    CHECK(call(instance, "add", 1, 2).kind == PVM_EXIT_CANCELLED);
    OK(pvm_cancellation_reset(cancellation, &problem));
    pvm_exit exit;
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 3);
    OK(pvm_instance_set_cancellation(instance, (pvm_cancellation){0}, &problem));
    OK(pvm_cancellation_drop(cancellation, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_instance_set_cancellation(instance, cancellation, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_cancellation_cancel(cancellation, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

void check_threads(const guest *guest) {
    check_busy(guest);
    check_many(guest);
    check_drops(guest);
    check_cancelling(guest);
}
