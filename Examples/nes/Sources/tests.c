// Tests: what each instruction does to registers, flags, memory and the clock, worked out by hand from descriptions of
// the processor, and the program.

#include <pvm.h>
#include <string.h>

#include "machine.h"
#include "opcodes.h"

static machine tested;
static cpu *const c = &tested.cpu;

enum { C = CARRY, Z = ZERO, I = INTERRUPTS_OFF, D = DECIMAL, B = BREAK, U = ALWAYS, V = OVERFLOWN, N = NEGATIVE };

// The registers before the next instruction; flags are those given and ALWAYS.
static void set(uint8_t a, uint8_t x, uint8_t y, uint8_t flags) {
    if (!c->read) machine_load(&tested, (const uint8_t[]){0xea}, 1);
    c->a = a;
    c->x = x;
    c->y = y;
    c->p = flags | U;
    c->s = 0xfd;
}

// Executes one instruction at $0200. Returns how many cycles it took.
static unsigned execute_bytes(const uint8_t *bytes, size_t count) {
    memcpy(tested.memory + 0x200, bytes, count);
    c->pc = 0x200;
    const uint64_t before = c->cycles;
    PVM_ASSERT(cpu_step(c));
    return (unsigned)(c->cycles - before);
}

#define RUN(...) execute_bytes((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define FLAGS(flags) (c->p == ((flags) | U))
#define AT(address) (tested.memory[address])

PVM_TEST(opcodes) {
    unsigned documented = 0;
    for (int code = 0; code < 256; code++) documented += opcodes[code].operation != NOT_DOCUMENTED;
    PVM_ASSERT(documented == 151);
    set(0, 0, 0, 0);
    AT(0x200) = 0x02;
    c->pc = 0x200;
    PVM_ASSERT(!cpu_step(c) && c->pc == 0x200);
}

PVM_TEST(loads_and_stores) {
    set(1, 2, 3, C | V);
    PVM_ASSERT(RUN(0xa9, 0x00) == 2 && c->a == 0 && FLAGS(C | V | Z));
    PVM_ASSERT(RUN(0xa2, 0x80) == 2 && c->x == 0x80 && FLAGS(C | V | N));
    PVM_ASSERT(RUN(0xa0, 0x7f) == 2 && c->y == 0x7f && FLAGS(C | V));
    set(0x11, 0x22, 0x33, Z | N);
    PVM_ASSERT(RUN(0x85, 0x40) == 3 && AT(0x40) == 0x11 && FLAGS(Z | N));
    PVM_ASSERT(RUN(0x86, 0x41) == 3 && AT(0x41) == 0x22 && FLAGS(Z | N));
    PVM_ASSERT(RUN(0x84, 0x42) == 3 && AT(0x42) == 0x33 && FLAGS(Z | N));
}

