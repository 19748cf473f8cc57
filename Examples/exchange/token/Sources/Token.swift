// A plain token, for the tests of the exchange: whoever asks gets some.

import Revive

@Event struct Transfer {
    @Indexed let from: Address
    @Indexed let to: Address
    let value: U256
}

@Event struct Approval {
    @Indexed let owner: Address
    @Indexed let spender: Address
    let value: U256
}

@Contract struct Token {
    @Storage var balances: Map<Address, U256>
    @Storage var allowances: Map<Address, Map<Address, U256>>

    @Call(.view) func balanceOf(account: Address) -> U256 { balances[account] }
    @Call(.view) func allowance(owner: Address, spender: Address) -> U256 { allowances[owner][spender] }

    @Call func mint(to: Address, value: U256) {
        balances[to] += value
        emit(Transfer(from: .zero, to: to, value: value))
    }

    @Call func transfer(to: Address, value: U256) -> Bool {
        move(value, from: Message.sender, to: to)
        return true
    }

    @Call func approve(spender: Address, value: U256) -> Bool {
        let owner = Message.sender
        allowances[owner][spender] = value
        emit(Approval(owner: owner, spender: spender, value: value))
        return true
    }

    @Call func transferFrom(from: Address, to: Address, value: U256) -> Bool {
        let permission = allowances[from].at(Message.sender)
        let allowance = permission.value
        require(allowance >= value, "insufficient allowance")
        permission.value = allowance &- value
        move(value, from: from, to: to)
        return true
    }

    private func move(_ value: U256, from: Address, to: Address) {
        let place = balances.at(from)
        let balance = place.value
        require(balance >= value, "insufficient balance")
        place.value = balance &- value
        balances[to] += value
        emit(Transfer(from: from, to: to, value: value))
    }
}
