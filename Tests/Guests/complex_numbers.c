// Complex arithmetic and complex.h. Products and quotients of small whole numbers are exact; of the functions the 30 leading
// bits are compared, since libraries round them differently.

#include "transcript.h"
#include <complex.h>
#include <math.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void exactly(double complex z) { sum = mix(mix(sum, bits_of(creal(z))), bits_of(cimag(z))); }
static void close_to(double complex z) {
    sum = mix(sum, (bits_of(creal(z)) + ((uint64_t)1 << 22)) >> 23);
    sum = mix(sum, (bits_of(cimag(z)) + ((uint64_t)1 << 22)) >> 23);
}

// Passed and returned in pairs of registers.
__attribute__((noinline)) static double complex square(double complex z) { return z * z; }
__attribute__((noinline)) static float complex turn(float complex z, float complex by) { return z * by; }

static unsigned escape(double complex c) {
    double complex z = 0;
    for (unsigned i = 0; i < 50; i++) {
        z = square(z) + c;
        if (creal(z) * creal(z) + cimag(z) * cimag(z) > 4)
            return i;
    }
    return 50;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    uint64_t state = n + 71;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const double a = (double)(int)((r & 1023) - 512), b = (double)(int)((r >> 10 & 1023) - 512);
        const double complex z = __builtin_complex(a, b), w = __builtin_complex((double)(r >> 20 & 63) + 1, (double)(r >> 26 & 63) - 31);
        exactly(z + w), exactly(z - w), exactly(z * w), exactly(conj(z)), exactly(-z), exactly(cproj(z));
        exactly(z * w / w - z == 0 ? 1 : fabs(creal(z * w / w - z)) < 1e-9);
        exactly(square(z)), exactly(z * I), exactly((z == w) + 2 * (z != conj(z)));
        const float complex turned = turn((float complex)z, (float complex)w);
        sum = mix(sum, bits_of_float(crealf(turned)) + ((uint64_t)bits_of_float(cimagf(turned)) << 32));
        const double complex u = z / 512, v = w / 64;
        close_to(z / w), close_to(cabs(z)), close_to(carg(w)), close_to(csqrt(w)), close_to(cexp(u)), close_to(clog(w));
        close_to(cpow(v, 2.5)), close_to(csin(w / 16)), close_to(ccos(w / 16)), close_to(csinh(v)), close_to(ctanh(v));
        sum = mix(sum, escape(__builtin_complex(a / 256 - 0.5, b / 400)));
    }
    exactly(csqrt(-4)), exactly(cabs(__builtin_complex((double)INFINITY, (double)NAN))), exactly(cproj(__builtin_complex((double)INFINITY, -1.0)));
    return sum;
}
