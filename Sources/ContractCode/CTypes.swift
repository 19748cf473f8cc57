// The types that an interface uses, each with a name, in the order in which C must declare them; and the functions for them.

import PolkaABI

/// Collects types.
struct CTypes {
    let prefix: String
    /// Structs, arrays and fixed bytes in the order of their declaration, by their stems.
    private var compounds: [(stem: String, type: CType)] = []

    init(prefix: String) { self.prefix = prefix }

    /// What is declared for these types: structs, and the functions with names of their own.
    var names: [String] {
        var elements: Set<String> = []
        return compounds.flatMap { _, type -> [String] in
            var names: [String] = []
            if case .structure(let name, _, _) = type { names.append(name) }
            guard case .array(let element, _, _) = type else { return names }
            switch element {
            case .array, .structure:
                let stem = element.stem(prefix: prefix)
                if elements.insert(stem).inserted { names += ["\(prefix)_\(stem)_at", "\(prefix)_array_of_\(stem)"] }
            default: break
            }
            return names
        }
    }

    /// The members for parameters; what has no name is called by its number.
    mutating func members(_ parameters: [ABIParameter], in owner: String, unnamed: String) -> [CMember] {
        var names: Set<String> = []
        return parameters.enumerated().map { index, parameter in
            var name = CNames.local(parameter.name, or: parameters.count == 1 ? unnamed : "\(unnamed)\(index + 1)")
            // Nor a type of the contract, which a name would hide from the parameters behind it.
            if name.hasPrefix(prefix + "_") { name += "_value" }
            while !names.insert(name).inserted { name += "_\(index + 1)" }
            return CMember(name: name, type: type(parameter.type, parameter.internalType, hint: "\(owner)_\(name)"))
        }
    }

    private mutating func type(_ type: ABIType, _ internalType: String?, hint: String) -> CType {
        switch type {
        case .unsigned(let bits): return .unsigned(bits)
        case .signed(let bits): return .signed(bits)
        case .address: return .address
        case .boolean: return .boolean
        case .bytes, .string: return .bytes
        case .fixedBytes(let count): return remember(.fixedBytes(count))
        case .function: return remember(.fixedBytes(24))
        case .array(let element):
            return remember(.array(self.type(element, internalType, hint: hint), count: nil, type))
        case .fixedArray(let element, let count):
            return remember(.array(self.type(element, internalType, hint: hint), count: count, type))
        case .tuple(let parts):
            var stem = hint
            if let word = internalType?.prefix(while: { $0 != "[" }), word.hasPrefix("struct ") {
                stem = CNames.snake(String(word.dropFirst(7).split(separator: ".").last ?? ""))
            } else if let same = compounds.first(where: { $0.type.isStructure(of: type) }) {
                // A tuple without a name has the type of the first like it.
                return same.type
            }
            // Two structs of a name in different scopes are two types.
            while let (_, other) = compounds.first(where: { $0.stem == stem }) {
                guard case .structure(_, _, let known) = other, known != type else { break }
                stem += "_2"
            }
            let members = members(parts, in: stem, unnamed: "value")
            return remember(.structure(name: "\(prefix)_\(stem)", members: members, type))
        }
    }

    private mutating func remember(_ type: CType) -> CType {
        let stem = type.stem(prefix: prefix)
        if !compounds.contains(where: { $0.stem == stem }) { compounds.append((stem, type)) }
        return type
    }

    // MARK: Code

    /// The structs.
    var declarations: [String] {
        compounds.flatMap { _, type -> [String] in
            guard case .structure(let name, let members, let abi) = type else { return [] }
            return ["", "/// \(abi.declaration)", "typedef struct {"] + members.map { "    \($0.declaration);" } + [
                "} \(name);"
            ]
        }
    }

    /// What reads and writes values of these types, and gives elements.
    var functions: [String] {
        var elements: Set<String> = []
        return compounds.flatMap { stem, type -> [String] in
            var lines = functions(stem, type)
            if case .array(let element, _, _) = type, elements.insert(element.stem(prefix: prefix)).inserted {
                lines += accessor(element)
            }
            return lines
        }
    }

