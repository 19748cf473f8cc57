// `print`, with several items as Swift has it elsewhere.
//
// Where the standard library's own versions have the same parameters these hide them. They are disfavoured so that a literal
// becomes a ConsoleText.

/// Writes a line end.
@inline(__always)
public func print(terminator: StaticString = "\n") {
    let line = ConsoleLine<StandardOutput>()
    line.append(terminator)
    line.send()
}

/// Writes a literal with its interpolations and a line end.
@inline(__always)
public func print(_ text: ConsoleText<StandardOutput>, terminator: StaticString = "\n") {
    text.line.append(terminator)
    text.line.send()
}

/// Writes a literal's text and a line end.
@_disfavoredOverload
@inline(__always)
public func print(_ text: StaticString, terminator: StaticString = "\n") {
    let line = ConsoleLine<StandardOutput>()
    line.append(text)
    line.append(terminator)
    line.send()
}

/// Writes a string and a line end.
@_disfavoredOverload
@inline(__always)
public func print(_ text: String, terminator: StaticString = "\n") {
    let line = ConsoleLine<StandardOutput>()
    line.append(text)
    line.append(terminator)
    line.send()
}

/// Writes a Boolean and a line end.
@inline(__always)
public func print(_ value: Bool, terminator: StaticString = "\n") {
    print(value ? "true" as StaticString : "false" as StaticString, terminator: terminator)
}

/// Writes a number and a line end.
@inline(__always)
public func print(_ value: some FixedWidthInteger, terminator: StaticString = "\n") {
    let line = ConsoleLine<StandardOutput>()
    line.append(value)
    line.append(terminator)
    line.send()
}

/// Writes a value's description and a line end.
@_disfavoredOverload
@inline(__always)
public func print(_ value: some CustomStringConvertible, terminator: StaticString = "\n") {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: value)
    line.append(terminator)
    line.send()
}

/// Writes the descriptions of two values and a line end.
public func print(
    _ first: some CustomStringConvertible, _ second: some CustomStringConvertible, separator: StaticString = " ",
    terminator: StaticString = "\n"
) {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: first)
    line.append(separator)
    line.append(described: second)
    line.append(terminator)
    line.send()
}

/// Writes the descriptions of three values and a line end.
public func print(
    _ first: some CustomStringConvertible, _ second: some CustomStringConvertible,
    _ third: some CustomStringConvertible, separator: StaticString = " ", terminator: StaticString = "\n"
) {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: first)
    line.append(separator)
    line.append(described: second)
    line.append(separator)
    line.append(described: third)
    line.append(terminator)
    line.send()
}

/// Writes the descriptions of four values and a line end.
public func print(
    _ first: some CustomStringConvertible, _ second: some CustomStringConvertible,
    _ third: some CustomStringConvertible, _ fourth: some CustomStringConvertible, separator: StaticString = " ",
    terminator: StaticString = "\n"
) {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: first)
    line.append(separator)
    line.append(described: second)
    line.append(separator)
    line.append(described: third)
    line.append(separator)
    line.append(described: fourth)
    line.append(terminator)
    line.send()
}

/// Writes the descriptions of five values and a line end.
public func print(
    _ first: some CustomStringConvertible, _ second: some CustomStringConvertible,
    _ third: some CustomStringConvertible, _ fourth: some CustomStringConvertible,
    _ fifth: some CustomStringConvertible, separator: StaticString = " ", terminator: StaticString = "\n"
) {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: first)
    line.append(separator)
    line.append(described: second)
    line.append(separator)
    line.append(described: third)
    line.append(separator)
    line.append(described: fourth)
    line.append(separator)
    line.append(described: fifth)
    line.append(terminator)
    line.send()
}

/// Writes the descriptions of six values and a line end.
public func print(
    _ first: some CustomStringConvertible, _ second: some CustomStringConvertible,
    _ third: some CustomStringConvertible, _ fourth: some CustomStringConvertible,
    _ fifth: some CustomStringConvertible, _ sixth: some CustomStringConvertible, separator: StaticString = " ",
    terminator: StaticString = "\n"
) {
    let line = ConsoleLine<StandardOutput>()
    line.append(described: first)
    line.append(separator)
    line.append(described: second)
    line.append(separator)
    line.append(described: third)
    line.append(separator)
    line.append(described: fourth)
    line.append(separator)
    line.append(described: fifth)
    line.append(separator)
    line.append(described: sixth)
    line.append(terminator)
    line.send()
}
