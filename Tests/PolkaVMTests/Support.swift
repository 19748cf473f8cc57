// Small programs for tests, from instructions.

import PolkaBlob
import PolkaISA
import PolkaJIT
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

/// The same with imports.
func importing(_ names: [String], _ instructions: [Instruction], _ set: InstructionSet = .latest64) -> Blob {
    var program = blob(instructions, set)
    program.imports = names.map { Array($0.utf8) }
    return program
}

/// Returns to the host.
let ret = Instruction(.jumpIndirect, .ra)

var metered: ModuleConfiguration {
    var configuration = ModuleConfiguration()
    configuration.gasMetering = .synchronous
    return configuration
}

extension Engine {
    /// One for every backend that runs on this machine.
    static var all: [Engine] {
        (Backend.whyNoCompiler == nil ? [.interpreter, .compiler, .auto] : [.interpreter, .auto]).map(Engine.init)
    }
}
