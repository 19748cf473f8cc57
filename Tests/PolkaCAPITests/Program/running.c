// Modules and instances as they are meant to be used.

#include "check.h"

#include <string.h>

/// Where an export starts.
static uint32_t place(pvm_module module, const char *name) {
    uint32_t offset = UINT32_MAX;
    OK(pvm_module_find_export(module, name, &offset, &problem));
    return offset;
}

static void check_module(const guest *guest) {
    pvm_module_info info = {.struct_size = sizeof info};
    OK(pvm_module_get_info(guest->module, &info, &problem));
    CHECK(info.instruction_set == PVM_ISA_LATEST64);
    CHECK(info.is_64_bit == 1);
    CHECK(info.export_count == 12);
    CHECK(info.import_count == 5);
    // By the layout of the memory map: no read-only data, so the read-write data lie behind two guards of 64 KiB.
    CHECK(info.read_only_size == 0);
    CHECK(info.read_write_address == 0x20000);
    CHECK(info.read_write_size == 4096);
    CHECK(info.stack_address == 0xfffe0000 - 4096);
    CHECK(info.stack_size == 4096);
    CHECK(info.heap_base == 0x20008);
    CHECK(info.page_size == 4096);
    if (guest->backend != PVM_BACKEND_AUTO) {
        CHECK((info.native_code_size > 0) == (guest->backend == PVM_BACKEND_COMPILER));
    }

    char text[8];
    size_t length;
    uint32_t offset;
    OK(pvm_module_get_export(guest->module, 0, text, sizeof text, &length, &offset, &problem));
    CHECK(strcmp(text, "add") == 0 && length == 3);
    CHECK(offset == place(guest->module, "add"));
    // What does not fit is cut off, and the length says so.
    OK(pvm_module_get_import(guest->module, 3, text, sizeof text, &length, &problem));
    CHECK(strcmp(text, "pvm_con") == 0 && length == strlen("pvm_console_write"));
    OK(pvm_module_get_import(guest->module, 3, NULL, 0, &length, &problem));
    CHECK(length == strlen("pvm_console_write"));
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_get_export(guest->module, 12, text, sizeof text, NULL, NULL, &problem));
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_get_import(guest->module, 5, text, sizeof text, NULL, &problem));
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_find_export(guest->module, "ad", &offset, &problem));
    CHECK(says("add, ask"));

    int64_t gas;
    OK(pvm_module_get_gas_cost(guest->metered, place(guest->metered, "add"), &gas, &problem));
    CHECK(gas == 2);
    FAILS(PVM_ERROR_NOT_FOUND, pvm_module_get_gas_cost(guest->metered, place(guest->metered, "add") + 1, &gas, &problem));
}

