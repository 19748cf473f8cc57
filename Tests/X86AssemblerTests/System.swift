// What the tests need of the system: memory that runs, and a look at files and environment.

import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func environmentValue(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
}

func isExecutable(_ path: FilePath) -> Bool { access(path.string, X_OK) == 0 }

/// The path without links, or nil if nothing is there.
func resolved(_ path: FilePath) -> FilePath? {
    guard let real = realpath(path.string, nil) else { return nil }
    defer { free(real) }
    return FilePath(String(cString: real))
}

func unlinkFile(_ path: FilePath) -> Bool { unlink(path.string) == 0 }

/// Memory straight from the system, given back at the end.
struct Mapping: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    /// Memory to be read and written, or, without access, address space only.
    init?(byteCount: Int, access: Bool = true) {
        let start = mmap(
            nil, byteCount, access ? PROT_READ | PROT_WRITE : PROT_NONE,
            MAP_PRIVATE | Int32(MAP_ANONYMOUS) | (access ? 0 : Int32(MAP_NORESERVE)), -1, 0)
        guard let start, start != MAP_FAILED else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    /// Makes the memory code; it cannot be written afterwards.
    func makeExecutable() -> Bool { mprotect(bytes.baseAddress, bytes.count, PROT_READ | PROT_EXEC) == 0 }

    /// Opens a range of pages to be read and written.
    func open(_ range: Range<Int>) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return mprotect(start + range.lowerBound, range.count, PROT_READ | PROT_WRITE) == 0
    }
}
