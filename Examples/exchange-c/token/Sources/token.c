// A token after ERC-20. Who deploys it gets the whole supply.

#include "token_abi.h"

// Slots of storage, numbered like Solidity's variables.
enum { TOTAL_SUPPLY, BALANCES, ALLOWANCES };

static bytes32 balance_slot(address account) { return pvm_map_address(pvm_slot(BALANCES), account); }

static bytes32 allowance_slot(address owner, address spender) {
    return pvm_map_address(pvm_map_address(pvm_slot(ALLOWANCES), owner), spender);
}

void token_constructor(u256 supply) {
    const address owner = pvm_caller();
    pvm_store_u256(pvm_slot(TOTAL_SUPPLY), supply);
    pvm_store_u256(balance_slot(owner), supply);
    token_emit_transfer(address_zero(), owner, supply);
}

// MARK: What everybody may ask

pvm_bytes token_name(void) { return pvm_text("Token"); }

pvm_bytes token_symbol(void) { return pvm_text("TOK"); }

uint8_t token_decimals(void) { return 18; }

u256 token_total_supply(void) { return pvm_load_u256(pvm_slot(TOTAL_SUPPLY)); }

u256 token_balance_of(address account) { return pvm_load_u256(balance_slot(account)); }

u256 token_allowance(address owner, address spender) { return pvm_load_u256(allowance_slot(owner, spender)); }

// MARK: What moves

static void move(address from, address to, u256 amount) {
    if (address_is_zero(to))
        token_revert_erc20_invalid_receiver(to);
    const bytes32 slot = balance_slot(from);
    const u256 balance = pvm_load_u256(slot);
    u256 rest;
    if (!u256_try_sub(balance, amount, &rest))
        token_revert_erc20_insufficient_balance(from, balance, amount);
    pvm_store_u256(slot, rest);
    // Read only now: it may be the same account.
    const bytes32 receiving = balance_slot(to);
    pvm_store_u256(receiving, u256_add(pvm_load_u256(receiving), amount));
    token_emit_transfer(from, to, amount);
}

bool token_transfer(address to, u256 amount) {
    move(pvm_caller(), to, amount);
    return true;
}

bool token_approve(address spender, u256 amount) {
    if (address_is_zero(spender))
        token_revert_erc20_invalid_spender(spender);
    const address owner = pvm_caller();
    pvm_store_u256(allowance_slot(owner, spender), amount);
    token_emit_approval(owner, spender, amount);
    return true;
}

bool token_transfer_from(address from, address to, u256 amount) {
    const address spender = pvm_caller();
    const bytes32 slot = allowance_slot(from, spender);
    const u256 allowance = pvm_load_u256(slot);
    // The largest number allows everything, for ever.
    if (!u256_equal(allowance, u256_max())) {
        u256 rest;
        if (!u256_try_sub(allowance, amount, &rest))
            token_revert_erc20_insufficient_allowance(spender, allowance, amount);
        pvm_store_u256(slot, rest);
    }
    move(from, to, amount);
    return true;
}
