// A work package from authorization to the inputs of accumulate: all items, one after the other.

package import PolkaABI

extension JAMOutcome {
    /// What a report says of the item, which holds so many bytes already: the authorizer's answer, and outputs of items before.
    package func result(of item: WorkItem, after byteCount: Int) -> WorkResult {
        guard case .halted(let output) = exit else { return exit.workResult }
        if byteCount + output.count > Int(JAMLimits.reportOutputBytes) { return .oversize }
        return exports.count == Int(item.exportCount) ? .output(output) : .badExports
    }
}

/// An item after refining.
package struct RefinedItem: Sendable {
    package let outcome: JAMOutcome
    /// What the report says.
    package let result: WorkResult
    /// The segments that count; zeros where the item exported others than it said.
    package let exports: [[UInt8]]

    /// What a report makes of an outcome when it holds so many bytes already.
    package init(_ outcome: JAMOutcome, of item: WorkItem, after byteCount: Int) {
        self.outcome = outcome
        result = outcome.result(of: item, after: byteCount)
        // Whoever breaks his word exports zeros, so that the indices of others stay.
        exports =
            result.errorName == nil
            ? outcome.exports
            : [[UInt8]](
                repeating: [UInt8](repeating: 0, count: ProtocolParameters.segmentByteCount),
                count: Int(item.exportCount))
    }
}

/// A work package after refining.
package struct RefinedPackage: Sendable {
    package let package: WorkPackage
    /// What the authorizer answered.
    package let trace: [UInt8]
    /// By item.
    package let items: [RefinedItem]

    /// The bytes of a report of these items: the authorizer's answer and the outputs that it has.
    package static func reportByteCount(trace: [UInt8], _ items: [RefinedItem]) -> Int {
        items.reduce(trace.count) { $0 + $1.result.outputByteCount }
    }

    /// A package of its parts.
    package init(package: WorkPackage, trace: [UInt8], items: [RefinedItem]) {
        self.package = package
        self.trace = trace
        self.items = items
    }

    /// The root of all exported segments.
    package var segmentRoot: Hash256 { Hash256(rootOf: items.flatMap(\.exports)) }

    /// What a service gets of the package.
    package func operands(for service: UInt32) -> [AccumulateInput] {
        zip(package.items, operands).compactMap { item, operand in
            item.service == service ? .operand(operand) : nil
        }
    }

    /// What accumulate learns, by item.
    var operands: [AccumulateOperand] {
        let (packageHash, root) = (package.hash, segmentRoot)
        return zip(package.items, items).map { item, refined in
            var operand = AccumulateOperand(result: refined.result, gas: item.accumulateGas)
            operand.packageHash = packageHash
            operand.segmentRoot = root
            operand.authorizerHash = package.authorizerHash
            operand.payloadHash = Hash256(blakeOf: item.payload)
            operand.trace = trace
            return operand
        }
    }
}

extension WorkResult {
    /// The bytes of its output, 0 for errors.
    fileprivate var outputByteCount: Int {
        if case .output(let bytes) = self { bytes.count } else { 0 }
    }
}

extension WorkPackage {
    /// The index of an item's first segment among those of the package: items before it have the ones that they said.
    package func exportOffset(of index: Int) -> Int { items[..<index].reduce(0) { $0 + Int($1.exportCount) } }
}

extension JAMMachine {
    /// Refines all items of a package, which some authorizer has let pass.
    package func refine(
        _ package: WorkPackage, core: UInt16, trace: [UInt8], state: JAMState
    ) throws -> RefinedPackage {
        var items: [RefinedItem] = []
        for (index, item) in package.items.enumerated() {
            let outcome = try refine(
                package, item: index, core: core, trace: trace, exportOffset: package.exportOffset(of: index),
                state: state)
            let byteCount = RefinedPackage.reportByteCount(trace: trace, items)
            items.append(RefinedItem(outcome, of: item, after: byteCount))
        }
        return RefinedPackage(package: package, trace: trace, items: items)
    }
}

extension Hash256 {
    /// The root of a binary tree of some segments, as deep as it must be for them, with zeros where there are none.
    init(rootOf segments: [[UInt8]]) {
        var count = 1
        while count < segments.count { count *= 2 }
        var level = segments.map { Hash256(blakeOf: Array("leaf".utf8) + $0) }
        level += [Hash256](repeating: .zero, count: count - segments.count)
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                Hash256(blakeOf: Array("node".utf8) + level[index].bytes + level[index + 1].bytes)
            }
        }
        self = level[0]
    }
}
