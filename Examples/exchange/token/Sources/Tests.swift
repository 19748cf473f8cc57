// What `pvm test` runs.

import ReviveTest

@Test func movesWhatIsAllowed() {
    let token = TokenClient.deploy(.from(.alice))
    token.mint(to: .alice, value: 100)
    expectEvent(Transfer(from: .zero, to: .alice, value: 100), of: token.address)
    token.approve(spender: .bob, value: 60)
    expectEvent(Approval(owner: .alice, spender: .bob, value: 60))
    token.from(.bob).transferFrom(from: .alice, to: .carol, value: 50)
    #expect(token.balanceOf(account: .alice) == 50)
    #expect(token.balanceOf(account: .carol) == 50)
    #expect(token.allowance(owner: .alice, spender: .bob) == 10)
    expectRevert(token.from(.bob).tryTransferFrom(from: .alice, to: .bob, value: 11), "insufficient allowance")
    expectRevert(token.tryTransfer(to: .bob, value: 51), "insufficient balance")
}
