// Running vectors in text form. The whole state is compared after each stop: what a vector does not name must not change.

import PolkaBlob
import PolkaISA
package import PolkaVM

extension TextVector {
    /// Runs the vector once for each kind that it names.
    ///
    /// - Parameters:
    ///   - engine: what executes it.
    ///   - observe: called at every stop.
    /// - Returns: whether all was as the vector says.
    /// - Throws: if the vector asks for what cannot be.
    package func run(on engine: Engine, observe: VectorObserver = { _, _ in }) throws -> VectorOutcome {
        var differences: [String] = []
        for set in instructionSets {
            for difference in try run(as: set, on: engine, observe) { differences.append("\(set.name): \(difference)") }
        }
        return differences.isEmpty ? .passed : .failed(differences)
    }

    private func run(as set: InstructionSet, on engine: Engine, _ observe: VectorObserver) throws -> [String] {
        let mask = CodeMap.bitmask(ofStarts: starts, byteCount: code.count)
        var blob = Blob(instructionSet: set, code: CodeMap(bytes: code, bitmask: mask, jumpTable: jumpTable))
        var configuration = configuration
        if zones.isEmpty {
            configuration.startsUnmapped = true
        } else {
            (blob.readOnlyDataSize, blob.readWriteDataSize, blob.stackSize) = (zones[0], zones[1], zones[2])
        }
        let instance = try Instance(try Module(blob, configuration: configuration, engine: engine))
        var state = ExpectedState(isCounted: configuration.isPaidByInstruction)
        for (number, run) in runs.enumerated() {
            for change in run.changes { try apply(change, to: instance, &state) }
            let exit = try instance.run()
            observe(instance, exit)
            let differences = state.differences(of: instance, after: exit, from: run)
            if !differences.isEmpty {
                return runs.count == 1 ? differences : differences.map { "run \(number + 1): \($0)" }
            }
        }
        return []
    }

    private func apply(_ change: Change, to instance: Instance, _ state: inout ExpectedState) throws {
        let memory = instance.memory
        switch change {
        case .pages(let address, let length, let rights):
            try memory.mapZeroed(at: address, byteCount: length, rights)
            state.setZero(address, length)
        case .memory(let address, let bytes):
            let isReadOnly = !memory.isAccessible(at: address, byteCount: bytes.count, writing: true)
            if isReadOnly { try memory.protect(at: address, byteCount: UInt64(bytes.count), .readWrite) }
            try memory.write(bytes, at: address)
            if isReadOnly { try memory.protect(at: address, byteCount: UInt64(bytes.count), .read) }
            state.setMemory(address, bytes)
        case .register(let register, let value):
            instance[register] = value
            state.registers[register.index] = value
        case .gas(let gas): instance.gas = gas
        case .entry(let offset): instance.nextProgramCounter = offset
        }
    }
}

/// What registers and memory must be, as far as changes and expectations so far tell.
private struct ExpectedState {
    let isCounted: Bool
    var registers = [UInt64](repeating: 0, count: Register.count)
    /// Bytes that are not zero.
    var memory: [UInt32: UInt8] = [:]

    init(isCounted: Bool) {
        self.isCounted = isCounted
    }

    mutating func setMemory(_ address: UInt32, _ bytes: [UInt8]) {
        for (index, byte) in bytes.enumerated() {
            memory[address &+ UInt32(truncatingIfNeeded: index)] = byte == 0 ? nil : byte
        }
    }

    /// Pages that are mapped are zero, whatever was there.
    mutating func setZero(_ address: UInt32, _ byteCount: UInt64) {
        let range = UInt64(address)..<(UInt64(address) + byteCount)
        memory = memory.filter { !range.contains(UInt64($0.key)) }
    }

    mutating func differences(of instance: Instance, after exit: Exit, from run: TextVector.Run) -> [String] {
        for (register, value) in run.registers { registers[register.index] = value }
        for (address, bytes) in run.memory { setMemory(address, bytes) }
        var differences: [String] = []
        func check<T: Equatable>(_ what: String, _ expected: T, _ found: T) {
            if expected != found { differences.append("\(what): expected \(expected), found \(found)") }
        }
        check("exit", run.exit, exit)
        if let pc = run.programCounter {
            check("pc", "\(pc)", instance.lastProgramCounter.map { "\($0)" } ?? "none")
        }
        if let next = run.next {
            check("next", next.map { "\($0)" } ?? "none", instance.nextProgramCounter.map { "\($0)" } ?? "none")
        }
        if let gas = run.gas { check("gas", gas, instance.gas) }
        let counts = isCounted || instance.module.engine.backend.name == Backend.interpreter.name
        if let executed = run.executed, counts { check("instructions executed", executed, instance.instructionCount) }
        for register in Register.allCases {
            check("register \(register.name)", hex(registers[register.index]), hex(instance[register]))
        }
        var found: [UInt32: UInt8] = [:]
        for stretch in instance.memory.nonzeroRuns() {
            for (index, byte) in stretch.bytes.enumerated() {
                found[stretch.address &+ UInt32(truncatingIfNeeded: index)] = byte
            }
        }
        for address in Set(memory.keys).union(found.keys).sorted() where memory[address] != found[address] {
            check("memory at \(hex(UInt64(address)))", memory[address] ?? 0, found[address] ?? 0)
            break
        }
        return differences
    }

    private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
