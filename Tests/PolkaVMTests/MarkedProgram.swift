// Programs in assembly text whose places have names, for tests that ask where a guest is.

import PolkaAsm
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing

/// A program in text; a comment `// !name` behind an instruction names its place.
struct MarkedProgram {
    var blob: Blob
    /// Code offsets of labels and of marked instructions.
    private(set) var offsets: [String: UInt32] = [:]
    private var labels: [UInt32: String] = [:]
    private var marks: [UInt32: String] = [:]

    /// - Parameter text: one instruction a line, `fallthrough` included, labels on lines of their own.
    /// - Throws: what the assembler refuses.
    init(_ text: String) throws {
        blob = try Assembler.assemble(text)
        var positions: [UInt32] = []
        blob.code.forEachPosition(in: blob.instructionSet) { positions.append(UInt32($0.offset)) }
        var index = 0
        for line in text.split(separator: "\n").map({ $0.drop(while: { $0 == " " }) }) {
            if line.hasPrefix("%") || line.hasPrefix("//") { continue }
            if let at = line.firstIndex(of: "@"), line.hasPrefix("@") || line.hasPrefix("pub @"), line.hasSuffix(":") {
                let name = String(line[line.index(after: at)...].dropLast())
                offsets[name] = positions[index]
                labels[positions[index]] = name
                continue
            }
            if let mark = line.firstIndex(of: "!") {
                let name = String(line[line.index(after: mark)...])
                if line[..<mark].hasSuffix("// ") {
                    offsets[name] = positions[index]
                    marks[positions[index]] = name
                }
            }
            index += 1
        }
        // Nothing was put in by the assembler, and nothing forgotten here.
        let end = positions.last == UInt32(blob.code.bytes.count) ? 1 : 0
        try #require(index + end == positions.count)
    }

    /// Frames as `function mark`, with their kind where it is not that of the guest, innermost first.
    func text(_ backtrace: Backtrace) -> [String] {
        backtrace.frames.map { frame in
            let place = marks[frame.codeOffset] ?? "\(frame.codeOffset)"
            switch frame.kind {
            case .host: return "host \(frame.function ?? "-") \(place)"
            case .inlined: return "inlined \(frame.function ?? "-") \(place)"
            case .guest:
                let function = frame.functionOffset.map { labels[$0] ?? "\($0)" } ?? "?"
                return "\(function) \(place)"
            }
        }
    }
}

/// The backends that there are here.
let engines: [Engine] = [Engine()] + (Backend.whyNoCompiler == nil ? [Engine(backend: .compiler)] : [])
