// memcpy, memmove, memset and memcmp with every small size and alignment, and with random larger ones, overlapping too.

#include "checksum.h"
#include <string.h>

static unsigned char left[320], right[320];

static uint64_t checksum(uint64_t sum, const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        sum = mix(sum, word);
    }
    return sum;
}

static uint64_t sign(int order) { return order < 0 ? 1 : order > 0 ? 2 : 3; }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 3, sum = 0;
    for (unsigned i = 0; i < sizeof left; i++)
        left[i] = (unsigned char)(i * 7), right[i] = (unsigned char)(i * 11);
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const size_t size = i < 40 ? i : (r & 3) ? r >> 2 & 31 : r >> 2 & 127;
        const size_t from = r >> 10 & 127, to = (r >> 17 & 1) ? from + (r >> 18 & 15) : r >> 22 & 127;
        memcpy(right + to, left + from, size);
        memmove(left + to, left + from, size);
        memmove(right + from, right + to, size);
        sum = mix(sum, sign(memcmp(left + to, right + from, size)));
        sum = mix(sum, sign(memcmp(left + from, right + to, size)));
        memset(left + (r >> 30 & 127), (int)(r >> 40), size / 2);
        sum = mix(sum, sign(memcmp(left, right, 300)));
        if (i % 8 == 0)
            sum = checksum(checksum(sum, left, sizeof left), right, sizeof right);
    }
    return sum;
}
