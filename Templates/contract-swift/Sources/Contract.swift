// {{name}}: a token after ERC-20, which wallets and exchanges know how to handle.

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

@ContractError enum TokenError {
    case insufficientBalance(sender: Address, balance: U256, needed: U256)
    case insufficientAllowance(spender: Address, allowance: U256, needed: U256)
    case invalidReceiver(receiver: Address)
    case notTheOwner(caller: Address)
}

/// The token.
///
/// What is in storage stays where it is as long as the order of these variables does.
@Contract struct Token {
    @Storage var balances: Map<Address, U256>
    @Storage var allowances: Map<Address, Map<Address, U256>>
    @Storage var supply: U256
    @Storage var tokenName: Text
    @Storage var tokenSymbol: Text
    @Storage var owner: Address

    /// Runs once, when the contract is put on the chain: its owner is whoever does that, and gets the first tokens.
    @Deploy func deploy(name: Text, symbol: Text, initialSupply: U256) {
        tokenName = name
        tokenSymbol = symbol
        owner = Message.sender
        create(initialSupply, for: owner)
    }

    // MARK: What anybody can ask

    @Call(.view) func name() -> Text { tokenName }
    @Call(.view) func symbol() -> Text { tokenSymbol }
    @Call(.view) func decimals() -> UInt8 { 18 }
    @Call(.view) func totalSupply() -> U256 { supply }
    @Call(.view) func balanceOf(_ account: Address) -> U256 { balances[account] }
    @Call(.view) func allowance(owner: Address, spender: Address) -> U256 { allowances[owner][spender] }

    // MARK: What holders do

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
        let spender = Message.sender
        let permission = allowances[from].at(spender)
        let allowance = permission.value
        require(
            allowance >= value,
            else: TokenError.insufficientAllowance(spender: spender, allowance: allowance, needed: value))
        // The largest allowance is one without end.
        if allowance != .max { permission.value = allowance &- value }
        move(value, from: from, to: to)
        return true
    }

    // MARK: What the owner does

    /// Makes new tokens; only the owner may.
    @Call func mint(to: Address, value: U256) {
        let caller = Message.sender
        require(caller == owner, else: TokenError.notTheOwner(caller: caller))
        create(value, for: to)
    }

    // MARK: What is common to these

    private func move(_ value: U256, from: Address, to: Address) {
        require(to != .zero, else: TokenError.invalidReceiver(receiver: to))
        let place = balances.at(from)
        let balance = place.value
        require(
            balance >= value, else: TokenError.insufficientBalance(sender: from, balance: balance, needed: value))
        place.value = balance &- value
        balances[to] &+= value
        emit(Transfer(from: from, to: to, value: value))
    }

    private func create(_ value: U256, for account: Address) {
        // The only sum that can overflow, and then it traps: no balance is larger than the supply.
        supply += value
        balances[account] &+= value
        emit(Transfer(from: .zero, to: account, value: value))
    }
}
