// A wallet of several owners: what it sends and calls, a number of them must have confirmed.

import Revive

@Event struct Deposit {
    @Indexed let sender: Address
    let value: U256
}

@Event struct Proposed {
    @Indexed let id: UInt64
    @Indexed let owner: Address
    @Indexed let target: Address
    let value: U256
    let data: Bytes
}

@Event struct Confirmed {
    @Indexed let id: UInt64
    @Indexed let owner: Address
}

@Event struct Revoked {
    @Indexed let id: UInt64
    @Indexed let owner: Address
}

@Event struct Executed {
    @Indexed let id: UInt64
    let result: Bytes
}

@Event struct OwnersChanged {
    let count: UInt64
    let threshold: UInt64
}

@ContractError enum WalletError {
    case notAnOwner(account: Address)
    case notTheWallet(account: Address)
    case badOwner(account: Address)
    case badThreshold(threshold: UInt64, owners: UInt64)
    case noSuchProposal(id: UInt64)
    case alreadyConfirmed(id: UInt64)
    case notConfirmed(id: UInt64)
    case alreadyExecuted(id: UInt64)
    case tooFewConfirmations(have: UInt64, needed: UInt64)
    case callFailed(id: UInt64, result: Bytes)
}

@Contract struct Wallet {
    @Storage var owners: StorageArray<Address>
    @Storage var isOwner: Map<Address, Bool>
    @Storage var needed: UInt64
    @Storage var proposals: UInt64
    @Storage var targets: Map<UInt64, Address>
    @Storage var values: Map<UInt64, U256>
    @Storage var calls: Map<UInt64, Bytes>
    @Storage var isExecuted: Map<UInt64, Bool>
    @Storage var confirmations: Map<UInt64, Map<Address, Bool>>

    @Deploy(.payable) func deploy(owners list: [Address], threshold: UInt64) {
        for owner in list { append(owner) }
        set(threshold)
    }

    /// Anybody may send value.
    @Receive func receive() {
        emit(Deposit(sender: Message.sender, value: Message.value))
    }

    // MARK: What anybody can ask

    @Call(.view) func threshold() -> UInt64 { needed }
    @Call(.view) func ownerCount() -> UInt64 { owners.count }
    @Call(.view) func owner(index: UInt64) -> Address { owners[index] }
    @Call(.view) func owns(account: Address) -> Bool { isOwner[account] }
    @Call(.view) func proposalCount() -> UInt64 { proposals }

    @Call(.view) func proposal(
        id: UInt64
    ) -> (target: Address, value: U256, data: Bytes, executed: Bool, confirmations: UInt64) {
        check(id)
        return (targets[id], values[id], calls[id], isExecuted[id], count(id))
    }

    // MARK: What owners do

    /// Proposes a call, and confirms it.
    @Call func propose(target: Address, value: U256, data: Bytes) -> UInt64 {
        let owner = onlyOwner()
        let id = proposals
        proposals = id + 1
        targets[id] = target
        values[id] = value
        calls[id] = data
        confirmations[id][owner] = true
        emit(Proposed(id: id, owner: owner, target: target, value: value, data: data))
        emit(Confirmed(id: id, owner: owner))
        return id
    }

    @Call func confirm(id: UInt64) {
        let owner = onlyOwner()
        checkOpen(id)
        let place = confirmations[id].at(owner)
        require(!place.value, else: WalletError.alreadyConfirmed(id: id))
        place.value = true
        emit(Confirmed(id: id, owner: owner))
    }

    /// Takes a confirmation back.
    @Call func revoke(id: UInt64) {
        let owner = onlyOwner()
        checkOpen(id)
        let place = confirmations[id].at(owner)
        require(place.value, else: WalletError.notConfirmed(id: id))
        place.value = false
        emit(Revoked(id: id, owner: owner))
    }

    /// Makes the call, if enough owners have confirmed it.
    ///
    /// What it reverts with is in the error, and it may be tried again.
    @Call func execute(id: UInt64) -> Bytes {
        _ = onlyOwner()
        checkOpen(id)
        let have = count(id)
        require(have >= needed, else: WalletError.tooFewConfirmations(have: have, needed: needed))
        // Before the call: nothing is done twice, whatever the callee calls. It may call the wallet, which changes its owners so.
        isExecuted[id] = true
        let outcome = targets[id].call(calls[id], value: values[id], allowingReentry: true)
        let result = ReturnData.bytes
        guard case .returned = outcome else { revert(WalletError.callFailed(id: id, result: result)) }
        emit(Executed(id: id, result: result))
        return result
    }

    // MARK: What the wallet does to itself

    @Call func addOwner(owner: Address, threshold: UInt64) {
        onlyWallet()
        append(owner)
        set(threshold)
    }

    @Call func removeOwner(owner: Address, threshold: UInt64) {
        onlyWallet()
        require(isOwner[owner], else: WalletError.notAnOwner(account: owner))
        isOwner[owner] = false
        let last = owners.count - 1
        for index in 0..<last where owners[index] == owner { owners[index] = owners[last] }
        owners.removeLast()
        set(threshold)
    }

    // MARK: Checks

    private func onlyOwner() -> Address {
        let sender = Message.sender
        require(isOwner[sender], else: WalletError.notAnOwner(account: sender))
        return sender
    }

    private func onlyWallet() {
        let sender = Message.sender
        require(sender == This.address, else: WalletError.notTheWallet(account: sender))
    }

    private func check(_ id: UInt64) { require(id < proposals, else: WalletError.noSuchProposal(id: id)) }

    private func checkOpen(_ id: UInt64) {
        check(id)
        require(!isExecuted[id], else: WalletError.alreadyExecuted(id: id))
    }

    /// Confirmations of those who are owners now.
    private func count(_ id: UInt64) -> UInt64 {
        var count: UInt64 = 0
        let confirmed = confirmations[id]
        for index in 0..<owners.count where confirmed[owners[index]] { count += 1 }
        return count
    }

    private func append(_ owner: Address) {
        require(owner != .zero && !isOwner[owner], else: WalletError.badOwner(account: owner))
        isOwner[owner] = true
        owners.append(owner)
    }

    private func set(_ threshold: UInt64) {
        let count = owners.count
        require(
            threshold >= 1 && threshold <= count, else: WalletError.badThreshold(threshold: threshold, owners: count))
        needed = threshold
        emit(OwnersChanged(count: count, threshold: threshold))
    }
}
