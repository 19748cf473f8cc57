// Interfaces as Swift for the hosts that answer them: functions with what they cost, constants, a protocol with a method for each
// function, and the code between the registers of a guest and these methods. Checked in like the headers.

/// A file of a target that is a host.
package struct HostDispatch: Equatable, Sendable {
    /// In the folder of the sources.
    package let path: String
    package let text: String

    /// The targets that answer interfaces, and how names of types begin there.
    private static let hosts = [
        "jam": (target: "PolkaJAM", prefix: "JAM"), "jam_test": (target: "PolkaJAM", prefix: "JAMTest"),
        "revive": (target: "PolkaRevive", prefix: "Revive"),
        "revive_test": (target: "PolkaRevive", prefix: "ReviveTest"),
    ]

    /// The files of all interfaces that there is a host for, the versions of one name together.
    package static func all(of interfaces: [HostInterface]) -> [HostDispatch] {
        Dictionary(grouping: interfaces, by: \.name).sorted { $0.key < $1.key }.compactMap { name, versions in
            guard let host = hosts[name] else { return nil }
            let versions = versions.sorted { ($0.version?.code ?? 0) < ($1.version?.code ?? 0) }
            let writer = DispatchWriter(prefix: host.prefix, versions: versions)
            return HostDispatch(path: "\(host.target)/\(host.prefix)Functions.swift", text: writer.text)
        }
    }
}

/// Writes the file of an interface, or of all its versions.
private struct DispatchWriter {
    let prefix: String
    /// The oldest first.
    let versions: [HostInterface]

    private var isVersioned: Bool { versions[0].version != nil }
    private var newest: HostInterface { versions[versions.count - 1] }

    /// Each function once, as its newest version has it, in the order of the oldest.
    private var functions: [HostFunction] {
        var names: [String] = []
        for function in versions.flatMap(\.functions) where !names.contains(function.name) {
            names.append(function.name)
        }
        return names.compactMap { name in versions.reversed().lazy.compactMap { $0.function(name) }.first }
    }

    var text: String {
        let files = versions.map { "Guest/hosts/\($0.fullName).json" }.joined(separator: ", ")
        var parts = [
            """
            // \(newest.summary)
            //
            // Generated from \(files) by `make headers`; changes belong there.

            // swift-format-ignore-file

            \(imports.joined(separator: "\n"))

            """
        ]
        if isVersioned { parts.append(versionType) }
        if !newest.entries.isEmpty { parts.append(entryType) }
        parts.append(functionType)
        parts += groupNames.map(constants)
        parts.append(protocolType)
        parts.append(dispatch)
        return parts.joined(separator: "\n")
    }

    /// What the file uses.
    private var imports: [String] {
        let hasGas = functions.contains { !$0.gas.isEmpty }
        let namesRegisters = functions.contains { $0.results.count > 1 }
        return (hasGas ? ["package import PolkaHost"] : []) + (namesRegisters ? ["import PolkaISA"] : [])
            + ["package import PolkaVM"]
    }

    // MARK: Versions and entries

    private func caseName(_ interface: HostInterface) -> String {
        interface.version.map { "v\($0.major)\($0.minor)\($0.patch)" } ?? ""
    }

    private var versionType: String {
        let cases = versions.map { "    case \(caseName($0)) = \"\($0.version.map { "\($0)" } ?? "")\"\n" }
        return """
            /// The versions of the interface.
            package enum \(prefix)Version: String, CaseIterable, Sendable {
            \(cases.joined())}

            """
    }

    private var entryType: String {
        let cases = newest.entries.map { entry in
            """
                /// \(entry.summary.sentence)
                case \(entry.name.camelCase.escaped) = "\(entry.name)"

            """
        }
        let offsets = newest.entries.compactMap { entry in
            entry.offset.map { "        case .\(entry.name.camelCase): \($0)\n" }
        }
        let offset =
            offsets.isEmpty
            ? ""
            : """

                /// Where in the code it is, in bytes.
                package var codeOffset: UInt32 {
                    switch self {
            \(offsets.joined())        }
                }

            """
        return """
            /// What the host calls.
            package enum \(prefix)Entry: String, CaseIterable, Sendable {
            \(cases.joined())\(offset)}

            """
    }

