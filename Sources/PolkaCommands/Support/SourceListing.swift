// Source lines for a listing: for each instruction where it came from, and what to write above it when that changes.

import PolkaBlob
import PolkaVM

/// Where the instructions of a program came from, asked for in ascending order.
final class SourceListing {
    private var regions: [(code: Range<UInt32>, frames: [SourceFrame])] = []
    private var next = 0
    /// The place above which something was written last.
    private var shown: [String] = []
    private let sources: SourceLines
    /// What is wrong with the debug information; what was read before that is used.
    private(set) var problem: String?

    /// - Throws: nothing; damaged debug information is told by `problem`.
    init(of blob: Blob, sources: SourceLines) {
        self.sources = sources
        do {
            guard let information = try blob.debugInfo() else {
                problem = "the blob has no debug information"
                return
            }
            for range in information.ranges {
                try information.forEachRegion(of: range) { code, frames in regions.append((code, frames)) }
            }
        } catch {
            problem = "\(error)"
        }
        // Programs in good order come sorted; others must not make the listing lose its way.
        regions.sort { $0.code.lowerBound < $1.code.lowerBound }
    }

    /// The functions of an instruction, outermost first.
    func frames(at codeOffset: UInt32) -> [SourceFrame] {
        while next < regions.count, regions[next].code.upperBound <= codeOffset { next += 1 }
        guard next < regions.count, regions[next].code.contains(codeOffset) else { return [] }
        return regions[next].frames
    }

    /// The lines above an instruction: nothing if the place is that of the instruction before.
    func lines(at codeOffset: UInt32) -> [String] {
        let frames = frames(at: codeOffset)
        guard let innermost = frames.last, let location = innermost.location else { return [] }
        let calls = frames.reversed().compactMap { $0.kind == .call ? $0.location : nil }
        let place = [innermost.path ?? "", innermost.line.map(String.init) ?? ""] + calls
        if place == shown { return [] }
        shown = place
        var lines = [Terminal.printable(([location] + calls).joined(separator: ", inlined at "))]
        if let path = innermost.path, let line = innermost.line {
            lines += sources.excerpt(line, of: path, color: false) ?? []
        }
        return lines
    }
}
