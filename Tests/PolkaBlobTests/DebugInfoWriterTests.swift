// Writing debug sections: the worked example to the byte, the encoder of linker.md 14.2 by hand, round trips of random frames.

import PolkaBlob
import Testing

@Suite struct DebugInfoWriterTests {
    static func frame(
        _ kind: SourceFrame.Kind, _ function: String? = nil, _ path: String? = nil, _ line: UInt32? = nil,
        _ column: UInt32? = nil, namespace: String? = nil
    ) -> SourceFrame {
        SourceFrame(kind: kind, namespace: namespace, function: function, path: path, line: line, column: column)
    }

    static func written(_ pieces: [(Range<UInt32>, [SourceFrame])]) -> DebugSections {
        var writer = DebugInfoWriter()
        for (code, frames) in pieces { writer.append(code, frames) }
        return writer.finish()
    }

    /// All regions of all ranges.
    static func regions(_ sections: DebugSections) throws -> [(code: Range<UInt32>, frames: [SourceFrame])] {
        let info = try DebugInfo(sections)
        var result: [(Range<UInt32>, [SourceFrame])] = []
        for range in info.ranges {
            var end = range.code.lowerBound
            try info.forEachRegion(of: range) {
                #expect($0.lowerBound == end)
                end = $0.upperBound
                result.append(($0, $1))
            }
            #expect(end == range.code.upperBound)
        }
        return result
    }

    @Test func workedExample() {
        let main = Self.frame(.enter, "main", "a.c", 5)
        #expect(Self.written([(0..<13, [main])]) == BlobTests.debug)
        // In pieces it is the same.
        #expect(Self.written([(0..<3, [main]), (3..<6, [main]), (6..<13, [main])]) == BlobTests.debug)
        #expect(Self.written([]).isEmpty)
        #expect(Self.written([(0..<5, [])]).isEmpty)
        #expect(Self.written([(0..<5, [Self.frame(.line, nil, nil, 3)])]).isEmpty)
    }

