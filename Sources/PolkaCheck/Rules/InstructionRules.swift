// What the code consists of, and where it goes.

import PolkaBlob
import PolkaISA

extension Rule {
    /// revive and JAM 0.8.0: every byte that is marked is an instruction of the kind, and nothing lies between them
    /// (host-api.md 1.5 and 3.2).
    static let instructions = Rule(name: "instructions") { program in
        var answer = RuleAnswer(
            program.code.invalidCount > 0
                ? "\(program.code.invalidCount) invalid"
                : program.code.hasOpenEnd && !program.target.isJAM
                    ? "an open end" : "all \(program.code.instructionCount) valid",
            limit: "valid in \(program.target.instructionSet.name)")
        answer.problems = program.code.invalid.map(program.problem(ofInvalidAt:))
        // JAM looks at the end of the code by a rule of its own.
        if !program.target.isJAM, program.code.hasOpenEnd {
            answer.problems += [program.openEnd]
        }
        return answer
    }

    /// JAM 0.7.2: nobody looks at code before it runs; an invalid instruction panics.
    static let instructionsWhenReached = Rule(name: "instructions") { program in
        let invalid = program.code.invalid.filter { !program.isSbrk(at: $0) }
        var answer = RuleAnswer(
            invalid.isEmpty ? "all \(program.code.instructionCount) valid" : "\(invalid.count) invalid",
            limit: "not checked by the host")
        answer.warnings = invalid.map(program.problem(ofInvalidAt:))
        return answer
    }

    /// JAM 0.8.0: one bit for each byte of code.
    static let bitmask = Rule(name: "bitmask") { program in
        // Reading the program has made sure of that: what is wrong with it is no program.
        RuleAnswer(
            "\(program.blob.code.bitmask.count) bytes", limit: "\((program.blob.code.bytes.count + 7) / 8) bytes")
    }

    /// JAM 0.8.0: the code ends with an instruction that ends a block.
    static let codeEnd = Rule(name: "end of code") { program in
        let code = program.blob.code
        let last = code.instruction(before: code.bytes.count)
        let opcode = last.flatMap { program.blob.instructionSet.opcode(of: code.bytes[$0]) }
        var answer = RuleAnswer(opcode?.mnemonic ?? "no instruction", limit: "an instruction that ends a block")
        if !(opcode?.isTerminator ?? false) {
            answer.problems = [program.openEnd]
        } else if let opcode, opcode.canFallThrough {
            // What loads containers goes by isa.md 7.6.
            var problem = program.openEnd
            problem.message =
                "'\(opcode.mnemonic)' ends a block but runs past the end of the code: JAM allows it, and machines that load "
                + "\(program.target.instructionSet.name) containers refuse it"
            answer.warnings = [problem]
        }
        return answer
    }

    /// JAM 0.8.0: jumps and branches go to starts of blocks, both ways (host-api.md 3.2).
    static let branchTargets = Rule(name: "branch targets") { program in
        let code = program.blob.code
        let set = program.blob.instructionSet
        func isTarget(_ offset: UInt32) -> Bool {
            code.isValidTarget(offset, in: set) && set.opcode(of: code.bytes[Int(offset)]) != nil
        }
        var count = 0
        var badCount = 0
        var problems: [Problem] = []
        code.forEachPosition(in: set) { position in
            guard let instruction = position.instruction, instruction.opcode.format.hasTarget else { return }
            count += 1
            let bad =
                !isTarget(instruction.target)
                ? instruction.target
                : instruction.opcode.isBranch && !isTarget(UInt32(position.next)) ? UInt32(position.next) : nil
            guard let bad else { return }
            badCount += 1
            guard problems.count < CodeFacts.mostListed else { return }
            problems.append(
                Problem(
                    "'\(instruction.opcode.mnemonic)' goes to code offset \(bad), where no block starts",
                    symbol: program.names.name(at: position.offset), at: position.offset,
                    remedy: "link again; no linker of ours makes such code"))
        }
        var answer = RuleAnswer(
            badCount == 0 ? "all \(count) valid" : "\(badCount) of \(count) invalid", limit: "starts of blocks")
        answer.problems = problems
        return answer
    }
}

extension CheckedProgram {
    /// Whether a byte is `sbrk` of the Gray Paper before 0.8.0, which numbers it as the machine's own kind does.
    fileprivate func isSbrk(at offset: Int) -> Bool {
        blob.code.startsInstruction(at: offset) && InstructionSet.latest64.opcode(of: blob.code.bytes[offset]) == .sbrk
    }

    fileprivate func problem(ofInvalidAt offset: Int) -> Problem {
        let symbol = names.name(at: offset)
        let byte = blob.code.bytes[offset]
        guard blob.code.startsInstruction(at: offset) else {
            return Problem(
                "no instruction starts here, though the one before ends", symbol: symbol, at: offset,
                remedy: "link again; the bitmask is damaged, or an instruction is longer than 25 bytes")
        }
        let elsewhere = [InstructionSet.latest64, .jamV1].first { $0.opcode(of: byte) != nil }
        let other =
            elsewhere.flatMap { set in set.opcode(of: byte).map { "; it is '\($0.mnemonic)' in \(set.name)" } } ?? ""
        return Problem(
            "the byte \(byte) is no instruction of \(blob.instructionSet.name)\(other)", symbol: symbol, at: offset,
            remedy: "build with --target \(target.rawValue)")
    }

    fileprivate var openEnd: Problem {
        let last = blob.code.instruction(before: blob.code.bytes.count)
        return Problem(
            "the last instruction runs past the end of the code", symbol: last.flatMap(names.name(at:)), at: last,
            remedy: "end the code with a return, a jump or a trap")
    }
}
