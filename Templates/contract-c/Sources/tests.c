// Tests: `pvm test` runs each on a chain of its own, where the contract is deployed as it would be on a real one.

#include <pvm_contract_test.h>

#include "token_abi.h"

enum { OWNER, ALICE, BOB, CAROL };

static u256 number(uint64_t value) { return u256_from(value); }

static address deploy_with(uint64_t supply) {
    pvm_as(pvm_account(OWNER));
    return token_create(pvm_code(""), number(supply));
}

static u256 balance(address token, uint32_t account) { return token_call_balance_of(token, pvm_account(account)); }

PVM_TEST(deploying_gives_the_supply_to_the_owner) {
    const address token = deploy_with(1000);
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EVENT(0, token, token_log_transfer(address_zero(), pvm_account(OWNER), number(1000)));
    PVM_EXPECT_EQUAL(token_call_total_supply(token), number(1000));
    PVM_EXPECT_EQUAL(balance(token, OWNER), number(1000));
    PVM_EXPECT_EQUAL(balance(token, ALICE), number(0));
}

PVM_TEST(it_has_a_name) {
    const address token = deploy_with(0);
    PVM_ASSERT(pvm_bytes_equal(token_call_name(token), pvm_text("{{name}}")));
    PVM_ASSERT(pvm_bytes_equal(token_call_symbol(token), pvm_text("TOK")));
    PVM_ASSERT(token_call_decimals(token) == 18);
}

PVM_TEST(transfer_moves) {
    const address token = deploy_with(1000);
    PVM_ASSERT(token_call_transfer(token, pvm_account(ALICE), number(300)));
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EVENT(0, token, token_log_transfer(pvm_account(OWNER), pvm_account(ALICE), number(300)));
    PVM_EXPECT_EQUAL(balance(token, OWNER), number(700));
    PVM_EXPECT_EQUAL(balance(token, ALICE), number(300));
    // To oneself, all of it, and nothing.
    pvm_as(pvm_account(ALICE));
    token_call_transfer(token, pvm_account(ALICE), number(300));
    token_call_transfer(token, pvm_account(BOB), number(0));
    PVM_EXPECT_EQUAL(balance(token, ALICE), number(300));
    PVM_EXPECT_EQUAL(balance(token, BOB), number(0));
}

PVM_TEST(transfer_of_too_much_changes_nothing) {
    const address token = deploy_with(1000);
    PVM_EXPECT_ERROR(
        token_call_transfer(token, pvm_account(ALICE), number(1001)),
        token_error_erc20_insufficient_balance(pvm_account(OWNER), number(1000), number(1001)));
    PVM_EXPECT_ERROR(
        token_call_transfer(token, pvm_account(ALICE), u256_max()),
        token_error_erc20_insufficient_balance(pvm_account(OWNER), number(1000), u256_max()));
    PVM_EXPECT_ERROR(
        token_call_transfer(token, address_zero(), number(1)), token_error_erc20_invalid_receiver(address_zero()));
    PVM_EXPECT_EQUAL(balance(token, OWNER), number(1000));
    PVM_EXPECT_EQUAL(balance(token, ALICE), number(0));
}

PVM_TEST(allowance_is_used_up) {
    const address token = deploy_with(1000);
    PVM_ASSERT(token_call_approve(token, pvm_account(CAROL), number(100)));
    PVM_EXPECT_EVENT(0, token, token_log_approval(pvm_account(OWNER), pvm_account(CAROL), number(100)));
    pvm_as(pvm_account(CAROL));
    PVM_ASSERT(token_call_transfer_from(token, pvm_account(OWNER), pvm_account(BOB), number(60)));
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EQUAL(token_call_allowance(token, pvm_account(OWNER), pvm_account(CAROL)), number(40));
    PVM_EXPECT_ERROR(
        token_call_transfer_from(token, pvm_account(OWNER), pvm_account(BOB), number(41)),
        token_error_erc20_insufficient_allowance(pvm_account(CAROL), number(40), number(41)));
    // What was allowed can not be more than there is.
    pvm_as(pvm_account(ALICE));
    token_call_approve(token, pvm_account(CAROL), number(5));
    pvm_as(pvm_account(CAROL));
    PVM_EXPECT_ERROR(
        token_call_transfer_from(token, pvm_account(ALICE), pvm_account(BOB), number(5)),
        token_error_erc20_insufficient_balance(pvm_account(ALICE), number(0), number(5)));
    PVM_EXPECT_EQUAL(balance(token, BOB), number(60));
}

PVM_TEST(unlimited_allowance_stays) {
    const address token = deploy_with(1000);
    token_call_approve(token, pvm_account(CAROL), u256_max());
    pvm_as(pvm_account(CAROL));
    token_call_transfer_from(token, pvm_account(OWNER), pvm_account(CAROL), number(1000));
    PVM_EXPECT_EQUAL(token_call_allowance(token, pvm_account(OWNER), pvm_account(CAROL)), u256_max());
}

PVM_TEST(zero_spender_is_refused) {
    const address token = deploy_with(1000);
    PVM_EXPECT_ERROR(
        token_call_approve(token, address_zero(), number(1)), token_error_erc20_invalid_spender(address_zero()));
}

PVM_TEST(calls_that_make_no_sense_are_refused) {
    const address token = deploy_with(1000);
    uint8_t data[68] = {0xa9, 0x05, 0x9c, 0xbb}; // transfer
    // No selector, an unknown one, too few arguments, an address of more than 20 bytes, value that nobody takes.
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(0), pvm_no_bytes()));
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(0), (pvm_bytes){data, 3}));
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(0), (pvm_bytes){"abcd", 4}));
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(0), (pvm_bytes){data, 67}));
    data[4 + 11] = 1;
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(0), (pvm_bytes){data, 68}));
    data[4 + 11] = 0;
    data[4 + 31] = 1;
    PVM_EXPECT_REFUSAL(pvm_call_raw(token, number(1), (pvm_bytes){data, 68}));
    pvm_call_raw(token, number(0), (pvm_bytes){data, 68});
    PVM_EXPECT_REFUSAL(pvm_create_raw(pvm_code(""), number(0), pvm_no_bytes()));
    PVM_EXPECT_REFUSAL(pvm_create_raw(pvm_code(""), number(1), (pvm_bytes){data + 4, 32}));
}

// A property: it is tried with many amounts, and what fails is made smaller.
PVM_TEST(transfers_keep_the_sum) {
    const u256 supply = pvm_choose_u256(u256_max());
    pvm_as(pvm_account(OWNER));
    const address token = token_create(pvm_code(""), supply);
    for (uint64_t count = pvm_test_choose(8); count; count--) {
        const uint32_t from = (uint32_t)pvm_test_choose(3), to = (uint32_t)pvm_test_choose(3);
        const u256 amount = pvm_choose_u256(balance(token, from));
        pvm_as(pvm_account(from));
        token_call_transfer(token, pvm_account(to), amount);
    }
    u256 sum = number(0);
    for (uint32_t account = OWNER; account <= CAROL; account++)
        sum = u256_add(sum, balance(token, account));
    PVM_EXPECT_EQUAL(sum, supply);
}
