// Functions of refine: historical lookups, exports, and machines within the machine.

import PolkaABI
import PolkaBlob
import PolkaISA
import PolkaJAM
import PolkaVM
import Testing

@Suite struct RefineTests {
    private let buffer = Caller.buffer
    private let nowhere = Caller.nowhere

    @Test(arguments: Setting.all)
    func historicalLookup(_ setting: Setting) throws {
        var world = World(setting)
        let now = world.state.timeSlot
        let preimages: [[UInt8]] = [[1], [2], [3], [4], [5], [6]]
        // Asked for, there since, gone since, gone and there again, there later, gone before.
        let slots: [[UInt32]] = [[], [now], [5, now + 1], [5, 6, now], [now + 1], [5, now]]
        var caller = Caller(setting.version)
        for (bytes, slots) in zip(preimages, slots) {
            world.own.addPreimage(bytes)
            world.own.setRequest(slots, for: PreimageRequest(for: bytes))
            let hash = caller.place(Hash256(blakeOf: bytes).bytes)
            caller.call(.historicalLookup, .max, hash, buffer, 0, 8)
        }
        world.state.services[World.other]?.provide([7, 8], at: 3)
        let others = caller.place(Hash256(blakeOf: [7, 8]).bytes)
        caller.call(.historicalLookup, UInt64(World.other), others, buffer, 0, 8)
        caller.call(.historicalLookup, .max, others, buffer, 0, 8)
        caller.call(.historicalLookup, 12, others, buffer, 0, 8)
        #expect(try world.refine(caller).exit.results == [none, 1, 1, 1, none, none, 2, none, none])
        caller.returned = (buffer, 2)
        #expect(try world.refine(caller).exit.bytes == [7, 8])
        caller.call(.historicalLookup, .max, nowhere, buffer, 0, 8)
        #expect(try world.refine(caller).exit.isPanic)
    }

    @Test(arguments: Setting.all)
    func exports(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let data = caller.place([1, 2, 3])
        caller.call(.export, data, 2)
        caller.call(.export, data, 1 << 40)
        caller.call(.export, nowhere, 0)
        let outcome = try World(setting).refine(caller, exportOffset: 10)
        #expect(outcome.exit.results == [10, 11, 12])
        let zeros = [UInt8](repeating: 0, count: 4104)
        #expect(outcome.exports == [[1, 2] + zeros.dropFirst(2), [1, 2, 3] + zeros.dropFirst(3), zeros])
        // The last that fits, and one more.
        #expect(try World(setting).refine(caller, exportOffset: 3071).exit.results == [3071, full, full])
        caller.call(.export, nowhere, 1)
        let panicked = try World(setting).refine(caller)
        #expect(panicked.exit.isPanic)
        #expect(panicked.exports == [])
    }

    // MARK: Inner machines

    /// Bytes of a raw program of a version.
    private func raw(_ version: JAMVersion, _ instructions: [Instruction]) -> [UInt8] {
        let code = CodeLayout(instructions: instructions).encoded(for: version.instructionSet)
        return CodeMap(bytes: code.bytes, bitmask: code.bitmask).rawProgram
    }

    /// Gas and registers as `invoke` takes them.
    private func state(_ gas: UInt64, _ registers: [Register: UInt64] = [:]) -> [UInt8] {
        var out = JAMEncoder()
        out.fixed(gas)
        for register in Register.allCases { out.fixed(registers[register] ?? 0) }
        return out.bytes
    }

