// The machines that refine makes and runs: raw programs, whose pages the outer program maps (host-api.md 2.3).

import PolkaBlob
import PolkaISA
import PolkaVM

/// A machine within a service's run.
final class InnerMachine {
    private let instance: Instance
    /// The bytes that it was made of.
    let codeByteCount: Int
    /// Where it goes on, as far as the instance does not know better: before the first run, and where no code can be.
    private var start: UInt64?

    /// Makes a machine.
    ///
    /// - Returns: nil for bytes that are no program, or that the version does not accept.
    /// - Throws: `JAMHostError` if the host has no room for it.
    init?(code bytes: [UInt8], start: UInt64, version: JAMVersion, engine: Engine) throws {
        guard let code = try? CodeMap(rawProgram: bytes) else { return nil }
        let set = version.instructionSet
        if version == .v080 {
            // Code of 0.8.0 is looked at before it runs, and so is the place to enter it.
            guard let entry = Int(exactly: start), entry < code.bytes.count, code.instruction(at: entry, in: set) != nil
            else { return nil }
        }
        let module: Module
        do {
            module = try Module(
                rawProgram: code, instructionSet: set, configuration: version.innerConfiguration, engine: engine)
        } catch {
            if case .invalidInstruction = error, version == .v080 { return nil }
            throw JAMHostError.innerMachine(error.description)
        }
        do {
            instance = try Instance(module)
        } catch {
            throw JAMHostError.innerMachine(error.description)
        }
        self.start = start
        codeByteCount = bytes.count
    }

    var memory: GuestMemory { instance.memory }

    /// The code offset where it goes on.
    var programCounter: UInt64 { start ?? UInt64(instance.nextProgramCounter ?? 0) }

    /// How a run ended, and what there is to say about it.
    struct Stop {
        let code: JAMInnerCode
        let detail: UInt64?
    }

    /// Runs until it stops; registers and gas come and go.
    func run(gas: inout UInt64, registers: inout [UInt64]) throws -> Stop {
        for (register, value) in zip(Register.allCases, registers) { instance[register] = value }
        let given = Int64(clamping: gas)
        instance.gas = given
        defer {
            registers = instance.registers
            // What does not fit into the counter is not spent.
            gas -= UInt64(given - max(instance.gas, 0))
        }
        if let start {
            guard let offset = UInt32(exactly: start) else { return pastTheEnd() }
            instance.nextProgramCounter = offset
            self.start = nil
        } else if instance.nextProgramCounter == nil {
            // After a halt and after a panic there is no place to go on, and the Gray Paper says 0.
            instance.nextProgramCounter = 0
        }
        let entered = instance.nextProgramCounter
        let exit: Exit
        do { exit = try instance.run() } catch { throw JAMHostError.innerMachine(error.description) }
        switch exit {
        case .finished:
            start = 0
            return Stop(code: .halt, detail: nil)
        case .trap, .cancelled:
            start = 0
            return Stop(code: .panic, detail: nil)
        case .pageFault(let fault):
            return Stop(code: .fault, detail: UInt64(fault.address))
        case .hostCall(let number):
            // Numbers are immediate values, which have a sign.
            return Stop(code: .host, detail: UInt64(bitPattern: Int64(Int32(bitPattern: number))))
        case .outOfGas:
            if instance.nextProgramCounter == nil { instance.nextProgramCounter = entered }
            return Stop(code: .oog, detail: nil)
        }
    }

    /// Behind the end of the code there is a trap, which costs as all instructions do.
    private func pastTheEnd() -> Stop {
        guard instance.gas > 0 else { return Stop(code: .oog, detail: nil) }
        instance.gas -= 1
        start = 0
        return Stop(code: .panic, detail: nil)
    }
}
