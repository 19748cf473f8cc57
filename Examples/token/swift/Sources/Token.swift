// The token itself, after ERC-20. An account is a number, an amount has 128 bits.

typealias Account = UInt64
typealias Amount = UInt128

/// What came of a call that changes something; only one that is done has changed anything.
enum Status: UInt32 {
    case done
    case insufficientBalance
    case insufficientAllowance
    case notTheOwner
    case supplyTooLarge
    case alreadyDeployed
}

struct Token {
    private struct Permission: Hashable {
        let holder: Account
        let spender: Account
    }

    private var owner: Account?
    private(set) var totalSupply: Amount = 0
    private var balances: [Account: Amount] = [:]
    private var allowances: [Permission: Amount] = [:]

    func balance(of holder: Account) -> Amount { balances[holder, default: 0] }

    func allowance(of holder: Account, for spender: Account) -> Amount {
        allowances[Permission(holder: holder, spender: spender), default: 0]
    }

    /// Called once, when the contract is put on the chain.
    mutating func deploy(by caller: Account) -> Status {
        guard owner == nil else { return .alreadyDeployed }
        owner = caller
        return .done
    }

    mutating func mint(by caller: Account, to receiver: Account, _ value: Amount) -> Status {
        guard caller == owner else { return .notTheOwner }
        guard value <= .max - totalSupply else { return .supplyTooLarge }
        totalSupply += value
        // No balance can overflow: together they are the supply.
        balances[receiver, default: 0] += value
        return .done
    }

    mutating func transfer(from holder: Account, to receiver: Account, _ value: Amount) -> Status {
        let balance = balance(of: holder)
        guard balance >= value else { return .insufficientBalance }
        balances[holder] = balance - value
        balances[receiver, default: 0] += value
        return .done
    }

    mutating func approve(by holder: Account, for spender: Account, _ value: Amount) -> Status {
        allowances[Permission(holder: holder, spender: spender)] = value
        return .done
    }

    /// Moves what the holder has allowed the spender to move.
    mutating func transfer(
        by spender: Account, from holder: Account, to receiver: Account, _ value: Amount
    ) -> Status {
        let allowance = allowance(of: holder, for: spender)
        guard allowance >= value else { return .insufficientAllowance }
        let status = transfer(from: holder, to: receiver, value)
        if status == .done {
            allowances[Permission(holder: holder, spender: spender)] = allowance - value
        }
        return status
    }
}
