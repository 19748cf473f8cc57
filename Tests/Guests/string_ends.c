// Strings and memory that end where all memory ends: nothing may be read behind a string's zero, or behind the bytes that were
// asked for, however convenient a whole word would be.

#define _GNU_SOURCE
#include "transcript.h"
#include <stdlib.h>
#include <unistd.h>

PVM_MIN_STACK(16384);

enum { PAGE = 4096, LONGEST = 24 };

// The last bytes of the heap's last page, as good as the last ones that there are.
static char *end_of_memory(void) {
    const uintptr_t now = (uintptr_t)sbrk(0);
    const size_t size = (PAGE - now % PAGE) % PAGE + PAGE;
    char *const start = sbrk((intptr_t)size);
    return start == (char *)-1 ? NULL : start + size;
}

static uint64_t place(const char *found, const char *text) { return found ? (uint64_t)(found - text) : 1000; }
static uint64_t order(int comparison) { return (uint64_t)((comparison > 0) - (comparison < 0) + 1); }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    char *const end = end_of_memory();
    if (!end)
        return 1;
    uint64_t sum = n;
    for (size_t length = 0; length <= n && length < LONGEST; length++) {
        char *const last = end - length - 1;
        char other[LONGEST + 8], copy[LONGEST + 8] = "";
        for (size_t i = 0; i < length; i++)
            last[i] = (char)('a' + i % 5);
        last[length] = 0;
        memcpy(other, last, length + 1);
        sum = mix(sum, strlen(last) + 100 * strnlen(last, 50));
        sum = mix(sum, order(strcmp(last, other)) + 10 * order(strcmp(other, last)));
        sum = mix(sum, order(strncmp(last, other, 50)) + 10 * order(strcasecmp(last, other)));
        // The same bytes at another alignment, and with another one at the end.
        memmove(other + 3, other, length + 1);
        sum = mix(sum, order(strcmp(last, other + 3)));
        other[3 + length] = 'x', other[4 + length] = 0;
        sum = mix(sum, order(strcmp(last, other + 3)));
        sum = mix(sum, place(strchr(last, 'e'), last) + 100 * place(strchr(last, 'x'), last));
        sum = mix(sum, place(strrchr(last, 'a'), last) + 100 * place(strstr(last, "cd"), last));
        sum = mix(sum, strspn(last, "abc") + 100 * strcspn(last, "d"));
        sum = mix(sum, place(memchr(last, 'x', length + 1), last) + place(memchr(last, 0, length + 1), last));
        sum = mix(sum, order(memcmp(last, other + 3, length)));
        sum = mix_text(sum, strcpy(copy, last));
        sum = mix(sum, (uint64_t)(stpcpy(copy, last) - copy));
        sum = mix_text(sum, strncpy(copy, last, LONGEST));
        sum = mix_text(sum, strcat(strcpy(copy, "-"), last));
        char *const duplicate = strdup(last);
        sum = mix_text(sum, duplicate);
        free(duplicate);
        // And written up to the last byte.
        sum = mix_text(sum, strcpy(last, other + 4));
        memset(last, 'm', length + 1);
        memmove(last, last + 1, length);
        sum = mix_bytes(sum, last, length + 1);
    }
    return sum;
}
