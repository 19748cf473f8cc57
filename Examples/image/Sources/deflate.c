// One block of deflate with codes made for its contents.
//
// Repetitions are found through a table of where three bytes were seen last, and the places where the same three were
// seen before that.

#include "deflate.h"

#include <pvm.h>
#include <stdlib.h>
#include <string.h>

#include "huffman.h"

// The tables of frequencies and codes.
PVM_MIN_STACK(32768);

enum {
    WINDOW = 32768,
    SHORTEST = 3,
    LONGEST = 258,
    MOST_TRIES = 32,
    HASH_BITS = 15,
    END_OF_BLOCK = 256,
    LITERAL_CODES = MOST_CODES,
    DISTANCE_CODES = 30,
    LENGTH_CODES = 19,  // the codes for the lengths of codes
};

// MARK: Bits

typedef struct {
    uint8_t *next;
    uint64_t bits;
    unsigned count;
} bit_writer;

static void put_bits(bit_writer *writer, uint32_t value, unsigned count) {
    writer->bits |= (uint64_t)value << writer->count;
    for (writer->count += count; writer->count >= 8; writer->count -= 8) {
        *writer->next++ = (uint8_t)writer->bits;
        writer->bits >>= 8;
    }
}

// MARK: Lengths and distances, and the extra bits that follow their codes

typedef struct {
    uint16_t code, extra_count, extra;
} coded;

static coded coded_length(unsigned length) {
    if (length == LONGEST) return (coded){285, 0, 0};
    if (length < 11) return (coded){254 + length, 0, 0};
    // From here on there are four codes for each number of extra bits.
    const unsigned value = length - SHORTEST, extra = 29 - __builtin_clz(value);
    return (coded){257 + 4 * extra + (value >> extra), extra, value & ((1u << extra) - 1)};
}

static coded coded_distance(unsigned distance) {
    const unsigned value = distance - 1;
    if (value < 4) return (coded){value, 0, 0};
    const unsigned extra = 30 - __builtin_clz(value);
    return (coded){2 * extra + (value >> extra), extra, value & ((1u << extra) - 1)};
}

// MARK: Finding repetitions

// A byte, or, if `distance` is not 0, `length` bytes that were there so far back.
typedef struct {
    uint16_t length, distance;
    uint8_t byte;
} symbol;

static symbol alone(uint8_t byte) { return (symbol){1, 0, byte}; }

static unsigned hash(const uint8_t *bytes) {
    return (bytes[0] | bytes[1] << 8 | (uint32_t)bytes[2] << 16) * 2654435761u >> (32 - HASH_BITS);
}

typedef struct {
    int32_t last[1 << HASH_BITS];  // where bytes of a hash were seen last, -1 if nowhere
    int32_t before[WINDOW];        // for a place, where the same hash was seen before it
} history;

static void remember(history *history, const uint8_t *bytes, size_t at, size_t count) {
    if (count - at < SHORTEST) return;
    int32_t *last = &history->last[hash(bytes + at)];
    history->before[at % WINDOW] = *last;
    *last = (int32_t)at;
}

static symbol longest_match(const history *history, const uint8_t *bytes, size_t at, size_t count) {
    if (at == count) return (symbol){0};
    symbol best = alone(bytes[at]);
    if (count - at < SHORTEST) return best;
    const size_t limit = count - at < LONGEST ? count - at : LONGEST;
    size_t best_length = SHORTEST - 1;
    int32_t place = history->last[hash(bytes + at)];
    for (int tries = 0; tries < MOST_TRIES && place >= 0 && at - place < WINDOW && best_length < limit; tries++) {
        size_t length = 0;
        while (length < limit && bytes[place + length] == bytes[at + length]) length++;
        if (length > best_length) {
            best_length = length;
            best = (symbol){length, at - place, bytes[at]};
        }
        place = history->before[place % WINDOW];
    }
    return best;
}

static size_t find_symbols(history *history, const uint8_t *bytes, size_t count, symbol *symbols) {
    memset(history->last, 0xff, sizeof history->last);
    size_t found = 0;
    for (size_t at = 0; at < count;) {
        symbol symbol = longest_match(history, bytes, at, count);
        remember(history, bytes, at, count);
        // Where the next byte begins a longer repetition, this one goes alone.
        if (symbol.distance && longest_match(history, bytes, at + 1, count).length > symbol.length) {
            symbol = alone(bytes[at]);
        }
        symbols[found++] = symbol;
        for (unsigned passed = 1; passed < symbol.length; passed++) remember(history, bytes, at + passed, count);
        at += symbol.length;
    }
    return found;
}

// MARK: The block

static void put_code(bit_writer *writer, const code_table *table, unsigned code) {
    put_bits(writer, table->code[code], table->length[code]);
}

// How many codes there are without the unused ones at the end.
static unsigned used_count(const code_table *table, unsigned count, unsigned least) {
    while (count > least && table->length[count - 1] == 0) count--;
    return count;
}

