// The console of guests.

#include "check.h"

#include <string.h>

typedef struct console {
    char text[32];
    size_t length;
    uint32_t stream;
    pvm_status status;
    size_t claimed;
} console;

static pvm_status receive(void *user_data, uint32_t stream, const char *bytes, size_t byte_count, pvm_error *refusal) {
    (void)refusal;
    console *console = user_data;
    if (console->status != PVM_OK) return console->status;
    memcpy(console->text, bytes, byte_count);
    console->length = byte_count;
    console->stream = stream;
    return PVM_OK;
}

static pvm_status give(void *user_data, char *bytes, size_t capacity, size_t *byte_count, pvm_error *refusal) {
    (void)refusal;
    console *console = user_data;
    if (console->status != PVM_OK) return console->status;
    *byte_count = console->claimed;
    if (console->claimed <= capacity) memset(bytes, 'x', console->claimed);
    return PVM_OK;
}

void check_console(const guest *guest) {
    console console = {.claimed = 3};
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    OK(pvm_linker_define_console(linker, receive, give, &console, NULL, &problem));
    FAILS(PVM_ERROR_ALREADY_DEFINED, pvm_linker_define_console(linker, receive, give, &console, NULL, &problem));
    const pvm_instance instance = instance_of(guest->module, linker);
    OK(pvm_linker_drop(linker, &problem));
    OK(pvm_memory_write(instance, 0x20000, "hello", 5, &problem));

    const uint64_t words[3] = {0x20000, 5, 2};
    pvm_exit exit;
    OK(pvm_instance_call(instance, "print", words, 3, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED);
    CHECK(console.stream == 2 && console.length == 5 && memcmp(console.text, "hello", 5) == 0);
    // Bytes that are not there trap in the guest, as does a stream that is none.
    const uint64_t wrong[2][3] = {{0x10, 5, 1}, {0x20000, 5, 3}};
    for (int index = 0; index < 2; index++) {
        OK(pvm_instance_call(instance, "print", wrong[index], 3, &exit, &problem));
        CHECK(exit.kind == PVM_EXIT_TRAP);
    }

    char text[4] = "";
    exit = call(instance, "scan", 0x20000, 4);
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 3);
    OK(pvm_memory_read(instance, 0x20000, text, 4, &problem));
    CHECK(memcmp(text, "xxxl", 4) == 0);
    console.claimed = 5;
    const uint64_t place[2] = {0x20000, 4};
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_call(instance, "scan", place, 2, &exit, &problem));
    console.status = PVM_ERROR_HOST;
    FAILS(PVM_ERROR_HOST, pvm_instance_call(instance, "scan", place, 2, &exit, &problem));
    FAILS(PVM_ERROR_HOST, pvm_instance_call(instance, "print", words, 3, &exit, &problem));
    // Input that is not there yet: the host answers later.
    console.status = PVM_HOST_SUSPEND;
    exit = call(instance, "scan", 0x20000, 4);
    CHECK(exit.kind == PVM_EXIT_HOST_CALL && exit.host_call == 4);
    OK(pvm_instance_set_register(instance, PVM_A0, 0, &problem));
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 0);
    OK(pvm_instance_drop(instance, &problem));
}
