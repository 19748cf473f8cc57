// token: calls the functions of the contract for those who call it.
//
// Generated from token.abi by `pvm build`; changes belong there.

#include "token_abi.h"

#if PVM_GUEST
// What the contract offers, for those who call it: `pvm build` makes the .abi.json file of it.
static const char interface[] __attribute__((section(".pvm.abi"), used, retain)) =
    "constructor(uint256 supply)\n"
    "function allowance(address owner, address spender) view returns (uint256)\n"
    "function approve(address spender, uint256 amount) returns (bool)\n"
    "function balanceOf(address account) view returns (uint256)\n"
    "function decimals() view returns (uint8)\n"
    "function name() view returns (string)\n"
    "function symbol() view returns (string)\n"
    "function totalSupply() view returns (uint256)\n"
    "function transfer(address to, uint256 amount) returns (bool)\n"
    "function transferFrom(address from, address to, uint256 amount) returns (bool)\n"
    "event Approval(address indexed owner, address indexed spender, uint256 value)\n"
    "event Transfer(address indexed from, address indexed to, uint256 value)\n"
    "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)\n"
    "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)\n"
    "error ERC20InvalidReceiver(address receiver)\n";
#endif

// Of a contract each byte is paid for, and this runs once for a call.
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

PVM_EXPORT(void, deploy) {
    pvm_refuse_value();
    const pvm_data data_ = pvm_call_data();
    const u256 supply = pvm_read_word(data_, 0);
    token_constructor(&supply);
}

PVM_EXPORT(void, call) {
    const pvm_data data_ = pvm_call_data();
    pvm_refuse_value();
    const uint32_t selector_ = pvm_data_selector(data_);
    const pvm_data arguments_ = pvm_data_behind(data_, 4);
    switch (selector_) {
    case TOKEN_NAME: {
        pvm_return_bytes(token_name());
    }
    case TOKEN_SYMBOL: {
        pvm_return_bytes(token_symbol());
    }
    case TOKEN_DECIMALS: {
        pvm_return_uint(token_decimals());
    }
    case TOKEN_TOTAL_SUPPLY: {
        const u256 result_ = token_total_supply();
        pvm_return_u256(&result_);
    }
    case TOKEN_BALANCE_OF: {
        const address account = pvm_read_address(arguments_, 0);
        const u256 result_ = token_balance_of(&account);
        pvm_return_u256(&result_);
    }
    case TOKEN_TRANSFER: {
        const address to = pvm_read_address(arguments_, 0);
        const u256 amount = pvm_read_word(arguments_, 32);
        pvm_return_uint(token_transfer(&to, &amount));
    }
    case TOKEN_ALLOWANCE: {
        const address owner = pvm_read_address(arguments_, 0);
        const address spender = pvm_read_address(arguments_, 32);
        const u256 result_ = token_allowance(&owner, &spender);
        pvm_return_u256(&result_);
    }
    case TOKEN_APPROVE: {
        const address spender = pvm_read_address(arguments_, 0);
        const u256 amount = pvm_read_word(arguments_, 32);
        pvm_return_uint(token_approve(&spender, &amount));
    }
    case TOKEN_TRANSFER_FROM: {
        const address from = pvm_read_address(arguments_, 0);
        const address to = pvm_read_address(arguments_, 32);
        const u256 amount = pvm_read_word(arguments_, 64);
        pvm_return_uint(token_transfer_from(&from, &to, &amount));
    }
    default:
        pvm_refuse();
    }
}

#pragma clang attribute pop
