// exchange: calls the functions of the contract for those who call it.
//
// Generated from exchange.abi by `pvm build`; changes belong there.

#include "exchange_abi.h"

#if PVM_GUEST
// What the contract offers, for those who call it: `pvm build` makes the .abi.json file of it.
static const char interface[] __attribute__((section(".pvm.abi"), used, retain)) =
    "constructor(address token0, address token1)\n"
    "function addLiquidity(uint256 amount0, uint256 amount1, uint256 minimumShares, uint256 deadline) returns (uint256 shares)\n"
    "function quote(address tokenIn, uint256 amountIn) view returns (uint256 amountOut)\n"
    "function removeLiquidity(uint256 shares, uint256 minimum0, uint256 minimum1, uint256 deadline) returns (uint256 amount0, uint256 amount1)\n"
    "function reserves() view returns (uint256 reserve0, uint256 reserve1)\n"
    "function sharesOf(address provider) view returns (uint256)\n"
    "function swap(address tokenIn, uint256 amountIn, uint256 minimumOut, uint256 deadline) returns (uint256 amountOut)\n"
    "function token0() view returns (address)\n"
    "function token1() view returns (address)\n"
    "function totalShares() view returns (uint256)\n"
    "event LiquidityAdded(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares)\n"
    "event LiquidityRemoved(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares)\n"
    "event Swapped(address indexed trader, address indexed tokenIn, uint256 amountIn, uint256 amountOut)\n"
    "error Expired(uint256 deadline, uint256 time)\n"
    "error InsufficientShares(address provider, uint256 shares, uint256 needed)\n"
    "error NoLiquidity()\n"
    "error SameToken(address token)\n"
    "error TokenFailed(address token)\n"
    "error TooLittle(uint256 minimum, uint256 found)\n"
    "error UnknownToken(address token)\n";
#endif

// Of a contract each byte is paid for, and this runs once for a call.
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

PVM_EXPORT(void, deploy) {
    pvm_refuse_value();
    const pvm_data data_ = pvm_call_data();
    const address token0 = pvm_read_address(data_, 0);
    const address token1 = pvm_read_address(data_, 32);
    exchange_constructor(&token0, &token1);
}

PVM_EXPORT(void, call) {
    const pvm_data data_ = pvm_call_data();
    pvm_refuse_value();
    const uint32_t selector_ = pvm_data_selector(data_);
    const pvm_data arguments_ = pvm_data_behind(data_, 4);
    switch (selector_) {
    case EXCHANGE_TOKEN0: {
        const address result_ = exchange_token0();
        pvm_return_address(&result_);
    }
    case EXCHANGE_TOKEN1: {
        const address result_ = exchange_token1();
        pvm_return_address(&result_);
    }
    case EXCHANGE_RESERVES: {
        const exchange_reserves_result result_ = exchange_reserves();
        const uint8_t *const start_ = pvm_write();
        pvm_write_u256(&result_.reserve0);
        pvm_write_u256(&result_.reserve1);
        pvm_return(pvm_written(start_));
    }
    case EXCHANGE_TOTAL_SHARES: {
        const u256 result_ = exchange_total_shares();
        pvm_return_u256(&result_);
    }
    case EXCHANGE_SHARES_OF: {
        const address provider = pvm_read_address(arguments_, 0);
        const u256 result_ = exchange_shares_of(&provider);
        pvm_return_u256(&result_);
    }
    case EXCHANGE_QUOTE: {
        const address token_in = pvm_read_address(arguments_, 0);
        const u256 amount_in = pvm_read_word(arguments_, 32);
        const u256 result_ = exchange_quote(&token_in, &amount_in);
        pvm_return_u256(&result_);
    }
    case EXCHANGE_ADD_LIQUIDITY: {
        const u256 amount0 = pvm_read_word(arguments_, 0);
        const u256 amount1 = pvm_read_word(arguments_, 32);
        const u256 minimum_shares = pvm_read_word(arguments_, 64);
        const u256 deadline = pvm_read_word(arguments_, 96);
        const u256 result_ = exchange_add_liquidity(&amount0, &amount1, &minimum_shares, &deadline);
        pvm_return_u256(&result_);
    }
    case EXCHANGE_REMOVE_LIQUIDITY: {
        const u256 shares = pvm_read_word(arguments_, 0);
        const u256 minimum0 = pvm_read_word(arguments_, 32);
        const u256 minimum1 = pvm_read_word(arguments_, 64);
        const u256 deadline = pvm_read_word(arguments_, 96);
        const exchange_remove_liquidity_result result_ = exchange_remove_liquidity(&shares, &minimum0, &minimum1, &deadline);
        const uint8_t *const start_ = pvm_write();
        pvm_write_u256(&result_.amount0);
        pvm_write_u256(&result_.amount1);
        pvm_return(pvm_written(start_));
    }
    case EXCHANGE_SWAP: {
        const address token_in = pvm_read_address(arguments_, 0);
        const u256 amount_in = pvm_read_word(arguments_, 32);
        const u256 minimum_out = pvm_read_word(arguments_, 64);
        const u256 deadline = pvm_read_word(arguments_, 96);
        const u256 result_ = exchange_swap(&token_in, &amount_in, &minimum_out, &deadline);
        pvm_return_u256(&result_);
    }
    default:
        pvm_refuse();
    }
}

#pragma clang attribute pop
