// A program as machine code, and running it: enters the code, and turns every way in which it leaves into what the
// interpreter would have reported.

import CPolkaSystem
import PolkaBlob
import PolkaISA
public import PolkaVM
import X86Assembler

extension Backend {
    /// Compiles programs to x86-64 machine code; on Linux on x86-64 processors since 2013 (BMI, LZCNT, POPCNT).
    public static let compiler = Backend(name: "compiler") { program throws(ModuleError) in
        try CompiledProgram(program)
    }

    /// Why `compiler` can not be used here, nil if it can.
    public static var whyNoCompiler: String? {
        guard pvm_native_available() != 0 else {
            return "the compiler makes x86-64 code for Linux, and this is another system; use the interpreter"
        }
        guard ProcessorFeatures.current.isSuperset(of: CompiledProgram.neededFeatures) else {
            return "the compiler needs a processor with LZCNT, TZCNT and POPCNT; use the interpreter"
        }
        return nil
    }
}

/// Compiled code, shared by the instances of a module.
final class CompiledProgram: Executable {
    static let neededFeatures: ProcessorFeatures = [.bmi1, .lzcnt, .popcnt]

    private let program: Program
    private let code: PredecodedCode
    /// By op index, as `GeneratedCode` has it.
    private let nativeOffsets: [UInt32]
    /// Native addresses by entry of the program's jump table, 0 for invalid ones.
    private let jumpTable: [UInt64]
    private let memory: CodeMemory

