// Keys of accounts, and the curve that they are numbers of: libsecp256k1.

import CSecp256k1
public import PolkaABI

/// A key that signs for an account.
public struct PrivateKey: Hashable, Sendable, CustomStringConvertible {
    /// The key's 32 bytes, the highest first.
    public let bytes: [UInt8]

    /// A key of 32 bytes; nil if there are more or fewer, or if the number is none of the curve's: 0, or its order or more.
    public init?(bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 32, secp256k1_ec_seckey_verify(Curve.context, bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    /// A key as 64 hexadecimal digits, with or without `0x`; nil for other text.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hex.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The address of the account: the last 20 bytes of the public key's hash.
    public var address: Address {
        var point = secp256k1_pubkey()
        let isMade = secp256k1_ec_pubkey_create(Curve.context, &point, bytes)
        precondition(isMade == 1, "the key was checked")
        return Curve.address(of: point)
    }

    /// Signs a hash, always with the same result (RFC 6979) and with the lower of the two possible values of s.
    public func sign(_ hash: Hash256) -> Signature {
        var signature = secp256k1_ecdsa_recoverable_signature()
        let isMade = secp256k1_ecdsa_sign_recoverable(Curve.context, &signature, hash.bytes, bytes, nil, nil)
        precondition(isMade == 1, "the key was checked")
        var numbers = [UInt8](repeating: 0, count: 64)
        var recovery: Int32 = 0
        _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(Curve.context, &numbers, &recovery, &signature)
        return Signature(
            r: U256(bigEndianBytes: numbers[..<32]), s: U256(bigEndianBytes: numbers[32...]),
            isOddY: recovery & 1 == 1)
    }

    /// The key as text: whoever prints it means to.
    public var description: String { Hex.text(bytes) }
}

/// What the functions of the library need.
enum Curve {
    /// Made once, then only read, which the library allows from all threads.
    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
    }

    private static let shared = Context()

    static var context: OpaquePointer { shared.pointer }

    /// The order of the group: private keys and the numbers of signatures are below it.
    static let order: U256 = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141

    static func address(of point: secp256k1_pubkey) -> Address {
        var point = point
        var text = [UInt8](repeating: 0, count: 65)
        var count = text.count
        _ = secp256k1_ec_pubkey_serialize(
            context, &text, &count, &point, UInt32(SECP256K1_EC_UNCOMPRESSED))
        // The first byte says that the point is not compressed.
        return Address(bytes: Keccak256.hash(text[1...]).suffix(Address.byteCount)) ?? .zero
    }
}
