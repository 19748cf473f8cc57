// The PolkaVM virtual machine for programs in C, and in any language that calls C.
//
//     engine  ->  module  ->  instance         what runs programs, a loaded program, a running one
//                 linker  ->  instance         what the host offers to it
//
// Documentation/c-api.md is the guide; this file is the reference. It compiles as C11 and as C++.
//
// Results. Every function that can fail returns a `pvm_status` and takes, last, a `pvm_error *` of the caller's,
// which may be null: there the same status is left with a message for people. Results go to where pointers say, and
// nowhere if the function fails. There is no last error behind the scenes, and nothing else that outlives a call.
//
// Guests that trap, fault or run out of gas are not errors: `pvm_exit` tells of them, and the status is PVM_OK.
//
// Handles. `pvm_engine` and the other structures of one `id` are numbers, which the library looks up and checks: it
// knows one that was dropped (PVM_ERROR_DROPPED), or that is none or of another kind (PVM_ERROR_INVALID_HANDLE). All
// zeros is no handle. Whoever makes an object drops it, once; what was made of it stays good: a module needs no
// engine to be kept, an instance neither module nor linker.
//
// Threads. Every function may be called on every thread. Engines, modules, linkers and buffers may be used by many at
// once. An instance may be used by any thread, but by one at a time: another gets PVM_ERROR_BUSY at once. Within a
// host function only the thread that it was called on may use the instance that called it.
//
// Pointers. The library keeps none that it is given, except functions and their `user_data`. A pointer to a number of
// bytes may be null if the number is 0; others may not be, unless it says so (PVM_ERROR_NULL_ARGUMENT).
//
// Structures that may grow begin with `struct_size`, which the caller sets to their size; zero in a field that is set
// by the caller is always its default.

#ifndef PVM_VM_H
#define PVM_VM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Version

/// The version of this header: a library fits if its major version is the same and its minor version is not smaller.
#define PVM_ABI_MAJOR 1
#define PVM_ABI_MINOR 0

/// The version of the library: the major one in the upper 16 bits, the minor one in the lower.
uint32_t pvm_abi_version(void);

// MARK: Errors

/// What came of a call: one of the numbers below, or what a host function returned.
typedef int32_t pvm_status;

enum {
    PVM_OK = 0,
    /// A pointer is null that may not be.
    PVM_ERROR_NULL_ARGUMENT = 1,
    /// An argument has no meaning, or is outside of its range.
    PVM_ERROR_INVALID_ARGUMENT = 2,
    /// A handle is none that this library gave out, or of something else.
    PVM_ERROR_INVALID_HANDLE = 3,
    /// A handle has been dropped.
    PVM_ERROR_DROPPED = 4,
    /// Another thread is using the instance.
    PVM_ERROR_BUSY = 5,
    /// This cannot be done from within a host function that the instance itself has called.
    PVM_ERROR_IN_HOST_CALL = 6,
    /// Guests and host functions have called each other so often that the stack of the thread has come to its end.
    PVM_ERROR_NESTING = 7,
    /// Bytes that should be a program, or something else that was stored, are not.
    PVM_ERROR_MALFORMED = 8,
    /// A program that cannot be loaded as it was asked for.
    PVM_ERROR_MODULE = 9,
    /// There is no such export, import, block or key.
    PVM_ERROR_NOT_FOUND = 10,
    /// More arguments than a call has registers for.
    PVM_ERROR_TOO_MANY_ARGUMENTS = 11,
    /// The module has no stack to call with: all of its memory is for the host to map.
    PVM_ERROR_NO_STACK = 12,
    /// Nothing says where to run: no call was prepared, or the last one has ended.
    PVM_ERROR_NO_PROGRAM_COUNTER = 13,
    /// A range of guest memory that is not all accessible, or wraps; or pages that are not aligned.
    PVM_ERROR_MEMORY = 14,
    /// The operating system refuses memory or address space, or there are no handles left.
    PVM_ERROR_SYSTEM = 15,
    /// This machine, or this version of the library, cannot do it.
    PVM_ERROR_UNSUPPORTED = 16,
    /// A linker offers something under that name or number already.
    PVM_ERROR_ALREADY_DEFINED = 17,
    /// From here on statuses are those of hosts: host functions may return them, and the library passes them on.
    PVM_ERROR_HOST = 1000
};

/// The name of a status, as above; never null, and good forever.
const char *pvm_status_name(pvm_status status);

