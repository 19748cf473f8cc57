// The memory of instances.

public import CPolkaVM
import PolkaVM

/// Does something with the memory of an instance.
@inline(__always)
private func withMemory(
    _ instance: pvm_instance, _ error: UnsafeMutablePointer<pvm_error>?,
    _ body: (GuestMemory) throws(MemoryError) -> Void
) -> pvm_status {
    report(error) { () throws(Failure) in try use(instance, body) }
}

@inline(__always)
private func use(
    _ instance: pvm_instance, _ body: (GuestMemory) throws(MemoryError) -> Void
) throws(Failure) {
    try withInstance(instance) { instance throws(Failure) in
        do throws(MemoryError) { try body(instance.memory) } catch { throw Failure(error) }
    }
}

/// A guest address as it comes out of a register.
@inline(__always)
private func guestAddress(_ address: UInt64) throws(Failure) -> UInt32 {
    guard let narrow = UInt32(exactly: address) else {
        throw Failure(
            PVM_ERROR_MEMORY, "guest address 0x\(String(address, radix: 16)) is wider than 32 bits")
    }
    return narrow
}

private func rights(_ access: UInt32) throws(Failure) -> GuestMemory.Rights {
    switch Int(access) {
    case PVM_ACCESS_READ: .read
    case PVM_ACCESS_READ_WRITE: .readWrite
    default: throw .invalid("access", access, expected: "PVM_ACCESS_READ or PVM_ACCESS_READ_WRITE, 1 or 2")
    }
}

@c @implementation
public func pvm_memory_read(
    _ instance: pvm_instance, _ address: UInt64, _ target: UnsafeMutableRawPointer?, _ byteCount: Int,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let count = try bytes(target, byteCount, "bytes").count
        let address = try guestAddress(address)
        try use(instance) { memory throws(MemoryError) in
            try memory.read(at: address, into: UnsafeMutableRawBufferPointer(start: target, count: count))
        }
    }
}

@c @implementation
public func pvm_memory_write(
    _ instance: pvm_instance, _ address: UInt64, _ source: UnsafeRawPointer?, _ byteCount: Int,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let source = try bytes(source, byteCount, "bytes")
        let address = try guestAddress(address)
        try use(instance) { memory throws(MemoryError) in try memory.write(from: source, at: address) }
    }
}

@c @implementation
public func pvm_memory_zero(
    _ instance: pvm_instance, _ address: UInt64, _ byteCount: UInt64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let address = try guestAddress(address)
        try use(instance) { memory throws(MemoryError) in
            try memory.zero(at: address, byteCount: Int(clamping: byteCount))
        }
    }
}

@c @implementation
public func pvm_memory_is_accessible(
    _ instance: pvm_instance, _ address: UInt64, _ byteCount: UInt64, _ forWriting: UInt32,
    _ isAccessible: UnsafeMutablePointer<UInt32>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(isAccessible, "is_accessible")
        let writing = try flag(forWriting, "for_writing")
        try use(instance) { memory in
            let answer = UInt32(exactly: address).map {
                memory.isAccessible(at: $0, byteCount: Int(clamping: byteCount), writing: writing)
            }
            result.initialize(to: answer == true ? 1 : 0)
        }
    }
}

@c @implementation
public func pvm_memory_map(
    _ instance: pvm_instance, _ address: UInt64, _ byteCount: UInt64, _ access: UInt32,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    changePages(instance, address, access, error) { memory, address, rights throws(MemoryError) in
        try memory.mapZeroed(at: address, byteCount: byteCount, rights)
    }
}

@c @implementation
public func pvm_memory_protect(
    _ instance: pvm_instance, _ address: UInt64, _ byteCount: UInt64, _ access: UInt32,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    changePages(instance, address, access, error) { memory, address, rights throws(MemoryError) in
        try memory.protect(at: address, byteCount: byteCount, rights)
    }
}

@c @implementation
public func pvm_memory_unmap(
    _ instance: pvm_instance, _ address: UInt64, _ byteCount: UInt64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let address = try guestAddress(address)
        try use(instance) { memory throws(MemoryError) in try memory.unmap(at: address, byteCount: byteCount) }
    }
}

@c @implementation
public func pvm_memory_get_heap_size(
    _ instance: pvm_instance, _ byteCount: UnsafeMutablePointer<UInt32>?, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    report(error) { () throws(Failure) in
        let result = try required(byteCount, "byte_count")
        try use(instance) { memory in result.initialize(to: memory.heapSize) }
    }
}

@c @implementation
public func pvm_memory_grow_heap(
    _ instance: pvm_instance, _ byteCount: UInt32, _ heapEnd: UnsafeMutablePointer<UInt32>?,
    _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    withMemory(instance, error) { memory throws(MemoryError) in
        let end = try memory.sbrk(byteCount)
        heapEnd?.initialize(to: end ?? 0)
    }
}

@c @implementation
public func pvm_memory_set_auxiliary_size(
    _ instance: pvm_instance, _ byteCount: UInt32, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    withMemory(instance, error) { memory throws(MemoryError) in try memory.setAccessibleAuxiliarySize(byteCount) }
}

@c @implementation
public func pvm_memory_reset(_ instance: pvm_instance, _ error: UnsafeMutablePointer<pvm_error>?) -> pvm_status {
    withMemory(instance, error) { memory throws(MemoryError) in try memory.reset() }
}

@c @implementation
public func pvm_memory_set_limit(
    _ instance: pvm_instance, _ byteCount: UInt64, _ error: UnsafeMutablePointer<pvm_error>?
) -> pvm_status {
    withMemory(instance, error) { memory in memory.byteLimit = byteCount == .max ? nil : byteCount }
}

/// Does something to pages that C names by their address and what the guest may do there.
private func changePages(
    _ instance: pvm_instance, _ address: UInt64, _ access: UInt32, _ error: UnsafeMutablePointer<pvm_error>?,
    _ body: (GuestMemory, UInt32, GuestMemory.Rights) throws(MemoryError) -> Void
) -> pvm_status {
    report(error) { () throws(Failure) in
        let (address, rights) = (try guestAddress(address), try rights(access))
        try use(instance) { memory throws(MemoryError) in try body(memory, address, rights) }
    }
}
