// Calls of the host: directly, through pointers, with every number of arguments, and nested in each other.
//
// The host's side of the bargain, which a test provides exactly like this:
//
//     host_nothing()              returns 7
//     host_add(a, b)              returns a + b
//     host_six(a, b, c, d, e, f)  returns a + 2b + 3c + 4d + 5e + 6f
//     host_notify(a)              returns nothing

#include "checksum.h"

PVM_IMPORT(uint64_t, host_nothing);
PVM_IMPORT(uint64_t, host_add, uint64_t a, uint64_t b);
PVM_IMPORT(uint64_t, host_six, uint64_t a, uint32_t b, uint64_t c, uint8_t d, int64_t e, uint64_t f);
PVM_IMPORT(void, host_notify, uint64_t a);

#if !PVM_GUEST
uint64_t host_nothing(void) { return 7; }
uint64_t host_add(uint64_t a, uint64_t b) { return a + b; }
uint64_t host_six(uint64_t a, uint32_t b, uint64_t c, uint8_t d, int64_t e, uint64_t f) {
    return a + 2 * (uint64_t)b + 3 * c + 4 * d + 5 * (uint64_t)e + 6 * f;
}
void host_notify(uint64_t a) { (void)a; }
#endif

static uint64_t own_add(uint64_t a, uint64_t b) { return a + b + 1; }
static uint64_t (*volatile adders[])(uint64_t, uint64_t) = {host_add, own_add};

static uint64_t fibonacci(uint64_t n) { return n < 2 ? n : host_add(fibonacci(n - 1), fibonacci(n - 2)); }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = fibonacci(n % 12);
    for (uint64_t i = 0; i < n; i++) {
        sum = mix(sum, host_nothing() + i);
        sum = mix(sum, adders[i % 2](sum, i));
        sum = mix(sum, host_six(sum, (uint32_t)i, host_add(i, 1), (uint8_t)i, -(int64_t)i, host_add(host_add(1, 2), i)));
        host_notify(sum);
    }
    return sum;
}
