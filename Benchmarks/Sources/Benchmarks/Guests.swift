// The sixteen guests, as programs and as machine code of this machine.

import PolkaBlob
import PolkaVM

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A C source of the folder Guests.
struct Guest {
    let name: String
    /// What `run` is called with: some 15 ms of native work on a server of 2021.
    let work: UInt64

    /// An eighth of the work, for a quick run.
    var quick: Guest { Guest(name: name, work: max(1, work / 8)) }

    static let all = [
        Guest(name: "sha256", work: 1200), Guest(name: "blake2b", work: 1400), Guest(name: "keccak", work: 5000),
        Guest(name: "crc32", work: 1200), Guest(name: "fib", work: 6000), Guest(name: "sieve", work: 16),
        Guest(name: "matmul", work: 250), Guest(name: "quicksort", work: 24), Guest(name: "mandel", work: 120),
        Guest(name: "nbody", work: 12000), Guest(name: "bytecode", work: 24), Guest(name: "strings", work: 400),
        Guest(name: "calls", work: 1200), Guest(name: "indirect", work: 5000), Guest(name: "list", work: 80),
        Guest(name: "token", work: 130_000),
    ]
}

/// A program in the form that files have.
struct ProgramFile {
    let bytes: [UInt8]

    init(_ path: String) {
        guard let file = fopen(path, "rb") else { fail("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        self.bytes = bytes
    }

    func module(_ backend: Backend, isMetered: Bool = false) throws -> Module {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = isMetered ? .synchronous : .none
        return try Module(Blob(parsing: bytes), configuration: configuration, engine: Engine(backend: backend))
    }
}

extension Instance {
    /// Calls `run` with all the gas there is.
    func answer(_ argument: UInt64) throws -> UInt64 {
        gas = .max
        let exit = try call("run", [argument])
        guard exit == .finished else { fail("a guest ended with \(exit)") }
        return self[.a0]
    }
}

/// A guest as a shared object, in this process.
struct NativeGuest {
    private let run: @convention(c) (UInt64) -> UInt64

    init(_ path: String) {
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "run") else {
            fail("\(path) cannot be loaded: \(dlerror().map { String(cString: $0) } ?? "no reason given")")
        }
        // SAFETY: every guest defines `uint64_t run(uint64_t)`.
        run = unsafeBitCast(symbol, to: (@convention(c) (UInt64) -> UInt64).self)
    }

    func answer(_ argument: UInt64) -> UInt64 { run(argument) }
}
