// A token after ERC-20. Who deploys it gets the whole supply.

#include "token_abi.h"

// Variables in storage, numbered as Solidity does.
enum { TOTAL_SUPPLY, BALANCES, ALLOWANCES };

static bytes32 balance_slot(const address *account) { return pvm_map_address(BALANCES, account); }

static bytes32 allowance_slot(const address *owner, const address *spender) {
    const bytes32 of_owner = pvm_map_address(ALLOWANCES, owner);
    return pvm_entry_address(&of_owner, spender);
}

void token_constructor(const u256 *supply) {
    const address owner = pvm_caller();
    const bytes32 slot = balance_slot(&owner);
    pvm_set_u256(TOTAL_SUPPLY, supply);
    pvm_store_u256(&slot, supply);
    token_emit_transfer(ADDRESS_ZERO, &owner, supply);
}

// MARK: What everybody may ask

pvm_bytes token_name(void) { return pvm_text("Token"); }

pvm_bytes token_symbol(void) { return pvm_text("TOK"); }

uint8_t token_decimals(void) { return 18; }

u256 token_total_supply(void) { return pvm_get_u256(TOTAL_SUPPLY); }

u256 token_balance_of(const address *account) {
    const bytes32 slot = balance_slot(account);
    return pvm_load_u256(&slot);
}

u256 token_allowance(const address *owner, const address *spender) {
    const bytes32 slot = allowance_slot(owner, spender);
    return pvm_load_u256(&slot);
}

// MARK: What moves

static void move(const address *from, const address *to, const u256 *amount) {
    if (address_is_zero(to))
        token_revert_erc20_invalid_receiver(to);
    const bytes32 giving = balance_slot(from);
    const u256 balance = pvm_load_u256(&giving);
    u256 rest;
    if (!u256_try_sub(&balance, amount, &rest))
        token_revert_erc20_insufficient_balance(from, &balance, amount);
    pvm_store_u256(&giving, &rest);
    // Read only now: it may be the same account.
    const bytes32 taking = balance_slot(to);
    const u256 before = pvm_load_u256(&taking), after = u256_add(&before, amount);
    pvm_store_u256(&taking, &after);
    token_emit_transfer(from, to, amount);
}

bool token_transfer(const address *to, const u256 *amount) {
    const address from = pvm_caller();
    move(&from, to, amount);
    return true;
}

bool token_approve(const address *spender, const u256 *amount) {
    const address owner = pvm_caller();
    const bytes32 slot = allowance_slot(&owner, spender);
    pvm_store_u256(&slot, amount);
    token_emit_approval(&owner, spender, amount);
    return true;
}

bool token_transfer_from(const address *from, const address *to, const u256 *amount) {
    const address spender = pvm_caller();
    const bytes32 slot = allowance_slot(from, &spender);
    const u256 allowance = pvm_load_u256(&slot);
    // The largest number allows everything, for ever.
    if (!u256_equal(&allowance, U256_MAX)) {
        u256 rest;
        if (!u256_try_sub(&allowance, amount, &rest))
            token_revert_erc20_insufficient_allowance(&spender, &allowance, amount);
        pvm_store_u256(&slot, &rest);
    }
    move(from, to, amount);
    return true;
}
