// Names for the places of a stack: from the debug information, and where that is silent or damaged, from the exports.

import PolkaBlob

/// Looks up functions and lines.
struct SourceNames {
    private let blob: Blob
    private let information: DebugInfo?
    /// The first thing found wrong with the debug information.
    private(set) var problem: String?

    init(_ blob: Blob) {
        self.blob = blob
        do {
            information = try blob.debugInfo()
        } catch {
            information = nil
            problem = error.description
        }
    }

    /// A frame of the stack as one or more: functions that were inlined, then the one that has the frame.
    ///
    /// - Parameters:
    ///   - raw: the frame.
    ///   - isInnermost: whether there is none in front of it.
    /// - Returns: the frames, innermost first.
    mutating func frames(_ raw: RawFrame, isInnermost: Bool = true) -> [Backtrace.Frame] {
        var list = allFrames(raw)
        // What the guest's headers and macros put around an export is nobody's code.
        guard raw.isCalledByHost, let outermost = list.last, isGlue(outermost) else { return list }
        if list.count > 1 {
            list.removeLast()
            let last = list.count - 1
            list[last].kind = .guest
            list[last].functionOffset = outermost.functionOffset
            list[last].note = outermost.note
        } else if !isInnermost, outermost.note == nil {
            list = []
        }
        return list
    }

    /// Whether a function does nothing but call the exported one with arguments as the host passes them: `PVM_EXPORT` of
    /// `pvm.h` and `@Export` of the module `PVM` make such functions.
    private func isGlue(_ frame: Backtrace.Frame) -> Bool {
        guard let function = frame.function, let offset = frame.functionOffset else { return false }
        return ["pvm_entry_", "__pvm_export_"].contains { function.hasPrefix($0) } && exportName(at: offset) != nil
    }

    private mutating func allFrames(_ raw: RawFrame) -> [Backtrace.Frame] {
        if let host = raw.host { return [Backtrace.Frame(kind: .host, codeOffset: raw.codeOffset, function: host)] }
        var list = resolve(at: raw.origins.first ?? raw.codeOffset)
        var note = raw.note
        if raw.origins.count > 1 { note = pick(among: raw.origins, &list) ?? note }
        for index in list.indices { list[index].codeOffset = raw.codeOffset }
        if list.isEmpty { list = [Backtrace.Frame(codeOffset: raw.codeOffset)] }
        let last = list.count - 1
        list[last].functionOffset = raw.entry
        if list[last].function == nil, let entry = raw.entry { list[last].function = exportName(at: entry) }
        list[last].note = note
        return list
    }

    /// Keeps of a place that may be any of several what is true of all.
    ///
    /// - Returns: what to say about it, nil if they do not differ.
    private mutating func pick(among origins: [UInt32], _ list: inout [Backtrace.Frame]) -> String? {
        var places: [String] = []
        var common = list
        for origin in origins {
            let frames = resolve(at: origin)
            let place = frames.first?.description ?? "code offset \(origin)"
            if !places.contains(place) { places.append(place) }
            // Outermost functions that are the same everywhere stay.
            var count = 0
            while count < min(frames.count, common.count),
                frames[frames.count - 1 - count].function == common[common.count - 1 - count].function
            {
                count += 1
            }
            common = Array(common.suffix(count))
        }
        guard places.count > 1 else { return nil }
        if var innermost = common.first {
            (innermost.file, innermost.line, innermost.column) = (nil, nil, nil)
            common[0] = innermost
        }
        list = common
        let shown = places.prefix(Self.mostPlaces).joined(separator: "; ")
        return "several places end in this trap: \(shown)\(places.count > Self.mostPlaces ? "; …" : "")"
    }

    private static let mostPlaces = 4

    /// The functions at a code offset, innermost first; none if nothing is known.
    private mutating func resolve(at codeOffset: UInt32) -> [Backtrace.Frame] {
        var frames: [SourceFrame]
        do {
            frames = try information?.frames(at: codeOffset) ?? []
        } catch {
            problem = problem ?? error.description
            return []
        }
        // An entry begins a function, and says where it is declared; what follows of the same function says better where in it.
        var list: [Backtrace.Frame] = []
        var isEntry = false
        for frame in frames {
            let place = Backtrace.Frame(
                kind: .inlined, codeOffset: codeOffset, function: frame.qualifiedName, file: frame.path,
                line: frame.line, column: frame.column)
            if frame.kind != .enter, isEntry, list.last?.function == place.function || place.function == nil {
                let name = list.removeLast().function
                list.append(place)
                list[list.count - 1].function = name
            } else {
                list.append(place)
            }
            isEntry = frame.kind == .enter
        }
        if !list.isEmpty { list[0].kind = .guest }
        return list.reversed()
    }

    private func exportName(at codeOffset: UInt32) -> String? {
        blob.exports.first { $0.codeOffset == codeOffset }.map { Blob.text(of: $0.symbol) }
    }
}
