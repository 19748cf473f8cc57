// Running compiled code: entering and leaving it, memory for it, and the faults it causes.
//
// Compiled code keeps the guest's registers in registers of the processor and reaches the guest's memory through GS. What
// else it needs lies on the native stack at fixed places, the slots below; it never calls, so the stack pointer stands still.

#ifndef PVM_NATIVE_H
#define PVM_NATIVE_H

#include <stdint.h>

/// Whether this processor and system can run compiled code.
int32_t pvm_native_available(void);

/// Places on the native stack, in bytes from the stack pointer.
typedef enum : int32_t {
    /// The `pvm_native_state` of the run.
    PVM_SLOT_STATE = 0,
    /// The code offset to report, 32 bits, if it is known, and why the code was left, 32 bits behind it.
    PVM_SLOT_PC = 8,
    PVM_SLOT_REASON = 12,
    /// The table of native addresses by entry of the program's jump table.
    PVM_SLOT_JUMP_TABLE = 16,
    /// Room for what a sequence must put aside.
    PVM_SLOT_SCRATCH0 = 24,
    PVM_SLOT_SCRATCH1 = 32,
    PVM_SLOT_SCRATCH2 = 40,
    /// The address to jump to in order to leave.
    PVM_SLOT_EXIT = 48,
    /// The address in the code at or before which it was left.
    PVM_SLOT_RESUME = 56,
} pvm_native_slot;

/// Why compiled code was left.
typedef enum : uint32_t {
    PVM_NATIVE_TRAP = 0,
    PVM_NATIVE_FINISHED,
    PVM_NATIVE_HOST_CALL,
    PVM_NATIVE_OUT_OF_GAS,
    PVM_NATIVE_MEMSET,
    PVM_NATIVE_SBRK,
    /// A dynamic jump to an address that is neither in the jump table nor the host's.
    PVM_NATIVE_BAD_JUMP,
    /// A memory access was refused; `resume` holds the address of the machine instruction.
    PVM_NATIVE_FAULT,
} pvm_native_reason;

/// What goes in and comes out of a run of compiled code.
typedef struct {
    /// The thirteen registers by their numbers: loaded on entry, stored on exit.
    uint64_t *_Nonnull registers;
    int64_t gas;
    const uint64_t *_Nullable jump_table;
    uint32_t pc;
    uint32_t reason;
    /// The machine instruction that was refused; else the return address of the call that left the code.
    uint64_t resume;
} pvm_native_state;

/// Runs compiled code from `entry`, an address inside `code`, until it leaves.
///
/// `memory` is the guest's reservation: a fault of the code inside its `memory_byte_count` bytes ends the run, any other
/// fault goes to the handler that was there before.
void pvm_native_run(
    pvm_native_state *_Nonnull state, const void *_Nonnull code, uint64_t code_byte_count, const void *_Nonnull entry,
    void *_Nonnull memory, uint64_t memory_byte_count);

/// Memory to write code into, of which so much is likely to be used; null and errno in `error` if the system refuses.
void *_Nullable pvm_code_reserve(uint64_t byte_count, uint64_t expected_byte_count, int32_t *_Nonnull error);

/// Keeps the first bytes of such memory, makes them executable and no longer writable, and gives back the rest; returns 0
/// or errno.
int32_t pvm_code_seal(void *_Nonnull code, uint64_t reserved_byte_count, uint64_t kept_byte_count);

/// Gives back sealed code.
void pvm_code_release(void *_Nonnull code, uint64_t byte_count);

/// Memory to write code into that can be used for one piece of code after the other; null and errno in `error` if the system
/// refuses.
///
/// It is whole pages. `pvm_code_seal`, with all of it kept, makes it executable and no longer writable.
void *_Nullable pvm_code_chunk_reserve(uint64_t byte_count, int32_t *_Nonnull error);

/// Makes such memory writable and no longer executable; returns 0 or errno.
int32_t pvm_code_chunk_open(void *_Nonnull chunk, uint64_t byte_count);

/// Gives such memory back to the system.
void pvm_code_chunk_release(void *_Nonnull chunk, uint64_t byte_count);

#endif
