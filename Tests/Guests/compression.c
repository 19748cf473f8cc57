// Compression there and back: matches found with hash chains (LZ77), and what is left coded with Huffman's shortest codes. Texts that
// compress well, badly and not at all must come back as they were, and damaged ones must be refused.

#include "transcript.h"
#include <stdlib.h>

PVM_MIN_STACK(65536);

enum {
    SHORTEST_MATCH = 4, LONGEST_MATCH = 259, WINDOW = 1 << 15, HASH_BITS = 12, CHAIN = 32,
    // Bytes, the end, and logarithms of the lengths of matches; another alphabet has those of distances.
    END = 256, LENGTHS = 257, SYMBOLS = LENGTHS + 9, DISTANCES = 16, LONGEST_CODE = 15
};

// MARK: Bits

typedef struct { uint8_t *bytes; size_t length, capacity; uint64_t bits; int count; } bit_writer;
typedef struct { const uint8_t *bytes, *end; uint64_t bits; int count; bool failed; } bit_reader;

static void write_bits(bit_writer *w, uint32_t value, int count) {
    w->bits |= (uint64_t)value << w->count;
    for (w->count += count; w->count >= 8; w->count -= 8, w->bits >>= 8) {
        if (w->length == w->capacity) {
            w->capacity = 2 * w->capacity + 64;
            w->bytes = realloc(w->bytes, w->capacity);
        }
        w->bytes[w->length++] = (uint8_t)w->bits;
    }
}

static uint32_t read_bits(bit_reader *r, int count) {
    while (r->count < count) {
        if (r->bytes == r->end) {
            r->failed = true;
            return 0;
        }
        r->bits |= (uint64_t)*r->bytes++ << r->count;
        r->count += 8;
    }
    const uint32_t value = (uint32_t)(r->bits & (((uint64_t)1 << count) - 1));
    r->bits >>= count;
    r->count -= count;
    return value;
}

// MARK: Huffman codes

// Lengths of codes for frequencies, none longer than LONGEST_CODE: where one would be, frequencies are made more alike.
static void code_lengths(const uint32_t *frequencies, int symbols, uint8_t *lengths) {
    uint32_t weights[2 * SYMBOLS];
    int parents[2 * SYMBOLS], live[SYMBOLS];
    for (int flatten = 0;; flatten++) {
        int count = 0, nodes = symbols, longest = 0;
        memset(lengths, 0, (size_t)symbols);
        for (int i = 0; i < symbols; i++)
            if (frequencies[i]) {
                weights[i] = (frequencies[i] >> flatten) + 1;
                live[count++] = i;
            }
        if (count == 1)
            lengths[live[0]] = 1;
        if (count < 2)
            return;
        while (count > 1) {
            // The two lightest go under a new node. There are few, so looking at all of them is quick enough.
            for (int turn = 0; turn < 2; turn++) {
                int lightest = turn;
                for (int i = turn + 1; i < count; i++)
                    if (weights[live[i]] < weights[live[lightest]])
                        lightest = i;
                const int node = live[lightest];
                live[lightest] = live[turn];
                live[turn] = node;
            }
            weights[nodes] = weights[live[0]] + weights[live[1]];
            parents[live[0]] = parents[live[1]] = nodes;
            live[0] = nodes++;
            live[1] = live[--count];
        }
        for (int i = 0; i < symbols; i++) {
            if (!frequencies[i])
                continue;
            int length = 0;
            for (int node = i; node != nodes - 1; node = parents[node])
                length++;
            lengths[i] = (uint8_t)length;
            longest = length > longest ? length : longest;
        }
        if (longest <= LONGEST_CODE)
            return;
    }
}

// Codes in the order of their lengths, then of the symbols, so that the lengths alone tell them.
typedef struct { uint16_t counts[LONGEST_CODE + 1], symbols[SYMBOLS], codes[SYMBOLS]; uint8_t lengths[SYMBOLS]; } code_table;

