// Huffman's codes. One that gets too long is made again from flatter frequencies.

#include "huffman.h"

#include <stdbool.h>

// The lengths of the best codes. Returns the longest.
static unsigned find_lengths(const uint32_t *frequencies, unsigned count, uint8_t *lengths) {
    uint32_t weight[2 * MOST_CODES];
    uint16_t parent[2 * MOST_CODES];
    bool is_root[2 * MOST_CODES];
    unsigned roots = 0, nodes = count;
    for (unsigned index = 0; index < count; index++) {
        weight[index] = frequencies[index];
        is_root[index] = frequencies[index] > 0;
        roots += is_root[index];
    }
    for (; roots > 1; roots--) {
        // The two lightest trees become one.
        int first = -1, second = -1;
        for (unsigned index = 0; index < nodes; index++) {
            if (!is_root[index]) continue;
            if (first < 0 || weight[index] < weight[first]) {
                second = first;
                first = index;
            } else if (second < 0 || weight[index] < weight[second]) {
                second = index;
            }
        }
        is_root[first] = is_root[second] = false;
        parent[first] = parent[second] = nodes;
        weight[nodes] = weight[first] + weight[second];
        is_root[nodes++] = true;
    }
    unsigned longest = 0;
    for (unsigned index = 0; index < count; index++) {
        unsigned length = 0;
        if (frequencies[index]) {
            for (unsigned node = index; !is_root[node]; node = parent[node]) length++;
            // A code that is the only one takes a bit as well.
            if (length == 0) length = 1;
        }
        lengths[index] = length;
        if (length > longest) longest = length;
    }
    return longest;
}

void make_codes(uint32_t *frequencies, unsigned count, unsigned limit, code_table *table) {
    while (find_lengths(frequencies, count, table->length) > limit) {
        for (unsigned index = 0; index < count; index++) frequencies[index] = (frequencies[index] + 1) / 2;
    }
    // Codes of one length are numbered in order, after the shorter ones (RFC 1951, 3.2.2).
    unsigned code = 0;
    for (unsigned length = 1; length <= limit; length++, code <<= 1) {
        for (unsigned index = 0; index < count; index++) {
            if (table->length[index] != length) continue;
            table->code[index] = __builtin_bitreverse16(code++) >> (16 - length);
        }
    }
}
