// What `pvm test` runs: the attack itself, on something that lets itself be called.

import ReviveTest

@Test func strikes() {
    let attacker = AttackerClient.deploy(.from(.alice))
    let victim = Address(4711)
    #expect(attacker.transfer(to: .bob, value: 1))
    attacker.attack(exchange: victim)
    TestChain.mock(victim, "swap(address,uint256,uint256)", reverts: "closed")
    expectRevert(attacker.tryTransferFrom(from: .alice, to: .bob, value: 1), "closed")
}
