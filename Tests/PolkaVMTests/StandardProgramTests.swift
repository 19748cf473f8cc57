// Standard programs in the machine: registers, arguments, answers, and what is left of an earlier call (blob-format.md 6).

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct StandardProgramTests {
    /// An instance of a program with these instructions, of either version of JAM.
    private func instance(_ instructions: [Instruction], _ set: InstructionSet) throws -> Instance {
        let code = CodeLayout(instructions: instructions).encoded(for: set)
        let program = StandardProgram(
            readWriteData: [1], heapPages: 1, stackSize: 4096,
            code: CodeMap(bytes: code.bytes, bitmask: code.bitmask))
        return try Instance(Module(program, instructionSet: set))
    }

    private static let sets: [InstructionSet] = [.jamV1, .reviveV1]

    @Test(arguments: sets)
    func registers(_ set: InstructionSet) throws {
        let instance = try instance([Instruction(.jumpIndirect, .ra, x: 0)], set)
        try instance.prepareEntry(at: 0, input: [1, 2, 3])
        var expected = [UInt64](repeating: 0, count: 13)
        (expected[0], expected[1], expected[7], expected[8]) = (0xffff_0000, 0xfefe_0000, 0xfeff_0000, 3)
        #expect(instance.registers == expected)
        #expect(try instance.run() == .finished)
        // The arguments came back.
        #expect(instance.entryResult == [1, 2, 3])
    }

    /// Behind the arguments there are zeros up to the end of the page, whatever an earlier call had; then nothing.
    @Test(arguments: sets)
    func shorterArgumentsLater(_ set: InstructionSet) throws {
        let instance = try instance(
            [Instruction(.loadIndirectU8, .a0, .a0, x: 4095), Instruction(.jumpIndirect, .ra, x: 0)], set)
        try instance.prepareEntry(at: 0, input: [UInt8](repeating: 7, count: 8192))
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 7)
        try instance.prepareEntry(at: 0, input: [7])
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 0)
        #expect(throws: MemoryError.self) { try instance.memory.read(at: 0xfeff_1000, byteCount: 1) }
        // Without arguments there is not even that page, and no page fault but a trap.
        try instance.prepareEntry(at: 0, input: [])
        #expect(try instance.run() == .trap)
    }

    /// Two pages of read-write data: its own and one of zeros; what lies behind is no memory.
    @Test func heapPages() throws {
        let instance = try instance([Instruction(.trap)], .jamV1)
        #expect(instance.memory.isAccessible(at: 0x20000, byteCount: 8192, writing: true))
        #expect(!instance.memory.isAccessible(at: 0x20000, byteCount: 8193))
        #expect(instance.memory.isAccessible(at: 0xfefd_f000, byteCount: 4096, writing: true))
        #expect(!instance.memory.isAccessible(at: 0xfefd_efff, byteCount: 1))
    }

    @Test func answersThatCanNotBeRead() throws {
        let instance = try instance([Instruction(.jumpIndirect, .ra, x: 0)], .jamV1)
        for (address, count) in [(0, 8), (0x20000, 8193), (0x20000, .max), (1 << 40, 1)] as [(UInt64, UInt64)] {
            (instance[.a0], instance[.a1]) = (address, count)
            #expect(instance.entryResult == [])
        }
        (instance[.a0], instance[.a1]) = (0x20000, 2)
        #expect(instance.entryResult == [1, 0])
        #expect(throws: InstanceError.self) {
            try instance.prepareEntry(at: 0, input: [UInt8](repeating: 0, count: (1 << 24) + 1))
        }
    }
}
