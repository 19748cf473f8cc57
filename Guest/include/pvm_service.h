// JAM services in C, above the host's functions (pvm_jam.h): entries with decoded arguments, inputs of accumulate, storage, log.
//
//     JAM_REFINE(arguments) {
//         return jam_answer(arguments->payload, arguments->payload_length);
//     }
//
//     JAM_ACCUMULATE(arguments) {
//         for (uint32_t i = 0; i < arguments->input_count; i++) {
//             struct jam_input input;
//             if (jam_get_input(i, &input) && input.kind == JAM_INPUT_OUTPUT) …
//         }
//         return jam_no_answer;
//     }
//
// Both versions of JAM have all of this. An entry has an instance of its own, so nothing that is allocated is given back.

#ifndef PVM_SERVICE_H
#define PVM_SERVICE_H

#include <pvm_bytes.h>
#include <pvm_jam.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// MARK: Bytes

/// A place in bytes that are read from their start to their end; what is not there makes it fail for good.
struct jam_reader {
    const uint8_t *next, *end;
    bool has_failed;
};

/// The next bytes, where they lie; NULL if there are not so many.
static inline const uint8_t *jam_take(struct jam_reader *reader, uint64_t count) {
    if (reader->has_failed || count > (uint64_t)(reader->end - reader->next)) {
        reader->has_failed = true;
        return NULL;
    }
    const uint8_t *bytes = reader->next;
    reader->next += count;
    return bytes;
}

