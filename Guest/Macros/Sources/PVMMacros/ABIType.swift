// Types of the Solidity ABI by their Swift spelling. A macro sees no more than that, and a selector depends on it, so a typealias
// is refused: it could be anything.

import SwiftDiagnostics
import SwiftSyntax

/// A type of values in call data.
struct ABIType: Equatable {
    /// As Swift code writes it.
    let swift: String
    /// As Solidity does, and signatures.
    let solidity: String
    /// Whether values have any length.
    let isDynamic: Bool

    /// Reads a type; nil, and a problem, if call data has none like it.
    init?(_ type: TypeSyntax, _ problems: inout [Diagnostic]) {
        guard let read = Self.read(type) else {
            problems.append(Self.refusal(type))
            return nil
        }
        (solidity, isDynamic) = read
        swift = type.trimmedDescription
    }

    private static func read(_ type: TypeSyntax) -> (solidity: String, isDynamic: Bool)? {
        if let array = type.as(ArrayTypeSyntax.self) {
            return read(array.element).map { ("\($0.solidity)[]", true) }
        }
        let text = type.trimmedDescription
        let name =
            text.hasPrefix("Swift.") || text.hasPrefix("Revive.") ? String(text.drop { $0 != "." }.dropFirst()) : text
        if let found = names[name] { return found }
        for (prefix, suffix) in [("Bytes", ""), ("FixedBytes<", ">")]
        where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
            if let count = Int(name.dropFirst(prefix.count).dropLast(suffix.count)), (1...32).contains(count) {
                return ("bytes\(count)", false)
            }
        }
        if name.hasPrefix("Array<"), let identifier = type.as(IdentifierTypeSyntax.self),
            let element = identifier.genericArgumentClause?.arguments.first.flatMap({ TypeSyntax($0.argument) })
        {
            return read(element).map { ("\($0.solidity)[]", true) }
        }
        return nil
    }

    private static let names: [String: (solidity: String, isDynamic: Bool)] = [
        "Bool": ("bool", false), "Address": ("address", false), "U256": ("uint256", false), "I256": ("int256", false),
        "UInt8": ("uint8", false), "UInt16": ("uint16", false), "UInt32": ("uint32", false),
        "UInt64": ("uint64", false), "UInt": ("uint64", false), "UInt128": ("uint128", false),
        "Int8": ("int8", false), "Int16": ("int16", false), "Int32": ("int32", false), "Int64": ("int64", false),
        "Int": ("int64", false), "Int128": ("int128", false),
        "String": ("string", true), "Text": ("string", true), "Bytes": ("bytes", true),
    ]

    /// Types that somebody might take, and what to take.
    private static let replacements = [
        "Data": "Bytes", "StaticString": "Text", "Substring": "Text", "UnsafeRawBufferPointer": "Bytes",
        "Hash256": "Bytes32", "Hash": "Bytes32", "Word": "Bytes32", "uint256": "U256", "UInt256": "U256",
        "address": "Address", "string": "Text", "bool": "Bool",
    ]

    private static func refusal(_ type: TypeSyntax) -> Diagnostic {
        let text = type.trimmedDescription
        guard let other = replacements[text] else { return Diagnostic(ContractProblem.notAnABIType(text), at: type) }
        return Diagnostic(
            ContractProblem.notAnABIType(text), at: type,
            .replace(type, by: other, .replace("'\(text)'", with: "'\(other)'")))
    }
}

extension [ABIType] {
    /// As a signature has them: `(address,uint256)`.
    var signature: String { "(" + map(\.solidity).joined(separator: ",") + ")" }
}

extension String {
    /// The selector of the signature, as a literal.
    var selectorLiteral: String {
        let digits = String(Keccak256.selector(of: self), radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The hash of the signature, as four arguments of which each is 8 bytes as a little-endian load gives them.
    var topicLiterals: String {
        let hash = Keccak256.hash(utf8)
        return stride(from: 0, to: 32, by: 8).map { start in
            let value = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(hash[start + $1]) }
            return "0x" + String(value, radix: 16)
        }.joined(separator: ", ")
    }
}

/// A line for the section `.pvm.abi`, from which `pvm build` makes a contract's interface as JSON.
enum ABISection {
    /// A constant with these lines; a static one of a type.
    static func constant(_ name: String, _ lines: [String]) -> String {
        let bytes = lines.flatMap { Array(($0 + "\n").utf8) }
        let literals = bytes.map { "\($0)" }.joined(separator: ", ")
        return """
            @section(".pvm.abi") @used
            static let \(name): InlineArray<\(bytes.count), UInt8> = [\(literals)]
            """
    }
}
