// Finds registers that hold the same constant or address on every way to a place, and uses that: operations on constants become
// constants, registers become immediate operands, pointers become absolute addresses, branches that always go one way jumps.
//
// Forward over the whole program until nothing changes (Wegman and Zadeck, "Constant Propagation with Conditional Branches",
// TOPLAS 1991, without SSA form: there are thirteen registers). A block that something may enter from an unknown place,
// because it is exported or its address is taken, knows nothing. A branch on constants reaches one side only, and on the way
// where a register was found equal to a constant it has that value.
//
// Immediates are not free: they take up to four bytes wherever they are used, and the instruction that loads the constant goes
// only if nobody needs its register any more. So the values know who loaded them. Loads whose values meet are one group; for each
// group the pass adds up what replacing all its uses would cost, and does so if the loads then go and the program does not grow
// by more than a few bytes. Groups that someone needs in a register anyway stay in it.

import PolkaBlob
import PolkaISA

extension Program {
    /// Rewrites operations and transfers of control.
    ///
    /// - Parameters:
    ///   - reached: at least what is reached now.
    ///   - data: what is known of the contents of memory, nil for nothing.
    /// - Returns: whether anything changed, and `returnTargets` on the way.
    mutating func propagateConstants(
        _ reached: Reachability, _ data: ConstantData?
    ) -> (changed: Bool, returns: ReturnMap) {
        var analysis = ConstantAnalysis(self, reached, data)
        analysis.run()
        let returns = analysis.returnTargets()
        return (analysis.rewrite(&self, returns), returns)
    }

    /// Where indirect jumps go.
    func returnTargets() -> ReturnMap {
        var analysis = ConstantAnalysis(self, reachability(), nil)
        analysis.run()
        return analysis.returnTargets()
    }
}

/// What a register is known to hold.
private enum Known: Hashable {
    case constant(Int64)
    case address(Address)
    /// One of several addresses: where the calls of a function return to, as a number of `ReturnSets`.
    case returns(Int)
}

/// A register's value at a place.
private enum Value: Equatable {
    case unknown
    /// The group is that of the operations which loaded it.
    case known(Known, group: Int)

    var known: Known? { if case .known(let known, _) = self { known } else { nil } }
    var constant: Int64? { if case .known(.constant(let value), _) = self { value } else { nil } }
}

/// A value in sixteen bytes: there are thirteen for each block.
private struct PackedValue {
    private let payload: Int64
    private let group: Int32
    private let kind: Kind

    private enum Kind: UInt8 { case unknown, constant, code, data, returns }

    static let unknown = PackedValue(.unknown)

    init(_ value: Value) {
        switch value {
        case .unknown: self.init(0, -1, .unknown)
        case .known(.constant(let constant), let group): self.init(constant, group, .constant)
        case .known(.address(.code(let block)), let group): self.init(Int64(block.rawValue), group, .code)
        case .known(.returns(let set), let group): self.init(Int64(set), group, .returns)
        case .known(.address(.data(let place)), let group):
            // Farther from its section nothing is in a guest.
            if let offset = Int32(exactly: place.offset) {
                self.init(Int64(place.section) << 32 | Int64(UInt32(bitPattern: offset)), group, .data)
            } else {
                self.init(0, -1, .unknown)
            }
        }
    }

    private init(_ payload: Int64, _ group: Int, _ kind: Kind) {
        self.payload = payload
        self.group = Int32(group)
        self.kind = kind
    }

    var value: Value {
        switch kind {
        case .unknown: .unknown
        case .constant: .known(.constant(payload), group: Int(group))
        case .code: .known(.address(.code(BlockID(Int(payload)))), group: Int(group))
        case .returns: .known(.returns(Int(payload)), group: Int(group))
        case .data:
            .known(
                .address(.data(Location(section: Int(payload >> 32), offset: Int(Int32(truncatingIfNeeded: payload))))),
                group: Int(group))
        }
    }

