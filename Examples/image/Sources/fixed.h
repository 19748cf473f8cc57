// Numbers with 32 bits behind the point: the PVM has no floating point, and whole numbers are the same everywhere.

#ifndef FIXED_H
#define FIXED_H

#include <stdint.h>

typedef int64_t fixed;

#define FIXED(number) ((fixed)((number) * 4294967296.0))  // of a constant, which the compiler computes
enum { FRACTION_BITS = 32 };
#define ONE ((fixed)1 << FRACTION_BITS)

static inline fixed multiply(fixed a, fixed b) { return (fixed)((__int128)a * b >> FRACTION_BITS); }
static inline fixed divide(fixed a, fixed b) { return (fixed)(((__int128)a << FRACTION_BITS) / b); }

// The square root, to 31 significant bits; of a number below zero 0.
fixed square_root(fixed number);

typedef struct {
    fixed x, y, z;
} vector;

static inline vector add(vector a, vector b) { return (vector){a.x + b.x, a.y + b.y, a.z + b.z}; }
static inline vector subtract(vector a, vector b) { return (vector){a.x - b.x, a.y - b.y, a.z - b.z}; }
static inline fixed dot(vector a, vector b) { return multiply(a.x, b.x) + multiply(a.y, b.y) + multiply(a.z, b.z); }
static inline vector scale(vector a, fixed by) {
    return (vector){multiply(a.x, by), multiply(a.y, by), multiply(a.z, by)};
}
static inline vector mix(vector a, vector b, fixed share) { return add(a, scale(subtract(b, a), share)); }
vector unit(vector a);

#endif