    private func numbers(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private let halt = Instruction(.jumpIndirect, .ra)
    private let returning: [Register: UInt64] = [.ra: 0xffff_0000]

    /// A life: made, given pages and bytes, stopped by each thing that stops machines, looked into, and dropped.
    @Test(arguments: Setting.all)
    func life(_ setting: Setting) throws {
        let version = setting.version
        var caller = Caller(version)
        let code = raw(
            version,
            [
                Instruction(.loadU64, .a0, x: 0x20000), Instruction(.addImm64, .a0, .a0, x: 1),
                Instruction(.ecalli, x: -2),
                Instruction(.storeU64, .a0, x: 0x21000), halt,
            ])
        let codePlace = caller.place(code)
        let statePlace = caller.place(state(1000, returning))
        let number = caller.place([41, 0, 0, 0, 0, 0, 0, 0])
        func invoke(_ caller: inout Caller) { caller.call(.invoke, 0, statePlace) }
        caller.call(.machine, codePlace, UInt64(code.count), 0)
        invoke(&caller)
        caller.call(.pages, 0, 0x20, 1, 2)
        caller.call(.poke, 0, number, 0x20000, 8)
        invoke(&caller)
        invoke(&caller)
        caller.call(.pages, 0, 0x21, 1, 2)
        invoke(&caller)
        caller.call(.peek, 0, buffer, 0x21000, 8)
        caller.call(.expunge, 0)
        invoke(&caller)
        let exit = try World(setting).refine(caller).exit
        let registers = exit.registers
        try #require(registers.count == 22)
        func pair(_ call: Int) -> [UInt64] { Array(registers[(2 * call)..<(2 * call + 2)]) }
        #expect(pair(0)[0] == 0)
        #expect(pair(1) == [2, 0x20000])
        #expect(pair(2)[0] == ok)
        #expect(pair(3)[0] == ok)
        #expect(pair(4) == [3, .max - 1])
        #expect(pair(5) == [2, 0x21000])
        #expect(pair(6)[0] == ok)
        // What it says besides is what was in the register.
        #expect(pair(7) == [0, statePlace])
        #expect(pair(8)[0] == ok)
        #expect(pair(9)[0] == 0)
        #expect(pair(10) == [who, statePlace])
        caller.returned = (buffer, 8)
        #expect(try World(setting).refine(caller).exit.bytes == [42, 0, 0, 0, 0, 0, 0, 0])
        caller.returned = (statePlace, 112)
        let left = numbers(try World(setting).refine(caller).exit.bytes)
        // Five instructions in one block, which is paid once though it is left and entered again.
        let cost: UInt64 = version == .v072 ? 5 : 1000 - left[0]
        #expect(left[0] == 1000 - cost)
        #expect(left[1] == 0xffff_0000)
        #expect(left[1 + Register.a0.index] == 42)
    }

    /// Where a machine that was dropped would have gone on.
    @Test(arguments: Setting.all)
    func programCounters(_ setting: Setting) throws {
        let version = setting.version
        // A trap, behind it a host call, a loop.
        let body = [
            Instruction(.trap), Instruction(.ecalli, x: 5), halt, Instruction(.jump, target: 3),
        ]
        let code = raw(version, body)
        let offsets = CodeLayout(instructions: body).encoded(for: version.instructionSet).offsets
        for (entry, gas, stop, place) in [
            (1, 100, 3, offsets[2]), (0, 100, 1, 0), (2, 100, 0, 0), (3, 100, 4, offsets[3]), (2, 0, 4, offsets[1]),
        ] as [(Int, UInt64, UInt64, UInt32)] {
            var caller = Caller(version)
            let codePlace = caller.place(code)
            let statePlace = caller.place(state(gas, returning))
            caller.call(.machine, codePlace, UInt64(code.count), UInt64(offsets[entry]))
            caller.call(.invoke, 0, statePlace)
            caller.call(.expunge, 0)
            let results = try World(setting).refine(caller).exit.results
            // An entry inside of a block that can not be paid stays where it is.
            let expected = stop == 4 && entry == 2 ? offsets[2] : place
            #expect(results == [0, stop, UInt64(expected)], "entry \(entry)")
        }
    }

    /// After a halt and a panic it begins at 0; the caller may run it again and again.
    @Test(arguments: Setting.all)
    func runsAgain(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = raw(setting.version, [Instruction(.addImm64, .a0, .a0, x: 1), halt])
        let codePlace = caller.place(code)
        let statePlace = caller.place(state(10_000, returning))
        caller.call(.machine, codePlace, UInt64(code.count), 0)
        for _ in 0..<3 { caller.call(.invoke, 0, statePlace) }
        #expect(try World(setting).refine(caller).exit.results == [0, 0, 0, 0])
        caller.returned = (statePlace, 112)
        let left = numbers(try World(setting).refine(caller).exit.bytes)
        #expect(left[1 + Register.a0.index] == 3)
        if setting.version == .v072 { #expect(left[0] == 10_000 - 6) }
    }

    /// The numbers of machines are the lowest that are free; 0.8.0 has at most 63.
    @Test(arguments: Setting.versions)
    func numbersOfMachines(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = raw(setting.version, [halt])
        let place = caller.place(code)
        for _ in 0..<64 { caller.call(.machine, place, UInt64(code.count), 0) }
        caller.call(.expunge, 5)
        caller.call(.machine, place, UInt64(code.count), 0)
        let results = try World(setting).refine(caller).exit.results
        #expect(Array(results.prefix(63)) == (0..<63).map { UInt64($0) })
        #expect(results[63] == (setting.version == .v072 ? 63 : huh))
        #expect(Array(results.suffix(2)) == [0, 5])
    }

    /// What is no program, and what 0.8.0 does not take: instructions that there are not, an end that ends nothing, an entry
    /// that is none.
    @Test(arguments: Setting.versions)
    func badCode(_ setting: Setting) throws {
        let version = setting.version
        let isNew = version == .v080
        let good = raw(version, [Instruction(.loadImm, .a0, x: 0x1234), halt])
        let open = raw(version, [Instruction(.loadImm, .a0, x: 0x1234)])
        var unknown = CodeMap(rawProgramOf: good)
        unknown.bytes[0] = 255
        let cases: [(bytes: [UInt8], start: UInt64, isGood: Bool)] = [
            (good, 0, true), ([], 0, false), ([0, 0], 0, false), (good + [0], 0, false),
            (Array(good.dropLast()), 0, false),
            (open, 0, !isNew), (unknown.rawProgram, 0, !isNew), (good, 1, !isNew), (good, 1 << 33, !isNew),
            (good, UInt64(unknown.bytes.count), !isNew),
        ]
        for (index, (bytes, start, isGood)) in cases.enumerated() {
            var caller = Caller(version)
            let place = caller.place(bytes)
            caller.call(.machine, place, UInt64(bytes.count), start)
            #expect(try World(setting).refine(caller).exit.results == [isGood ? 0 : huh], "\(index)")
        }
        var caller = Caller(version)
        caller.call(.machine, nowhere, 1, 0)
        #expect(try World(setting).refine(caller).exit.isPanic)
    }

    /// 0.7.2 makes machines that can not run: they panic, for a unit of gas.
    @Test func badEntries() throws {
        let setting = Setting(version: .v072, engine: Engine(backend: .interpreter))
        for start in [1, 50, 1 << 33] as [UInt64] {
            var caller = Caller(.v072)
            let code = raw(.v072, [Instruction(.loadImm, .a0, x: 0x1234), halt])
            let codePlace = caller.place(code)
            let statePlace = caller.place(state(10))
            caller.call(.machine, codePlace, UInt64(code.count), start)
            caller.call(.invoke, 0, statePlace)
            caller.call(.expunge, 0)
            #expect(try World(setting).refine(caller).exit.results == [0, 1, 0])
        }
    }

    @Test(arguments: Setting.all)
    func pages(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = raw(setting.version, [halt])
        let place = caller.place(code)
        let bytes = caller.place([7, 8])
        caller.call(.machine, place, UInt64(code.count), 0)
        let calls: [(arguments: [UInt64], result: UInt64)] = [
            ([1, 16, 1, 1], who), ([0, 15, 1, 1], huh), ([0, 16, 1, 5], huh), ([0, 16, (1 << 20) - 16, 0], huh),
            ([0, .max, 1, 1], huh), ([0, 16, 1 << 20, 1], huh), ([0, 16, 1, 3], huh), ([0, 16, 0, 4], ok),
            ([0, 16, 2, 2], ok), ([0, 17, 2, 3], huh),
        ]
        let number: UInt32 = setting.version == .v072 ? 11 : 12
        for call in calls { caller.call(number: number, call.arguments) }
        caller.call(.poke, 0, bytes, 0x10fff, 2)
        // Read only, and its bytes are there still; then again; then zeros.
        caller.call(.pages, 0, 16, 2, 3)
        caller.call(.poke, 0, bytes, 0x10000, 1)
        caller.call(.peek, 0, buffer, 0x10fff, 2)
        caller.call(.pages, 0, 16, 2, 4)
        caller.call(.poke, 0, bytes, 0x10000, 1)
        caller.call(.pages, 0, 17, 1, 1)
        caller.call(.peek, 0, buffer + 2, 0x10fff, 2)
        caller.call(.poke, 0, bytes, 0x11000, 1)
        caller.call(.pages, 0, 16, 1, 0)
        caller.call(.peek, 0, buffer, 0x10fff, 2)
        let exit = try World(setting).refine(caller).exit
        let expected = [0] + calls.map(\.result) + [ok, ok, oob, ok, ok, ok, ok, ok, oob, ok, oob]
        #expect(exit.results == expected)
        caller.returned = (buffer, 4)
        #expect(try World(setting).refine(caller).exit.bytes == [7, 8, 7, 0])
    }

    /// More pages than there are: 0.8.0 asks to be paid for them.
    @Test(arguments: Setting.versions)
    func allPages(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = raw(setting.version, [halt])
        let place = caller.place(code)
        caller.call(.machine, place, UInt64(code.count), 0)
        caller.call(.pages, 0, 16, .max, 1)
        let exit = try World(setting).refine(caller).exit
        if setting.version == .v072 { #expect(exit.results == [0, huh]) } else { #expect(exit == .outOfGas) }
    }

    /// Ranges that are not there are `oob` within the inner machine and a panic in the outer one, which is looked at first.
    @Test(arguments: Setting.versions)
    func peekAndPoke(_ setting: Setting) throws {
        func run(_ function: JAMFunction, _ arguments: [UInt64]) throws -> JAMExit {
            var caller = Caller(setting.version)
            let code = raw(setting.version, [halt])
            let place = caller.place(code)
            caller.call(.machine, place, UInt64(code.count), 0)
            caller.call(.pages, 0, 16, 1, 2)
            caller.call(number: function.number(in: setting.version) ?? 0, arguments)
            return try World(setting).refine(caller).exit
        }
        #expect(try run(.peek, [9, buffer, 0x10000, 1]).results.last == who)
        #expect(try run(.peek, [9, nowhere, 0x10000, 1]).isPanic)
        #expect(try run(.peek, [0, Caller.arguments, 0x10000, 1]).isPanic)
        #expect(try run(.peek, [0, buffer, 0x10fff, 2]).results.last == oob)
        #expect(try run(.peek, [0, buffer, 1 << 32 | 0x10000, 1]).results.last == oob)
        #expect(try run(.peek, [0, nowhere, nowhere, 0]).results.last == ok)
        #expect(try run(.poke, [9, buffer, 0x10000, 1]).results.last == who)
        #expect(try run(.poke, [9, nowhere, 0x10000, 1]).isPanic)
        #expect(try run(.poke, [0, buffer, 0xffff, 1]).results.last == oob)
        #expect(try run(.poke, [0, buffer, .max, 1]).results.last == oob)
        #expect(try run(.invoke, [9, buffer]).results.last == who)
        #expect(try run(.invoke, [0, nowhere]).isPanic)
        #expect(try run(.invoke, [0, Caller.arguments]).isPanic)
        #expect(try run(.expunge, [1]).results.last == who)
    }

    /// 0.8.0 takes the inner gas ahead and gives back what is left; 0.7.2 asks for nothing.
    @Test(arguments: Setting.all)
    func innerGas(_ setting: Setting) throws {
        let version = setting.version
        var caller = Caller(version)
        let code = raw(version, [Instruction(.addImm64, .a0, .a0, x: 1), halt])
        let codePlace = caller.place(code)
        let statePlace = caller.place(state(50_000, returning))
        caller.call(.machine, codePlace, UInt64(code.count), 0)
        caller.call(.gas)
        caller.call(.invoke, 0, statePlace)
        caller.call(.gas)
        // One that is not there costs all of it.
        caller.call(.invoke, 1, statePlace)
        caller.call(.gas)
        var world = World(setting)
        world.gas = 1_000_000
        let results = try world.refine(caller).exit.results
        try #require(results.count == 6)
        caller.returned = (statePlace, 8)
        let left = numbers(try world.refine(caller).exit.bytes)[0]
        let (first, second) = (results[1] - results[3], results[3] - results[5])
        switch version {
        case .v072: #expect((first, second) == (20, 20))
        case .v080:
            #expect(first == 968 + (50_000 - left) + 48)
            #expect(second == 968 + left + 48)
        }
        // More than there is ends the run, in 0.8.0.
        var greedy = Caller(version)
        let all = greedy.place(state(.max, returning))
        greedy.call(.invoke, 0, all)
        #expect(try world.refine(greedy).exit == (version == .v072 ? .halted(word(who) + word(all)) : .outOfGas))
    }

    private func word(_ value: UInt64) -> [UInt8] {
        var out = JAMEncoder()
        out.fixed(value)
        return out.bytes
    }

    /// Memory of inner machines is the host's, which has an end.
    @Test(arguments: Setting.versions)
    func tooMuchMemory(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = raw(setting.version, [halt])
        let place = caller.place(code)
        for machine in 0..<2 as Range<UInt64> {
            caller.call(.machine, place, UInt64(code.count), 0)
            caller.call(.pages, machine, 16, (1 << 20) - 17, 2)
        }
        #expect(throws: JAMHostError.self) { try World(setting).refine(caller) }
    }

    /// 0.7.2 has no limit for the number of machines, and the host has one that ends the run.
    @Test func tooManyMachines() throws {
        for setting in Setting.all where setting.version == .v072 {
            var caller = Caller(setting.version)
            let code = raw(setting.version, [halt])
            caller.call(.machine, caller.place(code), UInt64(code.count), 0)
            caller.ending = Instruction(.jump, target: 2)
            #expect(throws: JAMHostError.innerMachines(limit: 1024)) { try World(setting).refine(caller) }
        }
    }

    @Test(arguments: Setting.versions)
    func tooMuchCode(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.heapPages = 17_000
        caller.call(.machine, Caller.dataStart, (1 << 26) + 1, 0)
        #expect(throws: JAMHostError.innerCode(byteCount: (1 << 26) + 1, limit: 1 << 26)) {
            try World(setting).refine(caller)
        }
    }
}

extension CodeMap {
    /// A raw program that is one.
    fileprivate init(rawProgramOf bytes: [UInt8]) {
        self = (try? CodeMap(rawProgram: bytes)) ?? CodeMap(bytes: [], bitmask: [])
    }
}