    var isUnknown: Bool { kind == .unknown }

    /// Whether the same is known, if anything is, and by the same group.
    func isIdentical(to other: PackedValue) -> Bool {
        kind == other.kind && payload == other.payload && group == other.group
    }
}

/// The values of all registers at a place.
///
/// Nothing in it is counted by reference: there is one for each block.
private struct State {
    private var values = InlineArray<13, PackedValue>(repeating: .unknown)

    static let unknown = State()

    /// Temporaries, which live within one instruction of the input, are unknown.
    subscript(_ register: LinkRegister) -> Value {
        get { register.isTemporary ? .unknown : values[Int(register.rawValue)].value }
        set { if !register.isTemporary { values[Int(register.rawValue)] = PackedValue(newValue) } }
    }

    /// The registers of which nothing is known.
    var unknown: RegisterSet {
        var bits: UInt32 = 0
        for index in values.indices where values[index].isUnknown { bits |= 1 << UInt32(index) }
        return RegisterSet(rawValue: bits)
    }

    mutating func forget(_ registers: RegisterSet) {
        var bits = registers.rawValue & RegisterSet.machine.rawValue
        while bits != 0 {
            values[bits.trailingZeroBitCount] = .unknown
            bits &= bits - 1
        }
    }

    /// Keeps what the other one agrees with, where a block begins.
    mutating func meet(
        _ other: State, at block: BlockID, _ groups: inout Groups, _ returnSets: inout ReturnSets
    ) -> Bool {
        var changed = false
        for index in values.indices {
            if values[index].isIdentical(to: other.values[index]) { continue }
            guard case .known(let known, let group) = values[index].value else { continue }
            if case .known(known, let otherGroup) = other.values[index].value {
                groups.join(group, otherGroup)
                continue
            }
            if let other = other.values[index].value.known, let all = returnSets.union(known, other, block, index) {
                changed = changed || all != known
                values[index] = PackedValue(.known(all, group: group))
            } else {
                values[index] = .unknown
                changed = true
            }
        }
        return changed
    }
}

/// Sets of addresses of code that meet in a register: where the callers of a function go on.
private struct ReturnSets {
    private(set) var sets: [ReturnSet] = []
    /// By set: the place where its members meet.
    private var places: [Place] = []
    private var numbers: [Place: Int] = [:]
    private var members: Set<Member> = []

    private struct Place: Hashable {
        let block: BlockID
        let register: Int
    }

    private struct Member: Hashable {
        let set: Int
        let known: Known
    }

    /// What the machine passes to exports in ra (vm.md 3.1).
    static let host = Int64(MemoryMap.returnToHost)

    /// One of two addresses of code that meet in a register where a block begins; nil if they are something else.
    mutating func union(_ a: Known, _ b: Known, _ block: BlockID, _ register: Int) -> Known? {
        guard Self.isCode(a), Self.isCode(b) else { return nil }
        let place = Place(block: block, register: register)
        if case .returns(let set) = a, places[set] == place {
            insert(b, set)
            return a
        }
        let set: Int
        if let known = numbers[place] {
            set = known
        } else {
            set = sets.count
            sets.append(ReturnSet())
            places.append(place)
            numbers[place] = set
        }
        insert(a, set)
        insert(b, set)
        return .returns(set)
    }

    private static func isCode(_ known: Known) -> Bool {
        switch known {
        case .address(.code), .returns, .constant(host): true
        case .constant, .address(.data): false
        }
    }

    private mutating func insert(_ known: Known, _ set: Int) {
        guard known != .returns(set), members.insert(Member(set: set, known: known)).inserted else { return }
        switch known {
        case .address(.code(let block)): sets[set].blocks.append(block)
        case .returns(let other): sets[set].sets.append(other)
        case .constant, .address(.data): sets[set].includesHost = true
        }
    }

