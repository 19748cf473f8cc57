// getScalarName: the name of a scalar, such as GREEK SMALL LETTER ALPHA.
//
// Names are sequences of words, and each word is stored once:
//
//     name_blocks        a number for every 128 scalars, 0xffff if none of them has a name
//     name_starts        128 entries per numbered block: where in `names` the scalar's name begins, 0 if it has none. Names lie
//                        in the order of these entries, so a name ends where the next begins; that of the first scalar that
//                        has one, SPACE, begins at 0 and must be told from "none"
//     names              the words' numbers. Below 255 a number is one byte; otherwise a byte 255, then two bytes, low first
//     name_word_starts   by number: where in `name_words` the word begins
//     name_words         the letters, in ASCII. The last of each word has its high bit set
//
// Control characters, ideographs and Hangul syllables have none here: Swift knows how they are called.

#include "unicode.h"

#include <stdbool.h>

enum { NO_BLOCK = 0xffff, LONG_NUMBER = 0xff, LAST_LETTER = 0x80 };

// Where the name of an entry ends.
static uint32_t name_end(uint32_t entry) {
    while (++entry < PVM_COUNT_OF(pvm_unicode_name_starts))
        if (pvm_unicode_name_starts[entry])
            return pvm_unicode_name_starts[entry];
    return PVM_COUNT_OF(pvm_unicode_names);
}

// Writes the name, or as much of it as there is room for, without a zero behind it. Returns how many bytes these are; 0 if
// there is no name.
intptr_t _swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity) {
    if (scalar > PVM_LAST_SCALAR)
        return 0;
    const uint32_t block = pvm_unicode_name_blocks[scalar / 128];
    if (block == NO_BLOCK)
        return 0;
    const uint32_t entry = block * 128 + scalar % 128;
    uint32_t next = pvm_unicode_name_starts[entry];
    if (next == 0 && scalar != ' ')
        return 0;

    const uint32_t end = name_end(entry);
    intptr_t length = 0;
    while (next < end) {
        uint32_t number = pvm_unicode_names[next++];
        if (number == LONG_NUMBER) {
            number = pvm_unicode_names[next] | pvm_unicode_names[next + 1] << 8;
            next += 2;
        }
        const uint8_t *letter = &pvm_unicode_name_words[pvm_unicode_name_word_starts[number]];
        bool last;
        do {
            if (length >= capacity)
                return length;
            last = *letter & LAST_LETTER;
            buffer[length++] = *letter++ & ~LAST_LETTER;
        } while (!last);
        if (next < end) {
            if (length >= capacity)
                return length;
            buffer[length++] = ' ';
        }
    }
    return length;
}
