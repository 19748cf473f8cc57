// The two entries of a contract: finding the function that call data names, and handing over what it returns. `@Contract` writes
// the switch over the selectors; the parts of it that are the same in all contracts are here.

/// The input of a message: a selector and values.
public struct CallData {
    /// How many bytes there are, with the selector.
    public let count: Int
    @usableFromInline let memory: UnsafeMutableRawPointer

    /// Calls a function with the selector, and with the first words behind it in memory; what is not there reads as zeros.
    @inlinable @inline(__always)
    public static func withMessage(words: Int, _ body: (CallData) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 8 + 32 * words, alignment: 8) { buffer in
            let memory = UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped)
            Host.callDataCopy(output: memory + 4, outputLength: UInt32(truncatingIfNeeded: 4 + 32 * words), offset: 0)
            body(CallData(count: Int(truncatingIfNeeded: Host.callDataSize()), memory: memory))
        }
    }

    /// The selector, with its first byte lowest.
    @inlinable public var selector: UInt32 {
        @inline(__always) get { memory.load(fromByteOffset: 4, as: UInt32.self) }
    }

    @inlinable @inline(__always)
    init(count: Int, memory: UnsafeMutableRawPointer) {
        self.count = count
        self.memory = memory
    }

    /// Reads values that all fit a word each; reverts if there are fewer.
    @inlinable @inline(__always)
    public func reader(words: Int) -> ABIReader {
        if words > 0, count < 4 + 32 * words { revert() }
        return ABIReader(memory + 8, count: 32 * words)
    }

    /// Reads values of any length; reverts if there are fewer.
    @inlinable @inline(__always)
    public func readerOfAll(words: Int) -> ABIReader { Self.readerOfAll(from: 4, count, words) }

    /// Reads the constructor's values.
    @inlinable @inline(__always)
    public static func constructorReader(words: Int) -> ABIReader {
        readerOfAll(from: 0, Int(truncatingIfNeeded: Host.callDataSize()), words)
    }

    /// A copy of the input from an offset on, which has at least so many words.
    @usableFromInline @inline(never)
    static func readerOfAll(from offset: Int, _ count: Int, _ words: Int) -> ABIReader {
        if count < offset + 32 * words { revert() }
        let memory = Memory.allocate(count - offset)
        Host.callDataCopy(
            output: memory, outputLength: UInt32(truncatingIfNeeded: count - offset),
            offset: UInt32(truncatingIfNeeded: offset))
        return ABIReader(memory, count: count - offset)
    }
}

/// What the entries of contracts need besides.
public enum ContractEntry {
    /// Reverts if value came with the message.
    @inlinable @inline(__always)
    public static func refuseValue() {
        if Message.value != .zero { revert() }
    }

    /// Ends the contract with values as its output.
    @inlinable @inline(__always)
    public static func finish(words: Int, tail: Int?, _ write: (inout ABIWriter) -> Void) -> Never {
        withABIMemory(words: words, tail: tail) { memory in
            var writer = ABIWriter(memory, heads: words)
            write(&writer)
            revive_seal_return(0, memory, UInt32(truncatingIfNeeded: 32 * words + (tail ?? 0)))
        }
        Swift.fatalError()
    }
}

extension ContractEntry {
    /// Ends the contract with bytes as its output.
    @inlinable @inline(__always)
    public static func finish(returning bytes: Bytes) -> Never {
        Host.sealReturn(flags: 0, data: bytes.base, dataLength: UInt32(truncatingIfNeeded: bytes.count))
    }
}
