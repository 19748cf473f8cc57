// Work packages from refine to accumulate: what accumulate learns of items, and the root of segments.

import PolkaABI
import PolkaJAM
import PolkaVM
import Testing

@Suite struct PackageTests {
    private func exporter(_ setting: Setting) -> Caller {
        var caller = Caller(setting.version)
        let data = caller.place([1, 2, 3])
        caller.call(.export, data, 3)
        caller.returned = (data, 2)
        return caller
    }

    /// An item that keeps its word and one that does not, whose segments are zeros then.
    @Test(arguments: Setting.versions)
    func operands(_ setting: Setting) throws {
        var world = World(setting)
        world.install(exporter(setting))
        var package = world.package(payload: [9])
        package.items.append(package.items[0])
        package.items[0].exportCount = 1
        package.items[1].exportCount = 2
        package.items[1].accumulateGas = 77
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let refined = try machine.refine(package, core: 0, trace: [5], state: world.state)
        #expect(refined.items.map(\.result) == [.output([1, 2]), .badExports])
        let inputs = refined.operands(for: World.service)
        var expected = AccumulateOperand(result: .badExports, gas: 77)
        expected.packageHash = package.hash
        expected.segmentRoot = refined.segmentRoot
        expected.authorizerHash = package.authorizerHash
        expected.payloadHash = Hash256(blakeOf: [9])
        expected.trace = [5]
        #expect(inputs.count == 2)
        #expect(inputs.last == .operand(expected))
        #expect(refined.operands(for: 5) == [])
        // A tree of three leaves and a place without one, put together by hand.
        let zeros = [UInt8](repeating: 0, count: 4104)
        func leaf(_ bytes: [UInt8]) -> [UInt8] { Hash256(blakeOf: Array("leaf".utf8) + bytes).bytes }
        func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
            Hash256(blakeOf: Array("node".utf8) + left + right).bytes
        }
        let first = leaf([1, 2, 3] + zeros.dropFirst(3)), other = leaf(zeros)
        let root = node(node(first, other), node(other, [UInt8](repeating: 0, count: 32)))
        #expect(refined.segmentRoot.bytes == root)
    }

    @Test func longOutputs() {
        let item = WorkItem(service: 1, codeHash: .zero)
        func result(_ count: Int, after byteCount: Int = 0) -> WorkResult {
            JAMOutcome(exit: .halted([UInt8](repeating: 0, count: count)), gasUsed: 0)
                .result(of: item, after: byteCount)
        }
        #expect(result(49_152).errorName == nil)
        #expect(result(49_153) == .oversize)
        #expect(result(9_152, after: 40_000).errorName == nil)
        #expect(result(9_153, after: 40_000) == .oversize)
    }

    /// A report has 48 KiB for the authorizer's answer and the outputs of all items; what did not fit takes nothing of it.
    @Test(arguments: Setting.versions)
    func longReport(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.returned = (Caller.dataStart, 20_000)
        var world = World(setting)
        world.install(caller)
        var package = world.package()
        package.items += [package.items[0], package.items[0]]
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        func results(trace: Int) throws -> [WorkResult] {
            let trace = [UInt8](repeating: 1, count: trace)
            return try machine.refine(package, core: 0, trace: trace, state: world.state).items.map(\.result)
        }
        let output = WorkResult.output([UInt8](repeating: 0, count: 20_000))
        #expect(try results(trace: 9_152) == [output, output, .oversize])
        #expect(try results(trace: 9_153) == [output, .oversize, .oversize])
    }
}
