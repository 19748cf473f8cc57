// Encoding and decoding against eth-abi, and decoding of anything at all.

import PolkaABI
import Testing

@Suite struct CodingTests {
    @Test func encodesAndDecodesAsOthersDo() throws {
        let lines = try vectors("values")
        #expect(lines.count > 400)
        for line in lines {
            let (list, text, data) = (line[0], line[1], try bytes(line[2]))
            let types = try parameters(list)
            let values = try values(text, list)
            #expect(try ABIEncoder.encode(values, as: types) == data, "\(list)")
            #expect(try ABIDecoder.decode(data, as: types) == values, "\(list)")
            // Bytes behind the values are somebody else's.
            #expect(try ABIDecoder.decode(data + [1, 2, 3], as: types) == values)
            // Text to value to text.
            #expect(try ABIValue(ABIValue.tuple(values).description, as: .tuple(types)) == .tuple(values))
            #expect(try ABIType(list).name == list)
        }
    }

    @Test func refusesWhatOthersRefuse() throws {
        var refused = 0
        for line in try vectors("damaged") {
            let (list, data, outcome) = (line[0], try bytes(line[1]), line[2])
            let types = try parameters(list)
            if outcome == "refused" {
                #expect(throws: ABIError.self, "\(list) \(line[1])") { try ABIDecoder.decode(data, as: types) }
                refused += 1
            } else if let decoded = try? ABIDecoder.decode(data, as: types) {
                #expect(decoded == (try values(outcome, list)), "\(list)")
            }
        }
        #expect(refused > 100)
    }

    @Test func everyPrefixIsRefused() throws {
        for line in try vectors("values").prefix(60) {
            let types = try parameters(line[0])
            let data = try bytes(line[2])
            for length in 0..<data.count {
                #expect(throws: ABIError.self) { try ABIDecoder.decode(data[..<length], as: types) }
            }
        }
    }

    @Test func anyBytesAreReadOrRefused() throws {
        var random = SystemRandom(state: 7)
        let lists = try vectors("values").map { try parameters($0[0]) }
        for round in 0..<20_000 {
            let types = lists[round % lists.count]
            var data = (0..<(Int(random.next() % 20) * 32)).map { _ in UInt8(0) }
            for _ in 0..<(data.count / 16) {
                // Offsets and lengths that mean something are small.
                let word = Int(random.next() % UInt64(data.count / 32)) * 32
                data[word + 31] = UInt8(truncatingIfNeeded: random.next() & 0xe0)
                data[word + 30] = UInt8(truncatingIfNeeded: random.next() & 1)
                if random.next() % 8 == 0 {
                    data[word + Int(random.next() % 32)] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            if let values = try? ABIDecoder.decode(data, as: types) {
                #expect(Self.count(.tuple(values)) <= data.count / 32, "more values than words")
                #expect(try ABIDecoder.decode(ABIEncoder.encode(values, as: types), as: types) == values)
            }
        }
    }

    /// Values that take a word each.
    private static func count(_ value: ABIValue) -> Int {
        switch value {
        case .array(let values), .tuple(let values): values.reduce(0) { $0 + count($1) }
        default: 1
        }
    }

    @Test func sharedOffsetsDoNotMultiply() throws {
        // 1000 offsets to one array of 1000 offsets to one array …: a billion values of 64 KB.
        func word(_ value: Int) -> [UInt8] { U256(value).bigEndianBytes }
        var data = word(32) + word(1000)
        for _ in 0..<1000 { data += word(32 * 1000) }
        data += word(1000)
        for _ in 0..<1000 { data += word(32 * 1000) }
        data += word(1000) + [UInt8](repeating: 0, count: 32000)
        let error = failure { try ABIDecoder.decode(data, as: [ABIType("uint256[][][]")]) }
        #expect(error?.kind == .length)
        // Twice the same is more than there is, too.
        let twice = word(64) + word(64) + word(1) + word(5)
        #expect(
            failure { try ABIDecoder.decode(twice, as: [ABIType("uint256[]"), ABIType("uint256[]")]) }?.kind == .length)
    }

    @Test func errorsNameTheValue() throws {
        let types = try parameters("((address maker, uint8[] amounts)[] orders)")
        let orders = ABIValue.array([
            .tuple([.address(.zero), .array([.unsigned(1)])]),
            .tuple([.address(.zero), .array([.unsigned(1), .unsigned(256)])]),
        ])
        #expect(
            failure { try ABIEncoder.encode([orders], as: types) }?.description
                == "orders[1].amounts[1]: expected uint8, found 256")
        var data = try ABIEncoder.encode(
            [.array([.tuple([.address(.zero), .array([.unsigned(1)])])])], as: types)
        data[data.count - 2] = 1
        #expect(
            failure { try ABIDecoder.decode(data, as: types) }?.description
                == "orders[0].amounts[0], byte 0xc0: expected a uint8, found 0x" + String(repeating: "0", count: 60)
                + "0101")
        #expect(
            failure { try ABIEncoder.encode([], as: types) }?.description
                == "expected 1 value ((address maker, uint8[] amounts)[] orders), found 0")
        #expect(
            failure { try ABIEncoder.encode([.boolean(true)], as: [ABIType.address]) }?.description
                == "argument 1: expected address, found true")
    }

    @Test(arguments: [
        ("uint256", 0, ABIError.Kind.truncated), ("bool", 2, .padding), ("bytes", 31, .offset), ("bytes3", 1, .padding),
        ("string", 1 << 40, .offset), ("uint256[]", 1 << 62, .offset),
    ])
    func oneWord(_ type: String, _ value: Int, _ kind: ABIError.Kind) throws {
        let data = value == 0 ? [] : U256(value).bigEndianBytes
        let kind = type == "bytes" ? ABIError.Kind.truncated : kind
        #expect(failure { try ABIDecoder.decode(data, as: [ABIType(type)]) }?.kind == kind)
    }

    @Test func lengthsBeyondTheDataAreRefused() throws {
        for length in [33, 1 << 20, Int.max] {
            let data = U256(32).bigEndianBytes + U256(length).bigEndianBytes + [UInt8](repeating: 0, count: 32)
            for type in ["bytes", "string", "uint256[]", "uint256[][]", "(bytes,bool)[]"] {
                #expect(failure { try ABIDecoder.decode(data, as: [ABIType(type)]) } != nil, "\(type) \(length)")
            }
        }
        let highest = U256(32).bigEndianBytes + U256.max.bigEndianBytes
        #expect(failure { try ABIDecoder.decode(highest, as: [ABIType.string]) }?.kind == .length)
        #expect(failure { try ABIDecoder.decode(U256.max.bigEndianBytes, as: [ABIType.string]) }?.kind == .offset)
    }
}

/// Numbers that are the same in each run.
struct SystemRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