    /// The set of a value, nil if it is no address of code.
    mutating func number(of known: Known?) -> Int? {
        switch known {
        case .returns(let set): return set
        case .constant(Self.host):
            sets.append(ReturnSet(includesHost: true))
        case .address(.code(let block)):
            sets.append(ReturnSet(blocks: [block]))
        case .constant, .address(.data), nil: return nil
        }
        return sets.count - 1
    }
}

/// Groups of loads whose values meet, and what is known of their uses.
private struct Groups {
    private var parent: [Int] = []
    /// By group: bytes that its loads take.
    private var loadBytes: [Int] = []
    /// Bytes by which the program grows if every use becomes a constant.
    private var growth: [Int] = []
    /// Whether somebody needs the register.
    private var isNeeded: [Bool] = []

    mutating func make() -> Int {
        parent.append(parent.count)
        loadBytes.append(0)
        growth.append(0)
        isNeeded.append(false)
        return parent.count - 1
    }

    func find(_ group: Int) -> Int {
        var group = group
        while parent[group] != group { group = parent[group] }
        return group
    }

    mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (find(a), find(b))
        // The smaller number stays, so that chains are short: groups are numbered in the order of the program.
        if a != b { parent[max(a, b)] = min(a, b) }
    }

    mutating func addLoad(_ group: Int, byteCount: Int) { loadBytes[find(group)] += byteCount }
    mutating func addUse(_ group: Int, growth bytes: Int) { growth[find(group)] += bytes }
    mutating func need(_ group: Int) { isNeeded[find(group)] = true }

    /// An executed instruction less is worth a few bytes more.
    private static let bytesForAnInstruction = 2

    /// Whether uses shall become constants.
    func isReplaced(_ group: Int) -> Bool {
        let group = find(group)
        return !isNeeded[group] && growth[group] <= loadBytes[group] + Self.bytesForAnInstruction
    }
}

private struct ConstantAnalysis {
    private let program: Program
    private let reached: Reachability
    private let data: ConstantData?
    /// By block number: what is known where it begins; nil if nothing gets there.
    private var entry: [State?]
    private var groups = Groups()
    private var returnSets = ReturnSets()
    /// By block number: where its operations start in `loadGroups`.
    private var firstOperation: [Int]
    /// The group of each operation that loads, -1 for the others.
    private var loadGroups: [Int32]
    /// Of a value that a branch found: nobody loads it.
    private let foundGroup: Int

    init(_ program: Program, _ reached: Reachability, _ data: ConstantData?) {
        self.program = program
        self.reached = reached
        self.data = data
        entry = Array(repeating: nil, count: program.blocks.count)
        var count = 0
        firstOperation = Array(repeating: 0, count: program.blocks.count)
        for id in program.order {
            firstOperation[id.rawValue] = count
            count += program[id].operations.count
        }
        loadGroups = Array(repeating: -1, count: count)
        foundGroup = groups.make()
        groups.need(foundGroup)
    }

    // MARK: Analysis

    mutating func run() {
        var work = Worklist(program)
        for id in program.order where reached.addressTaken[id.rawValue] {
            entry[id.rawValue] = .unknown
            work.insert(id)
        }
        for export in program.exports {
            var state = State.unknown
            if !reached.addressTaken[export.block.rawValue] {
                state[.ra] = .known(.constant(ReturnSets.host), group: foundGroup)
            }
            entry[export.block.rawValue] = state
            work.insert(export.block)
        }
        while let id = work.next() {
            guard var state = entry[id.rawValue] else { continue }
            for (index, placed) in program[id].operations.enumerated() {
                apply(placed.operation, id, index, &state)
            }
            leave(by: program[id].control, &state, &work)
        }
    }

