// token: the contract's functions, events and errors, and functions that call it.
//
// Generated from token.abi by `pvm build`; changes belong there.

#ifndef TOKEN_ABI_H
#define TOKEN_ABI_H

#include <pvm_contract.h>

// Selectors: what call data begins with.
#define TOKEN_NAME 0x06fdde03 // name()
#define TOKEN_SYMBOL 0x95d89b41 // symbol()
#define TOKEN_DECIMALS 0x313ce567 // decimals()
#define TOKEN_TOTAL_SUPPLY 0x18160ddd // totalSupply()
#define TOKEN_BALANCE_OF 0x70a08231 // balanceOf(address)
#define TOKEN_TRANSFER 0xa9059cbb // transfer(address,uint256)
#define TOKEN_ALLOWANCE 0xdd62ed3e // allowance(address,address)
#define TOKEN_APPROVE 0x095ea7b3 // approve(address,uint256)
#define TOKEN_TRANSFER_FROM 0x23b872dd // transferFrom(address,address,uint256)
#define TOKEN_ERROR_ERC20_INSUFFICIENT_BALANCE 0xe450d38c // ERC20InsufficientBalance(address,uint256,uint256)
#define TOKEN_ERROR_ERC20_INSUFFICIENT_ALLOWANCE 0xfb8f41b2 // ERC20InsufficientAllowance(address,uint256,uint256)
#define TOKEN_ERROR_ERC20_INVALID_RECEIVER 0xec442f05 // ERC20InvalidReceiver(address)

// MARK: To be written

/// constructor(uint256 supply)
void token_constructor(const u256 *supply);

/// function name() view returns (string)
pvm_bytes token_name(void);

/// function symbol() view returns (string)
pvm_bytes token_symbol(void);

/// function decimals() view returns (uint8)
uint8_t token_decimals(void);

/// function totalSupply() view returns (uint256)
u256 token_total_supply(void);

/// function balanceOf(address account) view returns (uint256)
u256 token_balance_of(const address *account);

/// function transfer(address to, uint256 amount) returns (bool)
bool token_transfer(const address *to, const u256 *amount);

/// function allowance(address owner, address spender) view returns (uint256)
u256 token_allowance(const address *owner, const address *spender);

/// function approve(address spender, uint256 amount) returns (bool)
bool token_approve(const address *spender, const u256 *amount);

/// function transferFrom(address from, address to, uint256 amount) returns (bool)
bool token_transfer_from(const address *from, const address *to, const u256 *amount);

// MARK: Events

/// The first topic of Transfer(address,address,uint256).
static const bytes32 token_topic_transfer = {{
    0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa,
    0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
}};

/// event Transfer(address indexed from, address indexed to, uint256 value), to be compared.
static inline pvm_log token_log_transfer(const address *from, const address *to, const u256 *value) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_fixed(&token_topic_transfer, 32);
    pvm_write_address(from);
    pvm_write_address(to);
    pvm_write_u256(value);
    return pvm_written_log(start_, 3);
}

/// Tells Transfer.
PVM_EVENT_ void token_emit_transfer(const address *from, const address *to, const u256 *value) {
    pvm_emit(token_log_transfer(from, to, value));
}

/// The first topic of Approval(address,address,uint256).
static const bytes32 token_topic_approval = {{
    0x8c, 0x5b, 0xe1, 0xe5, 0xeb, 0xec, 0x7d, 0x5b, 0xd1, 0x4f, 0x71, 0x42, 0x7d, 0x1e, 0x84, 0xf3,
    0xdd, 0x03, 0x14, 0xc0, 0xf7, 0xb2, 0x29, 0x1e, 0x5b, 0x20, 0x0a, 0xc8, 0xc7, 0xc3, 0xb9, 0x25,
}};

/// event Approval(address indexed owner, address indexed spender, uint256 value), to be compared.
static inline pvm_log token_log_approval(const address *owner, const address *spender, const u256 *value) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_fixed(&token_topic_approval, 32);
    pvm_write_address(owner);
    pvm_write_address(spender);
    pvm_write_u256(value);
    return pvm_written_log(start_, 3);
}

