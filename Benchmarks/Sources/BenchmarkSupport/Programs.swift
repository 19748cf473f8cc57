// Guests as programs, and as machine code of this machine.

import PolkaBlob
import PolkaISA
package import PolkaVM

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A program in the form that files have.
package struct ProgramFile {
    package let bytes: [UInt8]

    package init(_ path: String) {
        guard let file = fopen(path, "rb") else { fail("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        self.bytes = bytes
    }

    package func module(_ backend: Backend, isMetered: Bool = false) throws -> Module {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = isMetered ? .synchronous : .none
        return try Module(Blob(parsing: bytes), configuration: configuration, engine: Engine(backend: backend))
    }
}

extension Instance {
    /// Calls `run` with all the gas there is.
    package func answer(_ argument: UInt64) throws -> UInt64 {
        gas = .max
        let exit = try call("run", [argument])
        guard exit == .finished else { fail("a guest ended with \(exit)") }
        return self[.a0]
    }
}

/// A guest as a shared object, in this process.
package struct NativeGuest {
    private let run: @convention(c) (UInt64) -> UInt64

    package init(_ path: String) {
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "run") else {
            fail("\(path) cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "no reason given")")
        }
        // SAFETY: every guest defines `uint64_t run(uint64_t)`.
        run = unsafeBitCast(symbol, to: (@convention(c) (UInt64) -> UInt64).self)
    }

    package func answer(_ argument: UInt64) -> UInt64 { run(argument) }
}
