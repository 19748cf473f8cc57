// Calling other contracts, through structs that `@Contract` and `@ContractInterface` write: a method encodes, calls, decodes. If the
// callee reverts, so does the caller, with the same data; methods that begin with `try` give the failure back instead.

/// A contract to be called, and how.
public struct ContractReference: Sendable {
    /// Where it is.
    public var address: Address
    /// The value that goes with a call.
    public var value: U256
    /// The gas that a call may use.
    public var gas: UInt64
    /// Flags of `Host.CallFlag`.
    public var flags: UInt32
    /// Whose transaction a call is, in tests.
    public var sender: Address
    /// What calls in place of the host function, in tests.
    public var transport: ContractTransport?

    @inlinable @inline(__always)
    public init(_ address: Address) {
        self.address = address
        value = .zero
        gas = Host.Weight.unlimited
        flags = 0
        sender = .zero
        transport = nil
    }
}

/// Calls a contract in a test.
///
/// Takes the reference, input, its length, output, its capacity that becomes its length, and whether a failure may be given back. The
/// result is one of `Host.ErrorCode`.
public typealias ContractTransport =
    @convention(c) (
        UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<UInt32>, Bool
    ) -> UInt64

/// What became of a call that may fail.
public enum CallResult<Value> {
    /// The call returned.
    case returned(Value)
    /// The callee reverted; with what is in `ReturnData.bytes`.
    case reverted
    /// The callee trapped, ran out of gas or could not be paid: a code of `Host.ErrorCode`.
    case failed(UInt64)
}

/// What the last call returned or reverted with.
public enum ReturnData {
    /// How many bytes there are.
    @inlinable public static var count: Int { Int(truncatingIfNeeded: Host.returnDataSize()) }

    /// A copy of the bytes.
    public static var bytes: Bytes {
        var length = UInt32(truncatingIfNeeded: Host.returnDataSize())
        let memory = Memory.allocate(Int(length))
        Host.returnDataCopy(output: memory, outputLength: &length, offset: 0)
        return Bytes(unsafe: memory, count: Int(length))
    }

    /// Whether they are that error.
    public static func matches(_ error: some ContractError) -> Bool {
        let bytes = bytes
        return error.abiEncode { bytes == Bytes(unsafe: $0, count: $1) }
    }
}

/// A typed client of a contract.
public protocol ContractClient {
    /// The contract, and how it is called; no function of a contract has a name like it.
    var __pvm_reference: ContractReference { get set }
    init(_ reference: ContractReference)
}

extension ContractClient {
    /// The contract at an address.
    @inlinable @inline(__always)
    public init(_ address: Address) { self.init(ContractReference(address)) }

    /// Where the contract is.
    @inlinable public var address: Address { __pvm_reference.address }

    /// The same contract, called with value.
    @inlinable @inline(__always)
    public func with(value: U256) -> Self {
        var copy = self
        copy.__pvm_reference.value = value
        return copy
    }

    /// The same contract, called with no more than so much gas.
    @inlinable @inline(__always)
    public func with(gas: UInt64) -> Self {
        var copy = self
        copy.__pvm_reference.gas = gas
        return copy
    }

    /// The same contract, which may call this one in turn.
    @inlinable @inline(__always)
    public func allowingReentry() -> Self {
        var copy = self
        copy.__pvm_reference.flags |= Host.CallFlag.allowReentry
        return copy
    }
}

extension ContractReference {
    /// Calls the contract.
    @inlinable @inline(__always)
    public func send(
        _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer,
        _ length: UnsafeMutablePointer<UInt32>, mayFail: Bool
    ) -> UInt64 {
        var copy = self
        if let transport { return transport(&copy, input, count, output, length, mayFail) }
        return address.withBytes { callee in
            Host.callEvm(
                flags: flags, callee: callee, value: &copy.value, gas: gas,
                inputLength: UInt32(truncatingIfNeeded: count), input: input, outputLength: length, output: output)
        }
    }

