// What `pvm test` runs: each test on a chain of its own. It refines and accumulates with the very bytes that go on chain.

#include "ledger.h"
#include <pvm_jam_test.h>

#define BOOK(...)                                                                                                        \
    ({                                                                                                                   \
        const uint64_t numbers[] = {__VA_ARGS__};                                                                        \
        pvm_jam_test_refine(pvm_jam_test_add_item(numbers, sizeof numbers, 0));                                          \
    })

static uint64_t sum_of(uint64_t account) { return jam_read_number(&account, sizeof account); }

PVM_TEST(refining_adds_up) {
    PVM_ASSERT(BOOK(7, 1, 3, 10, 7, 5) == PVM_JAM_TEST_HALTED);
    uint64_t output[6];
    PVM_ASSERT(pvm_jam_test_output(output, sizeof output) == 32);
    PVM_ASSERT(output[0] == 3 && output[1] == 10 && output[2] == 7 && output[3] == 6);
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item("", 0, 0)) == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(pvm_jam_test_output(output, sizeof output) == 0);
}

PVM_TEST(refining_refuses_nonsense) {
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item("fifteen bytes !", 15, 0)) == PVM_JAM_TEST_PANICKED);
    PVM_ASSERT(BOOK(1, 0) == PVM_JAM_TEST_PANICKED);
    PVM_ASSERT(BOOK(1, UINT64_MAX, 1, 1) == PVM_JAM_TEST_PANICKED);
    static uint64_t many[2 * (LEDGER_ENTRIES + 1)];
    for (int i = 0; i <= LEDGER_ENTRIES; i++) many[2 * i] = i, many[2 * i + 1] = 1;
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item(many, sizeof many - 16, 0)) == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(pvm_jam_test_refine(pvm_jam_test_add_item(many, sizeof many, 0)) == PVM_JAM_TEST_PANICKED);
    pvm_jam_test_set_gas(100);
    PVM_ASSERT(BOOK(1, 1) == PVM_JAM_TEST_OUT_OF_GAS);
}

PVM_TEST(accumulating_books) {
    BOOK(7, 1, 3, 10);
    BOOK(7, 5);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(sum_of(3) == 10 && sum_of(7) == 6 && sum_of(8) == 0);
    PVM_ASSERT(jam_read_number("total", 5) == 16);
    uint64_t yielded[4];
    PVM_ASSERT(pvm_jam_test_yielded((uint8_t *)yielded) == 1);
    PVM_ASSERT(yielded[0] == 1000000 && yielded[1] == 16);
    // The next block goes on from there; a refused item changes nothing.
    BOOK(7, 1);
    BOOK(7, 0);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(sum_of(7) == 7);
    pvm_jam_test_yielded((uint8_t *)yielded);
    PVM_ASSERT(yielded[0] == 1000001 && yielded[1] == 17);
}

PVM_TEST(transfers_are_booked) {
    const uint8_t memo[128] = {0};
    const uint64_t before = pvm_jam_test_balance(PVM_JAM_TEST_SERVICE_OWN);
    pvm_jam_test_add_transfer(PVM_JAM_TEST_SERVICE_OTHER, 250, 1000000, memo);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(pvm_jam_test_balance(PVM_JAM_TEST_SERVICE_OWN) == before + 250);
    PVM_ASSERT(sum_of(PVM_JAM_TEST_SERVICE_OTHER) == 250);
}

PVM_TEST(sums_stay_at_the_highest_number) {
    BOOK(1, UINT64_MAX);
    BOOK(1, 5);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(sum_of(1) == UINT64_MAX);
}

PVM_TEST(a_poor_service_books_what_it_can) {
    struct jam_service_info info;
    jam_info(JAM_SERVICE_SELF, &info, 0, sizeof info);
    // An account takes 10 for its item and 34 + 8 + 8 for its bytes; the total takes 3 less. So there is room for one and the total.
    pvm_jam_test_set_balance(PVM_JAM_TEST_SERVICE_OWN, info.threshold + 60 + 57);
    BOOK(1, 5, 2, 6);
    PVM_ASSERT(pvm_jam_test_accumulate() == PVM_JAM_TEST_HALTED);
    PVM_ASSERT(sum_of(1) == 5 && sum_of(2) == 0 && jam_read_number("total", 5) == 5);
}
