// Interfaces as C headers over the macros of pvm.h: what guests include to call their host.
//
// One header for each interface; one for each name that has versions, which chooses by a macro; and one that chooses by the
// target. They are checked in, so they must come out the same byte for byte and read as if somebody had written them.

/// A header file.
package struct CHeader: Equatable, Sendable {
    package let name: String
    package let text: String

    /// The headers of all interfaces, and those that choose among them.
    package static func all(of interfaces: [HostInterface]) -> [CHeader] {
        let interfaces = interfaces.sorted { ($0.name, $0.version?.code ?? 0) < ($1.name, $1.version?.code ?? 0) }
        let versioned = Dictionary(grouping: interfaces.filter { $0.version != nil }, by: \.name)
        return interfaces.map { $0.header }
            + versioned.sorted { $0.key < $1.key }.map { choice(of: $0.key, $0.value) }
            + [host(interfaces)]
    }

    /// The line that every generated file has.
    private static func origin(_ what: String) -> String {
        "Generated from \(what) by `make headers`; changes belong there."
    }

    // MARK: Headers that choose

    /// The header of a name that has versions.
    private static func choice(of name: String, _ interfaces: [HostInterface]) -> CHeader {
        let macro = "PVM_\(name.uppercased())_VERSION"
        let codes = interfaces.compactMap { interface in interface.version.map { (interface, $0) } }
        var text = CText()
        let list = codes.map { "\($1.code) is \($1)" }.joined(separator: ", ")
        let first = codes.first.map { "\($1)" } ?? ""
        text.comment(
            "What the host offers to guests for the target \(name), in the version that the macro \(macro) names:"
                + " \(list). If it is not set: \(first).")
        text.line("//")
        text.comment(origin("the files of Guest/hosts"))
        text.line()
        text.line("#ifndef PVM_\(name.uppercased())_H")
        text.line("#define PVM_\(name.uppercased())_H")
        text.line()
        text.line("#ifndef \(macro)")
        text.line("#define \(macro) \(codes.first?.1.code ?? 0)")
        text.line("#endif")
        text.line()
        for (index, (interface, version)) in codes.enumerated() {
            text.line("#\(index == 0 ? "if" : "elif") \(macro) == \(version.code)")
            text.line("#include <\(interface.headerName)>")
        }
        text.line("#else")
        text.line("#error \"\(macro) must be one of: \(list)\"")
        text.line("#endif")
        text.line()
        text.line("#endif")
        return CHeader(name: "pvm_\(name).h", text: text.text)
    }

    /// The header of the target that is built for; the target that needs no macro is the one whose host may be absent.
    private static func host(_ interfaces: [HostInterface]) -> CHeader {
        var targets: [(target: String, header: String, isDefault: Bool)] = []
        for interface in interfaces
        where !interface.isForTesting && !targets.contains(where: { $0.target == interface.target }) {
            let header = interface.version == nil ? interface.headerName : "pvm_\(interface.name).h"
            targets.append((interface.target, header, interface.presence != nil))
        }
        let macros = targets.map { "PVM_TARGET_\($0.target.uppercased())" }
        let standard = targets.first { $0.isDefault }
        var text = CText()
        text.comment(
            "What the host offers to guests, whichever the target is that they are built for. One of the macros "
                + macros.joined(separator: ", ") + " says it"
                + (standard.map { "; without any it is \($0.target)." } ?? "."))
        text.line("//")
        text.comment(origin("the files of Guest/hosts"))
        text.line()
        text.line("#ifndef PVM_HOST_H")
        text.line("#define PVM_HOST_H")
        text.line()
        text.line("#if \(macros.map { "defined(\($0))" }.joined(separator: " + ")) > 1")
        text.line("#error \"one target at a time: \(macros.joined(separator: ", "))\"")
        text.line("#endif")
        text.line()
        let others = targets.filter { !$0.isDefault }
        for (index, target) in others.enumerated() {
            text.line("#\(index == 0 ? "if" : "elif") defined(PVM_TARGET_\(target.target.uppercased()))")
            text.line("#include <\(target.header)>")
        }
        text.line("#else")
        let missing = "#error \"set one of \(macros.joined(separator: ", "))\""
        text.line(standard.map { "#include <\($0.header)>" } ?? missing)
        text.line("#endif")
        text.line()
        text.line("#endif")
        return CHeader(name: "pvm_host.h", text: text.text)
    }
}

extension HostInterface {
    /// The file's name, as in `pvm_jam_0_7_2.h`.
    var headerName: String { "pvm_\(identifier).h" }

    private var identifier: String { fullName.map { "-.".contains($0) ? "_" : String($0) }.joined() }

