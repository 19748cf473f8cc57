// Calls, host functions, resuming, gas: an instance as an embedder uses it.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct InstanceTests {
    @Test func callState() throws {
        let instance = try Instance(try Module(blob([Instruction(.ecalli, x: 1), ret])))
        #expect(instance.registers == [UInt64](repeating: 0, count: 13))
        #expect(throws: InstanceError.noProgramCounter) { try instance.run() }
        instance[.s0] = 99
        instance.gas = 5
        try instance.prepareCall("run", [1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(try instance.run() == .hostCall(1))
        #expect(instance.registers == [0xffff_0000, 0xfffe_0000, 7, 8, 9, 0, 0, 1, 2, 3, 4, 5, 6])
        #expect(instance.gas == 5)
        #expect((instance.programCounter, instance.nextProgramCounter) == (0, 2))
        #expect(try instance.run() == .finished)
        #expect((instance.programCounter, instance.nextProgramCounter) == (nil, nil))
        #expect(instance.lastProgramCounter == 2)
        #expect(throws: InstanceError.noProgramCounter) { try instance.run() }
        #expect(throws: InstanceError.tooManyArguments(count: 10, limit: 9)) {
            try instance.prepareCall("run", [UInt64](repeating: 0, count: 10))
        }
        #expect(throws: InstanceError.unknownExport(name: "walk", known: ["run"])) { try instance.prepareCall("walk") }
        let raw = try Instance(try Module(rawProgram: code([ret])))
        #expect(throws: InstanceError.noStack) { try raw.prepareCall(at: 0) }
    }

    @Test func firstOfEqualExports() throws {
        var program = blob([Instruction(.loadImm, .a0, x: 1), ret, Instruction(.loadImm, .a0, x: 2), ret])
        program.exports.append(Blob.Export(codeOffset: 5, symbol: Array("run".utf8)))
        let instance = try Instance(try Module(program))
        #expect(try instance.call("run") == .finished)
        #expect(instance[.a0] == 1)
    }

    @Test func registersOf32Bits() throws {
        let program = blob(
            [Instruction(.addImm32, .a0, .a0, x: 1), Instruction(.setLessThanUnsigned, .a1, .a2, .a3), ret], .latest32)
        let instance = try Instance(try Module(program))
        #expect(try instance.call("run", [0xffff_ffff_7fff_ffff, 5, 0x8000_0000]) == .finished)
        #expect(instance[.a0] == 0x8000_0000)
        #expect(instance[.a3] == 1)
        #expect(instance[.a2] == 0x8000_0000)
        #expect(instance[.ra] == 0xffff_0000)
    }

    /// Memory and heap persist from call to call, registers do not.
    @Test func repeatedCalls() throws {
        var program = blob([
            Instruction(.loadU64, .a0, x: 0x20000), Instruction(.addImm64, .a0, .a0, x: 1),
            Instruction(.storeU64, .a0, x: 0x20000), ret,
        ])
        program.readWriteDataSize = 8
        let module = try Module(program)
        let instance = try Instance(module)
        for turn in 1...3 {
            #expect(try instance.call("run", [5]) == .finished)
            #expect(instance[.a0] == UInt64(turn))
        }
        #expect(instance.instructionCount == 12)
        try instance.memory.reset()
        #expect(try instance.call("run") == .finished)
        #expect(instance[.a0] == 1)
        // Another instance has its own memory.
        let other = try Instance(module)
        #expect(try other.call("run") == .finished)
        #expect(other[.a0] == 1)
    }

    @Test func linker() throws {
        let program = importing(["add", "gone"], [Instruction(.ecalli, x: 0), Instruction(.ecalli, x: 1), ret])
        var linker = Linker()
        try linker.define("add") { context in
            context.setResult(context.argument(0) + context.argument(1))
            context.instance.gas -= 10
        }
        let instance = try Instance(try Module(program, configuration: metered), linker: linker)
        instance.gas = 100
        // What nothing answers comes to the caller, who may answer it.
        #expect(try instance.call("run", [2, 3]) == .hostCall(1))
        #expect(instance[.a0] == 5)
        #expect(instance.gas == 87)
        #expect(instance.importName(1) == "gone")
        #expect(instance.importName(2) == nil)
        instance[.a0] = 50
        #expect(try instance.resume() == .finished)
        #expect(instance[.a0] == 50)
    }

    @Test func fallbackAnswersTheRest() throws {
        let program = importing(["known"], [Instruction(.ecalli, x: 0), Instruction(.ecalli, x: 77), ret])
        var linker = Linker()
        var numbers: [UInt32] = []
        try linker.define("known") { _ in }
        linker.fallback = { context in numbers.append(context.number) }
        let instance = try Instance(try Module(program), linker: linker)
        #expect(try instance.call("run") == .finished)
        #expect(numbers == [77])
    }

    private struct Refusal: Error, Equatable {}

    @Test func hostErrorsEndTheCall() throws {
        let program = importing(["f"], [Instruction(.ecalli, x: 0), Instruction(.loadImm, .a0, x: 9), ret])
        var linker = Linker()
        try linker.define("f") { _ in throw Refusal() }
        let instance = try Instance(try Module(program), linker: linker)
        #expect(throws: Refusal()) { try instance.call("run") }
        // The next instruction follows the host call.
        #expect(try instance.resume() == .finished)
        #expect(instance[.a0] == 9)
    }

    @Test func hostTrapsTrapTheGuest() throws {
        let program = importing(["f"], [Instruction(.unlikely), Instruction(.ecalli, x: 0), ret])
        var linker = Linker()
        try linker.define("f") { _ in throw HostTrap("f: no") }
        let instance = try Instance(try Module(program), linker: linker)
        #expect(try instance.call("run") == .trap)
        #expect(instance.trapReason == .host("f: no"))
        #expect((instance.programCounter, instance.nextProgramCounter) == (1, nil))
        #expect(throws: InstanceError.noProgramCounter) { try instance.run() }
    }

    /// Bytes that arguments name reach the host, or the guest traps and hears where they lie.
    @Test func memoryOfArguments() throws {
        let program = importing(["f"], [Instruction(.ecalli, x: 0), ret])
        var linker = Linker()
        try linker.define("f") { context in
            let bytes = try context.bytes(at: context.argument(0), count: context.argument(1))
            try context.write(bytes.reversed(), at: context.argument(2))
        }
        let instance = try Instance(try Module(program), linker: linker)
        let stack: UInt64 = 0xfffd_ff00
        try instance.memory.write([1, 2, 3], at: UInt32(stack))
        #expect(try instance.call("run", [stack, 3, stack + 8]) == .finished)
        #expect(try instance.memory.read(at: UInt32(stack) + 8, byteCount: 3) == [3, 2, 1])
        // No bytes lie nowhere.
        #expect(try instance.call("run", [5, 0, 5]) == .finished)
        #expect(try instance.call("run", [1 << 40, 0, 1 << 40]) == .finished)
        for (arguments, text) in [
            ([0x20, 4, stack], "f: 4 bytes at 0x20 are not all readable"),
            ([stack, 1 << 40, stack], "f: 1099511627776 bytes at 0xfffdff00 are not all readable"),
            ([1 << 32, 1, stack], "f: 1 bytes at 0x100000000 are not all readable"),
            ([stack, 2, 0xfffd_ffff], "f: 2 bytes at 0xfffdffff are not all writable"),
        ] {
            #expect(try instance.call("run", arguments) == .trap)
            #expect(instance.trapReason == .host(text))
        }
    }

    /// How a call ended, in words.
    @Test func descriptions() throws {
        func description(_ instructions: [Instruction], imports: [String] = [], gas: Int64? = nil) throws -> String {
            var configuration = ModuleConfiguration()
            configuration.gasMetering = gas == nil ? .none : .synchronous
            configuration.faultRule = gas == nil ? .trap : .pageFault
            let program = importing(imports, instructions)
            let instance = try Instance(try Module(program, configuration: configuration))
            instance.gas = gas ?? 0
            return instance.description(of: try instance.call("run"))
        }
        #expect(try description([ret]) == "returned")
        #expect(
            try description([Instruction(.unlikely), Instruction(.trap)])
                == "trapped: the program executed a trap instruction (code offset 1)")
        #expect(
            try description([ret], gas: 0) == "ran out of gas: the next block costs more than the 0 units that are left"
        )
        #expect(
            try description([Instruction(.ecalli, x: 0), ret], imports: ["f"])
                == "called the import 'f', which this host does not provide")
        #expect(
            try description([Instruction(.storeImmU8, x: 0x50000, y: 1), ret], gas: 9)
                == "accessed the missing page at 0x50000")
    }

    /// A host function may call into the guest that called it: there is no hidden stack, so it saves what it wants back.
    @Test func nestedCalls() throws {
        var program = importing(["again"], [Instruction(.ecalli, x: 0), Instruction(.addImm64, .a0, .a0, x: 1), ret])
        program.exports.append(Blob.Export(codeOffset: 1, symbol: Array("inner".utf8)))
        var linker = Linker()
        try linker.define("again") { context in
            let instance = context.instance
            let saved = instance.registers
            let next = instance.nextProgramCounter
            guard try instance.call("inner", [41]) == .finished else { throw Refusal() }
            let result = instance[.a0]
            for (register, value) in zip(Register.allCases, saved) { instance[register] = value }
            instance[.a0] = result
            instance.nextProgramCounter = next
        }
        program.exports[1].codeOffset = UInt32(code([Instruction(.ecalli, x: 0)]).bytes.count)
        let instance = try Instance(try Module(program), linker: linker)
        #expect(try instance.call("run") == .finished)
        #expect(instance[.a0] == 43)
        #expect(instance.instructionCount == 5)
    }

    /// At every amount of gas the loop stops where that amount ends, and goes on to the same result.
    @Test func gasRunsOutAtEachBlock() throws {
        let loop = [
            Instruction(.loadImm, .a1, x: 0), Instruction(.fallthrough),
            Instruction(.addImm64, .a1, .a1, x: 3), Instruction(.addImm64, .a0, .a0, x: -1),
            Instruction(.branchNotEqImm, .a0, x: 0, target: 3), ret,
        ]
        let module = try Module(blob(loop), configuration: metered)
        let total: Int64 = 2 + 3 * 10 + 1
        for gas in 0..<total {
            let instance = try Instance(module)
            instance.gas = gas
            #expect(try instance.call("run", [10]) == .outOfGas)
            let turns = max(0, (gas - 2) / 3)
            let spent = gas < 2 ? 0 : 2 + 3 * turns
            #expect(instance.gas == gas - spent)
            #expect(instance.instructionCount == UInt64(spent))
            #expect(instance[.a1] == UInt64(3 * turns))
            let isLast = turns == 10
            #expect(instance.nextProgramCounter == (gas < 2 ? 0 : isLast ? 12 : 3))
            instance.gas += total - gas
            #expect(try instance.resume() == .finished)
            #expect(instance.gas == 0)
            #expect(instance[.a1] == 30)
            #expect(instance.instructionCount == UInt64(total))
        }
    }

    @Test func trapReasons() throws {
        func reason(_ instructions: [Instruction], entry: UInt32 = 0) throws -> TrapReason? {
            let instance = try Instance(try Module(blob(instructions)))
            try instance.prepareCall(at: entry)
            #expect(try instance.run() == .trap)
            return instance.trapReason
        }
        #expect(try reason([Instruction(.trap)]) == .trapInstruction)
        #expect(try reason([Instruction(.unlikely)]) == .endOfCode)
        #expect(try reason([Instruction(.fallthrough)]) == .endOfCode)
        #expect(try reason([ret], entry: 9) == .endOfCode)
        #expect(try reason([ret], entry: 1) == .noInstruction)
        #expect(try reason([Instruction(.jump, target: 1)]) == .badJump)
        #expect(try reason([Instruction(.jumpIndirect, .a0)]) == .badJump)
        #expect(
            try reason([Instruction(.loadIndirectU16, .a0, .sp, x: -1)])
                == .memoryAccess(address: 0xfffd_ffff, byteCount: 2, isStore: false))
        #expect(
            try reason([Instruction(.storeImmIndirectU64, .sp, x: 0, y: 1)])
                == .memoryAccess(address: 0xfffe_0000, byteCount: 8, isStore: true))
        #expect(
            try reason([Instruction(.storeImmU8, x: 5, y: 1)])
                == .memoryAccess(address: 5, byteCount: 1, isStore: true))
    }

    /// Two threads that are first to use a module at once.
    @Test func sharedModule() async throws {
        let module = try Module(blob([Instruction(.addImm64, .a0, .a0, x: 1), ret]))
        let results = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for argument in 0..<16 {
                group.addTask {
                    let instance = try Instance(module)
                    return try instance.call("run", [UInt64(argument)]) == .finished ? instance[.a0] : 0
                }
            }
            var results: [UInt64] = []
            for try await result in group { results.append(result) }
            return results.sorted()
        }
        #expect(results == Array(1...16))
    }
}
