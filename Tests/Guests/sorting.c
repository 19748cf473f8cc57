// qsort and bsearch: elements of several sizes, orders that are hard for quicksort, callbacks; qsort_r with its context.

#define _GNU_SOURCE
#include "checksum.h"
#include <stdlib.h>
#include <string.h>

PVM_MIN_STACK(65536);

typedef struct { char name[11]; uint16_t weight; uint64_t key; } record;

static int by_bytes(const void *a, const void *b) { return *(const unsigned char *)a - *(const unsigned char *)b; }
static int by_value(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}
static int by_pointee(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }
// No two records are equal in this order, since qsort may leave equal ones in any.
static int by_name_and_key(const void *a, const void *b) {
    const record *x = a, *y = b;
    const int names = strcmp(x->name, y->name);
    return names ? names : x->key < y->key ? -1 : x->key > y->key;
}
static int in_direction(const void *a, const void *b, void *context) {
    int *const state = context;
    state[1]++;
    return state[0] * by_value(a, b);
}

static uint64_t sort_values(uint64_t sum, size_t count, int pattern, uint64_t *state) {
    int64_t *values = malloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        switch (pattern) {
        case 0: values[i] = (int64_t)next(state); break;
        case 1: values[i] = (int64_t)i; break;
        case 2: values[i] = (int64_t)(count - i); break;
        case 3: values[i] = 5; break;
        case 4: values[i] = (int64_t)(i & 1); break;
        default: values[i] = (int64_t)(i < count / 2 ? i : count - i); break;
        }
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++)
        sum = mix(sum, (uint64_t)values[i]);
    const int64_t *found = bsearch(&(int64_t){5}, values, count, sizeof *values, by_value);
    sum = mix(sum, found ? (uint64_t)*found : 99);
    int context[2] = {-1, 0};
    qsort_r(values, count, sizeof *values, in_direction, context);
    for (size_t i = 1; i < count; i++)
        if (values[i - 1] < values[i])
            sum = 0;
    sum = mix(sum, count < 2 || context[1] > 0);
    free(values);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const source[] = {"pear", "apple", "fig", "quince", "plum", "apricot", "lime", "date", "", "figs", "f"};
    const size_t count = (size_t)n;
    uint64_t state = n + 37, sum = n;
    for (int pattern = 0; pattern < 6; pattern++)
        sum = sort_values(sum, count, pattern, &state);

    unsigned char bytes[257];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)next(&state);
    qsort(bytes, sizeof bytes, 1, by_bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        sum = mix(sum, bytes[i]);

    const char *words[sizeof source / sizeof *source];
    memcpy(words, source, sizeof words);
    qsort(words, sizeof words / sizeof *words, sizeof *words, by_pointee);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        sum = mix(sum, strlen(words[i]) << 8 | (unsigned char)words[i][0]);
    const char *wanted = "lime", *missing = "lemon";
    const char **found = bsearch(&wanted, words, sizeof words / sizeof *words, sizeof *words, by_pointee);
    sum = mix(sum, found ? (uint64_t)(found - words) : 99);
    sum = mix(sum, bsearch(&missing, words, sizeof words / sizeof *words, sizeof *words, by_pointee) == NULL);

    record *records = calloc(count + 1, sizeof *records);
    for (size_t i = 0; i < count; i++) {
        const uint64_t r = next(&state);
        strcpy(records[i].name, source[r % (sizeof source / sizeof *source)]);
        records[i].weight = (uint16_t)(r >> 20);
        records[i].key = r << 20 | i;
    }
    qsort(records, count, sizeof *records, by_name_and_key);
    for (size_t i = 0; i < count; i++)
        sum = mix(mix(sum, records[i].key), records[i].weight);
    free(records);
    return sum;
}
