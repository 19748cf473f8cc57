// What every function of the Unicode library says of every scalar, folded to one number for a range of scalars.
//
// Built twice: as a guest with our library, where each export is called, and natively with the library that Swift has for this
// computer, where `main` prints the same numbers. Tests/ChainTests/UnicodeTests.swift compares them.

#include <pvm.h>

// MARK: The library

uint16_t _swift_stdlib_getAge(uint32_t scalar);
uint64_t _swift_stdlib_getBinaryProperties(uint32_t scalar);
uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar);
uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t scalar);
intptr_t _swift_stdlib_getMphIdx(
    uint32_t scalar, intptr_t level_count, const uint64_t *const *keys, const uint16_t *const *ranks,
    const uint16_t *sizes);
uint8_t _swift_stdlib_getNumericType(uint32_t scalar);
intptr_t _swift_stdlib_getScalarBitArrayIdx(uint32_t scalar, const uint64_t *array, const uint16_t *ranks);
intptr_t _swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity);
uint8_t _swift_stdlib_getScript(uint32_t scalar);

void _swift_stdlib_getCaseMapping(uint32_t scalar, uint32_t *result);
int32_t _swift_stdlib_getMapping(uint32_t scalar, uint8_t mapping);
const char *_swift_stdlib_getNameAlias(uint32_t scalar);
uint16_t _swift_stdlib_getNormData(uint32_t scalar);
double _swift_stdlib_getNumericValue(uint32_t scalar);
const uint8_t *_swift_stdlib_getScriptExtensions(uint32_t scalar, uint8_t *count);
const uint8_t *_swift_stdlib_getSpecialMapping(uint32_t scalar, uint8_t mapping, intptr_t *count);
uint8_t _swift_stdlib_getWordBreakProperty(uint32_t scalar);
bool _swift_stdlib_isExtendedPictographic(uint32_t scalar);
bool _swift_stdlib_isInCB_Consonant(uint32_t scalar);
#if PVM_GUEST
// All 64 bits of the register count: the upper ones must be zeros (Guest/unicode/zero_extended.c).
typedef uint64_t unsigned_result;
#else
typedef uint32_t unsigned_result;
#endif
unsigned_result _swift_stdlib_getComposition(uint32_t first, uint32_t second);
unsigned_result _swift_stdlib_getDecompositionEntry(uint32_t scalar);
extern const uint8_t *const _swift_stdlib_nfd_decompositions;

// MARK: Folding answers

static uint64_t mix(uint64_t sum, uint64_t value) {
    const uint64_t product = (sum ^ value) * 0x9e3779b97f4a7c15;
    return product ^ product >> 29;
}

static uint64_t fold(uint64_t sum, const uint8_t *bytes, intptr_t count) {
    sum = mix(sum, count);
    for (intptr_t i = 0; i < count; i++)
        sum = mix(sum, bytes[i]);
    return sum;
}

static uint64_t name(uint32_t scalar, intptr_t capacity) {
    // Swift's own function reads beyond its tables for what is no scalar; ours says that there is no name.
    if (!PVM_GUEST && scalar > 0x10ffff)
        return fold(0, 0, 0);
    uint8_t buffer[128];
    const intptr_t count = _swift_stdlib_getScalarName(scalar, buffer, capacity);
    return fold(0, buffer, count);
}

static uint64_t alias(uint32_t scalar) {
    const char *text = _swift_stdlib_getNameAlias(scalar);
    if (!text)
        return 0;
    intptr_t count = 0;
    while (text[count])
        count++;
    return fold(1, (const uint8_t *)text, count);
}

static uint64_t case_mapping(uint32_t scalar) {
    uint32_t result[4] = { 0 };
    _swift_stdlib_getCaseMapping(scalar, result);
    return mix(mix(mix(0, result[0]), result[1]), result[2]);
}

static uint64_t mapping(uint32_t scalar) {
    uint64_t sum = 0;
    for (int kind = 0; kind < 4; kind++)
        sum = mix(sum, _swift_stdlib_getMapping(scalar, kind));
    return sum;
}

