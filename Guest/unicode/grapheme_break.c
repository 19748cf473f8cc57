// getGraphemeBreakProperty: how a scalar takes part in dividing text into characters.
//
// The ranges of scalars that have a property are in a binary search tree without pointers: the children of entry i are 2i and
// 2i + 1, the root is entry 1, and entry 0 is not used. An entry:
//
//     bits 0 ... 20      first scalar
//     bits 21 ... 28     how many follow it
//     bits 29 ... 31     the property. 5 stands for long ranges, and its lowest bit is also the ninth of the number

#include "unicode.h"

enum { LONG_RANGE = 5, NO_PROPERTY = 0xff };

uint8_t _swift_stdlib_getGraphemeBreakProperty(uint32_t scalar) {
    for (uint32_t i = 1; i < PVM_COUNT_OF(pvm_unicode_grapheme_breaks);) {
        const uint32_t entry = pvm_unicode_grapheme_breaks[i];
        const uint32_t first = pvm_entry_scalar(entry), property = entry >> 29;
        i *= 2;
        if (scalar < first)
            continue;
        if (scalar - first <= (entry >> 21 & (property == LONG_RANGE ? 0x1ff : 0xff)))
            return property;
        i++;
    }
    return NO_PROPERTY;
}
