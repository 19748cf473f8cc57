// Costs of the user's own, and names of models.

import PolkaISA
import PolkaVM
import Testing

@Suite struct CostTableTests {
    /// A version, 141 instructions in ASCII order, what is invalid.
    @Test func bytes() throws {
        var table = CostTable(all: 1)
        table[.add32] = 0x0403_0201
        table[.zeroExtend16] = 7
        table.invalid = .max
        let bytes = table.bytes
        #expect(bytes.count == 572 && CostTable.byteCount == 572)
        #expect(bytes[0..<12] == [2, 0, 0, 0, 1, 2, 3, 4, 1, 0, 0, 0])
        // `zero_extend_16` is the last.
        #expect(bytes[564..<572] == [7, 0, 0, 0, 255, 255, 255, 255])
        #expect(try CostTable(parsing: bytes) == table)
    }

    @Test func order() throws {
        var bytes: [UInt8] = [2, 0, 0, 0]
        for number in 0..<142 as Range<UInt8> { bytes += [number, 0, 0, 0] }
        let table = try CostTable(parsing: bytes)
        #expect(table.bytes == bytes)
        let costs: [(Opcode, UInt32)] = [
            (.add32, 0), (.add64, 1), (.addImm32, 2), (.addImm64, 3), (.and, 4), (.andImm, 5), (.andInverted, 6),
            (.branchEq, 7), (.xorImm, 139), (.zeroExtend16, 140),
        ]
        for (opcode, cost) in costs { #expect(table[opcode] == cost, "\(opcode)") }
        #expect(table.invalid == 141)
        #expect(Set(Opcode.allCases.map { table[$0] }).count == Opcode.allCases.count)
    }

    @Test func badBytes() {
        let good = CostTable(all: 3).bytes
        func error(_ bytes: [UInt8]) -> CostTableError? {
            do throws(CostTableError) {
                _ = try CostTable(parsing: bytes)
                return nil
            } catch {
                return error
            }
        }
        for count in 0..<good.count { #expect(error(Array(good[..<count])) == .badLength(byteCount: count)) }
        #expect(error(good + [0]) == .badLength(byteCount: 573))
        for bit in 0..<32 {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(error(bytes) == .badVersion(2 ^ 1 << UInt32(bit)))
        }
        #expect("\(CostTableError.badVersion(3))" == "cost table offset 0: expected version 2, found 3")
        #expect(
            "\(CostTableError.badLength(byteCount: 5))"
                == "cost table of 5 bytes: expected 572, which are a version, the costs of 141 instructions and of an"
                + " invalid one, 4 bytes each")
    }

    @Test func names() {
        #expect(CostModel(named: "naive") == .naive)
        #expect(CostModel(named: "full-l1-hit") == .pipeline(.l1Hit))
        #expect(CostModel(named: "full-l2-hit") == .pipeline(.l2Hit))
        #expect(CostModel(named: "full-l3-hit") == .pipeline(.l3Hit))
        #expect(CostModel(named: "full") == nil && CostModel(named: "") == nil)
        #expect(CostModel.table(CostTable(all: 1)).name == nil)
        #expect(MemoryLatency.allCases.map(\.cycleCount) == [4, 25, 37])
    }

    /// Configurations that differ in a table differ.
    @Test func configurations() {
        var one = ModuleConfiguration()
        one.costModel = .table(CostTable(all: 1))
        var table = CostTable(all: 1)
        table.invalid = 2
        var other = one
        other.costModel = .table(table)
        #expect(Set([one, other, one]).count == 2)
    }

    @Test func perInstructionTakesOneModel() {
        var configuration = metered
        configuration.gasMetering = .perInstruction
        configuration.costModel = .pipeline(.l2Hit)
        #expect(throws: ModuleError.self) { try Module(blob([ret]), configuration: configuration) }
        configuration.costModel = .naive
        #expect(throws: Never.self) { try Module(blob([ret]), configuration: configuration) }
    }
}
