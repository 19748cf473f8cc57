// The functions of an interface's file.

import PolkaJSON

extension HostFunction {
    init(_ node: InterfaceNode, in interface: HostInterface) throws(InterfaceError) {
        let fields = try node.fields([
            "number", "name", "summary", "changes_state", "entries", "never_returns", "parameters", "results", "errors",
            "gas", "note",
        ])
        // The last number marks imports without one (Guest/README.md).
        number = try fields["number"].map { node throws(InterfaceError) in
            UInt32(try node.integer(0...UInt64(UInt32.max - 1)))
        }
        name = try fields.name()
        summary = try fields.summary()
        note = try fields["note"]?.text()
        changesState = try fields["changes_state"]?.boolean() ?? false
        neverReturns = try fields["never_returns"]?.boolean() ?? false
        entries = try fields["entries"]?.map { node throws(InterfaceError) in
            let entry = try node.name()
            guard interface.entries.contains(where: { $0.name == entry }) else {
                throw node.error(
                    .reference, expected: HostInterface.oneOf(interface.entries.map(\.name), "the entries"))
            }
            return entry
        }
        parameters = try fields.list("parameters") { node throws(InterfaceError) in
            try Parameter(node, in: interface, isHalf: false)
        }
        results = try fields.list("results") { node throws(InterfaceError) in try ResultValue(node, in: interface) }
        errors = try fields.list("errors") { node throws(InterfaceError) in try ErrorCase(node, in: interface) }
        gas = try fields.list("gas", GasCost.init)
        try check(fields)
    }

    private func check(_ fields: Fields) throws(InterfaceError) {
        guard parameters.count <= Self.maximumParameterCount else {
            throw try fields.required("parameters").error(
                .combination, expected: "at most \(Self.maximumParameterCount) parameters",
                found: "\(parameters.count)", remedy: "pack two of 32 bits into one")
        }
        guard results.count <= Self.maximumResultCount else {
            throw try fields.required("results").error(
                .combination, expected: "at most \(Self.maximumResultCount) results", found: "\(results.count)")
        }
        if results.isEmpty, !errors.isEmpty {
            throw try fields.required("errors").error(
                .combination, expected: "a result, which errors are returned in", found: "none")
        }
        if neverReturns, !results.isEmpty {
            throw try fields.required("results").error(
                .combination, expected: "no results of a function that never returns", found: "\(results.count)")
        }
        let flat = flatParameters
        for (index, parameter) in flat.enumerated() {
            let node = try fields.required("parameters")
            guard !flat[..<index].contains(where: { $0.name == parameter.name }) else {
                throw node.error(
                    .duplicate, expected: "parameters of different names", found: "'\(parameter.name)' again")
            }
            guard case .pointer(let pointer) = parameter.kind else { continue }
            switch pointer.extent {
            case .fixed: break
            case .counted(let name):
                guard case .integer? = flat.first(where: { $0.name == name })?.kind else {
                    throw node.error(
                        .reference,
                        expected: "a number among the parameters that counts what '\(parameter.name)' points to",
                        found: "'\(name)'")
                }
            case .capacity(let name):
                guard case .pointer(let capacity)? = flat.first(where: { $0.name == name })?.kind,
                    capacity.direction == .inout_, capacity.content == .value(.u32)
                else {
                    throw node.error(
                        .reference,
                        expected: "a pointer to u32, inout, that holds the capacity of '\(parameter.name)'",
                        found: "'\(name)'")
                }
            }
        }
    }
}

extension Parameter {
    /// Which parameter it is shows in `kind`.
    private enum Form: String, CaseIterable {
        case u8, u16, u32, u64, size, pointer, packed
    }

    init(_ node: InterfaceNode, in interface: HostInterface, isHalf: Bool) throws(InterfaceError) {
        // Every key of every form; the form itself says which of them it has.
        let all = try node.fields([
            "name", "kind", "summary", "values", "minimum", "maximum", "direction", "to", "bytes", "each", "length",
            "count", "capacity", "optional", "high", "low",
        ])
        let kindNode = try all.required("kind")
        switch try kindNode.word(Form.self) {
        case .pointer:
            let fields = try node.fields([
                "name", "kind", "summary", "direction", "to", "bytes", "each", "length", "count", "capacity",
                "optional",
            ])
            kind = .pointer(try Pointer(fields, in: interface))
        case .packed:
            let fields = try node.fields(["name", "kind", "summary", "high", "low"])
            guard !isHalf else { throw kindNode.error(.combination, expected: "a number or a pointer as a half") }
            kind = .packed(
                high: try Parameter(try fields.required("high"), in: interface, isHalf: true),
                low: try Parameter(try fields.required("low"), in: interface, isHalf: true))
        case .u8, .u16, .u32, .u64, .size:
            let fields = try node.fields(["name", "kind", "summary", "values", "minimum", "maximum"])
            let integer: IntegerKind = try kindNode.word()
            guard !isHalf || integer != .u64 else {
                throw kindNode.error(.combination, expected: "at most 32 bits in a half of a register")
            }
            let minimum = try fields["minimum"]?.integer(0...integer.maximum) ?? 0
            let maximum = try fields["maximum"]?.integer(minimum...integer.maximum) ?? integer.maximum
            kind = .integer(
                Integer(
                    kind: integer, group: try groupName(fields["values"], in: interface), minimum: minimum,
                    maximum: maximum))
        }
        name = try all.name()
        summary = try all["summary"]?.text()
    }
}

