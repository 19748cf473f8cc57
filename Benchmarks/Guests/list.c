// Pointer chasing through a shuffled circular list, larger than the L1 cache.
#include "guest.h"

#define COUNT 32768
static struct node {
    struct node *next;
    uint64_t value;
} node[COUNT];
static uint32_t order[COUNT];

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t word = 362436069u, sum = 0;
    for (uint32_t i = 0; i < COUNT; i++)
        order[i] = i;
    for (uint32_t i = COUNT - 1; i > 0; i--) {
        uint32_t j = (uint32_t)(next(&word) >> 33) % (i + 1), t = order[i];
        order[i] = order[j], order[j] = t;
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        node[order[i]].next = &node[order[(i + 1) % COUNT]];
        node[order[i]].value = next(&word);
    }
    for (uint64_t round = 0; round < n; round++) {
        struct node *at = &node[round & (COUNT - 1)];
        for (uint32_t i = 0; i < COUNT; i++) {
            sum += at->value;
            at->value ^= sum >> 7;
            at = at->next;
        }
    }
    return sum;
}