static bool make_table(code_table *t, int symbols) {
    uint16_t offsets[LONGEST_CODE + 2] = {0}, next_code[LONGEST_CODE + 2] = {0};
    memset(t->counts, 0, sizeof t->counts);
    for (int i = 0; i < symbols; i++)
        t->counts[t->lengths[i]]++;
    t->counts[0] = 0;
    int left = 1;
    for (int length = 1; length <= LONGEST_CODE; length++) {
        left = 2 * left - t->counts[length];
        if (left < 0)
            return false;
        offsets[length + 1] = (uint16_t)(offsets[length] + t->counts[length]);
        next_code[length + 1] = (uint16_t)((next_code[length] + t->counts[length]) << 1);
    }
    for (int i = 0; i < symbols; i++)
        if (t->lengths[i]) {
            t->symbols[offsets[t->lengths[i]]++] = (uint16_t)i;
            t->codes[i] = next_code[t->lengths[i]]++;
        }
    return true;
}

static void write_symbol(bit_writer *w, const code_table *t, int symbol) {
    // The first bit of a code is its highest.
    for (int bit = t->lengths[symbol]; bit-- > 0;)
        write_bits(w, t->codes[symbol] >> bit & 1, 1);
}

static int read_symbol(bit_reader *r, const code_table *t) {
    int code = 0, first = 0, index = 0;
    for (int length = 1; length <= LONGEST_CODE; length++) {
        code |= (int)read_bits(r, 1);
        const int count = t->counts[length];
        if (code - first < count)
            return t->symbols[index + code - first];
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    r->failed = true;
    return 0;
}

// MARK: Matches

typedef struct { uint16_t length, distance; } token;

static uint32_t hash_of(const uint8_t *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
    return word * 2654435761u >> (32 - HASH_BITS);
}

// A token for each byte that stays, of length 1 and with the byte as its distance, and for each match.
static size_t find_matches(const uint8_t *bytes, size_t length, token *tokens) {
    static int32_t heads[1 << HASH_BITS], links[WINDOW];
    memset(heads, 0xff, sizeof heads);
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        size_t best = 0, distance = 0;
        if (at + SHORTEST_MATCH <= length) {
            int32_t candidate = heads[hash_of(bytes + at)];
            for (int tries = 0; candidate >= 0 && at - (size_t)candidate < WINDOW && tries < CHAIN; tries++) {
                const size_t limit = length - at < LONGEST_MATCH ? length - at : LONGEST_MATCH;
                size_t same = 0;
                while (same < limit && bytes[(size_t)candidate + same] == bytes[at + same])
                    same++;
                if (same > best)
                    best = same, distance = at - (size_t)candidate;
                candidate = links[candidate % WINDOW];
            }
        }
        const size_t taken = best >= SHORTEST_MATCH ? best : 1;
        tokens[count++] = taken > 1 ? (token){(uint16_t)best, (uint16_t)distance} : (token){1, bytes[at]};
        for (size_t end = at + taken; at < end; at++)
            if (at + SHORTEST_MATCH <= length) {
                const uint32_t hash = hash_of(bytes + at);
                links[at % WINDOW] = heads[hash];
                heads[hash] = (int32_t)at;
            }
    }
    return count;
}

static int logarithm(uint32_t x) { return 31 - __builtin_clz(x); }

// MARK: There and back

