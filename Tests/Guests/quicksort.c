// Sorting n words in place, and checking the order.

#include "checksum.h"

enum { LIMIT = 8192 };
static int64_t values[LIMIT];

static void sort(int64_t *first, int64_t *last) {
    while (first < last) {
        const int64_t pivot = first[(last - first) / 2];
        int64_t *i = first, *j = last;
        while (i <= j) {
            while (*i < pivot)
                i++;
            while (pivot < *j)
                j--;
            if (i <= j) {
                const int64_t t = *i;
                *i++ = *j;
                *j-- = t;
            }
        }
        // The shorter side by recursion keeps the stack small.
        if (j - first < last - i) {
            sort(first, j);
            first = i;
        } else {
            sort(i, last);
            last = j;
        }
    }
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 88172645463325252, sum = n;
    if (n > LIMIT)
        n = LIMIT;
    for (uint64_t i = 0; i < n; i++)
        values[i] = (int64_t)next(&state) >> (i % 60);
    if (n)
        sort(values, values + n - 1);
    for (uint64_t i = 0; i < n; i++) {
        if (i && values[i - 1] > values[i])
            return 0;
        sum = mix(sum, (uint64_t)values[i]);
    }
    return sum;
}