    /// Calls a function whose results all fit a word each.
    @inlinable @inline(__always)
    public func call<Value>(
        _ input: UnsafeRawPointer, _ count: Int, words: Int, read: (inout ABIReader) -> Value
    ) -> Value {
        if words == 0 { requireContract() }
        return withUnsafeTemporaryAllocation(byteCount: 32 * max(words, 1), alignment: 8) { buffer in
            let output = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            var length = UInt32(truncatingIfNeeded: 32 * words)
            let code = send(input, count, output, &length, mayFail: false)
            if code != Host.ErrorCode.success { Self.passOn(code) }
            if Int(length) < 32 * words { revert() }
            var reader = ABIReader(output, count: 32 * words)
            return read(&reader)
        }
    }

    /// Calls a function whose results may have any length.
    @inlinable @inline(__always)
    public func callForAll<Value>(
        _ input: UnsafeRawPointer, _ count: Int, words: Int, read: (inout ABIReader) -> Value
    ) -> Value {
        var length: UInt32 = 0
        let code = withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) {
            send(input, count, $0.baseAddress.unsafelyUnwrapped, &length, mayFail: false)
        }
        if code != Host.ErrorCode.success { Self.passOn(code) }
        return Self.readAll(words, read)
    }

    /// Calls a function and gives failures back.
    ///
    /// Reverts if there is no contract, as Solidity's `try` does: that is no failure of a callee.
    @inlinable @inline(__always)
    public func attempt<Value>(
        _ input: UnsafeRawPointer, _ count: Int, words: Int, read: (inout ABIReader) -> Value
    ) -> CallResult<Value> {
        if words == 0 { requireContract() }
        return attemptAnything(input, count, words: words, read: read)
    }

    /// Reverts if there is no contract, of which a call succeeds, unless a test calls.
    ///
    /// Where results are expected, that there are none says the same.
    @usableFromInline @inline(never)
    func requireContract() {
        if transport == nil, !address.isContract { revert() }
    }

    /// Calls whatever is there and gives failures back.
    @inlinable @inline(__always)
    public func attemptAnything<Value>(
        _ input: UnsafeRawPointer, _ count: Int, words: Int, read: (inout ABIReader) -> Value
    ) -> CallResult<Value> {
        var length: UInt32 = 0
        let code = withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) {
            send(input, count, $0.baseAddress.unsafelyUnwrapped, &length, mayFail: true)
        }
        if code == Host.ErrorCode.success { return .returned(Self.readAll(words, read)) }
        return code == Host.ErrorCode.calleeReverted ? .reverted : .failed(code)
    }

    @inlinable @inline(__always)
    static func readAll<Value>(_ words: Int, _ read: (inout ABIReader) -> Value) -> Value {
        let bytes = ReturnData.bytes
        if bytes.count < 32 * words { revert() }
        var reader = ABIReader(bytes.base, count: bytes.count)
        return read(&reader)
    }

    /// Reverts because a callee failed: with what it reverted with.
    @usableFromInline @inline(never)
    static func passOn(_ code: UInt64) -> Never {
        if code == Host.ErrorCode.calleeReverted { revert(returning: ReturnData.bytes) }
        revert()
    }

    /// The same contract for a function that changes nothing.
    @inlinable public var readOnly: ContractReference {
        @inline(__always) get {
            var copy = self
            copy.flags |= Host.CallFlag.readOnly
            return copy
        }
    }
}

extension Address {
    /// Calls whatever is there with data of any kind; failures are given back.
    ///
    /// The output is in `ReturnData.bytes`.
    public func call(
        _ input: Bytes = Bytes(), value: U256 = .zero, gas: UInt64 = .max, allowingReentry: Bool = false
    ) -> CallResult<Void> {
        var reference = ContractReference(self)
        reference.value = value
        reference.gas = gas
        if allowingReentry { reference.flags = Host.CallFlag.allowReentry }
        return reference.attemptAnything(input.base, input.count, words: 0) { _ in }
    }

