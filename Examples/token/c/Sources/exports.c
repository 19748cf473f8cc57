// What a host calls. A register has 64 bits, so an amount comes as its lower and its upper half; one that goes back is 16
// bytes in memory, the lowest first.

#include "token.h"

#include <pvm.h>
#include <pvm_bytes.h>

static amount joined(uint64_t low, uint64_t high) { return (amount)high << 64 | low; }

// Where the host finds the result of the last question.
static amount answer;

static pvm_bytes answered(amount value) {
    answer = value;
    return (pvm_bytes){&answer, sizeof answer};
}

PVM_EXPORT(enum status, deploy, account caller) { return token_deploy(caller); }

PVM_EXPORT(enum status, mint, account caller, account to, uint64_t low, uint64_t high) {
    return token_mint(caller, to, joined(low, high));
}

PVM_EXPORT(enum status, transfer, account caller, account to, uint64_t low, uint64_t high) {
    return token_transfer(caller, to, joined(low, high));
}

PVM_EXPORT(enum status, approve, account caller, account spender, uint64_t low, uint64_t high) {
    return token_approve(caller, spender, joined(low, high));
}

PVM_EXPORT(enum status, transfer_from, account caller, account from, account to, uint64_t low, uint64_t high) {
    return token_transfer_from(caller, from, to, joined(low, high));
}

PVM_EXPORT(pvm_bytes, total_supply) { return answered(token_total_supply()); }
PVM_EXPORT(pvm_bytes, balance_of, account holder) { return answered(token_balance_of(holder)); }
PVM_EXPORT(pvm_bytes, allowance, account holder, account spender) { return answered(token_allowance(holder, spender)); }
