// Tests: each on a chain of its own with two tokens and the exchange. The amounts that are expected are by Python's integers.

#include <pvm_contract_test.h>

#include "erc20_abi.h"
#include "exchange_abi.h"

enum { OWNER, ALICE, BOB };

static const uint64_t LATER = 2000000000;

static address token0, token1, exchange;

static u256 number(uint64_t value) { return u256_from(value); }
static u256 tokens(uint64_t value) { return u256_from_decimal(value, 18); }

// Every account gets tokens, and lets the exchange take them.
static void set_up(void) {
    pvm_test_set_time(LATER - 10);
    pvm_as(pvm_account(OWNER));
    token0 = erc20_create(pvm_code("token"), tokens(1000000));
    token1 = erc20_create(pvm_code("token"), tokens(1000000));
    exchange = exchange_create(pvm_code(""), token0, token1);
    for (uint32_t account = ALICE; account <= BOB; account++) {
        erc20_call_transfer(token0, pvm_account(account), tokens(10000));
        erc20_call_transfer(token1, pvm_account(account), tokens(10000));
    }
    for (uint32_t account = OWNER; account <= BOB; account++) {
        pvm_as(pvm_account(account));
        erc20_call_approve(token0, exchange, u256_max());
        erc20_call_approve(token1, exchange, u256_max());
    }
}

static void provide(uint32_t account, u256 amount0, u256 amount1) {
    pvm_as(pvm_account(account));
    exchange_call_add_liquidity(exchange, amount0, amount1, number(0), number(LATER));
}

static void expect_reserves(u256 reserve0, u256 reserve1) {
    const exchange_reserves_result reserves = exchange_call_reserves(exchange);
    PVM_EXPECT_EQUAL(reserves.reserve0, reserve0);
    PVM_EXPECT_EQUAL(reserves.reserve1, reserve1);
    PVM_EXPECT_EQUAL(erc20_call_balance_of(token0, exchange), reserve0);
    PVM_EXPECT_EQUAL(erc20_call_balance_of(token1, exchange), reserve1);
}

PVM_TEST(it_begins_empty) {
    set_up();
    PVM_ASSERT(address_equal(exchange_call_token0(exchange), token0));
    PVM_ASSERT(address_equal(exchange_call_token1(exchange), token1));
    expect_reserves(number(0), number(0));
    PVM_EXPECT_ERROR(exchange_call_quote(exchange, token0, number(1)), exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, token0, number(1), number(0), number(LATER)), exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(exchange_create(pvm_code(""), token0, token0), exchange_error_same_token(token0));
}

PVM_TEST(first_liquidity_sets_the_price) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    // sqrt(100 · 400) = 200 tokens' worth of shares, but for the locked ones.
    const u256 shares = u256_sub(tokens(200), number(1000));
    PVM_EXPECT_EVENTS(3);
    PVM_EXPECT_EVENT(
        2, exchange, exchange_log_liquidity_added(pvm_account(ALICE), tokens(100), tokens(400), shares));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(exchange, pvm_account(ALICE)), shares);
    PVM_EXPECT_EQUAL(exchange_call_total_shares(exchange), tokens(200));
    expect_reserves(tokens(100), tokens(400));
}

PVM_TEST(later_liquidity_keeps_the_price) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    // Too much of one token, then of the other: only what fits is taken.
    provide(BOB, tokens(50), tokens(999));
    expect_reserves(tokens(150), tokens(600));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(exchange, pvm_account(BOB)), tokens(100));
    provide(BOB, tokens(999), tokens(200));
    expect_reserves(tokens(200), tokens(800));
    PVM_EXPECT_EQUAL(exchange_call_shares_of(exchange, pvm_account(BOB)), tokens(200));
}

PVM_TEST(liquidity_that_is_too_little_is_refused) {
    set_up();
    pvm_as(pvm_account(ALICE));
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(exchange, number(1000), number(1000), number(0), number(LATER)),
        exchange_error_no_liquidity());
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(exchange, number(2000), number(2000), number(1001), number(LATER)),
        exchange_error_too_little(number(1001), number(1000)));
    provide(ALICE, tokens(100), tokens(400));
    PVM_EXPECT_ERROR(
        exchange_call_add_liquidity(exchange, number(0), number(0), number(0), number(LATER)),
        exchange_error_no_liquidity());
    expect_reserves(tokens(100), tokens(400));
}