    /// Sends value; reverts if that fails.
    @inlinable
    public func transfer(_ value: U256) {
        var reference = ContractReference(self)
        reference.value = value
        var length: UInt32 = 0
        let code = withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) {
            reference.send(Memory.nothing, 0, $0.baseAddress.unsafelyUnwrapped, &length, mayFail: false)
        }
        if code != Host.ErrorCode.success { ContractReference.passOn(code) }
    }
}

// MARK: New contracts

/// The code of a new contract, and how it is made.
public struct Deployment: Sendable {
    /// The hash of the code, which the chain has already.
    public var codeHash: Bytes32
    /// The value that it gets.
    public var value: U256 = .zero
    /// What makes its address one that can be known beforehand.
    public var salt: Bytes32?
    /// Whose transaction it is, in tests.
    public var sender: Address = .zero
    /// What makes it in place of the host function, in tests.
    public var transport: DeploymentTransport?
    /// What calls it later on, in tests.
    public var callTransport: ContractTransport?

    /// A contract of that code.
    @inlinable
    public init(codeHash: Bytes32, value: U256 = .zero, salt: Bytes32? = nil) {
        self.codeHash = codeHash
        self.value = value
        self.salt = salt
    }

    /// Makes the contract; reverts as its constructor does.
    ///
    /// - Parameters:
    ///   - words: Values of the constructor.
    ///   - tail: Bytes of their tails, nil if they have none.
    ///   - write: Writes the values.
    /// - Returns: The contract.
    @inlinable
    public func deploy(words: Int, tail: Int?, _ write: (inout ABIWriter) -> Void) -> ContractReference {
        var address = Address.zero
        let code = make(words: words, tail: tail, mayFail: false, &address, write)
        if code != Host.ErrorCode.success { ContractReference.passOn(code) }
        var reference = ContractReference(address)
        reference.sender = sender
        reference.transport = callTransport
        return reference
    }

    /// Makes the contract, or gives back why that failed.
    @inlinable
    public func attempt(words: Int, tail: Int?, _ write: (inout ABIWriter) -> Void) -> CallResult<Address> {
        var address = Address.zero
        let code = make(words: words, tail: tail, mayFail: true, &address, write)
        if code == Host.ErrorCode.success { return .returned(address) }
        return code == Host.ErrorCode.calleeReverted ? .reverted : .failed(code)
    }

    @inlinable @inline(__always)
    func make(
        words: Int, tail: Int?, mayFail: Bool, _ address: inout Address, _ write: (inout ABIWriter) -> Void
    ) -> UInt64 {
        withABIMemory(words: words + 1, tail: tail) { memory in
            codeHash.word.store(at: memory)
            var writer = ABIWriter(memory + 32, heads: words)
            write(&writer)
            return make(UnsafeRawPointer(memory), 32 + 32 * words + (tail ?? 0), mayFail, &address)
        }
    }

    @usableFromInline @inline(never)
    func make(_ input: UnsafeRawPointer, _ count: Int, _ mayFail: Bool, _ address: inout Address) -> UInt64 {
        var copy = self
        var code: UInt64 = 0
        address = Address(from: { output in
            if let transport {
                code = transport(&copy, input, count, output, mayFail)
                return
            }
            var limit = U256.max
            var length: UInt32 = 0
            var nothing: UInt64 = 0
            var saltWord = salt?.word ?? .zero
            code = withUnsafePointer(to: &saltWord) { saltPointer in
                Host.instantiate(
                    refTimeLimit: Host.Weight.unlimited, proofSizeLimit: Host.Weight.unlimited, depositLimit: &limit,
                    value: &copy.value, inputLength: UInt32(truncatingIfNeeded: count), input: input,
                    outputLength: &length, output: &nothing, address: output,
                    salt: salt == nil ? nil : UnsafeRawPointer(saltPointer))
            }
        })
        return code
    }
}

/// Makes a contract in a test.
///
/// Takes the deployment, input, its length, the address that it gets, and whether a failure may be given back. The result is one of
/// `Host.ErrorCode`.
public typealias DeploymentTransport =
    @convention(c) (
        UnsafeRawPointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Bool
    ) -> UInt64
