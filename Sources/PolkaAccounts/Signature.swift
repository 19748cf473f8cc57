// Signatures from which the signer's address follows.

import CSecp256k1
public import PolkaABI

/// A signature of Ethereum's kind.
public struct Signature: Hashable, Sendable {
    /// The first number.
    public let r: U256
    /// The second number.
    public let s: U256
    /// Whether of the two points with `r` as coordinate the one whose y is odd was meant.
    public let isOddY: Bool

    /// A signature of its numbers, which may be those of none.
    public init(r: U256, s: U256, isOddY: Bool) {
        self.r = r
        self.s = s
        self.isOddY = isOddY
    }

    /// Whether both numbers are of the curve and s is the lower one of the two that sign the same (EIP-2): the other would give the
    /// same transaction a second hash.
    public var isCanonical: Bool { r > .zero && r < Curve.order && s > .zero && s <= Curve.order >> 1 }

    /// Who signed a hash; nil if nobody can have.
    public func signer(of hash: Hash256) -> Address? {
        var signature = secp256k1_ecdsa_recoverable_signature()
        let numbers = r.bigEndianBytes + s.bigEndianBytes
        guard
            secp256k1_ecdsa_recoverable_signature_parse_compact(Curve.context, &signature, numbers, isOddY ? 1 : 0) == 1
        else { return nil }
        var point = secp256k1_pubkey()
        guard secp256k1_ecdsa_recover(Curve.context, &point, &signature, hash.bytes) == 1 else { return nil }
        return Curve.address(of: point)
    }

    /// r, s and 27 or 28, 65 bytes: what `eth_sign` gives and `ecrecover` takes.
    public var bytes: [UInt8] { r.bigEndianBytes + s.bigEndianBytes + [isOddY ? 28 : 27] }
}
