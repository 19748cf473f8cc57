// Random programs under every model and metering: the backends against each other, and single steps against runs.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import TestSupport
import Testing

/// How gas is counted.
struct GasRule: CustomStringConvertible, Sendable {
    let metering: GasMetering
    let model: CostModel

    static let all =
        CostModel.named.map { GasRule(metering: .synchronous, model: $0) } + [
            GasRule(metering: .synchronous, model: .table(large)), GasRule(metering: .synchronous, model: .table(zero)),
            GasRule(metering: .asynchronous, model: .naive), GasRule(metering: .asynchronous, model: .pipeline(.l2Hit)),
            GasRule(metering: .asynchronous, model: .table(large)), GasRule(metering: .perInstruction, model: .naive),
            GasRule(metering: .none, model: .naive),
        ]

    /// Costs of which some fit into no check and no head of a block.
    private static let large: CostTable = {
        // Not so little that a program which is given enough for one such block loops for ever.
        var table = CostTable(all: 1 << 27)
        for opcode in [Opcode.addImm64, .loadImm, .xor, .moveReg, .storeIndirectU64] { table[opcode] = .max }
        for opcode in [Opcode.add64, .jump, .loadIndirectU64] { table[opcode] = 1 << 31 }
        return table
    }()

    /// Nothing costs anything but what a loop cannot do without.
    private static let zero: CostTable = {
        var table = CostTable(all: 0)
        for opcode in Opcode.allCases where opcode.isTerminator && opcode != .fallthrough { table[opcode] = 1 }
        table[.trap] = 0
        return table
    }()

    var description: String { "\(metering), \(model.name ?? "table")" }

    /// As much gas as that of a program in units of instructions.
    func gas(_ gas: Int64) -> Int64 {
        switch model {
        case .naive: gas
        case .pipeline: gas * 8
        case .table(let table): table == Self.zero ? gas / 4 : gas << 31 + gas
        }
    }
}

extension ProgramCase {
    fileprivate func configuration(_ rule: GasRule) -> ModuleConfiguration {
        var configuration = configuration
        configuration.gasMetering = rule.metering
        configuration.costModel = rule.model
        return configuration
    }
}

@Suite struct GasModelTests {
    private static let backends: [Backend] =
        Backend.whyNoCompiler == nil ? [.compiler, .auto, eager, divided] : [.auto]

    private static let eager = Backend.auto { _ in
        CompilePolicy(dueAfter: 1, usesBackground: false, aloneAfter: 0, lookEvery: 1, callCost: 0)
    }

    private static let divided: Backend = {
        var options = CompilerOptions()
        options.dividedFrom = 0
        return .compiler(options)
    }()

    private static let programCount = UInt64(max(40, DifferentialRun.programCount / 130))

    /// The most stops that are looked at, and the most instructions between two of them.
    private static let stopLimit = 12
    private static let stepLimit = 3_000

    @Test(arguments: InstructionSet.allCases, GasRule.all)
    func backendsAgree(_ set: InstructionSet, _ rule: GasRule) throws {
        for seed in 0..<Self.programCount {
            guard let expected = try Run(set, seed, rule, .interpreter) else { continue }
            for backend in Self.backends {
                let found = try #require(try Run(set, seed, rule, backend))
                let what = "\(set.name) \(seed), \(rule), \(backend.name)"
                let difference = try found.difference(from: expected)
                try #require(difference == nil, "\(what): \(difference ?? "")")
                for offset in 0...UInt32(found.code.map.bytes.count) {
                    let costs = (found.module.gasCost(ofBlockAt: offset), expected.module.gasCost(ofBlockAt: offset))
                    try #require(costs.0 == costs.1, "\(what): cost at \(offset)")
                }
            }
        }
    }

    /// A program that is run step by step is at every stop what it is when it is run, and a run may go on anywhere.
    @Test(arguments: InstructionSet.allCases, GasRule.all)
    func stepsAreARun(_ set: InstructionSet, _ rule: GasRule) throws {
        for seed in 0..<(Self.programCount / 2) {
            guard let expected = try Run(set, seed, rule, .interpreter) else { continue }
            for backend in [.interpreter] + Self.backends.prefix(1) {
                for stepCount in [Self.stepLimit, 1, 5] {
                    let found = try #require(try Run(set, seed, rule, backend))
                    let difference = try found.difference(from: expected, stepCount: stepCount)
                    let what = "\(set.name) \(seed), \(rule), \(backend.name), \(stepCount) steps"
                    try #require(difference == nil, "\(what): \(difference ?? "")")
                }
            }
        }
    }

