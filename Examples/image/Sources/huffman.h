// Codes for symbols, shorter for those that are more frequent.

#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stdint.h>

// The largest alphabet of deflate: bytes, lengths, and the end of a block.
enum { MOST_CODES = 286 };

typedef struct {
    uint8_t length[MOST_CODES];
    uint16_t code[MOST_CODES];  // its bits, the lowest first, in the order in which they are written
} code_table;

// Makes codes of at most `limit` bits for symbols of some frequencies, which it may change; 0 is that of an unused one.
void make_codes(uint32_t *frequencies, unsigned count, unsigned limit, code_table *table);

#endif
