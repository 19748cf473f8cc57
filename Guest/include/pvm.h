// What a PVM guest written in C says to the outside: which functions it exports, which functions of the host it calls,
// how much stack it needs, and how it stops.
//
//     PVM_IMPORT(uint64_t, host_add, uint64_t a, uint64_t b);
//
//     PVM_EXPORT(uint64_t, fibonacci, uint64_t n) {
//         return n < 2 ? n : host_add(fibonacci(n - 1), fibonacci(n - 2));
//     }
//
// An export or import has at most six parameters. Parameters and result are integers of at most 64 bits, bool, pointers or
// enums; a result may also be two registers wide (a struct or an __int128), or void. Anything else does not compile.
//
// The macros leave records in sections of the object file, which `pvm link` reads; Guest/README.md describes them. On any
// other machine exports are ordinary functions and imports ordinary declarations, so that a guest can also be built and
// tested natively.

#ifndef PVM_H
#define PVM_H

#ifdef __cplusplus
#error "pvm.h is for C; from C++ call functions that a C file exports"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// 1 when compiling for the PVM, 0 for any other machine.
#if defined(__riscv) && defined(__riscv_abi_rve)
#define PVM_GUEST 1
#else
#define PVM_GUEST 0
#endif

#if PVM_GUEST && __riscv_xlen != 64
#error "PVM guests are 64-bit: compile with -march=rv64emac_zbb_xtheadcondmov -mabi=lp64e"
#endif

// 0 for hosts without a console: then text goes nowhere and costs nothing. The build tool says which.
#ifndef PVM_CONSOLE
#define PVM_CONSOLE PVM_GUEST
#endif

// MARK: What a guest writes

// Exports a function to the host: PVM_EXPORT(result type, name, parameters…) and then the body.
#define PVM_EXPORT(result, ...)                                                                                          \
    PVM_CHECK_SIGNATURE_(result, __VA_ARGS__)                                                                            \
    PVM_EXPORT_(                                                                                                         \
        result, PVM_NAME_(__VA_ARGS__, ~), PVM_COUNT_(__VA_ARGS__),                                                      \
        PVM_JOIN_(PVM_ANY_NARROW_, PVM_COUNT_(__VA_ARGS__))(__VA_ARGS__), PVM_PARAMETERS_(__VA_ARGS__))

// Declares a function of the host, found there by its name: PVM_IMPORT(result type, name, parameters…);
// Call it like any other function.
#define PVM_IMPORT(result, ...)                                                                                          \
    PVM_IMPORT_AS(PVM_TEXT_(PVM_NAME_(__VA_ARGS__, ~)), result, __VA_ARGS__)

// The same for a host that knows its functions by number. A guest that numbers one import numbers them all.
#define PVM_IMPORT_INDEX(number, result, ...)                                                                            \
    PVM_IMPORT_INDEX_AS(number, PVM_TEXT_(PVM_NAME_(__VA_ARGS__, ~)), result, __VA_ARGS__)

// Both again for functions that the guest calls otherwise than the host does: "call" is what a contract must export and also
// what it calls others with, and one C function can not be both. The host's name is a string literal and comes first.
#define PVM_IMPORT_AS(symbol, result, ...)                                                                               \
    PVM_CHECK_SIGNATURE_(result, __VA_ARGS__)                                                                            \
    PVM_IMPORT_BY_NAME_(                                                                                                 \
        symbol, result, PVM_NAME_(__VA_ARGS__, ~), PVM_COUNT_(__VA_ARGS__), PVM_PARAMETERS_(__VA_ARGS__))

#define PVM_IMPORT_INDEX_AS(number, symbol, result, ...)                                                                 \
    PVM_CHECK_SIGNATURE_(result, __VA_ARGS__)                                                                            \
    PVM_IMPORT_BY_NUMBER_(                                                                                               \
        number, symbol, result, PVM_NAME_(__VA_ARGS__, ~), PVM_COUNT_(__VA_ARGS__), PVM_PARAMETERS_(__VA_ARGS__))

