// The format PNG: each row becomes the difference to what its neighbours let expect, all of it is compressed, and
// chunks with checksums go around it.

#include "png.h"

#include <stdlib.h>
#include <string.h>

#include "deflate.h"

enum { PIXEL = 3 };

uint32_t crc32(const uint8_t *bytes, size_t count) {
    uint32_t sum = 0xffffffff;
    for (size_t index = 0; index < count; index++) {
        sum ^= bytes[index];
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum;
}

static uint8_t *put_number(uint8_t *next, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) *next++ = (uint8_t)(number >> shift);
    return next;
}

// Closes a chunk whose contents stand 8 bytes behind `start` already.
static uint8_t *put_chunk(uint8_t *start, const char *type, size_t count) {
    put_number(start, (uint32_t)count);
    memcpy(start + 4, type, 4);
    return put_number(start + 8 + count, crc32(start + 4, 4 + count));
}

// What a byte is expected to be from the one to the left, the one above and the one to the left of that (PNG, 9.4).
static uint8_t paeth(uint8_t left, uint8_t above, uint8_t corner) {
    const int guess = left + above - corner;
    const int to_left = abs(guess - left), to_above = abs(guess - above), to_corner = abs(guess - corner);
    return to_left <= to_above && to_left <= to_corner ? left : to_above <= to_corner ? above : corner;
}

enum { NONE, SUB, UP, AVERAGE, PAETH, FILTERS };

static void filter_row(uint8_t *output, const uint8_t *row, const uint8_t *above, size_t count, int filter) {
    for (size_t index = 0; index < count; index++) {
        const uint8_t left = index < PIXEL ? 0 : row[index - PIXEL], up = above ? above[index] : 0;
        const uint8_t corner = index < PIXEL || !above ? 0 : above[index - PIXEL];
        const uint8_t expected = filter == SUB       ? left
                                 : filter == UP      ? up
                                 : filter == AVERAGE ? (left + up) / 2
                                 : filter == PAETH   ? paeth(left, up, corner)
                                                     : 0;
        output[index] = row[index] - expected;
    }
}

// How far from 0 the bytes are together: the smaller, the better they can be compressed, mostly.
static uint32_t roughness(const uint8_t *bytes, size_t count) {
    uint32_t sum = 0;
    for (size_t index = 0; index < count; index++) sum += abs((int8_t)bytes[index]);
    return sum;
}

// Each row with the filter that suits it best in front.
static void filter_rows(uint8_t *output, const uint8_t *pixels, size_t row_count, uint32_t height) {
    for (uint32_t y = 0; y < height; y++, output += row_count + 1) {
        const uint8_t *row = pixels + y * row_count, *above = y > 0 ? row - row_count : NULL;
        int best = NONE;
        uint32_t least = UINT32_MAX;
        for (int filter = NONE; filter < FILTERS; filter++) {
            filter_row(output + 1, row, above, row_count, filter);
            const uint32_t sum = roughness(output + 1, row_count);
            if (sum < least) {
                least = sum;
                best = filter;
            }
        }
        output[0] = best;
        filter_row(output + 1, row, above, row_count, best);
    }
}

uint8_t *png_file(const uint8_t *pixels, uint32_t width, uint32_t height, size_t *count) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const size_t row_count = (size_t)width * PIXEL, filtered_count = (row_count + 1) * height;
    uint8_t *filtered = malloc(filtered_count), *file = malloc(64 + most_compressed(filtered_count));
    if (!filtered || !file) goto failed;
    filter_rows(filtered, pixels, row_count, height);

    uint8_t *next = file;
    memcpy(next, signature, sizeof signature);
    next += sizeof signature;
    uint8_t *header = put_number(put_number(next + 8, width), height);
    memcpy(header, (uint8_t[]){8, 2, 0, 0, 0}, 5);  // 8 bits for each of red, green, blue; no interlacing
    next = put_chunk(next, "IHDR", 13);
    const size_t compressed = compress_bytes(filtered, filtered_count, next + 8);
    if (compressed == 0) goto failed;
    next = put_chunk(next, "IDAT", compressed);
    next = put_chunk(next, "IEND", 0);
    free(filtered);
    *count = next - file;
    return file;

failed:
    free(filtered);
    free(file);
    return NULL;
}
