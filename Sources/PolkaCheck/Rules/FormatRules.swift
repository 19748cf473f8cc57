// Whether the program is of the kind that the target takes at all.

import PolkaBlob
import PolkaISA

extension Rule {
    /// revive: a container with version byte 0, any other is refused (host-api.md 1.5).
    static let containerKind = Rule(name: "instruction set") { program in
        let wanted = program.target.instructionSet
        if program.isStandardProgram {
            var answer = RuleAnswer("a JAM standard program", limit: "a container of \(wanted.name)")
            answer.problems = [
                Problem("the host takes .polkavm containers", remedy: "build with --target revive")
            ]
            return answer
        }
        let found = program.blob.instructionSet
        var answer = RuleAnswer(found.name, limit: wanted.name)
        if found != wanted {
            let difference = program.blob.code.firstDifference(between: found, and: wanted)
            answer.problems = [
                Problem(
                    "the container's version byte is \(found.rawValue), the host takes \(wanted.rawValue) only",
                    symbol: difference.flatMap { program.names.name(at: $0.codeOffset) },
                    at: difference?.codeOffset,
                    remedy: "build with --target revive, or link with --isa \(wanted.name)")
            ]
        }
        return answer
    }

    /// JAM: sizes fit into the fields of a standard program, zones into 32 bits, opcodes mean the same (blob-format.md 6, 7).
    static let standardProgram = Rule(name: "standard program") { program in
        var answer = RuleAnswer(
            program.isStandardProgram ? "it is one" : "it can be made one", limit: "a standard program")
        if program.isStandardProgram {
            let set = program.target.instructionSet
            if let own = program.madeFor, let found = program.blob.code.firstDifference(between: own, and: set) {
                answer.actual = "one for \(own.name)"
                answer.problems = [
                    program.problem(ofInstruction: found.mnemonic, at: found.codeOffset, of: own, in: set)
                ]
            }
            return answer
        }
        do throws(ConversionError) {
            _ = try StandardProgram(program.blob, for: [program.target.instructionSet])
        } catch {
            answer.actual = "it can not be made one"
            answer.problems = error.problems.map { problem in
                switch problem {
                case .tooLarge(let what, let size, let limit):
                    Problem(
                        "\(size) \(what), the format holds at most \(limit)", symbol: program.largestVariable?.name,
                        remedy: "make data and stack smaller")
                case .instruction(let mnemonic, let offset, let set):
                    program.problem(ofInstruction: mnemonic, at: offset, of: program.blob.instructionSet, in: set)
                case .memory:
                    Problem(
                        "data and stack do not fit into 32 bits of addresses", symbol: program.largestVariable?.name,
                        remedy: "make data and stack smaller")
                }
            }
        }
        return answer
    }
}

extension CheckedProgram {
    fileprivate func problem(
        ofInstruction mnemonic: String, at offset: Int, of own: InstructionSet, in set: InstructionSet
    ) -> Problem {
        Problem(
            "'\(mnemonic)' of \(own.name) has another meaning, or none, in \(set.name)", symbol: names.name(at: offset),
            at: offset, remedy: "build with --target \(target.rawValue), or link with --isa \(set.name)")
    }
}
