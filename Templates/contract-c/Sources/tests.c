// Tests: `pvm test` runs each on a chain of its own, where the contract is deployed as it would be on a real one.

#include <pvm_contract_test.h>

#include "token_abi.h"

// Who takes part. The owner deploys the token, and with it gets all there is.
static address owner, alice, bob, carol, token;

static void deploy_with(const u256 *supply) {
    owner = pvm_account(0);
    alice = pvm_account(1);
    bob = pvm_account(2);
    carol = pvm_account(3);
    pvm_as(&owner);
    token = token_create(pvm_code(""), supply);
}

static u256 balance(const address *account) { return token_call_balance_of(&token, account); }

PVM_TEST(deploying_gives_the_supply_to_the_owner) {
    deploy_with(U256(1000));
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EVENT(0, &token, token_log_transfer(ADDRESS_ZERO, &owner, U256(1000)));
    PVM_EXPECT_EQUAL(token_call_total_supply(&token), u256_from(1000));
    PVM_EXPECT_EQUAL(balance(&owner), u256_from(1000));
    PVM_EXPECT_EQUAL(balance(&alice), u256_from(0));
}

PVM_TEST(it_has_a_name) {
    deploy_with(U256(0));
    PVM_ASSERT(pvm_bytes_equal(token_call_name(&token), pvm_text("{{name}}")));
    PVM_ASSERT(pvm_bytes_equal(token_call_symbol(&token), pvm_text("TOK")));
    PVM_ASSERT(token_call_decimals(&token) == 18);
}

PVM_TEST(transfer_moves) {
    deploy_with(U256(1000));
    PVM_ASSERT(token_call_transfer(&token, &alice, U256(300)));
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EVENT(0, &token, token_log_transfer(&owner, &alice, U256(300)));
    PVM_EXPECT_EQUAL(balance(&owner), u256_from(700));
    PVM_EXPECT_EQUAL(balance(&alice), u256_from(300));
    // To oneself, all of it, and nothing.
    pvm_as(&alice);
    token_call_transfer(&token, &alice, U256(300));
    token_call_transfer(&token, &bob, U256(0));
    PVM_EXPECT_EQUAL(balance(&alice), u256_from(300));
    PVM_EXPECT_EQUAL(balance(&bob), u256_from(0));
}

PVM_TEST(transfer_of_too_much_changes_nothing) {
    deploy_with(U256(1000));
    PVM_EXPECT_ERROR(
        token_call_transfer(&token, &alice, U256(1001)),
        token_error_erc20_insufficient_balance(&owner, U256(1000), U256(1001)));
    PVM_EXPECT_ERROR(
        token_call_transfer(&token, &alice, U256_MAX),
        token_error_erc20_insufficient_balance(&owner, U256(1000), U256_MAX));
    PVM_EXPECT_ERROR(
        token_call_transfer(&token, ADDRESS_ZERO, U256(1)), token_error_erc20_invalid_receiver(ADDRESS_ZERO));
    PVM_EXPECT_EQUAL(balance(&owner), u256_from(1000));
    PVM_EXPECT_EQUAL(balance(&alice), u256_from(0));
}

PVM_TEST(allowance_is_used_up) {
    deploy_with(U256(1000));
    PVM_ASSERT(token_call_approve(&token, &carol, U256(100)));
    PVM_EXPECT_EVENT(0, &token, token_log_approval(&owner, &carol, U256(100)));
    pvm_as(&carol);
    PVM_ASSERT(token_call_transfer_from(&token, &owner, &bob, U256(60)));
    PVM_EXPECT_EVENTS(1);
    PVM_EXPECT_EQUAL(token_call_allowance(&token, &owner, &carol), u256_from(40));
    PVM_EXPECT_ERROR(
        token_call_transfer_from(&token, &owner, &bob, U256(41)),
        token_error_erc20_insufficient_allowance(&carol, U256(40), U256(41)));
    // What was allowed can not be more than there is.
    pvm_as(&alice);
    token_call_approve(&token, &carol, U256(5));
    pvm_as(&carol);
    PVM_EXPECT_ERROR(
        token_call_transfer_from(&token, &alice, &bob, U256(5)),
        token_error_erc20_insufficient_balance(&alice, U256(0), U256(5)));
    PVM_EXPECT_EQUAL(balance(&bob), u256_from(60));
}

PVM_TEST(unlimited_allowance_stays) {
    deploy_with(U256(1000));
    token_call_approve(&token, &carol, U256_MAX);
    pvm_as(&carol);
    token_call_transfer_from(&token, &owner, &carol, U256(1000));
    PVM_EXPECT_EQUAL(token_call_allowance(&token, &owner, &carol), *U256_MAX);
}

PVM_TEST(calls_that_make_no_sense_are_refused) {
    deploy_with(U256(1000));
    uint8_t data[68] = {0xa9, 0x05, 0x9c, 0xbb}; // transfer
    // No selector, an unknown one, too few arguments, an address of more than 20 bytes, value that nobody takes.
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(0), pvm_no_bytes()));
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(0), (pvm_bytes){data, 3}));
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(0), (pvm_bytes){"abcd", 4}));
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(0), (pvm_bytes){data, 67}));
    data[4 + 11] = 1;
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(0), (pvm_bytes){data, 68}));
    data[4 + 11] = 0;
    data[4 + 31] = 1;
    PVM_EXPECT_REFUSAL(pvm_call_raw(&token, U256(1), (pvm_bytes){data, 68}));
    pvm_call_raw(&token, U256(0), (pvm_bytes){data, 68});
    PVM_EXPECT_REFUSAL(pvm_create_raw(pvm_code(""), U256(0), pvm_no_bytes()));
    PVM_EXPECT_REFUSAL(pvm_create_raw(pvm_code(""), U256(1), (pvm_bytes){data + 4, 32}));
}

// A property: it is tried with many amounts, and what fails is made smaller.
PVM_TEST(transfers_keep_the_sum) {
    const u256 supply = pvm_choose_u256(U256_MAX);
    deploy_with(&supply);
    const address *const holders[] = {&owner, &alice, &bob, &carol};
    for (uint64_t count = pvm_test_choose(8); count; count--) {
        const address *const from = holders[pvm_test_choose(3)], *const to = holders[pvm_test_choose(3)];
        const u256 most = balance(from), amount = pvm_choose_u256(&most);
        pvm_as(from);
        token_call_transfer(&token, to, &amount);
    }
    u256 sum = {0};
    for (int i = 0; i < 4; i++) {
        const u256 part = balance(holders[i]);
        sum = u256_add(&sum, &part);
    }
    PVM_EXPECT_EQUAL(sum, supply);
}