    /// The header with all of the interface.
    package var header: CHeader {
        var text = CText()
        text.comment(summary)
        text.line("//")
        if let note {
            text.comment(note)
            text.line("//")
        }
        text.comment("Generated from Guest/hosts/\(fullName).json by `make headers`; changes belong there.")
        text.line()
        let guardName = "PVM_\(identifier.uppercased())_H"
        if presence != nil {
            // pvm.h needs this header in its middle, also if this one is included first.
            text.line("#include <pvm.h>")
            text.line()
        }
        text.line("#ifndef \(guardName)")
        text.line("#define \(guardName)")
        text.line()
        if presence == nil {
            text.line("#include <pvm.h>")
            text.line()
        }
        if let version {
            let macro = "\(macroPrefix)VERSION"
            text.line("#ifdef \(macro)")
            text.line("#error \"one version of \(name) at a time: include pvm_\(name).h\"")
            text.line("#endif")
            text.line("#define \(macro) \(version.code)")
            text.line()
        }
        for group in constants { emit(group, to: &text) }
        for record in records { emit(record, to: &text) }
        emitHelpers(to: &text)
        emitFunctions(to: &text)
        text.line("#endif")
        return CHeader(name: headerName, text: text.text)
    }

    // MARK: Constants and records

    private var macroPrefix: String { prefix.uppercased() }

    /// A constant as C spells it.
    func macro(_ name: String, in group: ConstantGroup) -> String { macroPrefix + (group.prefix + name).uppercased() }

    private func emit(_ group: ConstantGroup, to text: inout CText) {
        text.comment(group.summary)
        text.definitions(
            group.values.map { constant in
                // From here on nobody reads decimal numbers; they are near the end of their width.
                let isHigh = constant.value > UInt64(UInt32.max) / 2 && group.form != .limits
                let digits = isHigh ? "0x" + String(constant.value, radix: 16) : "\(constant.value)"
                let suffix = group.kind == .u64 || group.kind == .size ? "ull" : "u"
                return (macro(constant.name, in: group), digits + suffix, constant.summary)
            })
        text.line()
    }

    private func emit(_ record: Record, to text: inout CText) {
        text.comment("\(record.summary) \(record.byteCount) bytes.", mark: "///")
        text.line("struct \(prefix)\(record.name) {")
        var offset = 0
        var isPadded = false
        var alignment = 1
        for field in record.fields {
            let type = cType(field.content)
            let count = type.count * field.count
            let suffix = count > 1 || type.isArray ? "[\(count)]" : ""
            text.line("    \(type.name) \(field.name)\(suffix);" + (field.summary.map { "  // \($0)" } ?? ""))
            isPadded = isPadded || offset % type.alignment != 0
            alignment = max(alignment, type.alignment)
            offset += field.content.byteCount(in: self) * field.count
        }
        isPadded = isPadded || offset % alignment != 0
        text.line(isPadded ? "} __attribute__((packed));" : "};")
        text.line()
    }

    /// A type of which `count` make up a value.
    private struct CType {
        let name: String
        let count: Int
        let alignment: Int
        var isArray: Bool { count != 1 }
    }

    private func cType(_ content: Content) -> CType {
        switch content {
        case .bytes: CType(name: "uint8_t", count: 1, alignment: 1)
        case .value(.u8): CType(name: "uint8_t", count: 1, alignment: 1)
        case .value(.u16): CType(name: "uint16_t", count: 1, alignment: 2)
        case .value(.u32): CType(name: "uint32_t", count: 1, alignment: 4)
        case .value(.u64): CType(name: "uint64_t", count: 1, alignment: 8)
        case .value(let kind): CType(name: "uint8_t", count: kind.byteCount, alignment: 1)
        case .record(let name): CType(name: "struct \(prefix)\(name)", count: 1, alignment: 1)
        }
    }

    // MARK: Functions

    /// What guests need for arguments of two halves.
    private func emitHelpers(to text: inout CText) {
        let hasPacked = functions.contains { function in
            function.parameters.contains { if case .packed = $0.kind { true } else { false } }
        }
        guard hasPacked else { return }
        text.comment("Two halves of 32 bits as one argument.", mark: "///")
        text.line("static inline __attribute__((unused)) uint64_t \(prefix)pack(uint32_t high, uint32_t low) {")
        text.line("    return (uint64_t)high << 32 | low;")
        text.line("}")
        text.line()
        guard let noPointer, let (group, constant) = constant(noPointer) else { return }
        let none = macro(constant.name, in: group)
        text.comment("A pointer as a half of an argument; NULL becomes \(none).", mark: "///")
        text.line("static inline __attribute__((unused)) uint32_t \(prefix)pointer(const void *pointer) {")
        text.line("    return pointer ? (uint32_t)(uintptr_t)pointer : \(none);")
        text.line("}")
        text.line()
    }