/// Bytes of the message of an error, with the zero at its end.
enum { PVM_MESSAGE_SIZE = 508 };

/// What went wrong: memory of the caller's, which need not be initialised and needs nothing to be given back.
typedef struct pvm_error {
    /// The same that the function returned; PVM_OK after success.
    pvm_status status;
    /// UTF-8 with a zero at its end, cut off if it is too long; empty after success. Lower case, without a full stop.
    char message[PVM_MESSAGE_SIZE];
} pvm_error;

// MARK: Texts and bytes

// Functions that give a text take the caller's memory for it, `text`, and how much there is, `capacity`: as much as
// fits is stored, with a zero at its end, and in `length`, unless that is null, how long the whole text is, in bytes
// without the zero. `text` may be null if `capacity` is 0.

/// Bytes of the library's, of any number.
typedef struct pvm_buffer {
    uint64_t id;
} pvm_buffer;

/// Where the bytes are, and how many. They may be read until the buffer is dropped.
pvm_status pvm_buffer_get(pvm_buffer buffer, const uint8_t **bytes, size_t *byte_count, pvm_error *error);

pvm_status pvm_buffer_drop(pvm_buffer buffer, pvm_error *error);

// MARK: Engines

/// What runs modules, and how.
typedef struct pvm_engine {
    uint64_t id;
} pvm_engine;

enum {
    /// Interprets at first and compiles what runs for long; interprets where there is no compiler.
    PVM_BACKEND_AUTO = 0,
    /// Executes instructions one after the other, everywhere.
    PVM_BACKEND_INTERPRETER = 1,
    /// Makes machine code when a module is loaded; x86-64 Linux.
    PVM_BACKEND_COMPILER = 2
};

/// How an engine is made.
typedef struct pvm_engine_config {
    size_t struct_size;
    /// One of PVM_BACKEND_…; all give the same results.
    uint32_t backend;
    /// 0.
    uint32_t reserved;
} pvm_engine_config;

/// Makes an engine; `config` may be null for the defaults.
///
/// PVM_ERROR_UNSUPPORTED if the backend cannot work on this machine; the message says why.
pvm_status pvm_engine_new(const pvm_engine_config *config, pvm_engine *engine, pvm_error *error);

pvm_status pvm_engine_drop(pvm_engine engine, pvm_error *error);

// MARK: Modules

/// A program that instances can be made of; it never changes.
typedef struct pvm_module {
    uint64_t id;
} pvm_module;

/// Instruction sets; the numbers are the version bytes of `.polkavm` files.
enum {
    PVM_ISA_REVIVE_V1 = 0,
    PVM_ISA_LATEST32 = 1,
    PVM_ISA_LATEST64 = 2,
    PVM_ISA_JAM_V1 = 3
};

enum {
    /// Running is free; the gas counter is never looked at.
    PVM_GAS_NONE = 0,
    /// The cost of each block of code is taken before the block runs; one that costs more than is left does not run.
    PVM_GAS_SYNCHRONOUS = 1,
    /// The same, but the gas goes negative for such a block, and the run cannot go on.
    PVM_GAS_ASYNCHRONOUS = 2,
    /// Each instruction is paid for when it is executed; with PVM_COST_NAIVE only, and always interpreted.
    PVM_GAS_PER_INSTRUCTION = 3
};

/// What a block of code costs.
enum {
    /// One unit of gas for each instruction.
    PVM_COST_NAIVE = 0,
    /// The cycles of an abstract processor whose loads find their data in its first, second or third cache.
    PVM_COST_PIPELINE_L1 = 1,
    PVM_COST_PIPELINE_L2 = 2,
    PVM_COST_PIPELINE_L3 = 3,
    /// The sum of what a table says of each instruction.
    PVM_COST_TABLE = 4
};

/// What a bad access to memory does; those below 64 KiB always trap.
enum {
    PVM_FAULT_TRAP = 0,
    /// It stops the guest with PVM_EXIT_PAGE_FAULT, for the host to map the page and resume.
    PVM_FAULT_PAGE_FAULT = 1,
    /// The same if the page is missing; a store to one that may only be read traps.
    PVM_FAULT_PAGE_FAULT_UNLESS_READ_ONLY = 2
};

