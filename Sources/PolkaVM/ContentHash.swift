// What bytes are known by: BLAKE2b, as Polkadot names content. It tells whether a file is what it was when it was written, and
// whether two states are equal.

import CPolkaSystem

/// The BLAKE2b-256 hash of some bytes.
public struct ContentHash: Sendable, Hashable, CustomStringConvertible {
    /// Length of a hash, in bytes.
    public static let byteCount = Int(PVM_HASH_BYTE_COUNT)

    /// 32 bytes.
    public let bytes: [UInt8]

    /// Hashes bytes.
    public init(of bytes: [UInt8]) {
        var hasher = ContentHasher()
        bytes.withUnsafeBytes { hasher.update($0) }
        self = hasher.finalize()
    }

    /// - Parameter bytes: of a hash that was stored; nil unless there are 32.
    public init?(stored bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    fileprivate init(finalized bytes: [UInt8]) { self.bytes = bytes }

    /// 64 hex digits.
    public var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// Hashes bytes that come in pieces.
package struct ContentHasher: ~Copyable {
    private let state: OpaquePointer

    package init() { state = pvm_hasher_create() }

    deinit { pvm_hasher_destroy(state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // SAFETY: the pointer is good for so many bytes.
        if let start = bytes.baseAddress { pvm_hasher_update(state, start, UInt64(bytes.count)) }
    }

    /// Adds an integer, as eight bytes, little-endian.
    package mutating func update(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { update($0) }
    }

    /// The hash of all bytes so far.
    package consuming func finalize() -> ContentHash {
        var bytes = [UInt8](repeating: 0, count: ContentHash.byteCount)
        pvm_hasher_finish(state, &bytes)
        return ContentHash(finalized: bytes)
    }
}
