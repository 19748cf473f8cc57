// C for an interface of a contract: a header with types, selectors, events, errors and callers; and for the contract itself the functions
// that its author writes, and a source that calls them.
//
// What is generated is to be read: it does what one would write by hand, in the order of the interface, over pvm_contract.h.

package import PolkaABI

/// Generates C.
package struct ContractCode: Sendable {
    /// The header, `NAME_abi.h`.
    package let header: String
    /// The source with the exports, `NAME_abi.c`; nil for an interface of another contract.
    package let source: String?

    /// - Parameters:
    ///   - text: declarations, in lines or JSON. `contract NAME` above them says that the project is that contract, `interface NAME`
    ///     that it only calls such; without, lines are a contract and JSON is an interface.
    ///   - file: the name of the file, which names the contract where the text does not.
    /// - Throws: what is wrong with the text, with line and column, or with the names that it would get in C.
    package init(_ text: String, file: String) throws(ABIError) {
        let stem = file.prefix { $0 != "." }
        var generator: Generator
        let first = text.utf8.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            let abi = try ContractABI(json: text)
            generator = Generator(abi, name: String(stem), file: file, isInterface: true)
        } else {
            let declarations = try ABIDeclarations(text)
            let abi = declarations.abi
            let heading = declarations.heading
            generator = Generator(
                abi, name: heading?.name ?? String(stem), file: file, isInterface: heading?.isInterface ?? false,
                order: declarations.order, places: declarations.places)
        }
        try generator.nameAll()
        header = generator.header()
        source = generator.isInterface ? nil : generator.source()
    }

    /// What a file's header and source are called, without `.h` and `.c`.
    package static func outputStem(of file: String) -> String { file.prefix { $0 != "." } + "_abi" }
}

/// A function, event or error with its names in C.
private struct Named<Declaration: ABIDeclaration> {
    let declaration: Declaration
    /// Without the contract's.
    let name: String
    let inputs: [CMember]
    let outputs: [CMember]
}

private struct Generator {
    let abi: ContractABI
    let file: String
    let isInterface: Bool
    let prefix: String
    private let order: [String]
    private let places: [String: ABIError.Place]
    private var types: CTypes
    private var functions: [Named<ABIFunction>] = []
    private var events: [Named<ABIEvent>] = []
    private var errors: [Named<ABICustomError>] = []
    private var constructorInputs: [CMember] = []

