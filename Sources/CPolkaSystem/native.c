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

// The page without access behind a chunk keeps the system from joining chunks side by side into one mapping, which it would
// have to take apart whenever the rights of one of them change: that takes twice as long as changing them.
void *pvm_code_chunk_reserve(uint64_t byte_count, int32_t *error) {
    void *const chunk = pvm_reserve(byte_count + rounded_to_pages(1), error);
    if (chunk == 0) return 0;
    *error = pvm_code_chunk_open(chunk, byte_count);
    if (*error == 0) return chunk;
    pvm_code_chunk_release(chunk, byte_count);
    return 0;
}

int32_t pvm_code_chunk_open(void *chunk, uint64_t byte_count) {
    return pvm_protect(chunk, byte_count, PVM_RIGHTS_READ_WRITE);
}

void pvm_code_chunk_release(void *chunk, uint64_t byte_count) {
    munmap(chunk, byte_count + rounded_to_pages(1));
}

// PVM_WITHOUT_COMPILER builds what other hosts get, for the tests.
#if defined(__x86_64__) && defined(__linux__) && !defined(PVM_WITHOUT_COMPILER)

#include <asm/prctl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <ucontext.h>

#if !defined(AT_MINSIGSTKSZ)
#define AT_MINSIGSTKSZ 51
#endif

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

static struct sigaction previous_segv, previous_bus;
static int may_write_gs;

// MARK: Faults

static void chain(int number, siginfo_t *info, void *context, const struct sigaction *previous) {
    // Somebody may send what looks like a fault; a fault that happened has a positive code.
    const int happened = info->si_code > 0;
    if (previous->sa_flags & SA_SIGINFO) {
        previous->sa_sigaction(number, info, context);
    } else if (previous->sa_handler == SIG_DFL || (previous->sa_handler == SIG_IGN && happened)) {
        // Back to the default, under which the same fault ends the process when the instruction is tried again. No fault
        // can be ignored: the instruction would be tried for ever.
        const struct sigaction fallback = {.sa_handler = SIG_DFL};
        sigaction(number, &fallback, 0);
        if (!happened) raise(number);
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

static void install_handler(int number, struct sigaction *previous) {
    // Known before the handler can be called by a fault of another thread.
    sigaction(number, 0, previous);
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, 0);
}

// MARK: Threads

// The key whose value is a thread's signal stack, if it has one of ours.
static pthread_key_t signal_stack_key;
static int has_signal_stack_key;
static size_t signal_stack_byte_count, guard_byte_count;

static void release_signal_stack(void *start) {
    stack_t current;
    if (sigaltstack(0, &current) == 0 && current.ss_sp == (char *)start + guard_byte_count) {
        const stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, 0);
    }
    munmap(start, guard_byte_count + signal_stack_byte_count);
}

// A fault is reported on the stack of the thread unless it has another for signals; on a thread with little stack left,
// or on the small stack of a coroutine, the report would not fit, and that ends the process. If there is no memory for
// one it stays as it was.
static void give_signal_stack(void) {
    stack_t current;
    if (!has_signal_stack_key || sigaltstack(0, &current) != 0 || !(current.ss_flags & SS_DISABLE)) return;
    const size_t byte_count = guard_byte_count + signal_stack_byte_count;
    char *const start = mmap(0, byte_count, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) return;
    const stack_t own = {.ss_sp = start + guard_byte_count, .ss_size = signal_stack_byte_count};
    if (mprotect(own.ss_sp, own.ss_size, PROT_READ | PROT_WRITE) != 0 || pthread_setspecific(signal_stack_key, start) != 0
        || sigaltstack(&own, 0) != 0) {
        pthread_setspecific(signal_stack_key, 0);
        munmap(start, byte_count);
    }
}

static void install(void) {
    // The kernel says how much it stores at most, and a handler that we pass a fault on to may want more than ours.
    const uint64_t handlers = 64 * 1024;
    guard_byte_count = rounded_to_pages(1);
    signal_stack_byte_count = rounded_to_pages(getauxval(AT_MINSIGSTKSZ) + handlers);
    has_signal_stack_key = pthread_key_create(&signal_stack_key, release_signal_stack) == 0;
    install_handler(SIGSEGV, &previous_segv);
    install_handler(SIGBUS, &previous_bus);
    // The kernel says in bit 1 whether user code may write GS by itself.
    may_write_gs = (getauxval(AT_HWCAP2) & 2) != 0;
}

// What a thread needs before it runs code for the first time.
__attribute__((noinline, cold)) static void prepare_thread(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    give_signal_stack();
    // A fault while its signal is blocked ends the process, and there are threads that block whatever they can.
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    sigaddset(&faults, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &faults, 0);
}

// MARK: Running

static void set_gs_base(uintptr_t base) {
    if (may_write_gs) {
        // Reading takes a fraction of what writing does, and unlike a copy knows what others did to it: the guest would
        // have the memory of whoever GS belongs to.
        uintptr_t current;
        __asm__ volatile("rdgsbase %0" : "=r"(current));
        if (current != base) __asm__ volatile("wrgsbase %0" : : "r"(base));
    } else {
        static _Thread_local uintptr_t last;
        if (last == base) return;
        syscall(SYS_arch_prctl, ARCH_SET_GS, base);
        last = base;
    }
}

int32_t pvm_native_available(void) { return 1; }

void pvm_native_run(
    pvm_native_state *state, const void *code, uint64_t code_byte_count, const void *entry, void *memory,
    uint64_t memory_byte_count
) {
    static _Thread_local int is_prepared;
    if (!is_prepared) {
        prepare_thread();
        is_prepared = 1;
    }
    const native_range outer = running;
    running = (native_range){
        (uintptr_t)code, (uintptr_t)code + code_byte_count, (uintptr_t)memory, (uintptr_t)memory + memory_byte_count};
    set_gs_base((uintptr_t)memory);
    enter(state, entry);
    running = outer;
    // A run inside another there can only be in a handler of a signal that interrupted the other.
    if (outer.memory != 0) set_gs_base(outer.memory);
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
