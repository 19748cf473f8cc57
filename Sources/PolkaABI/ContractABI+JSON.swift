// The interface of a contract as JSON, in the form that compilers of contracts write and libraries for callers read.

import PolkaJSON

extension ContractABI {
    /// Reads JSON: the array of declarations, or an object that has it under `abi`, as the files of build tools do.
    ///
    /// Keys that are not known are skipped. Errors tell line and column.
    public init(json text: String) throws(ABIError) {
        let reader = JSONReader(bytes: Array(text.utf8))
        for (entry, offset) in try reader.entries() { try add(entry, at: reader.place(offset)) }
        sort()
    }

    /// JSON that ethers, viem, web3 and others read: an array with a declaration on each line.
    public var json: String {
        var entries: [String] = []
        func entry(_ type: String, _ members: [(key: String, value: String)]) {
            entries.append(JSONText.object([("type", JSONText.quoted(type))] + members))
        }
        func list(_ parameters: [ABIParameter], indexed: Bool = false) -> String {
            JSONText.array(parameters.map { Self.json($0, indexed: indexed) })
        }
        func mutability(_ value: ABIMutability) -> (key: String, value: String) {
            ("stateMutability", JSONText.quoted(value.rawValue))
        }
        if let constructor {
            entry(
                "constructor",
                [("inputs", list(constructor.inputs)), mutability(constructor.isPayable ? .payable : .nonpayable)])
        }
        if let fallback { entry("fallback", [mutability(fallback)]) }
        if receivesValue { entry("receive", [mutability(.payable)]) }
        for function in functions {
            entry(
                "function",
                [
                    ("name", JSONText.quoted(function.name)), ("inputs", list(function.inputs)),
                    ("outputs", list(function.outputs)), mutability(function.mutability),
                ])
        }
        for event in events {
            entry(
                "event",
                [
                    ("name", JSONText.quoted(event.name)), ("inputs", list(event.inputs, indexed: true)),
                    ("anonymous", event.isAnonymous ? "true" : "false"),
                ])
        }
        for error in errors {
            entry("error", [("name", JSONText.quoted(error.name)), ("inputs", list(error.inputs))])
        }
        return entries.isEmpty ? "[]\n" : "[\n  " + entries.joined(separator: ",\n  ") + "\n]\n"
    }

    private static func json(_ parameter: ABIParameter, indexed: Bool) -> String {
        var suffix = ""
        var type = parameter.type
        while true {
            if case .array(let element) = type {
                suffix = "[]" + suffix
                type = element
            } else if case .fixedArray(let element, let count) = type {
                suffix = "[\(count)]" + suffix
                type = element
            } else {
                break
            }
        }
        var members = [(key: "name", value: JSONText.quoted(parameter.name))]
        if case .tuple(let parts) = type {
            members.append(("type", JSONText.quoted("tuple" + suffix)))
            members.append(("components", JSONText.array(parts.map { json($0, indexed: false) })))
        } else {
            members.append(("type", JSONText.quoted(type.name + suffix)))
        }
        if let internalType = parameter.internalType {
            members.append(("internalType", JSONText.quoted(internalType)))
        }
        if indexed { members.append(("indexed", parameter.isIndexed ? "true" : "false")) }
        return JSONText.object(members)
    }
}

/// Reads declarations out of JSON.
private struct JSONReader {
    let bytes: [UInt8]

    func place(_ offset: Int) -> ABIError.Place {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return .text(line: before.count { $0 == 0x0a } + 1, column: offset - lineStart + 1)
    }

    private func mismatch(_ value: JSONValue, _ expected: String, remedy: String? = nil) -> ABIError {
        ABIError(.syntax, place(value.offset), expected: expected, found: value.typeName, remedy: remedy)
    }

    func entries() throws(ABIError) -> [(ContractABI.Entry, Int)] {
        let root: JSONValue
        do {
            root = try JSONParser.parse(bytes)
        } catch {
            throw ABIError(.syntax, place(error.offset), expected: error.expected, found: error.found)
        }
        var list = root
        if case .object = root.content {
            guard let abi = member("abi", of: root) else { throw mismatch(root, "an object with the key 'abi'") }
            list = abi
        }
        guard case .array(let elements) = list.content else { throw mismatch(list, "an array of declarations") }
        var entries: [(ContractABI.Entry, Int)] = []
        for element in elements { entries.append((try entry(element), element.offset)) }
        return entries
    }

    private func member(_ key: String, of object: JSONValue) -> JSONValue? {
        guard case .object(let members) = object.content else { return nil }
        return members.first { $0.key == key }?.value
    }

    private func text(_ key: String, of object: JSONValue) throws(ABIError) -> String? {
        guard let value = member(key, of: object) else { return nil }
        guard case .string(let text) = value.content else { throw mismatch(value, "a text") }
        return text
    }

    private func flag(_ key: String, of object: JSONValue) throws(ABIError) -> Bool {
        guard let value = member(key, of: object) else { return false }
        guard case .boolean(let flag) = value.content else { throw mismatch(value, "true or false") }
        return flag
    }

