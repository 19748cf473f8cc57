// Host functions: what they are told, what they answer, and how they refuse.

#include "check.h"

#include <stdio.h>
#include <string.h>

/// What the host functions of this file do, and what they saw.
typedef struct host {
    const guest *guest;
    pvm_status status;
    const char *message;
    int calls;
    int depth, deepest;
    pvm_status innermost;
    uint64_t arguments[9];
} host;

static int finalized;

static void count_end(void *user_data) {
    (void)user_data;
    finalized++;
}

static pvm_status answer(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    host *host = user_data;
    host->calls++;
    CHECK(call->struct_size >= sizeof *call);
    CHECK(refusal->status == PVM_OK && refusal->message[0] == 0);
    memcpy(host->arguments, call->arguments, sizeof host->arguments);
    CHECK(call->result == call->arguments[0]);
    if (host->message) snprintf(refusal->message, sizeof refusal->message, "%s", host->message);
    call->result = 41;
    return host->status;
}

static void check_answers(const guest *guest) {
    host host = {.guest = guest};
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define(linker, "ask", answer, &host, count_end, &problem));
    FAILS(PVM_ERROR_ALREADY_DEFINED, pvm_linker_define(linker, "ask", answer, &host, count_end, &problem));
    const pvm_instance instance = instance_of(guest->module, linker);
    // What the instance was made with stays with it.
    OK(pvm_linker_drop(linker, &problem));
    CHECK(finalized == 0);
    const uint64_t arguments[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    pvm_exit exit;
    OK(pvm_instance_call(instance, "ask", arguments, 9, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 42 && host.calls == 1);
    CHECK(memcmp(host.arguments, arguments, sizeof arguments) == 0);

    // A trap has the message, and ends the call.
    host.status = PVM_HOST_TRAP;
    host.message = "ask: no such question";
    CHECK(call(instance, "ask", 0, 0).kind == PVM_EXIT_TRAP);
    char text[200];
    OK(pvm_instance_get_exit_text(instance, text, sizeof text, NULL, &problem));
    CHECK(strstr(text, "trapped: ask: no such question") == text);

    // A failure comes out as it is; the guest could go on behind the call.
    host.status = PVM_ERROR_HOST + 77;
    host.message = "the disk is full";
    FAILS(PVM_ERROR_HOST + 77, pvm_instance_call(instance, "ask", NULL, 0, &exit, &problem));
    CHECK(says("the disk is full"));
    OK(pvm_instance_set_register(instance, PVM_A0, 6, &problem));
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 7);
    host.message = NULL;
    FAILS(PVM_ERROR_HOST + 77, pvm_instance_call(instance, "ask", NULL, 0, &exit, &problem));
    CHECK(says("'ask'"));
    host.status = -77;
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_call(instance, "ask", NULL, 0, &exit, &problem));
    CHECK(says("-77"));

    // A suspended call is answered later.
    host.status = PVM_HOST_SUSPEND;
    exit = call(instance, "ask", 0, 0);
    CHECK(exit.kind == PVM_EXIT_HOST_CALL && exit.host_call == 0);
    OK(pvm_instance_set_register(instance, PVM_A0, 9, &problem));
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 10);

    // So is one that nobody answers.
    exit = call(instance, "nobody", 0, 0);
    CHECK(exit.kind == PVM_EXIT_HOST_CALL && exit.host_call == 2);
    OK(pvm_instance_set_register(instance, PVM_A0, 1, &problem));
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 2);
    // And by a run that answers nothing.
    uint32_t offset;
    OK(pvm_module_find_export(guest->module, "ask", &offset, &problem));
    OK(pvm_instance_prepare_call(instance, offset, NULL, 0, &problem));
    OK(pvm_instance_run(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_HOST_CALL && exit.host_call == 0);

    OK(pvm_instance_drop(instance, &problem));
    CHECK(finalized == 1);
    finalized = 0;
}

/// Calls the guest that calls it, ten times within each other.
static pvm_status call_again(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    host *host = user_data;
    const pvm_instance instance = call->instance;
    // What must not be done to a guest that waits.
    if (host->depth == 0) {
        FAILS(PVM_ERROR_IN_HOST_CALL, pvm_instance_drop(instance, &problem));
        FAILS(PVM_ERROR_IN_HOST_CALL, pvm_instance_reset(instance, &problem));
        FAILS(PVM_ERROR_IN_HOST_CALL, pvm_instance_set_cancellation(instance, (pvm_cancellation){0}, &problem));
    }
    if (++host->depth < 10) {
        pvm_exit exit;
        const uint64_t argument = call->arguments[0] + 1;
        const pvm_status status = pvm_instance_call(instance, "again", &argument, 1, &exit, refusal);
        if (status != PVM_OK) return status;
        CHECK(exit.kind == PVM_EXIT_FINISHED);
        call->result = exit.a0;
        // The place of this call has been kept.
        uint64_t a0;
        OK(pvm_instance_get_register(instance, PVM_A0, &a0, &problem));
        CHECK(a0 == call->arguments[0]);
    }
    host->depth--;
    return PVM_OK;
}