/// A little-endian number of so many bytes, at most eight.
static inline uint64_t jam_take_fixed(struct jam_reader *reader, unsigned count) {
    const uint8_t *bytes = jam_take(reader, count);
    uint64_t value = 0;
    for (unsigned i = 0; bytes && i < count; i++) value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

/// A natural of variable length: as many ones as lead the first byte, so many bytes follow; the rest of it are the highest bits.
static inline uint64_t jam_take_natural(struct jam_reader *reader) {
    const uint8_t *first = jam_take(reader, 1);
    if (!first) return 0;
    unsigned count = 0;
    while (count < 8 && *first & 0x80 >> count) count++;
    const uint64_t low = jam_take_fixed(reader, count);
    return count < 7 ? (uint64_t)(*first & 0x7f >> count) << 8 * count | low : low;
}

/// Bytes behind their number.
static inline const uint8_t *jam_take_blob(struct jam_reader *reader, size_t *count) {
    const uint64_t length = jam_take_natural(reader);
    const uint8_t *bytes = jam_take(reader, length);
    *count = bytes ? (size_t)length : 0;
    return bytes;
}

/// What an entry returns if it has nothing to say.
static const pvm_bytes jam_no_answer __attribute__((unused)) = {NULL, 0};

/// What an entry returns: bytes that must stay until the host has read them, so none on the stack.
static inline pvm_bytes jam_answer(const void *bytes, size_t count) { return (pvm_bytes){bytes, count}; }

// MARK: Entries

/// What refine is called with.
struct jam_refine_arguments {
    uint32_t core;
    uint32_t item;  // its index in the work package
    uint32_t service;
    const uint8_t *payload;
    size_t payload_length;
    const uint8_t *package_hash;  // 32 bytes
};

/// What accumulate is called with.
struct jam_accumulate_arguments {
    uint32_t time_slot;
    uint32_t service;
    uint32_t input_count;
};

/// What is_authorized is called with.
struct jam_authorization_arguments {
    uint32_t core;
};

static inline bool jam_read_refine_arguments(const void *bytes, size_t count, struct jam_refine_arguments *out) {
    struct jam_reader reader = {bytes, (const uint8_t *)bytes + count, false};
    out->core = (uint32_t)jam_take_natural(&reader);
    out->item = (uint32_t)jam_take_natural(&reader);
    out->service = (uint32_t)jam_take_natural(&reader);
    out->payload = jam_take_blob(&reader, &out->payload_length);
    out->package_hash = jam_take(&reader, 32);
    return !reader.has_failed;
}

static inline bool jam_read_accumulate_arguments(const void *bytes, size_t count, struct jam_accumulate_arguments *out) {
    struct jam_reader reader = {bytes, (const uint8_t *)bytes + count, false};
    out->time_slot = (uint32_t)jam_take_natural(&reader);
    out->service = (uint32_t)jam_take_natural(&reader);
    out->input_count = (uint32_t)jam_take_natural(&reader);
    return !reader.has_failed;
}

static inline bool jam_read_authorization_arguments(
    const void *bytes, size_t count, struct jam_authorization_arguments *out) {
    struct jam_reader reader = {bytes, (const uint8_t *)bytes + count, false};
    out->core = (uint32_t)jam_take_fixed(&reader, 2);
    return !reader.has_failed;
}

// An entry: the exported function traps on arguments that the host never passes, and calls the body.
#define JAM_ENTRY_(name, kind, arguments)                                                                                \
    static pvm_bytes jam_##name##_body_(const struct jam_##kind##_arguments *arguments);                                 \
    PVM_EXPORT(pvm_bytes, name, const void *jam_bytes, size_t jam_count) {                                               \
        struct jam_##kind##_arguments jam_arguments;                                                                     \
        if (!jam_read_##kind##_arguments(jam_bytes, jam_count, &jam_arguments)) __builtin_trap();                        \
        return jam_##name##_body_(&jam_arguments);                                                                       \
    }                                                                                                                    \
    static pvm_bytes jam_##name##_body_(const struct jam_##kind##_arguments *arguments)

#define JAM_REFINE(arguments) JAM_ENTRY_(refine, refine, arguments)
#define JAM_ACCUMULATE(arguments) JAM_ENTRY_(accumulate, accumulate, arguments)
#define JAM_IS_AUTHORIZED(arguments) JAM_ENTRY_(is_authorized, authorization, arguments)

// MARK: Work

/// Copies all that a selector of fetch stands for to memory of its own; NULL if there is nothing. Bytes are counted in `count`.
static inline const uint8_t *jam_get(uint64_t selector, uint64_t first, uint64_t second, size_t *count) {
    uint8_t nothing;
    const uint64_t length = jam_fetch(&nothing, 0, 0, selector, first, second);
    *count = 0;
    if (length == JAM_NONE) return NULL;
    uint8_t *bytes = malloc(length ? (size_t)length : 1);
    if (!bytes) __builtin_trap();
    jam_fetch(bytes, 0, length, selector, first, second);
    *count = (size_t)length;
    return bytes;
}

static inline const uint8_t *jam_get_payload(uint32_t item, size_t *count) {
    return jam_get(JAM_FETCH_ITEM_PAYLOAD, item, 0, count);
}

static inline const uint8_t *jam_get_extrinsic(uint32_t index, size_t *count) {
    return jam_get(JAM_FETCH_OWN_EXTRINSIC, index, 0, count);
}

static inline const uint8_t *jam_get_import(uint32_t index, size_t *count) {
    return jam_get(JAM_FETCH_OWN_IMPORT, index, 0, count);
}

// MARK: Inputs of accumulate

enum jam_input_kind { JAM_INPUT_OUTPUT, JAM_INPUT_FAILURE, JAM_INPUT_TRANSFER };

/// Something that accumulate is called for.
struct jam_input {
    enum jam_input_kind kind;
    uint64_t gas;
    // Of outputs and failures; hashes have 32 bytes.
    const uint8_t *package_hash, *segment_root, *authorizer_hash, *payload_hash;
    const uint8_t *trace;  // what the authorizer answered
    size_t trace_length;
    const uint8_t *output;
    size_t output_length;
    uint32_t error;  // of a failure: 1 out of gas, 2 panic, 3 wrong number of exports, 4 too long, 5 no code, 6 code too long
    // Of transfers.
    uint32_t source;
    uint64_t amount;
    const uint8_t *memo;  // 128 bytes
};

/// Fetches an input; false behind the last.
static inline bool jam_get_input(uint32_t index, struct jam_input *out) {
    size_t count;
    const uint8_t *bytes = jam_get(JAM_FETCH_ACCUMULATE_INPUT, index, 0, &count);
    memset(out, 0, sizeof *out);
    if (!bytes) return false;
    struct jam_reader reader = {bytes, bytes + count, false};
    if (jam_take_natural(&reader) == 0) {
        out->package_hash = jam_take(&reader, 32);
        out->segment_root = jam_take(&reader, 32);
        out->authorizer_hash = jam_take(&reader, 32);
        out->payload_hash = jam_take(&reader, 32);
        out->gas = jam_take_natural(&reader);
        out->error = (uint32_t)jam_take_natural(&reader);
        out->kind = out->error ? JAM_INPUT_FAILURE : JAM_INPUT_OUTPUT;
        if (!out->error) out->output = jam_take_blob(&reader, &out->output_length);
        out->trace = jam_take_blob(&reader, &out->trace_length);
    } else {
        out->kind = JAM_INPUT_TRANSFER;
        out->source = (uint32_t)jam_take_fixed(&reader, 4);
        jam_take(&reader, 4);
        out->amount = jam_take_fixed(&reader, 8);
        out->memo = jam_take(&reader, JAM_LIMIT_MEMO_BYTES);
        out->gas = jam_take_fixed(&reader, 8);
    }
    return !reader.has_failed;
}

// MARK: Storage and log

/// A number of the own storage; 0 if there is none.
static inline uint64_t jam_read_number(const void *key, size_t key_length) {
    uint64_t value = 0;
    jam_read(JAM_SERVICE_SELF, key, key_length, &value, 0, sizeof value);
    return value;
}

/// Stores a number; false if the balance does not carry it.
static inline bool jam_write_number(const void *key, size_t key_length, uint64_t value) {
    return jam_write(key, key_length, &value, sizeof value) != JAM_FULL;
}

#define JAM_LOG_ERROR   1
#define JAM_LOG_WARNING 2
#define JAM_LOG_INFO    3
#define JAM_LOG_DEBUG   4

/// Writes a line to the host's log, which 0.8.0 does not have: there it goes nowhere.
static inline void jam_say(uint64_t level, const char *text) {
#if JAM_VERSION == 702
    jam_log(level, text, 0, text, strlen(text));
#else
    (void)level, (void)text;
#endif
}

#endif
