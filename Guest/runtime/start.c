// The start of an ordinary program: one with `int main(int argc, char **argv)` and no export of that name.
//
// The record at the end makes `main` an export whenever the program defines it and no other record exports that name. The
// host passes the number of arguments and the address of their array, or nothing; the result is the exit status. Constructors
// run before, and what atexit was given runs afterwards, as everywhere.

#include <pvm.h>
#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

// The compiler knows main and would warn of one that is declared weak.
extern int program(int argc, char **argv) __asm__("main") __attribute__((weak));

// Where the program ends when something in it calls exit.
static jmp_buf end;
static int status;
static bool running;

_Noreturn void _exit(int code) {
    // An export other than main has no status to return; a guest that calls exit there means that it can not go on.
    if (!running)
        PVM_TRAP();
    status = code;
    longjmp(end, 1);
}

static uint64_t start(uint64_t argc, char **argv) {
    static char *nothing[] = {"", NULL};
    if (running)
        PVM_TRAP();
    running = true;
    if (!setjmp(end)) {
        pvm_run_constructors();
        exit(program(argv ? (int)argc : 1, argv ? argv : nothing));
    }
    running = false;
    return (uint64_t)(int64_t)status;
}

// Programs written for other machines do not count bytes of stack; exports written for this one have the 8 KiB of the format.
enum { STACK_SIZE = 65536 };

// An export under a condition (Guest/README.md). Referred to by nobody; toolchain/lld.rsp asks for the symbol.
extern const struct pvm_conditional_export_ pvm_start;
const struct pvm_conditional_export_ {
    uint64_t (*function)(uint64_t, char **);
    uint8_t input_registers, output_registers;
    uint16_t version;
    uint32_t name_length;
    int (*condition)(int, char **);
    uint32_t stack_size, reserved;
    __attribute__((nonstring)) char name[4];
} pvm_start __attribute__((section(".pvm.exports"), used, retain)) = {
    start, 2, 1, 2, 4, program, STACK_SIZE, 0, "main"};
