// Which blocks and data sections the exports reach, and which blocks need a code address (linker.md 6).
//
// A block is reached by a jump, a branch or a call, or because its address is taken: by an instruction, by a call that
// returns to it, or by data. Data is reached section by section, so guests are compiled with one section per variable. Only
// blocks whose address is taken get a slot in the jump table.

/// What is reached.
struct Reachability {
    /// By block number.
    var blocks: [Bool]
    /// Blocks whose address is taken, by block number.
    var addressTaken: [Bool]
    /// Data sections that code or other reached data refer to.
    var dataSections: Set<Int> = []
    /// Import numbers that reached code calls.
    var imports: Set<Int> = []
}

extension Program {
    /// Everything that is reached from the exports; with `keepEverything` also from every block and data section.
    func reachability(keepEverything: Bool = false) -> Reachability {
        var marker = Marker(program: self)
        for export in exports { marker.reach(export.block) }
        if keepEverything {
            for id in order { marker.reach(id) }
            for section in dataRelocations.keys.sorted() { marker.reach(dataSection: section) }
        }
        marker.run()
        return marker.result
    }

    /// Drops from the order what is not reached, and says what is.
    @discardableResult
    mutating func dropUnreachable() -> Reachability {
        let reached = reachability()
        order.removeAll { !reached.blocks[$0.rawValue] }
        return reached
    }
}

extension Program {
    /// By block number: how often blocks go there directly; where others may, because it is exported or its address is taken,
    /// at least 2.
    func countReferences(_ reached: Reachability) -> [Int] {
        var count = [Int](repeating: 0, count: blocks.count)
        for (number, isTaken) in reached.addressTaken.enumerated() where isTaken { count[number] += 2 }
        for export in exports { count[export.block.rawValue] += 2 }
        for id in order { self[id].control.forEachSuccessor { count[$0.rawValue] += 1 } }
        return count
    }
}

private struct Marker {
    let program: Program
    var result: Reachability
    private var blockQueue: [BlockID] = []
    private var sectionQueue: [Int] = []

    init(program: Program) {
        self.program = program
        let none = [Bool](repeating: false, count: program.blocks.count)
        result = Reachability(blocks: none, addressTaken: none)
    }

    mutating func reach(_ block: BlockID) {
        guard !result.blocks[block.rawValue] else { return }
        result.blocks[block.rawValue] = true
        blockQueue.append(block)
    }

    private mutating func reach(_ address: Address) {
        switch address {
        case .code(let block):
            result.addressTaken[block.rawValue] = true
            reach(block)
        case .data(let location):
            // The linker's own memory is in no input section; its size is known apart from this.
            if location.section != Location.spillSection { reach(dataSection: location.section) }
        }
    }

    mutating func reach(dataSection section: Int) {
        if result.dataSections.insert(section).inserted { sectionQueue.append(section) }
    }

    mutating func run() {
        while true {
            if let block = blockQueue.popLast() {
                visit(block)
            } else if let section = sectionQueue.popLast() {
                for relocation in program.dataRelocations[section] ?? [] { visit(relocation.value) }
            } else {
                return
            }
        }
    }

    private mutating func visit(_ id: BlockID) {
        for placed in program[id].operations {
            switch placed.operation {
            case .loadAddress(_, let address): reach(address)
            case .load(_, _, .absolute(let place)), .store(_, _, .absolute(let place)): reach(.data(place))
            case .hostCall(let id): result.imports.insert(id.rawValue)
            default: break
            }
        }
        let control = program[id].control
        control.forEachSuccessor { reach($0) }
        if let returnTo = control.returnBlock { reach(.code(returnTo)) }
    }

    private mutating func visit(_ value: DataRelocation.Value) {
        switch value {
        case .address(let address):
            reach(address)
        case .taggedAddress(let location, _):
            reach(.data(location))
        case .difference(let target, let origin):
            reach(.data(target))
            reach(.data(origin))
        case .codeTableEntry(let block, let base):
            reach(.code(block))
            reach(.data(base))
        case .number:
            break
        }
    }
}