    /// Notes the state on each way out of a block.
    private mutating func leave(by control: Control, _ state: inout State, _ work: inout Worklist) {
        switch control {
        case .trap, .jumpIndirect, .callIndirect:
            break
        case .jump(let target):
            enter(target, state, &work)
        case .call(let link, let target, let returnTo):
            state[link] = .known(.address(.code(returnTo)), group: foundGroup)
            enter(target, state, &work)
        case .branch(let opcode, let a, let b, let taken, let notTaken):
            if case .jump(let target) = decided(control, state) {
                enter(target, state, &work)
                return
            }
            let (equal, other) = opcode == .branchNotEq ? (notTaken, taken) : (taken, notTaken)
            enter(other, state, &work)
            if opcode == .branchEq || opcode == .branchNotEq, case .register(let register) = a,
                let value = value(of: b, state), state[register] == .unknown
            {
                state[register] = .known(.constant(value), group: foundGroup)
            }
            enter(equal, state, &work)
        }
    }

    private mutating func enter(_ block: BlockID, _ state: State, _ work: inout Worklist) {
        if entry[block.rawValue] == nil {
            entry[block.rawValue] = state
            work.insert(block)
        } else if entry[block.rawValue]?.meet(state, at: block, &groups, &returnSets) == true {
            work.insert(block)
        }
    }

    /// The transfer with what is known of a branch's operands put in: a jump if it always goes one way.
    private func decided(_ control: Control, _ state: State) -> Control {
        guard case .branch(let opcode, let a, let b, let taken, let notTaken) = control else { return control }
        return Control.branch(
            opcode, constant(a, state) ?? a, constant(b, state) ?? b, taken: taken, notTaken: notTaken
        ).simplified()
    }

    private func value(of operand: Operand, _ state: State) -> Int64? {
        switch operand {
        case .constant(let constant): Int64(constant)
        case .register(let register): state[register].constant
        }
    }

    /// The operand as an immediate, if its register holds one.
    private func constant(_ operand: Operand, _ state: State) -> Operand? {
        guard case .register(let register) = operand, let value = state[register].constant else { return nil }
        return Int32(exactly: value).map { .constant($0) }
    }

    /// What the operation leaves in the registers.
    private mutating func apply(_ operation: Operation, _ id: BlockID, _ index: Int, _ state: inout State) {
        if let (destination, known) = result(of: operation, state) {
            // It is there already.
            if state[destination].known == known { return }
            // A copy belongs to those who loaded the original, so that both go or stay.
            if case .move(_, let source) = operation {
                state[destination] = state[source]
            } else {
                state[destination] = .known(known, group: group(of: id, index))
            }
        } else {
            state.forget(operation.writes)
        }
    }

    private mutating func group(of id: BlockID, _ index: Int) -> Int {
        let operation = firstOperation[id.rawValue] + index
        if loadGroups[operation] >= 0 { return Int(loadGroups[operation]) }
        let group = groups.make()
        loadGroups[operation] = Int32(group)
        return group
    }

    /// The value that an operation computes, if it is always the same.
    private func result(of operation: Operation, _ state: State) -> (LinkRegister, Known)? {
        switch operation {
        case .loadImmediate(let destination, let value):
            return (destination, .constant(value))
        case .loadAddress(let destination, let address):
            return (destination, .address(address))
        case .move(let destination, let source):
            return state[source].known.map { (destination, $0) }
        case .unary(let opcode, let destination, let source):
            guard let value = state[source].constant else { return nil }
            return (
                destination, .constant(Int64(bitPattern: Operation.fold(opcode, UInt64(bitPattern: value))))
            )
        case .binary(let opcode, let destination, let a, let b):
            if let a = value(of: a, state), let b = value(of: b, state) {
                let value = Operation.fold(opcode, UInt64(bitPattern: a), UInt64(bitPattern: b))
                return (destination, .constant(Int64(bitPattern: value)))
            }
            return place(opcode, a, b, state).map { (destination, .address(.data($0))) }
        case .conditionalMove(let opcode, let destination, let value, let condition):
            guard let condition = state[condition].constant else { return nil }
            guard (condition == 0) == (opcode == .cmovIfZero) else {
                return state[destination].known.map { (destination, $0) }
            }
            switch value {
            case .constant(let constant): return (destination, .constant(Int64(constant)))
            case .register(let source): return state[source].known.map { (destination, $0) }
            }
        case .load(let opcode, let destination, let address):
            guard let data, let place = absolute(address, state), let loaded = data.loaded(by: opcode, at: place) else {
                return nil
            }
            switch loaded {
            case .number(let number): return (destination, .constant(number))
            case .address(let address): return (destination, .address(address))
            }
        case .nop, .loadHeapBase, .store, .hostCall, .sbrk, .memset:
            return nil
        }
    }

