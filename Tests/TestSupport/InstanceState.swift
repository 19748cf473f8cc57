// Everything that an instance shows at a stop, as a value: backends must agree on all of it.

import PolkaISA
package import PolkaVM

/// The state of an instance that has stopped.
package struct InstanceState: Equatable {
    /// Bytes that lie together and are not zero.
    package struct Run: Equatable {
        package let address: UInt32
        package let bytes: [UInt8]
    }

    package let exit: Exit
    package let registers: [UInt64]
    package let gas: Int64
    package let programCounter: UInt32?
    package let nextProgramCounter: UInt32?
    /// nil where it is not counted: in compiled code, unless a unit of gas is an instruction.
    package let instructionCount: UInt64?
    package let heapSize: UInt32
    /// All memory that is open, zeros left out.
    package let memory: [Run]

    package init(_ instance: Instance, after exit: Exit) {
        self.exit = exit
        registers = instance.registers
        gas = instance.gas
        programCounter = instance.programCounter
        nextProgramCounter = instance.nextProgramCounter
        let isCounted = instance.module.configuration.isPaidByInstruction
        instructionCount = isCounted ? instance.instructionCount : nil
        heapSize = instance.memory.heapSize
        memory = instance.memory.nonzeroRuns().map { Run(address: $0.address, bytes: $0.bytes) }
    }

    /// What differs first from a state that is expected; nil if nothing does.
    package func difference(from expected: InstanceState) -> String? {
        func text(_ what: String, _ expected: some Any, _ found: some Any) -> String {
            "\(what): expected \(expected), found \(found)"
        }
        if exit != expected.exit { return text("exit", expected.exit, exit) }
        for register in Register.allCases where registers[register.index] != expected.registers[register.index] {
            return text("\(register)", expected.registers[register.index], registers[register.index])
        }
        if gas != expected.gas { return text("gas", expected.gas, gas) }
        if programCounter != expected.programCounter {
            return text("pc", expected.programCounter as Any, programCounter as Any)
        }
        if nextProgramCounter != expected.nextProgramCounter {
            return text("next pc", expected.nextProgramCounter as Any, nextProgramCounter as Any)
        }
        if instructionCount != expected.instructionCount {
            return text("instructions", expected.instructionCount as Any, instructionCount as Any)
        }
        if heapSize != expected.heapSize { return text("heap size", expected.heapSize, heapSize) }
        guard memory != expected.memory else { return nil }
        let first = zip(memory, expected.memory).first { $0 != $1 }
        let address = first.map { min($0.address, $1.address) } ?? 0
        return "memory differs, at or behind 0x\(String(address, radix: 16))"
    }
}

extension Instance {
    /// Whether a backend, and nobody in its stead, has executed all of the last run.
    ///
    /// Of backends that may change from one to another it is only the name that counts.
    package func ranOnly(on backend: Backend) -> Bool {
        guard module.engine.backend.name == backend.name else { return false }
        guard let tier = Backend.Tier(rawValue: backend.name) else { return true }
        return lastTiers.isSubset(of: [tier]) && (module.nativeByteCount != nil) == (tier == .compiler)
    }
}
