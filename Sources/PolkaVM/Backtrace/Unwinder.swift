// From one frame to its caller: what is known of the place in the code (`FrameAnalysis`) applied to registers and memory as
// they are.
//
// Where several states are possible, the one is taken whose caller calls this very function; if that leaves a choice, the one
// from which the way to the host is longest free of contradictions. Memory is only read, and anything in it may be wrong.

import PolkaBlob
import PolkaISA

/// Walks the stack of one call of the host.
struct Unwinder {
    /// A place in the guest's code, with the registers as far as they are known there.
    struct Place {
        var codeOffset: UInt32
        var registers: [UInt64?]
    }

    /// What was found out of one frame.
    struct Step {
        /// The code offset where the frame's function starts, nil if that is not known.
        var entry: UInt32?
        var outcome: Outcome
        var certainty = Certainty.none
        /// What is doubtful, for people.
        var note: String?
        /// The states that make this step.
        var states: [FrameState] = []

        /// The code offset of the call, nil if it is not known or the host's.
        var call: UInt32? {
            if case .caller(let place) = outcome { place.codeOffset } else { nil }
        }
    }

    enum Outcome {
        /// The function returns to the host.
        case host
        /// The place of the call.
        case caller(Place)
        /// Why the caller is not known, for people.
        case lost(String)
    }

    /// How well a state fits to what lies on the stack.
    enum Certainty: Int, Comparable {
        case none
        /// There is a call that returns to where the state says, but of another function.
        case otherCall
        case guess
        /// The call may be one of this function, as its address is stored somewhere.
        case indirectCall
        /// The call is one of this function, or the host's.
        case exact

        static func < (a: Certainty, b: Certainty) -> Bool { a.rawValue < b.rawValue }
    }

    private var analysis: FrameAnalysis
    private let graph: CallGraph
    private let memory: GuestMemory
    private let is64Bit: Bool
    /// How well calls of one function are calls of another, by their first blocks.
    private var certainties: [[Int]: Certainty] = [:]
    private var reachedFromLabels: Set<Int>?

    /// Frames that are looked ahead to decide between states that fit equally well.
    private static let lookahead = 8
    /// Frames that may follow each other without a byte of stack: none has more registers to keep return addresses in.
    static let mostWithoutStack = 16

    init(_ analysis: FrameAnalysis, _ memory: GuestMemory, is64Bit: Bool) {
        self.analysis = analysis
        graph = analysis.graph
        self.memory = memory
        self.is64Bit = is64Bit
    }

    /// The place where the guest has stopped, with all registers.
    func innermost(at codeOffset: UInt32, _ registers: [UInt64]) -> Place {
        var place = Place(codeOffset: codeOffset, registers: registers)
        // A call that goes nowhere has loaded its link already.
        if let instruction = graph.instruction(at: codeOffset),
            instruction.opcode == .loadImmAndJump || instruction.opcode == .loadImmAndJumpIndirect
        {
            place.registers[instruction.r1.index] = nil
        }
        return place
    }

    /// What is known of the frame at a place.
    mutating func step(from place: Place) -> Step {
        let steps = steps(from: place)
        guard let best = steps.map(\.certainty).max() else {
            return Step(outcome: .lost("nothing is known of a way to this place in the code"))
        }
        var fitting = steps.filter { $0.certainty == best }
        if fitting.count == 1 { return fitting[0] }
        let endings = fitting.map { step in
            step.states.map { analysis.ending(of: $0, at: place.codeOffset).rawValue }.max() ?? 0
        }
        let rightest = endings.max()
        fitting = zip(fitting, endings).filter { $0.1 == rightest }.map(\.0)
        if fitting.count == 1 { return fitting[0] }
        let lengths = fitting.map { length(of: $0) }
        let longest = lengths.max()
        fitting = zip(fitting, lengths).filter { $0.1 == longest }.map(\.0)
        let calls = Set(fitting.map(\.call))
        if calls.count > 1, fitting[0].note == nil {
            fitting[0].note = "uncertain: \(calls.count) calls fit, and this is the first of them"
        }
        return fitting[0]
    }

