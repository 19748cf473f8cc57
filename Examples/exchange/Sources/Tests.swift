// What `pvm test` runs: the exchange with two tokens of the project beside it (pvm.json), with answers in place of tokens, and with a token
// that attacks.

import ReviveTest

@ContractInterface protocol Token {
    init()
    @Call(.view) func balanceOf(account: Address) -> U256
    func mint(to: Address, value: U256)
    func approve(spender: Address, value: U256) -> Bool
}

@ContractInterface protocol Attacker {
    init()
    func attack(exchange: Address)
    func keep(fee: U256)
}

/// An exchange, two tokens, and accounts that have some of both and allow the exchange to take it.
private struct Market {
    let first = TokenClient.deploy(.from(.alice, code: "token"))
    let second = TokenClient.deploy(.from(.alice, code: "token"))
    let exchange: ExchangeClient

    init(accounts: [Address] = [.alice, .bob], amount: U256 = 1_000_000) {
        exchange = ExchangeClient.deploy(.from(.alice), token0: first.address, token1: second.address)
        for account in accounts {
            for token in [first, second] {
                token.mint(to: account, value: amount)
                token.from(account).approve(spender: exchange.address, value: .max)
            }
        }
    }
}

@Test func tellsItsTokens() {
    let market = Market(accounts: [])
    let tokens = market.exchange.tokens()
    #expect(tokens.token0 == market.first.address)
    #expect(tokens.token1 == market.second.address)
    let reserves = market.exchange.reserves()
    #expect(reserves.reserve0 == 0 && reserves.reserve1 == 0)
    let same = market.first.address
    expectRevert(ExchangeClient.tryDeploy(.from(.bob), token0: same, token1: same), ExchangeError.sameToken)
}

@Test func firstProviderSetsThePrice() {
    let market = Market()
    let shares = market.exchange.addLiquidity(amount0: 40_000, amount1: 10_000, minimumShares: 0)
    // The root of the product is 20 000, of which 1000 are locked.
    #expect(shares == 19_000)
    expectEvent(
        LiquidityAdded(provider: .alice, amount0: 40_000, amount1: 10_000, shares: 19_000), of: market.exchange.address)
    #expect(market.exchange.sharesOf(provider: .alice) == 19_000)
    #expect(market.exchange.sharesInAll() == 20_000)
    #expect(market.first.balanceOf(account: market.exchange.address) == 40_000)
    #expect(market.second.balanceOf(account: .alice) == 990_000)
}

@Test func nextProviderPaysInProportion() {
    let market = Market()
    market.exchange.addLiquidity(amount0: 40_000, amount1: 10_000, minimumShares: 0)
    #expect(market.exchange.from(.bob).addLiquidity(amount0: 4000, amount1: 5000, minimumShares: 2000) == 2000)
    #expect(market.first.balanceOf(account: .bob) == 996_000)
    #expect(market.second.balanceOf(account: .bob) == 999_000)
    expectRevert(
        market.exchange.from(.bob).tryAddLiquidity(amount0: 4000, amount1: 1000, minimumShares: 2001),
        ExchangeError.tooLittle(minimum: 2001, actual: 2000))
}

@Test func tooLittleForAStart() {
    let market = Market()
    expectRevert(
        market.exchange.tryAddLiquidity(amount0: 1000, amount1: 1000, minimumShares: 0),
        ExchangeError.tooLittle(minimum: 1001, actual: 1000))
    expectRevert(market.exchange.tryAddLiquidity(amount0: .max, amount1: 2, minimumShares: 0), ExchangeError.tooLarge)
}

@Test func swapKeepsTheProduct() {
    let market = Market()
    market.exchange.addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    // By hand: 1000 * 997 * 100000 / (100000 * 1000 + 1000 * 997) = 987.15…
    #expect(market.exchange.quote(tokenIn: market.first.address, amountIn: 1000) == 987)
    #expect(market.exchange.from(.bob).swap(tokenIn: market.first.address, amountIn: 1000, minimumOut: 987) == 987)
    expectEvent(
        Swap(trader: .bob, tokenIn: market.first.address, amountIn: 1000, amountOut: 987), of: market.exchange.address)
    #expect(market.first.balanceOf(account: .bob) == 999_000)
    #expect(market.second.balanceOf(account: .bob) == 1_000_987)
    let reserves = market.exchange.reserves()
    #expect(reserves.reserve0 == 101_000 && reserves.reserve1 == 99_013)
}

@Test func swapRefuses() {
    let market = Market()
    let (exchange, token) = (market.exchange, market.second.address)
    expectRevert(exchange.trySwap(tokenIn: token, amountIn: 1, minimumOut: 0), ExchangeError.nothingToTrade)
    exchange.addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    expectRevert(exchange.trySwap(tokenIn: token, amountIn: 0, minimumOut: 0), ExchangeError.nothingToTrade)
    expectRevert(
        exchange.trySwap(tokenIn: token, amountIn: 1000, minimumOut: 988),
        ExchangeError.tooLittle(minimum: 988, actual: 987))
    expectRevert(
        exchange.trySwap(tokenIn: .bob, amountIn: 1000, minimumOut: 0), ExchangeError.unknownToken(token: .bob))
    // The token's own reason comes through.
    expectRevert(exchange.from(.carol).trySwap(tokenIn: token, amountIn: 1000, minimumOut: 0), "insufficient allowance")
    expectRevert(
        exchange.from(.bob).trySwap(tokenIn: token, amountIn: 1_000_001, minimumOut: 0), "insufficient balance")
    expectRevert(exchange.tryQuote(tokenIn: token, amountIn: .max), ExchangeError.tooLarge)
    expectRevert(exchange.from(.bob, value: 1).trySwap(tokenIn: token, amountIn: 1, minimumOut: 0))
}