    /// Bytes that nobody meant as a program cost the same on all backends, and break none.
    @Test(arguments: InstructionSet.allCases, [CostModel.pipeline(.l2Hit), .pipeline(.l1Hit)])
    func randomBytes(_ set: InstructionSet, _ model: CostModel) throws {
        var random = SeededGenerator(seed: UInt64(set.rawValue) + 77)
        var configuration = ModuleConfiguration()
        (configuration.gasMetering, configuration.costModel) = (.synchronous, model)
        for _ in 0..<300 {
            let count = Int.random(in: 0...400, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var mask = (0..<((count + 7) / 8)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if count % 8 != 0 { mask[mask.count - 1] &= (1 << UInt8(count % 8)) - 1 }
            let blob = Blob(instructionSet: set, code: CodeMap(bytes: bytes, bitmask: mask))
            guard let one = try? Module(blob, configuration: configuration) else { continue }
            for backend in Self.backends {
                let other = try Module(blob, configuration: configuration, engine: Engine(backend: backend))
                for offset in 0...UInt32(count + 1) {
                    let costs = (one.gasCost(ofBlockAt: offset), other.gasCost(ofBlockAt: offset))
                    try #require(costs.0 == costs.1)
                    #expect(costs.0.map { $0 > 0 } ?? true)
                }
            }
        }
    }

    /// A program loaded for a backend under a rule.
    private struct Run {
        let program: ProgramCase
        let code: PlacedCode
        let rule: GasRule
        let module: Module

        init?(_ set: InstructionSet, _ seed: UInt64, _ rule: GasRule, _ backend: Backend) throws {
            let program = ProgramGenerator.program(set, seed: seed + 1 << 50)
            self.program = program
            self.rule = rule
            code = program.placedCode()
            guard
                let module = try? Module(
                    program.blob(code.map), configuration: program.configuration(rule), engine: Engine(backend: backend)
                )
            else { return nil }
            self.module = module
            // Without gas a program may run for ever.
            guard rule.metering == .none else { return }
            let metered = GasRule(metering: .synchronous, model: .naive)
            guard let twin = try Run(set, seed, metered, .interpreter), try twin.ends() else { return nil }
        }

        private func instance() throws -> Instance {
            let instance = try Contest.instance(of: module, program, code)
            instance.gas = rule.gas(max(program.gas, 60))
            return instance
        }

        /// Whether gas suffices for all runs.
        private func ends() throws -> Bool {
            let instance = try instance()
            for stop in 0..<stopLimit {
                let exit = try instance.run()
                if exit == .outOfGas { return false }
                guard try program.answer(exit, stop, instance, code) != nil else { break }
            }
            return true
        }

        /// Runs both from stop to stop.
        ///
        /// - Parameters:
        ///   - other: the same program, on the backend that is believed in.
        ///   - stepCount: how many steps to make after each stop before the rest is run.
        /// - Returns: what differs first; nil if nothing does.
        /// - Throws: if the host cannot do what the program's answers say.
        func difference(from other: Run, stepCount: Int = 0) throws -> String? {
            let found = try instance(), expected = try other.instance()
            var pages = program.pages.map(\.range)
            for stop in 0..<stopLimit {
                let expectedExit = try expected.run()
                let exit = try run(found, stepCount)
                if let text = Comparison.difference(expectedExit, expected, exit, found, pages) {
                    return "stop \(stop): \(expectedExit): \(text)"
                }
                guard let reply = try program.answer(exit, stop, expected, code) else { break }
                _ = try program.answer(exit, stop, found, code)
                if let mapped = reply.mapped { pages.append(mapped.range) }
                guard exit == .outOfGas else { continue }
                if found.nextProgramCounter == nil { break }
                let gas = rule.gas(program.answer(stop).gas + 20)
                (expected.gas, found.gas) = (gas, gas)
            }
            return nil
        }

        private func run(_ instance: Instance, _ stepCount: Int) throws -> Exit {
            for _ in 0..<stepCount {
                let next = instance.nextProgramCounter
                if let exit = try instance.step() { return exit }
                #expect(instance.programCounter == instance.nextProgramCounter)
                #expect(next == nil || instance.lastProgramCounter == next)
            }
            return try instance.run()
        }
    }
}
