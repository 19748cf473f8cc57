// What a contract declares: functions, events, errors.

/// What a function may do with the chain's state, and with value that comes with a call.
public enum ABIMutability: String, Hashable, Sendable, CaseIterable {
    /// Neither reads nor changes state.
    case pure
    /// Reads state.
    case view
    /// Changes state, takes no value.
    case nonpayable
    /// Changes state, takes value.
    case payable

    /// Whether a call leaves the state as it was.
    public var isReadOnly: Bool { self == .pure || self == .view }
}

/// Something that is declared with a name and parameters.
public protocol ABIDeclaration: Hashable, Sendable {
    /// Its name.
    var name: String { get }
    /// What it takes.
    var inputs: [ABIParameter] { get }
    /// One line that declares it, for people; `ContractABI(lines:)` reads it.
    var declaration: String { get }
}

extension ABIDeclaration {
    /// What is hashed for its selector or topic: `transfer(address,uint256)`.
    public var signature: String { "\(name)(\(inputs.map(\.type.name).joined(separator: ",")))" }

    /// The types of the inputs.
    public var inputTypes: [ABIType] { inputs.map(\.type) }

    var inputList: String { "(\(inputs.map(\.declaration).joined(separator: ", ")))" }
}

/// A function that can be called.
public struct ABIFunction: ABIDeclaration {
    /// What it is called.
    public let name: String
    /// What it takes.
    public let inputs: [ABIParameter]
    /// What it gives.
    public let outputs: [ABIParameter]
    /// What it may do.
    public let mutability: ABIMutability
    /// The first four bytes of the signature's hash, which call data begins with; big-endian.
    public let selector: UInt32

    /// A function.
    public init(
        _ name: String, inputs: [ABIParameter] = [], outputs: [ABIParameter] = [],
        mutability: ABIMutability = .nonpayable
    ) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.mutability = mutability
        selector = Keccak256.selector(of: "\(name)(\(inputs.map(\.type.name).joined(separator: ",")))")
    }

    /// Call data: the selector and arguments.
    public func callData(_ arguments: [ABIValue]) throws(ABIError) -> [UInt8] {
        selector.bigEndianBytes + (try ABIEncoder.encode(arguments, as: inputs))
    }

    /// The arguments in call data, which begins with the selector.
    public func arguments(of callData: [UInt8]) throws(ABIError) -> [ABIValue] {
        guard callData.starts(with: selector.bigEndianBytes) else {
            throw ABIError(
                .unknown, expected: "the selector \(Hex.text(selector.bigEndianBytes)) of \(signature)",
                found: callData.count < 4 ? "\(callData.count) bytes" : Hex.text(callData.prefix(4)))
        }
        return try ABIDecoder.decode(callData[4...], as: inputs)
    }

    /// What the function gave, from what it returned.
    public func results(of output: [UInt8]) throws(ABIError) -> [ABIValue] {
        try ABIDecoder.decode(output[...], as: outputs)
    }

    /// The declaration as a line that `ContractABI(lines:)` reads.
    public var declaration: String {
        let mutability = mutability == .nonpayable ? "" : " \(mutability.rawValue)"
        let results = outputs.isEmpty ? "" : " returns (\(outputs.map(\.declaration).joined(separator: ", ")))"
        return "function \(name)\(inputList)\(mutability)\(results)"
    }
}

/// What a contract is made with.
public struct ABIConstructor: Hashable, Sendable {
    /// What it takes.
    public let inputs: [ABIParameter]
    /// Whether value may come with it.
    public let isPayable: Bool

    /// A constructor.
    public init(inputs: [ABIParameter] = [], isPayable: Bool = false) {
        self.inputs = inputs
        self.isPayable = isPayable
    }

    /// The arguments as they follow the code.
    public func data(_ arguments: [ABIValue]) throws(ABIError) -> [UInt8] {
        try ABIEncoder.encode(arguments, as: inputs)
    }

    /// One line that declares it.
    public var declaration: String {
        "constructor(\(inputs.map(\.declaration).joined(separator: ", ")))" + (isPayable ? " payable" : "")
    }
}

/// Something that happened, as contracts tell it.
public struct ABIEvent: ABIDeclaration {
    /// What it is called.
    public let name: String
    /// What it tells.
    public let inputs: [ABIParameter]
    /// Whether the signature is not among the topics.
    public let isAnonymous: Bool
    /// The hash of the signature, the first topic unless the event is anonymous.
    public let topic: Hash256

    /// An event.
    public init(_ name: String, inputs: [ABIParameter] = [], isAnonymous: Bool = false) {
        self.name = name
        self.inputs = inputs
        self.isAnonymous = isAnonymous
        topic = Hash256(keccakOf: "\(name)(\(inputs.map(\.type.name).joined(separator: ",")))".utf8)
    }

    /// The declaration as a line that `ContractABI(lines:)` reads.
    public var declaration: String { "event \(name)\(inputList)" + (isAnonymous ? " anonymous" : "") }

    /// How many topics a log of it has.
    public var topicCount: Int { inputs.count { $0.isIndexed } + (isAnonymous ? 0 : 1) }
}

/// A reason to revert that has a name.
public struct ABICustomError: ABIDeclaration {
    /// What it is called.
    public let name: String
    /// What it tells.
    public let inputs: [ABIParameter]
    /// The first four bytes of the signature's hash, which the output begins with; big-endian.
    public let selector: UInt32

    /// An error.
    public init(_ name: String, inputs: [ABIParameter] = []) {
        self.name = name
        self.inputs = inputs
        selector = Keccak256.selector(of: "\(name)(\(inputs.map(\.type.name).joined(separator: ",")))")
    }

    /// The declaration as a line that `ContractABI(lines:)` reads.
    public var declaration: String { "error \(name)\(inputList)" }

    /// The output of a contract that reverts with it.
    public func data(_ arguments: [ABIValue]) throws(ABIError) -> [UInt8] {
        selector.bigEndianBytes + (try ABIEncoder.encode(arguments, as: inputs))
    }
}

extension UInt32 {
    /// Four bytes, the highest first: a selector as call data has it.
    var bigEndianBytes: [UInt8] {
        stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }

    /// The first four bytes of data; nil if there are fewer.
    init?(selectorOf data: some Collection<UInt8>) {
        guard data.count >= 4 else { return nil }
        self = data.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
