// A file of Guest/hosts to a HostInterface. Guest/hosts/README.md says what each key means; unknown keys are refused, since
// most of them are known ones with a typing error.

import PolkaJSON

extension HostInterface {
    /// Reads the JSON text of the file of that name.
    package init(parsing bytes: [UInt8], file: String) throws(InterfaceError) {
        let source = SourceText(file: file, bytes: bytes)
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw source.error(.syntax, at: error.offset, "", expected: error.expected, found: error.found)
        }
        try self.init(InterfaceNode(value: value, path: "", source: source))
    }

    private init(_ node: InterfaceNode) throws(InterfaceError) {
        let fields = try node.fields([
            "interface", "version", "target", "testing", "summary", "note", "prefix", "symbol_prefix", "presence",
            "no_pointer", "pointers", "entries", "error_codes", "unknown_call", "aborts", "constants", "records",
            "functions", "retired",
        ])
        name = try fields.name("interface")
        version = try fields["version"].map { node throws(InterfaceError) in
            guard let version = InterfaceVersion(try node.text()) else {
                throw node.error(.range, expected: "a version of three numbers below 100, as in \"0.7.2\"")
            }
            return version
        }
        target = try fields.name("target")
        isForTesting = try fields["testing"]?.boolean() ?? false
        summary = try fields.summary()
        note = try fields["note"]?.text()
        pointerKind = try fields["pointers"].map { node throws(InterfaceError) in try node.word() } ?? .u64
        prefix = try fields.name("prefix")
        symbolPrefix = try fields.required("symbol_prefix").name(orEmpty: true)
        presence = try fields["presence"].map { node throws(InterfaceError) in
            let macro = try node.text()
            guard !macro.isEmpty, macro.utf8.allSatisfy({ (0x41...0x5a).contains($0) || $0 == 0x5f }) else {
                throw node.error(.range, expected: "the name of a macro: capital letters and _")
            }
            return macro
        }
        entries = try fields.list("entries", EntryPoint.init)
        aborts = try fields.list("aborts", NamedText.init)
        retired = try fields.list("retired", NamedText.init)
        constants = try fields.list("constants", ConstantGroup.init)
        records = []
        functions = []
        errorGroup = try fields["error_codes"]?.name()
        noPointer = try fields["no_pointer"]?.name()
        unknownCall = try fields["unknown_call"].map { node throws(InterfaceError) in
            let fields = try node.fields(["result", "gas"])
            return UnknownCall(result: try fields.name("result"), gas: try fields.required("gas").integer())
        }
        try checkConstants(fields)
        for record in try fields["records"]?.elements() ?? [] { records.append(try Record(record, in: self)) }
        let functionNodes = try fields.required("functions").elements()
        for function in functionNodes { functions.append(try HostFunction(function, in: self)) }
        try checkNames(fields)
        try checkNumbers(functionNodes)
    }

    /// What refers to constants refers to ones that there are, and no two become the same word in C.
    private func checkConstants(_ fields: Fields) throws(InterfaceError) {
        var spellings: Set<String> = []
        for (group, node) in zip(constants, try fields["constants"]?.elements() ?? []) {
            for constant in group.values where !spellings.insert(group.prefix + constant.name).inserted {
                throw node.error(
                    .duplicate, expected: "constants of different names",
                    found: "'\(group.prefix)\(constant.name)' again", remedy: "give the group another prefix")
            }
        }
        if let errorGroup, group(errorGroup) == nil, let node = fields["error_codes"] {
            throw node.error(.reference, expected: Self.oneOf(constants.map(\.name), "the groups of constants"))
        }
        if let noPointer, constant(noPointer) == nil, let node = fields["no_pointer"] {
            throw node.error(.reference, expected: "the name of a constant")
        }
        if let unknownCall, constant(unknownCall.result) == nil, let node = fields["unknown_call"] {
            throw node.error(.reference, expected: "the name of a constant", found: "'\(unknownCall.result)'")
        }
    }

    private func checkNames(_ fields: Fields) throws(InterfaceError) {
        let lists = [
            ("entries", entries.map(\.name)), ("aborts", aborts.map(\.name)), ("constants", constants.map(\.name)),
            ("records", records.map(\.name)), ("functions", functions.map(\.name)), ("retired", retired.map(\.name)),
        ]
        for (key, names) in lists {
            for (index, name) in names.enumerated() where names[..<index].contains(name) {
                throw (try fields.required(key).elements())[index].error(
                    .duplicate, expected: "each name once in \(key)", found: "'\(name)' again")
            }
        }
    }

    /// Programs number either all of their imports or none.
    private func checkNumbers(_ nodes: [InterfaceNode]) throws(InterfaceError) {
        for (index, function) in functions.enumerated() {
            if let number = function.number, let other = functions[..<index].first(where: { $0.number == number }) {
                throw nodes[index].error(
                    .duplicate, expected: "a number of its own", found: "\(number), which '\(other.name)' has")
            }
            if (function.number == nil) != (functions[0].number == nil) {
                throw nodes[index].error(
                    .combination, expected: "numbers for all functions or for none",
                    found: "'\(function.name)' \(function.number == nil ? "without" : "with") one",
                    remedy: "programs number either all of their imports or none")
            }
        }
    }

    /// Words for "one of these".
    static func oneOf(_ names: [String], _ what: String) -> String {
        names.isEmpty ? "one of \(what), of which there are none" : "one of \(what): \(names.joined(separator: ", "))"
    }
}

