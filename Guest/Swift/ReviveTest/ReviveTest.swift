// The module for tests of contracts, which run as contracts themselves on a chain of their own. `TestHost` has what their host offers;
// ReviveTestFunctions.swift is generated.

@_exported import Revive

extension Address {
    /// One of the ten accounts that have a balance at the start.
    public static func account(_ index: UInt32) -> Address {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 8) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            TestHost.account(index: index, output: memory)
            return Address(at: memory)
        }
    }

    public static var alice: Address { account(0) }
    public static var bob: Address { account(1) }
    public static var carol: Address { account(2) }
    public static var dave: Address { account(3) }
    public static var erin: Address { account(4) }
    public static var frank: Address { account(5) }
    public static var grace: Address { account(6) }
    public static var heidi: Address { account(7) }
    public static var ivan: Address { account(8) }
    public static var judy: Address { account(9) }
}

/// The chain that a test runs on.
public enum TestChain {
    /// Gives an account a balance.
    public static func set(balance: U256, of account: Address) {
        var balance = balance
        account.withBytes { TestHost.setBalance(account: $0, balance: &balance) }
    }

    /// Sets the time of the block, in seconds since 1970.
    public static func set(time: UInt64) { TestHost.setTime(seconds: time) }

    /// Sets the number of the block.
    public static func set(block: UInt64) { TestHost.setBlock(number: block) }

    /// Sets the gas that transactions get from now on.
    public static func set(gasLimit: UInt64) { TestHost.setGasLimit(gas: gasLimit) }

    /// Sets who seems to call the test, and with which value: for functions of the contract that the test calls directly.
    public static func set(caller: Address, value: U256 = .zero) {
        var value = value
        caller.withBytes { TestHost.setCaller(caller: $0) }
        TestHost.setValue(value: &value)
    }

    /// What the last transaction used.
    public static var gasUsed: UInt64 { TestHost.gasUsed() }

    /// How many events the last transaction left.
    public static var eventCount: Int { Int(TestHost.eventCount()) }

    /// The hash of the code of one of the contracts that pvm.json names, or of the project's own.
    public static func code(_ name: StaticString = "") -> Bytes32 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            TestHost.code(name: name.utf8Start, nameLength: UInt32(name.utf8CodeUnitCount), output: memory)
            return Bytes32(word: Word(at: memory))
        }
    }
}

// MARK: Transactions

extension Deployment {
    /// A deployment in a transaction of an account: of the project's own contract, or of one that pvm.json names.
    public static func from(_ sender: Address, value: U256 = .zero, code name: StaticString = "") -> Deployment {
        from(sender, value: value, codeHash: TestChain.code(name))
    }

    /// A deployment of any code in a transaction of an account.
    public static func from(_ sender: Address, value: U256 = .zero, codeHash: Bytes32) -> Deployment {
        var deployment = Deployment(codeHash: codeHash, value: value)
        deployment.sender = sender
        deployment.transport = { deployment, input, count, address, mayFail in
            let status = Transactions.deploy(deployment.load(as: Deployment.self), input, count, address)
            if status != 0, !mayFail { Transactions.fail("a deployment", status) }
            return status
        }
        deployment.callTransport = Transactions.lookingDirectly
        return deployment
    }
}

extension ContractClient {
    /// The contract, called in transactions of an account.
    ///
    /// Without it, whoever deployed the contract calls, and functions that change nothing are called by the test itself, so that the
    /// last transaction stays the last.
    public func from(_ sender: Address, value: U256 = .zero) -> Self {
        var copy = self
        copy.__pvm_reference.sender = sender
        copy.__pvm_reference.value = value
        copy.__pvm_reference.transport = Transactions.always
        return copy
    }
}

extension Address {
    /// Sends value in a transaction of an account, with call data of any kind.
    public func send(from sender: Address, value: U256 = .zero, _ input: Bytes = Bytes()) -> CallResult<Void> {
        var reference = ContractReference(self)
        reference.sender = sender
        reference.value = value
        reference.transport = Transactions.always
        return input.withUnsafeBytes { bytes in
            reference.attempt(bytes.baseAddress.unsafelyUnwrapped, bytes.count, words: 0) { _ in }
        }
    }
}

/// How clients call in tests.
enum Transactions {
    /// Every call is a transaction.
    static let always: ContractTransport = { reference, input, count, output, length, mayFail in
        Transactions.call(reference.load(as: ContractReference.self), input, count, output, length, mayFail)
    }

    /// Calls that change nothing are none.
    static let lookingDirectly: ContractTransport = { reference, input, count, output, length, mayFail in
        var reference = reference.load(as: ContractReference.self)
        if reference.flags & Host.CallFlag.readOnly == 0 {
            return Transactions.call(reference, input, count, output, length, mayFail)
        }
        reference.transport = nil
        let status = reference.send(input, count, output, length, mayFail: mayFail)
        if status != 0, !mayFail { Transactions.fail("a call", status) }
        return status
    }

    private static func call(
        _ reference: ContractReference, _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer,
        _ length: UnsafeMutablePointer<UInt32>, _ mayFail: Bool
    ) -> UInt64 {
        var value = reference.value
        let status = reference.sender.withBytes { sender in
            reference.address.withBytes { address in
                TestHost.call(
                    from: sender, to: address, value: &value, inputLength: UInt32(truncatingIfNeeded: count),
                    input: input, outputLength: length, output: output)
            }
        }
        if status != 0, !mayFail { fail("a call", status) }
        return status
    }

    static func deploy(
        _ deployment: Deployment, _ input: UnsafeRawPointer, _ count: Int, _ address: UnsafeMutableRawPointer
    ) -> UInt64 {
        var value = deployment.value
        var length: UInt32 = 0
        var nothing: UInt64 = 0
        return deployment.sender.withBytes { sender in
            TestHost.deploy(
                from: sender, value: &value, inputLength: UInt32(truncatingIfNeeded: count), input: input,
                outputLength: &length, output: &nothing, address: address)
        }
    }

    /// Ends the test because what must succeed has not.
    static func fail(_ what: String, _ status: UInt64) -> Never { fatalError("\(what) \(Outcome.text(status))") }
}

/// How a transaction ended, in words.
enum Outcome {
    static func text(_ status: UInt64) -> String {
        switch status {
        case 0: "succeeded"
        case 2: "reverted \(reason(ReturnData.bytes))"
        case 4: "could not transfer the value"
        case 5: "ran out of gas"
        default: "trapped"
        }
    }

    /// What a contract reverted with, as far as anybody knows its errors.
    static func reason(_ data: Bytes) -> String {
        if data.count == 0 { return "without a reason" }
        let selector = data.count < 4 ? 0 : (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(data[$1]) }
        return data.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count >= 36 else { return "with \(data)" }
            var reader = ABIReader(base + 4, count: bytes.count - 4)
            if selector == Failure.errorSelector { return "with \"\(reader.read(Text.self))\"" }
            if selector == Failure.panicSelector { return "with panic \(Bytes32(word: reader.read(U256.self).word))" }
            return "with \(data)"
        }
    }
}
