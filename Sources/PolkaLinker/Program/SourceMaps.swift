// The debug information of the input files, read when it is first asked for: by the pass that writes it into the blob, or
// by a message about a place in code.

import DWARFReader
import PolkaBlob
import RISCVELF
import Synchronization

/// By number of the input file, where its code came from.
final class SourceMaps: Sendable {
    private let objects: [ELFObject]
    private let maps: Mutex<[SourceMap?]>

    init(_ objects: [ELFObject]) {
        self.objects = objects
        maps = Mutex([SourceMap?](repeating: nil, count: objects.count))
    }

    subscript(_ object: Int) -> SourceMap {
        maps.withLock { maps in
            if let known = maps[object] { return known }
            let map = SourceMap(objects[object])
            maps[object] = map
            return map
        }
    }

    /// What could not be read of the files that have been asked for, with their names.
    var notes: [String] {
        maps.withLock { maps in
            zip(objects, maps).flatMap { object, map in (map?.notes ?? []).map { "\(object.name): \($0)" } }
        }
    }
}

extension LinkInput {
    /// The functions in which a place lies, outermost first; none for a place of which nothing is known.
    func frames(at location: Location) -> [SourceFrame] {
        let section = sections[location.section]
        return sourceMaps[section.object].frames(section: section.elf.index, offset: location.offset)
    }

    /// The source line of a place as messages name it, nil if it is not known: `a.c:3:9`, and for code of inlined functions
    /// the innermost one and the lines of the calls, innermost first.
    func sourceLine(of location: Location) -> String? {
        guard sections[location.section].role == .code else { return nil }
        let frames = frames(at: location)
        guard let last = frames.last, last.kind == .line, last.line != nil, let place = last.location else {
            return nil
        }
        let calls = frames.reversed().compactMap { $0.kind == .call ? $0.location : nil }
        guard !calls.isEmpty, let function = last.qualifiedName else { return place }
        return "\(place) (in '\(function)', inlined at \(calls.joined(separator: ", ")))"
    }
}
