// Makes a case in which two backends differ smaller for as long as they still do: chunks of code go first, then operands,
// registers, memory, gas and rules, over and over until nothing more can go.

import PolkaISA
import PolkaVM

struct Shrinker {
    /// The smallest case so far, with what differs in it.
    private(set) var smallest: Difference
    /// Runs a case.
    private let difference: (ProgramCase) -> Difference?
    private var attemptsLeft: Int

    /// Makes the case of a difference smaller, running at most so many cases; `difference` says how one differs, if it does.
    static func shrink(
        _ start: Difference, attempts: Int = 20_000, _ difference: @escaping (ProgramCase) -> Difference?
    ) -> Difference {
        var shrinker = Shrinker(smallest: start, difference: difference, attemptsLeft: attempts)
        shrinker.run()
        return shrinker.smallest
    }

    private init(smallest: Difference, difference: @escaping (ProgramCase) -> Difference?, attemptsLeft: Int) {
        self.smallest = smallest
        self.difference = difference
        self.attemptsLeft = attemptsLeft
    }

    private var program: ProgramCase { smallest.program }

    private mutating func run() {
        var before = -1
        while attemptsLeft > 0, before != attemptsLeft {
            // A round in which nothing succeeded is the last.
            let isSmaller = round()
            before = isSmaller ? -1 : attemptsLeft
            if !isSmaller { return }
        }
    }

    /// Takes a change over if the backends still differ.
    private mutating func attempt(_ change: (inout ProgramCase) -> Void) -> Bool {
        guard attemptsLeft > 0 else { return false }
        attemptsLeft -= 1
        var candidate = program
        change(&candidate)
        guard let difference = difference(candidate) else { return false }
        smallest = difference
        return true
    }

    private mutating func round() -> Bool {
        var isSmaller = cutStops()
        isSmaller = removePieces() || isSmaller
        isSmaller = simplifyGas() || isSmaller
        isSmaller = simplifyPieces() || isSmaller
        isSmaller = simplifyPlaces() || isSmaller
        isSmaller = renameRegisters() || isSmaller
        isSmaller = simplifyRegisters() || isSmaller
        isSmaller = simplifyMemory() || isSmaller
        isSmaller = simplifyRules() || isSmaller
        isSmaller = simplifyAnswers() || isSmaller
        return isSmaller
    }

    // MARK: Stops and gas

    /// What comes behind the difference does not matter.
    private mutating func cutStops() -> Bool {
        let stop = smallest.stop
        // Best is to begin right before the difference.
        if stop > 0, let start = smallest.start {
            let (registers, place) = (smallest.registers, program.placedCode().place(of: Int(start)))
            let isShort = attempt { candidate in
                (candidate.registers, candidate.entry, candidate.answers) = (registers, place, [])
                if candidate.gasMode != .given { (candidate.gasMode, candidate.gas) = (.given, 100) }
            }
            if isShort { return true }
        }
        guard program.gasMode == .given, program.answers.count > stop else { return false }
        return attempt { $0.answers.removeLast($0.answers.count - stop) }
    }

    private mutating func simplifyGas() -> Bool {
        var isSmaller = false
        if program.gasMode != .given {
            for gas: Int64 in [10_000, 0, program.gas] where program.gasMode != .given {
                isSmaller =
                    attempt {
                        $0.gasMode = .given
                        $0.gas = gas
                    } || isSmaller
            }
        }
        // With gas, so that nothing runs for ever.
        if !program.isMetered { isSmaller = attempt { ($0.isMetered, $0.gas) = (true, 100) } || isSmaller }
        // Towards 100, which is enough for what is small, or towards 0, where it is the amount that matters.
        if program.isMetered, program.gas != 100 { isSmaller = attempt { $0.gas = 100 } || isSmaller }
        while program.isMetered, program.gas > 0, program.gas != 100 {
            if !attempt({ $0.gas /= 2 }), !attempt({ $0.gas -= 1 }) { break }
            isSmaller = true
        }
        return isSmaller
    }

    // MARK: Code

    private mutating func removePieces() -> Bool {
        var isSmaller = false
        var count = max(1, program.pieces.count / 2)
        while true {
            var start = 0
            while start < program.pieces.count {
                let range = start..<min(program.pieces.count, start + count)
                if attempt({ $0.removePieces(range) }) { isSmaller = true } else { start += count }
            }
            if count == 1 { return isSmaller }
            count = max(1, count / 2)
        }
    }

