// An exchange of two tokens: the product of its two reserves never falls. Who trades pays 0.3 %, which stays in the reserves and so belongs to
// those who provided them.
//
// The reserves are kept in storage and not asked from the tokens, so that tokens sent to the exchange by the way move no price.
// While a token is called it can not call the exchange: the host refuses what was not allowed by a flag.

#include "erc20_abi.h"
#include "exchange_abi.h"

// Variables in storage.
enum { TOKEN0, TOKEN1, RESERVE0, RESERVE1, TOTAL_SHARES, SHARES };

// Shares of nobody, made with the first liquidity: without them the first provider could make a share so dear, by a gift, that what later
// ones provide is rounded to nothing.
static const uint64_t LOCKED_SHARES = 1000;

// What trading costs: 3 of 1000.
static const uint64_t FEE_WHOLE = 1000, FEE_KEPT = 997;

static bytes32 shares_slot(const address *provider) { return pvm_map_address(SHARES, provider); }

void exchange_constructor(const address *token0, const address *token1) {
    if (address_equal(token0, token1))
        exchange_revert_same_token(token0);
    pvm_set_address(TOKEN0, token0);
    pvm_set_address(TOKEN1, token1);
}

// MARK: What everybody may ask

address exchange_token0(void) { return pvm_get_address(TOKEN0); }

address exchange_token1(void) { return pvm_get_address(TOKEN1); }

exchange_reserves_result exchange_reserves(void) {
    return (exchange_reserves_result){pvm_get_u256(RESERVE0), pvm_get_u256(RESERVE1)};
}

u256 exchange_total_shares(void) { return pvm_get_u256(TOTAL_SHARES); }

u256 exchange_shares_of(const address *provider) {
    const bytes32 slot = shares_slot(provider);
    return pvm_load_u256(&slot);
}

// MARK: Helpers

static void check_deadline(const u256 *deadline) {
    const u256 time = u256_from(pvm_time());
    if (u256_less(deadline, &time))
        exchange_revert_expired(deadline, &time);
}

static void check_minimum(const u256 *minimum, const u256 *found) {
    if (u256_less(found, minimum))
        exchange_revert_too_little(minimum, found);
}

// Both change a number in storage.
static void grow(uint64_t variable, const u256 *amount) {
    u256 value = pvm_get_u256(variable);
    value = u256_add(&value, amount);
    pvm_set_u256(variable, &value);
}

static void shrink(uint64_t variable, const u256 *amount) {
    u256 value = pvm_get_u256(variable);
    value = u256_sub(&value, amount);
    pvm_set_u256(variable, &value);
}

// Takes tokens from the caller; gives how many came, which with tokens that take a fee are fewer.
static u256 pull(uint64_t variable, const u256 *amount) {
    const address token = pvm_get_address(variable), self = pvm_self(), caller = pvm_caller();
    const u256 before = erc20_call_balance_of(&token, &self);
    if (!erc20_call_transfer_from(&token, &caller, &self, amount))
        exchange_revert_token_failed(&token);
    const u256 after = erc20_call_balance_of(&token, &self);
    return u256_sub(&after, &before);
}

static void push(uint64_t variable, const u256 *amount) {
    const address token = pvm_get_address(variable), caller = pvm_caller();
    if (!erc20_call_transfer(&token, &caller, amount))
        exchange_revert_token_failed(&token);
}

// MARK: Liquidity

u256 exchange_add_liquidity(
    const u256 *amount0, const u256 *amount1, const u256 *minimum_shares, const u256 *deadline) {
    check_deadline(deadline);
    const address provider = pvm_caller();
    const u256 reserve0 = pvm_get_u256(RESERVE0), reserve1 = pvm_get_u256(RESERVE1);
    const u256 total = pvm_get_u256(TOTAL_SHARES);
    const bool is_first = u256_is_zero(&total);
    u256 fitting;
    if (!is_first) {
        // No more of either than belongs to the other at the price of now.
        fitting = u256_mul_div(amount0, &reserve1, &reserve0);
        if (u256_at_most(&fitting, amount1)) {
            amount1 = &fitting;
        } else {
            fitting = u256_mul_div(amount1, &reserve0, &reserve1);
            amount0 = &fitting;
        }
    }
    const u256 added0 = pull(TOKEN0, amount0), added1 = pull(TOKEN1, amount1);

    u256 shares;
    if (is_first) {
        const u256 product = u256_mul(&added0, &added1), all = u256_sqrt(&product);
        if (u256_at_most(&all, U256(LOCKED_SHARES)))
            exchange_revert_no_liquidity();
        shares = u256_sub(&all, U256(LOCKED_SHARES));
        const bytes32 nobody = shares_slot(ADDRESS_ZERO);
        pvm_store_u256(&nobody, U256(LOCKED_SHARES));
        pvm_set_u256(TOTAL_SHARES, U256(LOCKED_SHARES));
    } else {
        const u256 of0 = u256_mul_div(&added0, &total, &reserve0), of1 = u256_mul_div(&added1, &total, &reserve1);
        shares = u256_smaller(&of0, &of1);
        if (u256_is_zero(&shares))
            exchange_revert_no_liquidity();
    }
    check_minimum(minimum_shares, &shares);
    const bytes32 slot = shares_slot(&provider);
    u256 owned = pvm_load_u256(&slot);
    owned = u256_add(&owned, &shares);
    pvm_store_u256(&slot, &owned);
    grow(TOTAL_SHARES, &shares);
    grow(RESERVE0, &added0);
    grow(RESERVE1, &added1);
    exchange_emit_liquidity_added(&provider, &added0, &added1, &shares);
    return shares;
}

