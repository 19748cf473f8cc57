// How large a program and its blocks may be.

import PolkaBlob

extension Rule {
    /// revive: the whole file (host-api.md 1.5, reported by the host as BlobTooLarge).
    static let blobSize = Rule(name: "blob size") { program in
        var answer = RuleAnswer(
            program.byteCount, atMost: program.target.table.limit("admission.blob_bytes"), "bytes")
        answer.blameLargest(of: program)
        return answer
    }

    /// JAM: what is stored on chain, metadata included; less for an authorizer (host-api.md 2.1).
    ///
    /// What has no entry but the first may be either; the limit of services is applied then, unless the export says more.
    static let codeSize = Rule(name: "code size") { program in
        let exports = program.isStandardProgram ? [] : program.blob.exports.map { Blob.text(of: $0.symbol) }
        let isAuthorizer = exports.contains("is_authorized")
        let table = program.target.table
        let limit = table.limit(isAuthorizer ? "limit.authorizer_code_bytes" : "limit.service_code_bytes")
        var answer = RuleAnswer(
            program.standardByteCount + emptyMetadataBytes, atMost: limit,
            isAuthorizer ? "bytes (authorizer)" : "bytes")
        answer.blameLargest(of: program)
        let small = table.limit("limit.authorizer_code_bytes")
        if program.isStandardProgram, !program.hasSecondEntry, program.byteCount + emptyMetadataBytes > small {
            answer.warnings = [
                Problem(
                    "if this is an authorizer, its limit is \(small) bytes",
                    remedy: "check the .polkavm file beside it, which names its entry")
            ]
        }
        return answer
    }

    /// The length of no metadata, with which the program is stored.
    private static let emptyMetadataBytes = 1

    /// revive: no block may be so long that the host can not interrupt it (host-api.md 1.5, BasicBlockTooLarge).
    static let blockSize = Rule(name: "basic block") { program in
        let limit = program.target.table.limit("admission.block_instructions")
        var answer = RuleAnswer(program.code.largestBlock, atMost: limit, "instructions")
        answer.problems = program.code.longBlocks.map { block in
            Problem(
                "a block of \(block.instructionCount) instructions", symbol: program.names.name(at: block.start),
                at: block.start,
                remedy: "split the straight-line code: a loop, or a call of a function that is not inlined")
        }
        return answer
    }
}

extension RuleAnswer {
    /// If the limit is exceeded, names what takes the most of a file.
    fileprivate mutating func blameLargest(of program: CheckedProgram) {
        guard isExceeded else { return }
        let sizes = [program.largestFunction, program.largestStoredVariable].compactMap(\.self)
        let largest = sizes.max { $0.byteCount < $1.byteCount }
        // What nobody has a name for may be larger than all that has one.
        let unnamed = program.unnamedParts.max { $0.byteCount < $1.byteCount }
        let isUnnamed = (unnamed?.byteCount ?? 0) > (largest?.byteCount ?? 0)
        let part = isUnnamed ? unnamed : largest.map { ("'\($0.name)'", $0.byteCount) }
        problems = [
            Problem(
                part.map { "the largest part is \($0.0) with \($0.1) bytes" } ?? "it is too large",
                symbol: isUnnamed ? nil : largest?.name,
                remedy:
                    "'pvm size' lists all parts; leave some out, strip debug information, or build with --optimize size"
            )
        ]
    }
}

extension CheckedProgram {
    /// The bytes of the program as a standard program.
    fileprivate var standardByteCount: Int {
        if isStandardProgram { return byteCount }
        // Read-only data is stored with its zeros.
        return StandardProgram.headerByteCount + Int(blob.readOnlyDataSize) + blob.readWriteData.count + 4
            + blob.code.rawProgram.count
    }

    /// Whether a block starts where the second entry would be.
    fileprivate var hasSecondEntry: Bool {
        target.table.entries.contains { entry in
            entry.codeOffset.map { $0 > 0 && blob.code.isValidTarget($0, in: blob.instructionSet) } ?? false
        }
    }

    /// The largest piece of data with contents in the file.
    private var storedData: [MapText.Entry] {
        guard let map, let memory = blob.memoryMap() else { return [] }
        let end = memory.readWrite.lowerBound + UInt64(blob.readWriteData.count)
        return map.readOnlyData + map.readWriteData.filter { $0.end <= end }
    }

    /// Parts of the file that are no function or variable as far as anybody knows.
    fileprivate var unnamedParts: [(name: String, byteCount: Int)] {
        let debug = blob.debug
        let debugByteCount = debug.strings.count + debug.linePrograms.count + debug.ranges.count
        // JAM stores zeros of read-only data, and no debug information.
        let readOnlyByteCount = target.isJAM ? Int(blob.readOnlyDataSize) : blob.readOnlyData.count
        let data = [("read-only data", readOnlyByteCount), ("read-write data", blob.readWriteData.count)]
        return (storedData.isEmpty ? data : []) + (target.isJAM ? [] : [("debug information", debugByteCount)])
    }

    fileprivate var largestStoredVariable: (name: String, byteCount: Int)? {
        storedData.max { $0.byteCount < $1.byteCount }.map { ($0.name, $0.byteCount) }
    }
}
