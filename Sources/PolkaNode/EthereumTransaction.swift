// Transactions as Ethereum's wallets write and sign them: legacy ones with a chain id (EIP-155), ones with an access list (EIP-2930)
// and ones with a fee of two parts (EIP-1559).

public import PolkaABI
public import PolkaAccounts

/// What a sender signs.
public struct EthereumTransaction: Hashable, Sendable {
    /// The forms, with the byte that the later ones begin with.
    public enum Kind: UInt8, Hashable, Sendable {
        case legacy = 0
        case accessList = 1
        case dynamicFee = 2
    }

    /// An address, and slots of its storage, that the transaction says it will use.
    public struct Access: Hashable, Sendable {
        public let address: Address
        public let keys: [Hash256]

        public init(address: Address, keys: [Hash256]) {
            self.address = address
            self.keys = keys
        }
    }

    /// The form.
    public var kind: Kind
    /// The chain that the transaction is for; nil for a legacy one of the time before chain ids.
    public var chainID: UInt64?
    /// Its number among those of the sender, from 0.
    public var nonce: UInt64
    /// What the block's author gets for each unit of gas at most; for the older forms the same as `maxFee`.
    public var maxPriorityFee: U256
    /// What a unit of gas may cost at most.
    public var maxFee: U256
    /// The gas that it may use.
    public var gasLimit: UInt64
    /// Who is called; nil makes a contract.
    public var to: Address?
    /// What is transferred.
    public var value: U256
    /// Call data, or what the contract is made of.
    public var input: [UInt8]
    /// Of the later two forms.
    public var accessList: [Access]

    /// A transaction of its fields.
    public init(
        kind: Kind, chainID: UInt64?, nonce: UInt64, maxPriorityFee: U256, maxFee: U256, gasLimit: UInt64, to: Address?,
        value: U256 = .zero, input: [UInt8] = [], accessList: [Access] = []
    ) {
        self.kind = kind
        self.chainID = chainID
        self.nonce = nonce
        self.maxPriorityFee = maxPriorityFee
        self.maxFee = maxFee
        self.gasLimit = gasLimit
        self.to = to
        self.value = value
        self.input = input
        self.accessList = accessList
    }

    /// What a unit of gas costs in a block with a base fee, which must not be above `maxFee`.
    public func effectiveGasPrice(baseFee: U256) -> U256 {
        guard kind == .dynamicFee, baseFee <= maxFee else { return maxFee }
        return baseFee + min(maxPriorityFee, maxFee - baseFee)
    }

    /// The hash that the sender signs.
    public var signingHash: Hash256 {
        var fields = unsignedFields
        if kind == .legacy, let chainID { fields += [.number(chainID), .number(UInt64(0)), .number(UInt64(0))] }
        return Hash256(keccakOf: typed(.list(fields)))
    }

    /// The transaction, signed.
    public func signed(by key: PrivateKey) -> SignedTransaction {
        let signature = key.sign(signingHash)
        let raw = typed(.list(unsignedFields + signatureFields(signature)))
        return SignedTransaction(
            transaction: self, signature: signature, raw: raw, hash: Hash256(keccakOf: raw), sender: key.address)
    }

    /// The number v of a signature over the transaction.
    public func v(of signature: Signature) -> U256 {
        let parity = U256(signature.isOddY ? 1 : 0)
        if kind != .legacy { return parity }
        guard let chainID else { return 27 + parity }
        return U256(chainID) * 2 + 35 + parity
    }

    private func signatureFields(_ signature: Signature) -> [RLP] {
        [.number(v(of: signature)), .number(signature.r), .number(signature.s)]
    }

