// Every pointer that may not be null, null.

#include "check.h"

#define NULLS(call) FAILS(PVM_ERROR_NULL_ARGUMENT, call)

static pvm_status nothing(void *user_data, pvm_host_call *call, pvm_error *refusal) {
    (void)user_data, (void)call, (void)refusal;
    return PVM_OK;
}

void check_nulls(const guest *guest) {
    const uint64_t handles = pvm_handle_count();
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    const pvm_instance instance = instance_of(guest->module, linker);
    const pvm_module module = guest->module;
    const uint64_t argument = 1;
    const uint8_t *bytes;
    size_t count;
    pvm_exit exit;
    pvm_module result;

    NULLS(pvm_engine_new(NULL, NULL, &problem));
    NULLS(pvm_module_config_set_jam(NULL, &problem));
    NULLS(pvm_module_config_set_standard_program(NULL, PVM_ISA_JAM_V1, &problem));
    NULLS(pvm_module_new(guest->engine, "", 0, NULL, NULL, &problem));
    NULLS(pvm_module_new_raw(guest->engine, NULL, 1, PVM_ISA_LATEST64, NULL, &result, &problem));
    NULLS(pvm_module_new_raw(guest->engine, "", 0, PVM_ISA_LATEST64, NULL, NULL, &problem));
    NULLS(pvm_module_new_standard(guest->engine, NULL, 1, PVM_ISA_JAM_V1, NULL, &result, &problem));
    NULLS(pvm_module_new_standard(guest->engine, "", 0, PVM_ISA_JAM_V1, NULL, NULL, &problem));
    NULLS(pvm_module_get_info(module, NULL, &problem));
    NULLS(pvm_module_get_export(module, 0, NULL, 1, NULL, NULL, &problem));
    NULLS(pvm_module_get_import(module, 0, NULL, 1, NULL, &problem));
    NULLS(pvm_module_find_export(module, NULL, NULL, &problem));
    NULLS(pvm_module_find_export(module, "add", NULL, &problem));
    NULLS(pvm_module_get_gas_cost(module, 0, NULL, &problem));

    NULLS(pvm_linker_new(NULL, &problem));
    NULLS(pvm_linker_define(linker, NULL, nothing, NULL, NULL, &problem));
    NULLS(pvm_linker_define(linker, "f", NULL, NULL, NULL, &problem));
    NULLS(pvm_linker_define_number(linker, 0, NULL, NULL, NULL, &problem));
    NULLS(pvm_linker_define_fallback(linker, NULL, NULL, NULL, &problem));
    NULLS(pvm_linker_define_console(linker, NULL, NULL, NULL, NULL, &problem));
    NULLS(pvm_linker_link(linker, module, NULL, &problem));
    NULLS(pvm_linked_module_instantiate((pvm_linked_module){0}, NULL, &problem));
    NULLS(pvm_instance_new(module, linker, NULL, &problem));
    NULLS(pvm_cancellation_new(NULL, &problem));

    NULLS(pvm_instance_call(instance, NULL, NULL, 0, &exit, &problem));
    NULLS(pvm_instance_call(instance, "add", NULL, 1, &exit, &problem));
    NULLS(pvm_instance_call(instance, "add", &argument, 1, NULL, &problem));
    NULLS(pvm_instance_call_at(instance, 0, NULL, 1, &exit, &problem));
    NULLS(pvm_instance_call_at(instance, 0, &argument, 1, NULL, &problem));
    NULLS(pvm_instance_prepare_call(instance, 0, NULL, 1, &problem));
    NULLS(pvm_instance_resume(instance, NULL, &problem));
    NULLS(pvm_instance_run(instance, NULL, &problem));
    NULLS(pvm_instance_step(instance, NULL, &problem));
    NULLS(pvm_module_store_compiled(module, NULL, &problem));
    NULLS(pvm_module_new_compiled("", 0, NULL, &problem));
    NULLS(pvm_module_new_compiled(NULL, 1, &result, &problem));
    NULLS(pvm_instance_get_exit_text(instance, NULL, 1, NULL, &problem));
    NULLS(pvm_instance_get_backtrace(instance, 0, NULL, 1, NULL, &problem));
    NULLS(pvm_instance_pass_words(instance, NULL, 1, &problem));
    NULLS(pvm_instance_prepare_entry(instance, 0, NULL, 1, &problem));
    NULLS(pvm_instance_get_entry_result(instance, NULL, &problem));

    NULLS(pvm_instance_get_register(instance, 0, NULL, &problem));
    NULLS(pvm_instance_get_registers(instance, NULL, &problem));
    NULLS(pvm_instance_set_registers(instance, NULL, &problem));
    NULLS(pvm_instance_get_gas(instance, NULL, &problem));
    NULLS(pvm_instance_get_program_counter(instance, NULL, &problem));
    NULLS(pvm_instance_get_last_program_counter(instance, NULL, &problem));
    NULLS(pvm_instance_get_next_program_counter(instance, NULL, &problem));
    NULLS(pvm_instance_get_instruction_count(instance, NULL, &problem));
    NULLS(pvm_instance_get_tiers(instance, NULL, &problem));
    NULLS(pvm_memory_read(instance, 0x20000, NULL, 1, &problem));
    NULLS(pvm_memory_write(instance, 0x20000, NULL, 1, &problem));
    NULLS(pvm_memory_is_accessible(instance, 0x20000, 1, 0, NULL, &problem));
    NULLS(pvm_memory_get_heap_size(instance, NULL, &problem));
    OK(pvm_memory_grow_heap(instance, 0, NULL, &problem));
    NULLS(pvm_buffer_get((pvm_buffer){0}, NULL, &count, &problem));
    NULLS(pvm_buffer_get((pvm_buffer){0}, &bytes, NULL, &problem));

    // Registers and standard programs, as they should be used.
    uint64_t values[PVM_REGISTER_COUNT] = {0};
    values[PVM_S0] = 5;
    OK(pvm_instance_set_registers(instance, values, &problem));
    OK(pvm_instance_get_registers(instance, values, &problem));
    CHECK(values[PVM_S0] == 5);
    pvm_buffer answer;
    OK(pvm_instance_get_entry_result(instance, &answer, &problem));
    OK(pvm_buffer_get(answer, &bytes, &count, &problem));
    CHECK(count == 0);
    OK(pvm_buffer_drop(answer, &problem));
    // The module has no room for arguments.
    FAILS(PVM_ERROR_MEMORY, pvm_instance_prepare_entry(instance, 0, "abc", 3, &problem));
    pvm_module_config config = {.struct_size = sizeof config};
    OK(pvm_module_config_set_standard_program(&config, PVM_ISA_JAM_V1, &problem));
    CHECK(config.auxiliary_size == 1 << 24 && config.end_rule == PVM_END_GRAYPAPER);

    OK(pvm_linker_drop(linker, &problem));
    OK(pvm_instance_drop(instance, &problem));
    CHECK(pvm_handle_count() == handles);
}
