// The values that host functions find and leave in a contract's memory (host-api.md 1.1): numbers little-endian, all else as it is.

import PolkaABI
import PolkaVM

extension GuestMemory {
    /// Copies bytes out of a contract's memory.
    func bytes(at address: UInt32, _ count: UInt32) throws(FrameError) -> [UInt8] {
        do throws(MemoryError) { return try read(at: address, byteCount: Int(count)) } catch {
            throw .outOfBounds(address: address, byteCount: count)
        }
    }

    /// Four words of 64 bits as they lie there.
    private func words(at address: UInt32) throws(FrameError) -> (UInt64, UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        do {
            try withUnsafeMutableBytes(of: &words) { try read(at: address, into: $0) }
        } catch { throw .outOfBounds(address: address, byteCount: 32) }
        return words
    }

    /// A number of 256 bits.
    func number(at address: UInt32) throws(FrameError) -> U256 {
        let words = try words(at: address)
        return U256(
            limbs: UInt64(littleEndian: words.0), UInt64(littleEndian: words.1), UInt64(littleEndian: words.2),
            UInt64(littleEndian: words.3))
    }

    /// A hash, a key or a word.
    func hash(at address: UInt32) throws(FrameError) -> Hash256 {
        let words = try words(at: address)
        return Hash256(
            bigEndian: U256(
                limbs: UInt64(bigEndian: words.3), UInt64(bigEndian: words.2), UInt64(bigEndian: words.1),
                UInt64(bigEndian: words.0)))
    }

    /// An address.
    func address(at address: UInt32) throws(FrameError) -> Address {
        var parts: (UInt64, UInt64, UInt32) = (0, 0, 0)
        do {
            try withUnsafeMutableBytes(of: &parts) {
                try read(at: address, into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(Address.byteCount)))
            }
        } catch { throw .outOfBounds(address: address, byteCount: UInt32(Address.byteCount)) }
        return Address(
            upper: UInt64(bigEndian: parts.0), middle: UInt64(bigEndian: parts.1), lower: UInt32(bigEndian: parts.2))
    }

    /// An integer of 32 bits.
    func integer(at address: UInt32) throws(FrameError) -> UInt32 {
        do throws(MemoryError) { return try readInteger(at: address, as: UInt32.self) } catch {
            throw .outOfBounds(address: address, byteCount: 4)
        }
    }

    /// Copies bytes into a contract's memory.
    func put(_ bytes: UnsafeRawBufferPointer, at address: UInt32) throws(FrameError) {
        do throws(MemoryError) { try write(from: bytes, at: address) } catch {
            throw .outOfBounds(address: address, byteCount: UInt32(clamping: bytes.count))
        }
    }

    func put(_ bytes: [UInt8], at address: UInt32) throws(FrameError) {
        do throws(MemoryError) { try write(bytes, at: address) } catch {
            throw .outOfBounds(address: address, byteCount: UInt32(clamping: bytes.count))
        }
    }

    func put(_ value: UInt32, at address: UInt32) throws(FrameError) {
        do throws(MemoryError) { try writeInteger(value, at: address) } catch {
            throw .outOfBounds(address: address, byteCount: 4)
        }
    }

    func put(_ number: U256, at address: UInt32) throws(FrameError) {
        let limbs = number.limbs
        try put(
            (limbs.0.littleEndian, limbs.1.littleEndian, limbs.2.littleEndian, limbs.3.littleEndian), at: address)
    }

    func put(_ hash: Hash256, at address: UInt32) throws(FrameError) {
        let limbs = hash.bigEndian.limbs
        try put((limbs.3.bigEndian, limbs.2.bigEndian, limbs.1.bigEndian, limbs.0.bigEndian), at: address)
    }

    func put(_ value: Address, at address: UInt32) throws(FrameError) {
        let parts = (value.upper.bigEndian, value.middle.bigEndian, value.lower.bigEndian)
        do {
            try withUnsafeBytes(of: parts) {
                try write(from: UnsafeRawBufferPointer(rebasing: $0.prefix(Address.byteCount)), at: address)
            }
        } catch { throw .outOfBounds(address: address, byteCount: UInt32(Address.byteCount)) }
    }

    private func put(_ words: (UInt64, UInt64, UInt64, UInt64), at address: UInt32) throws(FrameError) {
        do { try withUnsafeBytes(of: words) { try write(from: $0, at: address) } } catch {
            throw .outOfBounds(address: address, byteCount: 32)
        }
    }

    func clear(at address: UInt32, _ count: UInt32) throws(FrameError) {
        do throws(MemoryError) { try zero(at: address, byteCount: Int(count)) } catch {
            throw .outOfBounds(address: address, byteCount: count)
        }
    }
}
