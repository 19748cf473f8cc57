// main FILE: calls the library in every way, right and wrong, with the program of a file, guest.s assembled.
//
// Prints each check that fails, and at the end how many there were.

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Atomic int failed, checked;
_Thread_local pvm_error problem;

void check_at(int holds, const char *what, const char *file, int line) {
    checked++;
    if (holds) return;
    failed++;
    printf("%s:%d: %s\n", file, line, what);
}

void check_status_at(pvm_status found, pvm_status expected, const char *what, const char *file, int line) {
    checked++;
    // The error has the same status, and a message if and only if it is one.
    if (found == expected && problem.status == found && (problem.message[0] != 0) == (found != PVM_OK)) return;
    failed++;
    printf("%s:%d: %s\n    expected %s, found %s: '%s'\n", file, line, what, pvm_status_name(expected),
           pvm_status_name(found), problem.message);
}

int says(const char *text) {
    if (strstr(problem.message, text)) return 1;
    printf("the message is '%s'\n", problem.message);
    return 0;
}

pvm_instance instance_of(pvm_module module, pvm_linker linker) {
    pvm_instance instance = {0};
    OK(pvm_instance_new(module, linker, &instance, &problem));
    return instance;
}

pvm_exit call(pvm_instance instance, const char *name, uint64_t a0, uint64_t a1) {
    const uint64_t arguments[2] = {a0, a1};
    pvm_exit exit = {.kind = UINT32_MAX};
    OK(pvm_instance_call(instance, name, arguments, 2, &exit, &problem));
    return exit;
}

static void check_backend(uint32_t backend, const void *bytes, size_t byte_count) {
    const uint64_t handles = pvm_handle_count();
    const pvm_engine_config config = {.struct_size = sizeof config, .backend = backend};
    guest guest = {.backend = backend, .bytes = bytes, .byte_count = byte_count};
    OK(pvm_engine_new(&config, &guest.engine, &problem));
    pvm_module_config rules = {.struct_size = sizeof rules, .is_interruptible = 1};
    OK(pvm_module_new(guest.engine, bytes, byte_count, &rules, &guest.module, &problem));
    rules.gas_metering = PVM_GAS_SYNCHRONOUS;
    OK(pvm_module_new(guest.engine, bytes, byte_count, &rules, &guest.metered, &problem));

    check_running(&guest);
    check_memory(&guest);
    check_states(&guest);
    check_hosts(&guest);
    check_console(&guest);
    check_misuse(&guest);
    check_nulls(&guest);
    check_threads(&guest);

    OK(pvm_module_drop(guest.module, &problem));
    OK(pvm_module_drop(guest.metered, &problem));
    OK(pvm_engine_drop(guest.engine, &problem));
    CHECK(pvm_handle_count() == handles);
}

int main(int argc, char **argv) {
    if (argc != 2) return 64;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return perror(argv[1]), 1;
    static char bytes[1 << 16];
    const size_t byte_count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);

    CHECK(pvm_abi_version() == ((uint32_t)PVM_ABI_MAJOR << 16 | PVM_ABI_MINOR));
    const pvm_engine_config config = {.struct_size = sizeof config, .backend = PVM_BACKEND_COMPILER};
    pvm_engine engine;
    const int has_compiler = pvm_engine_new(&config, &engine, &problem) == PVM_OK;
    if (has_compiler) OK(pvm_engine_drop(engine, &problem));

    check_backend(PVM_BACKEND_INTERPRETER, bytes, byte_count);
    check_backend(PVM_BACKEND_AUTO, bytes, byte_count);
    if (has_compiler) check_backend(PVM_BACKEND_COMPILER, bytes, byte_count);
    printf("%d checks, %d failed%s\n", checked, failed, has_compiler ? "" : "; no compiler");
    return failed ? 1 : 0;
}
