// Which types can cross between guest and host, and in how many registers (guest-abi.md).
//
// A macro sees spelling, not types. Spellings that are known to fit or known not to are decided here; others may be a typealias
// or an enum with a raw type, and are left to the compiler, which checks the C signature that the macro writes.

import SwiftDiagnostics
import SwiftSyntax

/// A type that can cross.
enum GuestType {
    /// One register; the C signature repeats the spelling.
    case register(String)
    /// An integer of less than 64 bits, which takes a whole register.
    ///
    /// RISC-V's C has signed numbers and those of 32 bits sign-extended, while Swift (6.3) believes that whoever calls a C
    /// function has zero-extended what is unsigned, and leaves out masks for that. Hosts extend as they like, or not at all.
    /// So the C signature has 64 bits, and the wrapper takes those that count.
    case narrow(String)
    /// The same for `Bool`, whose bits are those of a byte.
    case bool
    /// An address and a count, of bytes or, with an element type, of elements.
    case buffer(isMutable: Bool, element: String?)
}

// MARK: Parameters

extension GuestType {
    /// The types of the registers in a C signature.
    var registers: [String] {
        switch self {
        case .register(let type): [type]
        case .narrow, .bool: [Self.wholeRegister]
        case .buffer(let isMutable, _): [isMutable ? "UnsafeMutableRawPointer?" : "UnsafeRawPointer?", "Int"]
        }
    }

    private static let wholeRegister = "UInt64"

    /// Makes a value of the type from the registers with these names.
    func value(from names: [String]) -> String {
        switch self {
        case .register: return names[0]
        case .narrow(let type): return "\(type)(truncatingIfNeeded: \(names[0]))"
        case .bool: return Self.bool(from: names[0])
        case .buffer(let isMutable, let element):
            guard let element else {
                let type = isMutable ? "UnsafeMutableRawBufferPointer" : "UnsafeRawBufferPointer"
                return "\(type)(start: \(names[0]), count: \(names[1]))"
            }
            // The C signature has no element type, since it might be one that C does not have.
            let type = isMutable ? "UnsafeMutableBufferPointer" : "UnsafeBufferPointer"
            let start = "\(names[0])?.assumingMemoryBound(to: \(element).self)"
            return "\(type)<\(element)>(start: \(start), count: \(names[1]))"
        }
    }

    /// What to put into the registers for a value of the type.
    func arguments(of value: String) -> [String] {
        switch self {
        case .register: [value]
        case .narrow: ["\(Self.wholeRegister)(truncatingIfNeeded: \(value))"]
        case .bool: ["\(value) ? 1 : 0"]
        case .buffer: ["\(value).baseAddress", "\(value).count"]
        }
    }

    /// Not the whole register: what lies above a byte is as little part of a `Bool` as of a `UInt8`.
    private static func bool(from register: String) -> String { "\(register) & 0xff != 0" }
}

// MARK: Results

extension GuestType {
    /// The type of the result in a C signature; for two registers a struct of C, since Swift has no other name for them.
    var cResult: String {
        switch self {
        case .register(let type): type
        case .narrow, .bool: Self.wholeRegister
        case .buffer: "pvm_bytes"
        }
    }

    /// What a C function returns for a call of the Swift function.
    ///
    /// Numbers are extended as their own type is: `-1` fills the register, and an unsigned number stays what it is when a host
    /// reads the register as a whole. `as` chooses among overloads, as the C signature does for what it repeats.
    func result(of call: String) -> String {
        switch self {
        case .register: call
        case .narrow(let type): "\(Self.wholeRegister)(truncatingIfNeeded: \(call) as \(type))"
        case .bool: "\(call) ? 1 : 0"
        case .buffer(let isMutable, _):
            "pvm_bytes(\(call) as \(isMutable ? "UnsafeMutableRawBufferPointer" : "UnsafeRawBufferPointer"))"
        }
    }

    /// What the Swift function returns for a call of the C function.
    func value(of call: String) -> String {
        switch self {
        case .register: call
        case .narrow(let type): "\(type)(truncatingIfNeeded: \(call))"
        case .bool: Self.bool(from: call)
        case .buffer(let isMutable, _): "\(call).\(isMutable ? "mutableBytes" : "bytes")"
        }
    }
}

// MARK: Reading a spelling

