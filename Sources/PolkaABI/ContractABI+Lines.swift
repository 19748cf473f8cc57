// Declarations for people, one a line, as Solidity spells them:
//
//     constructor(uint256 supply)
//     function transfer(address to, uint256 amount) returns (bool)
//     function order(uint256 id) view returns ((address maker, uint256 amount) order)
//     event Transfer(address indexed from, address indexed to, uint256 value)
//     error Insufficient(uint256 have)
//     struct Order { address maker; uint256 amount; }
//
// Line breaks within parentheses and braces, a `;` at the end, comments and words such as `external` are allowed and mean nothing.

extension ContractABI {
    /// Reads declarations; in text from a program's sections zeros may stand between them.
    public init(lines text: String) throws(ABIError) {
        self = try DeclarationReader.read(text).abi
    }
}

/// What a text of declarations says.
package struct ABIDeclarations: Sendable {
    /// The declarations, sorted.
    package fileprivate(set) var abi = ContractABI()
    /// `contract NAME` or `interface NAME` at the beginning, if the text has it.
    package fileprivate(set) var heading: (isInterface: Bool, name: String)?
    /// The functions, events and errors in the order of the text, by signature.
    package fileprivate(set) var order: [String] = []
    /// Where they are, by signature.
    package fileprivate(set) var places: [String: ABIError.Place] = [:]
    /// The structs in the order of the text.
    package fileprivate(set) var structs: [(name: String, parts: [ABIParameter])] = []

    /// Reads declarations.
    package init(_ text: String) throws(ABIError) { self = try DeclarationReader.read(text) }

    fileprivate init() {}
}

extension ABIType {
    /// Reads a type, as `uint256` or `(address maker, uint256 amount)[]`.
    public init(_ text: String) throws(ABIError) {
        var reader = try DeclarationReader(text)
        self = try reader.parameter(.none).type
        try reader.expectEnd()
    }
}

/// A word, number or mark of a text.
private struct Token {
    enum Content: Equatable {
        case word(String), mark(Character), newline, end
    }

    let content: Content
    let place: ABIError.Place

    var text: String {
        switch content {
        case .word(let word): "'\(word)'"
        case .mark(let mark): "'\(mark)'"
        case .newline: "the end of the line"
        case .end: "the end of the text"
        }
    }
}

/// Takes a text apart.
private struct Tokens {
    private var tokens: [Token] = []

    init(_ text: String) throws(ABIError) {
        var line = 1, lineStart = 0, index = 0
        let bytes = Array(text.utf8)
        func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x24: true
            default: false
            }
        }
        while index < bytes.count {
            let byte = bytes[index]
            let place = ABIError.Place.text(line: line, column: index - lineStart + 1)
            switch byte {
            case 0x0a:
                tokens.append(Token(content: .newline, place: place))
                index += 1
                (line, lineStart) = (line + 1, index)
            case 0x00, 0x09, 0x0d, 0x20: index += 1
            case 0x2f where index + 1 < bytes.count && bytes[index + 1] == 0x2f:
                while index < bytes.count, bytes[index] != 0x0a { index += 1 }
            case 0x28, 0x29, 0x2c, 0x3b, 0x5b, 0x5d, 0x7b, 0x7d:
                tokens.append(Token(content: .mark(Character(UnicodeScalar(byte))), place: place))
                index += 1
            case _ where isWord(byte):
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                tokens.append(
                    Token(content: .word(String(decoding: bytes[start..<index], as: UTF8.self)), place: place))
            default:
                let found =
                    (0x21...0x7e).contains(byte)
                    ? "'\(Character(UnicodeScalar(byte)))'" : "the byte 0x\(String(byte, radix: 16))"
                throw ABIError(.syntax, place, expected: "a declaration", found: found)
            }
        }
        let end = ABIError.Place.text(line: line, column: index - lineStart + 1)
        tokens.append(Token(content: .end, place: end))
    }

    subscript(index: Int) -> Token { tokens[min(index, tokens.count - 1)] }
}

/// Reads declarations.
private struct DeclarationReader {
    private let tokens: Tokens
    private var position = 0
    /// How many parentheses and braces are open: in them a line's end means nothing.
    private var open = 0
    private var structs: [String: ABIType] = [:]
    private var result = ABIDeclarations()

    init(_ text: String) throws(ABIError) { tokens = try Tokens(text) }

    static func read(_ text: String) throws(ABIError) -> ABIDeclarations {
        var reader = try DeclarationReader(text)
        while reader.next.content != .end {
            if reader.takeIf(";") || reader.takeNewline() { continue }
            try reader.declaration()
        }
        reader.result.abi.sort()
        return reader.result
    }

