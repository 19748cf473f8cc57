// Each rule of both versions of JAM kept and broken (host-api.md 2.1 to 2.3, 3.1, 3.2).

import PolkaBlob
import PolkaCheck
import PolkaISA
import Testing

@Suite struct JAMRuleTests {
    private static let targets: [(DeployTarget, InstructionSet)] = [(.jam072, .reviveV1), (.jam080, .jamV1)]

    @Test(arguments: targets)
    func aServiceThatIsInOrder(_ target: DeployTarget, _ set: InstructionSet) throws {
        let blob = try blob(service, set)
        let found = results(blob, for: target)
        #expect(found.values.allSatisfy { $0.verdict == .ok }, "\(found)")
        #expect(found["entry points"]?.actual == "refine 0, accumulate 5")
        // The same as a file for the chain.
        let program = CheckedProgram(try StandardProgram(blob, for: [set]), target: target, map: nil)
        #expect(program.results().allSatisfy { $0.verdict == .ok })
    }

    @Test func tooLargeForTheFormat() throws {
        var blob = try blob(service, .jamV1)
        blob.stackSize = 1 << 24
        let found = results(blob, for: .jam080)
        #expect(violated(found) == ["standard program"])
        #expect(found["standard program"]?.problems.first?.message.contains("holds at most 16777215") == true)
    }

    @Test func numbersOfAnotherInstructionSet() throws {
        // reverse_byte is 111 before 0.8.0 and 110 since.
        let blob = try blob(service + "\n@more:\n    a0 = reverse a1\n    ret\n", .reviveV1)
        #expect(violated(results(blob, for: .jam072)) == [])
        let found = results(blob, for: .jam080)
        #expect(violated(found) == ["standard program"])
        #expect(found["standard program"]?.problems.first?.message.contains("'reverse_byte' of revive_v1") == true)
        #expect(found["standard program"]?.problems.first?.symbol == "accumulate")
    }

    /// A standard program does not say for which version it is; whoever knows it should say so.
    @Test func standardProgramOfTheOtherVersion() throws {
        let program = try StandardProgram(
            blob(service + "\n@more:\n    a0 = reverse a1\n    ret\n", .jamV1), for: [.jamV1])
        func verdict(_ set: InstructionSet?) -> RuleResult.Verdict? {
            CheckedProgram(program, target: .jam072, madeFor: set, map: nil).results()
                .first { $0.rule == "standard program" }?.verdict
        }
        #expect(verdict(nil) == .ok && verdict(.reviveV1) == .ok && verdict(.jamV1) == .violated)
    }

    /// 4 000 000 bytes for a service, 64 000 for an authorizer, the byte for the length of no metadata included.
    @Test func codeSize() throws {
        func filled(_ text: String, to count: Int) throws -> Blob {
            var blob = try blob(text, .jamV1)
            let rest = try StandardProgram(blob, for: [.jamV1]).serialized().count
            blob.readOnlyData = [UInt8](repeating: 1, count: count - rest)
            blob.readOnlyDataSize = UInt32(blob.readOnlyData.count)
            return blob
        }
        let authorizer = "%stack_size = 4096\npub @is_authorized:\n    ret\n"
        for (text, limit) in [(service, 4_000_000), (authorizer, 64_000)] {
            #expect(violated(results(try filled(text, to: limit - 1), for: .jam080)) == [])
            let found = results(try filled(text, to: limit), for: .jam080)
            #expect(violated(found) == ["code size"])
            #expect(found["code size"]?.actualValue == limit + 1 && found["code size"]?.limitValue == limit)
        }
        // Without names it can be an authorizer if nothing is at 5.
        let nameless = try StandardProgram(filled(authorizer, to: 70_000), for: [.jamV1])
        let found = CheckedProgram(nameless, target: .jam080, map: nil).results()
        #expect(found.first { $0.rule == "code size" }?.verdict == .warning)
    }

    @Test func entries() throws {
        let noTable = "pub @refine:\n    ret\npub @accumulate:\n    ret\n"
        let found = results(try blob(noTable, .jamV1), for: .jam080)
        #expect(violated(found) == ["entry points"])
        // refine is at 0 by chance.
        #expect(found["entry points"]?.problems.map(\.symbol) == ["accumulate"])
        #expect(found["entry points"]?.problems.first?.remedy.contains("--dispatch refine,accumulate") == true)
        let nothing = results(try blob("pub @main:\n    ret\n", .jamV1), for: .jam080)
        #expect(violated(nothing) == ["entry points"])
        var gap = try blob(service, .jamV1)
        gap.code.bitmask[0] &= 0xfe
        #expect(violated(results(gap, for: .jam080)).contains("entry points"))
    }

