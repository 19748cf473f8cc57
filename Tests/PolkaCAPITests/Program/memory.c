// Guest memory: what can be done with it, and every way of asking for what cannot.

#include "check.h"

#include <string.h>

static void check_copies(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    char text[8] = "1234567";
    OK(pvm_memory_write(instance, 0x20000, text, 8, &problem));
    memset(text, 0, 8);
    OK(pvm_memory_read(instance, 0x20001, text, 3, &problem));
    CHECK(memcmp(text, "234", 4) == 0);
    OK(pvm_memory_zero(instance, 0x20002, 1, &problem));
    CHECK(call(instance, "load", 0x20000, 0).a0 == 0x0037363534003231);
    call(instance, "store", 0x20010, 0x1122334455667788);
    OK(pvm_memory_read(instance, 0x20010, text, 1, &problem));
    CHECK(text[0] == (char)0x88);

    uint32_t answer;
    OK(pvm_memory_is_accessible(instance, 0x20000, 4096, 1, &answer, &problem));
    CHECK(answer == 1);
    OK(pvm_memory_is_accessible(instance, 0x20000, 4097, 0, &answer, &problem));
    CHECK(answer == 0);
    OK(pvm_memory_is_accessible(instance, UINT64_C(0x100020000), 1, 0, &answer, &problem));
    CHECK(answer == 0);
    OK(pvm_memory_is_accessible(instance, 0x20000, UINT64_MAX, 0, &answer, &problem));
    CHECK(answer == 0);

    uint32_t heap;
    OK(pvm_memory_grow_heap(instance, 8192, &heap, &problem));
    CHECK(heap == 0x20008 + 8192);
    OK(pvm_memory_get_heap_size(instance, &heap, &problem));
    CHECK(heap == 8192);
    OK(pvm_memory_write(instance, 0x22000, text, 8, &problem));
    OK(pvm_memory_grow_heap(instance, UINT32_MAX, &heap, &problem));
    CHECK(heap == 0);
    OK(pvm_memory_reset(instance, &problem));
    OK(pvm_memory_get_heap_size(instance, &heap, &problem));
    CHECK(heap == 0);
    OK(pvm_memory_read(instance, 0x20000, text, 8, &problem));
    CHECK(memcmp(text, "\0\0\0\0\0\0\0\0", 8) == 0);
    OK(pvm_instance_drop(instance, &problem));
}

static void check_ranges(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    char byte = 7;
    // Below, behind, around, and over the end of everything.
    const uint64_t addresses[] = {0, 0xffff, 0x1ffff, 0x21000, 0xffffffff, UINT64_C(0x100000000), UINT64_MAX};
    for (size_t index = 0; index < sizeof addresses / sizeof *addresses; index++) {
        FAILS(PVM_ERROR_MEMORY, pvm_memory_read(instance, addresses[index], &byte, 1, &problem));
        FAILS(PVM_ERROR_MEMORY, pvm_memory_write(instance, addresses[index], &byte, 1, &problem));
        FAILS(PVM_ERROR_MEMORY, pvm_memory_zero(instance, addresses[index], 1, &problem));
    }
    CHECK(byte == 7);
    const size_t sizes[] = {4097, UINT32_MAX, (size_t)UINT32_MAX + 1, SIZE_MAX / 2};
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
        FAILS(PVM_ERROR_MEMORY, pvm_memory_read(instance, 0x20000, &byte, sizes[index], &problem));
        FAILS(PVM_ERROR_MEMORY, pvm_memory_write(instance, 0x20000, &byte, sizes[index], &problem));
        FAILS(PVM_ERROR_MEMORY, pvm_memory_zero(instance, 0x20000, sizes[index], &problem));
    }
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_read(instance, 0x20000, &byte, SIZE_MAX, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_write(instance, 0x20000, &byte, SIZE_MAX, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_zero(instance, 0x20000, UINT64_MAX, &problem));
    // No bytes are anywhere.
    OK(pvm_memory_read(instance, 0x20000, NULL, 0, &problem));
    OK(pvm_memory_write(instance, 5, NULL, 0, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_memory_read(instance, 0x20000, NULL, 1, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_memory_write(instance, 0x20000, NULL, 1, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_set_auxiliary_size(instance, 1, &problem));

    FAILS(PVM_ERROR_MEMORY, pvm_memory_map(instance, 0x30001, 4096, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_map(instance, 0xf000, 4096, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_map(instance, 0xfffff000, 4097, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_map(instance, 0x30000, UINT64_MAX, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_unmap(instance, 0x30000, UINT64_MAX, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_unmap(instance, UINT64_C(1) << 32, 4096, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_protect(instance, 0x30000, 1, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_protect(instance, 0x20000, UINT64_MAX, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_map(instance, 0x30000, 4096, 0, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_map(instance, 0x30000, 4096, 3, &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_memory_protect(instance, 0x20000, 1, UINT32_MAX, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

/// A guest whose memory the host maps while it runs.
static void check_paging(const guest *guest) {
    // u8 [a1] = a0, then a trap: store_indirect_u8 is 120, with the registers in a byte and no offset.
    const uint8_t program[] = {0, 0, 3, 120, 0x87, 0, 0x05};
    pvm_module_config config = {.struct_size = sizeof config};
    OK(pvm_module_config_set_jam(&config, &problem));
    CHECK(config.starts_unmapped == 1 && config.gas_metering == PVM_GAS_SYNCHRONOUS && config.page_size == 4096);
    config.fault_rule = PVM_FAULT_PAGE_FAULT;
    pvm_module module;
    OK(pvm_module_new_raw(guest->engine, program, sizeof program, PVM_ISA_LATEST64, &config, &module, &problem));
    const pvm_instance instance = instance_of(module, (pvm_linker){0});
    pvm_exit exit;
    FAILS(PVM_ERROR_NO_STACK, pvm_instance_call_at(instance, 0, NULL, 0, &exit, &problem));
    OK(pvm_instance_set_gas(instance, 10, &problem));
    OK(pvm_instance_set_register(instance, PVM_A0, 0x9abcdef5, &problem));
    OK(pvm_instance_set_register(instance, PVM_A1, 0x30123, &problem));
    OK(pvm_instance_set_next_program_counter(instance, 0, &problem));
    OK(pvm_instance_run(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_PAGE_FAULT && exit.page_address == 0x30000 && exit.page_size == 4096);
    CHECK(exit.is_write_protected == 0);
    OK(pvm_memory_map(instance, 0x30000, 1, PVM_ACCESS_READ, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_write(instance, 0x30000, "x", 1, &problem));
    OK(pvm_instance_run(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_PAGE_FAULT && exit.page_address == 0x30000 && exit.is_write_protected == 1);
    OK(pvm_memory_protect(instance, 0x30fff, 1, PVM_ACCESS_READ_WRITE, &problem));
    OK(pvm_instance_run(instance, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_TRAP);
    uint8_t byte = 0;
    OK(pvm_memory_read(instance, 0x30123, &byte, 1, &problem));
    CHECK(byte == 0xf5);
    int64_t gas;
    OK(pvm_instance_get_gas(instance, &gas, &problem));
    CHECK(gas == 8);
    OK(pvm_memory_unmap(instance, 0x30000, 4096, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_read(instance, 0x30123, &byte, 1, &problem));
    OK(pvm_instance_drop(instance, &problem));
    OK(pvm_module_drop(module, &problem));
}

void check_memory(const guest *guest) {
    check_copies(guest);
    check_ranges(guest);
    check_paging(guest);
}