static void check_calls(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    pvm_exit exit = call(instance, "add", 40, 2);
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 42 && exit.a1 == 2);
    uint32_t tiers;
    OK(pvm_instance_get_tiers(instance, &tiers, &problem));
    if (guest->backend != PVM_BACKEND_AUTO) {
        CHECK(tiers == (guest->backend == PVM_BACKEND_COMPILER ? PVM_TIER_COMPILER : PVM_TIER_INTERPRETER));
    }
    const uint64_t nine[9] = {1, 20, 300, 4000, 50000, 600000, 7000000, 80000000, 900000000};
    OK(pvm_instance_call_at(instance, place(guest->module, "sum"), nine, 9, &exit, &problem));
    CHECK(exit.a0 == 987654321);
    // Memory outlives a call, and ends with a reset.
    CHECK(call(instance, "count", 0, 0).a0 == 1);
    CHECK(call(instance, "count", 0, 0).a0 == 2);
    OK(pvm_instance_set_gas(instance, 5, &problem));
    OK(pvm_instance_reset(instance, &problem));
    int64_t gas;
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == 0);
    CHECK(call(instance, "count", 0, 0).a0 == 1);

    OK(pvm_instance_prepare_call(instance, place(guest->module, "add"), nine, 2, &problem));
    int64_t next;
    OK(pvm_instance_get_next_program_counter(instance, &next, &problem));
    CHECK(next == place(guest->module, "add"));
    OK(pvm_instance_set_register(instance, PVM_A0, 100, &problem));
    OK(pvm_instance_run(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 120);
    FAILS(PVM_ERROR_NO_PROGRAM_COUNTER, pvm_instance_run(instance, &exit, &problem));
    FAILS(PVM_ERROR_NO_PROGRAM_COUNTER, pvm_instance_resume(instance, &exit, &problem));
    OK(pvm_instance_set_next_program_counter(instance, place(guest->module, "add"), &problem));
    OK(pvm_instance_set_next_program_counter(instance, -1, &problem));
    FAILS(PVM_ERROR_NO_PROGRAM_COUNTER, pvm_instance_run(instance, &exit, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

static void check_traps(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    char text[200];
    size_t length;
    OK(pvm_instance_get_exit_text(instance, text, sizeof text, &length, &problem));
    CHECK(strcmp(text, "has not run") == 0);
    OK(pvm_instance_get_backtrace(instance, 0, text, sizeof text, &length, &problem));
    CHECK(length == 0 && text[0] == 0);

    CHECK(call(instance, "crash", 0, 0).kind == PVM_EXIT_TRAP);
    OK(pvm_instance_get_exit_text(instance, text, sizeof text, &length, &problem));
    CHECK(strstr(text, "trapped: the program executed a trap instruction") == text && length == strlen(text));
    int64_t at, last;
    OK(pvm_instance_get_program_counter(instance, &at, &problem));
    OK(pvm_instance_get_last_program_counter(instance, &last, &problem));
    CHECK(at == place(guest->module, "crash") && last == at);
    OK(pvm_instance_get_backtrace(instance, 0, text, sizeof text, &length, &problem));
    CHECK(strstr(text, "crash") == text);

    CHECK(call(instance, "load", 0x10, 0).kind == PVM_EXIT_TRAP);
    OK(pvm_instance_get_exit_text(instance, text, sizeof text, NULL, &problem));
    CHECK(strstr(text, "load of 8 bytes at inaccessible address 0x10") != NULL);
    // A call after a trap is as good as any.
    CHECK(call(instance, "add", 1, 2).a0 == 3);
    OK(pvm_instance_get_program_counter(instance, &at, &problem));
    CHECK(at == -1);
    OK(pvm_instance_drop(instance, &problem));
}

static void check_gas(const guest *guest) {
    const pvm_instance instance = instance_of(guest->metered, (pvm_linker){0});
    OK(pvm_instance_set_gas(instance, 1, &problem));
    CHECK(call(instance, "add", 40, 2).kind == PVM_EXIT_OUT_OF_GAS);
    OK(pvm_instance_add_gas(instance, 2, &problem));
    pvm_exit exit;
    OK(pvm_instance_resume(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 42);
    int64_t gas;
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == 1);
    uint64_t count;
    OK(pvm_instance_get_instruction_count(instance, &count, &problem));
    CHECK(count == 2);
    OK(pvm_instance_add_gas(instance, INT64_MAX, &problem));
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == INT64_MAX);
    OK(pvm_instance_drop(instance, &problem));
}

/// Other ways of taking gas, by the program that the metered module is of.
static void check_models(const guest *guest, const void *bytes, size_t byte_count) {
    // A table in which everything costs 7.
    uint32_t table[143];
    for (int index = 0; index < 143; index++) table[index] = index == 0 ? 2 : 7;
    pvm_module_config config = {.struct_size = sizeof config, .gas_metering = PVM_GAS_ASYNCHRONOUS,
                                .cost_model = PVM_COST_TABLE, .cost_table = table, .cost_table_size = sizeof table};
    pvm_module module;
    OK(pvm_module_new(guest->engine, bytes, byte_count, &config, &module, &problem));
    pvm_instance instance = instance_of(module, (pvm_linker){0});
    int64_t gas;
    OK(pvm_module_get_gas_cost(module, place(module, "add"), &gas, &problem));
    CHECK(gas == 14);
    OK(pvm_instance_set_gas(instance, 13, &problem));
    CHECK(call(instance, "add", 40, 2).kind == PVM_EXIT_OUT_OF_GAS);
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == -1);
    OK(pvm_instance_drop(instance, &problem));
    OK(pvm_module_drop(module, &problem));

    config.cost_table_size--;
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new(guest->engine, bytes, byte_count, &config, &module, &problem));
    config.cost_table = NULL;
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_module_new(guest->engine, bytes, byte_count, &config, &module, &problem));
    config.cost_model = PVM_COST_NAIVE;
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_module_new(guest->engine, bytes, byte_count, &config, &module, &problem));

    config = (pvm_module_config){.struct_size = sizeof config, .gas_metering = PVM_GAS_PER_INSTRUCTION};
    OK(pvm_module_new(guest->engine, bytes, byte_count, &config, &module, &problem));
    instance = instance_of(module, (pvm_linker){0});
    OK(pvm_instance_set_gas(instance, 1, &problem));
    CHECK(call(instance, "add", 40, 2).kind == PVM_EXIT_OUT_OF_GAS);
    uint64_t a0;
    OK(pvm_instance_get_register(instance, PVM_A0, &a0, &problem));
    CHECK(a0 == 42);
    OK(pvm_instance_drop(instance, &problem));
    OK(pvm_module_drop(module, &problem));
}

