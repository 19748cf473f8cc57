// Quicksort of 8192 random 32-bit numbers, n times: unpredictable branches.
#include "guest.h"

#define COUNT 8192
static uint32_t item[COUNT];

static NOINLINE void sort(int32_t low, int32_t high) {
    while (high - low > 12) {
        uint32_t a = item[low], b = item[low + (high - low) / 2], c = item[high];
        uint32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        int32_t i = low, j = high;
        while (i <= j) {
            while (item[i] < pivot)
                i++;
            while (item[j] > pivot)
                j--;
            if (i <= j) {
                uint32_t t = item[i];
                item[i++] = item[j];
                item[j--] = t;
            }
        }
        if (j - low < high - i) {
            sort(low, j);
            low = i;
        } else {
            sort(i, high);
            high = j;
        }
    }
    for (int32_t i = low + 1; i <= high; i++) {
        uint32_t t = item[i];
        int32_t j = i;
        for (; j > low && item[j - 1] > t; j--)
            item[j] = item[j - 1];
        item[j] = t;
    }
}

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t word = 2463534242u, sum = 0;
    for (uint64_t round = 0; round < n; round++) {
        for (int i = 0; i < COUNT; i++)
            item[i] = (uint32_t)(next(&word) >> 16);
        sort(0, COUNT - 1);
        for (int i = 1; i < COUNT; i++)
            sum += item[i - 1] > item[i];
        sum = mix(sum, item[COUNT / 2] ^ (uint64_t)item[17] << 32);
    }
    return sum;
}
