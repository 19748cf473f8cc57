// Handles and arguments that are wrong: each is an error, and nothing else happens.

#include "check.h"

#include <string.h>

static void check_handles(const guest *guest) {
    pvm_exit exit;
    uint64_t value;
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    // None, numbers that mean nothing, and neighbours of one that does.
    const uint64_t numbers[] = {0, 1, 255, UINT64_C(1) << 24, UINT32_MAX, UINT64_C(0x7fffffffffffffff), UINT64_MAX,
                                (uint64_t)(uintptr_t)guest, instance.id + 1000, instance.id ^ UINT64_C(1) << 63,
                                instance.id + (UINT64_C(1) << 32), instance.id & 0xffffffff, instance.id | 0xff000000};
    for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
        const uint64_t id = numbers[index];
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_call((pvm_instance){id}, "add", NULL, 0, &exit, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_get_register((pvm_instance){id}, 0, &value, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_drop((pvm_instance){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_engine_drop((pvm_engine){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_module_drop((pvm_module){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_linker_drop((pvm_linker){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_linked_module_drop((pvm_linked_module){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_buffer_drop((pvm_buffer){id}, &problem));
        FAILS(PVM_ERROR_INVALID_HANDLE, pvm_cancellation_drop((pvm_cancellation){id}, &problem));
    }
    // Handles of something else.
    FAILS(PVM_ERROR_INVALID_HANDLE, pvm_module_drop((pvm_module){instance.id}, &problem));
    CHECK(says("the handle is that of an instance; expected that of a module"));
    FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_drop((pvm_instance){guest->module.id}, &problem));
    FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_run((pvm_instance){guest->engine.id}, &exit, &problem));
    pvm_instance none;
    FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_new((pvm_module){guest->engine.id}, (pvm_linker){0}, &none, &problem));
    FAILS(PVM_ERROR_INVALID_HANDLE, pvm_instance_new(guest->module, (pvm_linker){guest->module.id}, &none, &problem));

    // A handle that was dropped stays so, also when its place has another object.
    CHECK(call(instance, "add", 1, 2).a0 == 3);
    OK(pvm_instance_drop(instance, &problem));
    for (int round = 0; round < 3; round++) {
        const pvm_instance other = instance_of(guest->module, (pvm_linker){0});
        CHECK(other.id != instance.id);
        FAILS(PVM_ERROR_DROPPED, pvm_instance_call(instance, "add", NULL, 0, &exit, &problem));
        FAILS(PVM_ERROR_DROPPED, pvm_memory_read(instance, 0x20000, &value, 8, &problem));
        FAILS(PVM_ERROR_DROPPED, pvm_instance_drop(instance, &problem));
        OK(pvm_instance_drop(other, &problem));
    }
}

static void check_arguments(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    const uint64_t many[10] = {0};
    pvm_exit exit;
    FAILS(PVM_ERROR_TOO_MANY_ARGUMENTS, pvm_instance_call(instance, "sum", many, 10, &exit, &problem));
    FAILS(PVM_ERROR_TOO_MANY_ARGUMENTS, pvm_instance_call(instance, "sum", many, SIZE_MAX, &exit, &problem));
    FAILS(PVM_ERROR_TOO_MANY_ARGUMENTS, pvm_instance_call_at(instance, 0, many, SIZE_MAX / 2, &exit, &problem));
    FAILS(PVM_ERROR_NOT_FOUND, pvm_instance_call(instance, "subtract", many, 2, &exit, &problem));
    CHECK(says("no export 'subtract'"));
    FAILS(PVM_ERROR_NOT_FOUND, pvm_instance_call(instance, "", many, 2, &exit, &problem));
    // Code that is not there traps when it is entered.
    OK(pvm_instance_call_at(instance, UINT32_MAX, many, 2, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_TRAP);

    uint64_t value = 5;
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_get_register(instance, 13, &value, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_set_register(instance, UINT32_MAX, 0, &problem));
    CHECK(value == 5);
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_set_next_program_counter(instance, -2, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_set_next_program_counter(instance, INT64_MIN, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_set_next_program_counter(instance, INT64_C(1) << 32, &problem));
    uint32_t answer;
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_is_accessible(instance, 0x20000, 1, 2, &answer, &problem));

    const char *words[2] = {"guest", NULL};
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_instance_pass_words(instance, words, 2, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_pass_words(instance, words, SIZE_MAX, &problem));
    OK(pvm_instance_prepare_call(instance, 0, NULL, 0, &problem));
    OK(pvm_instance_pass_words(instance, words, 1, &problem));
    OK(pvm_instance_get_register(instance, PVM_A0, &value, &problem));
    CHECK(value == 1);
    static char long_word[4096];
    memset(long_word, 'x', sizeof long_word - 1);
    words[1] = long_word;
    OK(pvm_instance_prepare_call(instance, 0, NULL, 0, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_pass_words(instance, words, 2, &problem));
    OK(pvm_instance_drop(instance, &problem));

    // Gas and cancelling need a module that was configured for them.
    pvm_module module;
    const uint8_t trap[] = {0, 0, 1, 0, 1};
    const pvm_module_config plain = {.struct_size = sizeof plain, .starts_unmapped = 1};
    OK(pvm_module_new_raw(guest->engine, trap, sizeof trap, PVM_ISA_LATEST64, &plain, &module, &problem));
    const pvm_instance unstoppable = instance_of(module, (pvm_linker){0});
    pvm_cancellation cancellation;
    OK(pvm_cancellation_new(&cancellation, &problem));
    FAILS(PVM_ERROR_UNSUPPORTED, pvm_instance_set_cancellation(unstoppable, cancellation, &problem));
    OK(pvm_cancellation_drop(cancellation, &problem));
    OK(pvm_instance_drop(unstoppable, &problem));
    OK(pvm_module_drop(module, &problem));

    // A strict module wants everything that it imports.
    const pvm_module_config strict = {.struct_size = sizeof strict, .is_strict = 1};
    OK(pvm_module_new(guest->engine, guest->bytes, guest->byte_count, &strict, &module, &problem));
    pvm_instance none;
    FAILS(PVM_ERROR_NOT_FOUND, pvm_instance_new(module, (pvm_linker){0}, &none, &problem));
    CHECK(says("ask, again, nobody"));
    OK(pvm_module_drop(module, &problem));
}

static void check_programs(const guest *guest) {
    const uint8_t program[] = {0, 0, 1, 0, 1};
    pvm_module module = {7};
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new(guest->engine, program, sizeof program, NULL, &module, &problem));
    CHECK(says("blob offset 0x0: "));
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new(guest->engine, NULL, 0, NULL, &module, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_module_new(guest->engine, NULL, 1, NULL, &module, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_module_new(guest->engine, program, SIZE_MAX, NULL, &module, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_module_new(guest->engine, program, SIZE_MAX / 2, NULL, &module, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_module_new_raw(guest->engine, program, 5, 4, NULL, &module, &problem));
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new_raw(guest->engine, program, 4, 2, NULL, &module, &problem));
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new_standard(guest->engine, program, 5, 2, NULL, &module, &problem));
    CHECK(module.id == 7);

    // Every prefix of a program that is right.
    for (size_t count = 0; count < sizeof program; count++) {
        FAILS(PVM_ERROR_MALFORMED, pvm_module_new_raw(guest->engine, program, count, 2, NULL, &module, &problem));
    }
}

static void check_configurations(const guest *guest) {
    const uint8_t program[] = {0, 0, 1, 0, 1};
    pvm_module module;
    struct {
        pvm_module_config known;
        uint64_t unknown;
    } config;
#define TRY(status, field, value)                                                                             \
    memset(&config, 0, sizeof config);                                                                        \
    config.known.struct_size = sizeof config.known;                                                           \
    config.field = (value);                                                                                   \
    FAILS(status, pvm_module_new_raw(guest->engine, program, 5, PVM_ISA_LATEST64, &config.known, &module, &problem)); \
    if ((status) == PVM_OK) OK(pvm_module_drop(module, &problem))
    TRY(PVM_OK, known.page_size, 0);
    TRY(PVM_OK, known.page_size, 65536);
    TRY(PVM_ERROR_MODULE, known.page_size, 4097);
    TRY(PVM_ERROR_MODULE, known.page_size, UINT32_MAX);
    TRY(PVM_ERROR_MODULE, known.auxiliary_size, UINT32_MAX);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.gas_metering, 77);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.cost_model, 77);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.fault_rule, 3);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.jump_rule, 2);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.end_rule, UINT32_MAX);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.starts_unmapped, 2);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.is_strict, 2);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.is_interruptible, 2);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.struct_size, 0);
    TRY(PVM_ERROR_INVALID_ARGUMENT, known.struct_size, SIZE_MAX);
    // Of a newer header: what it adds may be 0, and nothing else.
    TRY(PVM_OK, known.struct_size, sizeof config);
    memset(&config, 0, sizeof config);
    config.known.struct_size = sizeof config;
    config.unknown = 1;
    FAILS(PVM_ERROR_UNSUPPORTED,
          pvm_module_new_raw(guest->engine, program, 5, PVM_ISA_LATEST64, &config.known, &module, &problem));
    // Of an older one: what it lacks is 0.
    TRY(PVM_OK, known.struct_size, sizeof(size_t));

    pvm_engine engine;
    pvm_engine_config choice = {.struct_size = sizeof choice, .backend = 3};
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_engine_new(&choice, &engine, &problem));
    choice = (pvm_engine_config){.struct_size = sizeof choice, .reserved = 1};
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_engine_new(&choice, &engine, &problem));

    pvm_module_info info = {.struct_size = 4};
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_module_get_info(guest->module, &info, &problem));
}

