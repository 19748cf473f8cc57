// What a contract sees of the message, the block and the chain.

/// The message that the contract answers.
public enum Message {
    /// Who called: an account or a contract.
    @inlinable public static var sender: Address {
        @inline(__always) get { Address(from: { Host.caller(output: $0) }) }
    }

    /// The value that came with it.
    @inlinable public static var value: U256 {
        @inline(__always) get { U256(from: { Host.valueTransferred(output: $0) }) }
    }

    /// Who signed the transaction.
    @inlinable public static var origin: Address { Address(from: { Host.origin(output: $0) }) }
}

/// The contract itself.
public enum This {
    /// Its address.
    @inlinable public static var address: Address { Address(from: { Host.address(output: $0) }) }
    /// Its balance.
    @inlinable public static var balance: U256 { U256(from: { Host.balance(output: $0) }) }
    /// The gas that is left.
    @inlinable public static var gasLeft: UInt64 { Host.refTimeLeft() }

    /// Ends the contract and removes it; its balance goes to the beneficiary.
    @inlinable
    public static func terminate(to beneficiary: Address) -> Never {
        beneficiary.withBytes { Host.terminate(beneficiary: $0) }
    }
}

/// The block that the message is in.
public enum Block {
    /// Its number.
    @inlinable public static var number: U256 { U256(from: { Host.blockNumber(output: $0) }) }
    /// Its time, in seconds since 1970.
    @inlinable public static var timestamp: U256 { U256(from: { Host.now(output: $0) }) }
    /// Its author.
    @inlinable public static var author: Address { Address(from: { Host.blockAuthor(output: $0) }) }
    /// The base fee.
    @inlinable public static var baseFee: U256 { U256(from: { Host.baseFee(output: $0) }) }

    /// The hash of one of the latest blocks, zeros for others.
    @inlinable
    public static func hash(of number: U256) -> Bytes32 {
        var number = number
        return Bytes32(word: Word(from: { Host.blockHash(number: &number, output: $0) }))
    }
}

/// The chain.
public enum Chain {
    /// Its number.
    @inlinable public static var id: U256 { U256(from: { Host.chainId(output: $0) }) }
}

extension Address {
    /// The balance of the account or contract.
    @inlinable public var balance: U256 {
        withBytes { bytes in U256(from: { Host.balanceOf(address: bytes, output: $0) }) }
    }

    /// The hash of the contract's code; zeros if there is nothing.
    @inlinable public var codeHash: Bytes32 {
        withBytes { bytes in Bytes32(word: Word(from: { Host.codeHash(address: bytes, output: $0) })) }
    }

    /// Whether there is a contract.
    @inlinable public var isContract: Bool {
        withBytes { Host.codeSize(address: $0) > 0 }
    }
}

extension U256 {
    /// What a host function writes.
    @inlinable @inline(__always)
    init(from host: (UnsafeMutableRawPointer) -> Void) {
        self = withUnsafeTemporaryAllocation(of: U256.self, capacity: 1) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            host(memory)
            return memory.load(as: U256.self)
        }
    }
}
