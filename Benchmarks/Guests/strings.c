// Copying, filling, comparing and scanning of byte strings.
#include "guest.h"

#define SIZE 16384
static uint8_t text[SIZE], copy[SIZE + 16];

static NOINLINE uint64_t words(const uint8_t *s, size_t size) {
    uint64_t count = 0;
    int inside = 0;
    for (size_t i = 0; i < size; i++) {
        int letter = s[i] > ' ';
        count += (uint64_t)(letter & !inside);
        inside = letter;
    }
    return count;
}

static NOINLINE size_t length(const uint8_t *s) {
    const uint8_t *end = s;
    while (*end)
        end++;
    return (size_t)(end - s);
}

static NOINLINE uint64_t find(const uint8_t *hay, size_t size, const uint8_t *needle, size_t count) {
    for (size_t i = 0; i + count <= size; i++)
        if (hay[i] == needle[0] && memcmp(hay + i, needle, count) == 0)
            return i;
    return size;
}

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t word = 7, sum = 0;
    for (size_t i = 0; i < SIZE; i++) {
        uint64_t r = next(&word) >> 20;
        text[i] = (uint8_t)(r % 6 ? 'a' + (r >> 8) % 26 : ' ');
    }
    text[SIZE - 1] = 0;
    for (uint64_t round = 0; round < n; round++) {
        size_t shift = round & 7;
        for (int i = 0; i < 8; i++) {
            memcpy(copy + shift, text, SIZE);
            memmove(copy + 3, copy + 7, SIZE - 16);
            memset(copy + (round & 4095), 'a' + (int)(round % 26), 512);
        }
        sum = mix(sum, words(copy, SIZE));
        sum = mix(sum, length(text));
        sum = mix(sum, find(text, SIZE, text + SIZE - 20, 16));
        text[round & 8191] = (uint8_t)('a' + sum % 26);
    }
    return sum;
}
