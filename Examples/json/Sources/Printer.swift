// From a value to text, a line for each element.

/// Writes a value into bytes.
struct Printer {
    private var text: [UInt8] = []
    private var depth = 0

    /// The value with four spaces a level, and a line end.
    static func print(_ value: JSON) -> [UInt8] {
        var printer = Printer()
        printer.write(value)
        printer.write("\n")
        return printer.text
    }

    private mutating func write(_ value: JSON) {
        switch value {
        case .null: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .number(let digits): text += digits
        case .string(let string): write(quoted: string)
        case .array(let elements):
            writeList("[", "]", count: elements.count) { $0.write(elements[$1]) }
        case .object(let members):
            writeList("{", "}", count: members.count) { printer, index in
                printer.write(quoted: members[index].name)
                printer.write(": ")
                printer.write(members[index].value)
            }
        }
    }

    private mutating func writeList(
        _ open: StaticString, _ close: StaticString, count: Int, _ element: (inout Printer, Int) -> Void
    ) {
        write(open)
        if count > 0 {
            depth += 1
            for index in 0..<count {
                if index > 0 { write(",") }
                breakLine()
                element(&self, index)
            }
            depth -= 1
            breakLine()
        }
        write(close)
    }

    private mutating func breakLine() {
        write("\n")
        for _ in 0..<depth { write("    ") }
    }

    /// Only what must be is written as an escape.
    private mutating func write(quoted string: [UInt8]) {
        write("\"")
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""): write("\\\"")
            case UInt8(ascii: "\\"): write("\\\\")
            case 0x08: write("\\b")
            case 0x09: write("\\t")
            case 0x0a: write("\\n")
            case 0x0c: write("\\f")
            case 0x0d: write("\\r")
            case ..<0x20:
                write(byte < 0x10 ? "\\u000" : "\\u001")
                let digit = byte & 0xf
                text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            default: text.append(byte)
            }
        }
        write("\"")
    }

    private mutating func write(_ literal: StaticString) {
        for index in 0..<literal.utf8CodeUnitCount { text.append(literal.utf8Start[index]) }
    }
}
