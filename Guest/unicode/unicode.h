// Unicode data for Swift's strings: what of it can not be taken from Swift as it is.
//
// Swift comes with an archive of tables and the functions that read them. toolchain/build-unicode takes the tables and most of
// the functions from there. Nine use registers that a guest does not have and are written here anew, from the layout of the
// tables, which each file describes; two are given another result (zero_extended.c). The names, parameters and results are
// those that Swift's library calls.
//
// Scalars are any 32-bit number here: what is no Unicode scalar has no properties.

#ifndef PVM_UNICODE_H
#define PVM_UNICODE_H

#include <stdint.h>

// MARK: What Swift calls

intptr_t _swift_stdlib_getScalarBitArrayIdx(uint32_t scalar, const uint64_t *array, const uint16_t *ranks);
intptr_t _swift_stdlib_getMphIdx(
    uint32_t scalar, intptr_t level_count, const uint64_t *const *keys, const uint16_t *const *ranks,
    const uint16_t *sizes);

uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t scalar);
uint16_t _swift_stdlib_getAge(uint32_t scalar);
uint64_t _swift_stdlib_getBinaryProperties(uint32_t scalar);
uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar);
uint8_t _swift_stdlib_getNumericType(uint32_t scalar);
uint8_t _swift_stdlib_getScript(uint32_t scalar);
intptr_t _swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity);

uint64_t _swift_stdlib_getComposition(uint32_t first, uint32_t second);
uint64_t _swift_stdlib_getDecompositionEntry(uint32_t scalar);

// MARK: Swift's tables
//
// build-unicode makes them visible under these names, and defines the number of bytes of each, SIZEOF_pvm_unicode_…: the
// functions that knew it are those that are gone.

#define PVM_UNICODE_TABLE(element, name) extern const element name[SIZEOF_##name / sizeof(element)]

PVM_UNICODE_TABLE(uint32_t, pvm_unicode_grapheme_breaks);
PVM_UNICODE_TABLE(uint64_t, pvm_unicode_ages);
PVM_UNICODE_TABLE(uint16_t, pvm_unicode_age_values);
PVM_UNICODE_TABLE(uint32_t, pvm_unicode_binary_properties);
PVM_UNICODE_TABLE(uint64_t, pvm_unicode_binary_property_values);
PVM_UNICODE_TABLE(uint64_t, pvm_unicode_general_categories);
PVM_UNICODE_TABLE(uint32_t, pvm_unicode_numeric_types);
PVM_UNICODE_TABLE(uint32_t, pvm_unicode_scripts);
PVM_UNICODE_TABLE(uint16_t, pvm_unicode_name_blocks);
PVM_UNICODE_TABLE(uint32_t, pvm_unicode_name_starts);
PVM_UNICODE_TABLE(uint8_t, pvm_unicode_names);
PVM_UNICODE_TABLE(uint32_t, pvm_unicode_name_word_starts);
PVM_UNICODE_TABLE(uint8_t, pvm_unicode_name_words);

#define PVM_COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

// MARK: What entries of several tables share

enum { PVM_LAST_SCALAR = 0x10ffff };

// The scalar is in the low 21 bits of an entry, whatever is above.
static inline uint32_t pvm_entry_scalar(uint64_t entry) { return entry & 0x1fffff; }

#endif
