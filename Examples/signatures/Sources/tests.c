// What `pvm test` runs: vectors of RFC 8032 (7.1), and the service on a chain of its own.

#include "ed25519.h"
#include "sha512.h"
#include <pvm_jam_test.h>
#include <pvm_service.h>

static uint8_t hex_digit(char digit) { return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

static void read_hex(const char *text, uint8_t *bytes) {
    for (size_t i = 0; text[2 * i]; i++) bytes[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
}

// Key, signature and message of tests 1 to 3.
static const char *const vectors[][3] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141"
     "438e7a100b",
     ""},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d29"
     "1612bb0c00",
     "72"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027be"
     "ceea1ec40a",
     "af82"},
};

PVM_TEST(rfc_8032) {
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t key[32], signature[64], message[64];
        read_hex(vectors[i][0], key);
        read_hex(vectors[i][1], signature);
        read_hex(vectors[i][2], message);
        const size_t count = strlen(vectors[i][2]) / 2;
        PVM_ASSERT(ed25519_verify(signature, key, message, count));
        // Each bit counts, of the key, the signature and the message.
        for (size_t bit = 0; bit < 8 * 64; bit += 37) {
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            PVM_ASSERT(!ed25519_verify(signature, key, message, count));
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * 32; bit += 53) {
            key[bit / 8] ^= (uint8_t)(1 << bit % 8);
            PVM_ASSERT(!ed25519_verify(signature, key, message, count));
            key[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        message[count] = 0;
        PVM_ASSERT(!ed25519_verify(signature, key, message, count + 1));
    }
}

// The same signature with the order of the base point added to its second half, which some verifiers take for another one.
PVM_TEST(large_numbers_are_refused) {
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                      0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    uint8_t key[32], signature[64];
    read_hex(vectors[0][0], key);
    read_hex(vectors[0][1], signature);
    unsigned carry = 0;
    for (unsigned i = 0; i < 32; i++) {
        carry += signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    PVM_ASSERT(!ed25519_verify(signature, key, "", 0));
}

// NIST's example of two blocks.
PVM_TEST(sha_512) {
    static const char text[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    uint8_t expected[64], digest[64];
    read_hex(
        "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e5"
        "5b874be909",
        expected);
    for (size_t step = 1; step < sizeof text; step += 13) {
        struct sha512 hash;
        sha512_begin(&hash);
        for (size_t at = 0; at < sizeof text - 1; at += step) {
            const size_t rest = sizeof text - 1 - at;
            sha512_add(&hash, text + at, rest < step ? rest : step);
        }
        sha512_end(&hash, digest);
        PVM_ASSERT(memcmp(digest, expected, sizeof digest) == 0);
    }
}

// A signed message, made with Python's cryptography by the key of test 1: number 0 and 1 of it, and number 0 of test 2's.
struct __attribute__((packed)) signed_number {
    uint8_t key[32], signature[64];
    uint16_t length;
    uint64_t number;
};

static struct signed_number signed_number(unsigned index) {
    static const char *const signatures[] = {
        "3e6d6251f6fe21b0f391496c7a88b03c87657f5a42fdca7f059d4784516a2cbe28dfad2f657fd5a82e8b65f090ab75b97c89482c7d3a7e994588"
        "9acd884bce0c",
        "5687b9dc79f6ea787539383ef6e53a0c692f5e1e25a2fc4c307c0053e96fd3081b9a8ee3ca537d5ba39fe2d9282e4ee043cd7afb41b516c3c720"
        "540d9e683a08",
        "3c85d2483b0352ffe2842e2610781cb3e81efce8fb1efc09b3e5e886835cf9524546378cd22ebd77b0d90a64b4210fc30d9ca236d57a13a83df3"
        "1aedb88b080c",
    };
    struct signed_number result = {.length = 8, .number = index % 2};
    read_hex(vectors[index / 2][0], result.key);
    read_hex(signatures[index], result.signature);
    return result;
}

static uint64_t count_of(const struct signed_number *number) { return jam_read_number(number->key, 32); }

PVM_TEST(messages_are_counted) {
    struct signed_number list[] = {signed_number(0), signed_number(1), signed_number(2)};
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item(list, sizeof list, 0)) == PVM_JAM_TEST_HALTED);
    uint8_t output[200];
    PVM_ASSERT(pvm_jam_test_output(output, sizeof output) == 4 + 3 * 40);
    PVM_ASSERT(memcmp(output, "\0\0\0\0", 4) == 0 && memcmp(output + 4, list[0].key, 32) == 0);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(count_of(&list[0]) == 2 && count_of(&list[2]) == 1);
    PVM_ASSERT(jam_read_number("refused", 7) == 0);
}

PVM_TEST(bad_signatures_are_refused) {
    struct signed_number list[] = {signed_number(0), signed_number(0), signed_number(2)};
    list[0].number = 7;
    list[2].signature[40] ^= 1;
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item(list, sizeof list, 0)) == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(count_of(&list[1]) == 1 && count_of(&list[2]) == 0);
    PVM_ASSERT(jam_read_number("refused", 7) == 2);
}

// Neither within a payload nor in another block.
PVM_TEST(messages_count_once) {
    struct signed_number list[] = {signed_number(0), signed_number(0)};
    for (int i = 0; i < 2; i++) {
        pvm_jam_test_refine(pvm_jam_test_add_item(list, sizeof list, 0));
        PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
        PVM_ASSERT(count_of(&list[0]) == 1);
    }
    PVM_ASSERT(jam_read_number("refused", 7) == 3);
    // Number 1 without number 0 before it.
    struct signed_number late = signed_number(2), early = signed_number(1);
    pvm_jam_test_refine(pvm_jam_test_add_item(&late, sizeof late, 0));
    pvm_jam_test_refine(pvm_jam_test_add_item(&early, sizeof early, 0));
    pvm_jam_test_accumulate();
    PVM_ASSERT(count_of(&late) == 1 && count_of(&early) == 2);
}

PVM_TEST(what_breaks_off_is_refused_as_a_whole) {
    struct signed_number list[] = {signed_number(0), signed_number(1)};
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item(list, sizeof list - 1, 0)) == PVM_JAM_TEST_PANICKED);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(count_of(&list[0]) == 0);
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item("", 0, 0)) == PVM_JAM_TEST_HALTED);
}
