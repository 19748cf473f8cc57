// A literal as `print` and the failures take it. Its interpolations go to the console's buffer as they are, without a string
// being made, and without a console they are not looked at.

/// A string literal that is about to be written.
///
/// Only a parameter has this type: it is not to be kept.
public struct ConsoleText<Stream: ConsoleStream>: ExpressibleByStringInterpolation {
    let line: ConsoleLine<Stream>

    @inline(__always)
    public init(stringLiteral value: StaticString) {
        line = ConsoleLine()
        line.append(value)
    }

    @inline(__always)
    public init(stringInterpolation: StringInterpolation) {
        line = stringInterpolation.line
    }

    /// The pieces of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        let line: ConsoleLine<Stream>

        @inline(__always)
        public init(literalCapacity: Int, interpolationCount: Int) {
            line = ConsoleLine()
        }

        @inline(__always)
        public func appendLiteral(_ literal: StaticString) {
            line.append(literal)
        }

        /// Appends a string.
        @inline(__always)
        public func appendInterpolation(_ text: String) {
            line.append(text)
        }

        /// Appends the text of a literal.
        @inline(__always)
        public func appendInterpolation(_ text: StaticString) {
            line.append(text)
        }

        /// Appends a number, in decimal.
        @inline(__always)
        public func appendInterpolation(_ value: some FixedWidthInteger) {
            line.append(value)
        }

        /// Appends a number: `"0x\(address, radix: 16)"`.
        ///
        /// - Parameters:
        ///   - value: The number.
        ///   - radix: 2 to 36; digits above nine are small letters.
        @inline(__always)
        public func appendInterpolation(_ value: some FixedWidthInteger, radix: Int) {
            line.append(value, radix: UInt64(radix))
        }

        /// Appends a Boolean.
        @inline(__always)
        public func appendInterpolation(_ value: Bool) {
            line.append(value ? "true" as StaticString : "false" as StaticString)
        }

        /// Appends bytes as hexadecimal digits.
        @inline(__always)
        public func appendInterpolation(hex bytes: UnsafeRawBufferPointer) {
            line.append(hex: bytes)
        }

        /// Appends the description of a value.
        @inline(__always)
        public func appendInterpolation(_ value: some CustomStringConvertible) {
            line.append(described: value)
        }
    }
}

/// The message of a failure: a literal, which is not touched until it is written, or one with interpolations.
public struct FailureText: ExpressibleByStringInterpolation {
    public typealias StringInterpolation = ConsoleText<FailureReport>.StringInterpolation

    let literal: StaticString
    let line: ConsoleLine<FailureReport>?

    @inline(__always)
    public init(stringLiteral value: StaticString) {
        literal = value
        line = nil
    }

    @inline(__always)
    public init(stringInterpolation: StringInterpolation) {
        literal = StaticString()
        line = stringInterpolation.line
    }

    @inline(__always)
    init(_ text: String) {
        literal = StaticString()
        let line = ConsoleLine<FailureReport>()
        line.append(text)
        self.line = line
    }
}
