// The token itself. Its state is in the guest's memory and lasts as long as the host keeps the instance.

#include "token.h"

#include "ledger.h"

static bool deployed;
static account owner;
static amount supply;
// By holder, and by holder and spender.
static ledger balances, allowances;

amount token_total_supply(void) { return supply; }
amount token_balance_of(account holder) { return ledger_get(&balances, holder, 0); }
amount token_allowance(account holder, account spender) { return ledger_get(&allowances, holder, spender); }

// Called once, when the contract is put on the chain.
enum status token_deploy(account caller) {
    if (deployed)
        return ALREADY_DEPLOYED;
    deployed = true;
    owner = caller;
    return DONE;
}

enum status token_mint(account caller, account to, amount value) {
    if (!deployed || caller != owner)
        return NOT_THE_OWNER;
    if (value > (amount)-1 - supply)
        return SUPPLY_TOO_LARGE;
    supply += value;
    // No balance can overflow: together they are the supply.
    ledger_set(&balances, to, 0, token_balance_of(to) + value);
    return DONE;
}

static enum status move(account from, account to, amount value) {
    const amount balance = token_balance_of(from);
    if (balance < value)
        return INSUFFICIENT_BALANCE;
    ledger_set(&balances, from, 0, balance - value);
    // Asked for after that, because it may be the same account.
    ledger_set(&balances, to, 0, token_balance_of(to) + value);
    return DONE;
}

enum status token_transfer(account caller, account to, amount value) { return move(caller, to, value); }

enum status token_approve(account caller, account spender, amount value) {
    ledger_set(&allowances, caller, spender, value);
    return DONE;
}

enum status token_transfer_from(account caller, account from, account to, amount value) {
    const amount allowance = token_allowance(from, caller);
    if (allowance < value)
        return INSUFFICIENT_ALLOWANCE;
    const enum status status = move(from, to, value);
    if (status == DONE)
        ledger_set(&allowances, from, caller, allowance - value);
    return status;
}