PVM_TEST(addressing) {
    set(0, 0, 0, 0);
    AT(0x10) = 0x5a;
    PVM_ASSERT(RUN(0xa5, 0x10) == 3 && c->a == 0x5a);
    set(0, 0x20, 0, 0);
    PVM_ASSERT(RUN(0xb5, 0xf0) == 4 && c->a == 0x5a);  // $f0 + $20 stays in page zero
    set(0, 0, 0x20, 0);
    PVM_ASSERT(RUN(0xb6, 0xf0) == 4 && c->x == 0x5a);
    AT(0x1234) = 0xa5;
    PVM_ASSERT(RUN(0xad, 0x34, 0x12) == 4 && c->a == 0xa5 && FLAGS(N));
    set(0, 0x04, 0, 0);
    PVM_ASSERT(RUN(0xbd, 0x30, 0x12) == 4 && c->a == 0xa5);
    set(0, 0x35, 0, 0);
    PVM_ASSERT(RUN(0xbd, 0xff, 0x11) == 5 && c->a == 0xa5);  // another page: one cycle more
    set(0, 0, 0x35, 0);
    PVM_ASSERT(RUN(0xb9, 0xff, 0x11) == 5 && c->a == 0xa5);
    set(0x77, 0, 0x35, 0);
    PVM_ASSERT(RUN(0x99, 0xff, 0x11) == 5 && AT(0x1234) == 0x77);  // writing always takes it
    PVM_ASSERT(RUN(0x99, 0x01, 0x12) == 5 && AT(0x1236) == 0x77);

    AT(0x24) = 0x34;
    AT(0x25) = 0x12;
    set(0, 0x04, 0, 0);
    PVM_ASSERT(RUN(0xa1, 0x20) == 6 && c->a == 0x77);
    set(0, 0x34, 0, 0);
    PVM_ASSERT(RUN(0xa1, 0xf0) == 6 && c->a == 0x77);
    set(0, 0, 0x02, 0);
    PVM_ASSERT(RUN(0xb1, 0x24) == 5 && c->a == 0x77);  // $1234 + 2
    AT(0x1300) = 0x44;
    set(0, 0, 0xcc, 0);
    PVM_ASSERT(RUN(0xb1, 0x24) == 6 && c->a == 0x44);
    set(0x99, 0, 0x01, 0);
    PVM_ASSERT(RUN(0x91, 0x24) == 6 && AT(0x1235) == 0x99);
    // A pointer at the end of page zero has its second byte at the beginning.
    AT(0xff) = 0x35;
    AT(0x00) = 0x12;
    set(0, 0, 0, 0);
    PVM_ASSERT(RUN(0xb1, 0xff) == 5 && c->a == 0x99);
    PVM_ASSERT(RUN(0xa1, 0xff) == 6 && c->a == 0x99);
}

PVM_TEST(transfers) {
    set(0x80, 0, 0, 0);
    PVM_ASSERT(RUN(0xaa) == 2 && c->x == 0x80 && FLAGS(N));
    PVM_ASSERT(RUN(0xa8) == 2 && c->y == 0x80 && FLAGS(N));
    set(1, 0, 0, 0);
    PVM_ASSERT(RUN(0x8a) == 2 && c->a == 0 && FLAGS(Z));
    set(1, 0, 0x70, Z);
    PVM_ASSERT(RUN(0x98) == 2 && c->a == 0x70 && FLAGS(0));
    PVM_ASSERT(RUN(0xba) == 2 && c->x == 0xfd && FLAGS(N));
    set(0, 0, 0, N);
    PVM_ASSERT(RUN(0x9a) == 2 && c->s == 0 && FLAGS(N));  // no flags
}

PVM_TEST(stack) {
    set(0x81, 0, 0, C);
    PVM_ASSERT(RUN(0x48) == 3 && AT(0x1fd) == 0x81 && c->s == 0xfc && FLAGS(C));
    PVM_ASSERT(RUN(0x08) == 3 && AT(0x1fc) == (C | B | U) && c->s == 0xfb && FLAGS(C));
    AT(0x1fc) = 0xff;
    PVM_ASSERT(RUN(0x28) == 4 && c->s == 0xfc && FLAGS(N | V | D | I | Z | C));  // without BREAK
    c->a = 0;
    PVM_ASSERT(RUN(0x68) == 4 && c->a == 0x81 && c->s == 0xfd && FLAGS(N | V | D | I | C));
    set(5, 0, 0, 0);
    c->s = 0;
    RUN(0x48);
    PVM_ASSERT(AT(0x100) == 5 && c->s == 0xff);  // around within page 1
}

PVM_TEST(logic) {
    set(0xcc, 0, 0, C);
    PVM_ASSERT(RUN(0x29, 0xaa) == 2 && c->a == 0x88 && FLAGS(C | N));
    PVM_ASSERT(RUN(0x29, 0x77) == 2 && c->a == 0x00 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0x09, 0x15) == 2 && c->a == 0x15 && FLAGS(C));
    PVM_ASSERT(RUN(0x49, 0x95) == 2 && c->a == 0x80 && FLAGS(C | N));
    AT(0x30) = 0x40;
    PVM_ASSERT(RUN(0x24, 0x30) == 3 && c->a == 0x80 && FLAGS(C | V | Z));
    AT(0x30) = 0x81;
    PVM_ASSERT(RUN(0x2c, 0x30, 0x00) == 4 && FLAGS(C | N));
}

