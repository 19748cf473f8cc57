// A small language: its programs are compiled to bytecode for a stack machine, which then runs them. Functions with parameters and
// recursion, variables, if, while, and expressions with the operators of C and their precedence.
//
//     def gcd(a, b) { while (b) { let r = a % b; a = b; b = r; } return a; }
//     return gcd(48, 36);

#include "checksum.h"
#include <ctype.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

PVM_MIN_STACK(131072);

// MARK: Bytecode

typedef enum {
    PUSH, LOAD, STORE, POP, ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, LESS, LESS_EQUAL, EQUAL, UNEQUAL, AND, OR, XOR, LEFT, RIGHT,
    NEGATE, NOT, INVERT, JUMP, JUMP_IF_ZERO, CALL, RETURN
} opcode;

enum { MOST_CODE = 2048, MOST_NAMES = 32, MOST_FUNCTIONS = 16, STACK = 4096 };

typedef struct { uint8_t opcode; int64_t operand; } instruction;
typedef struct { const char *name; size_t length; } name;
typedef struct { name name; int entry, parameters; } function;

typedef struct {
    instruction code[MOST_CODE];
    int length;
    function functions[MOST_FUNCTIONS];
    int function_count;
} program;

// MARK: Compiler

typedef struct {
    const char *position;
    program *program;
    // The variables in sight, which lie in the frame in this order.
    name names[MOST_NAMES];
    int name_count;
    // Where an error leaves to.
    jmp_buf failed;
    const char *error;
} compiler;

static _Noreturn void fail(compiler *c, const char *what) {
    c->error = what;
    longjmp(c->failed, 1);
}

static int emit(compiler *c, opcode opcode, int64_t operand) {
    program *p = c->program;
    if (p->length == MOST_CODE)
        fail(c, "program too long");
    p->code[p->length] = (instruction){(uint8_t)opcode, operand};
    return p->length++;
}

static void patch(compiler *c, int at) { c->program->code[at].operand = c->program->length; }

static void skip_space(compiler *c) {
    while (isspace((unsigned char)*c->position))
        c->position++;
}

static bool is_name_character(char x) { return isalnum((unsigned char)x) || x == '_'; }

static bool accept(compiler *c, const char *token) {
    skip_space(c);
    const size_t length = strlen(token);
    if (strncmp(c->position, token, length) != 0 || (isalpha((unsigned char)*token) && is_name_character(c->position[length])))
        return false;
    c->position += length;
    return true;
}

static void expect(compiler *c, const char *token) {
    if (!accept(c, token))
        fail(c, token);
}

static name parse_name(compiler *c) {
    skip_space(c);
    const char *start = c->position;
    if (!isalpha((unsigned char)*start))
        fail(c, "name expected");
    while (is_name_character(*c->position))
        c->position++;
    return (name){start, (size_t)(c->position - start)};
}

static bool same(name a, name b) { return a.length == b.length && !memcmp(a.name, b.name, a.length); }

static int declare(compiler *c, name n) {
    if (c->name_count == MOST_NAMES)
        fail(c, "too many variables");
    c->names[c->name_count] = n;
    return c->name_count++;
}

static int variable(compiler *c, name n) {
    for (int i = c->name_count; i-- > 0;)
        if (same(c->names[i], n))
            return i;
    fail(c, "unknown variable");
}

static void parse_expression(compiler *c, int level);

static void parse_call(compiler *c, name n) {
    int arguments = 0;
    if (!accept(c, ")")) {
        do {
            parse_expression(c, 0);
            arguments++;
        } while (accept(c, ","));
        expect(c, ")");
    }
    for (int i = 0; i < c->program->function_count; i++)
        if (same(c->program->functions[i].name, n)) {
            if (c->program->functions[i].parameters != arguments)
                fail(c, "wrong number of arguments");
            emit(c, CALL, i);
            return;
        }
    fail(c, "unknown function");
}

