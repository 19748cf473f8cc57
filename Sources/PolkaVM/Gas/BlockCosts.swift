// The cost of a block of code, from nothing but the code, where the block starts, the kind and the model (vm.md 5): both
// backends ask here.

import PolkaBlob
import PolkaISA

/// What the pipeline model wants to know of an opcode byte.
struct PipelineTraits {
    enum Shape { case step, rename, branch }

    let shape: Shape
    let endsBlock: Bool
    /// What never depends on operands; the registers are filled in.
    let step: PipelineStep
    /// Slots more if the registers are not the same.
    private let extraSlots: Int
    private let comparesSecond: Bool
    private let first: OperandRoles.Field
    private let second: OperandRoles.Field
    private let destination: OperandRoles.Field

    init(_ opcode: Opcode?, in set: InstructionSet, _ memory: MemoryLatency) {
        let row = opcode.map { PipelineRow($0, in: set) } ?? .trap
        var step = PipelineStep()
        step.units = row.units.counts
        step.slots = row.slots
        switch row.latency {
        case .cycles(let count): step.latency = count
        case .memory: step.latency = memory.cycleCount
        case .branch: step.latency = PipelineTraits.dearBranch
        }
        self.step = step
        if case .branch = row.latency {
            shape = .branch
        } else {
            shape = row.isRenamed ? .rename : .step
        }
        endsBlock = opcode?.isTerminator ?? true
        extraSlots = row.extra == .never ? 0 : 1
        comparesSecond = row.extra == .unlessEither
        func field(_ index: Int) -> OperandRoles.Field {
            guard index < row.sources.count, let opcode else { return .noSource }
            return .of(row.sources[index], opcode.format)
        }
        first = field(0)
        second = field(1)
        destination = row.hasDestination ? opcode.map { .of(.d, $0.format) } ?? .noDestination : .noDestination
    }

    /// Cycles of a branch to and from places where programs go on, and of one that leads to the end of the program.
    static let dearBranch = 20
    static let cheapBranch = 1

    /// The step of an instruction with its registers.
    @inline(__always)
    func step(_ words: OperandWords) -> PipelineStep {
        let registers = words.pipelineRegisters
        var step = step
        step.first = Int(first.pick(registers))
        step.second = Int(second.pick(registers))
        step.destination = Int(destination.pick(registers))
        let differs = step.destination != step.first && (!comparesSecond || step.destination != step.second)
        if differs { step.slots += extraSlots }
        return step
    }

    // SAFETY: written once, before anybody else has it, and never again.
    /// By latency of memory and instruction set, then by opcode byte.
    nonisolated(unsafe) static let tables = MemoryLatency.allCases.map { memory in
        InstructionSet.allCases.map { set in
            let table = UnsafeMutablePointer<PipelineTraits>.allocate(capacity: 256)
            for (byte, opcode) in set.opcodes.enumerated() {
                (table + byte).initialize(to: PipelineTraits(opcode, in: set, memory))
            }
            return UnsafePointer(table)
        }
    }
}

extension OperandRoles.Field {
    fileprivate static let noSource = OperandRoles.Field.none
    fileprivate static let noDestination = OperandRoles.Field.zero

    /// The place of an operand in an instruction of a format (isa.md 4.1).
    fileprivate static func of(_ operand: PipelineRow.Operand, _ format: OperandFormat) -> Self {
        switch (format, operand) {
        case (.registerWideImmediate, .d), (.registerImmediate, _), (.registerImmediateImmediate, .b),
            (.registerImmediateOffset, .a), (.registerRegister, .d), (.registerRegisterImmediate, .d),
            (.registerRegisterImmediate, .s), (.registerRegisterOffset, .a), (.registerRegisterRegister, .a):
            .r1
        case (.registerRegister, .s), (.registerRegisterImmediate, .a), (.registerRegisterImmediate, .b),
            (.registerRegisterOffset, .b), (.registerRegisterImmediateImmediate, .b), (.registerRegisterRegister, .b):
            .r2
        case (.registerRegisterRegister, .d):
            .r3
        default:
            preconditionFailure("format \(format) has no operand \(operand)")
        }
    }
}

extension OperandWords {
    /// As `registers`, with the numbers that the pipeline has for no register.
    fileprivate var pipelineRegisters: UInt64 {
        @inline(__always)
        get {
            let none = UInt64(Pipeline.noSource) | UInt64(Pipeline.noDestination) &<< 32
            return registers & 0xffff_ff00 | none
        }
    }

    /// How far a branch goes, if the bytes up to the next instruction are so many.
    fileprivate func branchDistance(_ roles: OperandRoles, skip: Int) -> UInt64 {
        let start = Int(roles.start)
        guard roles.hasTwo else { return immediate(at: start, Self.clamp(skip - start)) }
        let count = length(at: UInt64(roles.lengthBit))
        return immediate(at: start + count, Self.clamp(skip - count - start))
    }
}