    /// A place in data plus or minus a constant.
    private func place(_ opcode: Opcode, _ a: Operand, _ b: Operand, _ state: State) -> Location? {
        func place(_ operand: Operand) -> Location? {
            guard case .register(let register) = operand, case .address(.data(let place))? = state[register].known
            else {
                return nil
            }
            return place
        }
        let (base, offset): (Location?, Int64?) =
            switch opcode {
            case .add64: place(a) == nil ? (place(b), value(of: a, state)) : (place(a), value(of: b, state))
            case .sub64: (place(a), value(of: b, state).map { 0 &- $0 })
            default: (nil, nil)
            }
        guard var base, let offset, offset.magnitude <= Location.farthestOffset else { return nil }
        base.offset += Int(offset)
        return base.isNear ? base : nil
    }

    /// Where blocks go that end in an indirect jump or call.
    mutating func returnTargets() -> ReturnMap {
        var known: [(BlockID, set: Int)] = []
        for id in program.order {
            guard case .jumpIndirect(let base) = program[id].control, var state = entry[id.rawValue] else { continue }
            for (index, placed) in program[id].operations.enumerated() { apply(placed.operation, id, index, &state) }
            if let set = returnSets.number(of: state[base].known) { known.append((id, set)) }
        }
        // What can not be told apart goes to any place whose address is taken; behind any call, if it is a return, or to where
        // a call was that the linker replaced.
        var anyReturn = ReturnSet(includesHost: true)
        var anywhere = ReturnSet(includesHost: true)
        for id in program.order {
            if let returnTo = program[id].control.returnBlock { anyReturn.blocks.append(returnTo) }
            for placed in program[id].operations {
                guard case .loadAddress(_, .code(let block)) = placed.operation,
                    program[block].function == nil || program[block].location != program[block].function
                else { continue }
                anyReturn.blocks.append(block)
            }
            if reached.addressTaken[id.rawValue] { anywhere.blocks.append(id) }
        }
        // What switches stacks may begin something new with its return.
        let switching = FrameSharing(program).functions(of: program) { block in
            block.operations.contains { $0.operation.leavesFrame }
        }
        let sets = returnSets.sets
        var map = ReturnMap(blockCount: program.blocks.count, sets: sets + [anyReturn, anywhere])
        for id in program.order {
            switch program[id].control {
            case .jumpIndirect(.ra) where !switching.contains(program[id].function): map.set(id, sets.count)
            case .jumpIndirect, .callIndirect: map.set(id, sets.count + 1)
            case .jump, .call, .branch, .trap: break
            }
        }
        for (id, set) in known { map.set(id, set) }
        return map
    }

    // MARK: Rewriting

    /// Changes the program by what is known.
    mutating func rewrite(_ program: inout Program, _ returns: ReturnMap) -> Bool {
        countUses(returns)
        var changed = false
        for id in program.order {
            guard var state = entry[id.rawValue] else { continue }
            for index in program[id].operations.indices {
                let operation = program[id].operations[index].operation
                let better = rewritten(operation, state)
                apply(operation, id, index, &state)
                if better != operation {
                    program.blocks[id.rawValue].operations[index].operation = better
                    changed = true
                }
            }
            let control = program[id].control
            let better = rewritten(control, state)
            if better != control {
                program.blocks[id.rawValue].control = better
                changed = true
            }
        }
        return changed
    }

