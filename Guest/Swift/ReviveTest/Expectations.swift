// What tests expect of calls that fail, and of events.

/// Expects that a call has reverted with an error.
public func expectRevert<Value>(
    _ result: CallResult<Value>, _ error: some ContractError, file: StaticString = #fileID, line: UInt = #line
) {
    expectReverted(result, file, line)
    let data = ReturnData.bytes
    let matches = error.abiEncode { data == Bytes(unsafe: $0, count: $1) }
    if !matches {
        let expected = error.abiEncode { "\(Bytes(copying: UnsafeRawBufferPointer(start: $0, count: $1)))" }
        expect(false, "reverted \(Outcome.reason(data)), expected \(expected)", file: file, line: line)
    }
}

/// Expects that a call has reverted with a text.
public func expectRevert<Value>(
    _ result: CallResult<Value>, _ reason: StaticString, file: StaticString = #fileID, line: UInt = #line
) {
    expectReverted(result, file, line)
    let data = ReturnData.bytes
    let matches = Failure.withError(Text(Bytes(reason))) { data == Bytes(unsafe: $0, count: $1) }
    if !matches { expect(false, "reverted \(Outcome.reason(data)), expected \"\(reason)\"", file: file, line: line) }
}

/// Expects that a call has reverted with Solidity's panic of that number.
public func expectRevert<Value>(
    _ result: CallResult<Value>, panic code: UInt64, file: StaticString = #fileID, line: UInt = #line
) {
    expectReverted(result, file, line)
    let data = ReturnData.bytes
    let matches = Failure.withPanic(code) { data == Bytes(unsafe: $0, count: $1) }
    if !matches { expect(false, "reverted \(Outcome.reason(data)), expected panic \(code)", file: file, line: line) }
}

/// Expects that a call has reverted, whatever the reason.
public func expectRevert<Value>(
    _ result: CallResult<Value>, file: StaticString = #fileID, line: UInt = #line
) {
    expectReverted(result, file, line)
}

/// Expects that a call has trapped.
public func expectTrap<Value>(
    _ result: CallResult<Value>, file: StaticString = #fileID, line: UInt = #line
) {
    switch result {
    case .failed(Host.ErrorCode.calleeTrapped): return
    case .failed(let status): expect(false, "the call \(Outcome.text(status)), and should trap", file: file, line: line)
    case .reverted:
        expect(
            false, "the call \(Outcome.text(Host.ErrorCode.calleeReverted)), and should trap", file: file, line: line)
    case .returned: expect(false, "the call succeeded, and should trap", file: file, line: line)
    }
}

/// Expects that a call has succeeded; returns its value.
@discardableResult
public func expectSuccess<Value>(
    _ result: CallResult<Value>, file: StaticString = #fileID, line: UInt = #line
) -> Value {
    switch result {
    case .returned(let value): return value
    case .reverted: fatalError("the call \(Outcome.text(Host.ErrorCode.calleeReverted))", file: file, line: line)
    case .failed(let status): fatalError("the call \(Outcome.text(status))", file: file, line: line)
    }
}

private func expectReverted<Value>(_ result: CallResult<Value>, _ file: StaticString, _ line: UInt) {
    switch result {
    case .reverted: return
    case .returned: expect(false, "the call succeeded, and should revert", file: file, line: line)
    case .failed(let status):
        expect(false, "the call \(Outcome.text(status)), and should revert", file: file, line: line)
    }
}

// MARK: Events

/// Expects that the last transaction has left an event.
///
/// - Parameters:
///   - event: What it says.
///   - contract: Whose it is; anybody's if nothing is said.
///   - index: Which of the transaction's events it is; any of them if nothing is said.
///   - file: Who expects it.
///   - line: Where.
public func expectEvent(
    _ event: some Event, of contract: Address? = nil, at index: Int? = nil, file: StaticString = #fileID,
    line: UInt = #line
) {
    let count = TestChain.eventCount
    for candidate in 0..<count where index ?? candidate == candidate {
        if SeenEvent(candidate).matches(event, contract) { return }
    }
    expect(false, "the transaction left \(count) events, and none is as expected", file: file, line: line)
}

/// Expects that the last transaction has left so many events.
public func expectEvents(count: Int, file: StaticString = #fileID, line: UInt = #line) {
    let found = TestChain.eventCount
    if found != count { expect(false, "the transaction left \(found) events, not \(count)", file: file, line: line) }
}

/// An event of the last transaction.
public struct SeenEvent {
    /// Whose it is.
    public let contract: Address
    /// Its topics, one behind the other.
    public let topics: Bytes
    /// Its data.
    public let data: Bytes

    /// The event of a number; the test fails if there is none.
    public init(_ index: Int) {
        let memory = [UInt8](repeating: 0, count: 24 + 32 * TestHost.Limit.topics + Host.Limit.eventDataBytes)
        var length = UInt32(Host.Limit.eventDataBytes)
        (contract, topics, data) = memory.withUnsafeBytes { buffer in
            let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress.unsafelyUnwrapped)
            let end = start + 24 + 32 * TestHost.Limit.topics
            let count = TestHost.event(
                index: UInt32(truncatingIfNeeded: index), address: start, topics: start + 24, dataLength: &length,
                data: end)
            return (
                Address(at: start), Bytes(copying: UnsafeRawBufferPointer(start: start + 24, count: 32 * Int(count))),
                Bytes(copying: UnsafeRawBufferPointer(start: end, count: Int(length)))
            )
        }
    }

    /// Whether it says what another one does.
    public func matches(_ event: some Event, _ contract: Address? = nil) -> Bool {
        if let contract, contract != self.contract { return false }
        return event.abiEncode { topics, topicCount, data, byteCount in
            self.topics == Bytes(unsafe: topics, count: 32 * topicCount)
                && self.data == Bytes(unsafe: data, count: byteCount)
        }
    }
}