/// The name of a group of constants that there is.
private func groupName(
    _ node: InterfaceNode?, in interface: HostInterface
) throws(InterfaceError) -> String? {
    guard let node else { return nil }
    let name = try node.name()
    guard interface.group(name) != nil else {
        throw node.error(
            .reference, expected: HostInterface.oneOf(interface.constants.map(\.name), "the groups of constants"))
    }
    return name
}

extension Pointer {
    fileprivate init(_ fields: Fields, in interface: HostInterface) throws(InterfaceError) {
        let content = try Content(try fields.required("to"), in: interface)
        let each = try fields["each"]?.count()
        if let node = fields["each"], content != .bytes {
            throw node.error(.combination, expected: "'each' with bytes only", remedy: "a value has a size of its own")
        }
        let given = ["bytes", "length", "count", "capacity"].filter { fields[$0] != nil }
        guard given.count <= 1 else {
            throw fields.node.error(
                .combination, expected: "one of bytes, length, count and capacity",
                found: given.joined(separator: " and "))
        }
        let extent: Extent
        if let node = fields["bytes"] {
            extent = .fixed(try node.count())
        } else if let node = fields["length"] {
            extent = .counted(by: try node.name())
        } else if let node = fields["capacity"] {
            extent = .capacity(at: try node.name())
        } else if let node = fields["count"] {
            if case .string = node.value.content {
                extent = .counted(by: try node.name())
            } else {
                extent = .fixed(try node.count())
            }
        } else {
            extent = .fixed(1)
        }
        let isOfBytes = fields["bytes"] != nil || fields["length"] != nil || fields["capacity"] != nil
        let isSizeless = content == .bytes && each == nil
        guard isOfBytes == isSizeless else {
            throw fields.node.error(
                .combination,
                expected: isSizeless
                    ? "one of bytes, length and capacity for bytes"
                    : "count, or nothing, for what has a size of its own",
                found: given.first.map { "'\($0)'" } ?? "none")
        }
        let isOptional = try fields["optional"]?.boolean() ?? false
        if isOptional, interface.noPointer == nil {
            throw fields.node.error(
                .combination, expected: "an interface with 'no_pointer' for optional pointers", found: "none")
        }
        self.init(
            direction: try fields.required("direction").word(), content: content,
            byteCount: each ?? content.byteCount(in: interface), extent: extent, isOptional: isOptional)
    }
}

extension ResultValue {
    init(_ node: InterfaceNode, in interface: HostInterface) throws(InterfaceError) {
        let fields = try node.fields(["name", "kind", "values", "summary"])
        self.init(
            name: try fields.name(), kind: try fields.required("kind").word(),
            group: try groupName(fields["values"], in: interface), summary: try fields.summary())
    }
}

extension ErrorCase {
    init(_ node: InterfaceNode, in interface: HostInterface) throws(InterfaceError) {
        let fields = try node.fields(["name", "when"])
        name = try fields.name()
        when = try fields["when"]?.text()
        let known = interface.errorGroup.flatMap(interface.group)?.values.map(\.name) ?? []
        guard known.contains(name) else {
            throw try fields.required("name").error(.reference, expected: HostInterface.oneOf(known, "the error codes"))
        }
    }
}

extension GasCost {
    init(_ node: InterfaceNode) throws(InterfaceError) {
        let fields = try node.fields(["when", "base", "base_range", "terms"])
        when = try fields["when"]?.text()
        base = try Self.cost("base", fields)
        terms = try fields.list("terms") { node throws(InterfaceError) in
            let fields = try node.fields(["cost", "cost_range", "per", "of"])
            return Term(
                cost: try Self.cost("cost", fields), unit: try fields.required("per").text(),
                subject: try fields["of"]?.text())
        }
    }

    /// A number, or the lowest and the highest.
    private static func cost(_ key: String, _ fields: Fields) throws(InterfaceError) -> ClosedRange<UInt64> {
        guard let node = fields["\(key)_range"] else {
            let cost = try fields.required(key).integer()
            return cost...cost
        }
        let bounds = try node.map { node throws(InterfaceError) in try node.integer() }
        guard bounds.count == 2, bounds[0] <= bounds[1], fields[key] == nil else {
            throw node.error(.range, expected: "the lowest and the highest cost, without '\(key)' beside them")
        }
        return bounds[0]...bounds[1]
    }
}