/// Messages are cut off where a character ends.
static void check_messages(const guest *guest) {
    char name[1001];
    for (int index = 0; index < 500; index++) memcpy(name + 2 * index, "\xc3\xbc", 2);
    name[1000] = 0;
    uint32_t offset;
    // Of these letters of two bytes each, so many fit behind "no export '" that at most one byte is left.
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_find_export(guest->module, name, &offset, &problem));
    const size_t length = strlen(problem.message);
    CHECK(length <= PVM_MESSAGE_SIZE - 1 && length >= PVM_MESSAGE_SIZE - 2);
    CHECK((length - strlen("no export '")) % 2 == 0);
    // A name that begins in the middle of a letter.
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_find_export(guest->module, name + 1, &offset, &problem));
    // Without an error there is just the status.
    CHECK(pvm_module_find_export(guest->module, "x", &offset, NULL) == PVM_ERROR_NOT_FOUND);
    CHECK(strcmp(pvm_status_name(PVM_ERROR_DROPPED), "PVM_ERROR_DROPPED") == 0);
    CHECK(pvm_status_name(INT32_MIN) != NULL && pvm_status_name(INT32_MAX) != NULL);
}

void check_misuse(const guest *guest) {
    check_handles(guest);
    check_arguments(guest);
    check_programs(guest);
    check_configurations(guest);
    check_messages(guest);
}
