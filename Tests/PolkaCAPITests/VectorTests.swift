// The published vectors, run through the C interface on every backend.
//
// The files are read as `pvm vector` reads them, and executed by nothing but functions of the header. All state is compared:
// with what the file says, and at every stop with that of the other backends.

import CPolkaVM
import FoundationEssentials
import PolkaCommands
import Testing

private enum Folder {
    static let root: URL =
        if let path = ProcessInfo.processInfo.environment["PVM_VECTORS"] {
            URL(filePath: path, directoryHint: .isDirectory)
        } else {
            URL(filePath: #filePath).appending(path: "../../../../shared/vectors").standardizedFileURL
        }

    static func files(_ name: String) -> [URL] {
        let folder = root.appending(path: name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { folder.appending(path: $0) }
    }
}

/// All that C sees of an instance at a stop.
private struct CState: Equatable {
    let kind: UInt32
    let details: [UInt32]
    let registers: [UInt64]
    let gas: Int64
    /// That of the last run and that of the next.
    let programCounters: [Int64]
    /// The instruction that stopped, as the vectors tell it.
    let place: Int64
    /// Counted by all backends alike only if each instruction is paid.
    let instructionCount: UInt64?
    let memory: [UInt32: UInt8]

    init(_ instance: CInstance, _ exit: pvm_exit) throws {
        kind = exit.kind
        details = [exit.host_call, exit.page_address, exit.page_size, exit.is_write_protected]
        registers = try instance.registers
        gas = try instance.gas
        let (last, now, next) = try instance.programCounters
        programCounters = [now, next]
        place = now < 0 ? last : now
        instructionCount = instance.costModel == UInt32(PVM_COST_NAIVE) ? try instance.instructionCount : nil
        memory = try instance.memory
        #expect(exit.a0 == registers[Int(PVM_A0)])
        #expect(exit.a1 == registers[Int(PVM_A1)])
    }
}

@Suite struct VectorTests {
    @Test(
        .enabled(if: !Folder.files("jam-0.7").isEmpty, "no vectors; set PVM_VECTORS"),
        arguments: Folder.files("jam-0.7"))
    func jam(_ file: URL) throws { try expectPass(file) }

    @Test(
        .enabled(if: !Folder.files("block-gas").isEmpty, "no vectors; set PVM_VECTORS"),
        arguments: Folder.files("block-gas"))
    func blockGas(_ file: URL) throws { try expectPass(file) }

    private func expectPass(_ file: URL) throws {
        let handles = pvm_handle_count()
        var first: [CState]?
        for backend in CBackend.available {
            var states: [CState] = []
            switch try VectorFile(parsing: Data(contentsOf: file)) {
            case .single(let vector): try run(vector, on: backend, &states)
            case .steps(let vector): try run(vector, on: backend, &states)
            }
            if let first { #expect(states == first, "\(file.lastPathComponent) on \(backend)") }
            first = first ?? states
        }
        // Others make and drop at the same time; what these vectors leave behind would add up.
        #expect(first != nil && handles < 1000)
    }

    private func run(_ vector: SingleVector, on backend: CBackend, _ states: inout [CState]) throws {
        let instance = try CInstance(vector.program.bytes, on: backend, costModel: UInt32(PVM_COST_NAIVE))
        try instance.setRegisters(vector.initialRegisters)
        try instance.setGas(vector.initialGas)
        try instance.setNextProgramCounter(vector.initialProgramCounter)
        for pages in vector.initialPages {
            try instance.map(at: pages.address, byteCount: pages.length, writable: true)
        }
        for bytes in vector.initialMemory { try instance.write(bytes.contents, at: bytes.address) }
        for pages in vector.initialPages where !pages.isWritable {
            try instance.protect(at: pages.address, byteCount: pages.length)
        }
        let state = try runToStop(instance, on: backend, &states)
        let name = "\(vector.name) on \(backend)"
        expect(state, status: vector.expectedStatus, name)
        #expect(state.gas == vector.expectedGas, "\(name)")
        #expect(state.place == Int64(vector.expectedProgramCounter), "\(name)")
        #expect(state.registers == vector.expectedRegisters, "\(name)")
        #expect(state.memory == bytes(vector.expectedMemory), "\(name)")
        if let address = vector.expectedPageFaultAddress { #expect(state.details[1] == address, "\(name)") }
        try instance.drop()
    }

    private func runToStop(
        _ instance: CInstance, on backend: CBackend, _ states: inout [CState]
    ) throws -> CState {
        let state = try CState(instance, try instance.run())
        states.append(state)
        let tiers = try instance.tiers
        switch backend {
        case .interpreter: #expect(tiers == UInt32(PVM_TIER_INTERPRETER))
        // Where machine code cannot begin, in the middle of a block, the interpreter helps.
        case .compiler: #expect(tiers & UInt32(PVM_TIER_COMPILER) != 0 || states.count > 1)
        case .auto: #expect(tiers != 0)
        }
        return state
    }

    private func expect(_ found: CState, status: VectorStatus, _ name: String) {
        let kind =
            switch status {
            case .halt: PVM_EXIT_FINISHED
            case .panic: PVM_EXIT_TRAP
            case .pageFault: PVM_EXIT_PAGE_FAULT
            case .outOfGas: PVM_EXIT_OUT_OF_GAS
            case .hostCall, .ecalli: PVM_EXIT_HOST_CALL
            }
        #expect(found.kind == UInt32(kind), "\(name)")
    }

    /// The bytes that are not zero.
    private func bytes(_ runs: [VectorBytes]) -> [UInt32: UInt8] {
        var memory: [UInt32: UInt8] = [:]
        for run in runs {
            for (index, byte) in run.contents.enumerated() where byte != 0 {
                memory[run.address + UInt32(index)] = byte
            }
        }
        return memory
    }

    private func run(_ vector: StepVector, on backend: CBackend, _ states: inout [CState]) throws {
        let model = UInt32(vector.blockGasCosts == nil ? PVM_COST_NAIVE : PVM_COST_PIPELINE_L2)
        let instance = try CInstance(vector.program.bytes, on: backend, costModel: model)
        for (offset, cost) in vector.blockGasCosts ?? [:] {
            #expect(try instance.gasCost(ofBlockAt: offset) == cost, "\(vector.name): block at \(offset)")
        }
        try instance.setGas(vector.initialGas ?? 0)
        try instance.setNextProgramCounter(vector.initialProgramCounter ?? 0)
        var state: CState?
        for step in vector.steps ?? [] {
            switch step {
            case .map(let pages):
                try instance.map(at: pages.address, byteCount: pages.length, writable: pages.isWritable)
            case .write(let bytes): try instance.write(bytes.contents, at: bytes.address)
            case .setRegister(let number, let value): try instance.setRegister(number, value)
            case .run: state = try runToStop(instance, on: backend, &states)
            case .assert(let expected):
                let name = "\(vector.name) on \(backend)"
                let state = try #require(state, "\(name): it asserts before it has run")
                if let status = expected.status { expect(state, status: status, name) }
                if let gas = expected.gas { #expect(state.gas == gas, "\(name)") }
                if let pc = expected.pc { #expect(state.place == Int64(pc), "\(name)") }
                if let registers = expected.regs { #expect(state.registers == registers, "\(name)") }
                if let memory = expected.memory { #expect(state.memory == bytes(memory), "\(name)") }
                if let address = expected.pageFaultAddress { #expect(state.details[1] == address, "\(name)") }
            }
        }
        try instance.drop()
    }
}
