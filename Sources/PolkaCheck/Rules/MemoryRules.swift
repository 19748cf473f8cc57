// How much memory a program may take on a revive node (host-api.md 1.5).
//
// The host asks its virtual machine for an estimate, with a bounded cache and pages of 4 KiB; how that counts is not part of the
// interface. These are upper bounds of our own for what such a machine must keep: the real figures can be smaller.
//
//     fixed    = bytes of the blob                      it is kept as long as the program is loaded
//              + read-only data, rounded up to pages    one array for each zone (vm.md 8.1)
//              + read-write data, rounded up to pages
//              + stack, rounded up to pages
//     caches   = 4 × (bytes of code + 1)                which translated block each offset has
//              + 8 × blocks                             what each block costs
//              + min(1 MiB, 40 × instructions)          translated instructions: an address and four words of operands;
//                                                       more than the budget is never kept
//
// Caches can be dropped at any time: the host calls them purgeable. There is no heap to count, since revive has none that grows.

import PolkaBlob

extension Rule {
    static let fixedMemory = Rule(name: "fixed memory") { program in
        var answer = RuleAnswer(
            program.fixedByteCount, atMost: program.target.table.limit("admission.baseline_memory_bytes"), "bytes",
            isEstimate: true)
        answer.blameMemory(of: program)
        return answer
    }

    static let memoryWithCaches = Rule(name: "memory with caches") { program in
        let table = program.target.table
        let code = program.code
        let translated = 40 * code.instructionCount
        let caches =
            4 * (program.blob.code.bytes.count + 1) + 8 * code.blockCount
            + min(table.limit("admission.interpreter_cache_bytes"), translated)
        var answer = RuleAnswer(
            program.fixedByteCount + caches, atMost: table.limit("admission.purgeable_memory_bytes"), "bytes",
            isEstimate: true)
        answer.blameMemory(of: program)
        return answer
    }
}

extension CheckedProgram {
    fileprivate var zones: [(name: String, byteCount: Int)] {
        func pages(_ size: UInt32) -> Int { (Int(size) + pageBytes - 1) / pageBytes * pageBytes }
        return [
            ("read-only data", pages(blob.readOnlyDataSize)), ("read-write data", pages(blob.readWriteDataSize)),
            ("the stack", pages(blob.stackSize)),
        ]
    }

    private var pageBytes: Int { target.table.limit("limit.page_bytes") }

    fileprivate var fixedByteCount: Int { zones.reduce(byteCount) { $0 + $1.byteCount } }
}

extension RuleAnswer {
    /// If the limit is exceeded, names what takes the most of the memory.
    fileprivate mutating func blameMemory(of program: CheckedProgram) {
        guard isExceeded else { return }
        let parts = [("the blob", program.byteCount)] + program.zones.map { ($0.name, $0.byteCount) }
        guard let largest = parts.max(by: { $0.1 < $1.1 }) else { return }
        let variable = largest.0.hasSuffix("data") ? program.largestVariable : nil
        problems = [
            Problem(
                "the largest part is \(largest.0) with \(largest.1) bytes"
                    + (variable.map { ", most of it '\($0.name)' with \($0.byteCount)" } ?? ""),
                symbol: variable?.name,
                remedy: largest.0 == "the stack"
                    ? "ask for less stack: PVM_MIN_STACK, --min-stack-size"
                    : largest.0 == "the blob"
                        ? "'pvm size' lists its parts; strip debug information, or leave something out"
                        : "make arrays and the heap smaller (PVM_HEAP)")
        ]
    }
}
