// Memory that lasts to the end of a call. Each message to a contract has an instance of its own, so nothing has to be given back.

@_extern(c, "pvm_grow_heap")
@usableFromInline func growHeap(_ size: UInt) -> UnsafeMutableRawPointer?

@_extern(c, "memcpy")
@usableFromInline func copyBytes(
    _ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer, _ count: UInt
) -> UnsafeMutableRawPointer

/// Memory to the end of the call.
@usableFromInline
enum Memory {
    /// Zeros, aligned to 16 bytes.
    ///
    /// Traps if there is no more memory.
    @usableFromInline @inline(never)
    static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        // Nothing that call data can ask for is so large; what is, must not wrap.
        guard byteCount <= 1 << 30, let memory = growHeap((UInt(byteCount) + 31) & ~15) else {
            fatalError("the contract's memory is used up: PVM_HEAP makes it larger")
        }
        return memory
    }

    /// Copies bytes to where they do not overlap.
    @inlinable @inline(__always)
    static func copy(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ count: Int) {
        _ = copyBytes(target, source, UInt(bitPattern: count))
    }
}
