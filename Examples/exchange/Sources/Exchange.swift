// An exchange for two tokens: whoever brings some of one gets of the other what keeps the product of both amounts as it was, less a fee of
// 0.3 %, which stays with those who have brought both.

import Revive

/// What the exchange must know of tokens.
@ContractInterface protocol ERC20 {
    @Call(.view) func balanceOf(account: Address) -> U256
    func transfer(to: Address, value: U256) -> Bool
    func transferFrom(from: Address, to: Address, value: U256) -> Bool
}

@Event struct Swap {
    @Indexed let trader: Address
    @Indexed let tokenIn: Address
    let amountIn: U256
    let amountOut: U256
}

@Event struct LiquidityAdded {
    @Indexed let provider: Address
    let amount0: U256
    let amount1: U256
    let shares: U256
}

@Event struct LiquidityRemoved {
    @Indexed let provider: Address
    let amount0: U256
    let amount1: U256
    let shares: U256
}

@ContractError enum ExchangeError {
    case sameToken
    case unknownToken(token: Address)
    case nothingToTrade
    case tooLittle(minimum: U256, actual: U256)
    case notEnoughShares(have: U256, needed: U256)
    case tokenRefused(token: Address)
    case tooLarge
}

@Contract struct Exchange {
    @Storage var token0: Address
    @Storage var token1: Address
    @Storage var reserve0: U256
    @Storage var reserve1: U256
    @Storage var totalShares: U256
    @Storage var shares: Map<Address, U256>

    /// Shares that nobody gets: with them, the first to bring tokens can not make one share dearer than others can pay.
    static let lockedShares: U256 = 1000

    @Deploy func deploy(token0 first: Address, token1 second: Address) {
        require(first != second, else: ExchangeError.sameToken)
        token0 = first
        token1 = second
    }

    // MARK: What anybody can ask

    @Call(.view) func tokens() -> (token0: Address, token1: Address) { (token0, token1) }
    @Call(.view) func reserves() -> (reserve0: U256, reserve1: U256) { (reserve0, reserve1) }
    @Call(.view) func sharesOf(provider: Address) -> U256 { shares[provider] }
    @Call(.view) func sharesInAll() -> U256 { totalShares }

    /// What an amount of one token would bring of the other.
    @Call(.view) func quote(tokenIn: Address, amountIn: U256) -> U256 {
        let (reserveIn, reserveOut) = tokenIn == token0 ? (reserve0, reserve1) : (reserve1, reserve0)
        require(tokenIn == token0 || tokenIn == token1, else: ExchangeError.unknownToken(token: tokenIn))
        return output(of: amountIn, reserveIn, reserveOut)
    }

    // MARK: Trading

    /// Takes an amount of one token from the caller, who has allowed it, and gives of the other.
    @Call func swap(tokenIn: Address, amountIn: U256, minimumOut: U256) -> U256 {
        let trader = Message.sender
        let (first, second) = (token0, token1)
        let isFirst = tokenIn == first
        require(isFirst || tokenIn == second, else: ExchangeError.unknownToken(token: tokenIn))
        let received = take(tokenIn, amountIn, from: trader)
        let (old0, old1) = (reserve0, reserve1)
        let amountOut = output(of: received, isFirst ? old0 : old1, isFirst ? old1 : old0)
        require(amountOut >= minimumOut, else: ExchangeError.tooLittle(minimum: minimumOut, actual: amountOut))
        // Written down before anything is given away.
        reserve0 = isFirst ? old0 + received : old0 &- amountOut
        reserve1 = isFirst ? old1 &- amountOut : old1 + received
        give(isFirst ? second : first, amountOut, to: trader)
        emit(Swap(trader: trader, tokenIn: tokenIn, amountIn: received, amountOut: amountOut))
        return amountOut
    }

    private func output(of amount: U256, _ reserveIn: U256, _ reserveOut: U256) -> U256 {
        require(amount != 0 && reserveIn != 0 && reserveOut != 0, else: ExchangeError.nothingToTrade)
        // All 512 bits of the product count.
        guard let paid = amount.multiplied(by: 997), let base = reserveIn.multiplied(by: 1000),
            let sum = base.adding(paid), let result = paid.multiplied(by: reserveOut, dividedBy: sum)
        else { revert(ExchangeError.tooLarge) }
        return result
    }