/// Which jumps are allowed.
enum {
    /// A branch needs both its successors, whether or not they are taken; a target may hold an invalid instruction.
    PVM_JUMP_REFERENCE = 0,
    /// Only the successor that is taken counts, and it must be a valid instruction.
    PVM_JUMP_GRAYPAPER = 1
};

/// How code for PVM_ISA_JAM_V1 must end.
enum {
    /// With an instruction that never goes on behind itself.
    PVM_END_REFERENCE = 0,
    /// With any instruction that ends a block.
    PVM_END_GRAYPAPER = 1
};

/// How a program is loaded and run.
typedef struct pvm_module_config {
    size_t struct_size;
    /// Bytes per page of guest memory: a power of two, 4096 to 65536; 0 is 4096.
    uint32_t page_size;
    /// One of PVM_GAS_….
    uint32_t gas_metering;
    /// One of PVM_COST_….
    uint32_t cost_model;
    /// One of PVM_FAULT_….
    uint32_t fault_rule;
    /// One of PVM_JUMP_….
    uint32_t jump_rule;
    /// One of PVM_END_….
    uint32_t end_rule;
    /// Size of the area through which the host passes bulk data, in bytes.
    uint32_t auxiliary_size;
    /// 1 leaves all memory unmapped, for the host to map. With PVM_FAULT_PAGE_FAULT this is dynamic paging:
    /// `pvm_instance_run` stops at the first touch of each page, and resuming and calling map the pages of the
    /// program's own zones by themselves.
    uint32_t starts_unmapped;
    /// 1 rejects programs whose imports, exports or jump table name what is not there, and linkers that lack an
    /// import.
    uint32_t is_strict;
    /// 1 makes runs such that they can be cancelled though gas is not metered; machine code then is what it is with
    /// gas.
    uint32_t is_interruptible;
    /// PVM_COST_TABLE: the table, which is copied: 143 little-endian words of 32 bits, a 2, the costs of all
    /// instructions in ascending order of their names, and that of an invalid one. Else null and 0.
    const void *cost_table;
    size_t cost_table_size;
} pvm_module_config;

/// Sets a configuration, whose `struct_size` has been set, to the rules of JAM's inner machines and published
/// vectors: gas, page faults, all memory unmapped. They are for raw programs.
pvm_status pvm_module_config_set_jam(pvm_module_config *config, pvm_error *error);

/// Sets a configuration, whose `struct_size` has been set, to the rules of JAM's standard programs.
pvm_status pvm_module_config_set_standard_program(
    pvm_module_config *config, uint32_t instruction_set, pvm_error *error);

/// Loads a program from the bytes of a `.polkavm` file, which are copied.
///
/// `config` may be null for the defaults. PVM_ERROR_MALFORMED with the offset of what is wrong; PVM_ERROR_MODULE if
/// the program is well formed, but breaks a rule.
pvm_status pvm_module_new(
    pvm_engine engine, const void *bytes, size_t byte_count, const pvm_module_config *config, pvm_module *module,
    pvm_error *error);

/// Loads a raw JAM program: code and nothing else.
///
/// `instruction_set` is one of PVM_ISA_…. `config` may be null for the rules of `pvm_module_config_set_jam`.
pvm_status pvm_module_new_raw(
    pvm_engine engine, const void *bytes, size_t byte_count, uint32_t instruction_set, const pvm_module_config *config,
    pvm_module *module, pvm_error *error);

/// Loads a JAM standard program, without the metadata in front of it.
///
/// `config` may be null for the rules of `pvm_module_config_set_standard_program`.
pvm_status pvm_module_new_standard(
    pvm_engine engine, const void *bytes, size_t byte_count, uint32_t instruction_set, const pvm_module_config *config,
    pvm_module *module, pvm_error *error);

/// Stores a module with its machine code, for loading it without compiling; compiles it if that has not been done.
pvm_status pvm_module_store_compiled(pvm_module module, pvm_buffer *buffer, pvm_error *error);

/// Loads a module that was stored with its machine code, by this function or by `pvm compile`.
///
/// Machine code is executed as it is: load such bytes only from where you would run an executable from. What is
/// damaged is refused (PVM_ERROR_MALFORMED), and so is what another version or another processor needs
/// (PVM_ERROR_UNSUPPORTED).
pvm_status pvm_module_new_compiled(
    const void *bytes, size_t byte_count, pvm_module *module, pvm_error *error);

pvm_status pvm_module_drop(pvm_module module, pvm_error *error);