@Test func sharesAreWorthTheirPart() {
    let market = Market()
    let exchange = market.exchange
    exchange.addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    exchange.from(.bob).swap(tokenIn: market.first.address, amountIn: 50_000, minimumOut: 0)
    expectRevert(
        exchange.from(.bob).tryRemoveLiquidity(shares: 1, minimum0: 0, minimum1: 0),
        ExchangeError.notEnoughShares(have: 0, needed: 1))
    expectRevert(
        exchange.tryRemoveLiquidity(shares: 99_000, minimum0: 150_000, minimum1: 0),
        ExchangeError.tooLittle(minimum: 150_000, actual: 148_500))
    let amounts = exchange.removeLiquidity(shares: 99_000, minimum0: 148_500, minimum1: 0)
    #expect(amounts.amount0 == 148_500)
    #expect(exchange.sharesOf(provider: .alice) == 0)
    // Dearer than before, by what the trader has paid.
    #expect(amounts.amount0 * amounts.amount1 > 99_000 * 99_000)
}

// MARK: Tokens that are not what they seem

@Test func tokenThatSaysNo() {
    let (first, second) = (Address(1000), Address(1001))
    let exchange = ExchangeClient.deploy(.from(.alice), token0: first, token1: second)
    for token in [first, second] { TestChain.mock(token, "balanceOf(address)", returns: 0 as U256) }
    TestChain.mock(first, "transferFrom(address,address,uint256)", returns: false)
    TestChain.mock(second, "transferFrom(address,address,uint256)", returns: true)
    expectRevert(
        exchange.tryAddLiquidity(amount0: 5000, amount1: 5000, minimumShares: 0),
        ExchangeError.tokenRefused(token: first))
    TestChain.mock(first, "transferFrom(address,address,uint256)", returns: 2 as U256)
    // That is no Boolean.
    expectRevert(exchange.tryAddLiquidity(amount0: 5000, amount1: 5000, minimumShares: 0))
    TestChain.mock(first, "transferFrom(address,address,uint256)", reverts: "paused")
    expectRevert(exchange.tryAddLiquidity(amount0: 5000, amount1: 5000, minimumShares: 0), "paused")
    TestChain.mockTrap(first, "transferFrom(address,address,uint256)")
    expectRevert(exchange.tryAddLiquidity(amount0: 5000, amount1: 5000, minimumShares: 0))
    // It says that it has paid, and nothing has come.
    TestChain.mock(first, "transferFrom(address,address,uint256)", returns: true)
    expectRevert(
        exchange.tryAddLiquidity(amount0: 5000, amount1: 5000, minimumShares: 0),
        ExchangeError.tokenRefused(token: first))
    #expect(exchange.sharesInAll() == 0)
}

@Test func countsWhatHasCome() {
    let token = AttackerClient.deploy(.from(.bob, code: "attacker"))
    let other = TokenClient.deploy(.from(.alice, code: "token"))
    let exchange = ExchangeClient.deploy(.from(.alice), token0: token.address, token1: other.address)
    other.mint(to: .alice, value: 1_000_000)
    other.approve(spender: exchange.address, value: .max)
    exchange.addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    token.keep(fee: 100)
    // By hand: 900 * 997 * 100000 / (100000 * 1000 + 900 * 997) = 889.31…
    #expect(exchange.from(.bob).swap(tokenIn: token.address, amountIn: 1000, minimumOut: 0) == 889)
    let reserves = exchange.reserves()
    #expect(reserves.reserve0 == 100_900 && reserves.reserve1 == 99_111)
}

@Test func callsBackInVain() {
    let attacker = AttackerClient.deploy(.from(.bob, code: "attacker"))
    let token = TokenClient.deploy(.from(.alice, code: "token"))
    let exchange = ExchangeClient.deploy(.from(.alice), token0: attacker.address, token1: token.address)
    token.mint(to: .alice, value: 1_000_000)
    token.approve(spender: exchange.address, value: .max)
    exchange.addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    attacker.attack(exchange: exchange.address)
    // Who calls another contract is closed to calls from there, unless it says otherwise.
    expectRevert(exchange.from(.bob).trySwap(tokenIn: attacker.address, amountIn: 1000, minimumOut: 0))
    let reserves = exchange.reserves()
    #expect(reserves.reserve0 == 100_000 && reserves.reserve1 == 100_000)
    #expect(token.balanceOf(account: exchange.address) == 100_000)
}

/// Whatever is traded, the product never falls, and what the exchange says it has, it has.
@Test func productNeverFalls() {
    let market = Market(amount: 1 << 100)
    let exchange = market.exchange
    exchange.addLiquidity(
        amount0: choose(in: 10_000...(1 << 90)), amount1: choose(in: 10_000...(1 << 90)), minimumShares: 0)
    for _ in 0..<choose(in: 1...4) {
        let before = exchange.reserves()
        let token = chooseBool() ? market.first.address : market.second.address
        exchange.from(.bob).swap(tokenIn: token, amountIn: choose(in: 1...(1 << 90)), minimumOut: 0)
        let after = exchange.reserves()
        #expect(after.reserve0 * after.reserve1 >= before.reserve0 * before.reserve1)
        #expect(market.first.balanceOf(account: exchange.address) == after.reserve0)
        #expect(market.second.balanceOf(account: exchange.address) == after.reserve1)
    }
}