    private func emitFunctions(to text: inout CText) {
        if let presence {
            text.line("#if \(presence)")
            text.line()
        }
        for function in functions {
            if function.results.count > 1 {
                text.line("struct \(prefix)\(function.name)_result {")
                for result in function.results {
                    text.line("    \(cType(result.kind, isResult: true)) \(result.name);")
                }
                text.line("};")
                text.line()
            }
            for line in documentation(function) {
                text.comment(line.text, mark: "///" + line.mark, indent: line.indent)
            }
            let symbol = symbol(of: function)
            let name = prefix + function.name
            var items: [String] = []
            if let number = function.number { items.append("\(number)") }
            if symbol != name { items.append("\"\(symbol)\"") }
            items.append(cResult(function))
            items.append(name)
            let macro = "PVM_IMPORT" + (function.number == nil ? "" : "_INDEX") + (symbol == name ? "" : "_AS")
            text.list(macro, items + function.parameters.map(declaration), ";")
            text.line()
        }
        guard presence != nil else { return }
        text.line("#else")
        text.line()
        text.comment("There is no such host: nothing happens, and costs nothing.")
        for function in functions {
            let name = "static inline __attribute__((unused)) \(cResult(function)) \(prefix)\(function.name)"
            text.list(name, function.parameters.isEmpty ? ["void"] : function.parameters.map(declaration), " {")
            if !function.parameters.isEmpty {
                text.line("    " + function.parameters.map { "(void)\($0.name)" }.joined(separator: ", ") + ";")
            }
            switch function.results.count {
            case 0: break
            case 1: text.line("    return 0;")
            default: text.line("    return (\(cResult(function))){0};")
            }
            text.line("}")
        }
        text.line()
        text.line("#endif")
        text.line()
    }

    private func cResult(_ function: HostFunction) -> String {
        switch function.results.count {
        case 0: "void"
        case 1: cType(function.results[0].kind, isResult: true)
        default: "struct \(prefix)\(function.name)_result"
        }
    }

    /// The type of a number as C passes it.
    ///
    /// C functions expect results of 32 bits with their sign extended, even without a sign, and hosts clear the upper half.
    /// So a guest takes the whole register. As arguments such numbers are extended by their sign, too, and that is harmless
    /// where the host looks at the lower half; interfaces in which it does not have arguments of 64 bits.
    private func cType(_ kind: IntegerKind, isResult: Bool = false) -> String {
        switch kind {
        case .size: "size_t"
        case .u8, .u16, .u32, .u64: isResult ? "uint64_t" : "uint\(kind.rawValue.dropFirst())_t"
        }
    }

    private func declaration(_ parameter: Parameter) -> String {
        switch parameter.kind {
        case .integer(let integer): return "\(cType(integer.kind)) \(parameter.name)"
        case .packed: return "uint64_t \(parameter.name)"
        case .pointer(let pointer):
            let qualifier = pointer.direction == .in ? "const " : ""
            let type = cType(pointer.content)
            let count = type.count * pointer.byteCount / max(1, pointer.content.byteCount(in: self))
            switch (pointer.content, pointer.extent) {
            case (.bytes, .fixed(let elements)) where elements > 1 && pointer.byteCount == 1:
                return "\(qualifier)uint8_t \(parameter.name)[\(elements)]"
            case (.bytes, _):
                return "\(qualifier)void *\(parameter.name)"
            case (.value, .fixed(1)) where type.isArray:
                return "\(qualifier)uint8_t \(parameter.name)[\(count)]"
            case (.value, _) where type.isArray:
                // Any arrangement of values one behind the other will do.
                return "\(qualifier)void *\(parameter.name)"
            case (.value, _), (.record, _):
                return "\(qualifier)\(type.name) *\(parameter.name)"
            }
        }
    }

    /// Whether C has a pointer to something as `uint8_t` with a length, and not as `void *`.
    func isArrayOfBytes(_ pointer: Pointer) -> Bool {
        switch (pointer.content, pointer.extent) {
        case (.bytes, .fixed(let elements)): elements > 1 && pointer.byteCount == 1
        case (.value(.u8), _): true
        case (.value, .fixed(1)): cType(pointer.content).isArray
        default: false
        }
    }

    // MARK: Documentation

    /// A paragraph of a comment; `mark` stands at the start of its lines, `indent` behind it in all but the first.
    private typealias Line = (text: String, mark: String, indent: String)