/// What a module consists of. Addresses and sizes of memory are those of its pages, and all 0 if the host
/// maps them for a program that has none.
typedef struct pvm_module_info {
    size_t struct_size;
    /// One of PVM_ISA_….
    uint32_t instruction_set;
    /// 1 if registers are 64 bits wide, 0 if 32.
    uint32_t is_64_bit;
    uint32_t export_count;
    uint32_t import_count;
    uint32_t read_only_address;
    uint32_t read_only_size;
    uint32_t read_write_address;
    uint32_t read_write_size;
    uint32_t stack_address;
    uint32_t stack_size;
    uint32_t auxiliary_address;
    uint32_t auxiliary_size;
    /// Where the heap starts: right behind the read-write data, not aligned.
    uint32_t heap_base;
    /// The most bytes that the heap can grow to.
    uint32_t heap_size_limit;
    /// Bytes per page.
    uint32_t page_size;
    /// Bytes of code.
    uint32_t code_size;
    /// Bytes of machine code; 0 if there is none, or not yet.
    uint64_t native_code_size;
} pvm_module_info;

/// Fills `info`, whose `struct_size` has been set.
pvm_status pvm_module_get_info(pvm_module module, pvm_module_info *info, pvm_error *error);

/// The name of an export, from 0, and where its function starts in the code; `code_offset` may be null.
///
/// Names are arbitrary bytes; one that is no UTF-8 is given as `0x` and its bytes in hex.
pvm_status pvm_module_get_export(
    pvm_module module, uint32_t index, char *text, size_t capacity, size_t *length, uint32_t *code_offset,
    pvm_error *error);

/// The name of an import, by the number that the guest calls; empty for a number that is not used.
pvm_status pvm_module_get_import(
    pvm_module module, uint32_t number, char *text, size_t capacity, size_t *length, pvm_error *error);

/// Where the function of the first export of a name starts, for `pvm_instance_call_at`.
pvm_status pvm_module_find_export(pvm_module module, const char *name, uint32_t *code_offset, pvm_error *error);

/// What the block of code that starts at an offset costs; behind the code there is an implicit trap.
///
/// PVM_ERROR_NOT_FOUND if no block starts there.
pvm_status pvm_module_get_gas_cost(pvm_module module, uint32_t code_offset, int64_t *gas, pvm_error *error);

// MARK: Instances

/// A module with memory and registers of its own.
typedef struct pvm_instance {
    uint64_t id;
} pvm_instance;

/// What the host offers to guests, by the names that programs import.
typedef struct pvm_linker {
    uint64_t id;
} pvm_linker;

/// A module with what answers its imports.
typedef struct pvm_linked_module {
    uint64_t id;
} pvm_linked_module;

/// Makes an instance: registers and gas 0, memory as the program says.
///
/// `linker` answers its imports; {0} offers nothing. What is defined in the linker later does not reach the instance.
/// PVM_ERROR_NOT_FOUND if the module is strict and imports what the linker does not offer.
pvm_status pvm_instance_new(pvm_module module, pvm_linker linker, pvm_instance *instance, pvm_error *error);

/// Looks up what answers the imports of a module, once for many instances.
pvm_status pvm_linker_link(
    pvm_linker linker, pvm_module module, pvm_linked_module *linked_module, pvm_error *error);

/// Makes an instance of what was linked.
pvm_status pvm_linked_module_instantiate(
    pvm_linked_module linked_module, pvm_instance *instance, pvm_error *error);

pvm_status pvm_linked_module_drop(pvm_linked_module linked_module, pvm_error *error);

/// Brings an instance back to what it was when it was made: registers, gas, memory and program counters.
///
/// PVM_ERROR_IN_HOST_CALL from within a host function that it has called.
pvm_status pvm_instance_reset(pvm_instance instance, pvm_error *error);

/// Ends an instance and gives back its memory.
///
/// PVM_ERROR_BUSY if another thread is using it, PVM_ERROR_IN_HOST_CALL from within a host function that it has
/// called; then it stays.
pvm_status pvm_instance_drop(pvm_instance instance, pvm_error *error);

// MARK: Host functions

/// A call of the host by a guest.
typedef struct pvm_host_call {
    size_t struct_size;
    /// The guest, stopped behind the call; the function may use it in every way but dropping it, and call it again.
    pvm_instance instance;
    /// The number of the import.
    uint32_t number;
    uint32_t reserved;
    /// The registers a0 to a5, then t0 to t2.
    uint64_t arguments[9];
    /// The result, for a0, if the function changes it; else a0 is as the function leaves it.
    uint64_t result;
} pvm_host_call;

