// How often each word occurs in the input, the most frequent first: frequency [HOW MANY]. Words are kept in a hash table that grows.

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { char *word; unsigned count; } entry;

static entry *table;
static size_t capacity, used;

static uint32_t hash(const char *word) {
    uint32_t h = 2166136261u;
    while (*word)
        h = (h ^ (unsigned char)*word++) * 16777619u;
    return h;
}

static entry *find(entry *entries, size_t size, const char *word) {
    size_t slot = hash(word) & (size - 1);
    while (entries[slot].word && strcmp(entries[slot].word, word) != 0)
        slot = (slot + 1) & (size - 1);
    return &entries[slot];
}

static void grow(void) {
    const size_t larger = capacity ? 2 * capacity : 16;
    entry *entries = calloc(larger, sizeof *entries);
    if (!entries) {
        perror("frequency");
        exit(1);
    }
    for (size_t i = 0; i < capacity; i++)
        if (table[i].word)
            *find(entries, larger, table[i].word) = table[i];
    free(table);
    table = entries;
    capacity = larger;
}

static void add(const char *word) {
    if (4 * used >= 3 * capacity)
        grow();
    entry *e = find(table, capacity, word);
    if (!e->word) {
        e->word = strdup(word);
        used++;
    }
    e->count++;
}

static int more_frequent(const void *left, const void *right) {
    const entry *a = left, *b = right;
    return a->count != b->count ? (a->count < b->count ? 1 : -1) : strcmp(a->word, b->word);
}

int main(int argc, char **argv) {
    size_t most = SIZE_MAX;
    if (argc > 1 && sscanf(argv[1], "%zu", &most) != 1) {
        fprintf(stderr, "frequency: '%s' is no number\n", argv[1]);
        return 64;
    }
    char word[40];
    size_t length = 0;
    unsigned long words = 0;
    int c;
    do {
        c = getc(stdin);
        if (c != EOF && (isalnum(c) || c == '\'')) {
            if (length < sizeof word - 1)
                word[length++] = (char)tolower(c);
        } else if (length) {
            word[length] = 0;
            add(word);
            words++;
            length = 0;
        }
    } while (c != EOF);
    size_t kept = 0;
    for (size_t i = 0; i < capacity; i++)
        if (table[i].word)
            table[kept++] = table[i];
    if (kept)
        qsort(table, kept, sizeof *table, more_frequent);
    for (size_t i = 0; i < kept && i < most; i++)
        printf("%6u %5.1f%% %-12s|\n", table[i].count, 100.0 * table[i].count / (double)words, table[i].word);
    printf("%lu words, %zu different\n", words, kept);
    for (size_t i = 0; i < kept; i++)
        free(table[i].word);
    free(table);
    return 0;
}
