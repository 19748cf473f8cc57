// The service's storage, in accumulate: bytes by bytes, and numbers by bytes.

/// The balance does not carry what shall be stored.
public struct StorageFull: Error {}

/// What the service stores on chain.
public enum Storage {
    /// A value; nil if there is none.
    public static func read(_ key: UnsafeRawBufferPointer, of service: UInt32? = nil) -> UnsafeRawBufferPointer? {
        let id = service.map { UInt64($0) } ?? Host.Service.itself
        return copied { output, length in
            Host.read(
                service: id, key: key.address, keyLength: UInt64(key.count), output: output, offset: 0, length: length)
        }
    }

    /// Stores a value; one of no bytes removes what is there.
    public static func write(
        _ value: UnsafeRawBufferPointer, for key: UnsafeRawBufferPointer
    ) throws(StorageFull) {
        let result = Host.write(
            key: key.address, keyLength: UInt64(key.count), value: value.address, valueLength: UInt64(value.count))
        if result == Host.Result.full { throw StorageFull() }
    }

    /// Removes a value.
    public static func remove(_ key: UnsafeRawBufferPointer) {
        _ = Host.write(key: key.address, keyLength: UInt64(key.count), value: key.address, valueLength: 0)
    }

    /// A number; 0 if there is none.
    public static func number(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var value: UInt64 = 0
        _ = Host.read(
            service: Host.Service.itself, key: key.address, keyLength: UInt64(key.count), output: &value, offset: 0,
            length: 8)
        return value
    }

    /// Stores a number.
    public static func setNumber(_ value: UInt64, for key: UnsafeRawBufferPointer) throws(StorageFull) {
        var value = value
        let result = withUnsafeBytes(of: &value) { bytes in
            Host.write(key: key.address, keyLength: UInt64(key.count), value: bytes.address, valueLength: 8)
        }
        if result == Host.Result.full { throw StorageFull() }
    }

    /// A number by a name that is known at compile time.
    public static func number(_ key: StaticString) -> UInt64 { number(key.rawBytes) }

    /// Stores a number by a name that is known at compile time.
    public static func setNumber(_ value: UInt64, for key: StaticString) throws(StorageFull) {
        try setNumber(value, for: key.rawBytes)
    }
}

extension StaticString {
    /// Its bytes.
    public var rawBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(utf8Start), count: utf8CodeUnitCount)
    }
}