    private func name(of object: JSONValue) throws(ABIError) -> String {
        guard let name = try text("name", of: object) else { throw mismatch(object, "an object with a 'name'") }
        let isIdentifier = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case 0x41...0x5a, 0x61...0x7a, 0x5f, 0x24: true
            case 0x30...0x39: index > 0
            default: false
            }
        }
        guard isIdentifier else { throw mismatch(member("name", of: object) ?? object, "a name of letters and digits") }
        return name
    }

    private func mutability(of object: JSONValue) throws(ABIError) -> ABIMutability {
        if let text = try text("stateMutability", of: object) {
            guard let value = ABIMutability(rawValue: text) else {
                throw mismatch(
                    member("stateMutability", of: object) ?? object,
                    "one of \(ABIMutability.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }
        // As it was before 2018.
        if try flag("constant", of: object) { return .view }
        return try flag("payable", of: object) ? .payable : .nonpayable
    }

    private func entry(_ value: JSONValue) throws(ABIError) -> ContractABI.Entry {
        guard case .object = value.content else { throw mismatch(value, "a declaration, an object") }
        let type = try text("type", of: value) ?? "function"
        switch type {
        case "constructor":
            return .constructor(
                ABIConstructor(
                    inputs: try parameters("inputs", of: value), isPayable: try mutability(of: value) == .payable))
        case "function":
            return .function(
                ABIFunction(
                    try name(of: value), inputs: try parameters("inputs", of: value),
                    outputs: try parameters("outputs", of: value), mutability: try mutability(of: value)))
        case "event":
            return .event(
                ABIEvent(
                    try name(of: value), inputs: try parameters("inputs", of: value),
                    isAnonymous: try flag("anonymous", of: value)))
        case "error": return .error(ABICustomError(try name(of: value), inputs: try parameters("inputs", of: value)))
        case "fallback": return .fallback(try mutability(of: value))
        case "receive": return .receive
        default:
            throw mismatch(
                member("type", of: value) ?? value, "one of constructor, function, event, error, fallback, receive")
        }
    }

    private func parameters(_ key: String, of object: JSONValue, depth: Int = 0) throws(ABIError) -> [ABIParameter] {
        guard let value = member(key, of: object) else { return [] }
        guard case .array(let elements) = value.content else { throw mismatch(value, "an array of parameters") }
        guard depth < ABIType.maximumDepth else {
            throw mismatch(value, "at most \(ABIType.maximumDepth) types in each other")
        }
        var parameters: [ABIParameter] = []
        for element in elements {
            guard case .object = element.content else { throw mismatch(element, "a parameter, an object") }
            let type = try type(of: element, depth: depth)
            if let problem = type.problem {
                throw ABIError(
                    problem.kind, place(element.offset), expected: problem.expected, found: problem.found,
                    remedy: problem.remedy)
            }
            guard type.depth <= ABIType.maximumDepth else {
                throw mismatch(element, "at most \(ABIType.maximumDepth) types in each other")
            }
            let name =
                member("name", of: element).map {
                    if case .null = $0.content { true } else { false }
                } == false ? try text("name", of: element) ?? "" : ""
            parameters.append(
                ABIParameter(
                    name, type, isIndexed: try flag("indexed", of: element),
                    internalType: try text("internalType", of: element)))
        }
        return parameters
    }

    private func type(of parameter: JSONValue, depth: Int) throws(ABIError) -> ABIType {
        guard let text = try text("type", of: parameter) else { throw mismatch(parameter, "a parameter with a 'type'") }
        let base = text.prefix { $0 != "[" }
        var type: ABIType
        if base == "tuple" {
            type = .tuple(try parameters("components", of: parameter, depth: depth + 1))
        } else if let word = ABIType(word: base) {
            type = word
        } else {
            throw ABIError(
                .type, place(parameter.offset), expected: "a type of the contract ABI", found: "'\(text)'")
        }
        var rest = text[base.endIndex...]
        while !rest.isEmpty {
            let digits = rest.dropFirst().prefix { $0 != "]" }
            guard rest.first == "[", digits.endIndex < rest.endIndex, digits.isEmpty || digits.first?.isNumber == true,
                digits.utf8.count < 10, let count = digits.isEmpty ? 0 : Int(digits), digits.isEmpty || count > 0
            else {
                throw ABIError(
                    .type, place(parameter.offset), expected: "a type of the contract ABI", found: "'\(text)'")
            }
            type = digits.isEmpty ? .array(type) : .fixedArray(type, count: count)
            if let problem = type.problem {
                throw ABIError(
                    problem.kind, place(parameter.offset), expected: problem.expected, found: problem.found)
            }
            guard type.depth <= ABIType.maximumDepth else {
                throw mismatch(parameter, "at most \(ABIType.maximumDepth) types in each other")
            }
            rest = rest[rest.index(after: digits.endIndex)...]
        }
        return type
    }
}