    init(
        _ abi: ContractABI, name: String, file: String, isInterface: Bool, order: [String] = [],
        places: [String: ABIError.Place] = [:]
    ) {
        self.abi = abi
        self.file = file
        self.isInterface = isInterface
        self.order = order
        self.places = places
        let snake = CNames.snake(String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }))
        let isNoPrefix = snake.first.map { $0.isNumber } ?? true || CNames.isPrefixOfHeaders(snake)
        prefix = isNoPrefix ? "contract_" + snake : snake
        types = CTypes(prefix: prefix)
    }

    // MARK: Names

    mutating func nameAll() throws(ABIError) {
        constructorInputs = types.members(abi.constructor?.inputs ?? [], in: "constructor", unnamed: "argument")
        // What makes a contract is called so.
        functions = try named(abi.functions, taken: isInterface ? [] : ["create"]) { $0.outputs }
        events = try named(abi.events) { _ in [] }
        errors = try named(abi.errors) { _ in [] }
        let reserved: Set = ["constructor", "receive", "fallback"]
        if !isInterface, let function = functions.first(where: { reserved.contains($0.name) }) {
            throw ABIError(
                .duplicate, place(of: function.declaration),
                expected: "a function of another name than the contract's \(function.name)",
                found: "'\(function.declaration.signature)'")
        }
        try requireDistinctNames()
    }

    private func place(of declaration: some ABIDeclaration) -> ABIError.Place { places[declaration.signature] ?? .none }

    /// Names that differ in the interface may still be made to the same in C, with what is put before and behind them.
    private func requireDistinctNames() throws(ABIError) {
        var names: [String: String] = [:]
        func add(_ name: String, _ owner: String, _ place: ABIError.Place) throws(ABIError) {
            if let other = names.updateValue(owner, forKey: name) {
                throw ABIError(
                    .duplicate, place, expected: "names that differ in C",
                    found: "\(owner) and \(other), which both are \(name)", remedy: "rename one")
            }
        }
        for name in types.names { try add(name, "a type's", .none) }
        if !isInterface || abi.constructor != nil { try add("\(prefix)_create", "what makes a contract", .none) }
        if !isInterface {
            for name in ["constructor", "receive", "fallback"] { try add("\(prefix)_\(name)", "the contract's", .none) }
        }
        for function in functions {
            var own = ["call_\(function.name)"] + (isInterface ? [] : [function.name])
            if function.outputs.count > 1 { own.append("\(function.name)_result") }
            for name in own {
                try add("\(prefix)_\(name)", "'\(function.declaration.signature)'", place(of: function.declaration))
            }
            try add(
                macro(function.name), "'\(function.declaration.signature)'", place(of: function.declaration))
        }
        for event in events {
            for word in ["topic", "log", "emit"] {
                try add(
                    "\(prefix)_\(word)_\(event.name)", "'\(event.declaration.signature)'", place(of: event.declaration))
            }
        }
        for error in errors {
            for name in [
                "\(prefix)_error_\(error.name)", "\(prefix)_revert_\(error.name)", macro("error_" + error.name),
            ] {
                try add(name, "'\(error.declaration.signature)'", place(of: error.declaration))
            }
        }
    }

    /// Declarations in the order of the text, each with a name in C.
    ///
    /// Those that would have the same, or one that is taken, get their types behind it.
    private mutating func named<Declaration: ABIDeclaration>(
        _ declarations: [Declaration], taken: Set<String> = [], outputs: (Declaration) -> [ABIParameter]
    ) throws(ABIError) -> [Named<Declaration>] {
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        let sorted = declarations.enumerated().sorted { left, right in
            (places[left.element.signature] ?? Int.max, left.offset)
                < (places[right.element.signature] ?? Int.max, right.offset)
        }.map(\.element)
        var counts: [String: Int] = [:]
        for declaration in sorted { counts[CNames.snake(declaration.name), default: 0] += 1 }
        var result: [Named<Declaration>] = []
        for declaration in sorted {
            var name = CNames.snake(declaration.name)
            let inputs = types.members(declaration.inputs, in: name, unnamed: "argument")
            if counts[name] ?? 0 > 1 || taken.contains(name) {
                name += inputs.map { "_" + $0.type.stem(prefix: prefix) }.joined()
            }
            if let other = result.first(where: { $0.name == name }) {
                throw ABIError(
                    .duplicate, place(of: declaration), expected: "names that differ in C",
                    found:
                        "'\(declaration.signature)' and '\(other.declaration.signature)', which both are \(prefix)_\(name)",
                    remedy: "rename one")
            }
            result.append(
                Named(
                    declaration: declaration, name: name, inputs: inputs,
                    outputs: types.members(outputs(declaration), in: "\(name)_result", unnamed: "value")))
        }
        return result
    }

    private func macro(_ name: String) -> String { "\(prefix)_\(name)".uppercased() }

    private static func list(_ members: [CMember]) -> String {
        members.isEmpty ? "void" : members.map(\.parameter).joined(separator: ", ")
    }

    /// What a function gives in C.
    private func resultType(_ function: Named<ABIFunction>) -> String {
        switch function.outputs.count {
        case 0: "void"
        case 1: function.outputs[0].type.spelling
        default: "\(prefix)_\(function.name)_result"
        }
    }

    // MARK: Header

    func header() -> String {
        let guardName = (ContractCode.outputStem(of: file) + "_h").uppercased().map {
            $0.isLetter || $0.isNumber ? $0 : "_"
        }
        var lines = [
            isInterface
                ? "// \(prefix): contracts with this interface, for those that call them."
                : "// \(prefix): the contract's functions, events and errors, and functions that call it.",
            "//", "// Generated from \(file) by `pvm build`; changes belong there.", "", "#ifndef \(String(guardName))",
            "#define \(String(guardName))", "", "#include <pvm_contract.h>",
        ]
        if !functions.isEmpty || !errors.isEmpty {
            lines += ["", "// Selectors: what call data begins with."]
            lines += functions.map {
                "#define \(macro($0.name)) \(Self.hex($0.declaration.selector)) // \($0.declaration.signature)"
            }
            lines += errors.map {
                "#define \(macro("error_" + $0.name)) \(Self.hex($0.declaration.selector)) // \($0.declaration.signature)"
            }
        }
        lines += types.declarations
        for function in functions where function.outputs.count > 1 {
            lines += ["", "/// What \(function.declaration.signature) gives.", "typedef struct {"]
            lines += function.outputs.map { "    \($0.declaration);" }
            lines += ["} \(resultType(function));"]
        }
        if !isInterface { lines += prototypes() }
        let helpers = types.functions
        if !helpers.isEmpty { lines += ["", "// MARK: Values of these types"] + helpers }
        if !events.isEmpty { lines += ["", "// MARK: Events"] + events.flatMap(event) }
        if !errors.isEmpty { lines += ["", "// MARK: Errors"] + errors.flatMap(error) }
        lines +=
            ["", "// MARK: Calling it"] + (isInterface && abi.constructor == nil ? [] : create())
            + functions.flatMap(caller)
        lines += ["", "#endif", ""]
        return lines.joined(separator: "\n")
    }

    private static func hex(_ selector: UInt32) -> String {
        let digits = String(selector, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private func prototypes() -> [String] {
        var lines = ["", "// MARK: To be written"]
        if let constructor = abi.constructor {
            lines += [
                "", "/// \(constructor.declaration)", "void \(prefix)_constructor(\(Self.list(constructorInputs)));",
            ]
        }
        for function in functions {
            lines += [
                "", "/// \(function.declaration.declaration)",
                "\(resultType(function)) \(prefix)_\(function.name)(\(Self.list(function.inputs)));",
            ]
        }
        if abi.receivesValue { lines += ["", "/// Value comes without a call.", "void \(prefix)_receive(void);"] }
        if abi.fallback != nil {
            lines += [
                "", "/// Called when no function fits; pvm_call_data() tells for what.",
                "void \(prefix)_fallback(void);",
            ]
        }
        return lines
    }

    /// Statements that write what selectors are followed by.
    private func writing(_ members: [CMember], start: String) -> [String] {
        CType.write(members.map { ($0.name, $0.type) }, prefix, start: start)
    }

    /// The declaration of where a list of values begins, if one of them varies in size.
    private func listStart(_ members: [CMember]) -> [String] {
        members.contains { $0.type.isDynamic } ? ["const uint8_t *const list_ = pvm_write();"] : []
    }

    private func function(_ head: String, _ body: [String]) -> [String] {
        ["\(head) {"] + body.map { "    " + $0 } + ["}"]
    }

    private func error(_ error: Named<ABICustomError>) -> [String] {
        let parameters = Self.list(error.inputs)
        let arguments = error.inputs.map(\.name).joined(separator: ", ")
        return ["", "/// \(error.declaration.declaration), as data."]
            + function(
                "PVM_ERROR_ pvm_bytes \(prefix)_error_\(error.name)(\(parameters))",
                ["const uint8_t *const start_ = pvm_write_selected(\(macro("error_" + error.name)));"]
                    + listStart(error.inputs) + writing(error.inputs, start: "list_") + ["return pvm_written(start_);"])
            + ["", "/// Reverts with \(error.declaration.name)."]
            + function(
                "PVM_FAILURE_ void \(prefix)_revert_\(error.name)(\(parameters))",
                ["pvm_revert_data(\(prefix)_error_\(error.name)(\(arguments)));"])
    }

    private func event(_ event: Named<ABIEvent>) -> [String] {
        let parameters = Self.list(event.inputs)
        let arguments = event.inputs.map(\.name).joined(separator: ", ")
        // What is not a word is hashed first, in the memory that the event takes afterwards.
        var body: [String] = []
        var topics: [String] = []
        var lines: [String] = []
        if !event.declaration.isAnonymous {
            let bytes = event.declaration.topic.bytes.map { byte in
                "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            lines += ["", "/// The first topic of \(event.declaration.signature)."]
            lines += ["static const bytes32 \(prefix)_topic_\(event.name) = {{"]
            lines += stride(from: 0, to: 32, by: 16).map { "    \(bytes[$0..<($0 + 16)].joined(separator: ", "))," }
            lines += ["}};"]
            topics.append("pvm_write_fixed(&\(prefix)_topic_\(event.name), 32);")
        }
        for (member, input) in zip(event.inputs, event.declaration.inputs) where input.isIndexed {
            if input.type.isWord {
                topics.append(member.type.write(member.name, prefix))
            } else {
                body += hash(member)
                topics.append("pvm_write_fixed(&\(member.name)_hash_, 32);")
            }
        }
        let data = zip(event.inputs, event.declaration.inputs).filter { !$1.isIndexed }.map(\.0)
        body.append("const uint8_t *const start_ = pvm_write();")
        body += topics + listStart(data) + writing(data, start: "list_")
        body.append("return pvm_written_log(start_, \(event.declaration.topicCount));")
        lines += ["", "/// \(event.declaration.declaration), to be compared."]
        lines += function("static inline pvm_log \(prefix)_log_\(event.name)(\(parameters))", body)
        lines += ["", "/// Tells \(event.declaration.name)."]
        lines += function(
            "PVM_EVENT_ void \(prefix)_emit_\(event.name)(\(parameters))",
            ["pvm_emit(\(prefix)_log_\(event.name)(\(arguments)));"])
        return lines
    }

    /// Statements that hash what is no word for a topic.
    private func hash(_ member: CMember) -> [String] {
        let name = "\(member.name)_hash_"
        if case .bytes = member.type { return ["const bytes32 \(name) = pvm_keccak(\(member.name));"] }
        return ["const uint8_t *const \(member.name)_start_ = pvm_write();"] + inPlace(member.name, member.type) + [
            "const bytes32 \(name) = pvm_keccak(pvm_written(\(member.name)_start_));",
            "pvm_release(\(member.name)_start_);",
        ]
    }

    /// Statements that write a value as it is hashed: without counts and offsets, each part padded.
    private func inPlace(_ value: String, _ type: CType, depth: Int = 0) -> [String] {
        switch type {
        case .bytes:
            return [
                "memcpy(pvm_write_padded(\(value).count), \(value).address, \(value).count);"
            ]
        case .structure(_, let members, _):
            // Members of what is pointed to, or of a variable.
            let access = value.hasPrefix("&") ? "\(value.dropFirst())." : "\(value)->"
            return members.flatMap { inPlace($0.type.argument(of: access + $0.name), $0.type, depth: depth) }
        case .array(let element, _, _):
            let index = "i\(depth)_"
            let part =
                if case .bytes = element { "pvm_element_bytes(\(value), \(index))" } else {
                    element.readHead(
                        "pvm_array_data(\(value))", start: "0",
                        "pvm_element(\(value), \(index), \(element.headByteCount))", prefix)
                }
            return ["for (uint32_t \(index) = 0; \(index) < \(value).count; \(index)++) {"]
                + ["    const \(element.spelling) element\(depth)_ = \(part);"]
                + inPlace(element.argument(of: "element\(depth)_"), element, depth: depth + 1).map { "    " + $0 } + [
                    "}"
                ]
        default: return [type.write(value, prefix)]
        }
    }

    // MARK: Callers

    private func create() -> [String] {
        let isPayable = abi.constructor?.isPayable ?? false
        let parameters =
            ["const bytes32 *code_"] + (isPayable ? ["const u256 *value_"] : []) + constructorInputs.map(\.parameter)
        return ["", "/// Makes a contract of code that is on the chain; reverts with its reason if that fails."]
            + function(
                "PVM_CALLER_ address \(prefix)_create(\(parameters.joined(separator: ", ")))",
                ["const uint8_t *const start_ = pvm_write();"] + writing(constructorInputs, start: "start_") + [
                    "const address result_ =",
                    "    PVM_CREATE_(code_, \(isPayable ? "value_" : "U256(0)"), NULL, pvm_written(start_));",
                    "pvm_release(start_);", "return result_;",
                ])
    }

    private func caller(_ function: Named<ABIFunction>) -> [String] {
        let declaration = function.declaration
        let isPayable = declaration.mutability == .payable
        let parameters =
            ["const address *contract_"] + (isPayable ? ["const u256 *value_"] : []) + function.inputs.map(\.parameter)
        let result = resultType(function)
        var body = ["const uint8_t *const start_ = pvm_write_selected(\(macro(function.name)));"]
        body += listStart(function.inputs) + writing(function.inputs, start: "list_")
        let flags = declaration.mutability.isReadOnly ? "REVIVE_CALL_READ_ONLY" : "0"
        let call =
            "PVM_CALL_(\(flags), contract_, \(isPayable ? "value_" : "U256(0)"), pvm_written(start_))"
        if function.outputs.isEmpty {
            body += ["\(call);"]
        } else {
            body += ["const pvm_data output_ = pvm_data_of(\(call));"]
            body += reading(function.outputs, "output_", as: function.outputs.count == 1 ? "result_" : nil, result)
        }
        // What the results point to stays.
        if !function.outputs.contains(where: { Self.pointsToMemory($0.type) }) { body.append("pvm_release(start_);") }
        if !function.outputs.isEmpty { body.append("return result_;") }
        return ["", "/// Calls \(declaration.declaration.dropFirst("function ".count)); reverts if that fails."]
            + self.function(
                "PVM_CALLER_ \(result) \(prefix)_call_\(function.name)(\(parameters.joined(separator: ", ")))",
                body)
    }

    private static func pointsToMemory(_ type: CType) -> Bool {
        switch type {
        case .bytes, .array: true
        case .structure(_, let members, _): members.contains { pointsToMemory($0.type) }
        default: false
        }
    }

    /// Statements that read values into variables of their names, or one into `name`, or several into a struct `result_`.
    private func reading(_ members: [CMember], _ data: String, as name: String? = nil, _ structure: String? = nil)
        -> [String]
    {
        var lines: [String] = []
        if structure != nil, name == nil, let structure { lines.append("\(structure) result_;") }
        var place = 0
        for member in members {
            let value = member.type.readHead(data, start: "0", "\(place)", prefix)
            if let name {
                lines.append("const \(member.type.spelling) \(name) = \(value);")
            } else if structure != nil {
                lines.append("result_.\(member.name) = \(value);")
            } else {
                lines.append("const \(member.declaration) = \(value);")
            }
            place += member.type.headByteCount
        }
        return lines
    }

    // MARK: Source

    func source() -> String {
        var lines = [
            "// \(prefix): calls the functions of the contract for those who call it.", "//",
            "// Generated from \(file) by `pvm build`; changes belong there.", "",
            "#include \"\(ContractCode.outputStem(of: file)).h\"", "", "#if PVM_GUEST",
            "// What the contract offers, for those who call it: `pvm build` makes the .abi.json file of it.",
            "static const char interface[] __attribute__((section(\".pvm.abi\"), used, retain)) =",
        ]
        let declarations = abi.lines
        lines += declarations.enumerated().map { index, line in
            "    \"\(line)\\n\"" + (index == declarations.count - 1 ? ";" : "")
        }
        if declarations.isEmpty { lines.append("    \"\";") }
        lines += [
            "#endif", "", "// Of a contract each byte is paid for, and this runs once for a call.",
            "#pragma clang attribute push(__attribute__((minsize)), apply_to = function)", "",
        ]
        lines += deploy() + [""] + call() + ["", "#pragma clang attribute pop"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Variables as functions take them.
    private static func arguments(_ members: [CMember]) -> String {
        members.map { $0.type.argument(of: $0.name) }.joined(separator: ", ")
    }

    private func deploy() -> [String] {
        var body: [String] = []
        if !(abi.constructor?.isPayable ?? false) { body.append("pvm_refuse_value();") }
        if abi.constructor != nil {
            if !constructorInputs.isEmpty { body.append("const pvm_data data_ = pvm_call_data();") }
            body += reading(constructorInputs, "data_")
            body.append("\(prefix)_constructor(\(Self.arguments(constructorInputs)));")
        }
        return function("PVM_EXPORT(void, deploy)", body)
    }

    private func call() -> [String] {
        let isEverPayable =
            abi.functions.contains { $0.mutability == .payable } || abi.receivesValue || abi.fallback == .payable
        var body = ["const pvm_data data_ = pvm_call_data();"]
        if !isEverPayable { body.append("pvm_refuse_value();") }
        if abi.receivesValue {
            body += ["if (data_.count == 0) {", "    \(prefix)_receive();", "    return;", "}"]
        }
        let fallback =
            (isEverPayable && abi.fallback != .payable ? ["pvm_refuse_value();"] : []) + ["\(prefix)_fallback();"]
        if abi.fallback != nil {
            body += ["if (data_.count < 4) {"] + fallback.map { "    " + $0 } + ["    return;", "}"]
        }
        body.append("const uint32_t selector_ = pvm_data_selector(data_);")
        if functions.contains(where: { !$0.inputs.isEmpty }) {
            body.append("const pvm_data arguments_ = pvm_data_behind(data_, 4);")
        }
        body.append("switch (selector_) {")
        for function in functions {
            body.append("case \(macro(function.name)): {")
            body += handler(function, checksValue: isEverPayable).map { "    " + $0 }
            body.append("}")
        }
        body.append("default:")
        body += (abi.fallback != nil ? fallback : ["pvm_refuse();"]).map { "    " + $0 }
        body.append("}")
        return function("PVM_EXPORT(void, call)", body)
    }

    private func handler(_ function: Named<ABIFunction>, checksValue: Bool) -> [String] {
        var lines = checksValue && function.declaration.mutability != .payable ? ["pvm_refuse_value();"] : []
        lines += reading(function.inputs, "arguments_")
        let call = "\(prefix)_\(function.name)(\(Self.arguments(function.inputs)))"
        guard let first = function.outputs.first else { return lines + ["\(call);", "return;"] }
        if function.outputs.count == 1, let end = Self.end(with: first.type) {
            if !first.type.isByPointer { return lines + ["\(end)(\(call));"] }
            return lines + ["const \(first.type.spelling) result_ = \(call);", "\(end)(&result_);"]
        }
        lines.append("const \(resultType(function)) result_ = \(call);")
        lines.append("const uint8_t *const start_ = pvm_write();")
        let values = function.outputs.map { output in
            (
                value: output.type.argument(of: function.outputs.count == 1 ? "result_" : "result_.\(output.name)"),
                type: output.type
            )
        }
        lines += CType.write(values, prefix, start: "start_")
        return lines + ["pvm_return(pvm_written(start_));"]
    }

    /// What ends a contract with one value of a type.
    private static func end(with type: CType) -> String? {
        switch type {
        case .unsigned(let bits): bits > 64 ? "pvm_return_u256" : "pvm_return_uint"
        case .signed(let bits): bits > 64 ? "pvm_return_u256" : nil
        case .boolean: "pvm_return_uint"
        case .address: "pvm_return_address"
        case .bytes: "pvm_return_bytes"
        default: nil
        }
    }
}
