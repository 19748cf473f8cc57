// Signatures after RFC 8032: verifying only, which has no secrets to keep.

#ifndef ED25519_H
#define ED25519_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether a signature of 64 bytes is one of the message by the key.
///
/// Refuses what RFC 8032 does: numbers that are not less than their modulus, and keys that are no point. The first half of the
/// signature is compared as bytes.
bool ed25519_verify(const uint8_t signature[64], const uint8_t key[32], const void *message, size_t count);

#endif
