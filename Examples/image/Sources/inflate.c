// A reader of zlib streams with one block that has codes of its own. It follows the text of RFC 1951, bit by bit, and
// shares nothing with the writer but the checksum.

#include "inflate.h"

#include "deflate.h"

typedef struct {
    const uint8_t *bytes;
    size_t count, bit;
} bit_reader;

static unsigned take_bit(bit_reader *reader) {
    const size_t at = reader->bit++;
    return at / 8 < reader->count ? reader->bytes[at / 8] >> (at % 8) & 1 : 0;
}

static unsigned take_bits(bit_reader *reader, unsigned count) {
    unsigned value = 0;
    for (unsigned index = 0; index < count; index++) value |= take_bit(reader) << index;
    return value;
}

// The next symbol of a code, given by the lengths of its words (3.2.2); -1 if there is none.
static int take_symbol(bit_reader *reader, const uint8_t *lengths, unsigned count) {
    unsigned word = 0, first = 0;
    for (unsigned length = 1; length <= 15; length++) {
        word = word << 1 | take_bit(reader);
        unsigned number = first;
        for (unsigned symbol = 0; symbol < count; symbol++) {
            if (lengths[symbol] == length && number++ == word) return symbol;
        }
        first = number << 1;
    }
    return -1;
}

static bool take_lengths(bit_reader *reader, uint8_t *lengths, unsigned count, unsigned order_count) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t code[19] = {0};
    for (unsigned index = 0; index < order_count; index++) code[order[index]] = take_bits(reader, 3);
    for (unsigned at = 0; at < count;) {
        const int symbol = take_symbol(reader, code, 19);
        if (symbol < 0 || (symbol == 16 && at == 0)) return false;
        if (symbol < 16) {
            lengths[at++] = symbol;
            continue;
        }
        const uint8_t length = symbol == 16 ? lengths[at - 1] : 0;
        unsigned run = symbol == 16   ? 3 + take_bits(reader, 2)
                       : symbol == 17 ? 3 + take_bits(reader, 3)
                                      : 11 + take_bits(reader, 7);
        if (at + run > count) return false;
        while (run-- > 0) lengths[at++] = length;
    }
    return true;
}

static bool holds_symbols(
    bit_reader *reader, const uint8_t *lengths, unsigned literal_count, unsigned distance_count,
    const uint8_t *bytes, size_t count) {
    static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                             31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                             2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static const uint16_t distance_base[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
                                               33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
                                               1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    size_t at = 0;
    while (reader->bit < reader->count * 8) {
        const int symbol = take_symbol(reader, lengths, literal_count);
        if (symbol == 256) return at == count;
        if (symbol < 0 || symbol > 285) return false;
        if (symbol < 256) {
            if (at == count || bytes[at++] != symbol) return false;
            continue;
        }
        size_t length = length_base[symbol - 257] + take_bits(reader, length_extra[symbol - 257]);
        const int code = take_symbol(reader, lengths + literal_count, distance_count);
        if (code < 0 || code > 29) return false;
        const size_t distance = distance_base[code] + take_bits(reader, code < 4 ? 0 : code / 2 - 1);
        if (distance > at || length > count - at) return false;
        for (; length > 0; length--, at++) {
            if (bytes[at] != bytes[at - distance]) return false;
        }
    }
    return false;
}

bool holds(const uint8_t *stream, size_t stream_count, const uint8_t *bytes, size_t count) {
    if (stream_count < 6 || (stream[0] & 15) != 8 || (stream[0] << 8 | stream[1]) % 31 != 0) return false;
    bit_reader reader = {stream + 2, stream_count - 6, 0};
    if (take_bits(&reader, 1) != 1 || take_bits(&reader, 2) != 2) return false;
    const unsigned literal_count = take_bits(&reader, 5) + 257, distance_count = take_bits(&reader, 5) + 1;
    const unsigned order_count = take_bits(&reader, 4) + 4;
    uint8_t lengths[288 + 32];
    if (!take_lengths(&reader, lengths, literal_count + distance_count, order_count)) return false;
    if (!holds_symbols(&reader, lengths, literal_count, distance_count, bytes, count)) return false;
    // The block ends in the last byte before the checksum.
    if ((reader.bit + 7) / 8 != reader.count) return false;
    uint32_t checksum = 0;
    for (size_t index = stream_count - 4; index < stream_count; index++) checksum = checksum << 8 | stream[index];
    return checksum == adler32(bytes, count);
}