static uint64_t special_mapping(uint32_t scalar) {
    uint64_t sum = 0;
    for (int kind = 0; kind < 3; kind++) {
        intptr_t count = 0;
        const uint8_t *bytes = _swift_stdlib_getSpecialMapping(scalar, kind, &count);
        sum = bytes ? fold(sum + 1, bytes, count) : mix(sum, 0);
    }
    return sum;
}

static uint64_t script_extensions(uint32_t scalar) {
    uint8_t count = 0;
    const uint8_t *scripts = _swift_stdlib_getScriptExtensions(scalar, &count);
    return scripts ? fold(1, scripts, count) : 0;
}

static uint64_t numeric_value(uint32_t scalar) {
    const double value = _swift_stdlib_getNumericValue(scalar);
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

// An entry: the scalar whose it is in the low 18 bits, above them where its decomposition is, a length and then UTF-8.
static uint64_t decomposition(uint32_t scalar) {
    const uint64_t entry = _swift_stdlib_getDecompositionEntry(scalar);
    if ((entry & 0x3ffff) != scalar)
        return entry;
    const uint8_t *bytes = _swift_stdlib_nfd_decompositions + (entry >> 18);
    return fold(entry, bytes + 1, bytes[0]);
}

// The scalar as the first of a pair, with marks of several scripts and Hangul as the second.
static uint64_t composition_of_first(uint32_t scalar) {
    static const uint16_t seconds[] = { 0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308, 0x30c, 0x323, 0x328,
                                        0x338, 0x345, 0x653, 0x9bc, 0xbbe, 0x1161, 0x11a8, 0x3099, 0x309a };
    uint64_t sum = 0;
    for (uint32_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
        sum = mix(sum, _swift_stdlib_getComposition(scalar, seconds[i]));
    return sum;
}

static uint64_t composition_of_second(uint32_t scalar) {
    static const uint32_t firsts[] = { 'A', 'o', 0x3b1, 0x627, 0x9c7, 0x1025, 0x1100, 0x304b, 0xac00, 0x11099, 0x11131 };
    uint64_t sum = 0;
    for (uint32_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
        sum = mix(sum, _swift_stdlib_getComposition(firsts[i], scalar));
    return sum;
}

// MARK: Tables that Swift does not have
//
// The two functions that number scalars take tables from their callers. Swift's are known well by now; these have what those may
// lack: few words, many levels of odd sizes, numbers that overflow 16 bits.

static uint64_t next_random(void) {
    static uint64_t state;
    uint64_t word = state += 0x9e3779b97f4a7c15;
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    return word ^ word >> 31;
}

enum { SET_WORDS = 40, LEVELS = 6, LEVEL_WORDS = 1024 };

static struct {
    bool done;
    uint64_t set[1 + SET_WORDS + SET_WORDS * 64 * 5];
    uint16_t set_ranks[SET_WORDS + SET_WORDS * 64 * 5];
    uint64_t keys[LEVELS][LEVEL_WORDS];
    uint16_t key_ranks[LEVELS][LEVEL_WORDS / 8];
    const uint64_t *level_keys[LEVELS];
    const uint16_t *level_ranks[LEVELS];
} tables;

static const uint16_t level_sizes[LEVELS] = { 2081, 1, 64, 65535, 512, 7 };

static void make_tables(void) {
    if (tables.done)
        return;
    tables.done = true;
    tables.set[0] = SET_WORDS;
    uint32_t blocks = 0;
    for (int i = 0; i < SET_WORDS; i++) {
        tables.set[1 + i] = next_random();
        tables.set_ranks[i] = blocks;
        blocks += __builtin_popcountll(tables.set[1 + i]);
    }
    for (uint32_t i = SET_WORDS; i < SET_WORDS + blocks * 5; i++) {
        tables.set[1 + i] = next_random();
        tables.set_ranks[i] = next_random();
    }
    for (int level = 0; level < LEVELS; level++) {
        tables.level_keys[level] = tables.keys[level];
        tables.level_ranks[level] = tables.key_ranks[level];
        // Few bits, so that scalars get to the last level.
        for (int i = 0; i < LEVEL_WORDS; i++)
            tables.keys[level][i] = next_random() & next_random();
        for (int i = 0; i < LEVEL_WORDS / 8; i++)
            tables.key_ranks[level][i] = next_random();
    }
}

static uint64_t bit_array(uint32_t scalar) {
    make_tables();
    return _swift_stdlib_getScalarBitArrayIdx(scalar, tables.set, tables.set_ranks);
}

static uint64_t perfect_hash(uint32_t scalar) {
    make_tables();
    return _swift_stdlib_getMphIdx(scalar, scalar % (LEVELS + 1), tables.level_keys, tables.level_ranks, level_sizes);
}

// MARK: Ranges

#define FUNCTIONS(F)                                                                                                         \
    F(getAge, _swift_stdlib_getAge(scalar))                                                                                  \
    F(getBinaryProperties, _swift_stdlib_getBinaryProperties(scalar))                                                        \
    F(getGeneralCategory, _swift_stdlib_getGeneralCategory(scalar))                                                          \
    F(getGraphemeBreakProperty, _swift_stdlib_getGraphemeBreakProperty(scalar))                                              \
    F(getMphIdx, perfect_hash(scalar))                                                                                       \
    F(getNumericType, _swift_stdlib_getNumericType(scalar))                                                                  \
    F(getScalarBitArrayIdx, bit_array(scalar))                                                                               \
    F(getScalarName, name(scalar, 128))                                                                                      \
    F(getScalarName_cut, name(scalar, scalar % 32))                                                                          \
    F(getScript, _swift_stdlib_getScript(scalar))                                                                            \
    F(getCaseMapping, case_mapping(scalar))                                                                                  \
    F(getComposition_first, composition_of_first(scalar))                                                                    \
    F(getComposition_second, composition_of_second(scalar))                                                                  \
    F(getDecompositionEntry, decomposition(scalar))                                                                          \
    F(getMapping, mapping(scalar))                                                                                           \
    F(getNameAlias, alias(scalar))                                                                                           \
    F(getNormData, _swift_stdlib_getNormData(scalar))                                                                        \
    F(getNumericValue, numeric_value(scalar))                                                                                \
    F(getScriptExtensions, script_extensions(scalar))                                                                        \
    F(getSpecialMapping, special_mapping(scalar))                                                                            \
    F(getWordBreakProperty, _swift_stdlib_getWordBreakProperty(scalar))                                                      \
    F(isExtendedPictographic, _swift_stdlib_isExtendedPictographic(scalar))                                                  \
    F(isInCB_Consonant, _swift_stdlib_isInCB_Consonant(scalar))

#define RANGE_OF(function, answer)                                                                                           \
    PVM_EXPORT(uint64_t, function, uint32_t first, uint32_t count) {                                                         \
        uint64_t sum = 0;                                                                                                    \
        for (uint32_t i = 0; i < count; i++) {                                                                               \
            const uint32_t scalar = first + i;                                                                               \
            sum = mix(sum, answer);                                                                                          \
        }                                                                                                                    \
        return sum;                                                                                                          \
    }

FUNCTIONS(RANGE_OF)

#if !PVM_GUEST
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint64_t (*call)(uint32_t, uint32_t);
} functions[] = {
#define ROW(function, answer) { #function, function },
    FUNCTIONS(ROW)
};

// scalars FUNCTION COUNT [FIRST TOTAL]...: a line for each COUNT of the TOTAL scalars from FIRST.
int main(int argc, char **argv) {
    const uint32_t count = strtoul(argv[2], 0, 0);
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++)
        for (int i = 3; !strcmp(functions[f].name, argv[1]) && i + 1 < argc; i += 2)
            for (uint32_t done = 0, total = strtoul(argv[i + 1], 0, 0); done < total; done += count)
                printf("%llu\n", (unsigned long long)functions[f].call(strtoul(argv[i], 0, 0) + done, count));
}
#endif