/// The costs of a program's blocks.
// SAFETY: the tables that it points to are written once and live as long as the process.
package struct BlockCosts: @unchecked Sendable {
    private let scanner: CodeScanner
    private let model: Model

    private enum Model {
        case naive
        /// By opcode byte.
        case table([UInt32], trap: UInt32)
        /// Likewise.
        case pipeline(UnsafePointer<PipelineTraits>, unlikely: UInt8)
    }

    package init(_ program: Program) {
        scanner = CodeScanner(program)
        let set = program.instructionSet
        switch program.configuration.costModel {
        case .naive: model = .naive
        case .table(let table):
            model = .table(set.opcodes.map { $0.map { table[$0] } ?? table.invalid }, trap: table[.trap])
        case .pipeline(let memory):
            let memoryIndex = MemoryLatency.allCases.firstIndex(of: memory) ?? 0
            // The byte 255 where the kind has no `unlikely`, as the specification says.
            model = .pipeline(
                PipelineTraits.tables[memoryIndex][Int(set.rawValue)], unlikely: set.byte(of: .unlikely) ?? 255)
        }
    }

    /// What the block costs that starts at an offset, in units of gas.
    ///
    /// Takes time linear in the length of the block.
    ///
    /// - Parameter offset: of an instruction, or of a place where none starts or the code has ended, which is a trap.
    /// - Returns: the cost.
    package func cost(ofBlockAt offset: Int) -> Int64 {
        scanner.withView { code in
            switch model {
            case .naive:
                var count: Int64 = 1
                forEachInstruction(code, from: offset) { _, _ in
                    count += 1
                } end: { _ in
                }
                return count
            case .table(let costs, let trap):
                // No code is so long that this overflows.
                var sum: Int64 = 0
                forEachInstruction(code, from: offset) { offset, _ in
                    sum += Int64(costs[Int(code.byte(at: offset))])
                } end: { end in
                    let isInside = end < code.byteCount
                    sum += Int64(
                        !isInside ? trap : code.continues(at: end) ? costs[Int(code.byte(at: end))] : costs[255])
                }
                return sum
            case .pipeline(let traits, let unlikely):
                return Self.cycles(code, from: offset, traits, unlikely)
            }
        }
    }

    /// What the block costs that can be entered at an offset from outside; nil if none starts there.
    ///
    /// Offsets behind the code are the implicit trap.
    package func cost(ofEnterableBlockAt codeOffset: UInt32) -> Int64? {
        let offset = Int(codeOffset)
        if offset < scanner.byteCount {
            guard scanner.code.startsInstruction(at: offset), scanner.startOfBlock(with: offset) == offset else {
                return nil
            }
        }
        return cost(ofBlockAt: offset)
    }

    /// Calls a function with each instruction of a block but the one that ends it, which another function gets.
    @inline(__always)
    private func forEachInstruction(
        _ code: CodeView, from start: Int, _ body: (_ offset: Int, _ skip: Int) -> Void, end: (Int) -> Void
    ) {
        var offset = start
        while code.continues(at: offset) {
            let traits = code.traits(at: offset)
            guard traits.isValid, !traits.isTerminator else { break }
            let skip = code.skip(at: offset)
            body(offset, skip)
            offset += 1 + skip
        }
        end(offset)
    }

    private static func cycles(
        _ code: CodeView, from start: Int, _ traits: UnsafePointer<PipelineTraits>, _ unlikely: UInt8
    ) -> Int64 {
        func isCheap(_ offset: Int) -> Bool {
            guard offset < code.byteCount else { return true }
            let byte = code.byte(at: offset)
            return byte == 0 || byte == unlikely
        }
        return Pipeline.withPipeline { pipeline in
            var offset = start
            while true {
                guard code.continues(at: offset) else {
                    pipeline.issue(traits[255].step)
                    return pipeline.finish()
                }
                let traits = traits + Int(code.byte(at: offset))
                let words = code.operands(at: offset)
                let skip = code.skip(at: offset)
                var step = traits.pointee.step(words)
                switch traits.pointee.shape {
                case .step: pipeline.issue(step)
                case .rename: pipeline.rename(step.destination, to: step.first)
                case .branch:
                    let distance = words.branchDistance(code.traits(at: offset).roles, skip: skip)
                    let target = UInt32(truncatingIfNeeded: UInt64(truncatingIfNeeded: offset) &+ distance)
                    if isCheap(offset + 1 + skip) || isCheap(Int(target)) { step.latency = PipelineTraits.cheapBranch }
                    pipeline.issue(step)
                }
                if traits.pointee.endsBlock { return pipeline.finish() }
                offset += 1 + skip
            }
        }
    }
}
