// Fused multiply-add: one rounding, whatever cancels, overflows on the way, or ends below the normal numbers.

#include "transcript.h"
#include <math.h>

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const double edges[] = {0.0, -0.0, 1, -1, 3, 1.0 / 3, 0x1.0000000000001p0, 0x1.fffffffffffffp-1, 0x1p27 + 1, 1e300, -1e300, 1e-300,
        0x1p-1022, 5e-324, -5e-324, 1.7976931348623157e308, INFINITY, -INFINITY, NAN};
    enum { EDGES = sizeof edges / sizeof *edges };
    uint64_t state = n + 73, sum = n;
    for (size_t i = 0; i < EDGES && i < n; i++)
        for (size_t j = 0; j < EDGES; j++)
            for (size_t k = 0; k < EDGES; k++)
                sum = mix(sum, bits_of(fma(edges[i], edges[j], edges[k])));
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state), s = next(&state);
        double any, other;
        memcpy(&any, &r, sizeof any);
        memcpy(&other, &s, sizeof other);
        const double x = (double)(int64_t)r / 0x1p56, y = (double)(int64_t)s / 0x1p40;
        // The error of the product, exactly.
        sum = mix(sum, bits_of(fma(x, y, -(x * y))));
        sum = mix(sum, bits_of(fma(x, y, 1.5)));
        sum = mix(sum, bits_of(fma(x, y, any)));
        sum = mix(sum, bits_of(fma(any, y, other)));
        sum = mix(sum, bits_of(fma(any, other, x)));
        sum = mix(sum, bits_of(fma(x * 0x1p-500, y * 0x1p-540, x * 0x1p-1040)));
    }
    return sum;
}