extension GuestType {
    /// Takes a type of a signature apart, or says why it cannot cross.
    init(_ type: TypeSyntax, as role: Problem.Role) throws(Refusal) {
        self = try Self.read(type, role)
        if role == .result, case .buffer(let isMutable, _?) = self {
            let text = type.trimmedDescription
            let bytes = isMutable ? "UnsafeMutableRawBufferPointer" : "UnsafeRawBufferPointer"
            let fixIt = FixIt.replace(type, by: bytes, .replace("'\(text)'", with: "'\(bytes)'"))
            throw Refusal(Diagnostic(.typedBufferResult(type: text), at: type, fixIt))
        }
    }

    /// A type that cannot cross, as what the user is told.
    struct Refusal: Error {
        let diagnostic: Diagnostic

        init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
    }

    private static func read(_ type: TypeSyntax, _ role: Problem.Role) throws(Refusal) -> GuestType {
        if let tuple = type.as(TupleTypeSyntax.self), let only = tuple.elements.first, tuple.elements.count == 1,
            only.firstName == nil, only.ellipsis == nil
        {
            return try read(only.type, role)
        }
        if let attributed = type.as(AttributedTypeSyntax.self) { return try read(attributed, role) }
        if let optional = type.as(OptionalTypeSyntax.self) {
            return try readOptional(type, of: optional.wrappedType, role)
        }
        if let optional = type.as(ImplicitlyUnwrappedOptionalTypeSyntax.self) {
            return try readOptional(type, of: optional.wrappedType, role)
        }
        if let array = type.as(ArrayTypeSyntax.self) {
            throw unsupported(type, role, instead: bufferOf(array.element.trimmedDescription))
        }
        guard let (name, arguments) = nominal(type) else { throw unsupported(type, role) }
        if name == "Optional", let wrapped = arguments.first { return try readOptional(type, of: wrapped, role) }
        if let buffer = buffer(name, arguments) { return buffer }
        if let replacement = Self.replacements[name] {
            throw unsupported(type, role, instead: replacement(arguments.map(\.trimmedDescription)))
        }
        if let advice = Self.advice[name] { throw unsupported(type, role, advice: advice) }
        if Self.others.contains(name) { throw unsupported(type, role) }
        if Self.booleans.contains(name) { return .bool }
        if Self.narrowIntegers.contains(name) { return .narrow(type.trimmedDescription) }
        return .register(type.trimmedDescription)
    }

    private static func read(_ type: AttributedTypeSyntax, _ role: Problem.Role) throws(Refusal) -> GuestType {
        for case .simpleTypeSpecifier(let specifier) in type.specifiers
        where specifier.specifier.tokenKind == .keyword(.inout) {
            let base = type.baseType.trimmedDescription
            let pointer = "UnsafeMutablePointer<\(base)>"
            let fixIt = FixIt.replace(type, by: pointer, .replace("'inout \(base)'", with: "'\(pointer)'"))
            throw Refusal(Diagnostic(.inoutParameter(type: base), at: specifier, fixIt))
        }
        guard type.baseType.is(FunctionTypeSyntax.self) else { return try read(type.baseType, role) }
        guard type.isCFunction else { throw unsupported(TypeSyntax(type), role) }
        return .register(type.trimmedDescription)
    }

    private static func readOptional(
        _ type: TypeSyntax, of wrapped: TypeSyntax, _ role: Problem.Role
    ) throws(Refusal) -> GuestType {
        let inner = try read(wrapped, role)
        let text = type.trimmedDescription
        if case .buffer = inner {
            let buffer = wrapped.trimmedDescription
            let fixIt = FixIt.replace(type, by: buffer, .replace("'\(text)'", with: "'\(buffer)'"))
            throw Refusal(Diagnostic(.optionalBuffer(type: buffer), at: type, fixIt))
        }
        let isWideInteger = nominal(wrapped).map { Self.wideIntegers.contains($0.name) } ?? false
        guard case .register = inner, !isWideInteger else {
            throw Refusal(Diagnostic(.optionalValue(type: text), at: type))
        }
        return .register(text)
    }

    private static func buffer(_ name: String, _ arguments: [TypeSyntax]) -> GuestType? {
        switch (name, arguments.count) {
        case ("UnsafeRawBufferPointer", 0): .buffer(isMutable: false, element: nil)
        case ("UnsafeMutableRawBufferPointer", 0): .buffer(isMutable: true, element: nil)
        case ("UnsafeBufferPointer", 1): .buffer(isMutable: false, element: arguments[0].trimmedDescription)
        case ("UnsafeMutableBufferPointer", 1): .buffer(isMutable: true, element: arguments[0].trimmedDescription)
        default: nil
        }
    }