enum {
    /// Ends the guest's run with a trap, for what the guest asked wrongly; the message says why.
    PVM_HOST_TRAP = -1,
    /// Ends the guest's run with PVM_EXIT_HOST_CALL, as if nothing had answered: the host sets a0 when it knows the
    /// result, and resumes.
    PVM_HOST_SUSPEND = -2
};

/// A host function.
///
/// PVM_OK goes on in the guest. PVM_HOST_TRAP and PVM_HOST_SUSPEND end the run as they say. Any other status ends it
/// as an error: the function that ran the guest returns that status and the message, and the guest could still be
/// resumed behind the call. `error` is never null; its message is empty at first.
///
/// The function must return, on the thread that it is called on: no `longjmp`, exception or `pthread_exit` may pass
/// through it.
typedef pvm_status (*pvm_host_function)(void *user_data, pvm_host_call *call, pvm_error *error);

/// Told, once, that a `user_data` is not needed any more, on whatever thread that turns out.
typedef void (*pvm_finalizer)(void *user_data);

/// Makes a linker that offers nothing.
pvm_status pvm_linker_new(pvm_linker *linker, pvm_error *error);

pvm_status pvm_linker_drop(pvm_linker linker, pvm_error *error);

/// Offers a function under the name that programs import it by; PVM_ERROR_ALREADY_DEFINED if the name is taken.
///
/// It may be called by many threads at once, if instances are. `finalizer`, which may be null, is called when the
/// linker, and the instances made with it, are gone; not if this fails.
pvm_status pvm_linker_define(
    pvm_linker linker, const char *name, pvm_host_function function, void *user_data, pvm_finalizer finalizer,
    pvm_error *error);

/// The same under a number, for programs whose imports have no names; names go before numbers.
pvm_status pvm_linker_define_number(
    pvm_linker linker, uint32_t number, pvm_host_function function, void *user_data, pvm_finalizer finalizer,
    pvm_error *error);

/// The same for all that nothing else answers, in place of an earlier one.
pvm_status pvm_linker_define_fallback(
    pvm_linker linker, pvm_host_function function, void *user_data, pvm_finalizer finalizer, pvm_error *error);

/// Receives what a guest prints: `stream` is 1 for output and 2 for error output. Statuses as of `pvm_host_function`.
typedef pvm_status (*pvm_console_write)(
    void *user_data, uint32_t stream, const char *bytes, size_t byte_count, pvm_error *error);

/// Gives a guest input: stores up to `capacity` bytes and their number, 0 at the end. Statuses as of
/// `pvm_host_function`.
typedef pvm_status (*pvm_console_read)(
    void *user_data, char *bytes, size_t capacity, size_t *byte_count, pvm_error *error);

/// Offers the console, which `printf`, `print` and `scanf` of guests reach; `read` may be null if there is no input.
pvm_status pvm_linker_define_console(
    pvm_linker linker, pvm_console_write write, pvm_console_read read, void *user_data, pvm_finalizer finalizer,
    pvm_error *error);

// MARK: Running

enum {
    /// The guest returned; results are in a0 and a1.
    PVM_EXIT_FINISHED = 0,
    /// The guest did something that has no meaning, or asked for it; `pvm_instance_get_exit_text` tells what.
    PVM_EXIT_TRAP = 1,
    /// The guest touched a page that it may not touch; map it and resume.
    PVM_EXIT_PAGE_FAULT = 2,
    /// The next block costs more gas than is left; add some and resume.
    PVM_EXIT_OUT_OF_GAS = 3,
    /// The guest called the host; set the result and resume.
    PVM_EXIT_HOST_CALL = 4,
    /// The run was cancelled, at the start of a block; it can be resumed when the cancellation has been reset.
    PVM_EXIT_CANCELLED = 5,
    /// One instruction was executed, by `pvm_instance_step`; the guest can go on.
    PVM_EXIT_STEP = 6
};

