// Snapshots, templates and hashes of states.

#include "check.h"

#include <string.h>

static void check_snapshots(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    call(instance, "count", 0, 0);
    // A guest that waits for its host: who restores it answers.
    CHECK(call(instance, "nobody", 5, 0).kind == PVM_EXIT_HOST_CALL);
    pvm_buffer snapshot;
    OK(pvm_instance_take_snapshot(instance, &snapshot, &problem));
    const uint8_t *bytes;
    size_t byte_count;
    OK(pvm_buffer_get(snapshot, &bytes, &byte_count, &problem));
    const pvm_instance other = instance_of(guest->module, (pvm_linker){0});
    OK(pvm_instance_restore_snapshot(other, bytes, byte_count, &problem));
    uint8_t hashes[2][PVM_STATE_HASH_SIZE];
    OK(pvm_instance_get_state_hash(instance, hashes[0], &problem));
    OK(pvm_instance_get_state_hash(other, hashes[1], &problem));
    CHECK(memcmp(hashes[0], hashes[1], sizeof hashes[0]) == 0);
    pvm_exit exit;
    OK(pvm_instance_set_register(other, PVM_A0, 8, &problem));
    OK(pvm_instance_resume(other, &exit, &problem));
    CHECK(exit.kind == PVM_EXIT_FINISHED && exit.a0 == 9);
    CHECK(call(other, "count", 0, 0).a0 == 2);
    OK(pvm_instance_get_state_hash(other, hashes[1], &problem));
    CHECK(memcmp(hashes[0], hashes[1], sizeof hashes[0]) != 0);

    // What is broken is refused as a whole.
    FAILS(PVM_ERROR_MALFORMED, pvm_instance_restore_snapshot(other, bytes, byte_count - 1, &problem));
    FAILS(PVM_ERROR_MALFORMED, pvm_instance_restore_snapshot(other, NULL, 0, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_instance_restore_snapshot(other, NULL, 1, &problem));
    CHECK(call(other, "count", 0, 0).a0 == 3);
    // Gas is another rule.
    const pvm_instance metered = instance_of(guest->metered, (pvm_linker){0});
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_instance_restore_snapshot(metered, bytes, byte_count, &problem));
    OK(pvm_instance_drop(metered, &problem));
    OK(pvm_buffer_drop(snapshot, &problem));
    OK(pvm_instance_drop(instance, &problem));
    OK(pvm_instance_drop(other, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_instance_take_snapshot(other, NULL, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_instance_get_state_hash(other, NULL, &problem));
}

static void check_templates(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    call(instance, "count", 0, 0);
    pvm_template frozen;
    OK(pvm_instance_freeze(instance, &frozen, &problem));
    OK(pvm_instance_drop(instance, &problem));
    pvm_linker linker;
    OK(pvm_linker_new(&linker, &problem));
    pvm_linked_module linked, stranger;
    OK(pvm_linker_link(linker, guest->module, &linked, &problem));
    OK(pvm_linker_link(linker, guest->metered, &stranger, &problem));
    pvm_instance forks[2];
    OK(pvm_template_instantiate(frozen, linker, &forks[0], &problem));
    OK(pvm_template_instantiate_linked(frozen, linked, &forks[1], &problem));
    FAILS(PVM_ERROR_INVALID_ARGUMENT, pvm_template_instantiate_linked(frozen, stranger, &forks[1], &problem));
    // Both begin with one call counted, and do not see each other.
    for (int index = 0; index < 2; index++) {
        CHECK(call(forks[index], "count", 0, 0).a0 == 2);
        OK(pvm_instance_drop(forks[index], &problem));
    }
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_template_instantiate(frozen, linker, NULL, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_template_instantiate_linked(frozen, linked, NULL, &problem));
    FAILS(PVM_ERROR_NULL_ARGUMENT, pvm_instance_freeze(forks[0], NULL, &problem));
    OK(pvm_template_drop(frozen, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_template_drop(frozen, &problem));
    FAILS(PVM_ERROR_DROPPED, pvm_template_instantiate(frozen, linker, &forks[0], &problem));
    OK(pvm_linked_module_drop(linked, &problem));
    OK(pvm_linked_module_drop(stranger, &problem));
    OK(pvm_linker_drop(linker, &problem));
}

static void check_limit(const guest *guest) {
    const pvm_instance instance = instance_of(guest->module, (pvm_linker){0});
    // A page of data and one of stack are open, and one more may be.
    OK(pvm_memory_set_limit(instance, 3 * 4096, &problem));
    OK(pvm_memory_grow_heap(instance, 4096, NULL, &problem));
    FAILS(PVM_ERROR_MEMORY, pvm_memory_grow_heap(instance, 4096, NULL, &problem));
    OK(pvm_memory_set_limit(instance, UINT64_MAX, &problem));
    OK(pvm_memory_grow_heap(instance, 4096, NULL, &problem));
    OK(pvm_instance_drop(instance, &problem));
}

void check_states(const guest *guest) {
    check_snapshots(guest);
    check_templates(guest);
    check_limit(guest);
}
