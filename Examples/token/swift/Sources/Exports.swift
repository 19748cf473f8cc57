// What a host calls. A register has 64 bits, so an amount comes as its lower and its upper half; one that goes back is 16
// bytes in memory, the lowest first.

import PVM

// The state is in the guest's memory and lasts as long as the host keeps the instance. A contract has one thread, so
// nothing can go wrong that `nonisolated(unsafe)` would warn of.
nonisolated(unsafe) var token = Token()

/// Where the host finds the result of the last question.
private nonisolated(unsafe) let answer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)

@Export func deploy(_ caller: Account) -> UInt32 {
    token.deploy(by: caller).rawValue
}

@Export func mint(_ caller: Account, _ receiver: Account, _ low: UInt64, _ high: UInt64) -> UInt32 {
    token.mint(by: caller, to: receiver, joined(low, high)).rawValue
}

@Export func transfer(_ caller: Account, _ receiver: Account, _ low: UInt64, _ high: UInt64) -> UInt32 {
    token.transfer(from: caller, to: receiver, joined(low, high)).rawValue
}

@Export func approve(_ caller: Account, _ spender: Account, _ low: UInt64, _ high: UInt64) -> UInt32 {
    token.approve(by: caller, for: spender, joined(low, high)).rawValue
}

@Export("transfer_from") func transferFrom(
    _ caller: Account, _ holder: Account, _ receiver: Account, _ low: UInt64, _ high: UInt64
) -> UInt32 {
    token.transfer(by: caller, from: holder, to: receiver, joined(low, high)).rawValue
}

@Export("total_supply") func totalSupply() -> UnsafeRawBufferPointer {
    answered(token.totalSupply)
}

@Export("balance_of") func balance(_ holder: Account) -> UnsafeRawBufferPointer {
    answered(token.balance(of: holder))
}

@Export func allowance(_ holder: Account, _ spender: Account) -> UnsafeRawBufferPointer {
    answered(token.allowance(of: holder, for: spender))
}

private func joined(_ low: UInt64, _ high: UInt64) -> Amount { Amount(high) << 64 | Amount(low) }

private func answered(_ value: Amount) -> UnsafeRawBufferPointer {
    answer.storeBytes(of: value.littleEndian, as: Amount.self)
    return UnsafeRawBufferPointer(answer)
}
