// search.h and drand48: trees with tsearch, tfind, tdelete and twalk, a table with hsearch, and the numbers that go in, which
// POSIX fixes.

#define _GNU_SOURCE
#include "transcript.h"
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

PVM_MIN_STACK(65536);

static uint64_t sum;
static int previous;

static int compare(const void *a, const void *b) {
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

// The shape of the tree is the library's affair, the order is not.
static void visit(const void *node, VISIT when, int depth) {
    (void)depth;
    if (when != postorder && when != leaf)
        return;
    const int value = **(const int *const *)node;
    sum = mix(sum, (uint64_t)value);
    if (value <= previous)
        sum = 0;
    previous = value;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    srand48((long)n);
    sum = mix(sum, (uint64_t)lrand48()), sum = mix(sum, (uint64_t)mrand48()), sum = mix(sum, bits_of(drand48()));
    unsigned short seed[3] = {1, 2, (unsigned short)n};
    sum = mix(sum, (uint64_t)nrand48(seed)), sum = mix(sum, (uint64_t)jrand48(seed)), sum = mix(sum, bits_of(erand48(seed)));

    void *root = NULL;
    int *values = malloc((n + 1) * sizeof *values);
    for (uint64_t i = 0; i < n; i++) {
        values[i] = (int)(lrand48() % 1000);
        int *const *node = tsearch(&values[i], &root, compare);
        sum = mix(sum, *node == &values[i]);
    }
    previous = -1;
    twalk(root, visit);
    for (int key = 0; key < 1000; key += 7) {
        int *const *node = tfind(&key, &root, compare);
        sum = mix(sum, node ? (uint64_t)**node : 5000);
        sum = mix(sum, tdelete(&key, &root, compare) != NULL);
    }
    previous = -1;
    twalk(root, visit);
    while (root)
        tdelete(*(int **)root, &root, compare);
    free(values);

    if (!hcreate(2 * n + 10))
        return 1;
    for (uint64_t i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "key %ld", lrand48() % 300);
        // A key that is there already keeps its value. Some libraries free the keys with the table, so each is a copy.
        ENTRY *entry = hsearch((ENTRY){strdup(name), (void *)(uintptr_t)i}, ENTER);
        sum = mix(sum, entry ? (uint64_t)(uintptr_t)entry->data : 9999);
    }
    for (int key = 0; key < 300; key += 3) {
        char name[16];
        snprintf(name, sizeof name, "key %d", key);
        ENTRY *entry = hsearch((ENTRY){name, NULL}, FIND);
        sum = mix(sum, entry ? (uint64_t)(uintptr_t)entry->data : 9999);
    }
    hdestroy();
    return sum;
}
