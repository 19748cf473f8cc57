// Tests: each on a chain of its own with two tokens and the exchange. What is expected of rounding is by Python's integers.

#include <pvm_contract_test.h>

#include "erc20_abi.h"
#include "exchange_abi.h"

// Seconds since 1970: the block's time, and a deadline that is not over yet.
enum { NOW = 1900000000, LATER = 2000000000 };

static address owner, alice, bob, token0, token1, exchange;

// So many whole tokens, of 18 decimals.
static const u256 *tokens(uint64_t count) {
    static u256 amounts[8];
    static unsigned next;
    u256 *const amount = &amounts[next++ % 8];
    *amount = u256_from_decimal(count, 18);
    return amount;
}

// Everybody has tokens, and lets the exchange take them.
static void set_up(void) {
    owner = pvm_account(0);
    alice = pvm_account(1);
    bob = pvm_account(2);
    pvm_test_set_time(NOW);
    pvm_as(&owner);
    token0 = erc20_create(pvm_code("token"), tokens(1000000));
    token1 = erc20_create(pvm_code("token"), tokens(1000000));
    exchange = exchange_create(pvm_code(""), &token0, &token1);
    const address *const people[] = {&owner, &alice, &bob};
    for (int i = 0; i < 3; i++) {
        pvm_as(&owner);
        erc20_call_transfer(&token0, people[i], tokens(10000));
        erc20_call_transfer(&token1, people[i], tokens(10000));
        pvm_as(people[i]);
        erc20_call_approve(&token0, &exchange, U256_MAX);
        erc20_call_approve(&token1, &exchange, U256_MAX);
    }
}

static void provide(const address *provider, const u256 *amount0, const u256 *amount1) {
    pvm_as(provider);
    exchange_call_add_liquidity(&exchange, amount0, amount1, U256(0), U256(LATER));
}

static void expect_reserves(const u256 *reserve0, const u256 *reserve1) {
    const exchange_reserves_result reserves = exchange_call_reserves(&exchange);
    PVM_EXPECT_EQUAL(reserves.reserve0, *reserve0);
    PVM_EXPECT_EQUAL(reserves.reserve1, *reserve1);
}

// That the exchange has what its reserves say.
static void expect_tokens(void) {
    const exchange_reserves_result reserves = exchange_call_reserves(&exchange);
    PVM_EXPECT_EQUAL(erc20_call_balance_of(&token0, &exchange), reserves.reserve0);
    PVM_EXPECT_EQUAL(erc20_call_balance_of(&token1, &exchange), reserves.reserve1);
}

static u256 less(const u256 *amount, uint64_t units) { return u256_sub(amount, U256(units)); }

PVM_TEST(it_begins_empty) {
    set_up();
    const address first = exchange_call_token0(&exchange), second = exchange_call_token1(&exchange);
    PVM_ASSERT(address_equal(&first, &token0) && address_equal(&second, &token1));
    expect_reserves(U256(0), U256(0));
    PVM_EXPECT_ERROR(exchange_call_quote(&exchange, &token0, U256(1)), exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &token0, U256(1), U256(0), U256(LATER)), exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(exchange_create(pvm_code(""), &token0, &token0), exchange_error_same_token(&token0));
}

PVM_TEST(first_liquidity_sets_the_price) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    // sqrt(100 * 400) = 200, but for the locked shares.
    const u256 shares = less(tokens(200), 1000);
    PVM_EXPECT_EVENTS(3);
    PVM_EXPECT_EVENT(2, &exchange, exchange_log_liquidity_added(&alice, tokens(100), tokens(400), &shares));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(&exchange, &alice), shares);
    PVM_EXPECT_EQUAL(exchange_call_total_shares(&exchange), *tokens(200));
    expect_reserves(tokens(100), tokens(400));
    expect_tokens();
}

PVM_TEST(later_liquidity_keeps_the_price) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    // Too much of one token, then of the other: only what fits is taken.
    provide(&bob, tokens(50), tokens(999));
    expect_reserves(tokens(150), tokens(600));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(&exchange, &bob), *tokens(100));
    provide(&bob, tokens(999), tokens(200));
    expect_reserves(tokens(200), tokens(800));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(&exchange, &bob), *tokens(200));
    expect_tokens();
}

PVM_TEST(liquidity_that_is_too_little_is_refused) {
    set_up();
    pvm_as(&alice);
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(&exchange, U256(1000), U256(1000), U256(0), U256(LATER)),
        exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(&exchange, U256(2000), U256(2000), U256(1001), U256(LATER)),
        exchange_error_too_little(U256(1001), U256(1000)));
    provide(&alice, tokens(100), tokens(400));
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(&exchange, U256(0), U256(0), U256(0), U256(LATER)),
        exchange_error_no_liquidity());
    expect_reserves(tokens(100), tokens(400));
}

PVM_TEST(liquidity_comes_back) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    const u256 shares = exchange_call_shares_of(&exchange, &alice), more = u256_add(&shares, U256(1));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(&exchange, &more, U256(0), U256(0), U256(LATER)),
        exchange_error_insufficient_shares(&alice, &shares, &more));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(&exchange, U256(0), U256(0), U256(0), U256(LATER)),
        exchange_error_insufficient_shares(&alice, &shares, U256(0)));
    // The locked shares stay: 500 and 2000 of the smallest units.
    const u256 back0 = less(tokens(100), 500), back1 = less(tokens(400), 2000);
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(&exchange, &shares, tokens(100), U256(0), U256(LATER)),
        exchange_error_too_little(tokens(100), &back0));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(&exchange, &shares, U256(0), tokens(400), U256(LATER)),
        exchange_error_too_little(tokens(400), &back1));
    const exchange_remove_liquidity_result back =
        exchange_call_remove_liquidity(&exchange, &shares, U256(0), U256(0), U256(LATER));
    PVM_EXPECT_EVENT(2, &exchange, exchange_log_liquidity_removed(&alice, &back0, &back1, &shares));
    PVM_EXPECT_EQUAL(back.amount0, back0);
    PVM_EXPECT_EQUAL(back.amount1, back1);
    expect_reserves(U256(500), U256(2000));
    expect_tokens();
    PVM_EXPECT_EQUAL(erc20_call_balance_of(&token0, &alice), less(tokens(10000), 500));
}

