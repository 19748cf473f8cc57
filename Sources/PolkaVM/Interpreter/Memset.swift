// The one instruction that is a loop (isa.md 6.7): it stops, and can be started again, at every byte.

import PolkaISA

package enum MemsetOutcome {
    case done, outOfGas, badAccess
}

/// Writes the low byte of a1 to u32(a2) bytes from a0 on, window by window; a0 and a2 tell how far it came.
///
/// Each byte costs one unit of gas if running is metered.
@inline(never)
package func memset(
    _ r: UnsafeMutablePointer<UInt64>, _ memory: GuestMemory, _ gas: inout Int64, is64Bit: Bool, isMetered: Bool
) -> MemsetOutcome {
    let byte = UInt8(truncatingIfNeeded: r[Register.a1.index])
    var pointer = r[Register.a0.index]
    var remaining = UInt32(truncatingIfNeeded: r[Register.a2.index])
    var outcome = MemsetOutcome.done
    while remaining != 0 {
        if isMetered, gas == 0 {
            outcome = .outOfGas
            break
        }
        let address = UInt32(truncatingIfNeeded: pointer)
        guard memory.admitsStore(address, 1) else {
            outcome = .badAccess
            break
        }
        let window = memory.storeWindows[Window.slot(of: address)]
        // Positive, for the window holds the address.
        var count = min(Int64(remaining), Int64(window.byteCount) - Int64(address &- window.start))
        if isMetered {
            count = min(count, gas)
            gas -= count
        }
        // SAFETY: the bytes lie in a window for stores.
        (memory.base + Int(address)).initializeMemory(as: UInt8.self, repeating: byte, count: Int(count))
        pointer &+= UInt64(count)
        remaining -= UInt32(truncatingIfNeeded: count)
    }
    r[Register.a0.index] = is64Bit ? pointer : Arithmetic.extend32(pointer)
    r[Register.a2.index] = is64Bit ? UInt64(remaining) : Arithmetic.extend32(remaining)
    return outcome
}