    private func documentation(_ function: HostFunction) -> [Line] {
        var head = function.summary
        if let entries = function.entries { head += " Only for \(entries.listed)." }
        if function.changesState { head += " Changes state." }
        if let note = function.note { head += " \(note)" }
        var lines: [Line] = [(head, "", "")]
        for parameter in function.parameters { lines += description(parameter, mark: "") }
        if function.neverReturns { lines.append(("Does not return.", "", "")) }
        if function.results.count == 1 {
            let result = function.results[0]
            // Where nothing but a code comes back, what success looks like says more than the name.
            if let errorGroup, result.group == errorGroup, let group = group(errorGroup),
                let first = group.values.first
            {
                let others = function.errors.isEmpty ? "" : ", or an error"
                lines.append(("Returns \(macro(first.name, in: group))\(others).", "", "  "))
            } else {
                lines.append(("Returns \(result.summary)\(function.errors.isEmpty ? "" : ", or an error").", "", "  "))
            }
        } else if function.results.count > 1 {
            for result in function.results {
                let constants = result.group.flatMap { self.group($0) }.map { ": \(spread($0))" } ?? ""
                lines.append(("Returns in `\(result.name)` \(result.summary)\(constants).", "", "  "))
            }
        }
        if !function.errors.isEmpty, let errorGroup, let group = group(errorGroup) {
            let errors = function.errors.map { error in
                macro(error.name, in: group) + (error.when.map { " (\($0))" } ?? "")
            }
            lines.append(("Errors: \(errors.joined(separator: ", ")).", "", "  "))
        }
        return lines
    }

    private func description(_ parameter: Parameter, mark: String) -> [Line] {
        var parts: [String] = []
        var halves: [Line] = []
        switch parameter.kind {
        case .integer(let integer):
            if let group = integer.group.flatMap({ self.group($0) }) { parts.append(spread(group)) }
            if integer.minimum > 0 { parts.append("at least \(integer.minimum)") }
            if integer.maximum < integer.kind.maximum { parts.append("at most \(integer.maximum)") }
        case .pointer(let pointer):
            parts.append(description(pointer))
        case .packed(let high, let low):
            parts.append("\(prefix)pack(\(half(high)), \(half(low))), made of")
            halves = description(high, mark: "  ") + description(low, mark: "  ")
        }
        if let summary = parameter.summary { parts.append(summary) }
        guard !parts.isEmpty else { return [] }
        return [("- \(parameter.name): " + parts.joined(separator: "; "), mark, "  ")] + halves
    }

    /// An argument of the function that packs two.
    private func half(_ parameter: Parameter) -> String {
        guard case .pointer = parameter.kind, noPointer != nil else { return parameter.name }
        return "\(prefix)pointer(\(parameter.name))"
    }

    private func description(_ pointer: Pointer) -> String {
        let one: String
        let many: String
        switch pointer.content {
        case .bytes: (one, many) = ("\(pointer.byteCount) bytes", "times \(pointer.byteCount) bytes")
        case .value(.u256): (one, many) = ("a number of 32 bytes, little-endian", "numbers of 32 bytes, little-endian")
        case .value(.u8), .value(.u16), .value(.u32), .value(.u64):
            (one, many) = ("a number", "numbers")
        case .value(let kind):
            let name = kind.rawValue
            let article = name == "address" ? "an" : "a"
            let plural = name == "address" || name == "hash" ? name + "es" : name + "s"
            (one, many) = ("\(article) \(name) of \(kind.byteCount) bytes", "\(plural) of \(kind.byteCount) bytes")
        case .record(let name): (one, many) = ("a \(prefix)\(name)", "\(prefix)\(name)s")
        }
        let isSingleByte = pointer.content == .bytes && pointer.byteCount == 1
        let what =
            switch pointer.extent {
            case .fixed(1): one
            case .fixed(let count): isSingleByte ? "\(count) bytes" : "\(count) \(many)"
            case .counted(let name): isSingleByte ? "`\(name)` bytes" : "`\(name)` \(many)"
            case .capacity(let name): "at most `*\(name)` bytes"
            }
        let none = pointer.isOptional ? ", or none" : ""
        return switch pointer.direction {
        case .in: what + none
        case .out: "receives \(what)\(none)"
        case .inout_: "\(what), changed\(none)"
        }
    }

    /// The constants of a group by what they have in common.
    private func spread(_ group: ConstantGroup) -> String {
        let names = group.values.map { macro($0.name, in: group) }
        let all = "\(macroPrefix)\(group.prefix.uppercased())…"
        return switch group.form {
        case .flags: names.count == 1 ? "0 or \(names[0])" : "0 or any of \(all)"
        case .codes, .limits: names.count <= 2 ? names.joined(separator: " or ") : all
        }
    }
}

extension [String] {
    /// As a sentence has it: `a, b and c`.
    fileprivate var listed: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + self[count - 1]
    }
}
