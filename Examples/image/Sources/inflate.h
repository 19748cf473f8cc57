// Reading what deflate.c writes, for the tests.

#ifndef INFLATE_H
#define INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether a zlib stream, taken as RFC 1950 and 1951 have it, is of these bytes and no others.
bool holds(const uint8_t *stream, size_t stream_count, const uint8_t *bytes, size_t count);

#endif
