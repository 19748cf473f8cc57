// What `pvm test` runs: the factory with the exchange and the token of the folder beside it (pvm.json).

import ReviveTest

@ContractInterface protocol Token {
    init()
    func mint(to: Address, value: U256)
    func approve(spender: Address, value: U256) -> Bool
    @Call(.view) func balanceOf(account: Address) -> U256
}

/// What traders call.
@ContractInterface protocol Trading {
    @Call(.view) func tokens() -> (token0: Address, token1: Address)
    func addLiquidity(amount0: U256, amount1: U256, minimumShares: U256) -> U256
    func swap(tokenIn: Address, amountIn: U256, minimumOut: U256) -> U256
}

private func deploy() -> FactoryClient {
    FactoryClient.deploy(.from(.alice), exchangeCode: TestChain.code("exchange"))
}

private func token() -> TokenClient { TokenClient.deploy(.from(.alice, code: "token")) }

@Test func makesAnExchange() {
    let (factory, first, second) = (deploy(), token().address, token().address)
    let (low, high) = first < second ? (first, second) : (second, first)
    let exchange = factory.createExchange(tokenA: first, tokenB: second)
    expectEvent(
        ExchangeCreated(token0: low, token1: high, exchange: exchange, number: 0), of: factory.address)
    #expect(exchange.isContract)
    #expect(exchange.codeHash == factory.exchangeCode())
    #expect(factory.exchangeCount() == 1)
    #expect(factory.exchangeAt(index: 0) == exchange)
    #expect(factory.exchangeOf(tokenA: first, tokenB: second) == exchange)
    #expect(factory.exchangeOf(tokenA: second, tokenB: first) == exchange)
    let tokens = TradingClient(exchange).tokens()
    #expect(tokens.token0 == low && tokens.token1 == high)
}

@Test func oneForEachPair() {
    let (factory, first, second, third) = (deploy(), token().address, token().address, token().address)
    let exchange = factory.createExchange(tokenA: first, tokenB: second)
    expectRevert(
        factory.from(.bob).tryCreateExchange(tokenA: second, tokenB: first), FactoryError.exists(exchange: exchange))
    #expect(factory.from(.bob).createExchange(tokenA: third, tokenB: first) != exchange)
    #expect(factory.exchangeCount() == 2)
    #expect(factory.exchangeOf(tokenA: second, tokenB: third) == .zero)
}

@Test func refuses() {
    let (factory, first) = (deploy(), token().address)
    expectRevert(factory.tryCreateExchange(tokenA: first, tokenB: first), FactoryError.sameToken(token: first))
    expectRevert(factory.tryCreateExchange(tokenA: first, tokenB: .bob), FactoryError.notAContract(token: .bob))
    expectRevert(factory.tryExchangeAt(index: 0), panic: 0x32)
    // Code that nobody has put on the chain: the host ends whoever asks for it.
    let empty = FactoryClient.deploy(.from(.alice), exchangeCode: Bytes32(1))
    expectTrap(empty.tryCreateExchange(tokenA: first, tokenB: token().address))
    #expect(empty.exchangeCount() == 0)
}

/// Accounts trade on what the factory has made.
@Test func whatIsMadeWorks() {
    let (factory, first, second) = (deploy(), token(), token())
    let exchange = TradingClient(factory.createExchange(tokenA: first.address, tokenB: second.address))
    for token in [first, second] {
        token.mint(to: .bob, value: 1_000_000)
        token.from(.bob).approve(spender: exchange.address, value: .max)
    }
    exchange.from(.bob).addLiquidity(amount0: 100_000, amount1: 100_000, minimumShares: 0)
    #expect(exchange.from(.bob).swap(tokenIn: first.address, amountIn: 1000, minimumOut: 0) == 987)
    #expect(second.balanceOf(account: .bob) == 900_987)
}
