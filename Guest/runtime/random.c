// arc4random, arc4random_buf: a fixed sequence. A guest must behave the same wherever and whenever it runs, so there is no randomness to
// be had; Swift asks for some to seed its hash tables and for `shuffled()` and `random(in:)`. Not for secrets.
//
// SplitMix64: a counter that goes up by the golden ratio of 2^64, and a mixing function (Steele, Lea, Flood: "Fast splittable
// pseudorandom number generators", 2014). Its state starts at 0 in each instance.

#include "runtime.h"
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void) {
    uint64_t word = state += 0x9e3779b97f4a7c15;
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    return word ^ word >> 31;
}

void arc4random_buf(void *memory, size_t size) {
    unsigned char *d = memory;
    for (; size >= 8; size -= 8, d += 8)
        *(pvm_word *)d = next_random();
    if (size) {
        const uint64_t word = next_random();
        memcpy(d, &word, size);
    }
}

uint32_t arc4random(void) { return (uint32_t)next_random(); }
