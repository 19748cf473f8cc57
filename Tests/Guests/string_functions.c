// string.h and strings.h: searching, comparing, copying, splitting, at every alignment.

#define _GNU_SOURCE
#include "transcript.h"
#include <stdlib.h>
#include <strings.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void number(uint64_t value) { sum = mix(sum, value); }
// Where something was found, as a distance, or that it was not.
static void place(const char *found, const char *text) { number(found ? (uint64_t)(found - text) : 1000); }
// Only the sign of a comparison means anything.
static void order(int comparison) { number((uint64_t)((comparison > 0) - (comparison < 0) + 1)); }

static void search(const char *text, const char *other) {
    const size_t length = strlen(text);
    for (const char *c = "aeox \xc3"; *c; c++) {
        place(strchr(text, *c), text);
        place(strrchr(text, *c), text);
        place(strchrnul(text, *c), text);
        place(memchr(text, *c, length), text);
        place(memrchr(text, *c, length), text);
    }
    place(strchr(text, 0), text);
    place(strstr(text, other), text);
    place(strcasestr(text, other), text);
    place(memmem(text, length, other, strlen(other)), text);
    place(strpbrk(text, other), text);
    number(strspn(text, other));
    number(strcspn(text, other));
    number(strnlen(text, 5));
}

static void compare(const char *a, const char *b) {
    order(strcmp(a, b));
    order(strcoll(a, b));
    order(strcasecmp(a, b));
    for (size_t n = 0; n < 6; n++) {
        order(strncmp(a, b, n));
        order(strncasecmp(a, b, n));
    }
    const size_t shorter = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    order(memcmp(a, b, shorter));
    order(bcmp(a, b, shorter) != 0);
}

static void copy(const char *text) {
    char buffer[64];
    memset(buffer, '#', sizeof buffer);
    number((uint64_t)(strcpy(buffer, text) - buffer));
    number((uint64_t)(stpcpy(buffer + 2, text) - buffer));
    sum = mix_bytes(sum, buffer, sizeof buffer);
    memset(buffer, '#', sizeof buffer);
    strncpy(buffer, text, 9);
    number((uint64_t)(stpncpy(buffer + 10, text, 9) - buffer));
    buffer[20] = 0;
    strcat(buffer + 20, text);
    strncat(buffer + 20, text, 4);
    sum = mix_bytes(sum, buffer, sizeof buffer);
    void *end = memccpy(buffer, text, 'e', strlen(text) + 1);
    number(end ? (uint64_t)((char *)end - buffer) : 1000);
    number((uint64_t)((char *)mempcpy(buffer, text, 3 < strlen(text) ? 3 : 0) - buffer));
    memmove(buffer + 3, buffer, 20);
    memmove(buffer, buffer + 5, 20);
    sum = mix_bytes(sum, buffer, sizeof buffer);
    char small[6];
    number(strxfrm(small, "abc", sizeof small));
    sum = mix_text(sum, small);
    char *doubled = strdup(text), *part = strndup(text, 4);
    sum = mix_text(mix_text(sum, doubled), part);
    free(doubled);
    free(part);
}

static void split(const char *text) {
    char *copy = strdup(text), *rest = NULL, *inner = NULL;
    for (char *line = strtok_r(copy, ";\n", &rest); line; line = strtok_r(NULL, ";\n", &rest))
        for (char *word = strtok_r(line, " ,", &inner); word; word = strtok_r(NULL, " ,", &inner))
            sum = mix_text(sum, word);
    free(copy);
    // Of an empty field at the very end libraries disagree.
    char *fields = strdup(text), *next_field = fields;
    while (next_field && *next_field)
        sum = mix_text(sum, strsep(&next_field, ",;"));
    free(fields);
    copy = strdup(text);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, ",;"))
        sum = mix_text(sum, word);
    free(copy);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const texts[] = {"", "a", "example", "Example", "exam", "the quick brown fox", "aaaaab", "aab", "xyz", "AAAAAB",
        "a\xc3\xa9o", "needle in a haystack", "e"};
    enum { COUNT = sizeof texts / sizeof *texts };
    sum = n;
    for (size_t i = 0; i < COUNT && i < n; i++) {
        copy(texts[i]);
        for (size_t j = 0; j < COUNT; j++) {
            search(texts[i], texts[j]);
            compare(texts[i], texts[j]);
        }
    }
    split("one, two;three,,four ;; five\nsix,");
    split(",;");
    split("");
    uint64_t state = n + 43;
    char area[96];
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        char *text = area + (r & 7);
        const size_t length = r >> 3 & 63;
        for (size_t k = 0; k < length; k++)
            text[k] = (char)('a' + (next(&state) >> 20) % 3);
        text[length] = 0;
        number(strlen(text));
        const char pattern[4] = {(char)('a' + (r >> 9 & 1)), (char)('a' + (r >> 10) % 3), (char)('a' + (r >> 12) % 3), 0};
        place(strstr(text, pattern), text);
        place(strchr(text, 'c'), text);
        number(strspn(text, "ab"));
        char *other = area + 72;
        memmove(other, text, 16);
        other[16] = 0;
        order(strncmp(text, other, 20));
        order(strcmp(other, text));
    }
    return sum;
}