    init(_ program: Program) throws(ModuleError) {
        if let reason = Backend.whyNoCompiler { throw .backend(reason) }
        self.program = program
        let code = PredecodedCode(program)
        self.code = code
        let reserved = (code.ops.count + 1) * CodeGenerator.bytesPerOp + 4096
        // Distances in machine code are 32 bits wide.
        guard reserved <= X86Assembler.maximumCodeByteCount else {
            throw .backend(
                "\(program.code.bytes.count) bytes of code with \(code.ops.count) instructions and blocks are too much for the"
                    + " compiler; use the interpreter")
        }
        let buffer = try CodeBuffer(byteCount: reserved)
        let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: CodeGenerator.labelCount(code))
        defer { labels.deallocate() }
        let generated = CodeGenerator(
            code, is64Bit: program.instructionSet.is64Bit, isMetered: program.configuration.gasMetering != .none,
            buffer: buffer.bytes, labels: labels
        ).run()
        memory = try buffer.seal(byteCount: generated.byteCount)
        nativeOffsets = generated.nativeOffsets
        let start = UInt64(UInt(bitPattern: memory.start))
        jumpTable = generated.jumpTargets.map { $0.map { start + UInt64($0) } ?? 0 }
    }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { code.gasCost(ofBlockAt: codeOffset) }

    var nativeByteCount: Int? { memory.byteCount }

    private var isMetered: Bool { program.configuration.gasMetering != .none }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        var op: Int
        switch try code.begin(machine, isMetered: isMetered) {
        case .stop(let exit): return exit
        case .op(let index): op = index
        }
        while true {
            let gas = machine.gas
            let state = execute(machine, from: op)
            count(machine, state, gasBefore: gas)
            switch try leave(machine, state) {
            case .stop(let exit): return exit
            case .op(let index): op = index
            }
        }
    }

    /// What comes after a stop of the machine code.
    private enum Continuation {
        case stop(Exit)
        /// Go on with the op of an index.
        case op(Int)
    }

    private func execute(_ machine: Machine, from op: Int) -> pvm_native_state {
        jumpTable.withUnsafeBufferPointer { table in
            var state = pvm_native_state(
                registers: machine.registers, gas: machine.gas, jump_table: table.baseAddress, pc: 0, reason: 0,
                fault_address: 0)
            // SAFETY: the code was generated for this program, stays mapped while the module lives, and touches memory only
            // through GS, whose base is the reservation.
            pvm_native_run(
                &state, memory.start, UInt64(memory.byteCount), UInt64(nativeOffsets[op]), machine.memory.base,
                GuestMemory.reservedByteCount)
            return state
        }
    }

    /// Counts what was executed, as far as gas tells: whole blocks, less what is left of the last one.
    ///
    /// Code that is not metered counts nothing; counting would cost it what metering costs.
    private func count(_ machine: Machine, _ state: pvm_native_state, gasBefore: Int64) {
        guard countsInstructions else { return }
        var entered = gasBefore - state.gas
        var remaining: UInt64 = 0
        if pvm_native_reason(state.reason) == PVM_NATIVE_OUT_OF_GAS {
            entered -= code.gasCost(ofBlockAt: state.pc) ?? 0
        } else {
            let pc = Int(offset(ofStop: state))
            let head = code.index.head(ofBlockWith: pc)
            remaining = UInt64(code.ops[head].y) - UInt64(code.index.op(at: pc) - head)
        }
        machine.instructionCount &+= machine.remainingInBlock &+ UInt64(entered) &- remaining
        machine.remainingInBlock = remaining
    }

    private var countsInstructions: Bool { isMetered && program.configuration.costModel == .naive }

    /// The instruction at which the machine code was left.
    private func offset(ofStop state: pvm_native_state) -> UInt32 {
        guard pvm_native_reason(state.reason) == PVM_NATIVE_FAULT else { return state.pc }
        // By its native offset: a fault has no chance to say more.
        let nativeOffset = UInt32(state.fault_address - UInt64(UInt(bitPattern: memory.start)))
        var (low, high) = (0, nativeOffsets.count)
        while low < high {
            let middle = (low + high) / 2
            if nativeOffsets[middle] <= nativeOffset { low = middle + 1 } else { high = middle }
        }
        return code.offsets[low - 1]
    }

    private func leave(_ machine: Machine, _ state: pvm_native_state) throws(InstanceError) -> Continuation {
        let pc = state.pc
        if isMetered { machine.gas = state.gas }
        switch pvm_native_reason(state.reason) {
        case PVM_NATIVE_FINISHED:
            return .stop(machine.end(.finished, at: pc))
        case PVM_NATIVE_HOST_CALL:
            let op = code.index.op(at: Int(pc))
            let number = UInt32(truncatingIfNeeded: code.ops[op].x)
            return .stop(machine.pause(.hostCall(number), at: pc, next: code.offsets[op + 1]))
        case PVM_NATIVE_OUT_OF_GAS:
            // The check has taken what could not be paid.
            machine.gas += code.gasCost(ofBlockAt: pc) ?? 0
            machine.programCounter = pc
            machine.lastProgramCounter = pc
            machine.next = .entry(pc)
            return .stop(.outOfGas)
        case PVM_NATIVE_MEMSET:
            return memset(machine, pc)
        case PVM_NATIVE_SBRK:
            return try sbrk(machine, pc)
        case PVM_NATIVE_FAULT:
            return .stop(badAccess(machine, offset(ofStop: state)))
        default:
            return .stop(machine.end(.trap, at: pc))
        }
    }

    private func memset(_ machine: Machine, _ pc: UInt32) -> Continuation {
        let is64Bit = program.instructionSet.is64Bit
        let outcome = PolkaVM.memset(
            machine.registers, machine.memory, &machine.gas, is64Bit: is64Bit, isMetered: isMetered)
        switch outcome {
        case .done: return .op(code.index.op(at: Int(pc)) + 1)
        case .outOfGas:
            uncount(machine)
            return .stop(machine.pause(.outOfGas, at: pc, next: pc))
        case .badAccess: return .stop(badAccess(machine, pc))
        }
    }

    private func sbrk(_ machine: Machine, _ pc: UInt32) throws(InstanceError) -> Continuation {
        let index = code.index.op(at: Int(pc))
        let op = code.ops[index]
        let size = UInt32(truncatingIfNeeded: machine.registers[Int(op.a)])
        do throws(MemoryError) {
            let end = try machine.memory.sbrk(size) ?? 0
            machine.registers[Int(op.d)] = program.instructionSet.is64Bit ? UInt64(end) : Arithmetic.extend32(end)
        } catch {
            uncount(machine)
            _ = machine.pause(.trap, at: pc, next: pc)
            throw .memory(error)
        }
        return .op(index + 1)
    }

    private func uncount(_ machine: Machine) {
        if countsInstructions { machine.uncount() }
    }

    private func badAccess(_ machine: Machine, _ pc: UInt32) -> Exit {
        program.refusedAccess(machine, at: pc, isCounted: countsInstructions)
    }
}