static void parse_operand(compiler *c) {
    if (accept(c, "(")) {
        parse_expression(c, 0);
        expect(c, ")");
    } else if (accept(c, "-")) {
        parse_operand(c);
        emit(c, NEGATE, 0);
    } else if (accept(c, "!")) {
        parse_operand(c);
        emit(c, NOT, 0);
    } else if (accept(c, "~")) {
        parse_operand(c);
        emit(c, INVERT, 0);
    } else if (isdigit((unsigned char)*c->position)) {
        char *end;
        emit(c, PUSH, strtoll(c->position, &end, 0));
        c->position = end;
    } else {
        const name n = parse_name(c);
        if (accept(c, "("))
            parse_call(c, n);
        else
            emit(c, LOAD, variable(c, n));
    }
}

// Longer operators come before those that they begin with. A greater level binds more tightly; the operands of > are swapped by
// negating: a > b is !(a <= b).
static const struct { const char *token; int level; uint8_t opcode; bool is_negated; } operators[] = {
    {"||", 1, 0, false}, {"&&", 2, 0, false}, {"|", 3, OR, false}, {"^", 4, XOR, false}, {"&", 5, AND, false}, {"==", 6, EQUAL, false},
    {"!=", 6, UNEQUAL, false}, {"<<", 8, LEFT, false}, {">>", 8, RIGHT, false}, {"<=", 7, LESS_EQUAL, false}, {">=", 7, LESS, true},
    {"<", 7, LESS, false}, {">", 7, LESS_EQUAL, true}, {"+", 9, ADD, false}, {"-", 9, SUBTRACT, false}, {"*", 10, MULTIPLY, false},
    {"/", 10, DIVIDE, false}, {"%", 10, REMAINDER, false}};
enum { OPERATORS = sizeof operators / sizeof *operators };

// The right side of && and || is evaluated only if the left one does not decide.
static void parse_logical(compiler *c, int level) {
    const bool is_and = level == 2;
    if (!is_and)
        emit(c, NOT, 0);
    const int skip = emit(c, JUMP_IF_ZERO, 0);
    parse_expression(c, level + 1);
    emit(c, NOT, 0);
    emit(c, NOT, 0);
    const int done = emit(c, JUMP, 0);
    patch(c, skip);
    emit(c, PUSH, !is_and);
    patch(c, done);
}

// Precedence climbing: takes operators of at least this level.
static void parse_expression(compiler *c, int level) {
    parse_operand(c);
    for (;;) {
        skip_space(c);
        int found = 0;
        while (found < OPERATORS && strncmp(c->position, operators[found].token, strlen(operators[found].token)) != 0)
            found++;
        if (found == OPERATORS || operators[found].level < level)
            return;
        c->position += strlen(operators[found].token);
        if (operators[found].level <= 2) {
            parse_logical(c, operators[found].level);
            continue;
        }
        parse_expression(c, operators[found].level + 1);
        emit(c, operators[found].opcode, 0);
        if (operators[found].is_negated)
            emit(c, NOT, 0);
    }
}

static void parse_statement(compiler *c);

static void parse_block(compiler *c) {
    expect(c, "{");
    const int names = c->name_count;
    while (!accept(c, "}"))
        parse_statement(c);
    c->name_count = names;
}

static void parse_statement(compiler *c) {
    if (accept(c, "let")) {
        const name n = parse_name(c);
        expect(c, "=");
        parse_expression(c, 0);
        emit(c, STORE, declare(c, n));
        expect(c, ";");
    } else if (accept(c, "if")) {
        parse_expression(c, 0);
        const int skip = emit(c, JUMP_IF_ZERO, 0);
        parse_block(c);
        if (accept(c, "else")) {
            const int done = emit(c, JUMP, 0);
            patch(c, skip);
            parse_block(c);
            patch(c, done);
        } else {
            patch(c, skip);
        }
    } else if (accept(c, "while")) {
        const int top = c->program->length;
        parse_expression(c, 0);
        const int leave = emit(c, JUMP_IF_ZERO, 0);
        parse_block(c);
        emit(c, JUMP, top);
        patch(c, leave);
    } else if (accept(c, "return")) {
        parse_expression(c, 0);
        emit(c, RETURN, 0);
        expect(c, ";");
    } else {
        const char *const start = c->position;
        skip_space(c);
        if (isalpha((unsigned char)*c->position)) {
            const name n = parse_name(c);
            if (accept(c, "=") && *c->position != '=') {
                parse_expression(c, 0);
                emit(c, STORE, variable(c, n));
                expect(c, ";");
                return;
            }
        }
        c->position = start;
        parse_expression(c, 0);
        emit(c, POP, 0);
        expect(c, ";");
    }
}