PVM_TEST(liquidity_comes_back) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    const u256 shares = exchange_call_shares_of(exchange, pvm_account(ALICE));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(exchange, u256_add(shares, number(1)), number(0), number(0), number(LATER)),
        exchange_error_insufficient_shares(pvm_account(ALICE), shares, u256_add(shares, number(1))));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(exchange, number(0), number(0), number(0), number(LATER)),
        exchange_error_insufficient_shares(pvm_account(ALICE), shares, number(0)));
    PVM_EXPECT_ERROR(
        exchange_call_remove_liquidity(exchange, shares, tokens(100), number(0), number(LATER)),
        exchange_error_too_little(tokens(100), u256_sub(tokens(100), number(500))));
    // The locked shares stay: 500 and 2000 of the smallest units.
    const exchange_remove_liquidity_result back =
        exchange_call_remove_liquidity(exchange, shares, number(0), number(0), number(LATER));
    PVM_EXPECT_EQUAL(back.amount0, u256_sub(tokens(100), number(500)));
    PVM_EXPECT_EQUAL(back.amount1, u256_sub(tokens(400), number(2000)));
    PVM_EXPECT_EVENT(
        2, exchange, exchange_log_liquidity_removed(pvm_account(ALICE), back.amount0, back.amount1, shares));
    expect_reserves(number(500), number(2000));
    PVM_EXPECT_EQUAL(erc20_call_balance_of(token0, pvm_account(ALICE)), u256_sub(tokens(10000), number(500)));
}

PVM_TEST(swap_pays_by_the_product) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    pvm_as(pvm_account(BOB));
    // 10·997·400·10^36 / (100·1000·10^18 + 10·997·10^18)
    const u256 expected = {{0xf745282ea106b5cf, 1}};
    const u256 quote = exchange_call_quote(exchange, token0, tokens(10));
    const u256 out = exchange_call_swap(exchange, token0, tokens(10), quote, number(LATER));
    PVM_EXPECT_EQUAL(quote, expected);
    PVM_EXPECT_EQUAL(out, expected);
    PVM_EXPECT_EVENT(2, exchange, exchange_log_swapped(pvm_account(BOB), token0, tokens(10), out));
    expect_reserves(tokens(110), u256_sub(tokens(400), out));
}

PVM_TEST(swap_refuses_what_it_should) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    pvm_as(pvm_account(BOB));
    const u256 quote = exchange_call_quote(exchange, token1, tokens(10));
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, token1, tokens(10), u256_add(quote, number(1)), number(LATER)),
        exchange_error_too_little(u256_add(quote, number(1)), quote));
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, token1, tokens(10), quote, number(LATER - 11)),
        exchange_error_expired(number(LATER - 11), number(LATER - 10)));
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, exchange, tokens(10), quote, number(LATER)), exchange_error_unknown_token(exchange));
    // Far too much: the product needs more than 256 bits.
    PVM_EXPECT_PANIC(exchange_call_quote(exchange, token0, u256_max()), 0x11);
    // What the token says goes through.
    erc20_call_approve(token1, exchange, number(5));
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, token1, tokens(10), number(0), number(LATER)),
        erc20_error_erc20_insufficient_allowance(exchange, number(5), tokens(10)));
    expect_reserves(tokens(100), tokens(400));
}

PVM_TEST(a_token_that_says_no_undoes_everything) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    pvm_as(pvm_account(BOB));
    // The token to be paid out answers false.
    static const uint8_t selector[4] = {0xa9, 0x05, 0x9c, 0xbb}, no[32];
    pvm_test_mock(
        token1.bytes, pvm_test_pack(sizeof selector, (uint32_t)(uintptr_t)selector), PVM_TEST_SUCCESS,
        pvm_test_pack(sizeof no, (uint32_t)(uintptr_t)no));
    PVM_EXPECT_ERROR(
        exchange_call_swap(exchange, token0, tokens(10), number(0), number(LATER)), exchange_error_token_failed(token1));
    expect_reserves(tokens(100), tokens(400));
    PVM_EXPECT_EQUAL(erc20_call_balance_of(token0, pvm_account(BOB)), tokens(10000));
}

PVM_TEST(gifts_move_no_price) {
    set_up();
    provide(ALICE, tokens(100), tokens(400));
    const u256 before = exchange_call_quote(exchange, token0, tokens(1));
    erc20_call_transfer(token1, exchange, tokens(1000));
    PVM_EXPECT_EQUAL(exchange_call_quote(exchange, token0, tokens(1)), before);
}

// Properties: whatever is done in whatever order, the product for a share never falls, and the reserves are there.
PVM_TEST(the_product_never_falls) {
    set_up();
    provide(OWNER, u256_add(number(100000), pvm_choose_u256(tokens(100000))), u256_add(number(100000), pvm_choose_u256(tokens(100000))));
    for (uint64_t count = pvm_test_choose(6); count; count--) {
        const exchange_reserves_result before = exchange_call_reserves(exchange);
        pvm_as(pvm_account(ALICE + (uint32_t)pvm_test_choose(1)));
        const address token = pvm_test_choose(1) ? token0 : token1;
        exchange_call_swap(exchange, token, pvm_choose_u256(tokens(1000)), number(0), number(LATER));
        const exchange_reserves_result after = exchange_call_reserves(exchange);
        PVM_ASSERT(u256_at_most(u256_mul(before.reserve0, before.reserve1), u256_mul(after.reserve0, after.reserve1)));
        expect_reserves(after.reserve0, after.reserve1);
    }
}