/// Why a guest stopped.
typedef struct pvm_exit {
    /// One of PVM_EXIT_….
    uint32_t kind;
    /// PVM_EXIT_HOST_CALL: the number that was called.
    uint32_t host_call;
    /// PVM_EXIT_PAGE_FAULT: where the page starts, how large it is in bytes, and 1 if it is there but may only be
    /// read.
    uint32_t page_address;
    uint32_t page_size;
    uint32_t is_write_protected;
    /// 0.
    uint32_t reserved;
    /// What is in a0 and a1.
    uint64_t a0;
    uint64_t a1;
} pvm_exit;

/// Calls an export and answers its host calls, until it returns or stops for another reason.
///
/// Memory and heap are as the last call left them. `arguments` are at most 9, for a0 to a5, then t0 to t2.
///
/// A host function may call the guest that has called it. Then registers and program counter are afterwards what they
/// were before, so that the guest can go on; `exit` has what the call returned, and one that did not return is given
/// up.
pvm_status pvm_instance_call(
    pvm_instance instance, const char *export_name, const uint64_t *arguments, size_t argument_count, pvm_exit *exit,
    pvm_error *error);

/// The same for a function whose place is known, from `pvm_module_find_export`.
pvm_status pvm_instance_call_at(
    pvm_instance instance, uint32_t code_offset, const uint64_t *arguments, size_t argument_count, pvm_exit *exit,
    pvm_error *error);

/// Sets registers and program counter for a call, without running it; gas and memory stay as they are.
///
/// Where the guest was is forgotten, also within a host function: there is no hidden stack of calls.
pvm_status pvm_instance_prepare_call(
    pvm_instance instance, uint32_t code_offset, const uint64_t *arguments, size_t argument_count, pvm_error *error);

/// Runs from the next program counter, answering host calls, until the guest stops for another reason.
pvm_status pvm_instance_resume(pvm_instance instance, pvm_exit *exit, pvm_error *error);

/// Runs from the next program counter until the guest stops for any reason; host calls are left to the caller.
pvm_status pvm_instance_run(pvm_instance instance, pvm_exit *exit, pvm_error *error);

/// Executes one instruction. Afterwards the program counter is the instruction about to be executed, whose block is
/// paid; a run or another step goes on there. Interprets, whatever the backend, and takes longer for it than a run
/// does.
pvm_status pvm_instance_step(pvm_instance instance, pvm_exit *exit, pvm_error *error);

/// How the last run ended, in words whose subject is the guest: "trapped: load of 8 bytes at inaccessible address 0x0
/// (code offset 12)".
pvm_status pvm_instance_get_exit_text(
    pvm_instance instance, char *text, size_t capacity, size_t *length, pvm_error *error);

/// The functions that had not returned when the guest stopped, innermost first, one on a line, with the sources if
/// the program has debug information; `frame_limit` of them at most, 0 for 256. Empty after a call that returned.
pvm_status pvm_instance_get_backtrace(
    pvm_instance instance, uint32_t frame_limit, char *text, size_t capacity, size_t *length, pvm_error *error);

// MARK: Cancelling

/// Stops the runs of all instances that were given it, from any thread.
typedef struct pvm_cancellation {
    uint64_t id;
} pvm_cancellation;

pvm_status pvm_cancellation_new(pvm_cancellation *cancellation, pvm_error *error);

pvm_status pvm_cancellation_drop(pvm_cancellation cancellation, pvm_error *error);

/// Makes runs stop with PVM_EXIT_CANCELLED, those at hand within some milliseconds, later ones at once. Host
/// functions are not interrupted.
pvm_status pvm_cancellation_cancel(pvm_cancellation cancellation, pvm_error *error);

/// Lets instances run again.
pvm_status pvm_cancellation_reset(pvm_cancellation cancellation, pvm_error *error);

/// Lets a cancellation stop the instance from now on; {0}: none does.
///
/// PVM_ERROR_UNSUPPORTED unless the module has gas, or is configured to be interruptible.
pvm_status pvm_instance_set_cancellation(
    pvm_instance instance, pvm_cancellation cancellation, pvm_error *error);

// MARK: State

/// Numbers of registers.
enum {
    PVM_RA = 0,
    PVM_SP = 1,
    PVM_T0 = 2,
    PVM_T1 = 3,
    PVM_T2 = 4,
    PVM_S0 = 5,
    PVM_S1 = 6,
    PVM_A0 = 7,
    PVM_A1 = 8,
    PVM_A2 = 9,
    PVM_A3 = 10,
    PVM_A4 = 11,
    PVM_A5 = 12,
    PVM_REGISTER_COUNT = 13
};

