// Checks, and what all parts of the program use.

#ifndef CHECK_H
#define CHECK_H

#include <pvm_vm.h>

/// How many checks have failed, and how many there were.
extern _Atomic int failed, checked;

void check_at(int holds, const char *what, const char *file, int line);
void check_status_at(pvm_status found, pvm_status expected, const char *what, const char *file, int line);

#define CHECK(condition) check_at((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
/// The last argument of each call is `&problem`.
#define FAILS(status, call) check_status_at((call), (status), #call, __FILE__, __LINE__)
#define OK(call) FAILS(PVM_OK, call)

/// The error of the running thread.
extern _Thread_local pvm_error problem;

/// Whether the message contains a text.
int says(const char *text);

/// What the tests run.
typedef struct guest {
    pvm_engine engine;
    /// Without gas, but interruptible.
    pvm_module module;
    /// With gas.
    pvm_module metered;
    uint32_t backend;
    /// The file.
    const void *bytes;
    size_t byte_count;
} guest;

/// A new instance of the guest with what a linker offers.
pvm_instance instance_of(pvm_module module, pvm_linker linker);

/// Calls an export and returns how that ended.
pvm_exit call(pvm_instance instance, const char *name, uint64_t a0, uint64_t a1);

void check_running(const guest *guest);
void check_memory(const guest *guest);
void check_states(const guest *guest);
void check_hosts(const guest *guest);
void check_console(const guest *guest);
void check_misuse(const guest *guest);
void check_nulls(const guest *guest);
void check_threads(const guest *guest);

#endif
