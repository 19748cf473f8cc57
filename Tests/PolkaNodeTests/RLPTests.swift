import PolkaABI
import PolkaNode
import Testing

/// RLP against the package rlp of PyPI.
@Suite struct RLPTests {
    private static func value(_ json: JSON) throws -> RLP {
        switch json {
        case .string(let text): .bytes(try #require(Hex.bytes(text)))
        case .array(let items): .list(try items.map(value))
        default: throw Mismatch(description: "neither bytes nor list")
        }
    }

    @Test func encodesAndDecodes() throws {
        let vectors = try #require(try Vectors.read("rlp.json")["good"]).items
        #expect(vectors.count >= 40)
        for vector in vectors {
            let value = try Self.value(try #require(vector["value"]))
            let encoded = try vector.bytes("encoded")
            #expect(value.encoded == encoded)
            #expect(try RLP(decoding: encoded) == value)
        }
    }

    @Test func refusesWhatOthersRefuse() throws {
        let vectors = try #require(try Vectors.read("rlp.json")["bad"]).items
        #expect(vectors.count >= 40)
        for vector in vectors {
            guard case .string(let text) = vector else { continue }
            #expect(throws: RLPError.self, "\(text)") { try RLP(decoding: try #require(Hex.bytes(text))) }
        }
    }

    @Test func longBytes() throws {
        let bytes = [UInt8](repeating: 7, count: 70_000)
        let encoded = RLP.bytes(bytes).encoded
        #expect(encoded.prefix(4) == [0xba, 0x01, 0x11, 0x70])
        #expect(try RLP(decoding: encoded) == .bytes(bytes))
    }

    @Test func numbers() {
        #expect(RLP.number(UInt64(0)).encoded == [0x80])
        #expect(RLP.number(UInt64(1024)).encoded == [0x82, 0x04, 0x00])
        #expect(RLP.number(U256.max).encoded == [0xa0] + [UInt8](repeating: 0xff, count: 32))
    }

    /// Every list costs stack.
    @Test func nestingHasALimit() throws {
        let lists = (0..<50).reversed().map { 0xc0 + UInt8($0) }
        let error = #expect(throws: RLPError.self) { try RLP(decoding: lists) }
        #expect(error?.reason == .tooDeep)
        #expect(error?.offset == 16)
        #expect(throws: Never.self) { try RLP(decoding: lists.suffix(16)) }
        #expect(throws: RLPError.self) { try RLP(decoding: lists.suffix(17)) }
    }

    /// Whatever is read was written in the only way there is.
    @Test func randomBytes() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                [0x80, 0x81, 0xc0, 0xc1, 0xc2, 0xb8, 0xf8, 0x00, 0x7f].randomElement(using: &generator)
                    ?? UInt8.random(in: 0...255, using: &generator)
            }
            if let value = try? RLP(decoding: bytes) { #expect(value.encoded == bytes) }
        }
    }
}