static void parse_function(compiler *c) {
    program *p = c->program;
    if (p->function_count == MOST_FUNCTIONS)
        fail(c, "too many functions");
    function *f = &p->functions[p->function_count++];
    *f = (function){.name = parse_name(c)};
    c->name_count = 0;
    expect(c, "(");
    if (!accept(c, ")")) {
        do {
            declare(c, parse_name(c));
            f->parameters++;
        } while (accept(c, ","));
        expect(c, ")");
    }
    f->entry = p->length;
    parse_block(c);
    emit(c, PUSH, 0);
    emit(c, RETURN, 0);
}

// Returns where it failed, or NULL.
static const char *compile(const char *source, program *p, const char **error, int *entry) {
    static compiler c;
    c = (compiler){.position = source, .program = p};
    p->length = p->function_count = 0;
    *error = NULL;
    if (setjmp(c.failed)) {
        *error = c.error;
        return c.position;
    }
    while (accept(&c, "def"))
        parse_function(&c);
    *entry = p->length;
    c.name_count = 0;
    for (skip_space(&c); *c.position; skip_space(&c))
        parse_statement(&c);
    emit(&c, PUSH, 0);
    emit(&c, RETURN, 0);
    return NULL;
}

// MARK: Machine

typedef enum { FINISHED, DIVISION_BY_ZERO, STACK_OVERFLOW, TOO_LONG } outcome;

// A frame is the variables, then what expressions push; below it the caller's frame and the place to go on.
static outcome execute(const program *p, int entry, uint64_t most_steps, int64_t *result, uint64_t *steps) {
    static int64_t stack[STACK];
    int64_t *frame = stack, *top = stack + MOST_NAMES;
    memset(stack, 0, MOST_NAMES * sizeof *stack);
    int pc = entry, depth = 0;
    for (*steps = 0; *steps < most_steps; ++*steps) {
        const instruction i = p->code[pc++];
        if (top > stack + STACK - MOST_NAMES - 16)
            return STACK_OVERFLOW;
        // Arithmetic wraps around.
        const uint64_t right = (uint64_t)top[-1];
        const uint64_t left = top - 2 >= stack ? (uint64_t)top[-2] : 0;
        switch ((opcode)i.opcode) {
        case PUSH: *top++ = i.operand; break;
        case LOAD: *top++ = frame[i.operand]; break;
        case STORE: frame[i.operand] = *--top; break;
        case POP: top--; break;
        case ADD: top--, top[-1] = (int64_t)(left + right); break;
        case SUBTRACT: top--, top[-1] = (int64_t)(left - right); break;
        case MULTIPLY: top--, top[-1] = (int64_t)(left * right); break;
        case DIVIDE:
        case REMAINDER:
            if (!right)
                return DIVISION_BY_ZERO;
            top--;
            if (right == UINT64_MAX)
                top[-1] = i.opcode == DIVIDE ? (int64_t)(0 - left) : 0;
            else
                top[-1] = i.opcode == DIVIDE ? (int64_t)left / (int64_t)right : (int64_t)left % (int64_t)right;
            break;
        case LESS: top--, top[-1] = (int64_t)left < (int64_t)right; break;
        case LESS_EQUAL: top--, top[-1] = (int64_t)left <= (int64_t)right; break;
        case EQUAL: top--, top[-1] = left == right; break;
        case UNEQUAL: top--, top[-1] = left != right; break;
        case AND: top--, top[-1] = (int64_t)(left & right); break;
        case OR: top--, top[-1] = (int64_t)(left | right); break;
        case XOR: top--, top[-1] = (int64_t)(left ^ right); break;
        case LEFT: top--, top[-1] = (int64_t)(left << (right & 63)); break;
        case RIGHT: top--, top[-1] = (int64_t)left >> (right & 63); break;
        case NEGATE: top[-1] = (int64_t)(0 - right); break;
        case NOT: top[-1] = !right; break;
        case INVERT: top[-1] = (int64_t)~right; break;
        case JUMP: pc = (int)i.operand; break;
        case JUMP_IF_ZERO:
            if (!*--top)
                pc = (int)i.operand;
            break;
        case CALL: {
            const function *f = &p->functions[i.operand];
            int64_t *const arguments = top - f->parameters;
            // The arguments become the new frame's first variables, behind the two words that lead back.
            memmove(arguments + 2, arguments, (size_t)f->parameters * sizeof *arguments);
            arguments[0] = frame - stack;
            arguments[1] = pc;
            frame = arguments + 2;
            top = frame + MOST_NAMES;
            memset(frame + f->parameters, 0, (size_t)(MOST_NAMES - f->parameters) * sizeof *frame);
            pc = f->entry;
            depth++;
            break;
        }
        case RETURN:
            *result = top[-1];
            if (!depth--)
                return FINISHED;
            pc = (int)frame[-1];
            top = frame - 2;
            frame = stack + frame[-2];
            *top++ = *result;
            break;
        }
    }
    return TOO_LONG;
}

