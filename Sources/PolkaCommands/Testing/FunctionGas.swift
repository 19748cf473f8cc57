// What each function of a contract used, over all calls of all tests.

import PolkaABI
import PolkaRevive

/// The gas of a function.
struct FunctionGas: Encodable {
    /// What the contract is called.
    let contract: String
    /// Its name, its selector if that is all that is known, or "constructor".
    let function: String
    let callCount: Int
    let minimum: UInt64
    let median: UInt64
    let maximum: UInt64

    private enum CodingKeys: String, CodingKey {
        case contract, function
        case callCount = "calls"
        case minimum = "min"
        case median
        case maximum = "max"
    }

    /// One for each function that was called and did what it was meant to.
    static func all(of uses: [ContractUse], _ contracts: [String: BuiltContract]) -> [FunctionGas] {
        struct Key: Hashable {
            let contract: String
            let function: String
        }
        var costs: [Key: [UInt64]] = [:]
        for use in uses where use.succeeded {
            let contract = contracts[use.contract]
            let key = Key(contract: contract?.name ?? use.contract, function: name(of: use, contract?.abi))
            costs[key, default: []].append(use.gas)
        }
        return costs.map { key, costs in
            let sorted = costs.sorted()
            return FunctionGas(
                contract: key.contract, function: key.function, callCount: sorted.count,
                minimum: sorted[0], median: sorted[sorted.count / 2], maximum: sorted[sorted.count - 1])
        }.sorted { ($0.contract, $0.function) < ($1.contract, $1.function) }
    }

    private static func name(of use: ContractUse, _ abi: ContractABI?) -> String {
        if use.isConstructor { return "constructor" }
        guard let selector = use.selector else { return "(no selector)" }
        guard let function = abi?.function(selector: selector) else {
            let digits = String(selector, radix: 16)
            return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
        }
        return abi?.functions(named: function.name).count == 1 ? function.name : function.signature
    }

    /// A table for people.
    static func table(_ rows: [FunctionGas]) -> [String] {
        let head = ["contract", "function", "calls", "min", "median", "max"]
        let cells =
            [head]
            + rows.map { row in
                [
                    row.contract, row.function, "\(row.callCount)", "\(row.minimum)", "\(row.median)", "\(row.maximum)",
                ]
            }
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < 2 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }
}
