// What `pvm test` runs: each test on a chain of its own, with ten accounts. It deploys the very bytes that go on chain.

import ReviveTest

private func deploy(supply: U256 = 1000) -> TokenClient {
    TokenClient.deploy(.from(.alice), name: "Gold", symbol: "GLD", initialSupply: supply)
}

@Test func tellsAboutItself() {
    let token = deploy()
    #expect(token.name() == "Gold")
    #expect(token.symbol() == "GLD")
    #expect(token.decimals() == 18)
    #expect(token.totalSupply() == 1000)
}

@Test func deployerGetsTheSupply() {
    let token = deploy(supply: 5)
    expectEvent(Transfer(from: .zero, to: .alice, value: 5), of: token.address)
    #expect(token.balanceOf(.alice) == 5)
    #expect(token.balanceOf(.bob) == 0)
    expectRevert(TokenClient.tryDeploy(.from(.alice, value: 1), name: "", symbol: "", initialSupply: 0))
}

@Test func longNames() {
    let name: Text = "A name that does not fit into one slot of storage, but into three"
    let token = TokenClient.deploy(.from(.bob), name: name, symbol: "exactly thirty-one characters!!", initialSupply: 0)
    #expect(token.name() == name)
    #expect(token.symbol() == "exactly thirty-one characters!!")
}

// MARK: transfer

@Test func transferMoves() {
    let token = deploy()
    #expect(token.transfer(to: .bob, value: 300))
    expectEvent(Transfer(from: .alice, to: .bob, value: 300), of: token.address)
    expectEvents(count: 1)
    #expect(token.balanceOf(.alice) == 700)
    #expect(token.balanceOf(.bob) == 300)
    #expect(token.totalSupply() == 1000)
}

@Test func transferToOneself() {
    let token = deploy()
    #expect(token.transfer(to: .alice, value: 1000))
    #expect(token.balanceOf(.alice) == 1000)
}

@Test func transferOfNothing() {
    let token = deploy()
    #expect(token.from(.bob).transfer(to: .carol, value: 0))
    expectEvent(Transfer(from: .bob, to: .carol, value: 0))
}

@Test func transferNeedsTheBalance() {
    let token = deploy()
    expectRevert(
        token.tryTransfer(to: .bob, value: 1001),
        TokenError.insufficientBalance(sender: .alice, balance: 1000, needed: 1001))
    expectRevert(
        token.from(.bob).tryTransfer(to: .alice, value: .max),
        TokenError.insufficientBalance(sender: .bob, balance: 0, needed: .max))
    expectEvents(count: 0)
    #expect(token.balanceOf(.alice) == 1000)
}

@Test func transferNeedsAReceiver() {
    let token = deploy()
    expectRevert(token.tryTransfer(to: .zero, value: 1), TokenError.invalidReceiver(receiver: .zero))
}

// MARK: approve and transferFrom

@Test func allowanceIsUsedUp() {
    let token = deploy()
    #expect(token.approve(spender: .bob, value: 50))
    expectEvent(Approval(owner: .alice, spender: .bob, value: 50), of: token.address)
    #expect(token.allowance(owner: .alice, spender: .bob) == 50)
    #expect(token.allowance(owner: .bob, spender: .alice) == 0)
    #expect(token.from(.bob).transferFrom(from: .alice, to: .carol, value: 20))
    expectEvent(Transfer(from: .alice, to: .carol, value: 20), of: token.address)
    #expect(token.allowance(owner: .alice, spender: .bob) == 30)
    #expect(token.balanceOf(.carol) == 20)
    expectRevert(
        token.from(.bob).tryTransferFrom(from: .alice, to: .carol, value: 31),
        TokenError.insufficientAllowance(spender: .bob, allowance: 30, needed: 31))
}

@Test func approvalReplaces() {
    let token = deploy()
    token.approve(spender: .bob, value: 50)
    token.approve(spender: .bob, value: 7)
    #expect(token.allowance(owner: .alice, spender: .bob) == 7)
}

@Test func largestAllowanceHasNoEnd() {
    let token = deploy()
    token.approve(spender: .bob, value: .max)
    token.from(.bob).transferFrom(from: .alice, to: .bob, value: 999)
    #expect(token.allowance(owner: .alice, spender: .bob) == .max)
}

@Test func allowanceDoesNotReplaceABalance() {
    let token = deploy()
    token.approve(spender: .bob, value: 5000)
    expectRevert(
        token.from(.bob).tryTransferFrom(from: .alice, to: .bob, value: 1001),
        TokenError.insufficientBalance(sender: .alice, balance: 1000, needed: 1001))
    #expect(token.allowance(owner: .alice, spender: .bob) == 5000)
}

// MARK: mint

@Test func ownerMints() {
    let token = deploy()
    token.mint(to: .bob, value: 24)
    expectEvent(Transfer(from: .zero, to: .bob, value: 24), of: token.address)
    #expect(token.balanceOf(.bob) == 24)
    #expect(token.totalSupply() == 1024)
    expectRevert(token.from(.bob).tryMint(to: .bob, value: 1), TokenError.notTheOwner(caller: .bob))
}

@Test func supplyHasAnEnd() {
    let token = deploy(supply: .max)
    expectTrap(token.tryMint(to: .bob, value: 1))
    #expect(token.totalSupply() == .max)
    token.transfer(to: .bob, value: .max)
    #expect(token.balanceOf(.bob) == .max)
}

// MARK: Whatever is sent

@Test func refusesValue() {
    let token = deploy()
    expectRevert(token.with(value: 1).tryTransfer(to: .bob, value: 1))
    expectRevert(token.from(.alice, value: 1).tryBalanceOf(.bob))
}

@Test func refusesMalformedCalls() {
    let token = deploy().address
    // Nothing, half a selector, a selector of nobody.
    expectRevert(token.send(from: .alice))
    expectRevert(token.send(from: .alice, Bytes([0xa9, 0x05])))
    expectRevert(token.send(from: .alice, Bytes([1, 2, 3, 4])))
    // transfer(address,uint256), too short, and with a bit above the address.
    var call: [UInt8] = [0xa9, 0x05, 0x9c, 0xbb] + [UInt8](repeating: 0, count: 64)
    expectRevert(token.send(from: .alice, Bytes(Array(call.dropLast()))))
    call[35] = 1
    expectSuccess(token.send(from: .alice, Bytes(call)))
    call[15] = 1
    expectRevert(token.send(from: .alice, Bytes(call)))
}

/// Whatever is transferred, no token appears and none is lost.
@Test func balancesAddUp() {
    let accounts: [Address] = [.alice, .bob, .carol]
    let token = deploy(supply: choose(in: 0 ... .max))
    let supply = token.totalSupply()
    for _ in 0..<choose(in: 1...5) {
        let (sender, receiver) = (choose(from: accounts), choose(from: accounts))
        let value: U256 = choose(in: 0...token.balanceOf(sender))
        #expect(token.from(sender).transfer(to: receiver, value: value))
        var sum: U256 = 0
        for account in accounts { sum += token.balanceOf(account) }
        #expect(sum == supply)
    }
}
