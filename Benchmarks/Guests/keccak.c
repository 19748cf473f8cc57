// Keccak-f[1600], the permutation of SHA-3: 64-bit rotations over a state larger than the register file.
#include "guest.h"

static uint64_t state[25];
static uint64_t constants[24];
static uint8_t turns[25], places[25];

// Round constants from the shift register, rotations and lane order from the walk that define them (FIPS 202, 3.2).
static void prepare(void) {
    uint8_t shift = 1;
    for (int round = 0; round < 24; round++) {
        constants[round] = 0;
        for (int j = 0; j < 7; j++) {
            if (shift & 1)
                constants[round] |= (uint64_t)1 << ((1 << j) - 1);
            shift = (uint8_t)(shift << 1 ^ (shift & 0x80 ? 0x71 : 0));
        }
    }
    unsigned x = 1, y = 0;
    for (unsigned t = 0; t < 24; t++) {
        const unsigned y2 = (2 * x + 3 * y) % 5;
        x = y, y = y2;
        places[t] = (uint8_t)(x + 5 * y);
        turns[t] = (uint8_t)((t + 1) * (t + 2) / 2 % 64);
    }
}

static NOINLINE void permute(uint64_t *s) {
    for (int round = 0; round < 24; round++) {
        uint64_t c[5];
        for (int x = 0; x < 5; x++)
            c[x] = s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20];
        for (int x = 0; x < 5; x++) {
            const uint64_t d = c[(x + 4) % 5] ^ rotate_left64(c[(x + 1) % 5], 1);
            for (int y = 0; y < 25; y += 5)
                s[x + y] ^= d;
        }
        uint64_t moved = s[1];
        for (int t = 0; t < 24; t++) {
            const uint64_t lane = s[places[t]];
            s[places[t]] = rotate_left64(moved, turns[t]);
            moved = lane;
        }
        for (int y = 0; y < 25; y += 5) {
            for (int x = 0; x < 5; x++)
                c[x] = s[y + x];
            for (int x = 0; x < 5; x++)
                s[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
        }
        s[0] ^= constants[round];
    }
}

// After one permutation of zeros the first lane is f1258f7940e1dde7.
EXPORT(uint64_t, run, uint64_t n) {
    prepare();
    for (int i = 0; i < 25; i++)
        state[i] = 0;
    for (uint64_t round = 0; round < n; round++)
        permute(state);
    return state[0];
}
