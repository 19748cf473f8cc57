// An interpreter: one large switch, which compiles to a jump table.

#include "guest.h"

enum operation {
    PUSH, ADD, SUBTRACT, MULTIPLY, XOR, AND, OR, SHIFT_LEFT, SHIFT_RIGHT, DUPLICATE, SWAP, DROP, OVER, LOAD, STORE,
    JUMP_IF, JUMP, LESS, EQUAL, NEGATE, NOT, ROTATE, HALT,
};

// Variables: 0 counter, 1 sum, 2 a Collatz number.
static const uint8_t program[] = {
    /* 0 */ LOAD, 0, PUSH, 0, EQUAL, JUMP_IF, 56,
    /* 7 */ LOAD, 0, DUPLICATE, MULTIPLY, PUSH, 77, ADD, STORE, 2,
    /* 16 */ LOAD, 2, PUSH, 2, LESS, JUMP_IF, 47,
    /* 23 */ LOAD, 2, PUSH, 1, AND, JUMP_IF, 37,
    /* 30 */ LOAD, 2, PUSH, 1, SHIFT_RIGHT, JUMP, 43,
    /* 37 */ LOAD, 2, DUPLICATE, DUPLICATE, ADD, ROTATE,
    /* 43 */ STORE, 2, JUMP, 60,
    /* 47 */ LOAD, 0, PUSH, 1, SUBTRACT, STORE, 0, JUMP, 0,
    /* 56 */ LOAD, 1, HALT, HALT,
    /* 60 */ LOAD, 1, LOAD, 2, XOR, DUPLICATE, PUSH, 7, SHIFT_LEFT, SWAP, PUSH, 3, SHIFT_RIGHT, OVER, NOT, NEGATE, ADD, ADD,
    /* 78 */ DUPLICATE, STORE, 1, DROP, JUMP, 16,
};

static uint64_t interpret(uint64_t counter) {
    uint64_t stack[16] = {0}, variables[4] = {counter, 0, 0, 0};
    uint64_t *top = stack + 4;
    for (const uint8_t *pc = program;;) {
        switch ((enum operation)*pc++) {
        case PUSH: *++top = *pc++; break;
        case ADD: top--, *top += top[1]; break;
        case SUBTRACT: top--, *top -= top[1]; break;
        case MULTIPLY: top--, *top *= top[1]; break;
        case XOR: top--, *top ^= top[1]; break;
        case AND: top--, *top &= top[1]; break;
        case OR: top--, *top |= top[1]; break;
        case SHIFT_LEFT: top--, *top <<= top[1] & 63; break;
        case SHIFT_RIGHT: top--, *top >>= top[1] & 63; break;
        case DUPLICATE: top[1] = *top, top++; break;
        case SWAP: { const uint64_t t = *top; *top = top[-1], top[-1] = t; break; }
        case DROP: top--; break;
        case OVER: top[1] = top[-1], top++; break;
        case LOAD: *++top = variables[*pc++]; break;
        case STORE: variables[*pc++] = *top--; break;
        case JUMP_IF: pc = *top-- ? program + *pc : pc + 1; break;
        case JUMP: pc = program + *pc; break;
        case LESS: top--, *top = *top < top[1]; break;
        case EQUAL: top--, *top = *top == top[1]; break;
        case NEGATE: *top = -*top; break;
        case NOT: *top = ~*top; break;
        case ROTATE: top--, *top = *top + top[1] + 1; break;
        case HALT: return *top;
        }
        // The stack moves in a ring, so that no program can leave it.
        if (top < stack + 2)
            top = stack + 4;
        if (top > stack + 12)
            top = stack + 8;
    }
}

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (uint64_t round = 0; round < n; round++)
        sum = mix(sum, interpret(100 + (round & 7)));
    return sum;
}
