// Types of the contract ABI as C has them, and the code that reads and writes their values.
//
// An array is a view of its words (pvm_array), whose elements were all checked when it was read. A tuple is a struct with a name.
// What does not fit in two registers is passed by pointer, and returned by value.

import PolkaABI

/// A type in C.
indirect enum CType {
    case unsigned(Int), signed(Int), address, boolean, fixedBytes(Int), bytes
    /// `count` is nil if there may be any number.
    case array(CType, count: Int?, ABIType)
    case structure(name: String, members: [CMember], ABIType)

    /// How it is spelled.
    var spelling: String {
        switch self {
        case .unsigned(let bits): bits > 64 ? "u256" : "uint\(Self.width(bits))_t"
        case .signed(let bits): bits > 64 ? "u256" : "int\(Self.width(bits))_t"
        case .address: "address"
        case .boolean: "bool"
        case .fixedBytes(let count): "bytes\(count)"
        case .bytes: "pvm_bytes"
        case .array: "pvm_array"
        case .structure(let name, _, _): name
        }
    }

    /// Whether it is the struct for a tuple.
    func isStructure(of tuple: ABIType) -> Bool {
        if case .structure(_, _, tuple) = self { true } else { false }
    }

    /// Whether functions take a pointer to it.
    var isByPointer: Bool {
        switch self {
        case .unsigned(let bits), .signed(let bits): bits > 64
        case .address, .fixedBytes, .structure: true
        case .boolean, .bytes, .array: false
        }
    }

    /// What a function is given for a variable.
    func argument(of variable: String) -> String { isByPointer ? "&\(variable)" : variable }

    private static func width(_ bits: Int) -> Int { bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64 }

    /// Whether values differ in size.
    var isDynamic: Bool {
        switch self {
        case .bytes: true
        case .array(_, _, let type), .structure(_, _, let type): type.isDynamic
        default: false
        }
    }

    /// The bytes that a value takes among others.
    var headByteCount: Int {
        switch self {
        case .bytes: 32
        case .array(_, _, let type), .structure(_, _, let type): type.headByteCount
        default: 32
        }
    }

    /// A word for names of functions: `address`, `uint8_array`, or the struct's name without the contract's.
    func stem(prefix: String) -> String {
        switch self {
        case .unsigned(let bits): return "uint\(bits)"
        case .signed(let bits): return "int\(bits)"
        case .address: return "address"
        case .boolean: return "bool"
        case .fixedBytes(let count): return "bytes\(count)"
        case .bytes: return "bytes"
        case .array(let element, let count, _):
            return element.stem(prefix: prefix) + "_array" + (count.map(String.init) ?? "")
        case .structure(let name, _, _): return String(name.dropFirst(prefix.count + 1))
        }
    }

    // MARK: Reading

    /// The value at a place; of one that varies in size, the place where it begins itself.
    func read(_ data: String, _ place: String, _ prefix: String) -> String {
        switch self {
        case .unsigned(256), .signed(256): "pvm_read_word(\(data), \(place))"
        case .unsigned(let bits):
            bits > 64 ? "pvm_read_u256(\(data), \(place), \(bits))" : "pvm_read_uint(\(data), \(place), \(bits))"
        case .signed(let bits):
            bits > 64 ? "pvm_read_s256(\(data), \(place), \(bits))" : "pvm_read_int(\(data), \(place), \(bits))"
        case .address: "pvm_read_address(\(data), \(place))"
        case .boolean: "pvm_read_bool(\(data), \(place))"
        case .bytes: "pvm_read_bytes(\(data), \(place))"
        case .fixedBytes, .array, .structure: "\(prefix)_read_\(stem(prefix: prefix))_(\(data), \(place))"
        }
    }

    /// The value whose head is at a place, in a list that begins at `start`.
    func readHead(_ data: String, start: String, _ place: String, _ prefix: String) -> String {
        read(data, isDynamic ? "pvm_read_offset(\(data), \(start), \(place))" : place, prefix)
    }

    // MARK: Writing

    /// Statements that write a value, given as functions take it; of one that varies in size, what follows the list that it is in.
    func write(_ value: String, _ prefix: String) -> String {
        switch self {
        case .unsigned(let bits): return bits > 64 ? "pvm_write_u256(\(value));" : "pvm_write_uint(\(value));"
        case .signed(let bits): return bits > 64 ? "pvm_write_u256(\(value));" : "pvm_write_int(\(value));"
        case .address: return "pvm_write_address(\(value));"
        case .boolean: return "pvm_write_uint(\(value));"
        case .fixedBytes(let count): return "pvm_write_fixed(\(value), \(count));"
        case .bytes: return "pvm_write_bytes(\(value));"
        case .array(let element, let count, _) where !element.isDynamic:
            return "pvm_write_array(\(value), \(element.headByteCount), \(count.map(String.init) ?? "UINT32_MAX"));"
        case .array, .structure: return "\(prefix)_write_\(stem(prefix: prefix))_(\(value));"
        }
    }

    /// Statements that write a list of values: first those of fixed size and the places of offsets, then the others.
    static func write(_ values: [(value: String, type: CType)], _ prefix: String, start: String) -> [String] {
        var lines: [String] = []
        var behind: [String] = []
        for (index, (value, type)) in values.enumerated() {
            if type.isDynamic {
                lines.append("uint8_t *const place\(index + 1)_ = pvm_write_place();")
                behind.append("pvm_write_offset(place\(index + 1)_, \(start));")
                behind.append(type.write(value, prefix))
            } else {
                lines.append(type.write(value, prefix))
            }
        }
        return lines + behind
    }
}

/// A parameter, result or member.
struct CMember {
    let name: String
    let type: CType

    /// As a variable or member.
    var declaration: String { "\(type.spelling) \(name)" }
    /// As a parameter.
    var parameter: String { type.isByPointer ? "const \(type.spelling) *\(name)" : declaration }
}
