// What `pvm test` runs: a wallet of three owners of whom two must agree.

import ReviveTest

private func deploy(value: U256 = 0) -> WalletClient {
    WalletClient.deploy(.from(.alice, value: value), owners: [.alice, .bob, .carol], threshold: 2)
}

/// Call data of a function of the wallet with an address and a number.
private func call(_ signature: StaticString, _ account: Address, _ number: UInt64) -> Bytes {
    let hash = Bytes(signature).keccak
    let selector = UInt32(truncatingIfNeeded: hash.number >> 224)
    return withABICall(selector, words: 2, tail: nil) {
        $0.write(account)
        $0.write(number)
    } then: {
        Bytes(copying: UnsafeRawBufferPointer(start: $0, count: $1))
    }
}

@Test func knowsItsOwners() {
    let wallet = deploy()
    expectEvent(OwnersChanged(count: 3, threshold: 2), of: wallet.address)
    #expect(wallet.ownerCount() == 3)
    #expect(wallet.owner(index: 2) == .carol)
    #expect(wallet.owns(account: .bob))
    #expect(!wallet.owns(account: .dave))
    #expect(wallet.threshold() == 2)
    expectRevert(wallet.tryOwner(index: 3), panic: 0x32)
}

@Test func refusesBadOwners() {
    expectRevert(
        WalletClient.tryDeploy(.from(.alice), owners: [.bob, .bob], threshold: 1), WalletError.badOwner(account: .bob))
    expectRevert(
        WalletClient.tryDeploy(.from(.alice), owners: [.zero], threshold: 1), WalletError.badOwner(account: .zero))
    expectRevert(
        WalletClient.tryDeploy(.from(.alice), owners: [.bob], threshold: 2),
        WalletError.badThreshold(threshold: 2, owners: 1))
    expectRevert(
        WalletClient.tryDeploy(.from(.alice), owners: [], threshold: 0),
        WalletError.badThreshold(threshold: 0, owners: 0))
}

@Test func takesValue() {
    let wallet = deploy(value: 5)
    expectSuccess(wallet.address.send(from: .dave, value: 7))
    expectEvent(Deposit(sender: .dave, value: 7), of: wallet.address)
    #expect(wallet.address.balance == 12)
    // With call data that nobody knows it does not.
    expectRevert(wallet.address.send(from: .dave, value: 7, Bytes([1, 2, 3, 4])))
    expectRevert(wallet.from(.alice, value: 1).tryConfirm(id: 0))
}

@Test func twoSend() {
    let wallet = deploy(value: 100)
    let before = Address.dave.balance
    let id = wallet.propose(target: .dave, value: 60, data: Bytes())
    expectEvent(Proposed(id: id, owner: .alice, target: .dave, value: 60, data: Bytes()))
    expectEvent(Confirmed(id: id, owner: .alice))
    expectRevert(wallet.tryExecute(id: id), WalletError.tooFewConfirmations(have: 1, needed: 2))
    wallet.from(.bob).confirm(id: id)
    wallet.from(.carol).execute(id: id)
    expectEvent(Executed(id: id, result: Bytes()), of: wallet.address)
    #expect(Address.dave.balance == before + 60)
    #expect(wallet.address.balance == 40)
    expectRevert(wallet.tryExecute(id: id), WalletError.alreadyExecuted(id: id))
    expectRevert(wallet.from(.carol).tryConfirm(id: id), WalletError.alreadyExecuted(id: id))
}

@Test func onlyOwnersCount() {
    let wallet = deploy()
    expectRevert(
        wallet.from(.dave).tryPropose(target: .dave, value: 1, data: Bytes()), WalletError.notAnOwner(account: .dave))
    let id = wallet.propose(target: .dave, value: 1, data: Bytes())
    expectRevert(wallet.from(.dave).tryConfirm(id: id), WalletError.notAnOwner(account: .dave))
    expectRevert(wallet.tryConfirm(id: id), WalletError.alreadyConfirmed(id: id))
    expectRevert(wallet.from(.bob).tryRevoke(id: id), WalletError.notConfirmed(id: id))
    expectRevert(wallet.tryConfirm(id: 1), WalletError.noSuchProposal(id: 1))
    wallet.revoke(id: id)
    expectEvent(Revoked(id: id, owner: .alice))
    #expect(wallet.proposal(id: id).confirmations == 0)
}

@Test func failuresComeThrough() {
    let wallet = deploy(value: 10)
    let id = wallet.propose(target: .dave, value: 11, data: Bytes())
    wallet.from(.bob).confirm(id: id)
    expectRevert(wallet.tryExecute(id: id), WalletError.callFailed(id: id, result: Bytes()))
    #expect(!wallet.proposal(id: id).executed)
    // It can be tried again.
    expectSuccess(wallet.address.send(from: .dave, value: 1))
    wallet.execute(id: id)
    #expect(wallet.address.balance == 0)

    let target = Address(4711)
    TestChain.mock(target, "pay(address,uint64)", reverts: "not today")
    let data = call("pay(address,uint64)", .dave, 3)
    let second = wallet.propose(target: target, value: 0, data: data)
    wallet.from(.bob).confirm(id: second)
    #expect(wallet.proposal(id: second).data == data)
    Failure.withError("not today") { bytes, count in
        expectRevert(
            wallet.tryExecute(id: second),
            WalletError.callFailed(id: second, result: Bytes(unsafe: bytes, count: count)))
    }
    TestChain.mock(target, "pay(address,uint64)", returns: "done" as Text)
    let result = wallet.execute(id: second)
    #expect(result.count == 96)
}

@Test func ownersChangeByAgreement() {
    let wallet = deploy()
    expectRevert(wallet.tryAddOwner(owner: .dave, threshold: 1), WalletError.notTheWallet(account: .alice))
    let add = wallet.propose(target: wallet.address, value: 0, data: call("addOwner(address,uint64)", .dave, 3))
    wallet.from(.bob).confirm(id: add)
    wallet.execute(id: add)
    #expect(wallet.ownerCount() == 4)
    #expect(wallet.threshold() == 3)

    let remove = wallet.propose(target: wallet.address, value: 0, data: call("removeOwner(address,uint64)", .bob, 2))
    wallet.from(.bob).confirm(id: remove)
    wallet.from(.dave).confirm(id: remove)
    wallet.execute(id: remove)
    #expect(wallet.ownerCount() == 3)
    #expect(wallet.owner(index: 1) == .dave)
    expectRevert(
        wallet.from(.bob).tryPropose(target: .bob, value: 0, data: Bytes()), WalletError.notAnOwner(account: .bob))
}

/// A confirmation counts as long as who gave it is an owner.
@Test func confirmationsOfFormerOwners() {
    let wallet = deploy(value: 10)
    let pay = wallet.propose(target: .dave, value: 10, data: Bytes())
    wallet.from(.bob).confirm(id: pay)
    let remove = wallet.propose(target: wallet.address, value: 0, data: call("removeOwner(address,uint64)", .bob, 2))
    wallet.from(.carol).confirm(id: remove)
    wallet.execute(id: remove)
    expectRevert(wallet.tryExecute(id: pay), WalletError.tooFewConfirmations(have: 1, needed: 2))
}

/// A proposal with data of any length is kept as it is.
@Test func dataOfAnyLength() {
    let wallet = deploy()
    let count: Int = choose(in: 0...200)
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes.append(choose(in: 0 ... .max)) }
    let id = wallet.propose(target: .dave, value: 0, data: Bytes(bytes))
    #expect(wallet.proposal(id: id).data == Bytes(bytes))
}
