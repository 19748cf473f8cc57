// The types of the contract ABI, as its specification names them.

/// A type of a parameter.
public indirect enum ABIType: Hashable, Sendable {
    /// An unsigned number of 8, 16, … 256 bits.
    case unsigned(bits: Int)
    /// A signed number of 8, 16, … 256 bits.
    case signed(bits: Int)
    /// The address of an account or contract.
    case address
    /// True or false.
    case boolean
    /// 1 to 32 bytes.
    case fixedBytes(Int)
    /// An address and a selector, 24 bytes.
    case function
    /// Any number of bytes.
    case bytes
    /// Text in UTF-8.
    case string
    /// Any number of values of a type.
    case array(ABIType)
    /// A fixed number of values of a type, at least one.
    case fixedArray(ABIType, count: Int)
    /// Values of different types, at least one: a struct.
    case tuple([ABIParameter])

    /// How deep types may lie in each other.
    public static let maximumDepth = 16
    /// The most bytes that a value of fixed size may have in call data: far more than a chain takes.
    public static let maximumStaticByteCount = 1 << 24

    /// The type's name, as signatures have it: `uint256`, `(address,uint256)[]`.
    public var name: String {
        switch self {
        case .unsigned(let bits): "uint\(bits)"
        case .signed(let bits): "int\(bits)"
        case .address: "address"
        case .boolean: "bool"
        case .fixedBytes(let count): "bytes\(count)"
        case .function: "function"
        case .bytes: "bytes"
        case .string: "string"
        case .array(let element): "\(element.name)[]"
        case .fixedArray(let element, let count): "\(element.name)[\(count)]"
        case .tuple(let parts): "(\(parts.map(\.type.name).joined(separator: ",")))"
        }
    }

    /// The type's name with the names of a tuple's parts: `(address maker, uint256 amount)[]`.
    public var declaration: String {
        switch self {
        case .array(let element): "\(element.declaration)[]"
        case .fixedArray(let element, let count): "\(element.declaration)[\(count)]"
        case .tuple(let parts): "(\(parts.map(\.declaration).joined(separator: ", ")))"
        default: name
        }
    }

    /// Whether values differ in size, so that call data has them behind the others.
    public var isDynamic: Bool {
        switch self {
        case .bytes, .string, .array: true
        case .fixedArray(let element, _): element.isDynamic
        case .tuple(let parts): parts.contains { $0.type.isDynamic }
        default: false
        }
    }

    /// The bytes that a value takes among the others: all of it, or 32 for an offset.
    public var headByteCount: Int {
        if isDynamic { return 32 }
        switch self {
        case .fixedArray(let element, let count): return count * element.headByteCount
        case .tuple(let parts): return parts.reduce(0) { $0 + $1.type.headByteCount }
        default: return 32
        }
    }

    /// Whether it is one word in call data.
    public var isWord: Bool {
        switch self {
        case .unsigned, .signed, .address, .boolean, .fixedBytes, .function: true
        default: false
        }
    }

    /// What is wrong with a type made by hand, nil if nothing is.
    var problem: ABIError? {
        switch self {
        case .unsigned(let bits), .signed(let bits):
            guard bits < 8 || bits > 256 || !bits.isMultiple(of: 8) else { return nil }
            return ABIError(.type, expected: "8, 16, … 256 bits", found: "\(bits)")
        case .fixedBytes(let count):
            return (1...32).contains(count) ? nil : ABIError(.type, expected: "bytes1 to bytes32", found: name)
        case .array(let element): return element.problem
        case .fixedArray(let element, let count):
            if let problem = element.problem { return problem }
            if count < 1 { return ABIError(.type, expected: "an array of at least one element", found: "[\(count)]") }
            let size = element.isDynamic ? 32 : element.headByteCount
            guard count <= Self.maximumStaticByteCount / size else {
                return ABIError(
                    .type, expected: "a value of at most \(Self.maximumStaticByteCount) bytes", found: "[\(count)]",
                    remedy: "an array of any length, [], has its elements elsewhere")
            }
            return nil
        case .tuple(let parts):
            if parts.isEmpty { return ABIError(.type, expected: "a tuple of at least one part", found: "()") }
            for part in parts {
                if let problem = part.type.problem { return problem }
            }
            guard headByteCount <= Self.maximumStaticByteCount else {
                return ABIError(
                    .type, expected: "a value of at most \(Self.maximumStaticByteCount) bytes", found: "a larger one")
            }
            return nil
        default: return nil
        }
    }

    /// How many types lie in each other, 1 for a number.
    var depth: Int {
        switch self {
        case .array(let element), .fixedArray(let element, _): 1 + element.depth
        case .tuple(let parts): 1 + (parts.map(\.type.depth).max() ?? 0)
        default: 1
        }
    }

    /// The type of a word such as `uint256`, without brackets; nil if it names none.
    init?(word: some StringProtocol) {
        switch word {
        case "address": self = .address
        case "bool": self = .boolean
        case "bytes": self = .bytes
        case "string": self = .string
        case "function": self = .function
        case "uint": self = .unsigned(bits: 256)
        case "int": self = .signed(bits: 256)
        default:
            func number(behind prefix: String) -> Int? {
                guard word.hasPrefix(prefix) else { return nil }
                let digits = word.dropFirst(prefix.count)
                guard digits.first != "0", digits.count <= 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
                else { return nil }
                return Int(digits)
            }
            let type: ABIType
            if let bits = number(behind: "uint") {
                type = .unsigned(bits: bits)
            } else if let bits = number(behind: "int") {
                type = .signed(bits: bits)
            } else if let count = number(behind: "bytes") {
                type = .fixedBytes(count)
            } else {
                return nil
            }
            guard type.problem == nil else { return nil }
            self = type
        }
    }
}

/// A value that a function takes or gives, an event has, or a tuple consists of.
public struct ABIParameter: Hashable, Sendable {
    /// May be empty.
    public let name: String
    /// The type.
    public let type: ABIType
    /// Whether it is one of an event's topics.
    public let isIndexed: Bool
    /// What the contract's language calls the type, as in `struct Order[]`; nil if it is not known.
    public let internalType: String?

    /// A parameter.
    public init(_ name: String = "", _ type: ABIType, isIndexed: Bool = false, internalType: String? = nil) {
        self.name = name
        self.type = type
        self.isIndexed = isIndexed
        self.internalType = internalType
    }

    /// As declarations have it: `address indexed from`.
    public var declaration: String {
        type.declaration + (isIndexed ? " indexed" : "") + (name.isEmpty ? "" : " \(name)")
    }

    /// How messages call the parameter of that number.
    func label(_ index: Int) -> String { name.isEmpty ? "argument \(index + 1)" : name }
}
