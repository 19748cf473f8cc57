// exchange: the contract's functions, events and errors, and functions that call it.
//
// Generated from exchange.abi by `pvm build`; changes belong there.

#ifndef EXCHANGE_ABI_H
#define EXCHANGE_ABI_H

#include <pvm_contract.h>

// Selectors: what call data begins with.
#define EXCHANGE_TOKEN0 0x0dfe1681 // token0()
#define EXCHANGE_TOKEN1 0xd21220a7 // token1()
#define EXCHANGE_RESERVES 0x75172a8b // reserves()
#define EXCHANGE_TOTAL_SHARES 0x3a98ef39 // totalShares()
#define EXCHANGE_SHARES_OF 0xf5eb42dc // sharesOf(address)
#define EXCHANGE_QUOTE 0x8f79306e // quote(address,uint256)
#define EXCHANGE_ADD_LIQUIDITY 0xaebf3e41 // addLiquidity(uint256,uint256,uint256,uint256)
#define EXCHANGE_REMOVE_LIQUIDITY 0xf88bf15a // removeLiquidity(uint256,uint256,uint256,uint256)
#define EXCHANGE_SWAP 0xc9ec9248 // swap(address,uint256,uint256,uint256)
#define EXCHANGE_ERROR_SAME_TOKEN 0x85196747 // SameToken(address)
#define EXCHANGE_ERROR_UNKNOWN_TOKEN 0x81a3b1be // UnknownToken(address)
#define EXCHANGE_ERROR_EXPIRED 0xaa2fd925 // Expired(uint256,uint256)
#define EXCHANGE_ERROR_TOO_LITTLE 0x618bc7c9 // TooLittle(uint256,uint256)
#define EXCHANGE_ERROR_NO_LIQUIDITY 0xc301e07e // NoLiquidity()
#define EXCHANGE_ERROR_INSUFFICIENT_SHARES 0x68b65f11 // InsufficientShares(address,uint256,uint256)
#define EXCHANGE_ERROR_TOKEN_FAILED 0x89a69108 // TokenFailed(address)

/// What reserves() gives.
typedef struct {
    u256 reserve0;
    u256 reserve1;
} exchange_reserves_result;

/// What removeLiquidity(uint256,uint256,uint256,uint256) gives.
typedef struct {
    u256 amount0;
    u256 amount1;
} exchange_remove_liquidity_result;

// MARK: To be written

/// constructor(address token0, address token1)
void exchange_constructor(const address *token0, const address *token1);

/// function token0() view returns (address)
address exchange_token0(void);

/// function token1() view returns (address)
address exchange_token1(void);

/// function reserves() view returns (uint256 reserve0, uint256 reserve1)
exchange_reserves_result exchange_reserves(void);

/// function totalShares() view returns (uint256)
u256 exchange_total_shares(void);

/// function sharesOf(address provider) view returns (uint256)
u256 exchange_shares_of(const address *provider);

/// function quote(address tokenIn, uint256 amountIn) view returns (uint256 amountOut)
u256 exchange_quote(const address *token_in, const u256 *amount_in);

/// function addLiquidity(uint256 amount0, uint256 amount1, uint256 minimumShares, uint256 deadline) returns (uint256 shares)
u256 exchange_add_liquidity(const u256 *amount0, const u256 *amount1, const u256 *minimum_shares, const u256 *deadline);

/// function removeLiquidity(uint256 shares, uint256 minimum0, uint256 minimum1, uint256 deadline) returns (uint256 amount0, uint256 amount1)
exchange_remove_liquidity_result exchange_remove_liquidity(const u256 *shares, const u256 *minimum0, const u256 *minimum1, const u256 *deadline);

/// function swap(address tokenIn, uint256 amountIn, uint256 minimumOut, uint256 deadline) returns (uint256 amountOut)
u256 exchange_swap(const address *token_in, const u256 *amount_in, const u256 *minimum_out, const u256 *deadline);

// MARK: Events

/// The first topic of LiquidityAdded(address,uint256,uint256,uint256).
static const bytes32 exchange_topic_liquidity_added = {{
    0x64, 0xb8, 0x39, 0x44, 0xe7, 0x9c, 0x3c, 0xe8, 0xd4, 0xc2, 0x97, 0x41, 0x1d, 0xe6, 0x37, 0xc3,
    0xe1, 0x02, 0xd0, 0x64, 0x67, 0x7a, 0xac, 0x0c, 0x16, 0x39, 0x76, 0xeb, 0xdc, 0xd6, 0xf5, 0x0e,
}};

/// event LiquidityAdded(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares), to be compared.
static inline pvm_log exchange_log_liquidity_added(const address *provider, const u256 *amount0, const u256 *amount1, const u256 *shares) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_fixed(&exchange_topic_liquidity_added, 32);
    pvm_write_address(provider);
    pvm_write_u256(amount0);
    pvm_write_u256(amount1);
    pvm_write_u256(shares);
    return pvm_written_log(start_, 2);
}

