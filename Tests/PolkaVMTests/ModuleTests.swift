// Loading: what is accepted, what is rejected, and with which words.

import PolkaBlob
import PolkaISA
import PolkaVM
import Testing

@Suite struct ModuleTests {
    private func error(_ blob: Blob, _ configuration: ModuleConfiguration = ModuleConfiguration()) -> ModuleError? {
        do throws(ModuleError) {
            _ = try Module(blob, configuration: configuration)
            return nil
        } catch {
            return error
        }
    }

    @Test func memoryThatDoesNotFit() {
        var program = blob([ret])
        program.stackSize = .max
        program.readWriteDataSize = 0x1000_0000
        #expect(
            error(program) == .memoryTooLarge(readOnly: 0, readWrite: 0x1000_0000, stack: .max, auxiliary: 0))
    }

    /// isa.md 7.6: JamV1 programs are read to the end before they run, other kinds are not.
    @Test func jamValidation() {
        func offset(_ bytes: [UInt8], starts: [Int]) -> Int? {
            let mask = CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count)
            let code = CodeMap(bytes: bytes, bitmask: mask)
            #expect(error(Blob(instructionSet: .latest64, code: code)) == nil)
            guard case .invalidInstruction(let offset, _)? = error(Blob(instructionSet: .jamV1, code: code)) else {
                return nil
            }
            return offset
        }
        #expect(offset([0], starts: [0]) == nil)
        #expect(offset([1, 0], starts: [0, 1]) == nil)
        #expect(offset([0, 255, 0], starts: [0, 1, 2]) == 1)
        #expect(offset([0, 3, 0], starts: [0, 1, 2]) == 1)
        #expect(offset([0, 0], starts: [1]) == 0)
        #expect(offset([0, 1], starts: [0, 1]) == 1)
        #expect(offset([0, 51, 7, 1], starts: [0, 1]) == 1)
        #expect(offset([], starts: []) == 0)
        let gap = [UInt8](repeating: 0, count: 40)
        #expect(offset(gap, starts: [0, 39]) == 25)
        #expect(offset(gap, starts: [0]) == 25)
    }

    /// host-api.md 3.2: standard programs of JAM 0.8.0 end with an instruction that ends a block, continuing or not.
    @Test func endsOfStandardPrograms() {
        func isLoaded(_ bytes: [UInt8], starts: [Int]) -> Bool {
            let mask = CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count)
            let program = Blob(instructionSet: .jamV1, code: CodeMap(bytes: bytes, bitmask: mask))
            return error(program, .standardProgram(for: .jamV1)) == nil
        }
        #expect(isLoaded([0, 1], starts: [0, 1]))
        // branch_eq_imm, and load_imm, which ends no block.
        #expect(isLoaded([0, 81, 7, 0], starts: [0, 1]))
        #expect(!isLoaded([0, 51, 7, 1], starts: [0, 1]))
        #expect(!isLoaded([], starts: []))
    }

    @Test func strictness() {
        var configuration = ModuleConfiguration()
        configuration.isStrict = true
        var program = blob([ret, Instruction(.loadImm, .a0, x: 1), ret])
        #expect(error(program, configuration) == nil)
        program.code.jumpTable = [2, 5]
        #expect(error(program, configuration) == .badJumpTableEntry(index: 1, codeOffset: 5))
        program.code.jumpTable = []
        program.exports.append(Blob.Export(codeOffset: 3, symbol: Array("bad".utf8)))
        #expect(error(program, configuration) == .badExport(symbol: "bad", codeOffset: 3))
        program.exports.removeLast()
        program.imports = [Array("known".utf8), nil]
        #expect(error(program, configuration) == .unresolvableImport(number: 1))
        #expect(error(program) == nil)
    }

    @Test func gasCosts() throws {
        let program = blob([
            Instruction(.loadImm, .a0, x: 1), Instruction(.fallthrough), Instruction(.loadImm, .a0, x: 1),
            Instruction(.unlikely),
        ])
        let module = try Module(program)
        // The second block ends with the implicit trap; behind the code there is a block of nothing else.
        #expect(module.gasCost(ofBlockAt: 0) == 2)
        #expect(module.gasCost(ofBlockAt: 3) == nil)
        #expect(module.gasCost(ofBlockAt: 4) == 3)
        #expect(module.gasCost(ofBlockAt: 5) == nil)
        #expect(module.gasCost(ofBlockAt: 8) == 1)
        #expect(module.gasCost(ofBlockAt: .max) == 1)
    }

    @Test func messages() {
        #expect(
            "\(ModuleError.badExport(symbol: "f", codeOffset: 3))"
                == "export 'f': no instruction starts at code offset 3")
        #expect("\(ModuleError.badPageSize(5))" == "page size 5 is not a power of two from 4096 to 65536")
        #expect(
            "\(InstanceError.unknownExport(name: "x", known: ["a", "b"]))" == "no export 'x': the program exports a, b")
        #expect(
            "\(MemoryError.outOfRange(.read, address: 0x1234, byteCount: 8))"
                == "cannot read 8 bytes at guest address 0x1234: not all of them accessible")
    }

    /// The limit of the container is 32 MiB; a program of that size loads, and its last block runs.
    @Test func largestCode() throws {
        // 20 bytes for each instruction keep what the test itself needs small.
        let byteCount = 32 << 20
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var mask = [UInt8](repeating: 0, count: byteCount / 8)
        let load = InstructionSet.latest64.byte(of: .loadImm) ?? 0
        for offset in stride(from: 0, to: byteCount - 40, by: 20) {
            bytes[offset] = load
            mask[offset / 8] |= 1 << UInt8(offset % 8)
        }
        let last = byteCount - 8
        bytes[last] = InstructionSet.latest64.byte(of: .jumpIndirect) ?? 0
        mask[last / 8] |= 1 << UInt8(last % 8)
        var program = Blob(
            instructionSet: .latest64, code: try CodeMap(rawProgram: CodeMap(bytes: bytes, bitmask: mask).rawProgram))
        program.exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
        let instance = try Instance(try Module(program, configuration: metered))
        instance.gas = 10_000_000
        // The instruction before the last is 44 bytes away from it: out of a skip's reach.
        #expect(try instance.call("run") == .trap)
        #expect(instance.instructionCount == 1_677_720 + 1)
    }
}
