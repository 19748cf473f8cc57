// What the lines of an assembly text add up to before it is laid out.

import PolkaBlob
import PolkaISA

/// A program under construction.
struct Program {
    /// A place in the code.
    enum Place {
        /// The start of an item, by position; the number of items is the end of the code.
        case item(Int)
        case offset(UInt32)
        /// A label, and where it is named.
        case label(Int)
    }

    /// Something that takes up bytes of code.
    struct Item {
        enum Contents {
            case instruction(Instruction)
            /// An instruction that goes to a label.
            case jump(Instruction, label: Int)
            /// An instruction that loads the code address of a label, as the n-th of them.
            case address(Instruction, Int)
            /// Bytes that are no instruction; `startsHere` says whether one is marked to start at the first.
            case invalid(startsHere: Bool)
        }

        var contents: Contents
        /// The length to which an instruction is filled up, 0 for the shortest.
        var byteCount = 0
        /// The position in `exactBytes` of the bytes that the item must have, -1 for no such demand.
        var exact = -1
        let line: Int
        let start: Int
    }

    struct Label {
        let name: String
        /// nil while only jumps have named it.
        var item: Int?
        var line: Int
        /// Where the first jump to it stands.
        var use: (line: Int, offset: Int)?
    }

    struct Export {
        /// nil: the first number that is free.
        let index: Int?
        let symbol: [UInt8]
        let place: Place
        let line: Int
        let start: Int
    }

    struct TableEntry {
        /// From 0.
        let index: Int
        let place: Place
        let line: Int
        let start: Int
    }

    struct Import {
        let index: Int
        let symbol: [UInt8]?
        let line: Int
        let start: Int
    }

    /// A data section and its declared size.
    struct Section {
        let name: String
        var bytes: [UInt8] = []
        var size: UInt32?
        /// Where it was mentioned first.
        var line = 0
        var start = 0
    }

    /// A directive that waits for the instruction which it describes.
    struct Pending {
        enum Demand {
            case length(Int)
            case bytes([UInt8])
            case gap([UInt8])
        }
        let demand: Demand
        let name: String
        let line: Int
        let start: Int
    }

    let set: InstructionSet
    var items: [Item] = []
    var exactBytes: [[UInt8]] = []
    var labels: [Label] = []
    private var labelsByName: [String: Int] = [:]
    var exports: [Export] = []
    var tableEntries: [TableEntry] = []
    /// The labels whose code addresses are loaded, each of which gets an entry of its own.
    var addressedLabels: [Int] = []
    var imports: [Import] = []
    var readOnly = Section(name: "ro_data")
    var readWrite = Section(name: "rw_data")
    var stackSize: UInt32 = 0
    var pending: Pending?
    /// An `invalid` line without bytes: the implicit trap behind the last instruction, if no instruction follows.
    private var implicitTrap: (line: Int, start: Int)?

    init(set: InstructionSet) {
        self.set = set
    }

    /// Whether a label at this place would not be a valid jump target without a `fallthrough` in front.
    var isInsideBlock: Bool {
        guard let last = items.last else { return false }
        switch last.contents {
        case .instruction(let instruction), .jump(let instruction, _), .address(let instruction, _):
            return !instruction.opcode.isTerminator
        case .invalid:
            return true
        }
    }

    // MARK: Adding

    mutating func add(_ parsed: ParsedInstruction, line: Int) throws(Problem) {
        try checkNoImplicitTrap()
        var contents = Item.Contents.instruction(parsed.instruction)
        switch parsed.reference {
        case .none, .offset:
            break
        case .jump(let name, let start):
            contents = .jump(parsed.instruction, label: label(name, usedIn: line, at: start))
        case .address(let name, let start):
            contents = .address(parsed.instruction, addressedLabels.count)
            addressedLabels.append(label(name, usedIn: line, at: start))
        }
        var item = Item(contents: contents, line: line, start: parsed.start)
        if let pending {
            self.pending = nil
            switch pending.demand {
            case .length(let count):
                item.byteCount = count
                widen(&item)
            case .bytes(let bytes):
                item.exact = exactBytes.count
                item.byteCount = bytes.count
                exactBytes.append(bytes)
            case .gap:
                let expected = "`invalid` behind the %gap of line \(pending.line)"
                throw Problem(.unexpected(found: "an instruction", expected: expected), at: parsed.start)
            }
        }
        items.append(item)
    }

    /// A load of a small number in as many bytes as the wide form has is the wide form.
    private func widen(_ item: inout Item) {
        guard case .instruction(let instruction) = item.contents, instruction.opcode == .loadImm, set.is64Bit else {
            return
        }
        let wide = Instruction(.loadImm64, instruction.r1, x: instruction.x)
        if item.byteCount == wide.encodedByteCount(at: 0) { item.contents = .instruction(wide) }
    }

