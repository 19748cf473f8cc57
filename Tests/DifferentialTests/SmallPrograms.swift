// Small programs for tests that need nothing random.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM

extension Blob {
    /// A program with one export, `run`, at its start; targets of jumps are numbers of instructions.
    init(_ instructions: [Instruction], stackSize: UInt32 = 4096, imports: [String] = []) {
        let layout = CodeLayout(instructions: instructions).encoded(for: .latest64)
        self.init(instructionSet: .latest64, code: CodeMap(bytes: layout.bytes, bitmask: layout.bitmask))
        self.stackSize = stackSize
        self.imports = imports.map { Array($0.utf8) }
        exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
    }
}

extension Instruction {
    /// Returns to the host.
    static var ret: Instruction { Instruction(.jumpIndirect, .ra) }
}

extension ModuleConfiguration {
    /// Bad accesses are page faults.
    static var pageFaults: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.faultRule = .pageFault
        return configuration
    }
}
