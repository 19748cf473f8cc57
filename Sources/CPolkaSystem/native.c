// Entering and leaving compiled code, and the fault guard, on x86-64 Linux. Elsewhere compiled code is not available.

#define _GNU_SOURCE
#include "pvm_system.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t rounded_to_pages(uint64_t byte_count) {
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    return (byte_count + page - 1) / page * page;
}

void *pvm_code_reserve(uint64_t byte_count, uint64_t expected_byte_count, int32_t *error) {
    return pvm_map(rounded_to_pages(byte_count), expected_byte_count, error);
}

int32_t pvm_code_seal(void *code, uint64_t reserved_byte_count, uint64_t kept_byte_count) {
    const uint64_t reserved = rounded_to_pages(reserved_byte_count), kept = rounded_to_pages(kept_byte_count);
    if (reserved > kept) munmap((char *)code + kept, reserved - kept);
    return mprotect(code, kept, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
}

void pvm_code_release(void *code, uint64_t byte_count) {
    munmap(code, rounded_to_pages(byte_count));
}

#if defined(__x86_64__) && defined(__linux__)

#include <asm/prctl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <ucontext.h>

_Static_assert(offsetof(pvm_native_state, registers) == 0, "the entry stub knows the layout");
_Static_assert(offsetof(pvm_native_state, gas) == 8, "the entry stub knows the layout");
_Static_assert(offsetof(pvm_native_state, jump_table) == 16, "the entry stub knows the layout");
_Static_assert(offsetof(pvm_native_state, pc) == 24, "the entry stub knows the layout");
_Static_assert(offsetof(pvm_native_state, resume) == 32, "the entry stub knows the layout");

// Saves what the caller wants back, lays out the slots, loads the guest's registers and jumps to the entry. Compiled code
// leaves by jumping to the address in PVM_SLOT_EXIT, which stores everything and returns to the caller. Both copies of
// the register map, this one and RegisterMap.swift, are compared by the tests.
__attribute__((naked, noinline)) static void enter(pvm_native_state *state, const void *entry) {
    __asm__ volatile(
        "push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
        "sub $64, %rsp\n"
        "mov %rdi, 0(%rsp)\n"
        "mov 16(%rdi), %rcx\n mov %rcx, 16(%rsp)\n"
        "lea pvm_native_exit(%rip), %rcx\n mov %rcx, 48(%rsp)\n"
        "mov 8(%rdi), %r12\n"
        "mov %rsi, 24(%rsp)\n"
        "mov 0(%rdi), %rcx\n"
        "mov 0(%rcx), %rbx\n mov 8(%rcx), %rsi\n mov 16(%rcx), %r15\n mov 24(%rcx), %rbp\n mov 32(%rcx), %r13\n"
        "mov 40(%rcx), %r8\n mov 48(%rcx), %r9\n mov 56(%rcx), %rdi\n mov 64(%rcx), %rax\n mov 72(%rcx), %rdx\n"
        "mov 80(%rcx), %r14\n mov 88(%rcx), %r10\n mov 96(%rcx), %r11\n"
        "jmp *24(%rsp)\n"
        ".globl pvm_native_exit\n .hidden pvm_native_exit\n"
        "pvm_native_exit:\n"
        "mov 0(%rsp), %rcx\n mov 0(%rcx), %rcx\n"
        "mov %rbx, 0(%rcx)\n mov %rsi, 8(%rcx)\n mov %r15, 16(%rcx)\n mov %rbp, 24(%rcx)\n mov %r13, 32(%rcx)\n"
        "mov %r8, 40(%rcx)\n mov %r9, 48(%rcx)\n mov %rdi, 56(%rcx)\n mov %rax, 64(%rcx)\n mov %rdx, 72(%rcx)\n"
        "mov %r14, 80(%rcx)\n mov %r10, 88(%rcx)\n mov %r11, 96(%rcx)\n"
        "mov 0(%rsp), %rcx\n"
        "mov %r12, 8(%rcx)\n"
        "mov 8(%rsp), %rax\n mov %rax, 24(%rcx)\n mov 56(%rsp), %rax\n mov %rax, 32(%rcx)\n"
        "add $64, %rsp\n"
        "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
        "ret\n");
}

extern const char pvm_native_exit[];

// What the current thread runs; the handler looks here first.
typedef struct {
    uintptr_t code, code_end, memory, memory_end;
} native_range;
static _Thread_local native_range running;
// Where GS points on this thread; 0, where no reservation is, until it has been set.
static _Thread_local uintptr_t gs_base;

static struct sigaction previous_segv, previous_bus;
static int may_write_gs;

static void chain(int number, siginfo_t *info, void *context, const struct sigaction *previous) {
    if (previous->sa_flags & SA_SIGINFO) {
        previous->sa_sigaction(number, info, context);
    } else if (previous->sa_handler == SIG_DFL) {
        // Back to the default, under which the same fault ends the process when the instruction is tried again.
        sigaction(number, previous, 0);
    } else if (previous->sa_handler != SIG_IGN) {
        previous->sa_handler(number);
    }
}

static void on_fault(int number, siginfo_t *info, void *context) {
    ucontext_t *const saved = context;
    greg_t *const registers = saved->uc_mcontext.gregs;
    const uintptr_t pc = (uintptr_t)registers[REG_RIP], address = (uintptr_t)info->si_addr;
    const native_range range = running;
    if (pc >= range.code && pc < range.code_end && address >= range.memory && address < range.memory_end) {
        char *const stack = (char *)registers[REG_RSP];
        *(uint64_t *)(stack + PVM_SLOT_RESUME) = pc;
        *(uint32_t *)(stack + PVM_SLOT_REASON) = PVM_NATIVE_FAULT;
        registers[REG_RIP] = (greg_t)(uintptr_t)pvm_native_exit;
        return;
    }
    chain(number, info, context, number == SIGBUS ? &previous_bus : &previous_segv);
}

static void install(void) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
    // The kernel says in bit 1 whether user code may write GS by itself.
    may_write_gs = (getauxval(AT_HWCAP2) & 2) != 0;
}

static void set_gs_base(uintptr_t base) {
    if (gs_base == base) return;
    if (may_write_gs) {
        __asm__ volatile("wrgsbase %0" : : "r"(base));
    } else {
        syscall(SYS_arch_prctl, ARCH_SET_GS, base);
    }
    gs_base = base;
}

int32_t pvm_native_available(void) { return 1; }

void pvm_native_run(
    pvm_native_state *state, const void *code, uint64_t code_byte_count, const void *entry, void *memory,
    uint64_t memory_byte_count
) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    const native_range outer = running;
    running = (native_range){
        (uintptr_t)code, (uintptr_t)code + code_byte_count, (uintptr_t)memory, (uintptr_t)memory + memory_byte_count};
    set_gs_base((uintptr_t)memory);
    enter(state, entry);
    running = outer;
}

#else

int32_t pvm_native_available(void) { return 0; }

void pvm_native_run(
    pvm_native_state *state, const void *code, uint64_t code_byte_count, const void *entry, void *memory,
    uint64_t memory_byte_count
) {
    (void)code, (void)code_byte_count, (void)entry, (void)memory, (void)memory_byte_count;
    state->reason = PVM_NATIVE_TRAP;
}

#endif
