// An exchange of two tokens: the product of its two reserves never falls. Who trades pays 0.3 %, which stays in the reserves and so belongs to
// those who provided them.
//
// The reserves are kept in storage and not asked from the tokens, so that tokens sent to the exchange by the way move no price.
// While a token is called it can not call the exchange: the host refuses what was not allowed by a flag.

#include "erc20_abi.h"
#include "exchange_abi.h"

// Slots of storage.
enum { TOKEN0, TOKEN1, RESERVE0, RESERVE1, TOTAL_SHARES, SHARES };

// Shares of nobody, made with the first liquidity: without them the first provider could make a share so dear, by a gift, that what later
// ones provide is rounded to nothing.
static const uint64_t LOCKED_SHARES = 1000;

// What trading costs: 3 of 1000.
static const uint64_t FEE_WHOLE = 1000, FEE_KEPT = 997;

static u256 load(uint64_t slot) { return pvm_load_u256(pvm_slot(slot)); }
static void store(uint64_t slot, u256 value) { pvm_store_u256(pvm_slot(slot), value); }
static bytes32 shares_slot(address provider) { return pvm_map_address(pvm_slot(SHARES), provider); }

void exchange_constructor(address token0, address token1) {
    if (address_equal(token0, token1))
        exchange_revert_same_token(token0);
    pvm_store_address(pvm_slot(TOKEN0), token0);
    pvm_store_address(pvm_slot(TOKEN1), token1);
}

// MARK: What everybody may ask

address exchange_token0(void) { return pvm_load_address(pvm_slot(TOKEN0)); }

address exchange_token1(void) { return pvm_load_address(pvm_slot(TOKEN1)); }

exchange_reserves_result exchange_reserves(void) {
    return (exchange_reserves_result){load(RESERVE0), load(RESERVE1)};
}

u256 exchange_total_shares(void) { return load(TOTAL_SHARES); }

u256 exchange_shares_of(address provider) { return pvm_load_u256(shares_slot(provider)); }

// MARK: Tokens

static void check_deadline(u256 deadline) {
    const u256 time = u256_from(pvm_time());
    if (u256_less(deadline, time))
        exchange_revert_expired(deadline, time);
}

static void check_minimum(u256 minimum, u256 found) {
    if (u256_less(found, minimum))
        exchange_revert_too_little(minimum, found);
}

// Takes tokens from the caller; gives how many came, which with tokens that take a fee are fewer.
static u256 pull(address token, u256 amount) {
    const address self = pvm_self();
    const u256 before = erc20_call_balance_of(token, self);
    if (!erc20_call_transfer_from(token, pvm_caller(), self, amount))
        exchange_revert_token_failed(token);
    return u256_sub(erc20_call_balance_of(token, self), before);
}

static void push(address token, u256 amount) {
    if (!erc20_call_transfer(token, pvm_caller(), amount))
        exchange_revert_token_failed(token);
}

// MARK: Liquidity

u256 exchange_add_liquidity(u256 amount0, u256 amount1, u256 minimum_shares, u256 deadline) {
    check_deadline(deadline);
    const address provider = pvm_caller();
    const u256 reserve0 = load(RESERVE0), reserve1 = load(RESERVE1), total = load(TOTAL_SHARES);
    const bool is_first = u256_is_zero(total);
    if (!is_first) {
        // No more of either than belongs to the other at the price of now.
        const u256 fitting1 = u256_mul_div(amount0, reserve1, reserve0);
        if (u256_at_most(fitting1, amount1))
            amount1 = fitting1;
        else
            amount0 = u256_mul_div(amount1, reserve0, reserve1);
    }
    amount0 = pull(exchange_token0(), amount0);
    amount1 = pull(exchange_token1(), amount1);

    u256 shares;
    if (is_first) {
        const u256 locked = u256_from(LOCKED_SHARES);
        const u256 all = u256_sqrt(u256_mul(amount0, amount1));
        if (u256_at_most(all, locked))
            exchange_revert_no_liquidity();
        shares = u256_sub(all, locked);
        pvm_store_u256(shares_slot(address_zero()), locked);
        store(TOTAL_SHARES, all);
    } else {
        shares = u256_smaller(u256_mul_div(amount0, total, reserve0), u256_mul_div(amount1, total, reserve1));
        if (u256_is_zero(shares))
            exchange_revert_no_liquidity();
        store(TOTAL_SHARES, u256_add(total, shares));
    }
    check_minimum(minimum_shares, shares);
    const bytes32 slot = shares_slot(provider);
    pvm_store_u256(slot, u256_add(pvm_load_u256(slot), shares));
    store(RESERVE0, u256_add(reserve0, amount0));
    store(RESERVE1, u256_add(reserve1, amount1));
    exchange_emit_liquidity_added(provider, amount0, amount1, shares);
    return shares;
}

