// How a contract refuses: it reverts, which undoes all that it did, and says why to whoever called.

/// An error that a contract reverts with.
///
/// `@ContractError` makes structs and enums conform.
public protocol ContractError: Error {
    /// Calls a function with the error as call data has it: its selector and its values.
    func abiEncode<Result>(_ body: (UnsafeRawPointer, Int) -> Result) -> Result
}

/// Ends the contract and undoes what it did, without a reason.
@inline(never)
public func revert() -> Never {
    Host.sealReturn(flags: Host.ReturnFlag.revert, data: Memory.nothing, dataLength: 0)
}

/// Ends the contract and undoes what it did, with data that somebody else made.
@inlinable @inline(__always)
public func revert(returning data: Bytes) -> Never {
    Host.sealReturn(
        flags: Host.ReturnFlag.revert, data: data.base, dataLength: UInt32(truncatingIfNeeded: data.count))
}

/// Ends the contract and undoes what it did, with an error of its own.
@inlinable
public func revert(_ error: some ContractError) -> Never {
    // A closure that returned Never would make the compiler warn of what follows it, in code that is not ours to change.
    error.abiEncode { revive_seal_return(REVIVE_RETURN_REVERT, $0, UInt32(truncatingIfNeeded: $1)) }
    Swift.fatalError()
}

/// Ends the contract and undoes what it did, with a text: `Error(string)`.
@inlinable @inline(__always)
public func revert(_ reason: StaticString) -> Never {
    revert(text: reason.utf8Start, reason.utf8CodeUnitCount)
}

/// Ends the contract and undoes what it did, with a text: `Error(string)`.
@inlinable
@_disfavoredOverload
public func revert(_ reason: Text) -> Never { revert(text: reason.bytes.base, reason.bytes.count) }

@usableFromInline @inline(never)
func revert(text: UnsafeRawPointer, _ count: Int) -> Never {
    Failure.withError(Text(Bytes(unsafe: text, count: count))) {
        revive_seal_return(REVIVE_RETURN_REVERT, $0, UInt32(truncatingIfNeeded: $1))
    }
    Swift.fatalError()
}

/// Ends the contract as Solidity does on a programming error: `Panic(uint256)`.
@inline(never)
public func revert(panic code: UInt64) -> Never {
    Failure.withPanic(code) {
        revive_seal_return(REVIVE_RETURN_REVERT, $0, UInt32(truncatingIfNeeded: $1))
    }
    Swift.fatalError()
}

/// Reverts with a text if a condition is false.
@inlinable @inline(__always)
public func require(_ condition: Bool, _ reason: StaticString) {
    if !condition { revert(reason) }
}

/// Reverts with an error if a condition is false.
@inlinable @inline(__always)
public func require(_ condition: Bool, else error: @autoclosure () -> some ContractError) {
    if !condition { revert(error()) }
}

/// The errors that every Ethereum tool knows.
public enum Failure {
    /// `Error(string)`.
    public static let errorSelector: UInt32 = 0x08c3_79a0
    /// `Panic(uint256)`.
    public static let panicSelector: UInt32 = 0x4e48_7b71

    /// Calls a function with `Error(string)`, encoded.
    @inlinable
    public static func withError<Result>(_ text: Text, _ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        withABICall(0x08c3_79a0, words: 1, tail: text.abiTailSize) {
            $0.write(text)
        } then: {
            body($0, $1)
        }
    }

    /// Calls a function with `Panic(uint256)`, encoded.
    @inlinable
    public static func withPanic<Result>(_ code: UInt64, _ body: (UnsafeRawPointer, Int) -> Result) -> Result {
        withABICall(0x4e48_7b71, words: 1, tail: nil) {
            $0.write(code)
        } then: {
            body($0, $1)
        }
    }
}

/// Writes a selector and values, and hands them on.
@inlinable @inline(__always)
public func withABICall<Result>(
    _ selector: UInt32, words: Int, tail: Int?, _ write: (inout ABIWriter) -> Void,
    then body: (UnsafeRawPointer, Int) -> Result
) -> Result {
    withABIMemory(words: words, tail: tail) { memory in
        (memory - 4).storeBytes(of: selector.byteSwapped, as: UInt32.self)
        var writer = ABIWriter(memory, heads: words)
        write(&writer)
        return body(UnsafeRawPointer(memory - 4), 4 + 32 * words + (tail ?? 0))
    }
}