/// Calls the guest that calls it, for ever.
static pvm_status call_for_ever(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    host *host = user_data;
    host->deepest = ++host->depth > host->deepest ? host->depth : host->deepest;
    pvm_exit exit;
    const pvm_status status = pvm_instance_call(call->instance, "again", NULL, 0, &exit, refusal);
    host->depth--;
    return status;
}

/// Calls the guest, which traps.
static pvm_status call_crash(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    (void)user_data;
    pvm_exit exit;
    const pvm_status status = pvm_instance_call(call->instance, "crash", NULL, 0, &exit, refusal);
    CHECK(exit.kind == PVM_EXIT_TRAP);
    char text[200];
    OK(pvm_instance_get_exit_text(call->instance, text, sizeof text, NULL, &problem));
    CHECK(strstr(text, "trapped: the program executed a trap instruction") == text);
    call->result = 30;
    return status;
}

static void check_nesting(const guest *guest) {
    host host = {.guest = guest};
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define(linker, "again", call_again, &host, NULL, &problem));
    pvm_instance instance = instance_of(guest->module, linker);
    // Ten calls, of which each adds one before and one after the one within, but the last.
    const pvm_exit exit = call(instance, "again", 100, 0);
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 100 + 9 + 10);
    OK(pvm_linker_drop(linker, &problem));
    OK(pvm_instance_drop(instance, &problem));

    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define(linker, "again", call_for_ever, &host, NULL, &problem));
    instance = instance_of(guest->module, linker);
    pvm_exit none;
    FAILS(PVM_ERROR_NESTING, pvm_instance_call(instance, "again", NULL, 0, &none, &problem));
    CHECK(host.deepest > 100);
    CHECK(call(instance, "add", 1, 2).a0 == 3);
    OK(pvm_linker_drop(linker, &problem));
    OK(pvm_instance_drop(instance, &problem));

    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define(linker, "again", call_crash, &host, NULL, &problem));
    instance = instance_of(guest->module, linker);
    CHECK(call(instance, "again", 0, 0).a0 == 31);
    OK(pvm_linker_drop(linker, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

/// Answers whatever is called with its number.
static pvm_status number(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    (void)user_data, (void)refusal;
    call->result = call->number * 10;
    return PVM_OK;
}

/// Uses the interface while it is told of an end.
static void use_at_end(void *user_data) {
    const guest *guest = user_data;
    pvm_instance instance;
    finalized += pvm_instance_new(guest->module, (pvm_linker){0}, &instance, NULL) == PVM_OK;
    finalized += pvm_instance_drop(instance, NULL) == PVM_OK;
}

static void check_linking(const guest *guest) {
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define_number(linker, 1, answer, &(host){.guest = guest}, NULL, &problem));
    FAILS(PVM_ERROR_ALREADY_DEFINED, pvm_linker_define_number(linker, 1, number, NULL, NULL, &problem));
    OK(pvm_linker_define_fallback(linker, answer, (void *)guest, use_at_end, &problem));
    OK(pvm_linker_define_fallback(linker, number, NULL, NULL, &problem));
    // The first fallback is gone, and its end is told while nothing is locked.
    CHECK(finalized == 2);
    finalized = 0;
    pvm_linked_module linked;
    OK(pvm_linker_link(linker, guest->module, &linked, &problem));
    OK(pvm_linker_drop(linker, &problem));
    for (int round = 0; round < 3; round++) {
        pvm_instance instance;
        OK(pvm_linked_module_instantiate(linked, &instance, &problem));
        CHECK(call(instance, "ask", 0, 0).a0 == 0 + 1);
        CHECK(call(instance, "nobody", 0, 0).a0 == 20 + 1);
        OK(pvm_instance_drop(instance, &problem));
    }
    OK(pvm_linked_module_drop(linked, &problem));
    pvm_instance instance;
    FAILS(PVM_ERROR_DROPPED, pvm_linked_module_instantiate(linked, &instance, &problem));
}

void check_hosts(const guest *guest) {
    check_answers(guest);
    check_nesting(guest);
    check_linking(guest);
}