    /// Adds up, for each group, what its loads take and what its uses would.
    private mutating func countUses(_ returns: ReturnMap) {
        let live = program.liveAtEntry(ignoringDeadOperations: true, returns: returns)
        for id in program.order {
            guard var state = entry[id.rawValue] else { continue }
            for (index, placed) in program[id].operations.enumerated() {
                count(placed.operation, state)
                apply(placed.operation, id, index, &state)
                let group = loadGroups[firstOperation[id.rawValue] + index]
                if group >= 0 {
                    groups.addLoad(Int(group), byteCount: Self.byteCount(ofLoading: placed.operation))
                }
            }
            count(program[id].control, state, live, returns[id])
        }
    }

    /// Bytes of the instruction that loads a constant, or computes one.
    private static func byteCount(ofLoading operation: Operation) -> Int {
        switch operation {
        case .loadImmediate(_, let value):
            if let value = Int32(exactly: value) { 2 + Instruction.byteCount(of: value) } else { 10 }
        case .loadAddress(_, .data): 5
        case .loadAddress(_, .code): 3
        default: 3
        }
    }

    /// Bytes that an address takes in an instruction: data lies between 64 KiB and 16 MiB in most programs.
    private static let addressByteCount = 3

    private func group(of operand: Operand, _ state: State) -> Int? {
        guard case .register(let register) = operand, case .known(_, let group) = state[register] else { return nil }
        return group
    }

    private mutating func need(_ operand: Operand, _ state: State) {
        if let group = group(of: operand, state) { groups.need(group) }
    }

    private mutating func need(_ registers: RegisterSet, _ state: State) {
        registers.forEach { need(.register($0), state) }
    }

    private mutating func count(_ operation: Operation, _ state: State) {
        if let (destination, known) = result(of: operation, state) {
            if state[destination].known == known {
                // The operation goes, and what is there stays.
                need(.register(destination), state)
                return
            }
            if case .load(_, _, let address) = operation {
                // Whether it stays or becomes a load of the constant, this is as long as an absolute address makes it.
                count(address, state)
                return
            }
            // It becomes a load itself, whose length differs from what it is now.
            guard case .constant(let value) = known else {
                for operand in operation.operands {
                    if let group = group(of: operand, state) { groups.addUse(group, growth: 2) }
                }
                return
            }
            let growth = Self.byteCount(ofLoading: .loadImmediate(.ra, value)) - 3
            for operand in operation.operands {
                if let group = group(of: operand, state) { groups.addUse(group, growth: growth) }
            }
            return
        }
        switch operation {
        case .binary(let opcode, _, let a, let b):
            switch (constant(a, state), constant(b, state)) {
            case (nil, .constant(let value)?) where opcode.takesImmediate(value):
                if let group = group(of: b, state) { groups.addUse(group, growth: Instruction.byteCount(of: value)) }
                need(a, state)
            case (.constant(let value)?, nil) where opcode.immediateFirstForm != nil:
                if let group = group(of: a, state) { groups.addUse(group, growth: Instruction.byteCount(of: value)) }
                need(b, state)
            default:
                need(a, state)
                need(b, state)
            }
        case .conditionalMove(_, let destination, let value, let condition):
            if case .constant(let constant)? = constant(value, state), let group = group(of: value, state) {
                groups.addUse(group, growth: Instruction.byteCount(of: constant))
            } else {
                need(value, state)
            }
            need(.register(condition), state)
            need(.register(destination), state)
        case .store(let opcode, let value, let address):
            if case .constant(let constant)? = constant(value, state), let group = group(of: value, state) {
                let stored = opcode.storedBits(of: constant)
                groups.addUse(group, growth: Instruction.byteCount(of: stored))
            } else {
                need(value, state)
            }
            count(address, state)
        case .load(_, _, let address):
            count(address, state)
        case .move(_, let source), .unary(_, _, let source), .sbrk(_, let source):
            need(.register(source), state)
        case .hostCall(let id):
            need(program.imports[id.rawValue].inputRegisters, state)
            need(.register(.sp), state)
        case .memset:
            need(operation.reads([]), state)
        case .nop, .loadImmediate, .loadAddress, .loadHeapBase:
            break
        }
    }

