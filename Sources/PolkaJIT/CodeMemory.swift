// Memory for machine code: written once, then executed and never written again.

import CPolkaSystem
import PolkaVM

/// Memory that can be written.
struct CodeBuffer: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - byteCount: how much there is to write to; what is not written to costs nothing.
    ///   - expected: how much of it is likely to be written.
    /// - Throws: `ModuleError.backend` if the system has no address space left.
    init(byteCount: Int, expected: Int) throws(ModuleError) {
        var code: Int32 = 0
        guard let start = pvm_code_reserve(UInt64(byteCount), UInt64(expected), &code) else {
            throw .backend("no memory for \(byteCount) bytes of machine code (errno \(code))")
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit {
        if let start = bytes.baseAddress { pvm_code_release(start, UInt64(bytes.count)) }
    }

    /// Makes the first bytes executable and gives back the rest.
    consuming func seal(byteCount: Int) throws(ModuleError) -> CodeMemory {
        guard let start = bytes.baseAddress else { preconditionFailure("a code buffer is not empty") }
        let reserved = UInt64(bytes.count)
        discard self
        let memory = CodeMemory(start: start, byteCount: byteCount)
        let code = pvm_code_seal(start, reserved, UInt64(byteCount))
        guard code == 0 else {
            throw .backend("the system does not let code be made executable (errno \(code))")
        }
        return memory
    }
}

/// Memory that can be executed.
final class CodeMemory: Sendable {
    // SAFETY: what it points to is immutable from the moment that this object exists until nobody has it.
    nonisolated(unsafe) let start: UnsafeMutableRawPointer
    let byteCount: Int

    init(start: UnsafeMutableRawPointer, byteCount: Int) {
        self.start = start
        self.byteCount = byteCount
    }

    deinit {
        pvm_code_release(start, UInt64(byteCount))
    }
}
