// Gives host functions their numbers (guest-abi.md 3.2).
//
// If no import has a fixed number, the names in order of their bytes get 0, 1, 2... If one has, all must; numbers that none
// has stay unnamed. Hosts that know functions only by number demand that all have one.

import PolkaBlob

/// The blob's import table, and the host-call number of each import.
struct ImportNumbers {
    var symbols: [[UInt8]] = []
    /// By import number of the program.
    var hostCall: [Int: UInt32] = [:]
}

extension Program {
    /// Numbers the imports that reached code uses; if the host calls by number, each must have said its own.
    func numberImports(
        _ used: Set<Int>, callsByNumber: Bool, _ input: LinkInput
    ) throws(LinkFailure) -> ImportNumbers {
        // Equal names, which are an error, in the order of their discovery.
        let sorted = used.sorted().sorted { imports[$0].symbol.lexicographicallyPrecedes(imports[$1].symbol) }
        var diagnostics = Diagnostics()
        func report(_ import: Int, _ message: String) {
            diagnostics.report(input.error(at: importReferrers[`import`], message))
        }
        for (a, b) in zip(sorted, sorted.dropFirst()) where imports[a].symbol == imports[b].symbol {
            let other = input.describe(importReferrers[min(a, b)])
            report(
                max(a, b),
                "import '\(imports[a].name)' is declared twice with different arguments, results or numbers, the other"
                    + " one is used at \(other); make the declarations equal")
        }

        var numbers = ImportNumbers()
        guard callsByNumber || sorted.contains(where: { imports[$0].index != nil }) else {
            try diagnostics.check()
            for (index, id) in sorted.enumerated() {
                numbers.symbols.append(imports[id].symbol)
                numbers.hostCall[id] = UInt32(index)
            }
            try check(count: numbers.symbols.count, input.fileNames)
            return numbers
        }
        var owner: [UInt32: Int] = [:]
        for id in sorted {
            guard let index = imports[id].index else {
                report(
                    id,
                    "import '\(imports[id].name)' has no number, "
                        + (callsByNumber ? "and the host calls functions by number" : "but others do")
                        + "; give it one with PVM_IMPORT_INDEX")
                continue
            }
            if let other = owner[index], imports[other].symbol != imports[id].symbol {
                report(
                    id,
                    "imports '\(imports[other].name)' and '\(imports[id].name)' have the same number \(index); give one of"
                        + " them another")
            }
            owner[index] = id
            numbers.hostCall[id] = index
        }
        try diagnostics.check()
        // The table is as long as its highest number: check that before asking for the memory.
        let count = owner.keys.max().map { Int($0) + 1 } ?? 0
        try check(count: count, input.fileNames)
        numbers.symbols = (0..<count).map { owner[UInt32($0)].map { imports[$0].symbol } ?? [] }
        return numbers
    }

    private func check(count: Int, _ place: String) throws(LinkFailure) {
        guard count <= BlobLimits.imports else {
            throw LinkFailure([
                LinkError(
                    place: place,
                    message:
                        "the import table would have \(count) entries, a blob can have \(BlobLimits.imports); use fewer"
                        + " imports, or lower numbers")
            ])
        }
    }
}

extension HostImport {
    var name: String { String(decoding: symbol, as: UTF8.self) }
}