    private func functions(_ stem: String, _ type: CType) -> [String] {
        let name = type.spelling
        var lines = ["", "static inline \(name) \(prefix)_read_\(stem)_(pvm_data data, uint32_t place) {"]
        switch type {
        case .fixedBytes(let count):
            return lines + [
                "    \(name) value;", "    pvm_read_fixed(data, place, value.bytes, \(count));", "    return value;",
                "}",
            ]
        case .array(let element, let count, _):
            lines.append(
                count.map {
                    "    const pvm_array array = pvm_read_fixed_array(data, place, \($0), \(element.headByteCount));"
                } ?? "    const pvm_array array = pvm_read_array(data, place, \(element.headByteCount));")
            if let check = check(of: element) {
                lines += ["    for (uint32_t i = 0; i < array.count; i++)", "        (void)\(check);"]
            }
            lines += ["    return array;", "}"]
            if element.isDynamic { lines += writer(ofArray: stem, element, count) }
            return lines
        case .structure(_, let members, _):
            lines.append("    \(name) value;")
            var place = 0
            for member in members {
                let at = place == 0 ? "place" : "place + \(place)"
                lines.append("    value.\(member.name) = \(member.type.readHead("data", start: "place", at, prefix));")
                place += member.type.headByteCount
            }
            lines += [
                "    return value;", "}", "", "static inline void \(prefix)_write_\(stem)_(const \(name) *value) {",
            ]
            if type.isDynamic { lines.append("    const uint8_t *const start = pvm_write();") }
            lines += CType.write(
                members.map { ($0.type.argument(of: "value->\($0.name)"), $0.type) }, prefix, start: "start"
            ).map {
                "    " + $0
            }
            lines += ["}"]
            return lines
        default: return []
        }
    }

    /// What checks an element of an array, nil for words of which all are valid.
    private func check(of element: CType) -> String? {
        if case .unsigned(256) = element { return nil }
        if case .signed(256) = element { return nil }
        if case .fixedBytes(32) = element { return nil }
        return element.readHead(
            "pvm_array_data(array)", start: "0", "\(element.headByteCount) * i", prefix)
    }

    /// What gives an element of an array, if pvm_contract.h has nothing for it, and makes arrays of such elements.
    private func accessor(_ element: CType) -> [String] {
        let stem = element.stem(prefix: prefix)
        switch element {
        case .array, .structure: break
        default: return []
        }
        var lines = [
            "", "/// The element of that index; panics if there is none.",
            "static inline \(element.spelling) \(prefix)_\(stem)_at(pvm_array array, uint32_t index) {",
            "    const uint32_t place = pvm_element(array, index, \(element.headByteCount));",
            "    return \(element.readHead("pvm_array_data(array)", start: "0", "place", prefix));", "}",
        ]
        lines += [
            "", "/// An array of these elements.",
            "static inline pvm_array \(prefix)_array_of_\(stem)(const \(element.spelling) *elements, uint32_t count) {",
            "    const uint8_t *const start = pvm_write();",
        ]
        if element.isDynamic { lines.append("    uint8_t *const places = pvm_write_places(count);") }
        lines.append("    for (uint32_t i = 0; i < count; i++) {")
        if element.isDynamic { lines.append("        pvm_write_offset(places + 32 * i, start);") }
        lines += [
            "        \(element.write(element.argument(of: "elements[i]"), prefix))", "    }",
            "    return (pvm_array){start, (uint32_t)pvm_written(start).count, count};", "}",
        ]
        return lines
    }

    private func writer(ofArray stem: String, _ element: CType, _ count: Int?) -> [String] {
        let value =
            switch element {
            case .bytes: "pvm_element_bytes(array, i)"
            default:
                element.readHead("pvm_array_data(array)", start: "0", "pvm_element(array, i, 32)", prefix)
            }
        let length =
            count.map { ["    if (array.count != \($0))", "        pvm_panic(0x32);"] } ?? [
                "    pvm_write_uint(array.count);"
            ]
        return [
            "", "static inline void \(prefix)_write_\(stem)_(pvm_array array) {",
        ] + length + [
            "    const uint8_t *const start = pvm_write();",
            "    uint8_t *const places = pvm_write_places(array.count);",
            "    for (uint32_t i = 0; i < array.count; i++) {", "        pvm_write_offset(places + 32 * i, start);",
            "        const \(element.spelling) element = \(value);",
            "        \(element.write(element.argument(of: "element"), prefix))", "    }", "}",
        ]
    }
}