// The lengths of all codes, with runs shortened to the codes 16 to 18; repeats are in the upper byte.
static unsigned shorten_lengths(const uint8_t *lengths, unsigned count, uint16_t *output) {
    unsigned written = 0;
    for (unsigned at = 0; at < count;) {
        unsigned run = 1;
        while (at + run < count && lengths[at + run] == lengths[at]) run++;
        if (lengths[at] == 0 && run >= 3) {
            if (run > 138) run = 138;
            output[written++] = run < 11 ? 17 | (run - 3) << 8 : 18 | (run - 11) << 8;
        } else if (at > 0 && lengths[at] == lengths[at - 1] && run >= 3) {
            if (run > 6) run = 6;
            output[written++] = 16 | (run - 3) << 8;
        } else {
            output[written++] = lengths[at];
            run = 1;
        }
        at += run;
    }
    return written;
}

static void put_tables(bit_writer *writer, const code_table *literals, const code_table *distances) {
    static const uint8_t order[LENGTH_CODES] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    static const uint8_t extra[LENGTH_CODES] = {[16] = 2, [17] = 3, [18] = 7};
    const unsigned literal_count = used_count(literals, LITERAL_CODES, END_OF_BLOCK + 1);
    const unsigned distance_count = used_count(distances, DISTANCE_CODES, 1);
    uint8_t lengths[LITERAL_CODES + DISTANCE_CODES];
    memcpy(lengths, literals->length, literal_count);
    memcpy(lengths + literal_count, distances->length, distance_count);
    uint16_t shortened[LITERAL_CODES + DISTANCE_CODES];
    const unsigned count = shorten_lengths(lengths, literal_count + distance_count, shortened);

    uint32_t frequencies[LENGTH_CODES] = {0};
    for (unsigned index = 0; index < count; index++) frequencies[shortened[index] & 0xff]++;
    code_table table;
    make_codes(frequencies, LENGTH_CODES, 7, &table);
    unsigned order_count = LENGTH_CODES;
    while (order_count > 4 && table.length[order[order_count - 1]] == 0) order_count--;

    put_bits(writer, literal_count - 257, 5);
    put_bits(writer, distance_count - 1, 5);
    put_bits(writer, order_count - 4, 4);
    for (unsigned index = 0; index < order_count; index++) put_bits(writer, table.length[order[index]], 3);
    for (unsigned index = 0; index < count; index++) {
        const unsigned code = shortened[index] & 0xff;
        put_code(writer, &table, code);
        put_bits(writer, shortened[index] >> 8, extra[code]);
    }
}

static void put_block(bit_writer *writer, const symbol *symbols, size_t count) {
    uint32_t literal_frequencies[LITERAL_CODES] = {0}, distance_frequencies[DISTANCE_CODES] = {0};
    literal_frequencies[END_OF_BLOCK] = 1;
    for (size_t index = 0; index < count; index++) {
        const symbol symbol = symbols[index];
        if (symbol.distance) {
            literal_frequencies[coded_length(symbol.length).code]++;
            distance_frequencies[coded_distance(symbol.distance).code]++;
        } else {
            literal_frequencies[symbol.byte]++;
        }
    }
    code_table literals, distances;
    make_codes(literal_frequencies, LITERAL_CODES, 15, &literals);
    make_codes(distance_frequencies, DISTANCE_CODES, 15, &distances);

    put_bits(writer, 1, 1);  // the last block
    put_bits(writer, 2, 2);  // with codes of its own
    put_tables(writer, &literals, &distances);
    for (size_t index = 0; index < count; index++) {
        const symbol symbol = symbols[index];
        if (symbol.distance == 0) {
            put_code(writer, &literals, symbol.byte);
            continue;
        }
        const coded length = coded_length(symbol.length), distance = coded_distance(symbol.distance);
        put_code(writer, &literals, length.code);
        put_bits(writer, length.extra, length.extra_count);
        put_code(writer, &distances, distance.code);
        put_bits(writer, distance.extra, distance.extra_count);
    }
    put_code(writer, &literals, END_OF_BLOCK);
}

// MARK: The stream

uint32_t adler32(const uint8_t *bytes, size_t count) {
    uint32_t sum = 1, sum_of_sums = 0;
    for (size_t index = 0; index < count; index++) {
        sum = (sum + bytes[index]) % 65521;
        sum_of_sums = (sum_of_sums + sum) % 65521;
    }
    return sum_of_sums << 16 | sum;
}

size_t most_compressed(size_t count) {
    // A byte's code has at most 15 bits, what stands for three bytes or more 48, and the tables are small.
    return 2 * count + 512;
}

size_t compress_bytes(const uint8_t *bytes, size_t count, uint8_t *output) {
    history *history = malloc(sizeof *history);
    symbol *symbols = malloc((count + 1) * sizeof *symbols);
    size_t length = 0;
    if (history && symbols) {
        output[0] = 0x78;  // deflate with a window of 32 KiB
        output[1] = 0x9c;
        bit_writer writer = {.next = output + 2};
        put_block(&writer, symbols, find_symbols(history, bytes, count, symbols));
        if (writer.count > 0) put_bits(&writer, 0, 8 - writer.count);
        const uint32_t checksum = adler32(bytes, count);
        for (int shift = 24; shift >= 0; shift -= 8) *writer.next++ = (uint8_t)(checksum >> shift);
        length = writer.next - output;
    }
    free(symbols);
    free(history);
    return length;
}
