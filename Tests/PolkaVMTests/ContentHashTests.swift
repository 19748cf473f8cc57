// Hashes of content, against Python's hashlib: `hashlib.blake2b(data, digest_size=32).hexdigest()`.

import PolkaVM
import Testing

@Suite struct ContentHashTests {
    @Test func known() {
        #expect(
            ContentHash(of: []).description == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")
        #expect(
            ContentHash(of: Array("abc".utf8)).description
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }

    @Test func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var hasher = ContentHasher()
        for start in stride(from: 0, to: 1000, by: 7) {
            bytes[start..<min(1000, start + 7)].withUnsafeBytes { hasher.update($0) }
        }
        let hash = hasher.finalize()
        #expect(hash == ContentHash(of: bytes))
        #expect(ContentHash(stored: hash.bytes) == hash)
        #expect(ContentHash(stored: hash.bytes.dropLast()) == nil)
    }
}
