// A hash table from two numbers to an amount.

#ifndef LEDGER_H
#define LEDGER_H

#include "token.h"

typedef struct {
    struct ledger_entry *entries;
    // How many there are, a power of two or none, and how many are taken.
    uint64_t capacity, count;
} ledger;

// The amount of a pair, 0 if it has none.
amount ledger_get(const ledger *table, uint64_t first, uint64_t second);

void ledger_set(ledger *table, uint64_t first, uint64_t second, amount value);

#endif