/// One instruction at a time; the last jumps back to the host.
static void check_steps(const guest *guest) {
    const pvm_instance instance = instance_of(guest->metered, (pvm_linker){0});
    const uint64_t arguments[2] = {40, 2};
    OK(pvm_instance_set_gas(instance, 10, &problem));
    OK(pvm_instance_prepare_call(instance, place(guest->metered, "add"), arguments, 2, &problem));
    pvm_exit exit;
    int steps = 0;
    do {
        OK(pvm_instance_step(instance, &exit, &problem));
        steps++;
    } while (exit.kind == PVM_EXIT_STEP && steps < 100);
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 42);
    CHECK(steps == 2 || steps == 3);
    int64_t gas;
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == 8);
    FAILS(PVM_ERROR_NO_PROGRAM_COUNTER, pvm_instance_step(instance, &exit, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

static void check_machine_code(const guest *guest) {
    pvm_buffer buffer;
    if (guest->backend != PVM_BACKEND_COMPILER) {
        // Whether there is a compiler at all is another matter.
        if (pvm_module_store_compiled(guest->module, &buffer, &problem) == PVM_OK) OK(pvm_buffer_drop(buffer, &problem));
        return;
    }
    OK(pvm_module_store_compiled(guest->module, &buffer, &problem));
    const uint8_t *bytes;
    size_t byte_count;
    OK(pvm_buffer_get(buffer, &bytes, &byte_count, &problem));
    pvm_module module;
    OK(pvm_module_new_compiled(bytes, byte_count, &module, &problem));
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new_compiled(bytes, byte_count - 1, &module, &problem));
    FAILS(PVM_ERROR_MALFORMED, pvm_module_new_compiled("no module", 9, &module, &problem));
    OK(pvm_buffer_drop(buffer, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_buffer_get(buffer, &bytes, &byte_count, &problem));
    const pvm_instance instance = instance_of(module, (pvm_linker){0});
    CHECK(call(instance, "add", 40, 2).a0 == 42);
    OK(pvm_instance_drop(instance, &problem));
    OK(pvm_module_drop(module, &problem));
}

void check_running(const guest *guest) {
    check_models(guest, guest->bytes, guest->byte_count);
    check_steps(guest);
    check_machine_code(guest);
    check_module(guest);
    check_calls(guest);
    check_traps(guest);
    check_gas(guest);
}