    private mutating func simplifyPieces() -> Bool {
        var isSmaller = false
        for index in program.pieces.indices {
            func attemptPiece(_ isUseful: Bool, _ shrinker: inout Self, _ change: (inout Piece) -> Void) {
                guard isUseful else { return }
                isSmaller = shrinker.attempt { change(&$0.pieces[index]) } || isSmaller
            }
            let piece = program.pieces[index]
            if let bytes = piece.bytes {
                if let opcode = program.set.opcode(of: bytes[0]), piece.isStart {
                    let instruction = Instruction(decoding: opcode, in: bytes.span, at: 0, skip: bytes.count - 1)
                    attemptPiece(true, &self) { candidate in
                        candidate = Piece(instruction)
                        if opcode.format.hasTarget { candidate.instruction.target = 0 }
                    }
                    if program.pieces[index].bytes == nil { continue }
                }
                attemptPiece(bytes.count > 1, &self) { $0.bytes?.removeLast() }
                attemptPiece(bytes.count > 2, &self) { $0.bytes?.removeLast(bytes.count / 2) }
                attemptPiece(bytes.dropFirst().contains { $0 != 0 }, &self) {
                    $0.bytes = [bytes[0]] + [UInt8](repeating: 0, count: ($0.bytes?.count ?? 1) - 1)
                }
                attemptPiece(!piece.isStart, &self) { $0.isStart = true }
                continue
            }
            attemptPiece(piece.disguise != 0, &self) { $0.disguise = 0 }
            attemptPiece(piece.targetShift != 0, &self) { $0.targetShift = 0 }
            for value in [0, 1, piece.instruction.x & 0xff, piece.instruction.x / 2] {
                let x = program.pieces[index].instruction.x
                attemptPiece(value.magnitude < x.magnitude, &self) { $0.instruction.x = value }
            }
            if !piece.instruction.opcode.format.hasTarget {
                for value in [0, 1, piece.instruction.y / 2] {
                    let y = program.pieces[index].instruction.y
                    attemptPiece(value.magnitude < y.magnitude, &self) { $0.instruction.y = value }
                }
            }
            for register in [Register.a0, .a1, .a2] {
                let now = program.pieces[index].instruction
                attemptPiece(now.r1.isLess(simpleThan: register), &self) { $0.instruction.r1 = register }
                attemptPiece(now.r2.isLess(simpleThan: register), &self) { $0.instruction.r2 = register }
                attemptPiece(now.r3.isLess(simpleThan: register), &self) { $0.instruction.r3 = register }
            }
        }
        return isSmaller
    }

    /// Jump table, entry, bits, the end of the code.
    private mutating func simplifyPlaces() -> Bool {
        var isSmaller = false
        while !program.jumpTable.isEmpty, attempt({ $0.jumpTable.removeLast() }) { isSmaller = true }
        for index in program.jumpTable.indices where program.jumpTable[index].shift != 0 {
            isSmaller = attempt { $0.jumpTable[index].shift = 0 } || isSmaller
        }
        if program.entry.shift != 0 { isSmaller = attempt { $0.entry.shift = 0 } || isSmaller }
        if program.entry.piece != 0 { isSmaller = attempt { $0.entry.piece = 0 } || isSmaller }
        if program.cutByteCount > 0 { isSmaller = attempt { $0.cutByteCount = 0 } || isSmaller }
        for index in program.flippedBits.indices.reversed() {
            isSmaller = attempt { $0.flippedBits.remove(at: index) } || isSmaller
        }
        return isSmaller
    }

    // MARK: State

    /// The registers of the code are called a0, a1 and so on if other names do as well.
    private mutating func renameRegisters() -> Bool {
        var isSmaller = false
        for register in Register.allCases where !Self.simplest.contains(register) {
            for simple in Self.simplest where program.mentions(register) && !program.mentions(simple) {
                isSmaller = attempt { $0.swap(register, simple) } || isSmaller
            }
        }
        return isSmaller
    }

    private static let simplest: [Register] = [.a0, .a1, .a2, .a3]

    private mutating func simplifyRegisters() -> Bool {
        var isSmaller = false
        for index in program.registers.indices {
            let value = program.registers[index]
            for simpler in [0, 1, value & 0xff, value & 0xffff_ffff] where simpler < program.registers[index] {
                isSmaller = attempt { $0.registers[index] = simpler } || isSmaller
            }
        }
        return isSmaller
    }

