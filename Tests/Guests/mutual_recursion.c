// Functions that call each other, deep and wide: Hofstadter's sequences, a recursive-descent parser, even and odd.

#include "checksum.h"

// Deep recursion without optimisation takes more than the default.
PVM_MIN_STACK(65536);

static uint64_t male(uint64_t n);
static uint64_t female(uint64_t n) { return n ? n - male(female(n - 1)) : 1; }
static uint64_t male(uint64_t n) { return n ? n - female(male(n - 1)) : 0; }

static bool odd(uint64_t n);
static bool even(uint64_t n) { return n ? odd(n - 1) : true; }
static bool odd(uint64_t n) { return n ? even(n - 1) : false; }

static const char *at;
static uint64_t expression(void);
static uint64_t atom(void) {
    if (*at == '(') {
        at++;
        const uint64_t value = expression();
        at++;
        return value;
    }
    uint64_t value = 0;
    while (*at >= '0' && *at <= '9')
        value = value * 10 + (uint64_t)(*at++ - '0');
    return value;
}
static uint64_t product(void) {
    uint64_t value = atom();
    while (*at == '*' || *at == '/') {
        const bool divide = *at++ == '/';
        const uint64_t right = atom();
        value = divide ? (right ? value / right : 0) : value * right;
    }
    return value;
}
static uint64_t expression(void) {
    uint64_t value = product();
    while (*at == '+' || *at == '-') {
        const bool minus = *at++ == '-';
        const uint64_t right = product();
        value = minus ? value - right : value + right;
    }
    return value;
}

static const char *const texts[] = {
    "1+2*3", "(1+2)*3", "((((42))))", "100/7*7-100", "2*(3+4*(5-6/(7+8)))-(9*9)", "123456789*987654321/(1+1)",
};

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = mix(mix(1, female(n)), male(n));
    sum = mix(sum, (uint64_t)even(n * 10) << 1 | odd(n * 7));
    for (uint64_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        at = texts[i];
        sum = mix(sum, expression());
    }
    return sum;
}
