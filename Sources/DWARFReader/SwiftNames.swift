// From the full text of a Swift symbol to the name that the source calls it by.
//
//     generic specialization <Swift.Int> of main.Stack.push(A) -> ()               Stack.push(_:)
//     closure #1 (Swift.Int) -> Swift.Bool in main.find(key: Swift.Int) -> ()      closure #1 in find(key:)
//     (extension in main):Swift.Array.total.getter : Swift.Int                     Array.total.getter
//
// Types of arguments and results go, as do modules, generic arguments and what the optimiser did. What has another form
// stays as it is.

enum SwiftName {
    /// The name to show for a symbol's text.
    static func readable(_ text: String) -> String {
        var parser = Parser(bytes: Array(text.utf8))
        return parser.run()
    }

    /// Words ahead of a name that say what the compiler did, or that do not matter; some are followed by a list.
    private static let prefixes = [
        "generic specialization ", "generic not re-abstracted specialization ", "generic partial specialization ",
        "generic not-reabstracted specialization ", "generic pre-specialization ",
        "function signature specialization ", "inlined generic function ", "partial apply forwarder for ",
        "curry thunk of ", "merged ", "static ", "dispatch thunk of ", "of ",
    ].map { Array($0.utf8) }

    private struct Parser {
        let bytes: [UInt8]
        private var position = 0
        private var out: [UInt8] = []

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func run() -> String {
            repeat {
                skipPrefixes()
                entity()
                // Then comes what it is in, or nothing.
            } while continueInside()
            return String(decoding: out.isEmpty ? bytes : out, as: UTF8.self)
        }

        private func starts(_ text: [UInt8], at position: Int) -> Bool {
            text.count <= bytes.count - position && bytes[position..<position + text.count].elementsEqual(text)
        }

        private func starts(_ text: StaticString, at position: Int) -> Bool {
            starts(Array(text.description.utf8), at: position)
        }

        private mutating func skipPrefixes() {
            while true {
                guard let prefix = SwiftName.prefixes.first(where: { starts($0, at: position) }) else { return }
                position += prefix.count
                if position < bytes.count, bytes[position] == UInt8(ascii: "<") {
                    position = end(ofGroupAt: position)
                    if position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
                }
            }
        }

        /// Behind the bracket that closes the one at a position.
        ///
        /// Only brackets of its kind count: those of other kinds are not always closed.
        private func end(ofGroupAt start: Int) -> Int {
            let open = bytes[start]
            let close =
                switch open {
                case UInt8(ascii: "("): UInt8(ascii: ")")
                case UInt8(ascii: "<"): UInt8(ascii: ">")
                default: UInt8(ascii: "]")
                }
            var depth = 0
            for index in start..<bytes.count {
                if bytes[index] == open {
                    depth += 1
                } else if bytes[index] == close, index == 0 || bytes[index - 1] != UInt8(ascii: "-") {
                    depth -= 1
                    if depth == 0 { return index + 1 }
                }
            }
            return bytes.count
        }

        /// A name with the names of what it belongs to, and its arguments.
        private mutating func entity() {
            skipExtension()
            let first = out.count
            var hasDroppedModule = false
            while position < bytes.count {
                let byte = bytes[position]
                switch byte {
                case UInt8(ascii: "."):
                    // The first of several names is that of the module.
                    if !hasDroppedModule {
                        hasDroppedModule = true
                        if isName(out[first...]) { out.removeLast(out.count - first) } else { out.append(byte) }
                    } else {
                        out.append(byte)
                    }
                    position += 1
                    if position < bytes.count, isOperator(bytes[position]) { operatorName() }
                case UInt8(ascii: "<"): position = end(ofGroupAt: position)
                case UInt8(ascii: "("):
                    guard let name = privateName() else {
                        labels()
                        return
                    }
                    out += name
                case UInt8(ascii: " "):
                    if starts(" : ", at: position) || starts(" -> ", at: position) || starts(" in ", at: position) {
                        return
                    }
                    // `closure #1 (Int) -> ()`: the arguments are behind a space.
                    if starts(" (", at: position) {
                        position += 1
                        if isClosure(out[first...]) {
                            position = end(ofGroupAt: position)
                            return
                        }
                    } else {
                        // More words come: a thunk, a witness. What is before them is no module.
                        hasDroppedModule = false
                        out.append(byte)
                        position += 1
                        let rest = position
                        skipExtension()
                        if rest == position { skipModule() }
                    }
                default:
                    out.append(byte)
                    position += 1
                }
            }
        }

