// The Swift runtime's own demangler; the only file here with unsafe code.
//
// A mangled name refers to its own earlier parts, and parts that do so twice can double the text with every few letters:
// a name of 120 letters can stand for 250 MB. So names with many such references are not demangled; those of honest
// programs that have as many are long lists of types, which nobody would read.

import CSwiftRuntime

struct SwiftDemangler {
    /// Text that may still be made; also honest names are counted, which are short.
    private var remaining = 1 << 26
    private static let mostReferences = 12
    private static let mostBytes = 2000

    /// Whether a symbol is a mangled name of Swift, embedded or not.
    static func isMangled(_ symbol: String) -> Bool {
        ["$s", "$e", "$S", "_$s", "_$e", "_$S"].contains { symbol.utf8.starts(with: $0.utf8) }
    }

    /// The full text of a mangled name, nil if it is none or too large.
    mutating func text(of symbol: String) -> String? {
        guard symbol.utf8.count <= Self.mostBytes, remaining > 0, Self.references(in: symbol) <= Self.mostReferences
        else { return nil }
        // SAFETY: the text is copied before it is freed; the runtime reads no more than the count of the name's bytes.
        let text = unsafe symbol.withCString { name -> String? in
            guard let text = unsafe swift_demangle(name, symbol.utf8.count, nil, nil, 0) else { return nil }
            let copy = unsafe String(cString: text)
            unsafe free(text)
            return copy
        }
        guard let text, text != symbol else { return nil }
        remaining -= text.utf8.count
        return text
    }

    /// How many references to earlier parts a mangled name can have at most.
    static func references(in symbol: String) -> Int {
        var scanner = ReferenceScanner(bytes: Array(symbol.utf8))
        return scanner.run()
    }
}

/// Walks through a mangled name from identifier to reference, without understanding what is between them.
private struct ReferenceScanner {
    let bytes: [UInt8]
    private var position = 0
    private var count = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private static func isLower(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
    private static func isUpper(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }

    mutating func run() -> Int {
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0"): identifierOfWords()
            case UInt8(ascii: "1")...UInt8(ascii: "9"): identifier(number())
            case UInt8(ascii: "A"): reference()
            default: position += 1
            }
        }
        return count
    }

    private mutating func number() -> Int {
        var value = 0
        while let digit = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit {
            value = min(1 << 20, value * 10 + Int(digit - UInt8(ascii: "0")))
            position += 1
        }
        return value
    }

    /// Passes over the letters of an identifier.
    private mutating func identifier(_ byteCount: Int) {
        let end = min(bytes.count, position + byteCount)
        // What looks like a length can be an index before an underscore, or a digit of an operator: then what follows
        // are operators, whose references count. In an identifier they do no harm.
        if byteCount < 10 || next == UInt8(ascii: "_") {
            count += bytes[position..<end].count { $0 == UInt8(ascii: "A") }
        }
        position = end
    }

    /// Passes over an identifier with words of earlier ones, which are letters between its own parts.
    private mutating func identifierOfWords() {
        position += 1
        if next == UInt8(ascii: "0") { position += 1 }
        var hasWords = true
        repeat {
            while hasWords, let letter = next, Self.isLower(letter) || Self.isUpper(letter) {
                position += 1
                if Self.isUpper(letter) { hasWords = false }
            }
            let byteCount = number()
            guard byteCount > 0 else { return }
            identifier(byteCount)
        } while hasWords && next != nil
    }

    /// Passes over one or more references: small letters and a last capital one, each after how often it is repeated.
    private mutating func reference() {
        position += 1
        while next != nil {
            let repeats = max(1, number())
            guard let letter = next else { return }
            count += repeats
            position += 1
            guard Self.isLower(letter) else { return }
        }
    }
}
