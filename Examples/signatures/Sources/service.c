// signatures: a JAM service that takes signed messages, lets through those whose Ed25519 signature is right, and counts them by
// key.
//
// A payload is a list of messages, each: key (32 bytes), signature (64), length of the message (2, little-endian), message. A
// message begins with its number among those of its key, 8 bytes, from 0: that a message was signed once does not mean that it may
// count twice.
//
// refine verifies, off-chain. What it answers: how many signatures it refused (4 bytes), then key and number of each message that
// was good. accumulate counts a message if its number is the next of its key; so the same message again changes nothing.

#include "ed25519.h"
#include <pvm_service.h>

#define MESSAGES 256  // of a payload at most
#define REFUSED  "refused"

struct __attribute__((packed)) accepted {
    uint8_t key[32];
    uint64_t number;
};

static struct __attribute__((packed)) {
    uint32_t refused_count;
    struct accepted messages[MESSAGES];
} result;

JAM_REFINE(arguments) {
    struct jam_reader reader = {arguments->payload, arguments->payload + arguments->payload_length, false};
    uint32_t count = 0;
    while (reader.next != reader.end) {
        const uint8_t *key = jam_take(&reader, 32), *signature = jam_take(&reader, 64);
        const size_t length = jam_take_fixed(&reader, 2);
        const uint8_t *message = jam_take(&reader, length);
        // What breaks off is no list of messages.
        if (reader.has_failed || count == MESSAGES) __builtin_trap();
        if (length < sizeof(uint64_t) || !ed25519_verify(signature, key, message, length)) {
            result.refused_count++;
            continue;
        }
        struct accepted *accepted = &result.messages[count++];
        memcpy(accepted->key, key, sizeof accepted->key);
        memcpy(&accepted->number, message, sizeof accepted->number);
    }
    return jam_answer(&result, sizeof result.refused_count + count * sizeof *result.messages);
}

JAM_ACCUMULATE(arguments) {
    uint64_t refused_count = jam_read_number(REFUSED, sizeof REFUSED - 1);
    for (uint32_t i = 0; i < arguments->input_count; i++) {
        struct jam_input input;
        if (!jam_get_input(i, &input) || input.kind != JAM_INPUT_OUTPUT) continue;
        struct jam_reader reader = {input.output, input.output + input.output_length, false};
        refused_count += jam_take_fixed(&reader, 4);
        while (reader.next != reader.end) {
            const uint8_t *key = jam_take(&reader, 32);
            const uint64_t number = jam_take_fixed(&reader, 8);
            if (reader.has_failed) break;
            const uint64_t next = jam_read_number(key, 32);
            if (number != next || !jam_write_number(key, 32, next + 1)) refused_count++;
        }
    }
    if (refused_count) jam_write_number(REFUSED, sizeof REFUSED - 1, refused_count);
    return jam_no_answer;
}
