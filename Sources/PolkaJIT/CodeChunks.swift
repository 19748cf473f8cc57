// Pieces of memory for the machine code of small programs, kept when a module goes and used for the next one: to get fresh
// memory from the system and give it back takes longer than compiling a small program does.
//
// A chunk is a mapping of its own that holds one piece of code at a time. It is either writable or executable: opened for
// writing it is not executable, sealed it is not writable, and while nobody has it it is open. What was code is overwritten with
// traps before anything else becomes executable beside it. To take away the right to execute or to write makes the system
// interrupt every processor that runs a thread of the process, so none goes on with instructions that it fetched before.
//
// The mapping is private: a process that forks shares no code with its child.

import CPolkaSystem
import Synchronization

/// A piece of memory for code, of one of a few sizes.
struct CodeChunk: @unchecked Sendable {
    // What it points to is its owner's alone.
    let start: UnsafeMutableRawPointer
    private let sizeClass: Int

    /// The sizes, in bytes; programs for which the largest is too small fill large pages of the system.
    private static let byteCounts = [64 << 10, 128 << 10, 256 << 10, 512 << 10]
    /// Of each size so much is kept while nobody uses it, 4 MiB in all; the rest goes back to the system.
    static let keptByteCount = 1 << 20

    private static let kept = Mutex([[CodeChunk]](repeating: [], count: byteCounts.count))

    var byteCount: Int { Self.byteCounts[sizeClass] }

    /// Memory that can be written; nil if it is too much for a chunk, or the system refuses.
    ///
    /// - Parameter byteCount: how much is needed.
    init?(holding byteCount: Int) {
        guard let sizeClass = Self.byteCounts.firstIndex(where: { $0 >= byteCount }) else { return nil }
        if let chunk = Self.kept.withLock({ $0[sizeClass].popLast() }) {
            self = chunk
            return
        }
        var code: Int32 = 0
        guard let start = pvm_code_chunk_reserve(UInt64(Self.byteCounts[sizeClass]), &code) else { return nil }
        self.start = start
        self.sizeClass = sizeClass
    }

    /// Makes it executable; returns 0 or errno.
    func seal() -> Int32 { pvm_code_seal(start, UInt64(byteCount), UInt64(byteCount)) }

    /// Gives back sealed memory that holds code.
    ///
    /// - Parameter codeByteCount: how much of it is code.
    func free(codeByteCount: Int) {
        guard pvm_code_chunk_open(start, UInt64(byteCount)) == 0 else { return release() }
        start.initializeMemory(as: UInt8.self, repeating: Self.trap, count: codeByteCount)
        let isKept = Self.kept.withLock { kept in
            guard (kept[sizeClass].count + 1) * byteCount <= Self.keptByteCount else { return false }
            kept[sizeClass].append(self)
            return true
        }
        if !isKept { release() }
    }

    /// Gives it back to the system.
    func release() { pvm_code_chunk_release(start, UInt64(byteCount)) }

    /// `int3`.
    private static let trap: UInt8 = 0xcc

    /// Bytes of chunks that are kept while nobody uses them.
    static var unusedByteCount: Int {
        kept.withLock { kept in kept.reduce(0) { sum, chunks in sum + chunks.reduce(0) { $0 + $1.byteCount } } }
    }
}