    private mutating func simplifyMemory() -> Bool {
        var isSmaller = false
        if program.hasReadOnlyData { isSmaller = attempt { $0.hasReadOnlyData = false } || isSmaller }
        if !program.filled.isEmpty { isSmaller = attempt { $0.filled = [] } || isSmaller }
        var index = 0
        while index < program.filled.count {
            if attempt({ $0.filled.remove(at: index) }) {
                isSmaller = true
                continue
            }
            // The half that matters, and of that the half, down to a byte if one is enough.
            while program.filled[index].count > 1 {
                let range = program.filled[index]
                let middle = range.lowerBound + UInt64(range.count / 2)
                guard
                    attempt({ $0.filled[index] = range.lowerBound..<middle })
                        || attempt({ $0.filled[index] = middle..<range.upperBound })
                else { break }
                isSmaller = true
            }
            index += 1
        }
        for index in program.pages.indices.reversed() {
            isSmaller =
                attempt { candidate in
                    let range = candidate.pages.remove(at: index).range
                    candidate.filled.removeAll { range.overlaps($0) }
                } || isSmaller
        }
        let simplest = [ZoneLayout(), ZoneLayout(stack: 4096), .usual]
        let isSimple = simplest.firstIndex(of: program.layout) ?? simplest.count
        for (rank, layout) in simplest.enumerated() where rank < isSimple {
            let isDone = attempt { candidate in
                candidate.layout = layout
                candidate.pages = []
                let zones = candidate.fillable
                candidate.filled = candidate.filled.flatMap { range in zones.map(range.clamped) }.filter { !$0.isEmpty }
            }
            if isDone { return true }
        }
        return isSmaller
    }

    private mutating func simplifyRules() -> Bool {
        var isSmaller = false
        if program.jumpRule != .reference { isSmaller = attempt { $0.jumpRule = .reference } || isSmaller }
        if program.faultRule != .trap { isSmaller = attempt { $0.faultRule = .trap } || isSmaller }
        if program.set != .latest64, program.pieces.allSatisfy({ $0.bytes == nil }) {
            isSmaller = attempt { $0.set = .latest64 } || isSmaller
        }
        return isSmaller
    }

    private mutating func simplifyAnswers() -> Bool {
        var isSmaller = false
        for index in program.answers.indices {
            let answer = program.answers[index]
            for change: (inout Answer) -> Void in [
                { $0 = Answer() }, { $0.value = 0 }, { $0.page = .none }, { $0.entry = nil }, { $0.gas = 20 },
            ] {
                var simpler = answer
                change(&simpler)
                guard simpler != program.answers[index] else { continue }
                isSmaller = attempt { change(&$0.answers[index]) } || isSmaller
            }
        }
        return isSmaller
    }
}

extension Register {
    /// a0 is the simplest register, then a1, a2, and all others.
    fileprivate func isLess(simpleThan other: Register) -> Bool {
        func rank(_ register: Register) -> Int { [Register.a0, .a1, .a2].firstIndex(of: register) ?? 3 }
        return rank(other) < rank(self)
    }
}

extension ProgramCase {
    /// Takes pieces out; what named one of them names what follows.
    fileprivate mutating func removePieces(_ range: Range<Int>) {
        func moved(_ index: Int) -> Int {
            index < range.lowerBound ? index : max(range.lowerBound, index - range.count)
        }
        pieces.removeSubrange(range)
        for index in pieces.indices where pieces[index].instruction.opcode.format.hasTarget {
            pieces[index].instruction.target = UInt32(moved(Int(pieces[index].instruction.target)))
        }
        for index in jumpTable.indices { jumpTable[index].piece = moved(jumpTable[index].piece) }
        entry.piece = moved(entry.piece)
        for index in answers.indices {
            if let place = answers[index].entry {
                answers[index].entry = Place(piece: moved(place.piece), shift: place.shift)
            }
        }
    }

    /// Whether the code names a register.
    fileprivate func mentions(_ register: Register) -> Bool {
        pieces.contains { piece in
            piece.bytes == nil && piece.instruction.registers.contains { piece.instruction[keyPath: $0] == register }
        }
    }

    /// Exchanges two registers in all the case.
    fileprivate mutating func swap(_ a: Register, _ b: Register) {
        func swapped(_ register: Register) -> Register { register == a ? b : register == b ? a : register }
        for index in pieces.indices {
            for path in pieces[index].instruction.registers {
                pieces[index].instruction[keyPath: path] = swapped(pieces[index].instruction[keyPath: path])
            }
        }
        registers.swapAt(a.index, b.index)
        for index in answers.indices { answers[index].register = swapped(answers[index].register) }
    }
}

extension Instruction {
    /// The operands that are registers.
    fileprivate var registers: [WritableKeyPath<Instruction, Register>] {
        switch opcode.format {
        case .none, .immediate, .immediateImmediate, .offset: []
        case .registerWideImmediate, .registerImmediate, .registerImmediateImmediate, .registerImmediateOffset: [\.r1]
        case .registerRegister, .registerRegisterImmediate, .registerRegisterOffset,
            .registerRegisterImmediateImmediate:
            [\.r1, \.r2]
        case .registerRegisterRegister: [\.r1, \.r2, \.r3]
        }
    }
}