static size_t compress(const uint8_t *bytes, size_t length, uint8_t **result) {
    static code_table literals, distances;
    token *const tokens = malloc((length + 1) * sizeof *tokens);
    const size_t count = find_matches(bytes, length, tokens);
    uint32_t literal_frequencies[SYMBOLS] = {0}, distance_frequencies[DISTANCES] = {0};
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].length == 1) {
            literal_frequencies[tokens[i].distance]++;
        } else {
            literal_frequencies[LENGTHS + logarithm(tokens[i].length - (SHORTEST_MATCH - 1u))]++;
            distance_frequencies[logarithm(tokens[i].distance)]++;
        }
    }
    literal_frequencies[END] = 1;
    code_lengths(literal_frequencies, SYMBOLS, literals.lengths);
    code_lengths(distance_frequencies, DISTANCES, distances.lengths);
    make_table(&literals, SYMBOLS);
    make_table(&distances, DISTANCES);
    bit_writer w = {0};
    for (int i = 0; i < SYMBOLS; i++)
        write_bits(&w, literals.lengths[i], 4);
    for (int i = 0; i < DISTANCES; i++)
        write_bits(&w, distances.lengths[i], 4);
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].length == 1) {
            write_symbol(&w, &literals, tokens[i].distance);
            continue;
        }
        const uint32_t extra = tokens[i].length - (SHORTEST_MATCH - 1u), distance = tokens[i].distance;
        const int length_bits = logarithm(extra), distance_bits = logarithm(distance);
        write_symbol(&w, &literals, LENGTHS + length_bits);
        write_bits(&w, extra - (1u << length_bits), length_bits);
        write_symbol(&w, &distances, distance_bits);
        write_bits(&w, distance - (1u << distance_bits), distance_bits);
    }
    write_symbol(&w, &literals, END);
    write_bits(&w, 0, 7);
    free(tokens);
    *result = w.bytes;
    return w.length;
}

// The number of bytes, or -1 if these were not made by `compress`, or do not fit.
static long expand(const uint8_t *bytes, size_t length, uint8_t *out, size_t capacity) {
    static code_table literals, distances;
    bit_reader r = {.bytes = bytes, .end = bytes + length};
    for (int i = 0; i < SYMBOLS; i++)
        literals.lengths[i] = (uint8_t)read_bits(&r, 4);
    for (int i = 0; i < DISTANCES; i++)
        distances.lengths[i] = (uint8_t)read_bits(&r, 4);
    if (!make_table(&literals, SYMBOLS) || !make_table(&distances, DISTANCES))
        return -1;
    size_t at = 0;
    while (!r.failed) {
        const int symbol = read_symbol(&r, &literals);
        if (r.failed)
            break;
        if (symbol == END)
            return (long)at;
        if (symbol < END) {
            if (at == capacity)
                break;
            out[at++] = (uint8_t)symbol;
            continue;
        }
        const int length_bits = symbol - LENGTHS;
        size_t same = (1u << length_bits) + read_bits(&r, length_bits) + SHORTEST_MATCH - 1;
        const int distance_bits = read_symbol(&r, &distances);
        const size_t distance = (1u << distance_bits) + read_bits(&r, distance_bits);
        if (r.failed || distance > at || same > capacity - at)
            break;
        // Byte by byte: the match may overlap what it makes.
        for (; same; same--, at++)
            out[at] = out[at - distance];
    }
    return -1;
}

static uint64_t round_trip(uint64_t sum, const uint8_t *bytes, size_t length, uint64_t *state) {
    uint8_t *packed, *out = malloc(length + 1);
    const size_t packed_length = compress(bytes, length, &packed);
    const long count = expand(packed, packed_length, out, length);
    if (count != (long)length || memcmp(bytes, out, length) != 0)
        sum = mix(0, 404);
    sum = mix_bytes(sum, packed, packed_length);
    // Cut off, and with a bit turned around.
    sum = mix(sum, (uint64_t)expand(packed, packed_length * 3 / 4, out, length));
    packed[next(state) % packed_length] ^= (uint8_t)(1 << (*state >> 60 & 7));
    sum = mix(sum, (uint64_t)expand(packed, packed_length, out, length));
    free(packed);
    free(out);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const words[] = {"the ", "of ", "machine ", "register", " and ", "instruction", ", ", ".\n", "memory ", "a "};
    const size_t length = (size_t)n;
    uint64_t state = n + 131, sum = n;
    uint8_t *const bytes = malloc(length + 16);
    for (size_t at = 0; at < length;) {
        const char *word = words[next(&state) % (sizeof words / sizeof *words)];
        for (; *word && at < length; word++)
            bytes[at++] = (uint8_t)*word;
    }
    sum = round_trip(sum, bytes, length, &state);
    memset(bytes, 'x', length);
    sum = round_trip(sum, bytes, length, &state);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)next(&state);
    sum = round_trip(sum, bytes, length, &state);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)(i * i >> 7 ^ i);
    sum = round_trip(sum, bytes, length, &state);
    free(bytes);
    return sum;
}
