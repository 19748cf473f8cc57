// BLAKE2b-512 of OpenSSL, loaded when it is wanted: the measure for the speed of compiling.

import BenchmarkSupport

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One-shot hashing.
struct Hash {
    private typealias Digest =
        @convention(c) (
            UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt32>?, OpaquePointer?,
            OpaquePointer?
        ) -> Int32
    private typealias Algorithm = @convention(c) () -> OpaquePointer?

    private let digest: Digest
    private let algorithm: OpaquePointer

    init() {
        guard let library = dlopen("libcrypto.so.3", RTLD_NOW), let digest = dlsym(library, "EVP_Digest"),
            let symbol = dlsym(library, "EVP_blake2b512")
        else { fail("BLAKE2b of OpenSSL 3 was not found; install it: sudo apt-get install libssl3") }
        // SAFETY: these are the types of OpenSSL's documentation.
        self.digest = unsafeBitCast(digest, to: Digest.self)
        guard let algorithm = unsafeBitCast(symbol, to: Algorithm.self)() else { fail("this OpenSSL has no BLAKE2b") }
        self.algorithm = algorithm
    }

    func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 64)
        var count: UInt32 = 0
        let isDone = bytes.withUnsafeBytes { digest($0.baseAddress, $0.count, &result, &count, algorithm, nil) }
        guard isDone == 1, count == 64 else { fail("OpenSSL refuses to hash") }
        return result
    }
}
