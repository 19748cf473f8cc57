// erc20: contracts with this interface, for those that call them.
//
// Generated from erc20.abi by `pvm build`; changes belong there.

#ifndef ERC20_ABI_H
#define ERC20_ABI_H

#include <pvm_contract.h>

// Selectors: what call data begins with.
#define ERC20_BALANCE_OF 0x70a08231 // balanceOf(address)
#define ERC20_TRANSFER 0xa9059cbb // transfer(address,uint256)
#define ERC20_APPROVE 0x095ea7b3 // approve(address,uint256)
#define ERC20_TRANSFER_FROM 0x23b872dd // transferFrom(address,address,uint256)
#define ERC20_ERROR_ERC20_INSUFFICIENT_ALLOWANCE 0xfb8f41b2 // ERC20InsufficientAllowance(address,uint256,uint256)

// MARK: Errors

/// error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed), as data.
PVM_ERROR_ pvm_bytes erc20_error_erc20_insufficient_allowance(const address *spender, const u256 *allowance, const u256 *needed) {
    const uint8_t *const start_ = pvm_write_selected(ERC20_ERROR_ERC20_INSUFFICIENT_ALLOWANCE);
    pvm_write_address(spender);
    pvm_write_u256(allowance);
    pvm_write_u256(needed);
    return pvm_written(start_);
}

/// Reverts with ERC20InsufficientAllowance.
PVM_FAILURE_ void erc20_revert_erc20_insufficient_allowance(const address *spender, const u256 *allowance, const u256 *needed) {
    pvm_revert_data(erc20_error_erc20_insufficient_allowance(spender, allowance, needed));
}

// MARK: Calling it

/// Makes a contract of code that is on the chain; reverts with its reason if that fails.
PVM_CALLER_ address erc20_create(const bytes32 *code_, const u256 *supply) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_u256(supply);
    const address result_ =
        PVM_CREATE_(code_, U256(0), NULL, pvm_written(start_));
    pvm_release(start_);
    return result_;
}

/// Calls balanceOf(address account) view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 erc20_call_balance_of(const address *contract_, const address *account) {
    const uint8_t *const start_ = pvm_write_selected(ERC20_BALANCE_OF);
    pvm_write_address(account);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls transfer(address to, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool erc20_call_transfer(const address *contract_, const address *to, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(ERC20_TRANSFER);
    pvm_write_address(to);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls approve(address spender, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool erc20_call_approve(const address *contract_, const address *spender, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(ERC20_APPROVE);
    pvm_write_address(spender);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls transferFrom(address from, address to, uint256 amount) returns (bool); reverts if that fails.
PVM_CALLER_ bool erc20_call_transfer_from(const address *contract_, const address *from, const address *to, const u256 *amount) {
    const uint8_t *const start_ = pvm_write_selected(ERC20_TRANSFER_FROM);
    pvm_write_address(from);
    pvm_write_address(to);
    pvm_write_u256(amount);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const bool result_ = pvm_read_bool(output_, 0);
    pvm_release(start_);
    return result_;
}

#endif