extension NamedText {
    init(_ node: InterfaceNode) throws(InterfaceError) {
        let fields = try node.fields(["name", "summary"])
        self.init(name: try fields.name(), summary: try fields.summary())
    }
}

extension EntryPoint {
    init(_ node: InterfaceNode) throws(InterfaceError) {
        let fields = try node.fields(["name", "offset", "summary"])
        self.init(
            name: try fields.name(), offset: UInt32(try fields["offset"]?.integer(0...UInt64(UInt32.max)) ?? 0),
            summary: try fields.summary())
        if fields["offset"] == nil { offset = nil }
    }
}

extension ConstantGroup {
    init(_ node: InterfaceNode) throws(InterfaceError) {
        let fields = try node.fields(["name", "form", "kind", "prefix", "summary", "values"])
        let kind: IntegerKind = try fields.required("kind").word()
        self.init(
            name: try fields.name(), form: try fields.required("form").word(), kind: kind,
            prefix: try fields.required("prefix").name(orEmpty: true), summary: try fields.summary(),
            values: try fields.required("values").map { node throws(InterfaceError) in
                let fields = try node.fields(["name", "value", "summary"])
                return Constant(
                    name: try fields.name(), value: try fields.required("value").integer(0...kind.maximum),
                    summary: try fields.summary())
            })
        guard !values.isEmpty else {
            throw try fields.required("values").error(.combination, expected: "constants", found: "none")
        }
    }
}

extension Content {
    init(_ node: InterfaceNode, in interface: HostInterface) throws(InterfaceError) {
        let word = try node.text()
        if word == "bytes" {
            self = .bytes
        } else if let kind = ValueKind(rawValue: word) {
            self = .value(kind)
        } else if interface.record(word) != nil {
            self = .record(word)
        } else {
            let known = ["bytes"] + ValueKind.allCases.map(\.rawValue) + interface.records.map(\.name)
            throw node.error(.reference, expected: "one of \(known.joined(separator: ", "))")
        }
    }

    /// Of one element; one byte for bytes.
    func byteCount(in interface: HostInterface) -> Int {
        switch self {
        case .bytes: 1
        case .value(let kind): kind.byteCount
        case .record(let name): interface.record(name)?.byteCount ?? 0
        }
    }
}

extension Record {
    init(_ node: InterfaceNode, in interface: HostInterface) throws(InterfaceError) {
        let fields = try node.fields(["name", "bytes", "summary", "fields"])
        self.init(
            name: try fields.name(), byteCount: try fields.required("bytes").count(), summary: try fields.summary(),
            fields: try fields.required("fields").map { node throws(InterfaceError) in
                let fields = try node.fields(["name", "to", "count", "summary"])
                return Field(
                    name: try fields.name(), content: try Content(try fields.required("to"), in: interface),
                    count: try fields["count"]?.count() ?? 1, summary: try fields["summary"]?.text())
            })
        let sum = self.fields.reduce(0) { $0 + $1.content.byteCount(in: interface) * $1.count }
        guard sum == byteCount else {
            throw node.error(
                .combination, expected: "fields of \(byteCount) bytes, as 'bytes' says", found: "fields of \(sum) bytes"
            )
        }
    }
}