/// Tells LiquidityAdded.
PVM_EVENT_ void exchange_emit_liquidity_added(const address *provider, const u256 *amount0, const u256 *amount1, const u256 *shares) {
    pvm_emit(exchange_log_liquidity_added(provider, amount0, amount1, shares));
}

/// The first topic of LiquidityRemoved(address,uint256,uint256,uint256).
static const bytes32 exchange_topic_liquidity_removed = {{
    0x1d, 0xc8, 0xbb, 0x69, 0xdf, 0x2b, 0x8e, 0x91, 0xfb, 0xdc, 0xbf, 0xcf, 0x93, 0xd9, 0x51, 0xb3,
    0xf0, 0x00, 0x0f, 0x08, 0x5a, 0x95, 0xfe, 0x3f, 0x79, 0x46, 0xd6, 0x16, 0x14, 0x39, 0x24, 0x5d,
}};

/// event LiquidityRemoved(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares), to be compared.
static inline pvm_log exchange_log_liquidity_removed(const address *provider, const u256 *amount0, const u256 *amount1, const u256 *shares) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_fixed(&exchange_topic_liquidity_removed, 32);
    pvm_write_address(provider);
    pvm_write_u256(amount0);
    pvm_write_u256(amount1);
    pvm_write_u256(shares);
    return pvm_written_log(start_, 2);
}

/// Tells LiquidityRemoved.
PVM_EVENT_ void exchange_emit_liquidity_removed(const address *provider, const u256 *amount0, const u256 *amount1, const u256 *shares) {
    pvm_emit(exchange_log_liquidity_removed(provider, amount0, amount1, shares));
}

/// The first topic of Swapped(address,address,uint256,uint256).
static const bytes32 exchange_topic_swapped = {{
    0xa0, 0x78, 0xc4, 0x19, 0x0a, 0xbe, 0x07, 0x94, 0x01, 0x90, 0xef, 0xfc, 0x18, 0x46, 0xbe, 0x0c,
    0xcf, 0x03, 0xad, 0x60, 0x07, 0xbc, 0x9e, 0x93, 0xf9, 0x69, 0x7d, 0x0b, 0x46, 0x0b, 0xef, 0xbb,
}};

/// event Swapped(address indexed trader, address indexed tokenIn, uint256 amountIn, uint256 amountOut), to be compared.
static inline pvm_log exchange_log_swapped(const address *trader, const address *token_in, const u256 *amount_in, const u256 *amount_out) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_fixed(&exchange_topic_swapped, 32);
    pvm_write_address(trader);
    pvm_write_address(token_in);
    pvm_write_u256(amount_in);
    pvm_write_u256(amount_out);
    return pvm_written_log(start_, 3);
}

/// Tells Swapped.
PVM_EVENT_ void exchange_emit_swapped(const address *trader, const address *token_in, const u256 *amount_in, const u256 *amount_out) {
    pvm_emit(exchange_log_swapped(trader, token_in, amount_in, amount_out));
}

// MARK: Errors

/// error SameToken(address token), as data.
PVM_ERROR_ pvm_bytes exchange_error_same_token(const address *token) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_SAME_TOKEN);
    pvm_write_address(token);
    return pvm_written(start_);
}

/// Reverts with SameToken.
PVM_FAILURE_ void exchange_revert_same_token(const address *token) {
    pvm_revert_data(exchange_error_same_token(token));
}

/// error UnknownToken(address token), as data.
PVM_ERROR_ pvm_bytes exchange_error_unknown_token(const address *token) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_UNKNOWN_TOKEN);
    pvm_write_address(token);
    return pvm_written(start_);
}

/// Reverts with UnknownToken.
PVM_FAILURE_ void exchange_revert_unknown_token(const address *token) {
    pvm_revert_data(exchange_error_unknown_token(token));
}

/// error Expired(uint256 deadline, uint256 time), as data.
PVM_ERROR_ pvm_bytes exchange_error_expired(const u256 *deadline, const u256 *time) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_EXPIRED);
    pvm_write_u256(deadline);
    pvm_write_u256(time);
    return pvm_written(start_);
}

/// Reverts with Expired.
PVM_FAILURE_ void exchange_revert_expired(const u256 *deadline, const u256 *time) {
    pvm_revert_data(exchange_error_expired(deadline, time));
}

/// error TooLittle(uint256 minimum, uint256 found), as data.
PVM_ERROR_ pvm_bytes exchange_error_too_little(const u256 *minimum, const u256 *found) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_TOO_LITTLE);
    pvm_write_u256(minimum);
    pvm_write_u256(found);
    return pvm_written(start_);
}

/// Reverts with TooLittle.
PVM_FAILURE_ void exchange_revert_too_little(const u256 *minimum, const u256 *found) {
    pvm_revert_data(exchange_error_too_little(minimum, found));
}

/// error NoLiquidity(), as data.
PVM_ERROR_ pvm_bytes exchange_error_no_liquidity(void) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_NO_LIQUIDITY);
    return pvm_written(start_);
}

/// Reverts with NoLiquidity.
PVM_FAILURE_ void exchange_revert_no_liquidity(void) {
    pvm_revert_data(exchange_error_no_liquidity());
}