    private var unsignedFields: [RLP] {
        let target = RLP.bytes(to?.bytes ?? [])
        let call: [RLP] = [.number(gasLimit), target, .number(value), .bytes(input)]
        let list = RLP.list(
            accessList.map { .list([.bytes($0.address.bytes), .list($0.keys.map { .bytes($0.bytes) })]) })
        return switch kind {
        case .legacy: [.number(nonce), .number(maxFee)] + call
        case .accessList: [.number(chainID ?? 0), .number(nonce), .number(maxFee)] + call + [list]
        case .dynamicFee:
            [.number(chainID ?? 0), .number(nonce), .number(maxPriorityFee), .number(maxFee)] + call + [list]
        }
    }

    private func typed(_ fields: RLP) -> [UInt8] { kind == .legacy ? fields.encoded : [kind.rawValue] + fields.encoded }
}

/// A transaction as it was sent.
public struct SignedTransaction: Hashable, Sendable {
    /// What was signed.
    public let transaction: EthereumTransaction
    /// The signature.
    public let signature: Signature
    /// The bytes that were sent.
    public let raw: [UInt8]
    /// The hash of the bytes, by which everybody names the transaction.
    public let hash: Hash256
    /// Who signed.
    public let sender: Address
}

extension SignedTransaction {
    /// Reads what a wallet sends and finds out who signed it.
    public init(decoding raw: [UInt8]) throws(TransactionFormatError) {
        let (transaction, signature) = try TransactionReader.read(raw)
        guard signature.isCanonical else {
            throw .invalidSignature("r and s must be numbers of the curve, s the lower one of the two that fit (EIP-2)")
        }
        guard let sender = signature.signer(of: transaction.signingHash) else {
            throw .invalidSignature("nobody can have signed it")
        }
        self.init(
            transaction: transaction, signature: signature, raw: raw, hash: Hash256(keccakOf: raw), sender: sender)
    }
}

/// Why bytes are no transaction.
public enum TransactionFormatError: Error, Hashable, CustomStringConvertible {
    /// Not even RLP.
    case malformed(RLPError)
    /// The first byte names a form that is not supported.
    case unknownKind(UInt8)
    /// Another number of fields than the form has.
    case fieldCount(found: Int, expected: Int)
    /// A field that has not what belongs there.
    case field(String, expected: String)
    /// A signature that is none.
    case invalidSignature(String)
    /// No bytes at all.
    case empty

    /// The reason in words.
    public var description: String {
        switch self {
        case .malformed(let error): "the transaction is malformed: \(error)"
        case .unknownKind(let kind):
            "transaction type 0x\(String(kind, radix: 16)) is not supported; legacy, 0x1 and 0x2 are"
        case .fieldCount(let found, let expected):
            "the transaction is malformed: it has \(found) fields where \(expected) are expected"
        case .field(let name, let expected): "the transaction is malformed: field '\(name)' must be \(expected)"
        case .invalidSignature(let reason): "invalid signature: \(reason)"
        case .empty: "the transaction is malformed: it has no bytes"
        }
    }
}

/// Reads the fields of a transaction in their order.
private struct TransactionReader {
    private let fields: [RLP]
    private var next = 0

    static func read(_ raw: [UInt8]) throws(TransactionFormatError) -> (EthereumTransaction, Signature) {
        guard let first = raw.first else { throw .empty }
        // Lists begin with 0xc0 or more, and what is below 0x80 is a form's number (EIP-2718).
        if first >= 0xc0 { return try TransactionReader(raw[...], count: 9).legacy() }
        switch EthereumTransaction.Kind(rawValue: first) {
        case .accessList: return try TransactionReader(raw.dropFirst(), count: 11).typed(.accessList)
        case .dynamicFee: return try TransactionReader(raw.dropFirst(), count: 12).typed(.dynamicFee)
        case .legacy, nil: throw .unknownKind(first)
        }
    }

    private init(_ bytes: ArraySlice<UInt8>, count: Int) throws(TransactionFormatError) {
        let value: RLP
        do throws(RLPError) { value = try RLP(decoding: bytes) } catch { throw .malformed(error) }
        guard case .list(let fields) = value else { throw .field("transaction", expected: "a list") }
        guard fields.count == count else { throw .fieldCount(found: fields.count, expected: count) }
        self.fields = fields
    }

