// What `pvm test` runs: the messages of NIST's examples for FIPS 180-4, and how pieces are put together.

#include "sha256.h"

#include <pvm.h>
#include <string.h>

static bool is(sha256_digest digest, const char *hex) {
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        if ("0123456789abcdef"[digest.bytes[i] >> 4] != hex[2 * i] ||
            "0123456789abcdef"[digest.bytes[i] & 15] != hex[2 * i + 1])
            return false;
    return hex[2 * sizeof digest.bytes] == 0;
}

static sha256_digest digest_of(const char *text) {
    sha256 hash;
    sha256_begin(&hash);
    sha256_add(&hash, text, strlen(text));
    return sha256_end(&hash);
}

PVM_TEST(empty_message) {
    PVM_ASSERT(is(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

PVM_TEST(one_block) {
    PVM_ASSERT(is(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

// 448 bits: the length no longer fits into the block.
PVM_TEST(two_blocks) {
    PVM_ASSERT(is(
        digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

PVM_TEST(million_times_a) {
    char piece[1000];
    memset(piece, 'a', sizeof piece);
    sha256 hash;
    sha256_begin(&hash);
    for (int i = 0; i < 1000; i++)
        sha256_add(&hash, piece, sizeof piece);
    PVM_ASSERT(is(sha256_end(&hash), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

static void fill(uint8_t *message, size_t count) {
    for (size_t i = 0; i < count; i++)
        message[i] = (uint8_t)(i * 7);
}

// Messages of 0 to 150 bytes, so that the padding begins everywhere in a block. Python's hashlib made the digest of all
// their digests, one behind the other.
PVM_TEST(every_length) {
    uint8_t message[150];
    fill(message, sizeof message);
    sha256 all;
    sha256_begin(&all);
    for (size_t count = 0; count <= sizeof message; count++) {
        sha256 hash;
        sha256_begin(&hash);
        sha256_add(&hash, message, count);
        const sha256_digest digest = sha256_end(&hash);
        sha256_add(&all, digest.bytes, sizeof digest.bytes);
    }
    PVM_ASSERT(is(sha256_end(&all), "2c506ade807deb558ca4edea67e970de72ff5f3439dafd47da4cceb797833fba"));
}

// Wherever a message is cut, its digest is the same.
PVM_TEST(pieces) {
    uint8_t message[150];
    fill(message, sizeof message);
    sha256 hash;
    sha256_begin(&hash);
    sha256_add(&hash, message, sizeof message);
    const sha256_digest whole = sha256_end(&hash);
    for (size_t cut = 0; cut <= sizeof message; cut++) {
        sha256_begin(&hash);
        sha256_add(&hash, message, cut);
        sha256_add(&hash, message + cut, sizeof message - cut);
        const sha256_digest pieces = sha256_end(&hash);
        PVM_ASSERT(memcmp(&pieces, &whole, sizeof whole) == 0);
    }
}