PVM_TEST(adding) {
    set(0x50, 0, 0, 0);
    PVM_ASSERT(RUN(0x69, 0x10) == 2 && c->a == 0x60 && FLAGS(0));
    set(0x50, 0, 0, 0);
    RUN(0x69, 0x50);
    PVM_ASSERT(c->a == 0xa0 && FLAGS(N | V));  // 80 + 80 is more than 127
    set(0x50, 0, 0, 0);
    RUN(0x69, 0xd0);
    PVM_ASSERT(c->a == 0x20 && FLAGS(C));  // 80 - 48
    set(0xd0, 0, 0, 0);
    RUN(0x69, 0x90);
    PVM_ASSERT(c->a == 0x60 && FLAGS(C | V));  // -48 - 112 is less than -128
    set(0xff, 0, 0, C);
    RUN(0x69, 0x00);
    PVM_ASSERT(c->a == 0x00 && FLAGS(C | Z));
    set(0x7f, 0, 0, C);
    RUN(0x69, 0x00);
    PVM_ASSERT(c->a == 0x80 && FLAGS(N | V));
    set(0x09, 0, 0, D);
    RUN(0x69, 0x01);
    PVM_ASSERT(c->a == 0x0a && FLAGS(D));  // never decimal
}

PVM_TEST(subtracting) {
    set(0x50, 0, 0, C);
    PVM_ASSERT(RUN(0xe9, 0x10) == 2 && c->a == 0x40 && FLAGS(C));
    set(0x50, 0, 0, 0);
    RUN(0xe9, 0x10);
    PVM_ASSERT(c->a == 0x3f && FLAGS(C));  // one more was borrowed before
    set(0x50, 0, 0, C);
    RUN(0xe9, 0xf0);
    PVM_ASSERT(c->a == 0x60 && FLAGS(0));  // 80 + 16; borrows
    set(0x50, 0, 0, C);
    RUN(0xe9, 0xb0);
    PVM_ASSERT(c->a == 0xa0 && FLAGS(N | V));  // 80 + 80
    set(0xd0, 0, 0, C);
    RUN(0xe9, 0x70);
    PVM_ASSERT(c->a == 0x60 && FLAGS(C | V));  // -48 - 112
    set(0x33, 0, 0, C);
    RUN(0xe9, 0x33);
    PVM_ASSERT(c->a == 0x00 && FLAGS(C | Z));
    set(0x10, 0, 0, C | D);
    RUN(0xe9, 0x01);
    PVM_ASSERT(c->a == 0x0f && FLAGS(C | D));
}

PVM_TEST(comparing) {
    set(0x40, 0x40, 0x40, V);
    PVM_ASSERT(RUN(0xc9, 0x40) == 2 && FLAGS(V | C | Z) && c->a == 0x40);
    PVM_ASSERT(RUN(0xc9, 0x41) == 2 && FLAGS(V | N));
    PVM_ASSERT(RUN(0xe0, 0x3f) == 2 && FLAGS(V | C));
    PVM_ASSERT(RUN(0xc0, 0xff) == 2 && FLAGS(V));  // $40 - $ff is $41, borrowed
    set(0xff, 0, 0, 0);
    PVM_ASSERT(RUN(0xc9, 0x01) == 2 && FLAGS(C | N));
}

PVM_TEST(counting) {
    set(0, 0xff, 0x00, C);
    PVM_ASSERT(RUN(0xe8) == 2 && c->x == 0x00 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0xca) == 2 && c->x == 0xff && FLAGS(C | N));
    PVM_ASSERT(RUN(0xc8) == 2 && c->y == 0x01 && FLAGS(C));
    PVM_ASSERT(RUN(0x88) == 2 && c->y == 0x00 && FLAGS(C | Z));
    AT(0x50) = 0x7f;
    PVM_ASSERT(RUN(0xe6, 0x50) == 5 && AT(0x50) == 0x80 && FLAGS(C | N));
    c->x = 0x10;
    PVM_ASSERT(RUN(0xd6, 0x40) == 6 && AT(0x50) == 0x7f && FLAGS(C));
    AT(0x1210) = 1;
    PVM_ASSERT(RUN(0xce, 0x10, 0x12) == 6 && AT(0x1210) == 0 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0xde, 0x00, 0x12) == 7 && AT(0x1210) == 0xff && FLAGS(C | N));
}

