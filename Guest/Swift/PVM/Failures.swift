// Failures: what went wrong and where goes to the console's second stream, and the guest traps.
//
// These hide the functions of the same name and parameters in the standard library, which trap in silence. There are three of
// each: for literals, whose interpolations need no string; for a StaticString or nothing; for a String. A caller passes only
// addresses; the work is in one function that nobody inlines.

@_extern(c, "abort")
private func abort()

/// Stops the guest with a trap.
@inline(__always)
public func trap() -> Never {
    // In unoptimised code the standard library's own would explain itself a second time.
    if _isDebugAssertConfiguration() { abort() }
    Swift.fatalError()
}

// MARK: Always

/// Traps, after writing where and why.
@inline(__always)
public func fatalError(
    _ message: @autoclosure () -> FailureText, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", message(), file, line)
}

/// Traps, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func fatalError(
    _ message: @autoclosure () -> StaticString = StaticString(), file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", FailureText(stringLiteral: message()), file, line)
}

/// Traps, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func fatalError(
    _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", FailureText(message()), file, line)
}

/// Traps if the condition is false, after writing where and why.
@inline(__always)
public func precondition(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> FailureText, file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition() { fail("Precondition failed", message(), file, line) }
}

/// Traps if the condition is false, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func precondition(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> StaticString = StaticString(),
    file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { fail("Precondition failed", FailureText(stringLiteral: message()), file, line) }
}

/// Traps if the condition is false, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func precondition(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition() { fail("Precondition failed", FailureText(message()), file, line) }
}

/// Traps, after writing where and why.
@inline(__always)
public func preconditionFailure(
    _ message: @autoclosure () -> FailureText, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", message(), file, line)
}

/// Traps, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func preconditionFailure(
    _ message: @autoclosure () -> StaticString = StaticString(), file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", FailureText(stringLiteral: message()), file, line)
}

/// Traps, after writing where and why.
@_disfavoredOverload
@inline(__always)
public func preconditionFailure(
    _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fail("Fatal error", FailureText(message()), file, line)
}

// MARK: In unoptimised code

/// Does the same as `precondition` in unoptimised code, and nothing in optimised code.
@inline(__always)
public func assert(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> FailureText, file: StaticString = #fileID,
    line: UInt = #line
) {
    if _isDebugAssertConfiguration(), !condition() { fail("Assertion failed", message(), file, line) }
}

/// Does the same as `precondition` in unoptimised code, and nothing in optimised code.
@_disfavoredOverload
@inline(__always)
public func assert(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> StaticString = StaticString(),
    file: StaticString = #fileID, line: UInt = #line
) {
    if _isDebugAssertConfiguration(), !condition() {
        fail("Assertion failed", FailureText(stringLiteral: message()), file, line)
    }
}

/// Does the same as `precondition` in unoptimised code, and nothing in optimised code.
@_disfavoredOverload
@inline(__always)
public func assert(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    if _isDebugAssertConfiguration(), !condition() { fail("Assertion failed", FailureText(message()), file, line) }
}

/// Does the same as `fatalError` in unoptimised code, and nothing in optimised code.
@inline(__always)
public func assertionFailure(
    _ message: @autoclosure () -> FailureText, file: StaticString = #fileID, line: UInt = #line
) {
    if _isDebugAssertConfiguration() { fail("Fatal error", message(), file, line) }
}

/// Does the same as `fatalError` in unoptimised code, and nothing in optimised code.
@_disfavoredOverload
@inline(__always)
public func assertionFailure(
    _ message: @autoclosure () -> StaticString = StaticString(), file: StaticString = #fileID, line: UInt = #line
) {
    if _isDebugAssertConfiguration() { fail("Fatal error", FailureText(stringLiteral: message()), file, line) }
}

/// Does the same as `fatalError` in unoptimised code, and nothing in optimised code.
@_disfavoredOverload
@inline(__always)
public func assertionFailure(
    _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if _isDebugAssertConfiguration() { fail("Fatal error", FailureText(message()), file, line) }
}

// MARK: Tests

/// Traps unless the condition holds, after writing where and, if it is given, why.
///
/// `#expect` writes the condition itself.
@inline(__always)
public func expect(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> FailureText = "",
    file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { fail("expectation failed", message(), file, line) }
}

/// Traps unless two values compare as they should.
///
/// What `#expect` expands to for sides that cannot be printed.
@inline(__always)
public func expect<Value>(
    _ left: Value, _ right: Value, _ text: StaticString, file: StaticString = #fileID, line: UInt = #line,
    _ holds: (Value, Value) -> Bool
) {
    if !holds(left, right) { fail("expectation failed", FailureText(stringLiteral: text), file, line) }
}

/// Traps unless two values compare as they should, after writing both.
///
/// What `#expect` expands to.
@inline(__always)
public func expect<Value: CustomStringConvertible>(
    _ left: Value, _ right: Value, _ text: StaticString, file: StaticString = #fileID, line: UInt = #line,
    _ holds: (Value, Value) -> Bool
) {
    if !holds(left, right) {
        fail(text, file, line) {
            $0.append(described: left)
        } _: {
            $0.append(described: right)
        }
    }
}

/// Traps unless two numbers compare as they should, after writing both.
///
/// What `#expect` expands to.
@inline(__always)
public func expect<Value: FixedWidthInteger>(
    _ left: Value, _ right: Value, _ text: StaticString, file: StaticString = #fileID, line: UInt = #line,
    _ holds: (Value, Value) -> Bool
) {
    if !holds(left, right) {
        fail(text, file, line) {
            $0.append(left)
        } _: {
            $0.append(right)
        }
    }
}

// MARK: Reporting

@inline(__always)
private func fail(_ kind: StaticString, _ message: FailureText, _ file: StaticString, _ line: UInt) -> Never {
    #if !PVM_NO_CONSOLE
    if let text = message.line {
        report(kind.utf8Start, file.utf8Start, line, text.base)
    } else {
        report(kind.utf8Start, file.utf8Start, line, message.literal.utf8Start)
    }
    #endif
    trap()
}

/// Fails with the source text of a comparison, and what its sides write about themselves.
@inline(__always)
private func fail(
    _ text: StaticString, _ file: StaticString, _ line: UInt, _ left: (ConsoleLine<StandardError>) -> Void,
    _ right: (ConsoleLine<StandardError>) -> Void
) -> Never {
    #if !PVM_NO_CONSOLE
    let report = beginReport(("expectation failed" as StaticString).utf8Start, file.utf8Start, line)
    report.append(": ")
    report.append(text)
    report.append(" (left: ")
    left(report)
    report.append(", right: ")
    right(report)
    report.append(")\n")
    report.send()
    #endif
    trap()
}