    // MARK: Tokens

    private var next: Token {
        mutating get {
            if open > 0 {
                while tokens[position].content == .newline { position += 1 }
            }
            return tokens[position]
        }
    }

    private mutating func mismatch(_ expected: String, remedy: String? = nil) -> ABIError {
        ABIError(.syntax, next.place, expected: expected, found: next.text, remedy: remedy)
    }

    private mutating func takeIf(_ mark: Character) -> Bool {
        guard next.content == .mark(mark) else { return false }
        position += 1
        return true
    }

    private mutating func takeNewline() -> Bool {
        guard next.content == .newline else { return false }
        position += 1
        return true
    }

    private mutating func takeWord() -> String? {
        guard case .word(let word) = next.content else { return nil }
        position += 1
        return word
    }

    /// Takes `returns`, which may stand on a line of its own.
    private mutating func takeReturns() -> Bool {
        var end = position
        while tokens[end].content == .newline { end += 1 }
        guard tokens[end].content == .word("returns") else { return false }
        position = end + 1
        return true
    }

    private mutating func takeIf(word: String) -> Bool {
        guard next.content == .word(word) else { return false }
        position += 1
        return true
    }

    private mutating func opened(_ mark: Character, _ expected: String) throws(ABIError) {
        guard takeIf(mark) else { throw mismatch(expected) }
        open += 1
    }

    private mutating func closed(_ mark: Character, _ expected: String) throws(ABIError) {
        guard takeIf(mark) else { throw mismatch(expected) }
        open -= 1
    }

    private mutating func name(_ what: String) throws(ABIError) -> String {
        let place = next.place
        guard let word = takeWord() else { throw mismatch(what) }
        if let first = word.utf8.first, (0x30...0x39).contains(first) {
            throw ABIError(.syntax, place, expected: what, found: "'\(word)'", remedy: "names begin with a letter")
        }
        return word
    }

    mutating func expectEnd() throws(ABIError) {
        while takeNewline() {}
        guard next.content == .end else { throw mismatch("the end of the text") }
    }

    // MARK: Declarations

    private mutating func declaration() throws(ABIError) {
        let place = next.place
        guard let word = takeWord() else { throw mismatch("a declaration", remedy: Self.help) }
        switch word {
        case "contract", "interface":
            guard result.heading == nil, result.order.isEmpty else {
                throw ABIError(
                    .syntax, place, expected: "'\(word)' once, above all declarations", found: "it here",
                    remedy: "a file for each contract")
            }
            result.heading = (word == "interface", try name("the contract's name"))
        case "constructor":
            let inputs = try parameters()
            let mutability = try modifiers()
            try add(.constructor(ABIConstructor(inputs: inputs, isPayable: mutability == .payable)), "", place)
        case "function":
            let name = try name("the function's name")
            let inputs = try parameters()
            let mutability = try modifiers()
            let outputs = takeReturns() ? try parameters() : []
            let function = ABIFunction(name, inputs: inputs, outputs: outputs, mutability: mutability)
            try add(.function(function), function.signature, place)
        case "event":
            let name = try name("the event's name")
            let inputs = try parameters(indexed: true)
            let event = ABIEvent(name, inputs: inputs, isAnonymous: takeIf(word: "anonymous"))
            guard event.topicCount <= 4 else {
                throw ABIError(
                    .syntax, place, expected: "at most \(event.isAnonymous ? 4 : 3) indexed parameters",
                    found: "\(inputs.count { $0.isIndexed })")
            }
            try add(.event(event), event.signature, place)
        case "error":
            let error = ABICustomError(try name("the error's name"), inputs: try parameters())
            try add(.error(error), error.signature, place)
        case "struct": try structure()
        case "fallback":
            _ = try parameters()
            try add(.fallback(try modifiers()), "", place)
        case "receive":
            _ = try parameters()
            _ = try modifiers()
            try add(.receive, "", place)
        default:
            throw ABIError(.syntax, place, expected: "a declaration", found: "'\(word)'", remedy: Self.help)
        }
        guard takeIf(";") || takeNewline() || next.content == .end else { throw mismatch("the end of the declaration") }
    }

    private static let help = "it begins with function, event, error, constructor, struct, fallback or receive"

    private mutating func add(
        _ entry: ContractABI.Entry, _ signature: String, _ place: ABIError.Place
    ) throws(ABIError) {
        try result.abi.add(entry, at: place)
        guard !signature.isEmpty, result.places[signature] == nil else { return }
        result.order.append(signature)
        result.places[signature] = place
    }