exchange_remove_liquidity_result
exchange_remove_liquidity(u256 shares, u256 minimum0, u256 minimum1, u256 deadline) {
    check_deadline(deadline);
    const address provider = pvm_caller();
    const bytes32 slot = shares_slot(provider);
    const u256 owned = pvm_load_u256(slot);
    u256 rest;
    if (!u256_try_sub(owned, shares, &rest) || u256_is_zero(shares))
        exchange_revert_insufficient_shares(provider, owned, shares);

    const u256 reserve0 = load(RESERVE0), reserve1 = load(RESERVE1), total = load(TOTAL_SHARES);
    const u256 amount0 = u256_mul_div(reserve0, shares, total);
    const u256 amount1 = u256_mul_div(reserve1, shares, total);
    check_minimum(minimum0, amount0);
    check_minimum(minimum1, amount1);
    pvm_store_u256(slot, rest);
    store(TOTAL_SHARES, u256_sub(total, shares));
    store(RESERVE0, u256_sub(reserve0, amount0));
    store(RESERVE1, u256_sub(reserve1, amount1));
    push(exchange_token0(), amount0);
    push(exchange_token1(), amount1);
    exchange_emit_liquidity_removed(provider, amount0, amount1, shares);
    return (exchange_remove_liquidity_result){amount0, amount1};
}

// MARK: Trading

// Where the reserve of what comes in is, and of what goes out.
typedef struct {
    uint64_t slot_in, slot_out;
    address token_out;
} direction;

static direction direction_of(address token_in) {
    const address token0 = exchange_token0(), token1 = exchange_token1();
    if (address_equal(token_in, token0))
        return (direction){RESERVE0, RESERVE1, token1};
    if (!address_equal(token_in, token1))
        exchange_revert_unknown_token(token_in);
    return (direction){RESERVE1, RESERVE0, token0};
}

// out = in' · reserve_out / (reserve_in + in'), in' being what comes in less the fee; rounded down.
static u256 amount_out(u256 amount_in, u256 reserve_in, u256 reserve_out) {
    if (u256_is_zero(reserve_in) || u256_is_zero(reserve_out))
        exchange_revert_no_liquidity();
    const u256 kept = u256_mul(amount_in, u256_from(FEE_KEPT));
    return u256_mul_div(kept, reserve_out, u256_add(u256_mul(reserve_in, u256_from(FEE_WHOLE)), kept));
}

u256 exchange_quote(address token_in, u256 amount_in) {
    const direction way = direction_of(token_in);
    return amount_out(amount_in, load(way.slot_in), load(way.slot_out));
}

u256 exchange_swap(address token_in, u256 amount_in, u256 minimum_out, u256 deadline) {
    check_deadline(deadline);
    const direction way = direction_of(token_in);
    const u256 reserve_in = load(way.slot_in), reserve_out = load(way.slot_out);
    const u256 received = pull(token_in, amount_in);
    const u256 result = amount_out(received, reserve_in, reserve_out);
    check_minimum(minimum_out, result);
    store(way.slot_in, u256_add(reserve_in, received));
    store(way.slot_out, u256_sub(reserve_out, result));
    push(way.token_out, result);
    exchange_emit_swapped(pvm_caller(), token_in, received, result);
    return result;
}
