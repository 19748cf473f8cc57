// The host of tests of services: every function by its name, and what is passed to it that makes no sense.
//
// What the functions do is tested by the templates of services, whose tests use them.

import PolkaABI
import PolkaBlob
import PolkaISA
import PolkaJAM
import PolkaVM
import Testing

@Suite struct TestHostTests {
    /// Calls imports with registers, and returns.
    private func program(_ calls: [(name: String, arguments: [UInt64])]) -> Blob {
        var instructions: [Instruction] = []
        for (index, call) in calls.enumerated() {
            for (register, value) in zip(Register.arguments, call.arguments) {
                instructions.append(Instruction(.loadImm64, register, x: Int64(bitPattern: value)))
            }
            instructions.append(Instruction(.ecalli, x: Int64(index)))
        }
        instructions.append(Instruction(.jumpIndirect, .ra))
        let code = CodeLayout(instructions: instructions).encoded(for: .latest64)
        var blob = Blob(instructionSet: .latest64, code: CodeMap(bytes: code.bytes, bitmask: code.bitmask))
        blob.readWriteDataSize = 0x10000
        blob.stackSize = 4096
        blob.imports = calls.map { Array($0.name.utf8) }
        blob.exports = [Blob.Export(codeOffset: 0, symbol: Array("test".utf8))]
        return blob
    }

    private func run(
        _ version: JAMVersion, _ calls: [(name: String, arguments: [UInt64])], service: [UInt8]? = nil
    ) throws -> (exit: Exit, result: UInt64, instance: Instance) {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        let host = JAMTestHost(version: version, program: service)
        var linker = Linker()
        try host.define(in: &linker)
        let module = try Module(program(calls), configuration: configuration)
        let instance = try linker.link(module).instantiate()
        instance.gas = 10_000_000
        // The address that the guest returns to.
        let exit = try instance.call("test")
        return (exit, instance[.a0], instance)
    }

    @Test(arguments: JAMVersion.allCases)
    func namesOfBothTables(_ version: JAMVersion) throws {
        for function in JAMFunction.allCases where function.number(in: version) != nil {
            _ = try run(version, [(function.symbol, [0, 0, 0, 0, 0, 0])])
        }
        let balance = try run(version, [("pvm_jam_test_balance", [70_000])])
        #expect(balance.exit == .finished)
        #expect(balance.result == 1_000_000_000_000)
        // A chain without code.
        let refined = try run(
            version, [("pvm_jam_test_add_item", [0x20000, 3, 0]), ("pvm_jam_test_refine", [0])])
        #expect(refined.result == 5)
        #expect(try run(version, [("pvm_jam_test_accumulate", [])]).result == 5)
    }

    /// Items of a package get what they get of a package that is refined as a whole: the indices of their segments, and results
    /// that tell of all of them, whichever order they are refined in.
    @Test(arguments: JAMVersion.allCases)
    func severalItems(_ version: JAMVersion) throws {
        var caller = Caller(version)
        let data = caller.place([1, 2, 3])
        caller.call(.export, data, 3)
        let program = caller.program.serialized()
        let (memory, fetch) = (UInt64(0x20000), JAMFunction.fetch.symbol)
        let run = try run(
            version,
            [
                ("pvm_jam_test_add_item", [memory, 3, 1]), ("pvm_jam_test_add_item", [memory, 5, 1]),
                ("pvm_jam_test_refine", [1]), ("pvm_jam_test_output", [memory, 16]), ("pvm_jam_test_refine", [0]),
                ("pvm_jam_test_add_transfer", [5, 6, 7, memory + 0x1000]),
                // Is part of the package although the others were refined before.
                ("pvm_jam_test_add_item", [memory + 0x1000, 2, 2]),
                (fetch, [memory + 0x2000, 0, 0x1000, 15, 0, 0]), (fetch, [memory + 0x3000, 0, 0x1000, 15, 1, 0]),
            ], service: program)
        #expect(run.exit == .finished)
        // Behind the segment of item 0.
        #expect(try run.instance.memory.read(at: 0x20000, byteCount: 8) == [1, 0, 0, 0, 0, 0, 0, 0])

        let code = ServiceCode(program: program).preimage
        var state = JAMState()
        state.services[70_000] = ServiceAccount(codeHash: Hash256(blakeOf: code), balance: 1_000_000_000_000)
        state.services[70_000]?.provide(code, at: 0)
        var package = WorkPackage()
        package.context.lookupAnchorSlot = 1_000_000
        let gas: UInt64 = 1_000_000_000
        for (payload, exports) in [(3, 1), (5, 1), (2, 2)] as [(Int, UInt16)] {
            var item = WorkItem(
                service: 70_000, codeHash: Hash256(blakeOf: code), refineGas: gas, accumulateGas: gas)
            item.payload = [UInt8](repeating: 0, count: payload)
            item.exportCount = exports
            package.items.append(item)
        }
        let refined = try JAMMachine(version: version).refine(package, core: 0, trace: [], state: state)
        let expected = refined.operands(for: 70_000).map(\.encoded)
        // Item 2 breaks its word and exports zeros, as it does here where nobody refined it.
        #expect(refined.items.map(\.result.errorName) == [nil, nil, "bad-exports"])
        for (place, bytes) in zip([0x22000, 0x23000] as [UInt32], [expected[1], expected[0]]) {
            #expect(try run.instance.memory.read(at: place, byteCount: bytes.count) == bytes)
        }
    }

    /// What is misused fails the test, and the host stays.
    @Test(arguments: JAMVersion.allCases)
    func misuse(_ version: JAMVersion) throws {
        let cases: [(String, [UInt64])] = [
            ("pvm_jam_test_refine", [0]), ("pvm_jam_test_add_extrinsic", [0, 0x20000, 1]),
            ("pvm_jam_test_add_import", [0, 0x20000, 1]), ("pvm_jam_test_set_entropy", [0]),
            ("pvm_jam_test_set_storage", [5, 0x20000, 1, 0x20000, 1]), ("pvm_jam_test_add_result", [7, 0x20000, 0]),
            ("pvm_jam_test_export", [0, 0x20000]), ("pvm_jam_test_transfer", [0, 0x20000, 0x20000, 0x20000]),
            ("pvm_jam_test_add_transfer", [1, 1, 1, 0]), ("pvm_jam_test_yielded", [0x2ffff]),
            ("pvm_jam_test_add_item", [0x20000, 1, 70_000]),
        ]
        for (name, arguments) in cases { #expect(try run(version, [(name, arguments)]).exit == .trap, "\(name)") }
    }

    @Test(arguments: JAMVersion.allCases, JAMTestFunction.allCases)
    func randomArguments(_ version: JAMVersion, _ function: JAMTestFunction) throws {
        var numbers = Numbers(state: UInt64(function.rawValue))
        for _ in 0..<30 {
            let calls =
                [("pvm_jam_test_add_item", [0x20000, 8, 1])]
                + (0..<4).map { _ in
                    (function.symbol, (0..<5).map { _ in numbers.argument() })
                }
            let exit = try run(version, calls).exit
            #expect(exit == .finished || exit == .trap)
        }
    }
}