    private mutating func structure() throws(ABIError) {
        let place = next.place
        let name = try name("the struct's name")
        guard structs[name] == nil, ABIType(word: name) == nil else {
            throw ABIError(.duplicate, place, expected: "a new name", found: "'\(name)'")
        }
        try opened("{", "'{'")
        var parts: [ABIParameter] = []
        while next.content != .mark("}") {
            let part = try parameter(.none)
            guard !part.name.isEmpty else { throw mismatch("the part's name") }
            parts.append(part)
            guard takeIf(";") else { throw mismatch("';' behind the part") }
        }
        try closed("}", "'}'")
        let type = ABIType.tuple(parts)
        try check(type, place)
        structs[name] = type
        result.structs.append((name, parts))
    }

    private mutating func modifiers() throws(ABIError) -> ABIMutability {
        var mutability = ABIMutability.nonpayable
        while case .word(let word) = next.content, word != "returns" {
            if let known = ABIMutability(rawValue: word) {
                mutability = known
            } else if !["external", "public", "virtual", "override"].contains(word) {
                throw mismatch("one of view, pure, payable, returns, or the end of the declaration")
            }
            position += 1
        }
        return mutability
    }

    // MARK: Parameters

    private mutating func parameters(indexed: Bool = false) throws(ABIError) -> [ABIParameter] {
        try opened("(", "'('")
        let list = try list(indexed ? .event : .function, depth: 0)
        try closed(")", "',' or ')'")
        return list
    }

    enum Use { case event, function, none }

    private mutating func list(_ use: Use, depth: Int) throws(ABIError) -> [ABIParameter] {
        var parameters: [ABIParameter] = []
        if next.content == .mark(")") { return parameters }
        repeat {
            let place = next.place
            let parameter = try parameter(use, depth: depth)
            if !parameter.name.isEmpty, parameters.contains(where: { $0.name == parameter.name }) {
                throw ABIError(.duplicate, place, expected: "names that differ", found: "'\(parameter.name)' again")
            }
            parameters.append(parameter)
        } while takeIf(",")
        return parameters
    }

    mutating func parameter(_ use: Use, depth: Int = 0) throws(ABIError) -> ABIParameter {
        let place = next.place
        guard depth < ABIType.maximumDepth else {
            throw ABIError(.type, place, expected: "at most \(ABIType.maximumDepth) types in each other", found: "more")
        }
        var type: ABIType
        var internalType: String?
        if next.content == .mark("(") || next.content == .word("tuple") {
            _ = takeIf(word: "tuple")
            try opened("(", "'(' and the tuple's parts")
            type = .tuple(try list(.none, depth: depth + 1))
            try closed(")", "',' or ')'")
        } else {
            guard let word = takeWord() else { throw mismatch("a type") }
            if let known = ABIType(word: word) {
                type = known
                if type == .address { _ = takeIf(word: "payable") }
            } else if let structure = structs[word] {
                type = structure
                internalType = "struct \(word)"
            } else {
                throw ABIError(
                    .type, place, expected: "a type of the contract ABI", found: "'\(word)'",
                    remedy:
                        "there are uint8 to uint256, int8 to int256, address, bool, bytes1 to bytes32, bytes, string, arrays"
                        + ", tuples and structs declared above")
            }
        }
        while takeIf("[") {
            if takeIf("]") {
                type = .array(type)
                internalType = internalType.map { "\($0)[]" }
                continue
            }
            guard case .word(let digits) = next.content, digits.utf8.count < 10, let count = Int(digits), count > 0
            else {
                throw mismatch("']' or the number of elements")
            }
            position += 1
            guard takeIf("]") else { throw mismatch("']'") }
            type = .fixedArray(type, count: count)
            internalType = internalType.map { "\($0)[\(count)]" }
            try check(type, place)
        }
        try check(type, place)
        var isIndexed = false
        while case .word(let word) = next.content, ["memory", "calldata", "storage", "indexed"].contains(word) {
            if word == "indexed" {
                guard use == .event else { throw mismatch("a name", remedy: "only an event's parameters are indexed") }
                isIndexed = true
            }
            position += 1
        }
        var name = ""
        if case .word(let word) = next.content {
            if ABIType(word: word) != nil { throw mismatch("',', ')' or a name") }
            name = try self.name("a name")
        }
        return ABIParameter(name, type, isIndexed: isIndexed, internalType: internalType)
    }

    private func check(_ type: ABIType, _ place: ABIError.Place) throws(ABIError) {
        if let problem = type.problem {
            throw ABIError(
                problem.kind, place, expected: problem.expected, found: problem.found, remedy: problem.remedy)
        }
        guard type.depth <= ABIType.maximumDepth else {
            throw ABIError(.type, place, expected: "at most \(ABIType.maximumDepth) types in each other", found: "more")
        }
    }
}
