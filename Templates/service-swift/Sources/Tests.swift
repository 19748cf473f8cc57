// What `pvm test` runs: each test on a chain of its own. It refines and accumulates with the very bytes that go on chain.

import JAMTest

private func bytes(_ numbers: [UInt64]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

private func book(_ numbers: UInt64...) -> Status { TestChain.refine(payload: bytes(numbers)) }

private func sum(of account: UInt64) -> UInt64 { Entry(account: account, amount: 0).sum }

@Test func refiningAddsUp() {
    #expect(book(7, 1, 3, 10, 7, 5) == .halted)
    expect(TestChain.output == bytes([3, 10, 7, 6]))
    #expect(TestChain.refine(payload: []) == .halted)
    expect(TestChain.output == [])
}

@Test func refiningRefusesNonsense() {
    #expect(TestChain.refine(payload: [1, 2, 3]) == .panicked)
    #expect(book(1, 0) == .panicked)
    #expect(book(1, .max, 1, 1) == .panicked)
    var many: [UInt64] = []
    for account in 0..<UInt64(entryLimit) { many += [account, 1] }
    #expect(TestChain.refine(payload: bytes(many)) == .halted)
    #expect(TestChain.refine(payload: bytes(many + [7, 1])) == .panicked)
    TestChain.setGas(100)
    #expect(book(1, 1) == .outOfGas)
}

@Test func accumulatingBooks() {
    _ = book(7, 1, 3, 10)
    _ = book(7, 5)
    #expect(TestChain.accumulate() == .halted)
    #expect(sum(of: 3) == 10)
    #expect(sum(of: 7) == 6)
    #expect(sum(of: 8) == 0)
    #expect(Storage.number(totalKey) == 16)
    expect(TestChain.yielded == bytes([1_000_000, 16, 0, 0]).withUnsafeBytes { Hash($0) })
    // The next block goes on from there; a refused item changes nothing.
    _ = book(7, 1)
    _ = book(7, 0)
    #expect(TestChain.accumulate() == .halted)
    #expect(sum(of: 7) == 7)
    expect(TestChain.yielded == bytes([1_000_001, 17, 0, 0]).withUnsafeBytes { Hash($0) })
}

@Test func transfersAreBooked() {
    let before = TestChain.balance()
    TestChain.addTransfer(250)
    #expect(TestChain.accumulate() == .halted)
    #expect(TestChain.balance() == before + 250)
    #expect(sum(of: UInt64(TestChain.other)) == 250)
}

@Test func sumsStayAtTheHighestNumber() {
    _ = book(1, .max)
    _ = book(1, 5)
    #expect(TestChain.accumulate() == .halted)
    #expect(sum(of: 1) == .max)
}

@Test func aPoorServiceBooksWhatItCan() {
    // An account takes 10 for its item and 34 + 8 + 8 for its bytes; the total takes 3 less. So there is room for one and the total.
    TestChain.setBalance(Chain.balance.threshold + 60 + 57)
    _ = book(1, 5, 2, 6)
    #expect(TestChain.accumulate() == .halted)
    #expect(sum(of: 1) == 5)
    #expect(sum(of: 2) == 0)
    #expect(Storage.number(totalKey) == 5)
}