/// A register; on PVM_ISA_LATEST32 32 bits wide, read zero extended, written from the low half.
pvm_status pvm_instance_get_register(pvm_instance instance, uint32_t number, uint64_t *value, pvm_error *error);
pvm_status pvm_instance_set_register(pvm_instance instance, uint32_t number, uint64_t value, pvm_error *error);

/// All registers, in the order of their numbers.
pvm_status pvm_instance_get_registers(
    pvm_instance instance, uint64_t values[PVM_REGISTER_COUNT], pvm_error *error);
pvm_status pvm_instance_set_registers(
    pvm_instance instance, const uint64_t values[PVM_REGISTER_COUNT], pvm_error *error);

/// The gas left; ignored by modules without gas metering.
pvm_status pvm_instance_get_gas(pvm_instance instance, int64_t *gas, pvm_error *error);
pvm_status pvm_instance_set_gas(pvm_instance instance, int64_t gas, pvm_error *error);

/// Gives gas, or takes some away if `gas` is negative; where 64 bits end it stays at their end.
pvm_status pvm_instance_add_gas(pvm_instance instance, int64_t gas, pvm_error *error);

/// Code offset of the instruction at which the last run stopped; -1 after the guest returned, and before the first
/// run.
pvm_status pvm_instance_get_program_counter(pvm_instance instance, int64_t *code_offset, pvm_error *error);

/// The same, but after the guest returned the jump that did it.
pvm_status pvm_instance_get_last_program_counter(pvm_instance instance, int64_t *code_offset, pvm_error *error);

/// Where the next run starts; -1 if nothing says so. Setting it, even to the same offset, makes the next run pay for
/// the whole block that it enters; leaving it alone after a host call or a page fault goes on inside the block that
/// is already paid.
pvm_status pvm_instance_get_next_program_counter(pvm_instance instance, int64_t *code_offset, pvm_error *error);
pvm_status pvm_instance_set_next_program_counter(pvm_instance instance, int64_t code_offset, pvm_error *error);

/// Instructions executed so far; counted by machine code only if gas is metered by PVM_COST_NAIVE.
pvm_status pvm_instance_get_instruction_count(pvm_instance instance, uint64_t *count, pvm_error *error);

enum {
    PVM_TIER_INTERPRETER = 1,
    PVM_TIER_COMPILER = 2
};

/// What executed code in the last run: PVM_TIER_…, added up.
pvm_status pvm_instance_get_tiers(pvm_instance instance, uint32_t *tiers, pvm_error *error);

// MARK: Memory

// Addresses are those of the guest, which are 32 bits wide; wider ones, as registers may hold, are errors. A range
// must be accessible as a whole, or nothing is done (PVM_ERROR_MEMORY); one of no bytes always is.

/// Copies bytes out of guest memory.
pvm_status pvm_memory_read(
    pvm_instance instance, uint64_t address, void *bytes, size_t byte_count, pvm_error *error);

/// Copies bytes into guest memory.
pvm_status pvm_memory_write(
    pvm_instance instance, uint64_t address, const void *bytes, size_t byte_count, pvm_error *error);

/// Sets bytes of guest memory to zero.
pvm_status pvm_memory_zero(pvm_instance instance, uint64_t address, uint64_t byte_count, pvm_error *error);

/// Whether the host may read a range, or write it if `for_writing` is 1; the answer is 0 or 1.
pvm_status pvm_memory_is_accessible(
    pvm_instance instance, uint64_t address, uint64_t byte_count, uint32_t for_writing, uint32_t *is_accessible,
    pvm_error *error);

/// What a guest may do with pages; the host may write what the guest may write.
enum {
    PVM_ACCESS_READ = 1,
    PVM_ACCESS_READ_WRITE = 2
};

/// Maps pages of zeros, in place of what was there. `address` is a multiple of the page size; `byte_count` is rounded
/// up to pages.
pvm_status pvm_memory_map(
    pvm_instance instance, uint64_t address, uint64_t byte_count, uint32_t access, pvm_error *error);

/// Changes what the guest may do with all pages that a range touches; one that is missing is an error.
pvm_status pvm_memory_protect(
    pvm_instance instance, uint64_t address, uint64_t byte_count, uint32_t access, pvm_error *error);

