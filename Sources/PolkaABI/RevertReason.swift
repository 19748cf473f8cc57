// Why a contract reverted, from its output: Solidity's two errors, and those that a contract declares itself.

/// What a contract that reverts says.
public enum RevertReason: Hashable, Sendable, CustomStringConvertible {
    /// Nothing.
    case none
    /// A text: `Error(string)`.
    case message(String)
    /// A mistake of the contract: `Panic(uint256)`.
    case panic(U256)
    /// An error that the contract declares, and its arguments.
    case custom(ABICustomError, [ABIValue])
    /// Other bytes.
    case other([UInt8])

    /// `Error(string)`, by which `require` and `revert("…")` say what is wrong.
    public static let error = ABICustomError("Error", inputs: [ABIParameter("message", .string)])
    /// `Panic(uint256)`, for what should never happen.
    public static let panic = ABICustomError("Panic", inputs: [ABIParameter("code", .unsigned(bits: 256))])

    /// Reads the output of a contract that reverted; errors that the contract declares need its interface.
    public init(_ output: [UInt8], _ abi: ContractABI? = nil) {
        guard !output.isEmpty else {
            self = .none
            return
        }
        self = .other(output)
        guard let selector = UInt32(selectorOf: output) else { return }
        func arguments(_ error: ABICustomError) -> [ABIValue]? {
            try? ABIDecoder.decode(output[4...], as: error.inputs)
        }
        if selector == Self.error.selector {
            if case .string(let text)? = arguments(Self.error)?.first { self = .message(text) }
        } else if selector == Self.panic.selector {
            if case .unsigned(let code)? = arguments(Self.panic)?.first { self = .panic(code) }
        } else if let error = abi?.error(selector: selector), let values = arguments(error) {
            self = .custom(error, values)
        }
    }

    /// What Solidity means by a code of `Panic`; nil for others.
    public static func meaning(ofPanic code: U256) -> String? {
        switch code {
        case 0x00: "generic panic"
        case 0x01: "assertion failed"
        case 0x11: "arithmetic overflow or underflow"
        case 0x12: "division by zero"
        case 0x21: "not a value of the enumeration"
        case 0x22: "damaged storage byte array"
        case 0x31: "pop of an empty array"
        case 0x32: "index out of bounds"
        case 0x41: "too much memory"
        case 0x51: "call of an uninitialized function"
        default: nil
        }
    }

    /// One line for people, with addresses in digits.
    public var description: String { text { $0.description } }

    /// One line, with what addresses shall be called.
    public func text(address: (Address) -> String) -> String {
        switch self {
        case .none: return "no reason"
        case .message(let text): return text
        case .panic(let code):
            let number = "panic 0x\(String(code, radix: 16))"
            return Self.meaning(ofPanic: code).map { "\($0) (\(number))" } ?? number
        case .custom(let error, let values):
            let parts = zip(error.inputs, values).map { input, value in
                (input.name.isEmpty ? "" : "\(input.name): ") + value.text(address: address)
            }
            return "\(error.name)(\(parts.joined(separator: ", ")))"
        case .other(let bytes): return Hex.text(bytes)
        }
    }
}
