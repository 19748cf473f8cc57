// setjmp and longjmp: out of deep calls, errors that unwind level by level, again and again, with values that survive.

#include "checksum.h"
#include <setjmp.h>
#include <string.h>

PVM_MIN_STACK(65536);

static jmp_buf *handler;

// Runs a step with a handler of its own; what it throws comes back as the result, else 0.
static int attempt(void (*step)(uint64_t *), uint64_t *value) {
    jmp_buf here, *const outer = handler;
    handler = &here;
    const int thrown = setjmp(here);
    if (!thrown)
        step(value);
    handler = outer;
    return thrown;
}

static _Noreturn void throw(int what) { longjmp(*handler, what); }

__attribute__((noinline)) static void descend(uint64_t *value) {
    volatile char room[24];
    memset((char *)room, 1, sizeof room);
    *value = mix(*value, (uint64_t)room[3]);
    if (*value % 7 == 0)
        throw((int)(*value % 1000) + 1);
    if (*value % 13 == 0)
        return;
    descend(value);
    *value ^= 5;
}

static void nested(uint64_t *value) {
    const int inner = attempt(descend, value);
    *value = mix(*value, (uint64_t)inner);
    if (inner % 3 == 1)
        throw(inner + 1);
}

static void nothing(uint64_t *value) { ++*value; }

// longjmp with 0 arrives as 1; local variables that are volatile keep what they had at the jump.
static uint64_t counting(uint64_t n) {
    jmp_buf top;
    volatile uint64_t turns = 0, sum = 0;
    const int came = setjmp(top);
    sum = mix(sum, (uint64_t)came + turns);
    if (turns < n) {
        turns++;
        longjmp(top, (int)turns % 4);
    }
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    // Values that live in registers across the calls which jump.
    uint64_t a = n, b = n * 3, c = n ^ 0x55, d = ~n, e = n << 7, sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t value = i * 0x1234567 + 1;
        a += (uint64_t)attempt(nested, &value);
        b ^= value;
        c = mix(c, a + b);
        d -= c;
        e += (uint64_t)attempt(nothing, &d);
        sum = mix(sum, a ^ b ^ c ^ d ^ e);
    }
    return mix(sum, counting(n % 100));
}
