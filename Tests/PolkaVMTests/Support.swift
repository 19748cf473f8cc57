// Small programs for tests, from instructions.

import PolkaBlob
import PolkaISA
import PolkaVM

/// Encodes instructions one behind the other; targets are code offsets.
func code(_ instructions: [Instruction], _ set: InstructionSet = .latest64) -> CodeMap {
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for instruction in instructions {
        starts.append(bytes.count)
        instruction.encode(into: &bytes, at: UInt32(bytes.count), for: set)
    }
    let mask = CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count)
    return CodeMap(bytes: bytes, bitmask: mask)
}

/// A program with one export, `run`, at its start, and a page of stack.
func blob(_ instructions: [Instruction], _ set: InstructionSet = .latest64) -> Blob {
    var blob = Blob(instructionSet: set, code: code(instructions, set))
    blob.stackSize = 4096
    blob.exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
    return blob
}

/// Returns to the host.
let ret = Instruction(.jumpIndirect, .ra)

var metered: ModuleConfiguration {
    var configuration = ModuleConfiguration()
    configuration.gasMetering = .synchronous
    return configuration
}
