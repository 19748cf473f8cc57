// Pictures as files in the format PNG.

#ifndef PNG_H
#define PNG_H

#include <stddef.h>
#include <stdint.h>

// Makes a file of pixels of three bytes, red, green, blue, row after row from the top. Returns the file, which the
// caller frees, and its length; NULL if memory is missing.
uint8_t *png_file(const uint8_t *pixels, uint32_t width, uint32_t height, size_t *count);

// The checksum of a PNG's chunks.
uint32_t crc32(const uint8_t *bytes, size_t count);

#endif