    /// The name and the generic arguments of a type that has a name, `Swift.` or not.
    private static func nominal(_ type: TypeSyntax) -> (name: String, arguments: [TypeSyntax])? {
        let (name, clause): (TokenSyntax, GenericArgumentClauseSyntax?)
        if let identifier = type.as(IdentifierTypeSyntax.self) {
            (name, clause) = (identifier.name, identifier.genericArgumentClause)
        } else if let member = type.as(MemberTypeSyntax.self) {
            // A type inside another one only looks like those of the tables.
            guard member.baseType.trimmedDescription == "Swift" else { return (member.trimmedDescription, []) }
            (name, clause) = (member.name, member.genericArgumentClause)
        } else {
            return nil
        }
        let arguments = clause?.arguments.compactMap { TypeSyntax($0.argument) } ?? []
        return (name.text, arguments)
    }
}

// MARK: Spellings that are known

extension GuestType {
    private static let booleans: Set<String> = ["Bool", "CBool"]

    private static let narrowIntegers: Set<String> = [
        "Int8", "Int16", "Int32", "UInt8", "UInt16", "UInt32", "CChar", "CSignedChar", "CUnsignedChar", "CShort",
        "CUnsignedShort", "CInt", "CUnsignedInt",
    ]

    private static let wideIntegers: Set<String> = [
        "Int", "Int64", "UInt", "UInt64", "CLong", "CUnsignedLong", "CLongLong", "CUnsignedLongLong",
    ]

    /// Types that hold bytes or elements: the buffer to take instead.
    private static let replacements: [String: @Sendable ([String]) -> String?] = [
        "Array": { $0.first.map(bufferOf) },
        "ArraySlice": { $0.first.map(bufferOf) },
        "ContiguousArray": { $0.first.map(bufferOf) },
        "MutableRawSpan": { _ in "UnsafeMutableRawBufferPointer" },
        "MutableSpan": { $0.first.map { "UnsafeMutableBufferPointer<\($0)>" } },
        "RawSpan": { _ in "UnsafeRawBufferPointer" },
        "Span": { $0.first.map(bufferOf) },
        "StaticString": { _ in "UnsafeRawBufferPointer" },
        "String": { _ in "UnsafeRawBufferPointer" },
        "Substring": { _ in "UnsafeRawBufferPointer" },
    ]

    private static let advice: [String: String] = [
        "Double": "pass its bitPattern as 'UInt64'",
        "Float": "pass its bitPattern as 'UInt32'",
        "Float16": "pass its bitPattern as 'UInt16'",
        "Int128": "pass two halves of 64 bits",
        "UInt128": "pass two halves of 64 bits",
    ]

    private static let others: Set<String> = [
        "Any", "AnyObject", "CDouble", "CFloat", "Character", "ClosedRange", "Dictionary", "Error", "Float80",
        "InlineArray", "OutputRawSpan", "OutputSpan", "Range", "Result", "Set", "UTF8Span", "Void",
    ]

    @Sendable private static func bufferOf(_ element: String) -> String {
        element == "UInt8" ? "UnsafeRawBufferPointer" : "UnsafeBufferPointer<\(element)>"
    }

    private static func unsupported(_ type: TypeSyntax, _ role: Problem.Role, advice: String? = nil) -> Refusal {
        Refusal(Diagnostic(.unsupported(type: type.trimmedDescription, use: role, advice: advice), at: type))
    }

    /// Refuses a type whose bytes a buffer can carry.
    ///
    /// As a result, no buffer is proposed: the bytes that it refers to would be gone by the time the host reads them.
    private static func unsupported(_ type: TypeSyntax, _ role: Problem.Role, instead buffer: String?) -> Refusal {
        guard role == .parameter else { return unsupported(type, role, advice: "fill a buffer that is a parameter") }
        guard let buffer else { return unsupported(type, role) }
        let text = type.trimmedDescription
        return Refusal(
            Diagnostic(
                .unsupported(type: text, use: role, advice: "take its contents as '\(buffer)'"), at: type,
                .replace(type, by: buffer, .replace("'\(text)'", with: "'\(buffer)'"))))
    }
}

extension AttributedTypeSyntax {
    /// Whether `@convention(c)` stands before it: the address of a C function is a pointer like others.
    fileprivate var isCFunction: Bool {
        attributes.contains { attribute in
            guard case .attribute(let attribute) = attribute else { return false }
            return attribute.trimmedDescription.filter { $0 != " " } == "@convention(c)"
        }
    }
}
