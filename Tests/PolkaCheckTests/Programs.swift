// Programs for the tests, from assembly text.

import PolkaAsm
import PolkaBlob
import PolkaCheck
import PolkaISA
import Testing

/// Assembles text.
func blob(_ text: String, _ set: InstructionSet = .reviveV1) throws -> Blob {
    try Assembler.assemble(Array(text.utf8), for: set)
}

/// What the rules of a target say of a program, by rule.
func results(_ blob: Blob, for target: DeployTarget, map: String? = nil) -> [String: RuleResult] {
    let program = CheckedProgram(
        blob, byteCount: blob.serialized().count, target: target, map: map.flatMap(MapText.init))
    return Dictionary(program.results().map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The rules that are broken.
func violated(_ results: [String: RuleResult]) -> Set<String> {
    Set(results.values.filter { $0.verdict == .violated }.map(\.rule))
}

/// A contract that breaks no rule.
let contract = """
    %import 0 = 'call_data_size'
    %stack_size = 4096
    pub @deploy:
        ret
    pub @call:
        ecalli 0
        ret
    """

/// A service that breaks no rule: entries of five bytes, and a call of `gas`, number 0 in both versions.
let service = """
    %stack_size = 4096
        %length = 5
        jump @refine
        jump @accumulate
    pub @refine:
        ecalli 0
        ret
    pub @accumulate:
        ret
    """