PVM_TEST(shifting) {
    set(0x81, 0, 0, C);
    PVM_ASSERT(RUN(0x0a) == 2 && c->a == 0x02 && FLAGS(C));
    PVM_ASSERT(RUN(0x4a) == 2 && c->a == 0x01 && FLAGS(0));
    PVM_ASSERT(RUN(0x4a) == 2 && c->a == 0x00 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0x6a) == 2 && c->a == 0x80 && FLAGS(N));
    PVM_ASSERT(RUN(0x2a) == 2 && c->a == 0x00 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0x2a) == 2 && c->a == 0x01 && FLAGS(0));
    AT(0x60) = 0x40;
    PVM_ASSERT(RUN(0x06, 0x60) == 5 && AT(0x60) == 0x80 && FLAGS(N));
    PVM_ASSERT(RUN(0x26, 0x60) == 5 && AT(0x60) == 0x00 && FLAGS(C | Z));
    PVM_ASSERT(RUN(0x66, 0x60) == 5 && AT(0x60) == 0x80 && FLAGS(N));
    c->x = 0x20;
    PVM_ASSERT(RUN(0x5e, 0x40, 0x00) == 7 && AT(0x60) == 0x40 && FLAGS(0));
}

// Whether a branch with some flags is taken.
static bool branches(uint8_t code, uint8_t flags) {
    set(0, 0, 0, flags);
    const unsigned cycles = RUN(code, 0x10);
    PVM_ASSERT(c->pc == (cycles == 3 ? 0x212 : 0x202) && FLAGS(flags));
    return cycles == 3;
}

PVM_TEST(branching) {
    PVM_ASSERT(branches(0x90, 0) && !branches(0x90, C) && branches(0xb0, C) && !branches(0xb0, 0));
    PVM_ASSERT(branches(0xd0, C) && !branches(0xd0, Z) && branches(0xf0, Z) && !branches(0xf0, N));
    PVM_ASSERT(branches(0x10, V) && !branches(0x10, N) && branches(0x30, N) && !branches(0x30, V));
    PVM_ASSERT(branches(0x50, N) && !branches(0x50, V) && branches(0x70, V) && !branches(0x70, N));
    set(0, 0, 0, 0);
    PVM_ASSERT(RUN(0xd0, 0xfe) == 3 && c->pc == 0x200);
    PVM_ASSERT(RUN(0xd0, 0xfd) == 4 && c->pc == 0x1ff);  // another page than the next instruction's
}

PVM_TEST(jumping) {
    set(0, 0, 0, C);
    PVM_ASSERT(RUN(0x4c, 0x34, 0x12) == 3 && c->pc == 0x1234 && FLAGS(C));
    AT(0x10ff) = 0x78;
    AT(0x1100) = 0x99;
    AT(0x1000) = 0x56;
    // The second byte comes from the same page, as this processor has it.
    PVM_ASSERT(RUN(0x6c, 0xff, 0x10) == 5 && c->pc == 0x5678);
    PVM_ASSERT(RUN(0x20, 0x34, 0x12) == 6 && c->pc == 0x1234 && c->s == 0xfb);
    PVM_ASSERT(AT(0x1fd) == 0x02 && AT(0x1fc) == 0x02);
    PVM_ASSERT(RUN(0x60) == 6 && c->pc == 0x203 && c->s == 0xfd && FLAGS(C));
}

