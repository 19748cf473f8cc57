// A factory of exchanges: makes one for each pair of tokens, of code that is on the chain already and known by its hash.

import Revive

/// What the factory must know of what it makes.
@ContractInterface protocol Exchange {
    init(token0: Address, token1: Address)
}

@Event struct ExchangeCreated {
    @Indexed let token0: Address
    @Indexed let token1: Address
    let exchange: Address
    let number: UInt64
}

@ContractError enum FactoryError {
    case sameToken(token: Address)
    case notAContract(token: Address)
    case exists(exchange: Address)
}

@Contract struct Factory {
    @Storage var code: Bytes32
    @Storage var all: StorageArray<Address>
    @Storage var exchanges: Map<Address, Map<Address, Address>>

    /// The hash of the code of exchanges.
    @Deploy func deploy(exchangeCode: Bytes32) {
        code = exchangeCode
    }

    @Call(.view) func exchangeCode() -> Bytes32 { code }
    @Call(.view) func exchangeCount() -> UInt64 { all.count }
    @Call(.view) func exchangeAt(index: UInt64) -> Address { all[index] }

    /// The exchange of two tokens, in any order; zero if there is none.
    @Call(.view) func exchangeOf(tokenA: Address, tokenB: Address) -> Address {
        tokenA < tokenB ? exchanges[tokenA][tokenB] : exchanges[tokenB][tokenA]
    }

    /// Makes the exchange of two tokens.
    @Call func createExchange(tokenA: Address, tokenB: Address) -> Address {
        require(tokenA != tokenB, else: FactoryError.sameToken(token: tokenA))
        let (token0, token1) = tokenA < tokenB ? (tokenA, tokenB) : (tokenB, tokenA)
        require(token0.isContract, else: FactoryError.notAContract(token: token0))
        require(token1.isContract, else: FactoryError.notAContract(token: token1))
        let place = exchanges[token0].at(token1)
        let old = place.value
        require(old == .zero, else: FactoryError.exists(exchange: old))
        // The pair is the salt: anybody can tell beforehand where an exchange will be.
        var pair = (token0.word, token1.word)
        let salt = withUnsafeBytes(of: &pair) { Bytes(copying: $0).keccak }
        let exchange = ExchangeClient.deploy(
            Deployment(codeHash: code, salt: salt), token0: token0, token1: token1
        ).address
        place.value = exchange
        let number = all.append(exchange)
        emit(ExchangeCreated(token0: token0, token1: token1, exchange: exchange, number: number))
        return exchange
    }
}