    private mutating func count(_ address: MemoryOperand, _ state: State) {
        guard case .indirect(let base, let offset) = address else { return }
        if absolute(address, state) != nil, let group = group(of: .register(base), state) {
            groups.addUse(group, growth: Self.addressByteCount - Instruction.byteCount(of: offset))
        } else {
            need(.register(base), state)
        }
    }

    /// The registers of which nothing is known where a block begins; nil if nothing gets there.
    private func unknownAtEntry(of id: BlockID) -> RegisterSet? { entry.span[id.rawValue]?.unknown }

    private mutating func count(
        _ control: Control, _ state: State, _ live: [RegisterSet], _ returns: Int?
    ) {
        switch control {
        case .branch(_, let a, let b, _, _):
            switch (constant(a, state), constant(b, state)) {
            case (.some, .some): break
            case (nil, .constant(let value)?):
                if let group = group(of: b, state) { groups.addUse(group, growth: Instruction.byteCount(of: value)) }
                need(a, state)
            case (.constant(let value)?, nil):
                if let group = group(of: a, state) { groups.addUse(group, growth: Instruction.byteCount(of: value)) }
                need(b, state)
            default:
                need(a, state)
                need(b, state)
            }
        case .jumpIndirect, .callIndirect:
            need(program.liveAtExit(of: control, live, returns), state)
        case .jump, .call, .trap:
            break
        }
        // Where ways meet on which a register holds different values, it is read as a register from there on.
        control.forEachSuccessor { successor in
            guard let unknown = unknownAtEntry(of: successor) else { return }
            need(live[successor.rawValue].subtracting(control.writes).intersection(unknown), state)
        }
    }

    /// The place in data that an address operand always means.
    private func absolute(_ address: MemoryOperand, _ state: State) -> Location? {
        if case .absolute(let place) = address { return place }
        guard case .indirect(let base, let offset) = address,
            case .address(.data(var place))? = state[base].known, offset.magnitude <= Location.farthestOffset
        else { return nil }
        place.offset += Int(offset)
        return place.isNear ? place : nil
    }

    private func isReplaced(_ operand: Operand, _ state: State) -> Bool {
        group(of: operand, state).map { groups.isReplaced($0) } ?? false
    }

    /// The operand as a constant, if that pays.
    private func replaced(_ operand: Operand, _ state: State) -> Operand {
        guard let constant = constant(operand, state), isReplaced(operand, state) else { return operand }
        return constant
    }