    /// Where a trap instruction that the guest stopped at was jumped to from, as far as that can be told; else the trap itself.
    ///
    /// Linkers make one of traps that are the same, also of those of different functions. The line of such a trap says
    /// nothing; that of the branch to it does. Registers still are as at the branch, so that its condition can be asked.
    mutating func origins(of place: Place, entry: UInt32?) -> [UInt32] {
        guard let block = graph.block(startingAt: place.codeOffset), let entry,
            graph.instruction(at: place.codeOffset)?.opcode == .trap
        else { return [place.codeOffset] }
        let sources = graph.predecessors(of: block)
        guard sources.count > 1 else { return [place.codeOffset] }
        var origins: [UInt32] = []
        for source in sources where !origins.contains(graph.last(of: Int(source))) {
            let last = graph.last(of: Int(source))
            let isOfFunction = analysis.states(at: last).contains {
                $0.entry >= 0 && graph.start(of: $0.entry) == entry
            }
            guard isOfFunction, let instruction = graph.instruction(at: last) else { continue }
            if let isTaken = instruction.isTaken(place.registers, is64Bit: is64Bit) {
                // Both ways may lead here.
                let goes = isTaken ? instruction.target == place.codeOffset : block == Int(source) + 1
                guard goes else { continue }
            }
            origins.append(last)
        }
        return origins.isEmpty ? [place.codeOffset] : origins
    }

    /// How many steps can be made from one without a contradiction; many if they lead to the host.
    private mutating func length(of step: Step) -> Int {
        var step = step
        for count in 0..<Self.lookahead {
            switch step.outcome {
            case .host: return step.certainty == .exact ? 2 * Self.lookahead : count
            case .lost: return count
            case .caller(let place):
                let steps = steps(from: place)
                guard let best = steps.max(by: { $0.certainty < $1.certainty }), best.certainty > .otherCall else {
                    return count
                }
                step = best
            }
        }
        return Self.lookahead
    }

    /// A step for each state that is possible at a place, without those that come to the same.
    private mutating func steps(from place: Place) -> [Step] {
        var states = analysis.states(at: place.codeOffset)
        if states.isEmpty, let block = graph.block(startingAt: place.codeOffset) {
            states = [FrameState(entry: block, isGuess: true)]
        } else if states.isEmpty, place.registers[Register.ra.index] != nil {
            // Nobody knows how control got here; if it was a call of nothing else, it can still return.
            states = [FrameState(entry: -1, isGuess: true)]
        }
        var indices: [[UInt64]: Int] = [:]
        var steps: [Step] = []
        for state in states {
            for step in self.steps(from: place, state) { add(step, state) }
        }
        return steps

        func add(_ step: Step, _ state: FrameState) {
            var key: [UInt64] = [UInt64(truncatingIfNeeded: state.entry)]
            switch step.outcome {
            case .host: key.append(1)
            case .lost: key.append(2)
            case .caller(let place):
                key += [3, UInt64(place.codeOffset)] + place.registers.map { $0 ?? .max }
            }
            if let index = indices[key] {
                steps[index].states.append(state)
                return
            }
            indices[key] = steps.count
            steps.append(step)
            steps[steps.count - 1].states = [state]
        }
    }