// MARK: Programs

static const char prelude[] =
    "def gcd(a, b) { while (b) { let r = a % b; a = b; b = r; } return a; }\n"
    "def fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }\n"
    "def is_prime(n) { if n < 2 { return 0; } let d = 2; while d * d <= n { if !(n % d) { return 0; } d = d + 1; } return 1; }\n"
    "def power(x, n) { let r = 1; while n { if n & 1 { r = r * x; } x = x * x; n = n >> 1; } return r; }\n"
    "def collatz(n) { let steps = 0; while n != 1 { if n & 1 { n = 3 * n + 1; } else { n = n / 2; } steps = steps + 1; } return steps; }\n"
    "def deep(n) { return n && 1 + deep(n - 1); }\n";

static const char *const bodies[] = {
    "return gcd(1071, 462) + gcd(17, 5) * 100;",
    "return fib(12);",
    "let count = 0; let i = 0; while i < 100 { count = count + is_prime(i); i = i + 1; } return count;",
    "return power(3, 39) ^ power(2, 63) ^ power(-7, 5);",
    "let best = 0; let i = 1; while i < 40 { let s = collatz(i); if s > best { best = s; } i = i + 1; } return best;",
    "return 1 + 2 * 3 - 4 / 2 % 3 << 2 | 7 & 12 ^ 1;",
    "return (1 < 2) + (2 <= 2) * 10 + (3 > 4) * 100 + (4 >= 4) * 1000 + (1 == 1) * 10000 + (1 != 1) * 100000;",
    "return -5 / 2 * 100 + -5 % 3 + ~0 + !0 + !7 - - 3;",
    "let x = 0; 0 && power(1 / 0, 1); 1 || 1 / 0; if 2 && 3 { x = x + 1; } if 0 || 0 { x = x + 10; } return x + (0 || 5) * 100;",
    "let x = 1; { } return x;",
    "return 0x7fffffffffffffff + 1;",
    "return 1 / 0;",
    "while 1 { }",
    "return deep(200);",
    "return deep(20);",
    "return fib(1, 2);",
    "return nothing;",
    "let x = ; return x;",
    "return (1 + 2;",
    "lets = 5;",
    "return 010 + 0x10 + 9; ",
};

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static program p;
    static char source[2048];
    uint64_t sum = n;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        strcpy(source, prelude);
        strcat(source, bodies[i]);
        const char *error;
        int entry = 0;
        const char *const failed_at = compile(source, &p, &error, &entry);
        if (failed_at) {
            sum = mix(sum, (uint64_t)(failed_at - source));
            while (*error)
                sum = mix(sum, (unsigned char)*error++);
            continue;
        }
        int64_t result = 0;
        uint64_t steps = 0;
        const outcome outcome = execute(&p, entry, 1000 * n + 100, &result, &steps);
        sum = mix(mix(sum, (uint64_t)outcome), steps);
        sum = mix(sum, (uint64_t)result);
        // What the same expression gives in C.
        if (i == 5 && result != ((1 + 2 * 3 - 4 / 2 % 3) << 2 | ((7 & 12) ^ 1)))
            return 1;
        if (i == 1 && outcome == FINISHED && result != 144)
            return 2;
    }
    return sum;
}
