// Where the host enters a program.

import PolkaBlob
import PolkaISA

extension Rule {
    /// revive: exports that it calls by name (host-api.md 1.1).
    static let namedEntries = Rule(name: "exports") { program in
        let exported = program.blob.exports.map { Blob.text(of: $0.symbol) }
        let entries = program.target.table.entries.map(\.name)
        var answer = RuleAnswer(
            exported.isEmpty ? "none" : exported.joined(separator: ", "), limit: entries.joined(separator: ", "))
        for name in entries where !exported.contains(name) {
            answer.problems.append(
                Problem(
                    "the host calls '\(name)', which is not exported", symbol: name,
                    remedy: "export it: PVM_EXPORT(void, \(name))"))
        }
        for export in program.blob.exports {
            let name = Blob.text(of: export.symbol)
            guard entries.contains(name), !program.isInstruction(at: export.codeOffset) else { continue }
            answer.problems.append(
                Problem(
                    "'\(name)' is at code offset \(export.codeOffset), where no instruction starts", symbol: name,
                    at: Int(export.codeOffset), remedy: "link again; the blob is damaged"))
        }
        return answer
    }

    /// JAM: offsets at which it enters, each an instruction (host-api.md 2.1 and 3.2).
    static let fixedEntries = Rule(name: "entry points") { program in
        let entries = program.target.table.entries
        let list = entries.compactMap { entry in entry.codeOffset.map { "\(entry.name) \($0)" } }.joined(
            separator: ", ")
        var answer = RuleAnswer("", limit: list)
        if !program.isInstruction(at: 0) {
            answer.problems.append(
                Problem(
                    "no instruction starts at code offset 0, where the host enters", at: 0,
                    remedy: "build with --target \(program.target.rawValue)"))
        }
        var found: [String] = []
        for entry in entries {
            guard let slot = entry.codeOffset else { continue }
            if program.isStandardProgram {
                if program.blob.export(named: entry.name) != nil { found.append("\(slot)") }
                continue
            }
            guard let export = program.blob.export(named: entry.name) else { continue }
            found.append("\(entry.name) \(slot)")
            if !program.leads(from: slot, to: export.codeOffset) {
                answer.problems.append(
                    Problem(
                        "the host enters '\(entry.name)' at code offset \(slot), but it is at \(export.codeOffset)",
                        symbol: entry.name, at: Int(export.codeOffset),
                        remedy: "build with --target \(program.target.rawValue), or link with --dispatch"
                            + " \(program.target.entrySlots.map { $0.last ?? "" }.joined(separator: ","))"))
            }
        }
        var seen: Set<String> = []
        answer.actual = found.isEmpty ? "none" : found.filter { seen.insert($0).inserted }.joined(separator: ", ")
        if found.isEmpty, !program.isStandardProgram, answer.problems.isEmpty {
            answer.problems.append(
                Problem(
                    "nothing that the host calls is exported",
                    remedy: "export \(entries.map(\.name).joined(separator: " or "))"))
        }
        return answer
    }
}

extension CheckedProgram {
    /// Whether a known instruction starts at an offset.
    fileprivate func isInstruction(at offset: UInt32) -> Bool {
        Int(offset) < blob.code.bytes.count && blob.code.instruction(at: Int(offset), in: blob.instructionSet) != nil
    }

    /// Whether entering at one offset is entering at another: it is the same, or a jump there.
    fileprivate func leads(from slot: UInt32, to offset: UInt32) -> Bool {
        if slot == offset { return isInstruction(at: slot) }
        guard Int(slot) < blob.code.bytes.count,
            let instruction = blob.code.instruction(at: Int(slot), in: blob.instructionSet)
        else { return false }
        return instruction.opcode == .jump && instruction.target == offset
    }
}
