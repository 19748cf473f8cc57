// What host functions cost: the rules of the interface's table with what is asked for in registers (host-api.md 3.3).
//
// What a length costs is what the guest asks for, not what there is; parts of 1024 bytes are rounded up after the product.

import PolkaHost
import PolkaVM

extension JAMHost {
    /// What a call costs ahead of anything else; `transfer` takes more when it succeeds.
    func cost(of function: JAMFunction, _ context: HostContext) -> UInt64 {
        let rules = function.gas(in: version)
        guard version != .v072, let rule = rules.first else { return rules.first?.base.lowerBound ?? 0 }
        switch function {
        case .fetch: return fetchCost(selector: context.argument(3), length: context.argument(2))
        case .lookup, .historicalLookup: return rule.cost([context.argument(4)])
        case .read: return rule.cost([context.argument(2), context.argument(5)])
        case .write: return rule.cost([context.argument(1), context.argument(3)])
        case .machine, .designate: return rule.cost([context.argument(1)])
        case .peek, .poke: return rule.cost([context.argument(3)])
        case .provide: return rule.cost([context.argument(2)])
        case .bless: return rule.cost([context.argument(5)])
        case .growHeap: return rule.cost([growth(to: context.argument(0), context)])
        case .invoke: return rule.cost([invokedGas(context) ?? 0])
        case .pages: return pagesCost(rules, mode: context.argument(3), count: context.argument(2))
        default: return rule.base.lowerBound
        }
    }

    /// The rules of `pages` are: allocate, free, change the mode, and what makes no sense.
    private func pagesCost(_ rules: [HostGasRule], mode: UInt64, count: UInt64) -> UInt64 {
        let index =
            switch JAMPageModeCode(rawValue: mode) {
            case .readZeroed, .writeZeroed: 0
            case .some(.none): 1
            case .read, .write: 2
            case nil: 3
            }
        return index < rules.count ? rules[index].cost([count]) : 0
    }

    /// The table has only the range of what fetch costs; these are the costs by selector, and of 1024 bytes.
    package static let fetchCosts: [(base: UInt64, perKiB: UInt64)] = [
        (390, 0), (103, 0), (80, 96), (85, 96), (85, 96), (171, 0), (171, 0), (85, 96), (84, 0), (88, 0), (111, 0),
        (317, 0), (250, 0), (95, 96), (287, 400), (355, 344),
    ]

    private func fetchCost(selector: UInt64, length: UInt64) -> UInt64 {
        guard let index = Int(exactly: selector), index < Self.fetchCosts.count else { return 80 }
        let cost = Self.fetchCosts[index]
        return cost.base.addingClamped(HostGasRule.memoryCost(cost.perKiB, byteCount: length))
    }
}

extension HostGasRule {
    /// What a call costs of which the terms count so much.
    fileprivate func cost(_ amounts: [UInt64]) -> UInt64 {
        zip(terms, amounts).reduce(base.lowerBound) { sum, part in
            let (term, amount) = part
            let cost = term.cost.lowerBound
            return sum.addingClamped(
                term.unit == "KiB" ? Self.memoryCost(cost, byteCount: amount) : cost.multipliedClamped(by: amount))
        }
    }

    /// So much for each 1024 bytes, rounded up.
    fileprivate static func memoryCost(_ cost: UInt64, byteCount: UInt64) -> UInt64 {
        let product = cost.multipliedClamped(by: byteCount)
        return product / 1024 + (product % 1024 == 0 ? 0 : 1)
    }
}

extension UInt64 {
    func addingClamped(_ other: UInt64) -> UInt64 {
        let sum = addingReportingOverflow(other)
        return sum.overflow ? .max : sum.partialValue
    }

    func multipliedClamped(by other: UInt64) -> UInt64 {
        let product = multipliedReportingOverflow(by: other)
        return product.overflow ? .max : product.partialValue
    }
}