    mutating func addInvalid(line: Int, at start: Int) throws(Problem) {
        guard let pending else {
            try checkNoImplicitTrap()
            implicitTrap = (line, start)
            return
        }
        self.pending = nil
        try checkNoImplicitTrap()
        switch pending.demand {
        case .length:
            throw Problem(.invalidWithoutBytes, at: start)
        case .bytes(let bytes), .gap(let bytes):
            var startsHere = true
            if case .gap = pending.demand { startsHere = false }
            if !startsHere, !canHoldGap { throw Problem(.gapInReach, at: start) }
            var item = Item(contents: .invalid(startsHere: startsHere), line: line, start: start)
            item.exact = exactBytes.count
            item.byteCount = bytes.count
            exactBytes.append(bytes)
            items.append(item)
        }
    }

    /// Whether bytes that no instruction covers can follow: the last instruction must have its full reach.
    private var canHoldGap: Bool {
        guard let last = items.last else { return true }
        if case .invalid(startsHere: false) = last.contents { return true }
        return last.byteCount == Instruction.maximumSkip + 1
    }

    private mutating func checkNoImplicitTrap() throws(Problem) {
        guard let trap = implicitTrap else { return }
        implicitTrap = nil
        throw Problem(.invalidWithoutBytes, at: trap.start, line: trap.line)
    }

    mutating func define(label name: String, at start: Int, line: Int, insertsFallthrough: Bool) throws(Problem) {
        if insertsFallthrough && isInsideBlock {
            try checkNoImplicitTrap()
            items.append(Item(contents: .instruction(Instruction(.fallthrough)), line: line, start: start))
        }
        let index = index(ofLabel: name, line: line)
        if labels[index].item != nil {
            throw Problem(.duplicateLabel(name, firstLine: labels[index].line), at: start)
        }
        labels[index].item = items.count
        labels[index].line = line
    }

    private mutating func index(ofLabel name: String, line: Int) -> Int {
        if let index = labelsByName[name] { return index }
        labelsByName[name] = labels.count
        labels.append(Label(name: name, line: line))
        return labels.count - 1
    }

    /// The label of a name that need not be defined yet.
    mutating func label(_ name: String, usedIn line: Int, at offset: Int) -> Int {
        let index = index(ofLabel: name, line: line)
        if labels[index].use == nil { labels[index].use = (line, offset) }
        return index
    }

    // MARK: The whole

    /// Checks what no line shows alone.
    func checkWhole(_ log: inout ErrorLog) {
        if let pending {
            log.add(Problem(.nothingFollows("this \(pending.name)"), at: pending.start), inLine: pending.line)
        }
        for label in labels {
            guard let use = label.use else { continue }
            if label.item == nil {
                log.add(Problem(.unknownLabel(label.name), at: use.offset), inLine: use.line)
            } else if label.item == items.count, implicitTrap == nil {
                log.add(Problem(.labelAtEnd(label.name), at: use.offset), inLine: use.line)
            }
        }
        for section in [readOnly, readWrite] {
            guard let size = section.size, section.bytes.count > Int(size) else { continue }
            let kind = AsmError.Kind.dataTooLarge(section: section.name, stored: section.bytes.count, declared: size)
            log.add(Problem(kind, at: section.start), inLine: section.line)
        }
        checkNumbers("import", imports.map { ($0.index, $0.line, $0.start) }, first: 0, mayHaveGaps: true, &log)
        checkNumbers("jump table entry", tableEntries.map { ($0.index, $0.line, $0.start) }, first: 1, &log)
        let numbered = exports.compactMap { export in export.index.map { ($0, export.line, export.start) } }
        checkNumbers("export", numbered, first: 0, mayHaveGaps: true, &log)
    }

    /// Checks that numbers follow each other from 0 without repetition; `first` is what the text calls 0.
    private func checkNumbers(
        _ what: String, _ numbers: [(index: Int, line: Int, start: Int)], first: Int, mayHaveGaps: Bool = false,
        _ log: inout ErrorLog
    ) {
        let sorted = numbers.sorted { ($0.index, $0.line) < ($1.index, $1.line) }
        var expected = 0
        for (position, entry) in sorted.enumerated() {
            if position > 0, sorted[position - 1].index == entry.index {
                let kind = AsmError.Kind.duplicateIndex(
                    what: what, index: entry.index + first, firstLine: sorted[position - 1].line)
                log.add(Problem(kind, at: entry.start), inLine: entry.line)
            } else if entry.index > expected, !mayHaveGaps {
                log.add(
                    Problem(.missingIndex(what: what, index: expected + first), at: entry.start), inLine: entry.line)
            }
            expected = entry.index + 1
        }
    }
}