    /// The steps that one state makes: more than one if several calls return to the same place, and fit equally well.
    private mutating func steps(from place: Place, _ state: FrameState) -> [Step] {
        let entry = state.entry >= 0 ? graph.start(of: state.entry) : nil
        func lost(_ why: String) -> [Step] { [Step(entry: entry, outcome: .lost(why))] }

        guard let stack = stackPointerAtEntry(place, state) else {
            return lost("the stack pointer of the caller is not known")
        }
        let returnAddress: UInt32
        let source: String
        // Where the register should have the same as the stack, and has not, the state is another one, or the stack is damaged.
        let most: Certainty
        switch self.returnAddress(place, state, stack) {
        case .success(let found): (returnAddress, source, most) = (found.0, found.1, found.isClear ? .exact : .guess)
        case .failure(let why): return lost(why.text)
        }
        if let pointer = place.registers[Register.sp.index], stack < UInt32(truncatingIfNeeded: pointer),
            isStack(UInt32(truncatingIfNeeded: pointer))
        {
            return lost(
                "the stack pointer of the caller, \(MemoryError.hex(stack)), is below that of the function it called")
        }
        if returnAddress == MemoryMap.returnToHost {
            let isTop = memory.map.map { $0.stackTop == stack } ?? true
            return [Step(entry: entry, outcome: .host, certainty: isTop ? most : .guess)]
        }
        let calls = graph.calls(returningTo: returnAddress)
        guard !calls.isEmpty else {
            return lost(
                "the return address \(MemoryError.hex(returnAddress)) \(source) is no return address of this program")
        }
        if let map = memory.map, UInt64(stack) > map.stack.upperBound, isStack(place) {
            return lost("the stack pointer of the caller, \(MemoryError.hex(stack)), lies above the stack")
        }

        var registers = [UInt64?](repeating: nil, count: Register.count)
        registers[Register.sp.index] = UInt64(stack)
        for kept in [Register.s0, .s1] {
            if let register = Register.allCases.first(where: {
                state[$0] == .entry(kept) && place.registers[$0.index] != nil
            }) {
                registers[kept.index] = place.registers[register.index]
            } else if let offset = slot(of: kept, state) {
                registers[kept.index] = word(at: stack &+ UInt32(bitPattern: offset))
            } else if let address = state.spilled.filter({ $0.value == .entry(kept) }).keys.min() {
                registers[kept.index] = word(at: address)
            }
        }
        // The calls of this function, else those through a register, else any.
        let grades = calls.map { self.certainty(of: $0, callOf: state) }
        let certainty = grades.max() ?? .none
        let fitting = zip(calls, grades).filter { $0.1 == certainty }.prefix(Self.mostCalls)
        return fitting.map { call, _ in
            Step(
                entry: entry, outcome: .caller(Place(codeOffset: call.codeOffset, registers: registers)),
                certainty: state.isGuess ? min(certainty, .guess) : min(certainty, most),
                note: certainty == .otherCall
                    ? "uncertain: the call that returns to where this function does is one of another function" : nil)
        }
    }

    /// Calls with the same return that are looked at.
    private static let mostCalls = 64

    private struct Missing: Error {
        var text: String
    }

    /// The return address of a frame; where it was found, for people; and whether all places where it should be have the same.
    ///
    /// Of several places where it should be, the stack counts more: a function that has saved it is free to use the register
    /// for calls of its own. If what lies there is none, the register may still have it, in front of the first call.
    private func returnAddress(
        _ place: Place, _ state: FrameState, _ stack: UInt32
    ) -> Result<(UInt32, String, isClear: Bool), Missing> {
        var found: [(UInt32, String)] = []
        var missing = Missing(text: "the function has kept no return address")
        if let offset = slot(of: .ra, state) {
            let address = stack &+ UInt32(bitPattern: offset)
            if let value = word(at: address) {
                let source = "at \(MemoryError.hex(address))\(relativeToStack(address, place))"
                found.append((UInt32(truncatingIfNeeded: value), source))
            } else {
                missing.text = "the return address at \(MemoryError.hex(address)) is not readable"
            }
        }
        if let register = Register.allCases.first(where: {
            state[$0] == .entry(.ra) && place.registers[$0.index] != nil
        }) {
            found.append((UInt32(truncatingIfNeeded: place.registers[register.index] ?? 0), "in \(register)"))
        }
        if let address = state.spilled.filter({ $0.value == .entry(.ra) }).keys.min(), let value = word(at: address) {
            found.append((UInt32(truncatingIfNeeded: value), "at \(MemoryError.hex(address))"))
        }
        let isReturn = { (address: UInt32) in
            address == MemoryMap.returnToHost || !graph.calls(returningTo: address).isEmpty
        }
        guard let best = found.first(where: { isReturn($0.0) }) ?? found.first else { return .failure(missing) }
        return .success((best.0, best.1, isClear: found.allSatisfy { $0.0 == best.0 }))
    }

