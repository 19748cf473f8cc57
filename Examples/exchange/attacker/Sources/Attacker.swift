// A token that is none: when it is asked to pay, it calls the exchange again, in the hope that the exchange has not yet written down what
// it did. Or it keeps a part of what it moves. For the tests of the exchange.

import Revive

@ContractInterface protocol Exchange {
    func swap(tokenIn: Address, amountIn: U256, minimumOut: U256) -> U256
}

@Contract struct Attacker {
    /// Whom to call, once that is known.
    @Storage var exchange: Address
    @Storage var attacks: Bool
    /// What it keeps of each payment.
    @Storage var fee: U256
    /// What it says that everybody has.
    @Storage var balance: U256

    @Call func attack(exchange target: Address) {
        exchange = target
        attacks = true
    }

    @Call func keep(fee new: U256) { fee = new }

    @Call(.view) func balanceOf(account: Address) -> U256 { balance }

    @Call func transfer(to: Address, value: U256) -> Bool { strike() }

    @Call func transferFrom(from: Address, to: Address, value: U256) -> Bool {
        balance += value - fee
        return strike()
    }

    private func strike() -> Bool {
        if attacks { ExchangeClient(exchange).swap(tokenIn: This.address, amountIn: 1000, minimumOut: 0) }
        return true
    }
}