    private func rewritten(_ operation: Operation, _ state: State) -> Operation {
        let result = result(of: operation, state)
        if let (destination, known) = result, state[destination].known == known { return .nop }
        switch operation {
        case .loadImmediate, .loadAddress, .loadHeapBase, .nop, .hostCall, .sbrk, .memset:
            return operation
        default:
            break
        }
        if let (destination, known) = result, case .load(_, _, let address) = operation {
            if let load = rewritten(load: address, destination, known, state) { return load }
        } else if let (destination, known) = result {
            // Where nothing goes with it, a longer load in place of a short operation is no gain.
            let goes = operation.operands.contains { isReplaced($0, state) }
            switch known {
            case .constant(let value):
                let load = Operation.loadImmediate(destination, value)
                if goes || Self.byteCount(ofLoading: load) <= 3 { return load }
            case .address(let address):
                if goes { return .loadAddress(destination, address) }
            case .returns:
                break
            }
        }
        switch operation {
        case .binary(let opcode, let destination, let a, let b):
            let (newA, newB) = (replaced(a, state), replaced(b, state))
            if case .constant(let value) = newB, opcode.takesImmediate(value), case .register = a {
                return Operation.binary(opcode, destination, a, newB).simplified()
            }
            if case .constant = newA, opcode.immediateFirstForm != nil, case .register = b {
                return Operation.binary(opcode, destination, newA, b).simplified()
            }
            return operation.simplified()
        case .conditionalMove(let opcode, let destination, let value, let condition):
            return .conditionalMove(opcode, destination, replaced(value, state), condition: condition)
        case .store(let opcode, let value, let address):
            var value = value
            if case .constant(let constant) = replaced(value, state) {
                value = .constant(opcode.storedBits(of: constant))
            }
            return .store(opcode, value, rewritten(address, state))
        case .load(let opcode, let destination, let address):
            return .load(opcode, destination, rewritten(address, state))
        default:
            return operation
        }
    }

    /// What a load from memory becomes whose value is known, nil if it stays one.
    private func rewritten(
        load address: MemoryOperand, _ destination: LinkRegister, _ known: Known, _ state: State
    ) -> Operation? {
        let load: Operation
        switch known {
        case .constant(let value): load = .loadImmediate(destination, value)
        case .address(let address): load = .loadAddress(destination, address)
        case .returns: return nil
        }
        let byteCount =
            switch rewritten(address, state) {
            case .absolute: 2 + Self.addressByteCount
            case .indirect(_, let offset): 2 + Instruction.byteCount(of: offset)
            }
        return Self.byteCount(ofLoading: load) <= byteCount ? load : nil
    }

    private func rewritten(_ address: MemoryOperand, _ state: State) -> MemoryOperand {
        guard case .indirect(let base, _) = address, let place = absolute(address, state),
            isReplaced(.register(base), state)
        else { return address }
        return .absolute(place)
    }

    private func rewritten(_ control: Control, _ state: State) -> Control {
        switch control {
        case .branch(let opcode, let a, let b, let taken, let notTaken):
            let decided = decided(control, state)
            if case .jump = decided { return decided }
            return Control.branch(
                opcode, replaced(a, state), replaced(b, state), taken: taken, notTaken: notTaken
            ).simplified()
        case .jumpIndirect(let base):
            if case .address(.code(let target))? = state[base].known { return .jump(target) }
            return control
        case .callIndirect(let link, let base, let returnTo):
            if case .address(.code(let target))? = state[base].known {
                return .call(link: link, target, returnTo: returnTo)
            }
            return control
        case .jump, .call, .trap:
            return control
        }
    }
}

extension Operation {
    /// Whether the stack pointer, or what the function returns by, comes from elsewhere than the frame.
    fileprivate var leavesFrame: Bool {
        switch self {
        case .load(_, .ra, .indirect(.sp, _)), .loadImmediate(.ra, _), .loadAddress(.ra, _),
            .binary(.add64, .sp, .register(.sp), .constant):
            false
        default: writes.contains(.ra) || writes.contains(.sp)
        }
    }

    /// What it computes with, where that could be a constant.
    fileprivate var operands: [Operand] {
        switch self {
        case .move(_, let source), .unary(_, _, let source): [.register(source)]
        case .binary(_, _, let a, let b): [a, b]
        case .conditionalMove(_, _, let value, let condition): [value, .register(condition)]
        default: []
        }
    }
}

extension Opcode {
    /// The constant with the bits that a store of this width keeps, so that it is as short as can be.
    fileprivate func storedBits(of constant: Int32) -> Int32 {
        switch self {
        case .storeIndirectU8: Int32(Int8(truncatingIfNeeded: constant))
        case .storeIndirectU16: Int32(Int16(truncatingIfNeeded: constant))
        default: constant
        }
    }
}