    /// How well a call fits to a function.
    private mutating func certainty(of call: CallGraph.Call, callOf state: FrameState) -> Certainty {
        guard state.entry >= 0 else { return .guess }
        guard let target = call.target else { return graph.isLabel(state.entry) ? .indirectCall : .guess }
        guard let block = graph.block(startingAt: target) else { return .otherCall }
        if let known = certainties[[block, state.entry]] { return known }
        let (found, usesIndirect) = graph.reaches(from: block, to: state.entry)
        var certainty = found ? Certainty.exact : .otherCall
        if !found, usesIndirect {
            let blocks = reachedFromLabels ?? graph.reachedFromLabels()
            reachedFromLabels = blocks
            if blocks.contains(state.entry) { certainty = .indirectCall }
        }
        certainties[[block, state.entry]] = certainty
        return certainty
    }

    /// The value of the stack pointer at the function's entry, from any register that has to do with it.
    private func stackPointerAtEntry(_ place: Place, _ state: FrameState) -> UInt32? {
        for register in [Register.sp] + Register.allCases {
            if case .stack(let offset) = state[register], let value = place.registers[register.index] {
                return UInt32(truncatingIfNeeded: value) &- UInt32(bitPattern: offset)
            }
        }
        return nil
    }

    private func slot(of register: Register, _ state: FrameState) -> Int32? {
        state.saved.filter { $0.value == .entry(register) }.keys.min()
    }

    private func relativeToStack(_ address: UInt32, _ place: Place) -> String {
        guard let pointer = place.registers[Register.sp.index] else { return "" }
        let distance = Int64(address) - Int64(UInt32(truncatingIfNeeded: pointer))
        return " (sp \(distance < 0 ? "-" : "+") \(distance.magnitude))"
    }

    private func isStack(_ place: Place) -> Bool {
        place.registers[Register.sp.index].map { isStack(UInt32(truncatingIfNeeded: $0)) } ?? false
    }

    /// Whether an address may be one of the stack, if only one behind it, or where it has overflown.
    private func isStack(_ address: UInt32) -> Bool {
        guard let map = memory.map else { return true }
        return UInt64(address) <= map.stack.upperBound
            && UInt64(address) + MemoryMap.zoneAlignment > map.stack.lowerBound
    }

    private func word(at address: UInt32) -> UInt64? {
        is64Bit
            ? try? memory.readInteger(at: address, as: UInt64.self)
            : (try? memory.readInteger(at: address, as: UInt32.self)).map(UInt64.init)
    }
}

extension Instruction {
    /// Whether a branch is taken; nil for other instructions, and if a register is not known.
    fileprivate func isTaken(_ registers: [UInt64?], is64Bit: Bool) -> Bool? {
        func value(_ register: Register) -> UInt64? {
            // Of 32 bits, which compare alike whether or not they are sign extended, as long as both are.
            registers[register.index].map { is64Bit ? $0 : Arithmetic.extend32($0) }
        }
        guard opcode.isBranch, let a = value(r1) else { return nil }
        let hasImmediate = opcode.format == .registerImmediateOffset
        guard let b = hasImmediate ? UInt64(bitPattern: x) : value(r2) else { return nil }
        let (signedA, signedB) = (Int64(bitPattern: a), Int64(bitPattern: b))
        switch opcode {
        case .branchEqImm, .branchEq: return a == b
        case .branchNotEqImm, .branchNotEq: return a != b
        case .branchLessUnsignedImm, .branchLessUnsigned: return a < b
        case .branchLessOrEqualUnsignedImm: return a <= b
        case .branchGreaterOrEqualUnsignedImm, .branchGreaterOrEqualUnsigned: return a >= b
        case .branchGreaterUnsignedImm: return a > b
        case .branchLessSignedImm, .branchLessSigned: return signedA < signedB
        case .branchLessOrEqualSignedImm: return signedA <= signedB
        case .branchGreaterOrEqualSignedImm, .branchGreaterOrEqualSigned: return signedA >= signedB
        case .branchGreaterSignedImm: return signedA > signedB
        default: return nil
        }
    }
}
