// Sorts the lines of its input: sort [-n] [-r] [-u]. Numbers, with -n, are what a line begins with.

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { char *text; size_t number; double value; } line;

static bool is_numeric, is_reverse, is_unique;

static int compare_keys(const line *a, const line *b) {
    if (is_numeric && a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return strcmp(a->text, b->text);
}

// Lines that are equal keep their order.
static int compare(const void *left, const void *right) {
    const line *a = left, *b = right;
    const int keys = is_reverse ? compare_keys(b, a) : compare_keys(a, b);
    return keys ? keys : a->number < b->number ? -1 : a->number > b->number;
}

static char *read_line(void) {
    char part[16], *text = NULL;
    size_t length = 0;
    while (fgets(part, sizeof part, stdin)) {
        const size_t added = strlen(part);
        text = realloc(text, length + added + 1);
        memcpy(text + length, part, added + 1);
        length += added;
        if (text[length - 1] == '\n') {
            text[length - 1] = 0;
            break;
        }
    }
    return text;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-n")) {
            is_numeric = true;
        } else if (!strcmp(argv[i], "-r")) {
            is_reverse = true;
        } else if (!strcmp(argv[i], "-u")) {
            is_unique = true;
        } else {
            fprintf(stderr, "sort: what is '%s'?\n", argv[i]);
            exit(EXIT_FAILURE);
        }
    }
    line *lines = NULL;
    size_t count = 0, capacity = 0;
    for (char *text; (text = read_line()); count++) {
        if (count == capacity) {
            capacity = capacity ? 2 * capacity : 8;
            lines = realloc(lines, capacity * sizeof *lines);
        }
        lines[count] = (line){text, count, strtod(text, NULL)};
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare);
    size_t skipped = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_unique && i && !compare_keys(&lines[i - 1], &lines[i]))
            skipped++;
        else
            puts(lines[i].text);
    }
    if (skipped)
        fprintf(stderr, "sort: %zu of %zu lines left out\n", skipped, count);
    for (size_t i = 0; i < count; i++)
        free(lines[i].text);
    free(lines);
    return EXIT_SUCCESS;
}
