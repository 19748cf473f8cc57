// host BLOB ROOMS GAS
//
// Loads a guest, offers it a function, calls it with a limit on what it may execute, and says what came of it.

#include <inttypes.h>
#include <pvm_vm.h>
#include <stdio.h>
#include <stdlib.h>

// The house that the guest asks about.
static const int32_t temperatures[] = {19, 22, 24, 17, 20, 21};
enum { ROOM_COUNT = sizeof temperatures / sizeof *temperatures };

// What the guest imports as `thermometer_read`. A room that is not there is the guest's mistake: it ends with a trap.
static pvm_status read_thermometer(void *user_data, pvm_host_call *call, pvm_error *error) {
    (void)user_data;
    const uint64_t room = call->arguments[0];
    if (room >= ROOM_COUNT) {
        snprintf(error->message, sizeof error->message, "thermometer_read: there is no room %" PRIu64, room);
        return PVM_HOST_TRAP;
    }
    call->result = (uint64_t)temperatures[room];
    return PVM_OK;
}

// Ends the program if a function of the library has failed.
static void check(pvm_status status, const char *what, const pvm_error *error) {
    if (status == PVM_OK) return;
    fprintf(stderr, "host: %s: %s\n", what, error->message);
    exit(1);
}

// The bytes of a file; ends the program if it cannot be read.
static void *read_file(const char *path, size_t *byte_count) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    void *bytes = NULL;
    size_t capacity = 0;
    *byte_count = 0;
    do {
        capacity += 1 << 16;
        bytes = realloc(bytes, capacity);
        if (!bytes) {
            fprintf(stderr, "host: %s: there is no memory for it\n", path);
            exit(1);
        }
        *byte_count += fread((char *)bytes + *byte_count, 1, capacity - *byte_count, file);
    } while (*byte_count == capacity);
    fclose(file);
    return bytes;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: host BLOB ROOMS GAS\n");
        return 64;
    }
    pvm_error error;
    size_t byte_count;
    void *bytes = read_file(argv[1], &byte_count);

    pvm_engine engine;
    check(pvm_engine_new(NULL, &engine, &error), "engine", &error);
    const pvm_module_config config = {.struct_size = sizeof config, .gas_metering = PVM_GAS_SYNCHRONOUS};
    pvm_module module;
    check(pvm_module_new(engine, bytes, byte_count, &config, &module, &error), argv[1], &error);
    free(bytes);

    pvm_linker linker;
    check(pvm_linker_new(&linker, &error), "linker", &error);
    check(pvm_linker_define(linker, "thermometer_read", read_thermometer, NULL, NULL, &error), "linker", &error);
    pvm_instance instance;
    check(pvm_instance_new(module, linker, &instance, &error), argv[1], &error);

    check(pvm_instance_set_gas(instance, strtoll(argv[3], NULL, 10), &error), "gas", &error);
    const uint64_t arguments[] = {strtoull(argv[2], NULL, 10)};
    pvm_exit end;
    check(pvm_instance_call(instance, "warmest", arguments, 1, &end, &error), argv[1], &error);
    if (end.kind == PVM_EXIT_FINISHED) {
        int64_t gas;
        check(pvm_instance_get_gas(instance, &gas, &error), "gas", &error);
        printf("the warmest room is %" PRIu64 ", and %" PRId64 " units of gas are left\n", end.a0, gas);
    } else {
        char text[1000], calls[1000];
        check(pvm_instance_get_exit_text(instance, text, sizeof text, NULL, &error), "exit", &error);
        check(pvm_instance_get_backtrace(instance, 0, calls, sizeof calls, NULL, &error), "calls", &error);
        printf("the guest %s\n%s\n", text, calls);
    }

    pvm_instance_drop(instance, NULL);
    pvm_linker_drop(linker, NULL);
    pvm_module_drop(module, NULL);
    pvm_engine_drop(engine, NULL);
    return end.kind == PVM_EXIT_FINISHED ? 0 : 1;
}
