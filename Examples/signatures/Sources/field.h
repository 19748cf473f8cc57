// Numbers modulo 2^255 - 19: five limbs of 51 bits, which may hold a little more between operations.

#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t limbs[5];
} field;

extern const field field_zero, field_one;

// The limbs of sums have up to 54 bits, those of all other results 51 and a bit of another; the subtrahend must be such a result.
field field_sum(const field *a, const field *b);
field field_difference(const field *a, const field *b);
field field_product(const field *a, const field *b);
field field_square(const field *a);
/// a squared so many times.
field field_squares(const field *a, unsigned count);
/// a^(2^252 - 3), the better part of a square root.
field field_root_power(const field *a);
field field_inverse(const field *a);

/// Reads 255 bits, little-endian; false if they are not less than 2^255 - 19.
bool field_read(field *result, const uint8_t bytes[32]);
/// Writes the number itself, which is less than 2^255 - 19.
void field_write(const field *a, uint8_t bytes[32]);
bool field_equal(const field *a, const field *b);

#endif
