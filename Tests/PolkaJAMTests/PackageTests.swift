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
        func result(_ count: Int) -> WorkResult {
            JAMOutcome(exit: .halted([UInt8](repeating: 0, count: count)), gasUsed: 0).result(of: item)
        }
        #expect(result(49_152).errorName == nil)
        #expect(result(49_153) == .oversize)
    }
}
