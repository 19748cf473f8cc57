// What `pvm test` runs: each test in an instance of its own.

import PVM

private let owner: Account = 1
private let alice: Account = 2
private let bob: Account = 3
private let carol: Account = 4

private func sumOfBalances() -> Amount {
    [0, owner, alice, bob, carol].reduce(0) { $0 + token.balance(of: $1) }
}

private func deploy(alice first: Amount, bob second: Amount) {
    #expect(token.deploy(by: owner) == .done)
    #expect(token.mint(by: owner, to: alice, first) == .done)
    #expect(token.mint(by: owner, to: bob, second) == .done)
}

@Test func beginsEmpty() {
    #expect(token.totalSupply == 0)
    #expect(token.balance(of: alice) == 0)
    #expect(token.allowance(of: alice, for: bob) == 0)
    #expect(token.mint(by: 0, to: alice, 1) == .notTheOwner)
    #expect(token.transfer(from: alice, to: bob, 1) == .insufficientBalance)
    #expect(token.transfer(from: alice, to: bob, 0) == .done)
}

@Test func onlyTheOwnerMints() {
    deploy(alice: 100, bob: 0)
    #expect(token.deploy(by: alice) == .alreadyDeployed)
    #expect(token.mint(by: alice, to: alice, 1) == .notTheOwner)
    #expect(token.totalSupply == 100)
    #expect(token.balance(of: alice) == 100)
}

@Test func supplyHasAnEnd() {
    deploy(alice: .max - 1, bob: 0)
    #expect(token.mint(by: owner, to: bob, 2) == .supplyTooLarge)
    #expect(token.totalSupply == .max - 1)
    #expect(token.balance(of: bob) == 0)
    #expect(token.mint(by: owner, to: bob, 1) == .done)
    #expect(token.transfer(from: alice, to: bob, .max - 1) == .done)
    #expect(token.balance(of: bob) == .max)
    #expect(token.balance(of: alice) == 0)
}

@Test func transferMoves() {
    deploy(alice: 100, bob: 5)
    #expect(token.transfer(from: alice, to: bob, 30) == .done)
    #expect(token.balance(of: alice) == 70)
    #expect(token.balance(of: bob) == 35)
    #expect(token.transfer(from: alice, to: alice, 70) == .done)
    #expect(token.balance(of: alice) == 70)
    #expect(sumOfBalances() == token.totalSupply)
}

@Test func failingTransferChangesNothing() {
    deploy(alice: 100, bob: 5)
    #expect(token.approve(by: alice, for: carol, 200) == .done)
    #expect(token.transfer(from: alice, to: bob, 101) == .insufficientBalance)
    #expect(token.transfer(from: alice, to: alice, 101) == .insufficientBalance)
    #expect(token.transfer(by: carol, from: alice, to: bob, 101) == .insufficientBalance)
    #expect(token.transfer(by: carol, from: alice, to: bob, 201) == .insufficientAllowance)
    #expect(token.transfer(by: bob, from: alice, to: bob, 1) == .insufficientAllowance)
    #expect(token.balance(of: alice) == 100)
    #expect(token.balance(of: bob) == 5)
    #expect(token.allowance(of: alice, for: carol) == 200)
    #expect(token.totalSupply == 105)
}

@Test func allowanceIsUsedUp() {
    deploy(alice: 100, bob: 0)
    #expect(token.approve(by: alice, for: carol, 60) == .done)
    #expect(token.transfer(by: carol, from: alice, to: bob, 40) == .done)
    #expect(token.allowance(of: alice, for: carol) == 20)
    #expect(token.allowance(of: carol, for: alice) == 0)
    #expect(token.transfer(by: carol, from: alice, to: bob, 21) == .insufficientAllowance)
    #expect(token.approve(by: alice, for: carol, 0) == .done)
    #expect(token.transfer(by: carol, from: alice, to: bob, 1) == .insufficientAllowance)
    #expect(token.balance(of: alice) == 60)
    #expect(token.balance(of: bob) == 40)
    #expect(token.balance(of: carol) == 0)
}

/// Some amounts need more than 64 bits.
@Test func manyAccounts() {
    let count: Account = 1000
    let each: Amount = 1 << 70
    #expect(token.deploy(by: owner) == .done)
    #expect(token.mint(by: owner, to: 0, each * Amount(count)) == .done)
    for account in 1..<count {
        #expect(token.transfer(from: 0, to: account * account, each - Amount(account)) == .done)
        #expect(token.approve(by: account, for: account + 1, Amount(account)) == .done)
    }
    var sum = token.balance(of: 0)
    for account in 1..<count {
        #expect(token.balance(of: account * account) == each - Amount(account))
        #expect(token.allowance(of: account, for: account + 1) == Amount(account))
        #expect(token.allowance(of: account + 1, for: account) == 0)
        sum += token.balance(of: account * account)
    }
    #expect(sum == token.totalSupply)
}
