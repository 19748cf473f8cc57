// Interfaces as Swift: the functions of the headers once more, with labels, optional pointers and typed constants, for the modules
// that guests in Swift import. One file for each interface; versions of an interface share one, in which the headers decide about
// numbers and values, and conditions about what only one version has.

/// A generated file of a guest's module.
package struct SwiftModule: Equatable, Sendable {
    /// The module, which is also the name of its folder.
    package let name: String
    package let fileName: String
    package let text: String

    /// The files of all interfaces that are modules of their own: a console comes with the module PVM.
    package static func all(of interfaces: [HostInterface]) -> [SwiftModule] {
        Dictionary(grouping: interfaces.filter { $0.presence == nil }, by: \.name).sorted { $0.key < $1.key }
            .map { SwiftModule(of: $1.sorted { ($0.version?.code ?? 0) < ($1.version?.code ?? 0) }) }
    }

    /// What the condition of a version is called in Swift, which has no numbers there.
    package static func condition(_ interface: HostInterface) -> String {
        "PVM_" + interface.fullName.uppercased().map { "-.".contains($0) ? "_" : String($0) }.joined()
    }

    private init(of versions: [HostInterface]) {
        let first = versions[0]
        name = first.name.split(separator: "_")
            .map { $0.count <= 3 ? $0.uppercased() : $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        fileName = "\(name)Functions.swift"
        let files =
            versions.count == 1 ? "Guest/hosts/\(first.fullName).json" : "the files Guest/hosts/\(first.name)-….json"
        var text = CText()
        for version in versions { text.comment(version.summary) }
        text.line("//")
        text.comment("Generated from \(files) by `make headers`; changes belong there.")
        text.line()
        text.line("// swift-format-ignore-file")
        text.line()
        text.line("@_exported import C\(name)")
        text.line()
        text.comment("What the host offers, as it is: functions, constants, limits.", mark: "///")
        text.line("public enum \(Self.namespace(of: first)) {}")
        Self.emitConstants(versions, to: &text)
        text.line()
        text.line("extension \(Self.namespace(of: first)) {")
        Self.merge(versions, \.functions, key: \.name, indent: "    ", to: &text) { $0.swiftText(of: $1) }
        text.line("}")
        if versions.contains(where: \.hasPacked) {
            text.line()
            for line in Self.helper(first) { text.line(line) }
        }
        self.text = text.text
    }

    /// The enum that has everything: `Host`, and for an interface beside another one's, a longer name.
    private static func namespace(of interface: HostInterface) -> String {
        let parts = interface.name.split(separator: "_").dropFirst()
        return parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Host"
    }

    private static func emitConstants(_ versions: [HostInterface], to text: inout CText) {
        let names = versions.flatMap(\.constants).map(\.name).uniqued
        for name in names {
            let groups = versions.compactMap { version in version.group(name).map { (version, $0) } }
            guard let (version, group) = groups.first else { continue }
            text.line()
            text.line("extension \(namespace(of: version)) {")
            text.comment(group.summary, mark: "    ///")
            text.line("    public enum \(swiftName(of: group)) {")
            let type = version.swiftType(of: group)
            merge(versions, { $0.group(name)?.values ?? [] }, key: \.name, indent: "        ", to: &text) {
                interface, constant in
                let macro = interface.macro(constant.name, in: group)
                let value = type == interface.cConstantType(of: group) ? macro : "\(type)(\(macro))"
                // `Service.self` is the type, however it is declared.
                let name = constant.name == "self" ? "itself" : constant.name.camelCase.escaped
                return Item(
                    documentation: [constant.summary.sentence],
                    lines: ["@inlinable public static var \(name): \(type) { \(value) }"])
            }
            text.line("    }")
            text.line("}")
        }
    }

    static func swiftName(of group: ConstantGroup) -> String {
        // Within an enum called Error nothing could name Swift's.
        let name = group.name.camelCase
        return name == "error" ? "ErrorCode" : name.prefix(1).uppercased() + name.dropFirst()
    }

    /// A declaration with what is said about it.
    struct Item: Equatable {
        var documentation: [String]
        var lines: [String]
    }

    /// Writes what versions have in common once, and the rest under the conditions of the versions.
    private static func merge<Element>(
        _ versions: [HostInterface], _ elements: (HostInterface) -> [Element], key: (Element) -> String, indent: String,
        to text: inout CText, _ item: (HostInterface, Element) -> Item
    ) {
        let names = versions.flatMap { elements($0).map(key) }.uniqued
        var isFirst = true
        for name in names {
            let found = versions.compactMap { version in
                elements(version).first { key($0) == name }.map { (version, item(version, $0)) }
            }
            guard let (_, last) = found.last else { continue }
            if !isFirst, last.lines.count > 1 { text.line() }
            isFirst = false
            if found.count == versions.count, found.allSatisfy({ $0.1.lines == last.lines }) {
                for line in common(found) { text.comment(line, mark: "\(indent)///", indent: line.hanging) }
                for line in last.lines { text.line(indent + line) }
                continue
            }
            for (version, item) in found {
                text.line("\(indent)#if \(condition(version))")
                for line in item.documentation { text.comment(line, mark: "\(indent)///", indent: line.hanging) }
                for line in item.lines { text.line(indent + line) }
                text.line("\(indent)#endif")
            }
        }
    }

    /// What is said about a declaration in all versions, and in some of them by name.
    private static func common(_ items: [(HostInterface, Item)]) -> [String] {
        var lines: [String] = []
        for (version, item) in items {
            for line in item.documentation where !lines.contains(line) {
                if items.allSatisfy({ $0.1.documentation.contains(line) }) {
                    lines.append(line)
                } else if let number = version.version {
                    lines.append("- In \(number): \(line.drop { $0 == "-" || $0 == " " })")
                }
            }
        }
        return lines
    }

    /// What makes a half of an argument of a pointer.
    private static func helper(_ interface: HostInterface) -> [String] {
        var lines = [
            "/// Two halves of 32 bits as one argument.",
            "@inlinable @inline(__always)",
            "func packed(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }",
            "",
            "/// A pointer as half of an argument.",
            "@inlinable @inline(__always)",
            "func half(_ pointer: UnsafeRawPointer) -> UInt32 { UInt32(truncatingIfNeeded: UInt(bitPattern: pointer)) }",
        ]
        if let name = interface.noPointer, let (group, constant) = interface.constant(name) {
            lines += [
                "",
                "/// A pointer or the mark of none as half of an argument.",
                "@inlinable @inline(__always)",
                "func halfOrNone(_ pointer: UnsafeRawPointer?) -> UInt32 {",
                "    if let pointer { half(pointer) } else { \(interface.macro(constant.name, in: group)) }",
                "}",
            ]
        }
        return lines
    }
}

extension HostInterface {
    fileprivate var hasPacked: Bool {
        functions.contains { $0.parameters.contains { if case .packed = $0.kind { true } else { false } } }
    }

    /// The type of a group's constants: errors are compared with whole registers, limits with counts.
    fileprivate func swiftType(of group: ConstantGroup) -> String {
        if group.form == .limits { return "Int" }
        if group.name == errorGroup { return "UInt64" }
        return group.kind.swiftType
    }

    /// The type that Swift gives to a group's macros, by their suffix.
    fileprivate func cConstantType(of group: ConstantGroup) -> String {
        group.kind == .u64 || group.kind == .size ? "UInt64" : "UInt32"
    }

    // MARK: Functions

    fileprivate func swiftText(of function: HostFunction) -> SwiftModule.Item {
        var parameters: [String] = []
        var arguments: [String] = []
        for parameter in function.parameters {
            if case .packed(let high, let low) = parameter.kind {
                parameters += [declaration(high), declaration(low)]
                arguments.append("packed(\(half(high)), \(half(low)))")
            } else {
                parameters.append(declaration(parameter))
                arguments.append(argument(parameter))
            }
        }
        let call = "\(prefix)\(function.name)(\(arguments.joined(separator: ", ")))"
        let result: String
        let body: [String]
        switch function.results.count {
        case _ where function.neverReturns:
            result = " -> Never"
            body = [call, "Swift.fatalError()"]
        case 0:
            result = ""
            body = [call]
        case 1:
            result = " -> UInt64"
            body = [call]
        default:
            let fields = function.results.map { ($0.name.camelCase, $0.name) }
            result = " -> (" + fields.map { "\($0.0): UInt64" }.joined(separator: ", ") + ")"
            body = [
                "let result = \(call)", "return (" + fields.map { "result.\($0.1)" }.joined(separator: ", ") + ")",
            ]
        }
        var text = CText()
        text.line("@inlinable @inline(__always)")
        text.list("public static func \(function.name.camelCase.escaped)", parameters, "\(result) {")
        for line in body { text.line("    " + line) }
        text.line("}")
        return SwiftModule.Item(documentation: documentation(of: function), lines: text.lines)
    }

    private func declaration(_ parameter: Parameter) -> String {
        switch parameter.kind {
        case .integer(let integer): "\(parameter.name.camelCase.escaped): \(integer.kind.swiftType)"
        case .pointer(let pointer): "\(parameter.name.camelCase.escaped): \(swiftType(of: pointer))"
        case .packed: parameter.name
        }
    }

    private func swiftType(of pointer: Pointer) -> String {
        let optional = pointer.isOptional ? "?" : ""
        let mutable = pointer.direction == .in ? "" : "Mutable"
        guard let element = element(of: pointer) else { return "Unsafe\(mutable)RawPointer\(optional)" }
        return "Unsafe\(mutable)Pointer<\(element)>\(optional)"
    }

    /// The type of what a pointer points to, nil for bytes of any kind.
    private func element(of pointer: Pointer) -> String? {
        switch pointer.content {
        case .value(.u16): "UInt16"
        case .value(.u32): "UInt32"
        case .value(.u64): "UInt64"
        case .record(let name): "\(prefix)\(name)"
        case .bytes, .value: nil
        }
    }

    /// The argument for the C function, whose arrays are typed.
    private func argument(_ parameter: Parameter) -> String {
        let name = parameter.name.camelCase.escaped
        guard case .pointer(let pointer) = parameter.kind, element(of: pointer) == nil, isArrayOfBytes(pointer) else {
            return name
        }
        return "\(name)\(pointer.isOptional ? "?" : "").assumingMemoryBound(to: UInt8.self)"
    }

    private func half(_ parameter: Parameter) -> String {
        let name = parameter.name.camelCase.escaped
        guard case .pointer(let pointer) = parameter.kind else { return name }
        return pointer.isOptional ? "halfOrNone(\(name))" : "half(\(name))"
    }

    private func documentation(of function: HostFunction) -> [String] {
        var lines = [function.summary.sentence]
        if let entries = function.entries { lines.append("Only for \(entries.joined(separator: ", ")).") }
        if function.changesState { lines.append("Changes state.") }
        if let note = function.note { lines.append(note) }
        for parameter in function.flatParameters {
            if let summary = parameter.summary {
                lines.append("- Parameter \(parameter.name.camelCase): \(summary.sentence)")
            }
        }
        if !function.results.isEmpty {
            lines.append("- Returns: \(function.results.map(\.summary).joined(separator: "; ").sentence)")
        }
        if !function.errors.isEmpty {
            let errors = function.errors.map { "`\($0.name.camelCase)`" + ($0.when.map { " (\($0))" } ?? "") }
            lines.append("- Errors: \(errors.joined(separator: ", ")).")
        }
        return lines
    }
}

extension IntegerKind {
    /// The type as a parameter.
    fileprivate var swiftType: String {
        switch self {
        case .u8: "UInt8"
        case .u16: "UInt16"
        case .u32: "UInt32"
        case .u64: "UInt64"
        case .size: "Int"
        }
    }
}

extension String {
    /// How far lines behind the first are indented: behind the mark of a list.
    fileprivate var hanging: String { hasPrefix("- ") ? "  " : "" }
}

extension [String] {
    /// Each element where it is first.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