    private consuming func legacy() throws(TransactionFormatError) -> (EthereumTransaction, Signature) {
        var transaction = EthereumTransaction(
            kind: .legacy, chainID: nil, nonce: try number("nonce"), maxPriorityFee: .zero,
            maxFee: try number("gasPrice"), gasLimit: try number("gasLimit"), to: try target(),
            value: try number("value"), input: try bytes("data"))
        transaction.maxPriorityFee = transaction.maxFee
        let v: U256 = try number("v")
        if v >= 35 {
            guard let chainID = UInt64(exactly: (v - 35) >> 1) else {
                throw .field("v", expected: "27, 28 or 35 more than twice a chain id of 64 bits")
            }
            transaction.chainID = chainID
        } else if v != 27 && v != 28 {
            throw .field("v", expected: "27, 28 or 35 more than twice a chain id of 64 bits")
        }
        let isOddY = transaction.chainID == nil ? v == 28 : (v - 35) & 1 == 1
        return (transaction, Signature(r: try number("r"), s: try number("s"), isOddY: isOddY))
    }

    private consuming func typed(
        _ kind: EthereumTransaction.Kind
    ) throws(TransactionFormatError) -> (EthereumTransaction, Signature) {
        let chainID: UInt64 = try number("chainId")
        let nonce: UInt64 = try number("nonce")
        let priority: U256? = kind == .dynamicFee ? try number("maxPriorityFeePerGas") : nil
        let fee: U256 = try number(kind == .dynamicFee ? "maxFeePerGas" : "gasPrice")
        let transaction = EthereumTransaction(
            kind: kind, chainID: chainID, nonce: nonce, maxPriorityFee: priority ?? fee, maxFee: fee,
            gasLimit: try number("gasLimit"), to: try target(), value: try number("value"), input: try bytes("data"),
            accessList: try accessList())
        let parity: UInt8 = try number("yParity")
        guard parity < 2 else { throw .field("yParity", expected: "0 or 1") }
        return (transaction, Signature(r: try number("r"), s: try number("s"), isOddY: parity == 1))
    }

    private mutating func take() -> RLP {
        defer { next += 1 }
        return fields[next]
    }

    private mutating func bytes(_ name: String) throws(TransactionFormatError) -> [UInt8] {
        guard case .bytes(let bytes) = take() else { throw .field(name, expected: "bytes, not a list") }
        return bytes
    }

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ name: String
    ) throws(TransactionFormatError) -> Number {
        let bytes = try bytes(name)
        guard bytes.first != 0 else { throw .field(name, expected: "a number without zeros in front") }
        guard bytes.count <= Number.bitWidth / 8 else {
            throw .field(name, expected: "a number of at most \(Number.bitWidth) bits")
        }
        return bytes.reduce(0) { $0 << 8 | Number($1) }
    }

    private mutating func target() throws(TransactionFormatError) -> Address? {
        let bytes = try bytes("to")
        if bytes.isEmpty { return nil }
        guard let address = Address(bytes: bytes) else { throw .field("to", expected: "20 bytes or none") }
        return address
    }

    private mutating func accessList() throws(TransactionFormatError) -> [EthereumTransaction.Access] {
        let expected = "a list of pairs of an address and a list of keys of 32 bytes"
        guard case .list(let entries) = take() else { throw .field("accessList", expected: expected) }
        var list: [EthereumTransaction.Access] = []
        for entry in entries {
            guard case .list(let pair) = entry, pair.count == 2, case .bytes(let bytes) = pair[0],
                let address = Address(bytes: bytes), case .list(let keys) = pair[1]
            else { throw .field("accessList", expected: expected) }
            var hashes: [Hash256] = []
            for key in keys {
                guard case .bytes(let bytes) = key, let hash = Hash256(bytes: bytes) else {
                    throw .field("accessList", expected: expected)
                }
                hashes.append(hash)
            }
            list.append(EthereumTransaction.Access(address: address, keys: hashes))
        }
        return list
    }
}