    // MARK: Functions

    private var functionType: String {
        let cases = functions.map { function in
            """
                /// \(function.summary.sentence)
                case \(function.name.camelCase.escaped)

            """
        }
        let changing = functions.filter(\.changesState)
        let changesState =
            changing.isEmpty
            ? ""
            : """

                /// Whether it is refused where state must not change.
                package var changesState: Bool {
                    switch self {
                    case \(changing.map { ".\($0.name.camelCase)" }.joined(separator: ", ")): true
                    default: false
                    }
                }

            """
        return """
            /// The functions of the host.
            package enum \(prefix)Function: UInt8, CaseIterable, Sendable {
            \(cases.joined())
                /// \(newest.functions[0].number == nil ? "The name by which programs import it." : "What it is called.")
                package var symbol: String {
                    switch self {
            \(functions.map { "        case .\($0.name.camelCase): \"\(newest.symbolPrefix)\($0.name)\"\n" }.joined())        }
                }
            \(changesState)\(isVersioned ? versionedFacts : "")\(gas)}

            """
    }

    /// Numbers and entries, which depend on the version.
    private var versionedFacts: String {
        let numbers = versions.map { interface in
            let known = interface.functions.compactMap { function in
                function.number.map { "            case .\(function.name.camelCase): \($0)\n" }
            }
            let rest = known.count == functions.count ? "" : "            default: nil\n"
            return
                "        case .\(caseName(interface)):\n            switch self {\n\(known.joined())\(rest)            }\n"
        }
        let entries = versions.map { interface in
            let known = interface.functions.map { function in
                let list = function.entries?.map { ".\($0.camelCase)" }.joined(separator: ", ")
                return
                    "            case .\(function.name.camelCase): \(list.map { "[\($0)].contains(entry)" } ?? "true")\n"
            }
            let rest = known.count == functions.count ? "" : "            default: false\n"
            return
                "        case .\(caseName(interface)):\n            switch self {\n\(known.joined())\(rest)            }\n"
        }
        return """

                /// The number by which programs call it, nil where there is no such function.
                package func number(in version: \(prefix)Version) -> UInt32? {
                    switch version {
            \(numbers.joined())        }
                }

                /// Whether it may be called in an entry.
                package func isAllowed(in entry: \(prefix)Entry, _ version: \(prefix)Version) -> Bool {
                    switch version {
            \(entries.joined())        }
                }

            """
    }

    private var gas: String {
        guard versions.contains(where: { $0.functions.contains { !$0.gas.isEmpty } }) else { return "" }
        if !isVersioned {
            return """

                    /// What a call costs, by case.
                    package var gas: [HostGasRule] { Self.rules[Int(rawValue)] }

                    private static let rules: [[HostGasRule]] = [
                \(rules(of: versions[0]))    ]

                """
        }
        let tables = versions.map { interface in
            "\n    private static let \(caseName(interface))Rules: [[HostGasRule]] = [\n\(rules(of: interface))    ]\n"
        }
        let choices = versions.map {
            "        case .\(caseName($0)): Self.\(caseName($0))Rules[Int(rawValue)]\n"
        }
        let unknown = versions.compactMap { interface in
            interface.unknownCall.map { "        case .\(caseName(interface)): \($0.gas)\n" }
        }
        let unknownCost =
            unknown.count < versions.count
            ? ""
            : """

                /// What a call costs to a function that there is not.
                package static func gasOfUnknown(in version: \(prefix)Version) -> UInt64 {
                    switch version {
            \(unknown.joined())        }
                }

            """
        return """

                /// What a call costs, by case; none where there is no such function.
                package func gas(in version: \(prefix)Version) -> [HostGasRule] {
                    switch version {
            \(choices.joined())        }
                }
            \(tables.joined())\(unknownCost)
            """
    }

    private func rules(of interface: HostInterface) -> String {
        functions.map { function in
            let rules = (interface.function(function.name)?.gas ?? []).map { cost in
                let terms = cost.terms.map { term in
                    let subject = term.subject.map { ", of: \"\($0)\"" } ?? ""
                    return ".init(\(range(term.cost)), per: \"\(term.unit)\"\(subject))"
                }
                let when = cost.when.map { "when: \"\($0)\", " } ?? ""
                return "HostGasRule(\(when)base: \(range(cost.base)), terms: [\(terms.joined(separator: ", "))])"
            }
            return "        [\(rules.joined(separator: ", "))],  // \(function.name)\n"
        }.joined()
    }

