// CRC-32 of 4 KiB by table, a byte at a time: a chain of loads that depend on each other.
#include "guest.h"

enum { SIZE = 4096 };
static uint32_t table[256];
static uint8_t buffer[SIZE];

EXPORT(uint64_t, run, uint64_t n) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
        table[i] = c;
    }
    for (uint32_t i = 0; i < SIZE; i++)
        buffer[i] = (uint8_t)(i * 31 + 7);
    uint32_t crc = 0;
    for (uint64_t round = 0; round < n; round++) {
        crc = ~crc;
        for (uint32_t i = 0; i < SIZE; i++)
            crc = table[(crc ^ buffer[i]) & 0xff] ^ crc >> 8;
        crc = ~crc;
    }
    return crc;
}
