// Each rule of revive kept and broken; limits are those of host-api.md 1.5.

import PolkaBlob
import PolkaCheck
import PolkaISA
import Testing

@Suite struct ReviveRuleTests {
    @Test func aContractThatIsInOrder() throws {
        let found = results(try blob(contract), for: .revive)
        #expect(violated(found) == [])
        #expect(found.values.allSatisfy { $0.verdict == .ok })
        #expect(
            Set(found.keys) == [
                "instruction set", "blob size", "imports", "exports", "basic block", "instructions", "host calls",
                "fixed memory", "memory with caches",
            ])
    }

    @Test(arguments: [InstructionSet.latest64, .latest32, .jamV1])
    func otherInstructionSets(_ set: InstructionSet) throws {
        let found = results(try blob(contract, set), for: .revive)
        #expect(violated(found) == ["instruction set"])
        #expect(found["instruction set"]?.problems.first?.message.contains("version byte is \(set.rawValue)") == true)
    }

    @Test func aStandardProgramIsNoContract() throws {
        let program = try StandardProgram(blob(contract), for: [.reviveV1])
        let found = CheckedProgram(program, target: .revive, map: nil).results()
        #expect(found.first { $0.rule == "instruction set" }?.verdict == .violated)
    }

    /// 1 MiB, and a byte more.
    @Test func blobSize() throws {
        var contract = try blob(contract)
        // Data and its size field fill the file up to the limit.
        contract.readOnlyDataSize = 1 << 20
        let rest = contract.serialized().count
        // The section's id and the four bytes of its length.
        let header = 1 + 3
        contract.readOnlyData = [UInt8](repeating: 1, count: (1 << 20) - rest - header)
        #expect(contract.serialized().count == 1 << 20)
        #expect(results(contract, for: .revive)["blob size"]?.verdict == .ok)
        contract.readOnlyData.append(1)
        let found = results(contract, for: .revive)["blob size"]
        #expect(found?.verdict == .violated)
        #expect(found?.limitValue == 1_048_576 && found?.actualValue == 1_048_577)
        #expect(found?.problems.first?.remedy.contains("pvm size") == true)
        // Nobody has a name for the data, and the functions that have one are small.
        let message = found?.problems.first?.message
        #expect(message == "the largest part is read-only data with \(contract.readOnlyData.count) bytes")
        contract.debug.strings = [UInt8](repeating: 0, count: 1 << 20)
        contract.readOnlyData = []
        let debug = results(contract, for: .revive)["blob size"]?.problems.first
        #expect(debug?.message == "the largest part is debug information with 1048576 bytes" && debug?.symbol == nil)
    }

    @Test func imports() throws {
        let text = """
            %import 0 = 'frobnicate'
            %import 1 = 'take_storage'
            %import 2 = 'balance'
            pub @deploy:
                ret
            pub @call:
                ecalli 1
                ret
            """
        let found = results(try blob(text), for: .revive)
        #expect(violated(found) == ["imports"])
        let problems = found["imports"]?.problems ?? []
        #expect(problems.map(\.symbol) == ["frobnicate", "take_storage"])
        // host-api.md 1.3.
        #expect(problems[1].message.contains("called in 'call'") && problems[1].message.contains("Storage precompile"))
        // Behind the two bytes of the ret of 'deploy'.
        #expect(problems[1].codeOffset == 2)
    }

    /// There are 40 functions, so more imports than that can not all be different.
    @Test func tooManyImports() throws {
        var contract = try blob(contract)
        contract.imports = [[UInt8]?](repeating: Array("now".utf8), count: 41)
        let found = results(contract, for: .revive)["imports"]
        #expect(found?.verdict == .violated && found?.limitValue == 40 && found?.actualValue == 41)
        contract.imports.removeLast()
        #expect(results(contract, for: .revive)["imports"]?.verdict == .ok)
        contract.imports[3] = nil
        #expect(results(contract, for: .revive)["imports"]?.verdict == .violated)
    }

    @Test func entries() throws {
        let found = results(try blob("pub @call:\n    ret\n"), for: .revive)
        #expect(violated(found) == ["exports"])
        #expect(found["exports"]?.problems.map(\.symbol) == ["deploy"])
        var misplaced = try blob(contract)
        misplaced.exports[0].codeOffset = 1
        #expect(violated(results(misplaced, for: .revive)) == ["exports"])
    }

    /// 1000 instructions in a block, and one more; the name is that of the function around it.
    @Test func blockSize() throws {
        func text(_ count: Int) -> String {
            contract + "\npub @long:\n" + String(repeating: "    a0 = a0 + a1\n", count: count - 1) + "    ret\n"
        }
        #expect(violated(results(try blob(text(1000)), for: .revive)) == [])
        let found = results(try blob(text(1001)), for: .revive)
        #expect(violated(found) == ["basic block"])
        #expect(found["basic block"]?.actualValue == 1001)
        #expect(found["basic block"]?.problems.first?.symbol == "long")
        // ret; ecalli 0; ret: 2 + 1 + 2 bytes.
        #expect(found["basic block"]?.problems.first?.codeOffset == 5)
    }

    /// `sbrk` is no instruction of the kind; its byte in others is 101.
    @Test func instructions() throws {
        let found = results(try blob(contract + "\n@odd:\n    %bytes = 65 77\n    invalid\n"), for: .revive)
        #expect(violated(found) == ["instructions"])
        let problem = found["instructions"]?.problems.first
        #expect(problem?.message == "the byte 101 is no instruction of revive_v1; it is 'sbrk' in latest64")
        let open = results(try blob(contract + "\n@open:\n    a0 = a1\n"), for: .revive)
        #expect(violated(open) == ["instructions"])
        #expect(open["instructions"]?.problems.first?.message.contains("runs past the end") == true)
    }

    @Test func hostCalls() throws {
        let found = results(try blob(contract + "\n@other:\n    ecalli 0xffffffff\n    ret\n"), for: .revive)
        #expect(violated(found) == ["host calls"])
        let unknown = results(try blob(contract + "\n@other:\n    ecalli 7\n    ret\n"), for: .revive)
        #expect(unknown["host calls"]?.verdict == .warning)
    }

    /// 1.5 MiB for zones and blob; the stack fills them up.
    @Test func fixedMemory() throws {
        var contract = try blob(contract)
        // Pages of 4096 bytes, and one less for the blob.
        contract.stackSize = (384 - 1) * 4096
        #expect(violated(results(contract, for: .revive)) == [])
        contract.stackSize += 4096
        let found = results(contract, for: .revive)
        #expect(violated(found) == ["fixed memory"])
        #expect(found["fixed memory"]?.problems.first?.message.contains("the stack with 1572864 bytes") == true)
        #expect(found["fixed memory"]?.isEstimate == true)
    }

    /// 3 MiB with what the interpreter makes of the code: four bytes for each of code, and up to 1 MiB of translated code.
    @Test func memoryWithCaches() throws {
        var contract = try blob(contract)
        // 400 KB of code in short blocks: fixed 0.45 MB + 1.6 MB of offsets + 1.6 MB for 200 000 blocks + 1 MiB.
        let count = 200_000
        contract.code.bytes += (0..<count).flatMap { _ in [50, 0] as [UInt8] }
        contract.code.bitmask = bitmask(of: contract.code.bytes.count, everySecond: 5)
        let found = results(contract, for: .revive)
        #expect(violated(found) == ["memory with caches"])
        let fixed = contract.serialized().count + 4096
        let instructions = 3 + count
        let blocks = 2 + count
        #expect(instructions * 40 > 1 << 20)
        let expected = fixed + 4 * (contract.code.bytes.count + 1) + 8 * blocks + (1 << 20)
        #expect(found["memory with caches"]?.actualValue == expected)
    }

    /// The contract's own three instructions, then one at every second byte from `start` on.
    private func bitmask(of count: Int, everySecond start: Int) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: (count + 7) / 8)
        for offset in [0, 2, 3] + Array(stride(from: start, to: count, by: 2)) {
            mask[offset / 8] |= 1 << UInt8(offset % 8)
        }
        return mask
    }
}
