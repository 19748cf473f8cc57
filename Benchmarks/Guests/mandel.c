// Mandelbrot set in fixed point with 28 fraction bits: 64-bit multiplications,
// arithmetic shifts and an exit test per step.
#include "guest.h"

#define FRACTION 28

EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = 0;
    for (uint64_t frame = 0; frame < n; frame++) {
        int64_t shift = (int64_t)(frame & 1023) << 12;
        for (int row = 0; row < 32; row++)
            for (int column = 0; column < 48; column++) {
                int64_t cr = ((int64_t)(column * 3 - 96) << FRACTION) / 48 + shift;
                int64_t ci = ((int64_t)(row * 2 - 32) << FRACTION) / 32 - shift;
                int64_t x = 0, y = 0;
                unsigned step = 0;
                for (; step < 128; step++) {
                    int64_t xx = x * x >> FRACTION, yy = y * y >> FRACTION;
                    if (xx + yy > (int64_t)4 << FRACTION)
                        break;
                    y = (x * y >> (FRACTION - 1)) + ci;
                    x = xx - yy + cr;
                }
                sum = sum * 31 + step;
            }
    }
    return sum;
}
