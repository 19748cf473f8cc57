// Raw buffers as results, which take two registers: macros write these conversions into wrappers.
//
// A C struct, because C functions of Swift return one value, and because only of C's structs the compiler knows which registers
// they take. Exported, because expansions in guests name the type.

@_exported import CPVM

extension pvm_bytes {
    /// What an exported function returns.
    @inline(__always)
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.init(address: bytes.baseAddress, count: bytes.count)
    }

    /// What an exported function returns.
    @inline(__always)
    public init(_ bytes: UnsafeMutableRawBufferPointer) {
        self.init(address: bytes.baseAddress, count: bytes.count)
    }

    /// What an imported function returned.
    @inline(__always)
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: address, count: count)
    }

    /// What an imported function returned.
    @inline(__always)
    public var mutableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(mutating: bytes)
    }
}
