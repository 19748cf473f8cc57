// Costs of blocks by all models, against those that an independent implementation of vm.md 5 found.

import FoundationEssentials
import PolkaBlob
import PolkaISA
import PolkaJIT
import Testing

@testable import PolkaVM

/// Random code with its costs: a line of the list.
private struct CostedCode {
    let set: InstructionSet
    let code: CodeMap
    /// By offset, a cost for each of `models`.
    var costs: [UInt32: [Int64]] = [:]

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 3, let set = InstructionSet(name: String(words[0])) else { return nil }
        self.set = set
        code = CodeMap(bytes: Self.bytes(words[1]), bitmask: Self.bytes(words[2]))
        for word in words.dropFirst(3) {
            let parts = word.split(separator: ":")
            guard parts.count == 2, let offset = UInt32(parts[0]) else { return nil }
            costs[offset] = parts[1].split(separator: ",").compactMap { Int64($0) }
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

@Suite struct BlockCostTests {
    /// `PVM_BLOCK_COSTS` names another list.
    private static let list: URL =
        if let path = ProcessInfo.processInfo.environment["PVM_BLOCK_COSTS"] {
            URL(filePath: path)
        } else {
            URL(filePath: #filePath).appending(path: "../../Vectors/block-costs.list").standardizedFileURL
        }

    private static let models: [CostModel] = CostModel.named + [.table(table)]

    private static let table: CostTable = {
        var table = CostTable(all: 0)
        for (number, opcode) in Opcode.allCases.sorted(by: { $0.mnemonic < $1.mnemonic }).enumerated() {
            table[opcode] = UInt32((7 * number + 7) % 101)
        }
        table.invalid = 1000
        return table
    }()

    @Test(arguments: models.indices)
    func randomBlocks(_ index: Int) throws {
        let text = String(decoding: try Data(contentsOf: Self.list), as: UTF8.self)
        var blockCount = 0, moduleCount = 0
        var configuration = ModuleConfiguration()
        configuration.costModel = Self.models[index]
        for (number, line) in text.split(separator: "\n").enumerated() where !line.hasPrefix("#") {
            let code = try #require(CostedCode(line), "line \(number)")
            let program = Program(
                instructionSet: code.set, code: code.code, configuration: configuration, memoryMap: nil)
            let costs = BlockCosts(program)
            let modules = Self.modules(of: code, configuration)
            moduleCount += modules.count
            for offset in 0...(UInt32(code.code.bytes.count) + 1) {
                let expected = code.costs[min(offset, UInt32(code.code.bytes.count))].map { $0[index] }
                blockCount += expected == nil ? 0 : 1
                let found = costs.cost(ofEnterableBlockAt: offset)
                #expect(found == expected, "line \(number), offset \(offset)")
                for module in modules {
                    let found = module.gasCost(ofBlockAt: offset)
                    #expect(found == expected, "line \(number), offset \(offset), \(module.engine.backend.name)")
                }
                guard found == expected else { return }
            }
        }
        #expect(blockCount > 1000 && moduleCount > 100)
    }

    /// The program on every backend, with gas; on none if it does not load because its kind forbids what is in it.
    private static func modules(of code: CostedCode, _ configuration: ModuleConfiguration) -> [Module] {
        var configuration = configuration
        configuration.gasMetering = .synchronous
        return Backend.all.compactMap { backend in
            try? Module(
                Blob(instructionSet: code.set, code: code.code), configuration: configuration,
                engine: Engine(backend: backend))
        }
    }

    /// The examples of vm.md 5.3.
    @Test func examples() {
        func cost(_ instructions: [Instruction]) -> Int64 {
            var bytes: [UInt8] = [], starts: [Int] = []
            for instruction in instructions {
                starts.append(bytes.count)
                instruction.encode(into: &bytes, at: UInt32(bytes.count), for: .latest64)
            }
            var configuration = ModuleConfiguration()
            configuration.costModel = .pipeline(.l2Hit)
            let code = CodeMap(bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count))
            let program = Program(
                instructionSet: .latest64, code: code, configuration: configuration, memoryMap: nil)
            return BlockCosts(program).cost(ofBlockAt: 0)
        }
        let load = Instruction(.loadIndirectU64, .a0, .sp), add = Instruction(.addImm64, .a0, .a0, x: 1)
        let store = Instruction(.storeIndirectU64, .a0, .sp), ret = Instruction(.jumpIndirect, .ra)
        #expect(cost([Instruction(.trap)]) == 2)
        #expect(cost([]) == 2)
        #expect(cost([Instruction(.add64, .a0, .a1, .a0), ret]) == 22)
        #expect(cost([load, add, ret]) == 26)
        #expect(cost([load, add, store, ret]) == 51)
    }

    /// A block as long as a program takes time in proportion to its length.
    @Test func longBlock() {
        let set = InstructionSet.latest64
        var bytes: [UInt8] = [], starts: [Int] = []
        for number in 0..<200_000 {
            starts.append(bytes.count)
            let register = Register.allCases[number % 13]
            let instruction =
                number % 5 == 0
                ? Instruction(.divSigned64, register, register, register)
                : Instruction(.loadIndirectU64, register, register)
            instruction.encode(into: &bytes, at: UInt32(bytes.count), for: set)
        }
        let code = CodeMap(bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count))
        var configuration = ModuleConfiguration()
        configuration.costModel = .pipeline(.l3Hit)
        let program = Program(instructionSet: set, code: code, configuration: configuration, memoryMap: nil)
        // There is one unit for 40 000 divisions of 60 cycles.
        let cost = BlockCosts(program).cost(ofBlockAt: 0)
        #expect(cost >= 40_000 * 60 && cost < 41_000 * 60)
    }
}
