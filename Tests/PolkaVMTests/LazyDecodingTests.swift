// Code is decoded when it is entered first, in pairs of instructions, and shared by threads: nothing of that may be seen.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct LazyDecodingTests {
    /// Instructions that are executed in pairs, entered at each of them: what was before is not executed, but paid.
    @Test func entryInsidePairs() throws {
        let body = (0..<9).map { Instruction(.addImm64, .a0, .a0, x: Int64(1) << Int64($0)) }
        let program = blob(body + [ret])
        let offsets = (0...program.code.bytes.count).filter { program.code.startsInstruction(at: $0) }
        for number in body.indices {
            let instance = try Instance(try Module(program, configuration: metered))
            // Both where the block is not decoded yet, and where it is.
            for _ in 0..<2 {
                instance.gas = 100
                let before = instance.instructionCount
                try instance.prepareCall(at: UInt32(offsets[number]))
                #expect(try instance.run() == .finished)
                #expect(instance[.a0] == (0x1ff >> UInt64(number)) << UInt64(number))
                #expect(instance.gas == 90)
                #expect(instance.instructionCount - before == UInt64(10 - number))
            }
        }
    }

    /// The second half of a pair faults, the first half is done; running on repeats the second half alone.
    @Test func faultInsidePair() throws {
        let program = blob([
            Instruction(.loadIndirectU64, .a0, .sp, x: -8), Instruction(.loadIndirectU64, .a1, .a2),
            Instruction(.addImm64, .a0, .a0, x: 1), ret,
        ])
        var configuration = metered
        configuration.faultRule = .pageFault
        let instance = try Instance(try Module(program, configuration: configuration))
        instance.gas = 4
        try instance.prepareCall("run", [7, 7, 0x4000_0000])
        #expect(try instance.run() == .pageFault(PageFault(address: 0x4000_0000, pageSize: 4096)))
        #expect(instance.programCounter == 3)
        #expect(instance.nextProgramCounter == 3)
        #expect(instance.instructionCount == 1)
        #expect(instance[.a0] == 0)
        #expect(instance[.a1] == 7)
        instance[.a0] = 41
        try instance.memory.mapZeroed(at: 0x4000_0000, byteCount: 4096, .read)
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 42)
        #expect(instance[.a1] == 0)
        #expect(instance.instructionCount == 4)
        #expect(instance.gas == 0)
    }

    /// A block that falls through to one that was decoded before it.
    @Test func chainsMeet() throws {
        let program = blob([
            Instruction(.addImm64, .a0, .a0, x: 1), Instruction(.fallthrough), Instruction(.addImm64, .a0, .a0, x: 16),
            ret,
        ])
        let instance = try Instance(try Module(program, configuration: metered))
        instance.gas = 2
        try instance.prepareCall(at: 4)
        #expect(try instance.run() == .finished)
        instance.gas = 3
        try instance.prepareCall(at: 0)
        #expect(try instance.run() == .outOfGas)
        #expect(instance.programCounter == 4)
        #expect(instance.lastProgramCounter == 3)
        #expect(instance.instructionCount == 4)
        instance.gas = 2
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 17)
        #expect(instance.instructionCount == 6)
    }

    @Test func aMillionBlocks() throws {
        let count = 1_000_000
        let program = blob([Instruction](repeating: Instruction(.fallthrough), count: count) + [ret])
        let instance = try Instance(try Module(program, configuration: metered))
        instance.gas = Int64(count) + 1
        #expect(try instance.call("run") == .finished)
        #expect(instance.gas == 0)
        #expect(instance.instructionCount == UInt64(count) + 1)
    }

    /// Going on in a block takes no longer the longer it is.
    @Test func hostCallsInOneHugeBlock() throws {
        let count = 300_000
        var linker = Linker()
        linker.fallback = { context in context.setResult(context.argument(0) + 1) }
        let program = blob([Instruction](repeating: Instruction(.ecalli, x: 5), count: count) + [ret])
        let instance = try Instance(try Module(program), linker: linker)
        #expect(try instance.call("run") == .finished)
        #expect(instance[.a0] == UInt64(count))
    }

    /// So do page faults, and instructions that the loop leaves to others.
    @Test func stopsInOneHugeBlock() throws {
        let (count, faults) = (300_000, 20_000)
        let loads = (0..<faults).map { Instruction(.loadU8, .a1, x: 0x4000_0000 + 4096 * Int64($0)) }
        let program = blob([Instruction](repeating: Instruction(.memset), count: count) + loads + [ret])
        var configuration = ModuleConfiguration()
        configuration.faultRule = .pageFault
        let instance = try Instance(try Module(program, configuration: configuration))
        try instance.prepareCall("run")
        for number in 0..<faults {
            let address = 0x4000_0000 + 4096 * UInt32(number)
            let exit = try instance.run()
            guard exit == .pageFault(PageFault(address: address, pageSize: 4096)),
                instance.programCounter == UInt32(count + 6 * number)
            else {
                Issue.record("\(exit) at \(instance.programCounter ?? 0)")
                return
            }
            try instance.memory.mapZeroed(at: address, byteCount: 4096, .read)
        }
        #expect(try instance.run() == .finished)
        #expect(instance.instructionCount == UInt64(count + faults + 1))
    }

    /// Many threads decode the same blocks at the same time.
    @Test func threadsShareCode() async throws {
        // Each block adds 1 and jumps two blocks on or one back, until a1 has counted down.
        var instructions: [Instruction] = []
        for _ in 0..<400 {
            instructions.append(Instruction(.addImm64, .a0, .a0, x: 1))
            instructions.append(Instruction(.andImm, .a1, .a0, x: 3))
            // Over the next instruction and back to itself: 7 bytes and more are not needed.
            instructions.append(Instruction(.branchEqImm, .a1, target: 0))
        }
        instructions.append(ret)
        // Branches that are taken lead to the block behind, as those do that are not.
        var offset: UInt32 = 0
        for index in instructions.indices {
            let byteCount = UInt32(instructions[index].encodedByteCount(at: offset))
            if instructions[index].opcode == .branchEqImm { instructions[index].target = offset + 3 }
            offset += instructions[index].opcode == .branchEqImm ? 3 : byteCount
        }
        let program = blob(instructions)
        for _ in 0..<20 {
            let module = try Module(program)
            try await withThrowingTaskGroup(of: UInt64.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let instance = try Instance(module)
                        guard try instance.call("run") == .finished else { return 0 }
                        return instance[.a0]
                    }
                }
                for try await answer in group { #expect(answer == 400) }
            }
        }
    }

    @Test func callsByHandle() throws {
        let module = try Module(blob([Instruction(.sub64, .a0, .a1, .a0), ret]))
        let export = try #require(module.export(named: "run"))
        #expect(module.export(named: "ru") == nil)
        let instance = try Instance(module)
        instance[.s0] = 5
        #expect(try instance.call(export, 44, 2) == .finished)
        #expect(instance[.a0] == 42)
        #expect(instance[.s0] == 0)
        #expect(instance[.ra] == UInt64(MemoryMap.returnToHost))
    }
}
