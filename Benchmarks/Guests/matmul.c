// Products of 48 x 48 matrices of 32-bit integers.
#include "guest.h"

enum { SIZE = 48 };
static int32_t a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static NOINLINE void multiply(void) {
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            uint32_t sum = 0;
            for (int k = 0; k < SIZE; k++)
                sum += (uint32_t)a[i][k] * (uint32_t)b[k][j];
            c[i][j] = (int32_t)sum;
        }
}

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t word = 88172645463325252, sum = 0;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (int32_t)next(&word);
            b[i][j] = (int32_t)next(&word);
        }
    for (uint64_t round = 0; round < n; round++) {
        multiply();
        for (int i = 0; i < SIZE; i++)
            a[i][round % SIZE] = c[i][(round * 7) % SIZE];
        sum = mix(sum, (uint32_t)c[round % SIZE][5]);
    }
    return sum;
}