    // MARK: Bringing and taking back both tokens

    /// Takes of both tokens what is in proportion, at most these amounts; the first to come sets the price.
    @Call func addLiquidity(amount0 maximum0: U256, amount1 maximum1: U256, minimumShares: U256) -> U256 {
        let provider = Message.sender
        let (old0, old1, total) = (reserve0, reserve1, totalShares)
        var (amount0, amount1) = (maximum0, maximum1)
        let bought: U256
        if total == 0 {
            guard let product = amount0.multiplied(by: amount1) else { revert(ExchangeError.tooLarge) }
            let root = product.squareRoot
            require(
                root > Self.lockedShares, else: ExchangeError.tooLittle(minimum: Self.lockedShares + 1, actual: root))
            bought = root - Self.lockedShares
            shares[.zero] = Self.lockedShares
            totalShares = root
        } else {
            bought = min(part(amount0, of: total, old0), part(amount1, of: total, old1))
            require(bought != 0, else: ExchangeError.nothingToTrade)
            amount0 = part(bought, of: old0, total, up: true)
            amount1 = part(bought, of: old1, total, up: true)
            totalShares = total + bought
        }
        require(bought >= minimumShares, else: ExchangeError.tooLittle(minimum: minimumShares, actual: bought))
        shares[provider] += bought
        reserve0 = old0 + amount0
        reserve1 = old1 + amount1
        // Shares are for the whole of it.
        require(take(token0, amount0, from: provider) >= amount0, else: ExchangeError.tokenRefused(token: token0))
        require(take(token1, amount1, from: provider) >= amount1, else: ExchangeError.tokenRefused(token: token1))
        emit(LiquidityAdded(provider: provider, amount0: amount0, amount1: amount1, shares: bought))
        return bought
    }

    /// Gives back for shares what they are worth now.
    @Call func removeLiquidity(
        shares sold: U256, minimum0: U256, minimum1: U256
    ) -> (amount0: U256, amount1: U256) {
        let provider = Message.sender
        let place = shares.at(provider)
        let have = place.value
        require(have >= sold, else: ExchangeError.notEnoughShares(have: have, needed: sold))
        let (old0, old1, total) = (reserve0, reserve1, totalShares)
        require(sold != 0, else: ExchangeError.nothingToTrade)
        let (amount0, amount1) = (part(sold, of: old0, total), part(sold, of: old1, total))
        require(amount0 >= minimum0, else: ExchangeError.tooLittle(minimum: minimum0, actual: amount0))
        require(amount1 >= minimum1, else: ExchangeError.tooLittle(minimum: minimum1, actual: amount1))
        place.value = have &- sold
        totalShares = total - sold
        reserve0 = old0 - amount0
        reserve1 = old1 - amount1
        give(token0, amount0, to: provider)
        give(token1, amount1, to: provider)
        emit(LiquidityRemoved(provider: provider, amount0: amount0, amount1: amount1, shares: sold))
        return (amount0, amount1)
    }

    /// `whole * amount / total`, rounded down or up.
    private func part(_ amount: U256, of whole: U256, _ total: U256, up: Bool = false) -> U256 {
        guard let result = whole.multiplied(by: amount, dividedBy: total) else { revert(ExchangeError.tooLarge) }
        // Rounded down, the quotient times the divisor is short of the product.
        if up, whole.multiplied(by: amount, modulo: total) != 0 { return result + 1 }
        return result
    }

    // MARK: Tokens

    /// Takes an amount and returns what has come: some tokens keep a part of what they move.
    private func take(_ token: Address, _ amount: U256, from account: Address) -> U256 {
        let (client, own) = (ERC20Client(token), This.address)
        let before = client.balanceOf(account: own)
        let done = client.transferFrom(from: account, to: own, value: amount)
        require(done, else: ExchangeError.tokenRefused(token: token))
        let after = client.balanceOf(account: own)
        require(after >= before, else: ExchangeError.tokenRefused(token: token))
        return after &- before
    }

    private func give(_ token: Address, _ amount: U256, to account: Address) {
        let done = ERC20Client(token).transfer(to: account, value: amount)
        require(done, else: ExchangeError.tokenRefused(token: token))
    }
}
