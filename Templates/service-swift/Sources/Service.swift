// {{name}}: a JAM service that adds up numbers of 64 bits, little-endian, one behind the other.

import PVM

// Outputs stay where they are until the host has read them. A service has one thread, so nothing can go wrong that
// `nonisolated(unsafe)` would warn of.
private nonisolated(unsafe) var output = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
nonisolated(unsafe) var total: UInt64 = 0

/// Off-chain: from the payload of a work item to its result.
@Export func refine(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    result(addedUp(payload))
}

/// On-chain: takes up the results.
@Export func accumulate(_ results: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    total &+= addedUp(results)
    return result(total)
}

func addedUp(_ numbers: UnsafeRawBufferPointer) -> UInt64 {
    var reader = ByteReader(numbers)
    var sum: UInt64 = 0
    while let number = try? reader.read(UInt64.self) { sum &+= number }
    return sum
}

private func result(_ number: UInt64) -> UnsafeRawBufferPointer {
    output.storeBytes(of: number.littleEndian, as: UInt64.self)
    return UnsafeRawBufferPointer(output)
}
