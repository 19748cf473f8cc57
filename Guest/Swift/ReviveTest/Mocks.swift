// Answers in place of contracts that are not there.

extension TestChain {
    /// Lets calls of a function at an address return a value.
    ///
    /// - Parameters:
    ///   - address: Where nobody or somebody else is.
    ///   - signature: The function, as `balanceOf(address)`.
    ///   - value: What calls return.
    public static func mock(_ address: Address, _ signature: StaticString, returns value: some ABIValue) {
        withABIMemory(words: 1, tail: value.abiTailSize) { memory in
            var writer = ABIWriter(memory, heads: 1)
            writer.write(value)
            mock(address, signature, 0, Bytes(unsafe: memory, count: 32 + value.abiTailSize))
        }
    }

    /// Lets calls of a function at an address return nothing.
    public static func mock(_ address: Address, _ signature: StaticString) { mock(address, signature, 0, Bytes()) }

    /// Lets calls of a function at an address revert with a text.
    public static func mock(_ address: Address, _ signature: StaticString, reverts reason: Text) {
        Failure.withError(reason) { mock(address, signature, 2, Bytes(unsafe: $0, count: $1)) }
    }

    /// Lets calls of a function at an address trap.
    public static func mockTrap(_ address: Address, _ signature: StaticString) { mock(address, signature, 1, Bytes()) }

    private static func mock(_ address: Address, _ signature: StaticString, _ status: UInt32, _ data: Bytes) {
        var hash = Bytes(signature).keccak.word
        address.withBytes { address in
            data.withUnsafeBytes { data in
                TestHost.mock(
                    address: address, prefixLength: 4, prefix: &hash, status: status,
                    dataLength: UInt32(truncatingIfNeeded: data.count), data: data.baseAddress.unsafelyUnwrapped)
            }
        }
    }
}