/// Tells Approval.
PVM_EVENT_ void token_emit_approval(const address *owner, const address *spender, const u256 *value) {
    pvm_emit(token_log_approval(owner, spender, value));
}

// MARK: Errors

/// error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed), as data.
PVM_ERROR_ pvm_bytes token_error_erc20_insufficient_balance(const address *sender, const u256 *balance, const u256 *needed) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_ERROR_ERC20_INSUFFICIENT_BALANCE);
    pvm_write_address(sender);
    pvm_write_u256(balance);
    pvm_write_u256(needed);
    return pvm_written(start_);
}

/// Reverts with ERC20InsufficientBalance.
PVM_FAILURE_ void token_revert_erc20_insufficient_balance(const address *sender, const u256 *balance, const u256 *needed) {
    pvm_revert_data(token_error_erc20_insufficient_balance(sender, balance, needed));
}

/// error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed), as data.
PVM_ERROR_ pvm_bytes token_error_erc20_insufficient_allowance(const address *spender, const u256 *allowance, const u256 *needed) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_ERROR_ERC20_INSUFFICIENT_ALLOWANCE);
    pvm_write_address(spender);
    pvm_write_u256(allowance);
    pvm_write_u256(needed);
    return pvm_written(start_);
}

/// Reverts with ERC20InsufficientAllowance.
PVM_FAILURE_ void token_revert_erc20_insufficient_allowance(const address *spender, const u256 *allowance, const u256 *needed) {
    pvm_revert_data(token_error_erc20_insufficient_allowance(spender, allowance, needed));
}

/// error ERC20InvalidReceiver(address receiver), as data.
PVM_ERROR_ pvm_bytes token_error_erc20_invalid_receiver(const address *receiver) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_ERROR_ERC20_INVALID_RECEIVER);
    pvm_write_address(receiver);
    return pvm_written(start_);
}

/// Reverts with ERC20InvalidReceiver.
PVM_FAILURE_ void token_revert_erc20_invalid_receiver(const address *receiver) {
    pvm_revert_data(token_error_erc20_invalid_receiver(receiver));
}

// MARK: Calling it

/// Makes a contract of code that is on the chain; reverts with its reason if that fails.
PVM_CALLER_ address token_create(const bytes32 *code_, const u256 *supply) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_u256(supply);
    const address result_ =
        PVM_CREATE_(code_, U256(0), NULL, pvm_written(start_));
    pvm_release(start_);
    return result_;
}

/// Calls name() view returns (string); reverts if that fails.
PVM_CALLER_ pvm_bytes token_call_name(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_NAME);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const pvm_bytes result_ = pvm_read_bytes(output_, pvm_read_offset(output_, 0, 0));
    return result_;
}

/// Calls symbol() view returns (string); reverts if that fails.
PVM_CALLER_ pvm_bytes token_call_symbol(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_SYMBOL);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const pvm_bytes result_ = pvm_read_bytes(output_, pvm_read_offset(output_, 0, 0));
    return result_;
}

/// Calls decimals() view returns (uint8); reverts if that fails.
PVM_CALLER_ uint8_t token_call_decimals(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_DECIMALS);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const uint8_t result_ = pvm_read_uint(output_, 0, 8);
    pvm_release(start_);
    return result_;
}

/// Calls totalSupply() view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 token_call_total_supply(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_TOTAL_SUPPLY);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls balanceOf(address account) view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 token_call_balance_of(const address *contract_, const address *account) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_BALANCE_OF);
    pvm_write_address(account);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls transfer(address to, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool token_call_transfer(const address *contract_, const address *to, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_TRANSFER);
    pvm_write_address(to);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls allowance(address owner, address spender) view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 token_call_allowance(const address *contract_, const address *owner, const address *spender) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_ALLOWANCE);
    pvm_write_address(owner);
    pvm_write_address(spender);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls approve(address spender, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool token_call_approve(const address *contract_, const address *spender, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_APPROVE);
    pvm_write_address(spender);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls transferFrom(address from, address to, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool token_call_transfer_from(const address *contract_, const address *from, const address *to, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(TOKEN_TRANSFER_FROM);
    pvm_write_address(from);
    pvm_write_address(to);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

#endif