PVM_TEST(swap_pays_by_the_product) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    pvm_as(&bob);
    // 10 * 997 * 400 * 10**36 // (100 * 1000 * 10**18 + 10 * 997 * 10**18) is 0x1f745282ea106b5cf.
    const u256 expected = {{0xf745282ea106b5cf, 1}};
    PVM_EXPECT_EQUAL(exchange_call_quote(&exchange, &token0, tokens(10)), expected);
    const u256 paid = exchange_call_swap(&exchange, &token0, tokens(10), &expected, U256(LATER));
    PVM_EXPECT_EVENT(2, &exchange, exchange_log_swapped(&bob, &token0, tokens(10), &expected));
    PVM_EXPECT_EQUAL(paid, expected);
    const u256 left = u256_sub(tokens(400), &expected);
    expect_reserves(tokens(110), &left);
    expect_tokens();
    PVM_EXPECT_EQUAL(erc20_call_balance_of(&token1, &bob), u256_add(tokens(10000), &expected));
}

PVM_TEST(swap_refuses_what_it_should) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    pvm_as(&bob);
    const u256 quote = exchange_call_quote(&exchange, &token1, tokens(10)), more = u256_add(&quote, U256(1));
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &token1, tokens(10), &more, U256(LATER)),
        exchange_error_too_little(&more, &quote));
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &token1, tokens(10), &quote, U256(NOW - 1)),
        exchange_error_expired(U256(NOW - 1), U256(NOW)));
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &exchange, tokens(10), &quote, U256(LATER)),
        exchange_error_unknown_token(&exchange));
    // Far too much: the product needs more than 256 bits.
    PVM_EXPECT_PANIC(exchange_call_quote(&exchange, &token0, U256_MAX), 0x11);
    // What the token says goes through.
    erc20_call_approve(&token1, &exchange, U256(5));
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &token1, tokens(10), U256(0), U256(LATER)),
        erc20_error_erc20_insufficient_allowance(&exchange, U256(5), tokens(10)));
    expect_reserves(tokens(100), tokens(400));
}

PVM_TEST(a_token_that_says_no_undoes_everything) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    pvm_as(&bob);
    // The token to be paid out answers false.
    static const uint8_t transfer[4] = {0xa9, 0x05, 0x9c, 0xbb}, no[32];
    pvm_test_mock(
        token1.bytes, pvm_test_pack(sizeof transfer, (uint32_t)(uintptr_t)transfer), PVM_TEST_SUCCESS,
        pvm_test_pack(sizeof no, (uint32_t)(uintptr_t)no));
    PVM_EXPECT_ERROR(
        exchange_call_swap(&exchange, &token0, tokens(10), U256(0), U256(LATER)),
        exchange_error_token_failed(&token1));
    expect_reserves(tokens(100), tokens(400));
    PVM_EXPECT_EQUAL(erc20_call_balance_of(&token0, &bob), *tokens(10000));
}

PVM_TEST(gifts_move_no_price) {
    set_up();
    provide(&alice, tokens(100), tokens(400));
    const u256 before = exchange_call_quote(&exchange, &token0, tokens(1));
    erc20_call_transfer(&token1, &exchange, tokens(1000));
    PVM_EXPECT_EQUAL(exchange_call_quote(&exchange, &token0, tokens(1)), before);
}

// Both at once, as contracts that make contracts take them.
static bool are_equal(const bytes32 *left, const bytes32 *right) { return memcmp(left, right, sizeof *left) == 0; }

PVM_TEST(codes_stay_apart) {
    PVM_ASSERT(!are_equal(pvm_code(""), pvm_code("token")));
    PVM_ASSERT(are_equal(pvm_code("token"), pvm_code("token")));
}

// A property: whatever is traded in whatever order, the product never falls, and the exchange has its reserves.
PVM_TEST(the_product_never_falls) {
    set_up();
    const u256 more0 = pvm_choose_u256(tokens(9000)), more1 = pvm_choose_u256(tokens(9000));
    const u256 first0 = u256_add(&more0, U256(100000)), first1 = u256_add(&more1, U256(100000));
    provide(&owner, &first0, &first1);
    for (uint64_t count = pvm_test_choose(6); count; count--) {
        const exchange_reserves_result before = exchange_call_reserves(&exchange);
        pvm_as(pvm_test_choose(1) ? &alice : &bob);
        const u256 amount = pvm_choose_u256(tokens(1000));
        exchange_call_swap(&exchange, pvm_test_choose(1) ? &token0 : &token1, &amount, U256(0), U256(LATER));
        const exchange_reserves_result after = exchange_call_reserves(&exchange);
        const u256 old = u256_mul(&before.reserve0, &before.reserve1);
        const u256 new = u256_mul(&after.reserve0, &after.reserve1);
        PVM_ASSERT(u256_at_most(&old, &new));
        expect_tokens();
    }
}
