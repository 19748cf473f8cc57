// Age, general category, numeric type, script and binary properties of a scalar.
//
// Each table has an entry for every range of scalars that agree, in ascending order. All have the first scalar of the range in
// bits 0 ... 20; the rest differs:
//
//                            bits 21 and up                              the range ends
//     ages                   8 bits: index into age_values               as many further on as bits 32 ... 63 say
//     general_categories     8 bits: the category                        as many further on as bits 32 ... 63 say
//     numeric_types          8 bits, then 3 bits: the type               as many further on as bits 21 ... 28 say
//     scripts                8 bits: the script                          before the next entry, the last at the last scalar
//     binary_properties      11 bits: index into binary_property_values  before the next entry, the last at the last scalar

#include "unicode.h"

// What Swift takes for "none".
enum { NO_PROPERTY = 0xff, NO_AGE = 0xffff, NO_BINARY_PROPERTIES = 0 };

// The index of the last entry that begins at the scalar or before it; -1 if there is none.
static inline intptr_t range_from(const void *table, uint32_t count, uint32_t bytes_per_entry, uint32_t scalar) {
    uint32_t low = 0, high = count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        // The low half of entries of 64 bits.
        uint32_t entry;
        __builtin_memcpy(&entry, (const char *)table + middle * bytes_per_entry, sizeof entry);
        if (pvm_entry_scalar(entry) <= scalar)
            low = middle + 1;
        else
            high = middle;
    }
    return (intptr_t)low - 1;
}

#define RANGE_FROM(table, scalar) range_from(table, PVM_COUNT_OF(table), sizeof(table)[0], scalar)

uint16_t _swift_stdlib_getAge(uint32_t scalar) {
    const intptr_t i = RANGE_FROM(pvm_unicode_ages, scalar);
    if (i < 0)
        return NO_AGE;
    const uint64_t entry = pvm_unicode_ages[i];
    return scalar - pvm_entry_scalar(entry) <= entry >> 32 ? pvm_unicode_age_values[entry >> 21 & 0xff] : NO_AGE;
}

uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar) {
    const intptr_t i = RANGE_FROM(pvm_unicode_general_categories, scalar);
    if (i < 0)
        return NO_PROPERTY;
    const uint64_t entry = pvm_unicode_general_categories[i];
    return scalar - pvm_entry_scalar(entry) <= entry >> 32 ? entry >> 21 & 0xff : NO_PROPERTY;
}

uint8_t _swift_stdlib_getNumericType(uint32_t scalar) {
    const intptr_t i = RANGE_FROM(pvm_unicode_numeric_types, scalar);
    if (i < 0)
        return NO_PROPERTY;
    const uint32_t entry = pvm_unicode_numeric_types[i];
    return scalar - pvm_entry_scalar(entry) <= (entry >> 21 & 0xff) ? entry >> 29 : NO_PROPERTY;
}

uint8_t _swift_stdlib_getScript(uint32_t scalar) {
    const intptr_t i = RANGE_FROM(pvm_unicode_scripts, scalar);
    return i < 0 || scalar > PVM_LAST_SCALAR ? NO_PROPERTY : pvm_unicode_scripts[i] >> 21 & 0xff;
}

uint64_t _swift_stdlib_getBinaryProperties(uint32_t scalar) {
    const intptr_t i = RANGE_FROM(pvm_unicode_binary_properties, scalar);
    if (i < 0 || scalar > PVM_LAST_SCALAR)
        return NO_BINARY_PROPERTIES;
    return pvm_unicode_binary_property_values[pvm_unicode_binary_properties[i] >> 21];
}
