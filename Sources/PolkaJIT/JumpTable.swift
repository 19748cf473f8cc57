// Where dynamic jumps go: native addresses by code address, odd ones included, which lead to a trap.
//
// A jump reads its entry with one instruction if the table lies so low in the address space that the instruction can hold
// its address. Such memory is scarce and comes from the system in pages, so all tables share one piece of it.

import CPolkaSystem
import Synchronization

/// The table of one compiled program.
final class JumpTable: Sendable {
    // SAFETY: written once, before any code that reads it is run.
    nonisolated(unsafe) let entries: UnsafeMutableBufferPointer<UInt64>
    private let block: LowMemory.Block?

    /// The address of the first entry, if an instruction can hold it.
    var address: Int32? { block.map { Int32(truncatingIfNeeded: Int(bitPattern: $0.start)) } }

    /// - Parameters:
    ///   - entryCount: the entries of the program's own table.
    ///   - usesLowMemory: whether an instruction shall be able to hold its address, if possible.
    init(entryCount: Int, usesLowMemory: Bool) {
        // Code addresses count by twos from 2 on.
        let count = 2 * entryCount + 2
        block = usesLowMemory ? LowMemory.allocate(byteCount: count * MemoryLayout<UInt64>.stride) : nil
        let start = block?.start.bindMemory(to: UInt64.self, capacity: count) ?? .allocate(capacity: count)
        entries = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit {
        if let block { LowMemory.free(block) } else { entries.deallocate() }
    }
}

/// Memory below 2 GiB, in blocks whose sizes are powers of two.
private enum LowMemory {
    struct Block: @unchecked Sendable {
        // The block is its owner's alone.
        let start: UnsafeMutableRawPointer
        let sizeClass: Int
    }

    private struct State {
        /// Where blocks come from that nobody had before; nil if there is no such memory.
        var next: UnsafeMutableRawPointer?
        var end: UnsafeMutableRawPointer?
        var isReserved = false
        /// Blocks that were given back, by the logarithm of their size.
        var free = [[UnsafeMutableRawPointer]](repeating: [], count: Int.bitWidth)
    }

    /// Address space, of which nothing is used that no table lies in.
    private static let reservedByteCount = 512 << 20
    private static let smallestClass = 6
    /// Blocks of this class and above give their memory back to the system while nobody has them.
    private static let largeClass = 16
    // The pointers in it are guarded by the lock.
    private struct Guarded: @unchecked Sendable { var state = State() }
    private static let guarded = Mutex(Guarded())

    static func allocate(byteCount: Int) -> Block? {
        let sizeClass = max(smallestClass, Int.bitWidth - (byteCount - 1).leadingZeroBitCount)
        return guarded.withLock { guarded in
            if let start = guarded.state.free[sizeClass].popLast() { return Block(start: start, sizeClass: sizeClass) }
            if !guarded.state.isReserved {
                guarded.state.isReserved = true
                guarded.state.next = pvm_reserve_low(UInt64(reservedByteCount))
                guarded.state.end = guarded.state.next.map { $0 + reservedByteCount }
            }
            guard let start = guarded.state.next, let end = guarded.state.end, end - start >= 1 << sizeClass else {
                return nil
            }
            guarded.state.next = start + (1 << sizeClass)
            return Block(start: start, sizeClass: sizeClass)
        }
    }

    static func free(_ block: Block) {
        if block.sizeClass >= largeClass { _ = pvm_clear(block.start, UInt64(1) << UInt64(block.sizeClass)) }
        guarded.withLock { $0.state.free[block.sizeClass].append(block.start) }
    }
}