    /// Each way to say a change, in the order of linker.md 14.2.
    @Test func encoder() {
        let enter = Self.frame(.enter, "f", "a.c", 5)
        func line(_ line: UInt32?, _ column: UInt32? = nil) -> SourceFrame {
            Self.frame(.line, "f", "a.c", line, column)
        }
        let sections = Self.written([
            (0..<1, [enter]),
            (1..<4, [enter, line(6, 3)]),
            (4..<5, [enter, line(7, 3)]),
            (5..<9, [enter, line(300, 3)]),
            (9..<10, [enter, line(290, 4)]),
            (10..<12, [enter, line(nil)]),
            (12..<14, [enter]),
            (14..<15, [enter, line(1), Self.frame(.enter, "g", "b.c", 2, namespace: "n")]),
            (20..<21, [enter]),
        ])
        #expect(
            sections.strings == [0, 1] + Array("f".utf8) + [3] + Array("a.c".utf8)
                + [1] + Array("n".utf8) + [1] + Array("g".utf8) + [3] + Array("b.c".utf8))
        #expect(
            sections.linePrograms == [
                1,
                10, 1, 2, 6, 1, 7, 3, 8, 5, 16,  // one frame, then a second one
                1, 1, 4, 6, 1, 7, 3, 8, 6, 9, 3, 15, 3,
                11, 14,
                12, 0x81, 0x25, 15, 4,  // 300 - 7 = 293
                13, 10, 9, 4, 14,
                8, 0, 9, 0, 19, 2,  // nothing known, then one frame less
                15, 2, 10, 3,  // two frames more
                8, 1, 1, 2, 2, 5, 7, 6, 9, 7, 11, 8, 2, 14, 0,
                // What is not adjacent is another group.
                10, 1, 2, 6, 1, 7, 3, 8, 5, 14, 0,
            ])
        #expect(
            sections.ranges == [
                0, 0, 0, 0, 15, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0, 21, 0, 0, 0, 61, 0, 0, 0,
            ])
    }

    /// A group is a run with one outermost function.
    @Test func groups() throws {
        let sections = Self.written([
            (0..<4, [Self.frame(.enter, "f", "a.c", 1)]), (4..<6, [Self.frame(.enter, "f", "a.c", 2)]),
            (6..<8, [Self.frame(.enter, "f", "b.c", 2)]), (8..<9, [Self.frame(.enter, "g", "b.c", 2)]),
            (9..<10, []), (10..<12, [Self.frame(.enter, "g", "b.c", 2)]),
        ])
        let info = try DebugInfo(sections)
        #expect(info.ranges.map(\.code) == [0..<6, 6..<8, 8..<9, 10..<12])
        #expect(try info.frames(at: 9) == [])
        #expect(try info.frames(at: 5).first?.line == 2)
    }

    /// What has no room: first the declarations of inlined functions, then the outer ones of them.
    @Test func deepFrames() throws {
        func inlined(_ count: Int) -> [SourceFrame] {
            (0..<count).flatMap { index -> [SourceFrame] in
                let name = "f\(index)"
                return [
                    Self.frame(.enter, name, "a.c", UInt32(index + 1)),
                    Self.frame(index + 1 < count ? .call : .line, name, "a.c", UInt32(100 + index), 7),
                ]
            }
        }
        func written(_ frames: [SourceFrame]) throws -> [SourceFrame] {
            try DebugInfo(Self.written([(0..<4, frames)])).frames(at: 0)
        }
        #expect(try written(inlined(8)) == inlined(8))
        // Nine functions: two declarations go.
        let nine = inlined(9)
        #expect(try written(nine) == nine.enumerated().filter { $0.offset != 2 && $0.offset != 4 }.map(\.element))
        // Thirty: the first and the last fifteen lines.
        let thirty = inlined(30)
        #expect(try written(thirty) == [thirty[0]] + (15..<30).map { thirty[2 * $0 + 1] })
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var pieces: [(code: Range<UInt32>, frames: [SourceFrame])] = []
        var offset: UInt32 = 0
        var frames: [SourceFrame] = []
        for _ in 0..<200 {
            if random.below(5) == 0 { offset += 1 + random.below(4) }
            switch random.below(6) {
            case 0: frames = (0..<Int(random.below(17))).map { _ in random.frame() }
            case 1: if frames.count < 16 { frames.append(random.frame()) }
            case 2: _ = frames.popLast()
            case 3: break
            default: if !frames.isEmpty { frames[Int(random.below(UInt32(frames.count)))] = random.frame() }
            }
            let end = offset + 1 + random.below(random.below(8) == 0 ? 100_000 : 6)
            pieces.append((offset..<end, frames))
            offset = end
        }
        let sections = Self.written(pieces.map { ($0.code, $0.frames) })
        let info = try DebugInfo(sections)
        for piece in pieces {
            let known = piece.frames.first.map { $0.function != nil || $0.path != nil } ?? false
            for offset in [piece.code.lowerBound, piece.code.upperBound - 1] {
                #expect(try info.frames(at: offset) == (known ? piece.frames : []))
            }
        }
        // No piece is cut in two, and each range is covered.
        #expect(try Self.regions(sections).count <= pieces.count)
    }

    /// The most that can change from one piece to the next stays far below the reader's limit.
    @Test func operationsPerRegion() throws {
        let pieces = (0..<20).map { (piece: Int) -> (Range<UInt32>, [SourceFrame]) in
            let kinds: [SourceFrame.Kind] = [.enter, .call, .line]
            let frames = (0..<(piece.isMultiple(of: 2) ? 16 : 14)).map { depth in
                Self.frame(
                    kinds[(piece + depth) % 3], depth == 0 ? "f" : "f\(piece).\(depth)", depth == 0 ? "a" : "a\(piece)",
                    UInt32(1 + piece * 7 % 5), UInt32(1 + piece), namespace: depth == 0 ? nil : "n\(piece)\(depth)")
            }
            return (UInt32(piece)..<UInt32(piece + 1), frames)
        }
        #expect(try Self.regions(Self.written(pieces)).map(\.frames) == pieces.map(\.1))
    }
}

/// Random numbers that depend on nothing but the seed.
private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: UInt32) -> UInt32 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return UInt32(truncatingIfNeeded: (mixed ^ mixed >> 31) >> 32) % max(1, bound)
    }

    mutating func frame() -> SourceFrame {
        let kinds: [SourceFrame.Kind] = [.enter, .call, .line]
        func name(_ number: UInt32) -> String? { number == 0 ? nil : String(repeating: "n", count: Int(number)) }
        return SourceFrame(
            kind: kinds[Int(below(3))], namespace: name(below(4)), function: name(below(200)), path: name(below(3)),
            line: below(3) == 0 ? nil : 1 + below(below(2) == 0 ? 10 : .max - 1),
            column: below(2) == 0 ? nil : 1 + below(80))
    }
}