exchange_remove_liquidity_result exchange_remove_liquidity(
    const u256 *shares, const u256 *minimum0, const u256 *minimum1, const u256 *deadline) {
    check_deadline(deadline);
    const address provider = pvm_caller();
    const bytes32 slot = shares_slot(&provider);
    const u256 owned = pvm_load_u256(&slot);
    u256 rest;
    if (!u256_try_sub(&owned, shares, &rest) || u256_is_zero(shares))
        exchange_revert_insufficient_shares(&provider, &owned, shares);

    const u256 reserve0 = pvm_get_u256(RESERVE0), reserve1 = pvm_get_u256(RESERVE1);
    const u256 total = pvm_get_u256(TOTAL_SHARES);
    const exchange_remove_liquidity_result back = {
        u256_mul_div(&reserve0, shares, &total), u256_mul_div(&reserve1, shares, &total)};
    check_minimum(minimum0, &back.amount0);
    check_minimum(minimum1, &back.amount1);
    pvm_store_u256(&slot, &rest);
    shrink(TOTAL_SHARES, shares);
    shrink(RESERVE0, &back.amount0);
    shrink(RESERVE1, &back.amount1);
    push(TOKEN0, &back.amount0);
    push(TOKEN1, &back.amount1);
    exchange_emit_liquidity_removed(&provider, &back.amount0, &back.amount1, shares);
    return back;
}

// MARK: Trading

// Whether the first of the tokens comes in, or the second.
static bool is_first_token(const address *token) {
    const address token0 = pvm_get_address(TOKEN0), token1 = pvm_get_address(TOKEN1);
    if (!address_equal(token, &token0) && !address_equal(token, &token1))
        exchange_revert_unknown_token(token);
    return address_equal(token, &token0);
}

// out = in' · reserve_out / (reserve_in + in'), in' being what comes in less the fee; rounded down.
static u256 amount_out(const u256 *amount_in, bool from_first) {
    const u256 reserve_in = pvm_get_u256(from_first ? RESERVE0 : RESERVE1);
    const u256 reserve_out = pvm_get_u256(from_first ? RESERVE1 : RESERVE0);
    if (u256_is_zero(&reserve_in) || u256_is_zero(&reserve_out))
        exchange_revert_no_liquidity();
    const u256 kept = u256_mul(amount_in, U256(FEE_KEPT));
    u256 divisor = u256_mul(&reserve_in, U256(FEE_WHOLE));
    divisor = u256_add(&divisor, &kept);
    return u256_mul_div(&kept, &reserve_out, &divisor);
}

u256 exchange_quote(const address *token_in, const u256 *amount_in) {
    return amount_out(amount_in, is_first_token(token_in));
}

u256 exchange_swap(
    const address *token_in, const u256 *amount_in, const u256 *minimum_out, const u256 *deadline) {
    check_deadline(deadline);
    const bool from_first = is_first_token(token_in);
    const u256 received = pull(from_first ? TOKEN0 : TOKEN1, amount_in);
    const u256 paid = amount_out(&received, from_first);
    check_minimum(minimum_out, &paid);
    grow(from_first ? RESERVE0 : RESERVE1, &received);
    shrink(from_first ? RESERVE1 : RESERVE0, &paid);
    push(from_first ? TOKEN1 : TOKEN0, &paid);
    const address trader = pvm_caller();
    exchange_emit_swapped(&trader, token_in, &received, &paid);
    return paid;
}
