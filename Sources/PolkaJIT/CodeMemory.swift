// Memory for machine code: written, then executed and not written again while there is anybody who may execute it.

import CPolkaSystem
import PolkaVM

/// Memory that can be written.
struct CodeBuffer: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer
    /// What the memory is part of, unless it is mapped for this code alone.
    private let chunk: CodeChunk?

    /// Memory of the size that a small program is likely to need; nil if that is much.
    ///
    /// - Parameters:
    ///   - byteCount: how much may be written at most.
    ///   - expected: how much is likely to be written.
    init?(byteCount: Int, likely expected: Int) {
        guard let chunk = CodeChunk(holding: expected) else { return nil }
        self.chunk = chunk
        bytes = UnsafeMutableRawBufferPointer(start: chunk.start, count: min(byteCount, chunk.byteCount))
    }

    /// - Parameters:
    ///   - byteCount: how much there is to write to; what is not written to costs nothing.
    ///   - expected: how much of it is likely to be written.
    /// - Throws: `ModuleError.backend` if the system has no address space left.
    init(byteCount: Int, expected: Int) throws(ModuleError) {
        var code: Int32 = 0
        guard let start = pvm_code_reserve(UInt64(byteCount), UInt64(expected), &code) else {
            throw .backend("no memory for \(byteCount) bytes of machine code (errno \(code))")
        }
        chunk = nil
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        if let chunk {
            chunk.release()
        } else if let start = bytes.baseAddress {
            pvm_code_release(start, UInt64(bytes.count))
        }
    }

    /// Makes the first bytes executable and gives back the rest, or keeps it from others.
    consuming func seal(byteCount: Int) throws(ModuleError) -> CodeMemory {
        guard let start = bytes.baseAddress else { preconditionFailure("a code buffer is not empty") }
        let chunk = chunk, reserved = UInt64(bytes.count)
        discard self
        let memory = CodeMemory(start: start, byteCount: byteCount, chunk: chunk)
        let code = chunk?.seal() ?? pvm_code_seal(start, reserved, UInt64(byteCount))
        guard code == 0 else {
            throw .backend("the system does not let code be made executable (errno \(code))")
        }
        return memory
    }
}

/// Memory that can be executed.
struct CodeMemory: ~Copyable, @unchecked Sendable {
    // What it points to is immutable from the moment that this value exists until it goes.
    let start: UnsafeMutableRawPointer
    let byteCount: Int
    private let chunk: CodeChunk?

    fileprivate init(start: UnsafeMutableRawPointer, byteCount: Int, chunk: CodeChunk?) {
        self.start = start
        self.byteCount = byteCount
        self.chunk = chunk
    }

    deinit {
        if let chunk {
            chunk.free(codeByteCount: byteCount)
        } else {
            pvm_code_release(start, UInt64(byteCount))
        }
    }
}