// The stack that this file needs, in bytes: PVM_MIN_STACK(65536); outside of any function. The largest wish counts.
#define PVM_MIN_STACK(bytes)                                                                                             \
    _Static_assert((bytes) >= 0 && (bytes) <= 0xffffffff, "PVM_MIN_STACK: the number of bytes must fit in 32 bits");     \
    PVM_MIN_STACK_(bytes, __COUNTER__)

// The memory that malloc may hand out on hosts whose machine can not grow a heap (revive, JAM), in bytes: PVM_HEAP(262144);
// outside of any function, once. Without it there are 65536; where the machine has a heap it says nothing.
#define PVM_HEAP(bytes)                                                                                                  \
    _Static_assert((bytes) >= 0 && (bytes) <= 0x7fffffff, "PVM_HEAP: the number of bytes must fit in 31 bits");          \
    PVM_HEAP_(bytes)

// Stops the guest with a trap.
#define PVM_TRAP() __builtin_trap()

// Traps if the condition is false, after saying on the console where and which.
#define PVM_ASSERT(condition)                                                                                            \
    (__builtin_expect(!(condition), 0) ? PVM_ASSERTION_FAILED_(#condition, PVM_TEXT_(__LINE__)) : (void)0)

// A test, PVM_TEST(name) and then the body: an export named test_NAME, which `pvm test` runs. It passes if it does not trap.
#define PVM_TEST(name) PVM_EXPORT(void, test_##name)

// Runs the functions with __attribute__((constructor)), once. `main` is called after that; an export that relies on them calls
// this first.
void pvm_run_constructors(void);

// MARK: Taking a signature apart
//
// The variable arguments of the macros above are the name and then up to six parameters, each type and name together.

#define PVM_JOIN_(left, right) PVM_JOIN_NOW_(left, right)
#define PVM_JOIN_NOW_(left, right) left##right
#define PVM_TEXT_(tokens) PVM_TEXT_NOW_(tokens)
#define PVM_TEXT_NOW_(tokens) #tokens

// How many parameters: 0 to 6, or 7 for more.
#define PVM_COUNT_(...) PVM_SEVENTEENTH_(__VA_ARGS__, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 5, 4, 3, 2, 1, 0, ~)
#define PVM_SEVENTEENTH_(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, count, ...) count

#define PVM_NAME_(name, ...) name

// The parameter list as a prototype has it.
#define PVM_PARAMETERS_(...) PVM_JOIN_(PVM_PARAMETERS_, PVM_COUNT_(__VA_ARGS__))(__VA_ARGS__)
#define PVM_PARAMETERS_0(name) void
#define PVM_PARAMETERS_1(name, a) a
#define PVM_PARAMETERS_2(name, a, b) a, b
#define PVM_PARAMETERS_3(name, a, b, c) a, b, c
#define PVM_PARAMETERS_4(name, a, b, c, d) a, b, c, d
#define PVM_PARAMETERS_5(name, a, b, c, d, e) a, b, c, d, e
#define PVM_PARAMETERS_6(name, a, b, c, d, e, f) a, b, c, d, e, f
#define PVM_PARAMETERS_7(name, ...) __VA_ARGS__

// MARK: Checks

#define PVM_CHECK_SIGNATURE_(result, ...)                                                                                \
    PVM_CHECK_RESULT_(result, PVM_NAME_(__VA_ARGS__, ~))                                                                 \
    PVM_JOIN_(PVM_CHECK_, PVM_COUNT_(__VA_ARGS__))(__VA_ARGS__)

#define PVM_CHECK_0(f)
#define PVM_CHECK_1(f, a) PVM_CHECK_PARAMETER_(f, a)
#define PVM_CHECK_2(f, a, b) PVM_CHECK_1(f, a) PVM_CHECK_PARAMETER_(f, b)
#define PVM_CHECK_3(f, a, b, c) PVM_CHECK_2(f, a, b) PVM_CHECK_PARAMETER_(f, c)
#define PVM_CHECK_4(f, a, b, c, d) PVM_CHECK_3(f, a, b, c) PVM_CHECK_PARAMETER_(f, d)
#define PVM_CHECK_5(f, a, b, c, d, e) PVM_CHECK_4(f, a, b, c, d) PVM_CHECK_PARAMETER_(f, e)
#define PVM_CHECK_6(f, a, b, c, d, e, g) PVM_CHECK_5(f, a, b, c, d, e) PVM_CHECK_PARAMETER_(f, g)
#define PVM_CHECK_7(f, ...) _Static_assert(0, #f ": six parameters at most reach the other side, in one register each");

// A parameter's type shows only through the type of a function that takes it. Zero of an enumeration converts to every
// integer, pointer and enum; not to a struct, and the compiler's message then names the enumeration.
enum pvm_parameter_must_be_integer_bool_pointer_or_enum { pvm_zero_ };

#define PVM_CHECK_PARAMETER_(f, parameter)                                                                               \
    _Static_assert(                                                                                                      \
        sizeof(((char (*)(parameter))0)((enum pvm_parameter_must_be_integer_bool_pointer_or_enum)0)) == 1, "");          \
    _Static_assert(                                                                                                      \
        !PVM_IS_FLOAT_(char (*)(parameter), PVM_TAKING_),                                                                \
        #f ": a parameter must be an integer, bool, pointer or enum, not: " #parameter);                                 \
    _Static_assert(                                                                                                      \
        !PVM_IS_WIDE_(char (*)(parameter), PVM_TAKING_),                                                                 \
        #f ": a parameter must fit in one 64-bit register, unlike: " #parameter);

#define PVM_CHECK_RESULT_(result, f) PVM_CHECK_RESULT_NOW_(result, f)
#define PVM_CHECK_RESULT_NOW_(result, f)                                                                                 \
    _Static_assert(                                                                                                      \
        !PVM_IS_FLOAT_(result, PVM_ITSELF_),                                                                             \
        #f ": the result must be an integer, bool, pointer, enum or struct of two registers, not: " #result);            \
    _Static_assert(PVM_RESULT_REGISTERS_(result) <= 2, #f ": the result must fit in two 64-bit registers: " #result);

#define PVM_ITSELF_(type) type
#define PVM_TAKING_(type) char (*)(type)
#define PVM_SAME_(left, right) __builtin_types_compatible_p(left, right)
#define PVM_IS_FLOAT_(type, form)                                                                                        \
    (PVM_SAME_(type, form(float)) || PVM_SAME_(type, form(double)) || PVM_SAME_(type, form(long double)) ||              \
     PVM_SAME_(type, form(_Float16)) || PVM_SAME_(type, form(_Complex float)) || PVM_SAME_(type, form(_Complex double)))
#define PVM_IS_WIDE_(type, form) (PVM_SAME_(type, form(__int128)) || PVM_SAME_(type, form(unsigned __int128)))

// 0 for void, else how many registers the result fills. A call stands for the result, since void itself has no size.
#define PVM_RESULT_REGISTERS_(result)                                                                                    \
    (PVM_SAME_(result, void)                                                                                             \
         ? 0                                                                                                             \
         : (sizeof(__typeof__(__builtin_choose_expr(PVM_SAME_(result, void), 0, ((result(*)(void))0)()))) + 7) / 8)

// Whether a parameter takes less than its register.
#define PVM_ANY_NARROW_0(f) 0
#define PVM_ANY_NARROW_1(f, a) PVM_IS_NARROW_(char (*)(a), PVM_TAKING_)
#define PVM_ANY_NARROW_2(f, a, b) (PVM_ANY_NARROW_1(f, a) || PVM_ANY_NARROW_1(f, b))
#define PVM_ANY_NARROW_3(f, a, b, c) (PVM_ANY_NARROW_2(f, a, b) || PVM_ANY_NARROW_1(f, c))
#define PVM_ANY_NARROW_4(f, a, b, c, d) (PVM_ANY_NARROW_3(f, a, b, c) || PVM_ANY_NARROW_1(f, d))
#define PVM_ANY_NARROW_5(f, a, b, c, d, e) (PVM_ANY_NARROW_4(f, a, b, c, d) || PVM_ANY_NARROW_1(f, e))
#define PVM_ANY_NARROW_6(f, a, b, c, d, e, g) (PVM_ANY_NARROW_5(f, a, b, c, d, e) || PVM_ANY_NARROW_1(f, g))
#define PVM_ANY_NARROW_7(f, ...) 0
#define PVM_IS_NARROW_(type, form)                                                                                       \
    (PVM_SAME_(type, form(_Bool)) || PVM_SAME_(type, form(char)) || PVM_SAME_(type, form(signed char)) ||                \
     PVM_SAME_(type, form(unsigned char)) || PVM_SAME_(type, form(short)) || PVM_SAME_(type, form(unsigned short)) ||    \
     PVM_SAME_(type, form(int)) || PVM_SAME_(type, form(unsigned)))

// As many registers, and the arguments that they are.
#define PVM_REGISTERS_0 void
#define PVM_REGISTERS_1 uint64_t a
#define PVM_REGISTERS_2 PVM_REGISTERS_1, uint64_t b
#define PVM_REGISTERS_3 PVM_REGISTERS_2, uint64_t c
#define PVM_REGISTERS_4 PVM_REGISTERS_3, uint64_t d
#define PVM_REGISTERS_5 PVM_REGISTERS_4, uint64_t e
#define PVM_REGISTERS_6 PVM_REGISTERS_5, uint64_t g
#define PVM_REGISTERS_7 PVM_REGISTERS_6
#define PVM_ARGUMENTS_0
#define PVM_ARGUMENTS_1 a
#define PVM_ARGUMENTS_2 a, b
#define PVM_ARGUMENTS_3 a, b, c
#define PVM_ARGUMENTS_4 a, b, c, d
#define PVM_ARGUMENTS_5 a, b, c, d, e
#define PVM_ARGUMENTS_6 a, b, c, d, e, g
#define PVM_ARGUMENTS_7 a, b, c, d, e, g

// How a result in a register is to be extended, for the assembler: 1 to 4 bytes and halves, with and without sign; 5 words.
#define PVM_EXTENSION_(result)                                                                                           \
    (PVM_SAME_(result, _Bool) || PVM_SAME_(result, char) || PVM_SAME_(result, unsigned char) ? 1                         \
     : PVM_SAME_(result, signed char)                                                        ? 2                         \
     : PVM_SAME_(result, short)                                                              ? 3                         \
     : PVM_SAME_(result, unsigned short)                                                     ? 4                         \
     : PVM_SAME_(result, void)                                                               ? 0                         \
     : sizeof(__typeof__(__builtin_choose_expr(PVM_SAME_(result, void), 0ull, ((result(*)(void))0)()))) == 4 ? 5 : 0)

// MARK: Functions and their records

#if PVM_GUEST

// Describes a function. Unaligned, as the format has it.
struct __attribute__((packed)) pvm_metadata_ {
    uint8_t version;
    uint32_t flags;
    uint32_t name_length;
    const char *name;
    uint8_t input_registers;
    uint8_t output_registers;
};

// The same with a number, for imports.
struct __attribute__((packed)) pvm_numbered_metadata_ {
    struct pvm_metadata_ base;
    uint8_t has_number;
    uint32_t number;
};

// A record together with the name that it points to, so that the name too is in a section that is not loaded.
#define PVM_METADATA_(id, type, spelling, ...)                                                                           \
    static const struct __attribute__((packed)) {                                                                        \
        struct type record;                                                                                              \
        char name[sizeof spelling];                                                                                      \
    } id __attribute__((section(".polkavm_metadata"), aligned(1))) = {__VA_ARGS__, spelling};

// What the host calls in place of a function with a parameter of less than 64 bits: takes whole registers. The C convention
// has such a parameter extended to its register, 32 bits by their sign even if they have none, and compilers rely on it; hosts
// put there what they have, mostly extended by zeros.
#define PVM_ENTRY_(result, f, count)                                                                                     \
    _Pragma("clang diagnostic push")                                                                                     \
    _Pragma("clang diagnostic ignored \"-Wint-conversion\"")                                                             \
    _Pragma("clang diagnostic ignored \"-Wpedantic\"")                                                                   \
    static __attribute__((unused)) result pvm_entry_##f(PVM_JOIN_(PVM_REGISTERS_, count)) {                              \
        return f(PVM_JOIN_(PVM_ARGUMENTS_, count));                                                                      \
    }                                                                                                                    \
    _Pragma("clang diagnostic pop")

#define PVM_EXPORT_(result, f, count, narrow, ...) PVM_EXPORT_NOW_(result, f, count, narrow, __VA_ARGS__)
#define PVM_EXPORT_NOW_(result, f, count, narrow, ...)                                                                   \
    result f(__VA_ARGS__);                                                                                               \
    PVM_ENTRY_(result, f, count)                                                                                         \
    PVM_METADATA_(                                                                                                       \
        pvm_export_metadata_##f, pvm_metadata_, #f,                                                                      \
        {1, 0, sizeof #f - 1, pvm_export_metadata_##f.name, count, PVM_RESULT_REGISTERS_(result)})                       \
    static const struct __attribute__((packed)) {                                                                        \
        uint8_t version;                                                                                                 \
        const void *metadata;                                                                                            \
        const void *function;                                                                                            \
    } pvm_export_##f __attribute__((section(".polkavm_exports"), aligned(1), used, retain)) = {                          \
        1, &pvm_export_metadata_##f,                                                                                     \
        __builtin_choose_expr(narrow, (const void *)pvm_entry_##f, (const void *)f)};                                    \
    result f(__VA_ARGS__)

#define PVM_IMPORT_BY_NAME_(symbol, result, f, count, ...)                                                               \
    PVM_IMPORT_BY_NAME_NOW_(symbol, result, f, count, __VA_ARGS__)
#define PVM_IMPORT_BY_NAME_NOW_(symbol, result, f, count, ...)                                                           \
    PVM_METADATA_(                                                                                                       \
        pvm_import_metadata_##f, pvm_metadata_, symbol,                                                                  \
        {1, 0, sizeof symbol - 1, pvm_import_metadata_##f.name, count, PVM_RESULT_REGISTERS_(result)})                   \
    PVM_IMPORT_STUB_(result, f, __VA_ARGS__)

// Tests run where there is a console besides, which has names, and names and numbers do not go together.
#if PVM_TESTING
#define PVM_IMPORT_BY_NUMBER_(number, symbol, result, f, count, ...)                                                     \
    PVM_IMPORT_BY_NAME_(symbol, result, f, count, __VA_ARGS__)
#else
#define PVM_IMPORT_BY_NUMBER_(number, symbol, result, f, count, ...)                                                     \
    PVM_IMPORT_BY_NUMBER_NOW_(number, symbol, result, f, count, __VA_ARGS__)
#endif
#define PVM_IMPORT_BY_NUMBER_NOW_(number, symbol, result, f, count, ...)                                                 \
    _Static_assert((number) >= 0 && (number) < 0xffffffff, #f ": the import's number must be below 0xffffffff");         \
    PVM_METADATA_(                                                                                                       \
        pvm_import_metadata_##f, pvm_numbered_metadata_, symbol,                                                         \
        {{2, 0, sizeof symbol - 1, pvm_import_metadata_##f.name, count, PVM_RESULT_REGISTERS_(result)}, 1, number})      \
    PVM_IMPORT_STUB_(result, f, __VA_ARGS__)

// An import's body: the host-call instruction with the address of the record behind it, and what extends a small result as the
// C convention has it, whatever the host left above it. Static, and so are the records, so
// that files that share a header may all have it; what a file does not call leaves no trace in it.
#define PVM_IMPORT_STUB_(result, f, ...)                                                                                 \
    _Pragma("clang diagnostic push")                                                                                     \
    _Pragma("clang diagnostic ignored \"-Wunused-parameter\"")                                                           \
    _Pragma("clang diagnostic ignored \"-Wc23-extensions\"")                                                             \
    static __attribute__((naked, noinline, unused)) result f(__VA_ARGS__) {                                              \
        __asm__ volatile(                                                                                                \
            ".word 0x0000000b\n.quad %0\n"                                                                               \
            ".if %c1 == 1\nandi a0, a0, 255\n.elseif %c1 == 2\nsext.b a0, a0\n.elseif %c1 == 3\nsext.h a0, a0\n"         \
            ".elseif %c1 == 4\nzext.h a0, a0\n.elseif %c1 == 5\nsext.w a0, a0\n.endif\nret"                              \
            :                                                                                                            \
            : "i"(&pvm_import_metadata_##f), "i"(PVM_EXTENSION_(result))                                                 \
            : "memory");                                                                                                 \
    }                                                                                                                    \
    _Pragma("clang diagnostic pop")                                                                                      \
    _Static_assert(1, "")

#define PVM_HEAP_(bytes)                                                                                                 \
    unsigned char pvm_heap_area[bytes] __attribute__((aligned(16)));                                                     \
    const size_t pvm_heap_size = (bytes)
extern unsigned char pvm_heap_area[];
extern const size_t pvm_heap_size;

#define PVM_MIN_STACK_(bytes, id) PVM_MIN_STACK_NOW_(bytes, id)
#define PVM_MIN_STACK_NOW_(bytes, id)                                                                                    \
    static const uint32_t pvm_min_stack_##id __attribute__((section(".polkavm_min_stack_size"), used, retain)) = (bytes)

#else

#define PVM_EXPORT_(result, f, count, narrow, ...) PVM_FUNCTION_(result, f, __VA_ARGS__); PVM_FUNCTION_(result, f, __VA_ARGS__)
#define PVM_IMPORT_BY_NAME_(symbol, result, f, count, ...) PVM_FUNCTION_(result, f, __VA_ARGS__)
#define PVM_IMPORT_BY_NUMBER_(number, symbol, result, f, count, ...) PVM_FUNCTION_(result, f, __VA_ARGS__)
#define PVM_FUNCTION_(result, f, ...) result f(__VA_ARGS__)
#define PVM_HEAP_(bytes) _Static_assert(1, "")
#define PVM_MIN_STACK_(bytes, id) _Static_assert(1, "")

#endif

// MARK: Console

// Declares pvm_console_write, or one that does nothing.
#include <pvm_console.h>

#if PVM_CONSOLE
#define PVM_ASSERTION_FAILED_(condition, line)                                                                           \
    pvm_assertion_failed_(__FILE__ ":" line ": assertion failed: " condition "\n",                                       \
        sizeof(__FILE__ ":" line ": assertion failed: " condition "\n") - 1)
static __attribute__((cold, noinline, noreturn, unused)) void pvm_assertion_failed_(const char *text, size_t length) {
    pvm_console_write(text, length, 2);
    PVM_TRAP();
}
#else
#define PVM_ASSERTION_FAILED_(condition, line) PVM_TRAP()
#endif

#endif