/// error InsufficientShares(address provider, uint256 shares, uint256 needed), as data.
PVM_ERROR_ pvm_bytes exchange_error_insufficient_shares(const address *provider, const u256 *shares, const u256 *needed) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_INSUFFICIENT_SHARES);
    pvm_write_address(provider);
    pvm_write_u256(shares);
    pvm_write_u256(needed);
    return pvm_written(start_);
}

/// Reverts with InsufficientShares.
PVM_FAILURE_ void exchange_revert_insufficient_shares(const address *provider, const u256 *shares, const u256 *needed) {
    pvm_revert_data(exchange_error_insufficient_shares(provider, shares, needed));
}

/// error TokenFailed(address token), as data.
PVM_ERROR_ pvm_bytes exchange_error_token_failed(const address *token) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ERROR_TOKEN_FAILED);
    pvm_write_address(token);
    return pvm_written(start_);
}

/// Reverts with TokenFailed.
PVM_FAILURE_ void exchange_revert_token_failed(const address *token) {
    pvm_revert_data(exchange_error_token_failed(token));
}

// MARK: Calling it

/// Makes a contract of code that is on the chain; reverts with its reason if that fails.
PVM_CALLER_ address exchange_create(const bytes32 *code_, const address *token0, const address *token1) {
    const uint8_t *const start_ = pvm_write();
    pvm_write_address(token0);
    pvm_write_address(token1);
    const address result_ =
        PVM_CREATE_(code_, U256(0), NULL, pvm_written(start_));
    pvm_release(start_);
    return result_;
}

/// Calls token0() view returns (address); reverts if that fails.
PVM_CALLER_ address exchange_call_token0(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_TOKEN0);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const address result_ = pvm_read_address(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls token1() view returns (address); reverts if that fails.
PVM_CALLER_ address exchange_call_token1(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_TOKEN1);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const address result_ = pvm_read_address(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls reserves() view returns (uint256 reserve0, uint256 reserve1); reverts if that fails.
PVM_CALLER_ exchange_reserves_result exchange_call_reserves(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_RESERVES);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    exchange_reserves_result result_;
    result_.reserve0 = pvm_read_word(output_, 0);
    result_.reserve1 = pvm_read_word(output_, 32);
    pvm_release(start_);
    return result_;
}

/// Calls totalShares() view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 exchange_call_total_shares(const address *contract_) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_TOTAL_SHARES);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls sharesOf(address provider) view returns (uint256); reverts if that fails.
PVM_CALLER_ u256 exchange_call_shares_of(const address *contract_, const address *provider) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_SHARES_OF);
    pvm_write_address(provider);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls quote(address tokenIn, uint256 amountIn) view returns (uint256 amountOut); reverts if that fails.
PVM_CALLER_ u256 exchange_call_quote(const address *contract_, const address *token_in, const u256 *amount_in) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_QUOTE);
    pvm_write_address(token_in);
    pvm_write_u256(amount_in);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(REVIVE_CALL_READ_ONLY, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls addLiquidity(uint256 amount0, uint256 amount1, uint256 minimumShares, uint256 deadline) returns (uint256 shares); reverts if that fails.
PVM_CALLER_ u256 exchange_call_add_liquidity(const address *contract_, const u256 *amount0, const u256 *amount1, const u256 *minimum_shares, const u256 *deadline) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_ADD_LIQUIDITY);
    pvm_write_u256(amount0);
    pvm_write_u256(amount1);
    pvm_write_u256(minimum_shares);
    pvm_write_u256(deadline);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

/// Calls removeLiquidity(uint256 shares, uint256 minimum0, uint256 minimum1, uint256 deadline) returns (uint256 amount0, uint256 amount1); reverts if that fails.
PVM_CALLER_ exchange_remove_liquidity_result exchange_call_remove_liquidity(const address *contract_, const u256 *shares, const u256 *minimum0, const u256 *minimum1, const u256 *deadline) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_REMOVE_LIQUIDITY);
    pvm_write_u256(shares);
    pvm_write_u256(minimum0);
    pvm_write_u256(minimum1);
    pvm_write_u256(deadline);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    exchange_remove_liquidity_result result_;
    result_.amount0 = pvm_read_word(output_, 0);
    result_.amount1 = pvm_read_word(output_, 32);
    pvm_release(start_);
    return result_;
}

/// Calls swap(address tokenIn, uint256 amountIn, uint256 minimumOut, uint256 deadline) returns (uint256 amountOut); reverts if that fails.
PVM_CALLER_ u256 exchange_call_swap(const address *contract_, const address *token_in, const u256 *amount_in, const u256 *minimum_out, const u256 *deadline) {
    const uint8_t *const start_ = pvm_write_selected(EXCHANGE_SWAP);
    pvm_write_address(token_in);
    pvm_write_u256(amount_in);
    pvm_write_u256(minimum_out);
    pvm_write_u256(deadline);
    const pvm_data output_ = pvm_data_of(PVM_CALL_(0, contract_, U256(0), pvm_written(start_)));
    const u256 result_ = pvm_read_word(output_, 0);
    pvm_release(start_);
    return result_;
}

#endif
