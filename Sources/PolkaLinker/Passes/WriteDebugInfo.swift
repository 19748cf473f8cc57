// Debug information of the input to that of the blob (linker.md 14).
//
// Each instruction has an origin: an instruction of the input, and the calls in whose place the linker has put it. The frames
// of the origin are those of the calls, outermost first, then those of the instruction, as the debug information of the
// input has them. Neighbours from one region of the input are one piece of code, for which the frames are looked up once.

import DWARFReader
import PolkaBlob
import RISCVELF

extension Program {
    /// The debug sections of the laid out program; empty if nothing is known about any instruction.
    func debugSections(_ input: LinkInput, _ selected: SelectedCode, _ code: CodeLayout.Result) -> DebugSections {
        var writer = DebugInfoWriter()
        var start = 0
        var current = SourcePlace(selected.origins.first, input)
        for index in selected.origins.indices.dropFirst() {
            let next = SourcePlace(selected.origins[index], input)
            guard next != current else { continue }
            writer.append(code.offsets[start]..<code.offsets[index], frames(of: selected.origins[start], input))
            (start, current) = (index, next)
        }
        if let last = code.offsets.last, start < selected.origins.count {
            writer.append(code.offsets[start]..<last, frames(of: selected.origins[start], input))
        }
        return writer.finish()
    }

    private func frames(of origin: Origin, _ input: LinkInput) -> [SourceFrame] {
        var result: [SourceFrame] = []
        var before: [SourceFrame] = []
        for location in callSites.chain(of: origin) {
            let frames = input.frames(at: location)
            // Of what is in code without a name nothing could be found.
            if result.isEmpty, frames.isEmpty { return [] }
            // A recursive function that was put into itself again and again says nothing new.
            if frames == before { continue }
            before = frames
            if let line = result.popLast() { result.append(line.kind == .line ? line.calling : line) }
            result += frames
        }
        return result.map(\.withoutHome)
    }
}

/// What decides about the frames of an instruction.
private struct SourcePlace: Equatable {
    /// Nil if nothing is known about it.
    let region: Int?
    let object: Int
    let callSite: CallSite?

    init?(_ origin: Origin?, _ input: LinkInput) {
        guard let origin else { return nil }
        let section = input[origin.location.section]
        object = section.object
        callSite = origin.callSite
        region = input.sourceMaps[object].region(section: section.elf.index, offset: origin.location.offset)
    }
}

extension SourceFrame {
    /// The frame as that of a call which was replaced by the code it called.
    fileprivate var calling: SourceFrame {
        SourceFrame(kind: .call, namespace: namespace, function: function, path: path, line: line, column: column)
    }

    /// The frame with `~` for the home of whoever has compiled the program.
    fileprivate var withoutHome: SourceFrame {
        guard let path, path.utf8.starts(with: "/home/".utf8) else { return self }
        let parts = path.split(separator: "/", maxSplits: 2)
        guard parts.count == 3 else { return self }
        return SourceFrame(
            kind: kind, namespace: namespace, function: function, path: "~/\(parts[2])", line: line, column: column)
    }
}