/// Unmaps pages; those that are not mapped stay so. `address` and `byte_count` as for mapping.
pvm_status pvm_memory_unmap(pvm_instance instance, uint64_t address, uint64_t byte_count, pvm_error *error);

/// Bytes by which the heap has grown.
pvm_status pvm_memory_get_heap_size(pvm_instance instance, uint32_t *byte_count, pvm_error *error);

/// Grows the heap. `heap_end`, which may be null, is where it ends afterwards, and 0 if it would not fit, when
/// nothing is done.
pvm_status pvm_memory_grow_heap(
    pvm_instance instance, uint32_t byte_count, uint32_t *heap_end, pvm_error *error);

/// Makes a part of the auxiliary area accessible, up to the size that the module was configured for; what is in it
/// stays.
pvm_status pvm_memory_set_auxiliary_size(pvm_instance instance, uint32_t byte_count, pvm_error *error);

/// Restores the memory after instantiation: data reloaded, everything else zero, heap empty. Registers and gas stay
/// as they are.
pvm_status pvm_memory_reset(pvm_instance instance, pvm_error *error);

/// How many bytes of pages the guest may have open at most, from now on; UINT64_MAX for no limit.
///
/// Growing the heap beyond it ends the run with PVM_ERROR_MEMORY, before the guest's instruction, which can be run on
/// with a higher limit; what the host asks for beyond it is the same error.
pvm_status pvm_memory_set_limit(pvm_instance instance, uint64_t byte_count, pvm_error *error);

// MARK: Snapshots

/// The state of an instance as bytes: registers, program counters, gas, memory. It can be taken at any stop, and by a
/// host function while the guest waits for it; what host functions keep for themselves is no part of it.
pvm_status pvm_instance_take_snapshot(pvm_instance instance, pvm_buffer *snapshot, pvm_error *error);

/// Makes an instance what a snapshot says, whatever it was before. Process, host and backend may be others; the
/// program and its rules may not (PVM_ERROR_INVALID_ARGUMENT). Bytes from strangers are safe, but decide all that the
/// guest does.
pvm_status pvm_instance_restore_snapshot(
    pvm_instance instance, const void *bytes, size_t byte_count, pvm_error *error);

/// Bytes of the hash of a state.
enum { PVM_STATE_HASH_SIZE = 32 };

/// The hash of registers, program counters, gas if it is metered, and memory: the same on every backend and every
/// host.
pvm_status pvm_instance_get_state_hash(
    pvm_instance instance, uint8_t hash[PVM_STATE_HASH_SIZE], pvm_error *error);

/// The state of an instance, from which others are made in microseconds.
typedef struct pvm_template {
    uint64_t id;
} pvm_template;

/// Keeps the state of an instance for others to begin with; the instance itself goes on as before.
pvm_status pvm_instance_freeze(pvm_instance instance, pvm_template *frozen, pvm_error *error);

/// Makes an instance that begins where another one was frozen; `linker` answers its imports, {0} offers nothing.
pvm_status pvm_template_instantiate(
    pvm_template frozen, pvm_linker linker, pvm_instance *instance, pvm_error *error);

/// The same with what was linked already to the same module (else PVM_ERROR_INVALID_ARGUMENT).
pvm_status pvm_template_instantiate_linked(
    pvm_template frozen, pvm_linked_module linked_module, pvm_instance *instance, pvm_error *error);

pvm_status pvm_template_drop(pvm_template frozen, pvm_error *error);

// MARK: Programs of particular kinds

/// Lays words for `main(argc, argv)` on the stack of a call that has been prepared, and passes their number in a0 and
/// where they are in a1.
pvm_status pvm_instance_pass_words(
    pvm_instance instance, const char *const *words, size_t word_count, pvm_error *error);

/// Prepares entering a standard program: `code_offset` is 0 for `refine` and `is_authorized`, 5 for `accumulate`. The
/// guest finds the address of the input in a0 and its length in a1.
pvm_status pvm_instance_prepare_entry(
    pvm_instance instance, uint32_t code_offset, const void *input, size_t byte_count, pvm_error *error);

/// What a standard program answered: the bytes that a0 and a1 name, none if they are not all readable.
pvm_status pvm_instance_get_entry_result(pvm_instance instance, pvm_buffer *result, pvm_error *error);

// MARK: Diagnosis

/// Objects that have been made, by whomever, and not dropped yet.
uint64_t pvm_handle_count(void);

#ifdef __cplusplus
}
#endif

#endif