    private func range(_ cost: ClosedRange<UInt64>) -> String { "\(cost.lowerBound)...\(cost.upperBound)" }

    // MARK: Constants

    private var groupNames: [String] {
        var names: [String] = []
        for group in versions.flatMap(\.constants) where !names.contains(group.name) { names.append(group.name) }
        return names
    }

    private func constants(_ name: String) -> String {
        let groups = versions.compactMap { interface in interface.group(name).map { (interface, $0) } }
        let group = groups[groups.count - 1].1
        let type = group.kind.swiftType
        var values: [Constant] = []
        for constant in groups.flatMap({ $0.1.values }) where !values.contains(where: { $0.name == constant.name }) {
            values.append(constant)
        }
        switch group.form {
        case .codes:
            let cases = values.map { constant in
                """
                    /// \(constant.summary.sentence)
                    case \(constant.name.camelCase.escaped) = \(constant.value.literal)

                """
            }
            return """
                /// \(group.summary)
                package enum \(prefix)\(name.pascalCase)Code: \(type), CaseIterable, Sendable {
                \(cases.joined())}

                """
        case .flags:
            let flags = values.map { constant in
                """
                    /// \(constant.summary.sentence)
                    package static let \(constant.name.camelCase.escaped) = Self(rawValue: \(constant.value.literal))

                """
            }
            return """
                /// \(group.summary)
                package struct \(prefix)\(name.pascalCase)s: OptionSet, Sendable {
                    package let rawValue: \(type)
                    package init(rawValue: \(type)) { self.rawValue = rawValue }
                \(flags.joined())
                    /// All flags that there are.
                    package static let all: Self = [\(values.map { ".\($0.name.camelCase)" }.joined(separator: ", "))]
                }

                """
        case .limits:
            return """
                /// \(group.summary)
                package enum \(prefix)\(name == "limit" ? "" : name.pascalCase)Limits {
                \(values.map { limit($0, type, groups) }.joined())}

                """
        }
    }

    /// A limit; one that depends on the version is a function of it.
    private func limit(
        _ constant: Constant, _ type: String, _ groups: [(HostInterface, ConstantGroup)]
    ) -> String {
        let values = groups.map { interface, group in
            (interface, group.values.first { $0.name == constant.name }?.value)
        }
        let name = constant.name.camelCase.escaped
        let documentation = "    /// \(constant.summary.sentence)\n"
        if values.allSatisfy({ $0.1 == constant.value }) {
            return documentation + "    package static let \(name): \(type) = \(constant.value)\n"
        }
        let cases = values.map { interface, value in
            "        case .\(caseName(interface)): \(value.map { "\($0)" } ?? "nil")\n"
        }
        let optional = values.contains { $0.1 == nil } ? "?" : ""
        return documentation
            + "    package static func \(name)(in version: \(prefix)Version) -> \(type)\(optional) {\n"
            + "        switch version {\n\(cases.joined())        }\n    }\n"
    }

    // MARK: Methods

    private func method(_ function: HostFunction) -> String {
        let parameters = allParameters(of: function).map { parameter, isInAll in
            "\(parameter.name.camelCase): \(type(of: parameter))\(isInAll ? "" : "?")"
        }
        let list = (["_ context: HostContext"] + parameters).joined(separator: ", ")
        let result =
            switch function.results.count {
            case _ where function.neverReturns: " -> Never"
            case 0: ""
            case 1: " -> UInt64"
            default: " -> (UInt64, UInt64)"
            }
        return "func \(function.name.camelCase)(\(list)) throws\(result)"
    }

    /// The parameters of all versions of a function, halves of packed ones in their place, and whether all versions have them.
    private func allParameters(of function: HostFunction) -> [(Parameter, isInAll: Bool)] {
        let lists = versions.compactMap { $0.function(function.name)?.flatParameters }
        var result: [Parameter] = []
        for parameter in lists.joined() where !result.contains(where: { $0.name == parameter.name }) {
            result.append(parameter)
        }
        return result.map { parameter in
            (parameter, lists.allSatisfy { $0.contains { $0.name == parameter.name } })
        }
    }

