// Running published vectors on a backend and saying precisely what differs.

import PolkaBlob
import PolkaISA
package import PolkaVM

/// What came of a vector.
package enum VectorOutcome: Equatable {
    case passed
    /// Every difference found, one line each.
    case failed([String])
}

/// Told of an instance that runs a vector and has stopped.
package typealias VectorObserver = (Instance, Exit) -> Void

extension VectorFile {
    package var name: String {
        switch self {
        case .single(let vector): vector.name
        case .steps(let vector): vector.name
        }
    }

    /// Runs the vector in an instance of its own.
    ///
    /// - Parameters:
    ///   - engine: what executes it.
    ///   - observe: called at every stop.
    /// - Returns: whether all was as the vector says.
    /// - Throws: if the vector asks for what cannot be: a program that is none, pages below 64 KiB, a register 13.
    package func run(on engine: Engine, observe: VectorObserver = { _, _ in }) throws -> VectorOutcome {
        switch self {
        case .single(let vector): try vector.run(on: engine, observe)
        case .steps(let vector): try vector.run(on: engine, observe)
        }
    }
}

extension SingleVector {
    func run(on engine: Engine, _ observe: VectorObserver) throws -> VectorOutcome {
        var session = try VectorSession(program.bytes, engine)
        let instance = session.instance
        guard initialRegisters.count == Register.count, expectedRegisters.count == Register.count else {
            throw VectorError("expected \(Register.count) registers")
        }
        for (register, value) in zip(Register.allCases, initialRegisters) { instance[register] = value }
        instance.gas = initialGas
        instance.nextProgramCounter = initialProgramCounter
        // Contents are set regardless of the rights that the guest has.
        for pages in initialPages { try session.map(pages, writable: true) }
        for bytes in initialMemory { try instance.memory.write(bytes.contents, at: bytes.address) }
        for pages in initialPages where !pages.isWritable {
            try instance.memory.protect(at: pages.address, byteCount: pages.length, .read)
        }
        try session.run(observe)
        let differences = session.differences(
            from: VectorAssertion(
                status: expectedStatus, gas: expectedGas, pc: expectedProgramCounter, regs: expectedRegisters,
                memory: expectedMemory, pageFaultAddress: expectedPageFaultAddress))
        return differences.isEmpty ? .passed : .failed(differences)
    }
}

extension StepVector {
    func run(on engine: Engine, _ observe: VectorObserver) throws -> VectorOutcome {
        var configuration = ModuleConfiguration.jam
        if blockGasCosts != nil { configuration.costModel = .pipeline(.l2Hit) }
        var session = try VectorSession(program.bytes, engine, configuration)
        let module = session.instance.module
        let costs = (blockGasCosts ?? [:]).sorted { $0.key < $1.key }.compactMap { offset, cost -> String? in
            let found = module.gasCost(ofBlockAt: offset)
            guard found != cost else { return nil }
            return "cost of the block at \(offset): expected \(cost), found \(found.map { "\($0)" } ?? "none")"
        }
        guard costs.isEmpty else { return .failed(costs) }
        session.instance.gas = initialGas ?? 0
        session.instance.nextProgramCounter = initialProgramCounter ?? 0
        for (number, step) in (steps ?? []).enumerated() {
            switch step {
            case .map(let pages): try session.map(pages, writable: pages.isWritable)
            case .write(let bytes): try session.instance.memory.write(bytes.contents, at: bytes.address)
            case .setRegister(let number, let value):
                guard Register.allCases.indices.contains(number) else {
                    throw VectorError("register \(number) does not exist")
                }
                session.instance[Register.allCases[number]] = value
            case .run: try session.run(observe)
            case .assert(let assertion):
                let differences = session.differences(from: assertion)
                guard differences.isEmpty else { return .failed(differences.map { "step \(number): \($0)" }) }
            }
        }
        return .passed
    }
}

/// A program of a vector with what its last run came to.
private struct VectorSession {
    let instance: Instance
    private var exit: Exit?

    init(_ program: [UInt8], _ engine: Engine, _ configuration: ModuleConfiguration = .jam) throws {
        let code = try CodeMap(rawProgram: program)
        instance = try Instance(try Module(rawProgram: code, configuration: configuration, engine: engine))
    }

    func map(_ pages: VectorPages, writable: Bool) throws {
        try instance.memory.mapZeroed(at: pages.address, byteCount: pages.length, writable ? .readWrite : .read)
    }

    mutating func run(_ observe: VectorObserver) throws {
        let exit = try instance.run()
        self.exit = exit
        observe(instance, exit)
    }

    /// Each expectation that does not hold, with what was found instead.
    func differences(from expected: VectorAssertion) -> [String] {
        var differences: [String] = []
        func check<T: Equatable>(_ what: String, _ expected: T?, _ found: T?) {
            guard let expected, expected != found else { return }
            differences.append("\(what): expected \(expected), found \(found.map { "\($0)" } ?? "none")")
        }
        if let status = expected.status, !status.matches(exit) {
            differences.append("status: expected \(status.rawValue), found \(exit.map { "\($0)" } ?? "none")")
        }
        check("gas", expected.gas, instance.gas)
        check("pc", expected.pc, instance.programCounter ?? instance.lastProgramCounter)
        if case .pageFault(let fault) = exit {
            check("page fault address", expected.pageFaultAddress, fault.address)
        } else if expected.pageFaultAddress != nil {
            check("page fault address", expected.pageFaultAddress, nil)
        }
        if let registers = expected.regs {
            check("number of registers", Register.count, registers.count)
            for (register, value) in zip(Register.allCases, registers) {
                check("register \(register.name)", value, instance[register])
            }
        }
        if let memory = expected.memory, let difference = firstDifference(from: memory) {
            differences.append(difference)
        }
        return differences
    }

    private func firstDifference(from expected: [VectorBytes]) -> String? {
        var wanted: [UInt32: UInt8] = [:]
        for run in expected {
            for (index, byte) in run.contents.enumerated() where byte != 0 {
                wanted[run.address &+ UInt32(truncatingIfNeeded: index)] = byte
            }
        }
        var different: [(address: UInt32, expected: UInt8, found: UInt8)] = []
        for run in instance.memory.nonzeroRuns() {
            for (index, byte) in run.bytes.enumerated() {
                let address = run.address &+ UInt32(truncatingIfNeeded: index)
                let want = wanted.removeValue(forKey: address) ?? 0
                if want != byte { different.append((address, want, byte)) }
            }
        }
        for (address, byte) in wanted { different.append((address, byte, 0)) }
        return different.min { $0.address < $1.address }.map { first in
            "memory at 0x\(String(first.address, radix: 16)): expected \(first.expected), found \(first.found)"
        }
    }
}

extension VectorStatus {
    func matches(_ exit: Exit?) -> Bool {
        switch (self, exit) {
        case (.halt, .finished), (.panic, .trap), (.pageFault, .pageFault), (.outOfGas, .outOfGas),
            (.hostCall, .hostCall), (.ecalli, .hostCall):
            true
        default: false
        }
    }
}
