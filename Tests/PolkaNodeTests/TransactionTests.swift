import PolkaABI
import PolkaAccounts
import PolkaNode
import Testing

/// Transactions and signatures against the package eth-account of PyPI.
@Suite struct TransactionTests {
    private static func transaction(_ vector: JSON) throws -> EthereumTransaction {
        let kinds: [String: EthereumTransaction.Kind] = [
            "legacy": .legacy, "accessList": .accessList, "dynamicFee": .dynamicFee,
        ]
        let list = try #require(vector["accessList"]).items.map { entry in
            let pair = try entry.items
            guard case .string(let address) = pair[0] else { throw Mismatch(description: "no address") }
            return EthereumTransaction.Access(
                address: try #require(Address(address)),
                keys: try pair[1].items.map {
                    guard case .string(let key) = $0 else { throw Mismatch(description: "no key") }
                    return try #require(Hash256(key))
                })
        }
        return EthereumTransaction(
            kind: try #require(kinds[vector.string("kind")]),
            chainID: vector.optionalString("chainID") == nil ? nil : try vector.number("chainID"),
            nonce: try vector.number("nonce"), maxPriorityFee: try vector.number("maxPriorityFee"),
            maxFee: try vector.number("maxFee"), gasLimit: try vector.number("gasLimit"),
            to: vector.optionalString("to").flatMap { Address($0) }, value: try vector.number("value"),
            input: try vector.bytes("input"), accessList: list)
    }

    @Test func readsWhatOthersSigned() throws {
        for vector in try Vectors.read("transactions.json").items {
            let signed = try SignedTransaction(decoding: vector.bytes("raw"))
            #expect(signed.transaction == (try Self.transaction(vector)))
            #expect(signed.hash.description == (try vector.string("hash")))
            #expect(signed.sender.description == (try vector.string("sender")))
            #expect(signed.signature.r == (try vector.number("r")))
            #expect(signed.signature.s == (try vector.number("s")))
            #expect(signed.transaction.v(of: signed.signature) == (try vector.number("v")))
        }
    }

    /// Signatures are deterministic (RFC 6979), so others make the same bytes.
    @Test func signsAsOthersDo() throws {
        for vector in try Vectors.read("transactions.json").items {
            let key = try #require(PrivateKey(vector.string("key")))
            let signed = try Self.transaction(vector).signed(by: key)
            #expect(Hex.text(signed.raw) == (try vector.string("raw")))
            #expect(signed.hash.description == (try vector.string("hash")))
            #expect(signed.sender.description == (try vector.string("sender")))
        }
    }

    @Test func developmentAccounts() throws {
        for (index, vector) in try Vectors.read("accounts.json").items.enumerated() {
            let account = DevelopmentAccount(index)
            #expect(account.key.description == (try vector.string("key")))
            #expect(account.address.description == (try vector.string("address")))
            let message = try vector.bytes("message")
            let hash = Hash256(keccakOf: Array("\u{19}Ethereum Signed Message:\n\(message.count)".utf8) + message)
            let signature = account.key.sign(hash)
            #expect(Hex.text(signature.bytes) == (try vector.string("signature")))
            #expect(signature.signer(of: hash) == account.address)
        }
        #expect(DevelopmentAccount(named: "BOB") == DevelopmentAccount(1))
        #expect(DevelopmentAccount(named: "judy")?.index == 9)
        #expect(DevelopmentAccount(named: "mallory") == nil)
    }

    @Test func keysAreNumbersOfTheCurve() {
        #expect(PrivateKey(bytes: [UInt8](repeating: 0, count: 32)) == nil)
        #expect(PrivateKey(bytes: [UInt8](repeating: 0xff, count: 32)) == nil)
        #expect(PrivateKey("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141") == nil)
        #expect(PrivateKey("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140") != nil)
        #expect(PrivateKey(bytes: [1, 2, 3]) == nil)
    }

    private static let order: U256 = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141

    /// A transaction in RLP with one of its fields replaced.
    private static func changed(_ field: Int, to value: RLP, kind: EthereumTransaction.Kind = .dynamicFee) throws
        -> [UInt8]
    {
        let transaction = EthereumTransaction(
            kind: kind, chainID: 420_420, nonce: 0, maxPriorityFee: 1, maxFee: 1000, gasLimit: 21000,
            to: DevelopmentAccount(1).address)
        let raw = transaction.signed(by: DevelopmentAccount(0).key).raw
        let head = kind == .legacy ? [] : Array(raw.prefix(1))
        guard case .list(var fields) = try RLP(decoding: raw.dropFirst(head.count)) else { return [] }
        fields[field] = value
        return head + RLP.list(fields).encoded
    }

    /// With the higher s, and the other y, the same person has signed, and the transaction has another hash (EIP-2).
    @Test func onlyTheLowerSCounts() throws {
        let signed = EthereumTransaction(
            kind: .dynamicFee, chainID: 1, nonce: 0, maxPriorityFee: 1, maxFee: 2, gasLimit: 3, to: nil
        ).signed(by: DevelopmentAccount(0).key)
        guard case .list(var fields) = try RLP(decoding: signed.raw.dropFirst()) else { return }
        fields[9] = .number(UInt64(signed.signature.isOddY ? 0 : 1))
        fields[11] = .number(Self.order - signed.signature.s)
        let error = #expect(throws: TransactionFormatError.self) {
            try SignedTransaction(decoding: [2] + RLP.list(fields).encoded)
        }
        guard case .invalidSignature? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test(arguments: [
        (0, RLP.bytes([0, 1]), "chainId"), (0, .bytes([UInt8](repeating: 1, count: 9)), "chainId"),
        (1, .list([]), "nonce"), (3, .bytes([UInt8](repeating: 1, count: 33)), "maxFeePerGas"),
        (5, .bytes([1, 2, 3]), "to"), (5, .bytes([UInt8](repeating: 1, count: 21)), "to"), (7, .list([]), "data"),
        (8, .bytes([1]), "accessList"), (8, .list([.bytes([1])]), "accessList"),
        (8, .list([.list([.bytes([UInt8](repeating: 1, count: 20)), .list([.bytes([1])])])]), "accessList"),
        (9, .bytes([2]), "yParity"), (11, .bytes([UInt8](repeating: 1, count: 33)), "s"),
    ])
    func wrongFields(_ field: Int, _ value: RLP, _ name: String) throws {
        let raw = try Self.changed(field, to: value)
        let error = #expect(throws: TransactionFormatError.self) { try SignedTransaction(decoding: raw) }
        guard case .field(let found, _)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(found == name)
    }

    @Test(arguments: [(10, U256.zero), (10, order), (11, .zero), (11, order), (11, order >> 1 + 1), (10, .max)])
    func wrongSignatures(_ field: Int, _ value: U256) throws {
        let raw = try Self.changed(field, to: .number(value))
        let error = #expect(throws: TransactionFormatError.self) { try SignedTransaction(decoding: raw) }
        guard case .invalidSignature? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test(arguments: [UInt64(0), 1, 26, 29, 34])
    func legacyV(_ v: UInt64) throws {
        let raw = try Self.changed(6, to: .number(v), kind: .legacy)
        #expect(throws: TransactionFormatError.self) { try SignedTransaction(decoding: raw) }
    }

    @Test func otherKinds() {
        #expect(throws: TransactionFormatError.empty) { try SignedTransaction(decoding: []) }
        #expect(throws: TransactionFormatError.unknownKind(3)) { try SignedTransaction(decoding: [3, 0xc0]) }
        #expect(throws: TransactionFormatError.unknownKind(0x7f)) { try SignedTransaction(decoding: [0x7f]) }
        #expect(throws: TransactionFormatError.fieldCount(found: 0, expected: 12)) {
            try SignedTransaction(decoding: [2, 0xc0])
        }
        #expect(throws: TransactionFormatError.fieldCount(found: 0, expected: 9)) {
            try SignedTransaction(decoding: [0xc0])
        }
    }

    /// A changed bit makes another sender or no transaction, and nothing stops.
    @Test func damagedTransactions() throws {
        let signed = EthereumTransaction(
            kind: .dynamicFee, chainID: 1, nonce: 5, maxPriorityFee: 1, maxFee: 2, gasLimit: 3, to: nil,
            input: [UInt8](0..<100)
        ).signed(by: DevelopmentAccount(0).key)
        for index in signed.raw.indices {
            for bit in 0..<8 {
                var raw = signed.raw
                raw[index] ^= 1 << bit
                if let other = try? SignedTransaction(decoding: raw) {
                    #expect(other.sender != signed.sender)
                    #expect(other.hash != signed.hash)
                }
            }
        }
    }

    @Test func fees() {
        var transaction = EthereumTransaction(
            kind: .dynamicFee, chainID: 1, nonce: 0, maxPriorityFee: 5, maxFee: 100, gasLimit: 1, to: nil)
        #expect(transaction.effectiveGasPrice(baseFee: 0) == 5)
        #expect(transaction.effectiveGasPrice(baseFee: 90) == 95)
        #expect(transaction.effectiveGasPrice(baseFee: 98) == 100)
        transaction.kind = .legacy
        #expect(transaction.effectiveGasPrice(baseFee: 7) == 100)
    }
}