    private func type(of parameter: Parameter) -> String {
        switch parameter.kind {
        case .integer(let integer): integer.kind.swiftType
        case .pointer: newest.pointerKind.swiftType
        case .packed: ""
        }
    }

    private var protocolType: String {
        let methods = functions.map { function in
            "    /// \(function.summary.sentence)\n    \(method(function))\n"
        }
        return """
            /// What answers the functions. Addresses are those of the guest's memory, which nobody has looked at yet.
            package protocol \(prefix)Functions {
                /// Called ahead of each function: takes its gas, or refuses it by throwing.
                func begin(_ function: \(prefix)Function, _ context: HostContext) throws
            \(methods.joined())}

            """
    }

    // MARK: Dispatch

    private var dispatch: String {
        let documentation =
            isVersioned
            ? "Offers all functions of a version by number; `host` tells who answers a guest."
            : "Offers all functions; `host` tells who answers a guest."
        let version = isVersioned ? "_ version: \(prefix)Version, " : ""
        return """
            extension \(prefix)Function {
                /// \(documentation)
                package static func define<Host: \(prefix)Functions>(
                    in linker: inout Linker, \(version)host: @escaping (HostContext) throws -> Host
                ) throws(LinkerError) {
            \(functions.map(definition).joined())    }
            }

            """
    }

    private func definition(_ function: HostFunction) -> String {
        let name = function.name.camelCase
        let arguments = allParameters(of: function).map { parameter, _ in
            "\(parameter.name.camelCase): \(value(of: parameter, of: function))"
        }
        let call = "try host.\(name)(\((["context"] + arguments).joined(separator: ", ")))"
        let body =
            switch function.results.count {
            case _ where function.neverReturns: call
            case 0: call
            case 1: "context.setResult(\(call))"
            default: "(context.instance[.a0], context.instance[.a1]) = \(call)"
            }
        let isNumbered = function.number != nil
        let key = isNumbered ? "number: number" : "\"\(newest.symbol(of: function))\""
        let lines =
            ["try linker.define(\(key)) { context in"]
            + ["let host = try host(context)", "try host.begin(.\(name), context)", body].map { "    " + $0 } + ["}"]
        // Where numbers depend on the version, it may lack the function.
        let whole =
            isNumbered
            ? ["if let number = Self.\(name).number(in: version) {"] + lines.map { "    " + $0 } + ["}"] : lines
        return whole.map { "        \($0)\n" }.joined()
    }

    /// Where an argument is found: the same in all versions, or a choice by version.
    private func value(of parameter: Parameter, of function: HostFunction) -> String {
        let values = versions.compactMap { interface in
            interface.function(function.name).map { (interface, register(of: parameter.name, in: $0)) }
        }
        let last = values[values.count - 1].1
        guard values.contains(where: { $0.1 != last }) else { return last }
        return values.dropLast().reversed().reduce(last) { rest, value in
            "version == .\(caseName(value.0)) ? \(value.1) : \(rest)"
        }
    }

    /// The expression for an argument of a function of one version, nil's name if it has no such parameter.
    private func register(of name: String, in function: HostFunction) -> String {
        for (index, parameter) in function.parameters.enumerated() {
            let argument = "context.argument(\(index))"
            if case .packed(let high, let low) = parameter.kind {
                if high.name == name { return "UInt32(truncatingIfNeeded: \(argument) >> 32)" }
                if low.name == name { return "UInt32(truncatingIfNeeded: \(argument))" }
            } else if parameter.name == name {
                let type = type(of: parameter)
                return type == "UInt64" ? argument : "\(type)(truncatingIfNeeded: \(argument))"
            }
        }
        return "nil"
    }
}

extension IntegerKind {
    fileprivate var swiftType: String {
        switch self {
        case .u8: "UInt8"
        case .u16: "UInt16"
        case .u32: "UInt32"
        case .u64, .size: "UInt64"
        }
    }
}

extension UInt64 {
    /// Small numbers in decimal, large ones in hexadecimal.
    fileprivate var literal: String { self < 1 << 20 ? "\(self)" : "0x" + String(self, radix: 16) }
}