    @Test func hostCalls() throws {
        // fetch is 1 in 0.7.2 and 2 in 0.8.0, where 1 is grow_heap.
        let old = service.replacing("ecalli 0", with: "ecalli 1") + "\n%import 1 = 'fetch'\n"
        #expect(violated(results(try blob(old, .reviveV1), for: .jam072)) == [])
        let found = results(try blob(old, .jamV1), for: .jam080)
        #expect(violated(found) == ["host calls"])
        #expect(
            found["host calls"]?.problems.first?.message
                == "import 'fetch' has the number 1; in jam-0.8.0 it is 2, and 1 is 'grow_heap'")
        // 27 is provide since 0.8.0, and nothing before; log is 100 in 0.7.2 and nothing since.
        for (number, known, unknown) in [(27, DeployTarget.jam080, DeployTarget.jam072), (100, .jam072, .jam080)] {
            let text = service.replacing("ecalli 0", with: "ecalli \(number)")
            #expect(violated(results(try blob(text, known.instructionSet), for: known)) == [])
            let found = results(try blob(text, unknown.instructionSet), for: unknown)
            #expect(violated(found) == ["host calls"])
            #expect(found["host calls"]?.problems.first?.symbol == "refine")
        }
        let renamed = results(try blob(service + "\n%import 0 = 'fuel'\n", .jamV1), for: .jam080)
        #expect(renamed["host calls"]?.verdict == .warning)
    }

    /// 0.8.0 looks at every instruction before it runs any, 0.7.2 at none.
    @Test func instructions() throws {
        let text = service + "\n@odd:\n    %bytes = ff\n    invalid\n"
        #expect(violated(results(try blob(text, .jamV1), for: .jam080)).contains("instructions"))
        let old = results(try blob(text, .reviveV1), for: .jam072)
        #expect(violated(old) == [] && old["instructions"]?.verdict == .warning)
        var gap = try blob(service + "\n@more:\n    a0 = 1\n    ret\n", .jamV1)
        gap.code.bytes += [UInt8](repeating: 0, count: 40)
        gap.code.bitmask += [UInt8](repeating: 0, count: 5)
        #expect(violated(results(gap, for: .jam080)).contains("instructions"))
    }

    @Test func endOfCode() throws {
        let found = results(try blob(service + "\n@open:\n    a0 = a1\n", .jamV1), for: .jam080)
        #expect(violated(found) == ["end of code"])
        #expect(found["end of code"]?.actual == "move_reg")
        // It ends a block, so JAM takes it; isa.md 7.6 does not, in containers.
        let allowed = results(try blobEnding(with: "    fallthrough\n"), for: .jam080)
        #expect(violated(allowed) == [] && allowed["end of code"]?.verdict == .warning)
        #expect(allowed["end of code"]?.problems.first?.message.hasPrefix("'fallthrough' ends a block but") == true)
    }

    @Test func branchTargets() throws {
        // The offset of the second instruction of a block.
        let into = service + "\n@more:\n    a0 = a1\n    jump 13 if a0 == a1\n@rest:\n    ret\n"
        let blob = try blob(into, .jamV1)
        #expect(!blob.code.isValidTarget(13, in: .jamV1))
        let found = results(blob, for: .jam080)
        #expect(violated(found) == ["branch targets"])
        #expect(found["branch targets"]?.problems.first?.message.contains("goes to code offset 13") == true)
        // A branch at the end has nowhere to go if it is not taken.
        let last = results(try self.blobEnding(with: "    jump @refine if a0 == a1\n"), for: .jam080)
        #expect(violated(last) == ["branch targets"])
    }

    private func blobEnding(with line: String) throws -> Blob { try blob(service + "\n@end:\n" + line, .jamV1) }

    /// The tables are those of the specification: a few of each, and how many there are.
    @Test func tables() {
        #expect(HostTable.revive.functions.count == 40)
        #expect(HostTable.jam072.functions.count == 28 && HostTable.jam080.functions.count == 28)
        #expect(HostTable.jam072.function(named: "provide")?.number == 26)
        #expect(HostTable.jam080.function(named: "provide")?.number == 27)
        #expect(HostTable.jam080.function(number: 1)?.name == "grow_heap")
        #expect(DeployTarget.jam080.entrySlots == [["is_authorized", "refine"], ["accumulate"]])
    }
}
