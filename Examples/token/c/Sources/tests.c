// What `pvm test` runs: each test in an instance of its own.

#include "token.h"

#include <pvm.h>

enum { OWNER = 1, ALICE, BOB, CAROL, HOLDERS };

static const amount largest = (amount)-1;

static amount sum_of_balances(void) {
    amount sum = 0;
    for (account holder = 0; holder < HOLDERS; holder++)
        sum += token_balance_of(holder);
    return sum;
}

static void deploy_with(amount alice, amount bob) {
    PVM_ASSERT(token_deploy(OWNER) == DONE);
    PVM_ASSERT(token_mint(OWNER, ALICE, alice) == DONE);
    PVM_ASSERT(token_mint(OWNER, BOB, bob) == DONE);
}

PVM_TEST(begins_empty) {
    PVM_ASSERT(token_total_supply() == 0);
    PVM_ASSERT(token_balance_of(ALICE) == 0);
    PVM_ASSERT(token_allowance(ALICE, BOB) == 0);
    PVM_ASSERT(token_mint(0, ALICE, 1) == NOT_THE_OWNER);
    PVM_ASSERT(token_transfer(ALICE, BOB, 1) == INSUFFICIENT_BALANCE);
    PVM_ASSERT(token_transfer(ALICE, BOB, 0) == DONE);
}

PVM_TEST(only_the_owner_mints) {
    deploy_with(100, 0);
    PVM_ASSERT(token_deploy(ALICE) == ALREADY_DEPLOYED);
    PVM_ASSERT(token_mint(ALICE, ALICE, 1) == NOT_THE_OWNER);
    PVM_ASSERT(token_total_supply() == 100 && token_balance_of(ALICE) == 100);
}

PVM_TEST(supply_has_an_end) {
    deploy_with(largest - 1, 0);
    PVM_ASSERT(token_mint(OWNER, BOB, 2) == SUPPLY_TOO_LARGE);
    PVM_ASSERT(token_total_supply() == largest - 1 && token_balance_of(BOB) == 0);
    PVM_ASSERT(token_mint(OWNER, BOB, 1) == DONE);
    PVM_ASSERT(token_transfer(ALICE, BOB, largest - 1) == DONE);
    PVM_ASSERT(token_balance_of(BOB) == largest && token_balance_of(ALICE) == 0);
}

PVM_TEST(transfer_moves) {
    deploy_with(100, 5);
    PVM_ASSERT(token_transfer(ALICE, BOB, 30) == DONE);
    PVM_ASSERT(token_balance_of(ALICE) == 70 && token_balance_of(BOB) == 35);
    PVM_ASSERT(token_transfer(ALICE, ALICE, 70) == DONE);
    PVM_ASSERT(token_balance_of(ALICE) == 70);
    PVM_ASSERT(sum_of_balances() == token_total_supply());
}

PVM_TEST(failing_transfer_changes_nothing) {
    deploy_with(100, 5);
    PVM_ASSERT(token_approve(ALICE, CAROL, 200) == DONE);
    PVM_ASSERT(token_transfer(ALICE, BOB, 101) == INSUFFICIENT_BALANCE);
    PVM_ASSERT(token_transfer(ALICE, ALICE, 101) == INSUFFICIENT_BALANCE);
    PVM_ASSERT(token_transfer_from(CAROL, ALICE, BOB, 101) == INSUFFICIENT_BALANCE);
    PVM_ASSERT(token_transfer_from(CAROL, ALICE, BOB, 201) == INSUFFICIENT_ALLOWANCE);
    PVM_ASSERT(token_transfer_from(BOB, ALICE, BOB, 1) == INSUFFICIENT_ALLOWANCE);
    PVM_ASSERT(token_balance_of(ALICE) == 100 && token_balance_of(BOB) == 5);
    PVM_ASSERT(token_allowance(ALICE, CAROL) == 200 && token_total_supply() == 105);
}

PVM_TEST(allowance_is_used_up) {
    deploy_with(100, 0);
    PVM_ASSERT(token_approve(ALICE, CAROL, 60) == DONE);
    PVM_ASSERT(token_transfer_from(CAROL, ALICE, BOB, 40) == DONE);
    PVM_ASSERT(token_allowance(ALICE, CAROL) == 20 && token_allowance(CAROL, ALICE) == 0);
    PVM_ASSERT(token_transfer_from(CAROL, ALICE, BOB, 21) == INSUFFICIENT_ALLOWANCE);
    PVM_ASSERT(token_approve(ALICE, CAROL, 0) == DONE);
    PVM_ASSERT(token_transfer_from(CAROL, ALICE, BOB, 1) == INSUFFICIENT_ALLOWANCE);
    PVM_ASSERT(token_balance_of(ALICE) == 60 && token_balance_of(BOB) == 40 && token_balance_of(CAROL) == 0);
}

// More accounts than the table of balances begins with; some amounts need more than 64 bits.
PVM_TEST(many_accounts) {
    const account count = 1000;
    const amount each = (amount)1 << 70;
    PVM_ASSERT(token_deploy(OWNER) == DONE);
    PVM_ASSERT(token_mint(OWNER, 0, each * count) == DONE);
    for (account i = 1; i < count; i++) {
        PVM_ASSERT(token_transfer(0, i * i, each - i) == DONE);
        PVM_ASSERT(token_approve(i, i + 1, i) == DONE);
    }
    amount sum = token_balance_of(0);
    for (account i = 1; i < count; i++) {
        PVM_ASSERT(token_balance_of(i * i) == each - i);
        PVM_ASSERT(token_allowance(i, i + 1) == i && token_allowance(i + 1, i) == 0);
        sum += token_balance_of(i * i);
    }
    PVM_ASSERT(sum == token_total_supply());
}
