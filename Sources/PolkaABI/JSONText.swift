// JSON as text: values on one line, and files as people read them.

/// JSON that is written.
///
/// A value of it is a file as people read it, a member a line; what needs no lines is made by the static functions.
package struct JSONText {
    /// A text in quotes.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// An object on one line.
    package static func object(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\(quoted($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// An array on one line.
    package static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ", ") + "]" }

    // MARK: Lines

    /// What was written.
    package private(set) var text = ""
    private var depth = 0
    private var isFirst = true

    /// Nothing yet.
    package init() {}

    private mutating func newLine() {
        if depth > 0 { text += (isFirst ? "" : ",") + "\n" + String(repeating: "  ", count: depth) }
        isFirst = false
    }

    /// Writes an element that is JSON already.
    package mutating func element(_ value: String) {
        newLine()
        text += value
    }

    /// Writes a member whose value is JSON already.
    package mutating func member(_ key: String, _ value: String) { element("\(Self.quoted(key)): \(value)") }

    /// Begins an object or an array.
    package mutating func open(_ bracket: String, key: String? = nil) {
        if let key { member(key, bracket) } else { element(bracket) }
        depth += 1
        isFirst = true
    }

    /// Ends it.
    package mutating func close(_ bracket: String) {
        depth -= 1
        text += (isFirst ? "" : "\n" + String(repeating: "  ", count: depth)) + bracket + (depth == 0 ? "\n" : "")
        isFirst = false
    }
}