        private mutating func skipExtension() {
            guard starts("(extension in ", at: position) else { return }
            position = end(ofGroupAt: position)
            if position < bytes.count, bytes[position] == UInt8(ascii: ":") { position += 1 }
        }

        /// Passes over the module of a qualified name behind a space.
        private mutating func skipModule() {
            var index = position
            while index < bytes.count, isIdentifier(bytes[index]) { index += 1 }
            if index < bytes.count, bytes[index] == UInt8(ascii: "."), index > position {
                position = index + 1
            }
        }

        private func isIdentifier(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }

        private func isName(_ name: ArraySlice<UInt8>) -> Bool { name.allSatisfy(isIdentifier) }

        private func isClosure(_ name: ArraySlice<UInt8>) -> Bool {
            name.starts(with: "closure #".utf8) || name.starts(with: "implicit closure #".utf8)
        }

        private func isOperator(_ byte: UInt8) -> Bool {
            "+-*/%<>=!&|^~?".utf8.contains(byte)
        }

        private mutating func operatorName() {
            while position < bytes.count, bytes[position] != UInt8(ascii: " "), bytes[position] != UInt8(ascii: "(") {
                out.append(bytes[position])
                position += 1
            }
            for kind in [" infix", " prefix", " postfix"] as [StaticString] where starts(kind, at: position) {
                position += kind.utf8CodeUnitCount
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "<") { position = end(ofGroupAt: position) }
        }

        /// The name in `(name in _1234)`, as private declarations are written.
        private mutating func privateName() -> ArraySlice<UInt8>? {
            let end = end(ofGroupAt: position)
            var index = position + 1
            while index < end, isIdentifier(bytes[index]) { index += 1 }
            guard index > position + 1, starts(" in _", at: index) else { return nil }
            let name = bytes[position + 1..<index]
            position = end
            return name
        }

        /// The arguments: only their labels stay.
        private mutating func labels() {
            let close = end(ofGroupAt: position)
            // `$defer #1 <A>()`: what was between them is gone.
            if out.last == UInt8(ascii: " ") { out.removeLast() }
            out.append(UInt8(ascii: "("))
            var index = position + 1
            while index < close - 1 {
                let start = index
                while index < close, isIdentifier(bytes[index]) { index += 1 }
                if index > start, starts(": ", at: index) {
                    out += bytes[start..<index]
                } else {
                    out.append(UInt8(ascii: "_"))
                }
                out.append(UInt8(ascii: ":"))
                // To the comma that is in no bracket.
                while index < close - 1, bytes[index] != UInt8(ascii: ",") {
                    switch bytes[index] {
                    case UInt8(ascii: "("), UInt8(ascii: "<"), UInt8(ascii: "["): index = end(ofGroupAt: index)
                    default: index += 1
                    }
                }
                index += 2
            }
            out.append(UInt8(ascii: ")"))
            position = close
        }

        /// Goes on behind the `in` that says what the name is in.
        private mutating func continueInside() -> Bool {
            while position < bytes.count {
                if starts(" in ", at: position) {
                    position += 4
                    out += " in ".utf8
                    return true
                }
                switch bytes[position] {
                case UInt8(ascii: "("), UInt8(ascii: "<"), UInt8(ascii: "["): position = end(ofGroupAt: position)
                default: position += 1
                }
            }
            return false
        }
    }
}