PVM_TEST(flags) {
    set(0, 0, 0, 0);
    PVM_ASSERT(RUN(0x38) == 2 && FLAGS(C) && RUN(0xf8) == 2 && FLAGS(C | D) && RUN(0x78) == 2 && FLAGS(C | D | I));
    PVM_ASSERT(RUN(0x18) == 2 && FLAGS(D | I) && RUN(0xd8) == 2 && FLAGS(I) && RUN(0x58) == 2 && FLAGS(0));
    set(0, 0, 0, V | N | Z);
    PVM_ASSERT(RUN(0xb8) == 2 && FLAGS(N | Z) && RUN(0xea) == 2 && FLAGS(N | Z) && c->pc == 0x201);
}

PVM_TEST(interrupts) {
    set(0, 0, 0, C);
    memcpy(&AT(NMI_VECTOR), (uint8_t[]){0x00, 0x90, 0x00, 0x80, 0x00, 0xa0}, 6);
    PVM_ASSERT(RUN(0x00, 0xff) == 7 && c->pc == 0xa000 && c->s == 0xfa && FLAGS(C | I));
    PVM_ASSERT(AT(0x1fd) == 0x02 && AT(0x1fc) == 0x02 && AT(0x1fb) == (C | B | U));  // $0202, behind the byte
    PVM_ASSERT(RUN(0x40) == 6 && c->pc == 0x202 && c->s == 0xfd && FLAGS(C));

    cpu_irq(c);
    PVM_ASSERT(c->pc == 0xa000 && AT(0x1fb) == (C | U) && FLAGS(C | I));
    cpu_irq(c);
    PVM_ASSERT(c->s == 0xfa);  // not heard
    cpu_nmi(c);
    PVM_ASSERT(c->pc == 0x9000 && c->s == 0xf7 && AT(0x1fa) == 0xa0 && AT(0x1f9) == 0x00 && AT(0x1f8) == (C | I | U));
    cpu_reset(c);
    PVM_ASSERT(c->pc == 0x8000 && c->s == 0xfd && FLAGS(I));
}

static char printed[4096];
static size_t printed_count;

static void collect(const char *bytes, size_t count) {
    PVM_ASSERT(printed_count + count < sizeof printed);
    memcpy(printed + printed_count, bytes, count);
    printed_count += count;
}

PVM_TEST(program) {
    tested.print = collect;
    machine_load(&tested, program, program_count);
    PVM_ASSERT(machine_run(&tested) && tested.status == 0);
    static const char primes[] =
        " 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97 101 103 107 109 113 127 131 137 139"
        " 149 151 157 163 167 173 179 181 191 193 197 199 211 223 227 229 233 239 241 251\n";
    PVM_ASSERT(strncmp(printed, primes, sizeof primes - 1) == 0);
    for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) PVM_ASSERT(AT(0x400 + y * 32 + x) == ((x & y) == 0));
    }
}

PVM_TEST(machine) {
    // The program's memory can not be written, and a status ends it.
    const uint8_t bytes[] = {0xa9, 0x07, 0x8d, 0x00, 0x80, 0x8d, 0x01, 0xd0};
    machine_load(&tested, bytes, sizeof bytes);
    PVM_ASSERT(machine_run(&tested) && tested.status == 7 && AT(0x8000) == 0xa9);
    PVM_ASSERT(c->cycles == 7 + 2 + 4 + 4);
    const uint8_t bad[] = {0xea, 0xff};
    machine_load(&tested, bad, sizeof bad);
    PVM_ASSERT(!machine_run(&tested) && c->pc == 0x8001);
}

PVM_TEST(beginnings) {
    static uint8_t bytes[LONGEST_PROGRAM];
    bytes[RESET_VECTOR - PROGRAM_START] = 0x34;
    bytes[RESET_VECTOR - PROGRAM_START + 1] = 0x92;
    machine_load(&tested, bytes, NMI_VECTOR - PROGRAM_START);
    PVM_ASSERT(c->pc == 0x8000);
    machine_load(&tested, bytes, sizeof bytes);
    PVM_ASSERT(c->pc == 0x9234);
    // All but the last byte, which is not where it begins.
    machine_load(&tested, bytes, sizeof bytes - 1);
    PVM_ASSERT(c->pc == 0x9234 && AT(0xfffd) == 0x92);
}
