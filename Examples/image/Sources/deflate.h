// Compression as RFC 1951 has it, in the container of RFC 1950.

#ifndef DEFLATE_H
#define DEFLATE_H

#include <stddef.h>
#include <stdint.h>

// The most bytes that compress_bytes writes.
size_t most_compressed(size_t count);

// Compresses bytes to a zlib stream. Returns its length, or 0 if memory is missing.
size_t compress_bytes(const uint8_t *bytes, size_t count, uint8_t *output);

// The checksum of RFC 1950.
uint32_t adler32(const uint8_t *bytes, size_t count);

#endif
