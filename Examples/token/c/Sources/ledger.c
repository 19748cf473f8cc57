// A hash table with open addressing: an entry is where its hash says, or in the next free place behind.

#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>

struct ledger_entry {
    uint64_t first, second;
    amount value;
    bool taken;
};

// Multiplying by an odd number with bits all over carries every bit of the input upwards, where the result is taken from.
static uint64_t hash(uint64_t first, uint64_t second) {
    const uint64_t spread = 0x9e3779b97f4a7c15;
    return ((first * spread) ^ second) * spread >> 32;
}

// The entry of a pair, or the free one where it would be. The table is never full.
static struct ledger_entry *find(const ledger *table, uint64_t first, uint64_t second) {
    for (uint64_t at = hash(first, second);; at++) {
        struct ledger_entry *entry = &table->entries[at & (table->capacity - 1)];
        if (!entry->taken || (entry->first == first && entry->second == second))
            return entry;
    }
}

static void grow(ledger *table) {
    ledger larger = {.capacity = table->capacity ? 2 * table->capacity : 16};
    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (!larger.entries) {
        fprintf(stderr, "token: out of memory\n");
        abort();
    }
    for (uint64_t i = 0; i < table->capacity; i++) {
        const struct ledger_entry *entry = &table->entries[i];
        if (entry->taken)
            ledger_set(&larger, entry->first, entry->second, entry->value);
    }
    free(table->entries);
    *table = larger;
}

amount ledger_get(const ledger *table, uint64_t first, uint64_t second) {
    return table->capacity ? find(table, first, second)->value : 0;
}

void ledger_set(ledger *table, uint64_t first, uint64_t second, amount value) {
    // A quarter stays free, so that looking for a place does not take long.
    if (4 * table->count >= 3 * table->capacity)
        grow(table);
    struct ledger_entry *entry = find(table, first, second);
    table->count += !entry->taken;
    *entry = (struct ledger_entry){first, second, value, true};
}
