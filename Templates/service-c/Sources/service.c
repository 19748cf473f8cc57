// {{name}}: a JAM service that adds up numbers of 64 bits, little-endian, one behind the other.

#include <pvm.h>
#include <pvm_bytes.h>
#include <string.h>

static uint64_t sum, total;

static uint64_t added_up(const uint8_t *numbers, size_t count) {
    uint64_t result = 0, number;
    for (; count >= sizeof number; numbers += sizeof number, count -= sizeof number) {
        memcpy(&number, numbers, sizeof number);
        result += number;
    }
    return result;
}

// Off-chain: from the payload of a work item to its result, whose address and length go back in two registers.
PVM_EXPORT(pvm_bytes, refine, const uint8_t *payload, size_t count) {
    sum = added_up(payload, count);
    return (pvm_bytes){&sum, sizeof sum};
}

// On-chain: takes up the results.
PVM_EXPORT(pvm_bytes, accumulate, const uint8_t *results, size_t count) {
    total += added_up(results, count);
    return (pvm_bytes){&total, sizeof total};
}

// Tests: `pvm test` runs each in an instance of its own.
PVM_TEST(refining) {
    const uint64_t numbers[] = {1, 2, 39};
    const pvm_bytes result = refine((const uint8_t *)numbers, sizeof numbers);
    PVM_ASSERT(result.count == 8);
    PVM_ASSERT(sum == 42);
    PVM_ASSERT(refine(NULL, 0).count == 8 && sum == 0);
}

PVM_TEST(accumulating) {
    const uint64_t result = 42;
    accumulate((const uint8_t *)&result, sizeof result);
    accumulate((const uint8_t *)&result, sizeof result);
    PVM_ASSERT(total == 84);
}
