// The public half of keys, where somebody has only that.

import CSecp256k1
public import PolkaABI

/// A point of the curve secp256k1.
public struct PublicKey: Hashable, Sendable {
    /// 33 bytes, or 65 that begin with 4.
    public let bytes: [UInt8]
    /// The address of the account: the last 20 bytes of the key's hash.
    public let address: Address

    /// The key of so many bytes; nil if they are no point of the curve.
    public init?(bytes: [UInt8]) {
        var point = secp256k1_pubkey()
        guard secp256k1_ec_pubkey_parse(Curve.context, &point, bytes, bytes.count) == 1 else { return nil }
        self.bytes = bytes
        address = Curve.address(of: point)
    }
}
