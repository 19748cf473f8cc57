// {{name}}: a JAM service that keeps a ledger: how much each account, an id of 8 bytes, has got in all.
//
// A payload is a list of entries of 16 bytes: account and amount, numbers of 64 bits, little-endian. refine, which runs off-chain,
// checks it and adds up what belongs together; accumulate, which runs on chain, has little left to do. What refine refuses never
// gets there.

#include "ledger.h"

struct entry {
    uint64_t account, amount;
};

// Sorted by account, each once; stays until the host has read it.
static struct entry entries[LEDGER_ENTRIES];

JAM_REFINE(arguments) {
    const struct entry *payload = (const struct entry *)arguments->payload;
    const size_t count = arguments->payload_length / sizeof *payload;
    // Whoever sends nonsense gets no result.
    if (arguments->payload_length % sizeof *payload || count > LEDGER_ENTRIES) __builtin_trap();
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct entry entry;
        memcpy(&entry, &payload[i], sizeof entry);
        if (entry.amount == 0) __builtin_trap();
        size_t place = used;
        while (place && entries[place - 1].account >= entry.account) place--;
        if (place < used && entries[place].account == entry.account) {
            if (__builtin_add_overflow(entries[place].amount, entry.amount, &entries[place].amount)) __builtin_trap();
            continue;
        }
        memmove(&entries[place + 1], &entries[place], (used - place) * sizeof entry);
        entries[place] = entry;
        used++;
    }
    return jam_answer(entries, used * sizeof *entries);
}

// Books an amount; sums stay at the highest number rather than begin anew.
static void book(uint64_t account, uint64_t amount) {
    uint64_t sum = jam_read_number(&account, sizeof account);
    if (__builtin_add_overflow(sum, amount, &sum)) sum = UINT64_MAX;
    if (!jam_write_number(&account, sizeof account, sum)) {
        jam_say(JAM_LOG_ERROR, "the balance does not carry another account");
        return;
    }
    uint64_t total = jam_read_number(LEDGER_TOTAL, sizeof LEDGER_TOTAL - 1);
    if (__builtin_add_overflow(total, amount, &total)) total = UINT64_MAX;
    jam_write_number(LEDGER_TOTAL, sizeof LEDGER_TOTAL - 1, total);
}

// What the chain shall remember of this block: the time slot and the total. A hash would do for more.
static struct {
    uint64_t time_slot, total, zeros[2];
} summary;

JAM_ACCUMULATE(arguments) {
    for (uint32_t i = 0; i < arguments->input_count; i++) {
        struct jam_input input;
        if (!jam_get_input(i, &input)) continue;
        switch (input.kind) {
        case JAM_INPUT_OUTPUT:
            for (size_t at = 0; at + sizeof(struct entry) <= input.output_length; at += sizeof(struct entry)) {
                struct entry entry;
                memcpy(&entry, input.output + at, sizeof entry);
                book(entry.account, entry.amount);
            }
            break;
        case JAM_INPUT_TRANSFER: book(input.source, input.amount); break;
        case JAM_INPUT_FAILURE: jam_say(JAM_LOG_WARNING, "an item was refused"); break;
        }
    }
    summary.time_slot = arguments->time_slot;
    summary.total = jam_read_number(LEDGER_TOTAL, sizeof LEDGER_TOTAL - 1);
    // 32 bytes are the hash that the service yields.
    return jam_answer(&summary, sizeof summary);
}
