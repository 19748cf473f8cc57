// The backend auto: programs that change from the interpreter to machine code in the middle of a run do what they would
// have done without. The interpreter is the oracle; that the change happened is part of what is tested.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct AutoTests {
    // MARK: Random programs

    /// Programs that become worth compiling early, after some blocks, and late.
    @Test(arguments: InstructionSet.allCases, [1, 10, 40, 150] as [Int64])
    func randomPrograms(_ set: InstructionSet, _ dueAfter: Int64) async throws {
        let first = DifferentialRun.firstSeed + 1 << 52 + UInt64(dueAfter) << 40
        let seeds = first..<(first + UInt64(DifferentialRun.programCount / 20))
        let result = try await DifferentialRun.run(set, seeds, against: Self.policy(dueAfter))
        if let difference = result.difference { Issue.record("\(difference)") }
        guard result.difference == nil, seeds.count >= 1000 else { return }
        #expect(result.stopCount > seeds.count)
        #expect(dueAfter > 40 || result.changedRunCount > seeds.count / 50)
    }

    // MARK: Every place

    /// Loops in each other, with a host call, a page that is missing, a memset and a growing heap in them.
    private static let everything: [Instruction] = [
        Instruction(.loadImm, .s0, x: 3),
        Instruction(.jump, target: 2),
        // 2: the outer loop
        Instruction(.loadImm, .s1, x: 4),
        Instruction(.jump, target: 4),
        // 4: the inner loop
        Instruction(.addImm64, .a3, .a3, x: 3),
        Instruction(.mul64, .a3, .s1, .a3),
        Instruction(.ecalli, x: 7),
        Instruction(.add64, .a3, .a0, .a3),
        Instruction(.addImm64, .s1, .s1, x: -1),
        Instruction(.branchNotEqImm, .s1, x: 0, target: 4),
        // 10: between the loops
        Instruction(.loadImm, .a0, x: 0xfffdf000 - 1 << 32),
        Instruction(.loadImm, .a1, x: 0x55),
        Instruction(.loadImm, .a2, x: 20),
        Instruction(.memset),
        Instruction(.loadImm, .a1, x: 100),
        Instruction(.sbrk, .a1, .a1),
        Instruction(.add64, .a3, .a1, .a3),
        Instruction(.loadIndirectU64, .a4, .a5, x: 8),
        Instruction(.xor, .a3, .a4, .a3),
        Instruction(.addImm64, .s0, .s0, x: -1),
        Instruction(.branchNotEqImm, .s0, x: 0, target: 2),
        Instruction(.moveReg, .a0, .a3),
        Instruction(.jumpIndirect, .ra),
    ]

    private static func blob(_ instructions: [Instruction]) -> Blob {
        let layout = CodeLayout(instructions: instructions).encoded(for: .latest64)
        var blob = Blob(
            instructionSet: .latest64,
            code: CodeMap(bytes: layout.bytes, bitmask: layout.bitmask, jumpTable: []))
        blob.stackSize = 4096
        blob.exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
        return blob
    }

    private static func policy(
        _ dueAfter: Int64, background: Bool = false, aloneAfter: Int64 = 0, callCost: Int64 = 0
    ) -> Backend {
        Backend.auto { _ in
            CompilePolicy(
                dueAfter: dueAfter, usesBackground: background, aloneAfter: aloneAfter, lookEvery: 1, callCost: callCost
            )
        }
    }

    private static func configuration(isMetered: Bool) -> ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = isMetered ? .synchronous : .none
        configuration.faultRule = .pageFault
        return configuration
    }

    /// Runs to the end, the host answering; the whole state at every stop.
    private static func trace(_ module: Module, gas: Int64, refill: Int64) throws -> (states: [State], switched: Bool) {
        let instance = try Instance(module)
        var states: [State] = []
        var switched = false
        instance.gas = gas
        try instance.prepareCall("run", [0, 0, 0, 0, 0, 0x7000_0000])
        while states.count < 100 {
            let exit = try instance.run()
            switched = switched || instance.lastTiers.count == 2
            states.append(State(instance, exit))
            switch exit {
            case .finished, .trap, .cancelled: return (states, switched)
            case .hostCall: instance[.a0] = UInt64(states.count)
            case .outOfGas:
                guard refill > 0 else { return (states, switched) }
                instance.gas += refill
            case .pageFault(let fault):
                try instance.memory.mapZeroed(at: fault.address, byteCount: 4096, .readWrite)
                try instance.memory.write([UInt8](repeating: UInt8(states.count), count: 16), at: 0x7000_0008)
            }
        }
        return (states, switched)
    }

    /// The change at every block of a run, with and without gas.
    @Test(arguments: [true, false])
    func everyPlace(_ isMetered: Bool) throws {
        let blob = Self.blob(Self.everything)
        let configuration = Self.configuration(isMetered: isMetered)
        let oracle = try Self.trace(
            Module(blob, configuration: configuration), gas: 10_000, refill: 0)
        #expect(oracle.states.last?.exit == .finished)
        #expect(oracle.states.count > 12)
        var switches = 0
        for dueAfter in 0..<160 as Range<Int64> {
            let module = try Module(
                blob, configuration: configuration, engine: Engine(backend: Self.policy(dueAfter)))
            let (states, switched) = try Self.trace(module, gas: 10_000, refill: 0)
            #expect(states.count == oracle.states.count)
            for (found, expected) in zip(states, oracle.states) {
                #expect(found.differs(from: expected, isMetered: isMetered) == nil, "due after \(dueAfter)")
            }
            if switched { switches += 1 }
        }
        #expect(switches > 20)
    }

    /// Gas that is over before, at and after the change.
    @Test func everyAmountOfGas() throws {
        let blob = Self.blob(Self.everything)
        let configuration = Self.configuration(isMetered: true)
        var switches = 0
        for dueAfter in [1, 9, 25, 60] as [Int64] {
            for gas in 0..<140 as Range<Int64> {
                let oracle = try Self.trace(
                    Module(blob, configuration: configuration), gas: gas, refill: 7)
                let module = try Module(
                    blob, configuration: configuration, engine: Engine(backend: Self.policy(dueAfter)))
                let (states, switched) = try Self.trace(module, gas: gas, refill: 7)
                #expect(states.count == oracle.states.count)
                for (found, expected) in zip(states, oracle.states) {
                    #expect(
                        found.differs(from: expected, isMetered: true) == nil, "gas \(gas), due after \(dueAfter)")
                }
                if switched { switches += 1 }
            }
        }
        #expect(switches > 100)
    }

    // MARK: Who runs

    /// Counts a0 down and adds to a1.
    private static let loop: [Instruction] = [
        Instruction(.fallthrough),
        Instruction(.addImm64, .a1, .a1, x: 3),
        Instruction(.addImm64, .a0, .a0, x: -1),
        Instruction(.branchNotEqImm, .a0, x: 0, target: 1),
        Instruction(.moveReg, .a0, .a1),
        Instruction(.jumpIndirect, .ra),
    ]

    @Test func changesInALoop() throws {
        let module = try Module(
            Self.blob(Self.loop), configuration: Self.configuration(isMetered: true),
            engine: Engine(backend: Self.policy(1000)))
        let instance = try Instance(module)
        #expect(instance.lastTier == nil)
        instance.gas = 1_000_000
        #expect(try instance.call("run", [100]) == .finished)
        #expect(instance.lastTiers == [.interpreter])
        #expect(module.nativeByteCount == nil)
        #expect(try instance.call("run", [10_000]) == .finished)
        #expect(instance[.a0] == 30_000)
        #expect(instance.lastTier == .compiler)
        #expect(instance.lastTiers == [.interpreter, .compiler])
        #expect(instance.instructionCount == 30_003 + 303)
        #expect(instance.gas == 1_000_000 - 30_003 - 303)
        #expect(try #require(module.nativeByteCount) > 0)
        #expect(module.compileTime != nil)
        // Others begin in machine code.
        let other = try Instance(module)
        other.gas = 100
        #expect(try other.call("run", [1]) == .finished)
        #expect(other.lastTiers == [.compiler])
    }

    /// The loop in a program of some size.
    private static var largerLoop: Blob {
        blob(loop + Array(repeating: Instruction(.addImm64, .a1, .a1, x: 1), count: 1500))
    }

    @Test func smallProgramsAreCompiledAtOnce() throws {
        let module = try Module(Self.blob(Self.loop), engine: Engine(backend: .auto))
        // What it costs can be asked before the first run, which compiles.
        #expect(module.gasCost(ofBlockAt: 0) != nil)
        #expect(module.nativeByteCount == nil)
        let instance = try Instance(module)
        #expect(try instance.call("run", [1]) == .finished)
        #expect(instance[.a0] == 3)
        #expect(instance.lastTiers == [.compiler])
    }

    @Test func shortRunsStayWhereTheyBegin() throws {
        let module = try Module(Self.largerLoop, engine: Engine(backend: .auto))
        let instance = try Instance(module)
        #expect(try instance.call("run", [10]) == .finished)
        #expect(instance.lastTiers == [.interpreter])
        #expect(module.nativeByteCount == nil)
    }

    /// Calls without a loop, in an instance each, add up.
    @Test func callsAddUp() throws {
        let module = try Module(
            Self.blob([Instruction(.loadImm, .a0, x: 5), Instruction(.jumpIndirect, .ra)]),
            engine: Engine(backend: Self.policy(100, callCost: 8)))
        var tiers: [Backend.Tier?] = []
        for _ in 0..<12 {
            let instance = try Instance(module)
            #expect(try instance.call("run") == .finished)
            #expect(instance[.a0] == 5)
            tiers.append(instance.lastTier)
        }
        // Ten work units each; the call that finds a hundred compiles.
        #expect(tiers == [Backend.Tier?](repeating: .interpreter, count: 10) + [.compiler, .compiler])
    }

    @Test func defaultChangesSoonerOrLater() throws {
        let module = try Module(Self.largerLoop, engine: Engine(backend: .auto))
        let instance = try Instance(module)
        #expect(try instance.call("run", [3_000_000]) == .finished)
        #expect(instance[.a0] == 9_000_000)
        #expect(instance.lastTiers == [.interpreter, .compiler])
    }

    /// The background thread compiles, or the running one when it has waited for long.
    @Test(arguments: [0, 1 << 40] as [Int64])
    func background(_ aloneAfter: Int64) throws {
        let module = try Module(
            Self.blob(Self.loop), engine: Engine(backend: Self.policy(50, background: true, aloneAfter: aloneAfter)))
        let instance = try Instance(module)
        while instance.lastTier != .compiler {
            #expect(try instance.call("run", [10_000]) == .finished)
            #expect(instance[.a0] == 30_000)
        }
        #expect(module.nativeByteCount != nil)
    }

    /// Modules that go while they wait to be compiled.
    @Test func shortLived() throws {
        for number in 1...300 as ClosedRange<UInt64> {
            let module = try Module(
                Self.blob(Self.loop), engine: Engine(backend: Self.policy(20, background: true, aloneAfter: 1 << 40)))
            let instance = try Instance(module)
            #expect(try instance.call("run", [20 * number]) == .finished)
            #expect(instance[.a0] == 60 * number)
        }
    }

    @Test(arguments: [true, false])
    func threads(_ usesBackground: Bool) async throws {
        let module = try Module(
            Self.blob(Self.loop), configuration: Self.configuration(isMetered: true),
            engine: Engine(backend: Self.policy(5_000, background: usesBackground, aloneAfter: 1_000_000)))
        let results = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for thread in 0..<6 as Range<UInt64> {
                group.addTask {
                    try (1...60 as ClosedRange<UInt64>).map { round in
                        let instance = try Instance(module)
                        instance.gas = 1_000_000
                        guard try instance.call("run", [thread * 100 + round * 50]) == .finished else { return 0 }
                        let used = UInt64(1_000_000 - instance.gas)
                        return used == instance.instructionCount ? instance[.a0] : 0
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let expected = (0..<6 as Range<UInt64>).map { thread in
            (1...60 as ClosedRange<UInt64>).map { 3 * (thread * 100 + $0 * 50) }
        }
        #expect(Set(results) == Set(expected))
        // All of them together had work for it.
        let instance = try Instance(module)
        while instance.lastTier != .compiler {
            instance.gas = 1_000_000
            #expect(try instance.call("run", [10_000]) == .finished)
        }
        let last = try Instance(module)
        last.gas = 100
        #expect(try last.call("run", [1]) == .finished)
        #expect(last.lastTiers == [.compiler])
    }

    /// What the compiler refuses, the interpreter goes on with.
    @Test func refused() throws {
        var options = CompilerOptions()
        options.byteLimit = 64
        let backend = Backend.auto(options) { _ in
            CompilePolicy(dueAfter: 10, usesBackground: false, aloneAfter: 0, lookEvery: 1, callCost: 1)
        }
        let module = try Module(Self.blob(Self.loop), engine: Engine(backend: backend))
        let instance = try Instance(module)
        for _ in 0..<3 {
            #expect(try instance.call("run", [1000]) == .finished)
            #expect(instance[.a0] == 3000)
            #expect(instance.lastTiers == [.interpreter])
        }
        #expect(module.nativeByteCount == nil)
        #expect(module.compileTime == nil)
    }

    /// The compiler lets the interpreter begin in the middle of a block, and no longer.
    @Test func compilerTakesOverAgain() throws {
        let module = try Module(
            Self.blob(Self.loop), configuration: Self.configuration(isMetered: true),
            engine: Engine(backend: .compiler))
        let instance = try Instance(module)
        let second = module.blob.code.bytes.indices.filter { module.blob.code.startsInstruction(at: $0) }[2]
        instance.gas = 10_000
        try instance.prepareCall(at: UInt32(second), [1000])
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 999 * 3)
        #expect(instance.lastTiers == [.interpreter, .compiler])
        #expect(instance.instructionCount == 3001)
    }
}

// MARK: States

/// All that can be seen of an instance at a stop.
private struct State {
    let exit: Exit
    let registers: [UInt64]
    let gas: Int64
    let instructionCount: UInt64
    let programCounter: UInt32?
    let lastProgramCounter: UInt32?
    let nextProgramCounter: UInt32?
    let heapSize: UInt32
    let memory: [[UInt8]?]

    init(_ instance: Instance, _ exit: Exit) {
        self.exit = exit
        registers = instance.registers
        gas = instance.gas
        instructionCount = instance.instructionCount
        programCounter = instance.programCounter
        lastProgramCounter = instance.lastProgramCounter
        nextProgramCounter = instance.nextProgramCounter
        heapSize = instance.memory.heapSize
        let zones = instance.module.memoryMap.map { [$0.readWrite, $0.stack] } ?? []
        memory = zones.map { zone in
            try? instance.memory.read(at: UInt32(zone.lowerBound), byteCount: Int(zone.upperBound - zone.lowerBound))
        }
    }

    func differs(from expected: State, isMetered: Bool) -> String? {
        func name(_ what: String, _ found: Any, _ expected: Any) -> String {
            "\(what) expected \(expected), found \(found)"
        }
        if exit != expected.exit { return name("exit", exit, expected.exit) }
        if registers != expected.registers { return name("registers", registers, expected.registers) }
        if isMetered, gas != expected.gas { return name("gas", gas, expected.gas) }
        if isMetered, instructionCount != expected.instructionCount {
            return name("count", instructionCount, expected.instructionCount)
        }
        if programCounter != expected.programCounter {
            return name("pc", programCounter as Any, expected.programCounter as Any)
        }
        // The backends differ in what they say of a block that could not be paid.
        if exit != .outOfGas, lastProgramCounter != expected.lastProgramCounter {
            return name("last pc", lastProgramCounter as Any, expected.lastProgramCounter as Any)
        }
        if nextProgramCounter != expected.nextProgramCounter {
            return name("next pc", nextProgramCounter as Any, expected.nextProgramCounter as Any)
        }
        if heapSize != expected.heapSize { return name("heap", heapSize, expected.heapSize) }
        return memory == expected.memory ? nil : "memory differs"
    }
}
