// Memory that compiling needs only while it lasts, kept for the next program.
//
// The system may take milliseconds to find a large page, and only now and then gets one at once. What is kept has its pages.

import CPolkaSystem
import Synchronization

/// A piece of memory of its owner's own; what it holds at first is anything.
struct ScratchMemory: ~Copyable {
    private let block: Block
    /// How much of it has been written to, as far as is known: what is given back with it.
    var usedByteCount = 0

    var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: block.start, count: block.byteCount)
    }

    /// Bytes from the start on that may hold anything; behind them are zeros.
    var dirtyByteCount: Int { block.dirtyByteCount }

    /// nil if the system has no memory.
    init?(byteCount: Int) {
        guard let block = Block.take(byteCount: byteCount) else { return nil }
        self.block = block
    }

    deinit {
        var block = block
        block.dirtyByteCount = max(block.dirtyByteCount, usedByteCount)
        block.give()
    }

    fileprivate struct Block: @unchecked Sendable {
        // Its owner's alone, or the pool's, which a lock guards.
        let start: UnsafeMutableRawPointer
        let byteCount: Int
        var dirtyByteCount = 0

        /// At most so many pieces are kept, and none of which more has been written to.
        private static let keptCount = 3
        private static let keptByteCount = 8 << 20
        private static let pool = Mutex<[Block]>([])

        static func take(byteCount: Int) -> Block? {
            let kept = pool.withLock { pool -> Block? in
                let fits = pool.indices.filter { pool[$0].byteCount >= byteCount }
                guard let best = fits.min(by: { pool[$0].byteCount < pool[$1].byteCount }) else { return nil }
                return pool.remove(at: best)
            }
            if let kept { return kept }
            var error: Int32 = 0
            let largePage = 2 << 20
            let rounded = (byteCount + largePage - 1) / largePage * largePage
            guard let start = pvm_map(UInt64(rounded), UInt64(rounded), &error) else { return nil }
            return Block(start: start, byteCount: rounded)
        }

        func give() {
            let isKept =
                dirtyByteCount <= Self.keptByteCount
                && Self.pool.withLock { pool -> Bool in
                    // A small piece makes way for a larger one, which serves more programs.
                    guard pool.count == Self.keptCount else {
                        pool.append(self)
                        return true
                    }
                    guard let smallest = pool.indices.min(by: { pool[$0].byteCount < pool[$1].byteCount }),
                        pool[smallest].byteCount < byteCount
                    else { return false }
                    pool[smallest].unmap()
                    pool[smallest] = self
                    return true
                }
            if !isKept { unmap() }
        }

        private func unmap() { pvm_release(start, UInt64(byteCount)) }
    }
}
