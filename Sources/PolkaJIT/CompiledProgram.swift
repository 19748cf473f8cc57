// A program as machine code, and running it: enters the code, and turns every way in which it leaves into what the
// interpreter would have reported.
//
// Machine code can be entered where blocks start and where it was left. What else a host may ask for - to begin in the middle
// of a block - the interpreter does, up to the next block; both leave the machine in the same state.

import CPolkaSystem
import PolkaBlob
import PolkaISA
public import PolkaVM
import X86Assembler

extension Backend {
    /// Compiles programs to x86-64 machine code, on Linux.
    public static let compiler = compiler(CompilerOptions())

    /// The compiler as it is on some processor, or within some limits.
    ///
    /// - Parameter options: processor and limits.
    /// - Returns: a backend that refuses every program where there is no compiler.
    package static func compiler(_ options: CompilerOptions) -> Backend {
        Backend(name: "compiler") { program throws(ModuleError) in
            // Machine code pays for blocks.
            if program.configuration.gasMetering == .perInstruction { return try InterpretedProgram(program) }
            return try CompiledProgram(program, options)
        }
    }

    /// Why `compiler` can not be used here, nil if it can.
    public static var whyNoCompiler: String? {
        guard pvm_native_available() != 0 else {
            return "the compiler makes x86-64 code for Linux, and this is another system; use the interpreter"
        }
        return nil
    }
}

/// Compiled code, shared by the instances of a module.
final class CompiledProgram: Executable {
    let program: Program
    let code: CompiledCode
    private let fallback = OnceReference<InterpretedProgram>()
    private let isMetered: Bool
    /// Whether gas tells how many instructions have been executed; counting otherwise would cost what metering costs.
    private let countsInstructions: Bool

    /// Compiles a program.
    ///
    /// - Parameters:
    ///   - program: what to compile.
    ///   - options: what may be used, and how much of it.
    ///   - interpreter: one that was made for the same program, if there is one.
    /// - Throws: `ModuleError` if the program becomes too much, or there is no memory or no compiler.
    init(
        _ program: Program, _ options: CompilerOptions, interpreter: InterpretedProgram? = nil
    ) throws(ModuleError) {
        if let reason = Backend.whyNoCompiler { throw .backend(reason) }
        guard program.configuration.gasMetering != .perInstruction else {
            throw .backend("gas metered for each instruction is interpreted: there is no machine code that takes it")
        }
        self.program = program
        isMetered = program.configuration.gasMetering != .none
        countsInstructions = program.configuration.isPaidByInstruction
        code = try CompiledCode(program, options)
        if let interpreter { _ = fallback.value { interpreter } }
    }

    /// A program whose machine code is there already.
    init(_ program: Program, code: CompiledCode) {
        self.program = program
        isMetered = program.configuration.gasMetering != .none
        countsInstructions = program.configuration.isPaidByInstruction
        self.code = code
    }

    package func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? { code.gasCost(ofBlockAt: codeOffset) }

    var nativeByteCount: Int? { code.memory.byteCount }

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        guard let next = machine.next else { throw .noProgramCounter }
        if isMetered, machine.gas < 0 { return .outOfGas }
        let entered: UnsafeRawPointer?
        switch next {
        case .resume(let offset):
            let last = machine.nativeResumption
            entered = last.codeOffset == offset ? last.address : nil
        case .entry(let offset): entered = code.entry(at: Int(offset))
        }
        guard var position = entered else {
            return try goOnByInterpreting(machine)
        }
        machine.note(.compiler)
        if case .entry = next { machine.remainingInBlock = 0 }
        let gasAtEntry = machine.gas
        while true {
            let gas = machine.gas
            let state = execute(machine, from: position)
            if isMetered { machine.gas = state.gas }
            let reason = pvm_native_reason(state.reason)
            if countsInstructions {
                machine.instructionCount &+= machine.remainingInBlock &+ UInt64(bitPattern: gas &- state.gas)
                machine.remainingInBlock = 0
            }
            switch reason {
            case PVM_NATIVE_HOST_CALL:
                let site = Site(state)
                leaveBlock(machine, remaining: site.remaining)
                return hostCall(machine, state.pc, site)
            case PVM_NATIVE_FINISHED:
                return machine.end(.finished, at: state.pc)
            case PVM_NATIVE_OUT_OF_GAS:
                guard let paid = outOfGas(machine, state, entry: next, gasAtEntry: gasAtEntry) else { return .outOfGas }
                position = paid
            case PVM_NATIVE_FAULT:
                return try fault(machine, UnsafeRawPointer(bitPattern: UInt(state.resume)).unsafelyUnwrapped)
            case PVM_NATIVE_MEMSET:
                let site = Site(state)
                leaveBlock(machine, remaining: site.remaining)
                if let exit = memset(machine, state.pc, site) { return exit }
                position = site.behind
            case PVM_NATIVE_SBRK:
                let site = Site(state)
                leaveBlock(machine, remaining: site.remaining)
                try sbrk(machine, state.pc)
                position = site.behind
            default:
                return machine.end(.trap, at: state.pc)
            }
        }
    }

    package func step(_ machine: Machine) throws(InstanceError) -> Exit? { try interpreter().step(machine) }

    /// Interprets up to a block that machine code can go on with.
    private func goOnByInterpreting(_ machine: Machine) throws(InstanceError) -> Exit {
        let interpreter = try interpreter()
        while true {
            var budget: Int64 = 0
            if let exit = try interpreter.run(machine, budget: &budget) { return exit }
            if let next = machine.next, code.entry(at: Int(next.codeOffset)) != nil { return try run(machine) }
        }
    }

    private func interpreter() throws(InstanceError) -> InterpretedProgram {
        do throws(ModuleError) {
            return try fallback.value { () throws(ModuleError) in try InterpretedProgram(program) }
        } catch {
            throw .module(error)
        }
    }

    /// A place where the code was left on purpose.
    private struct Site {
        /// The data behind the jump.
        private let data: UnsafeRawPointer

        @inline(__always)
        init(_ state: pvm_native_state) {
            data = UnsafeRawPointer(bitPattern: UInt(state.resume)).unsafelyUnwrapped
        }

        /// Instructions of the block that follow; 0 in code that is not metered.
        var remaining: UInt64 {
            UInt64(data.loadUnaligned(fromByteOffset: ExitThunks.remainingOffset, as: UInt32.self))
        }
        /// Of the host call.
        var number: UInt32 { data.loadUnaligned(fromByteOffset: ExitThunks.numberOffset, as: UInt32.self) }
        /// The code offset of what follows.
        var next: UInt32 { data.loadUnaligned(fromByteOffset: ExitThunks.nextOffset, as: UInt32.self) }
        /// Where the code goes on.
        var behind: UnsafeRawPointer { data + ExitThunks.siteByteCount }
        /// Where the code leaves again.
        var again: UnsafeRawPointer { data - ExitThunks.jumpByteCount }
    }

    @inline(__always)
    private func execute(_ machine: Machine, from position: UnsafeRawPointer) -> pvm_native_state {
        var state = pvm_native_state(
            registers: machine.registers, gas: machine.gas, jump_table: code.jumpTable.entries.baseAddress, pc: 0,
            reason: 0, resume: 0)
        // SAFETY: the code was made for this program, stays mapped while the module lives, and touches memory only
        // through GS, whose base is the reservation.
        pvm_native_run(
            &state, code.memory.start, UInt64(code.memory.byteCount), position, machine.memory.base,
            GuestMemory.reservedByteCount)
        return state
    }

    /// The block is paid, and so many of its instructions have not been executed.
    @inline(__always)
    private func leaveBlock(_ machine: Machine, remaining: UInt64) {
        guard countsInstructions else { return }
        machine.instructionCount &-= remaining
        machine.remainingInBlock = remaining
    }

    // MARK: Ways out

    @inline(__always)
    private func hostCall(_ machine: Machine, _ pc: UInt32, _ site: Site) -> Exit {
        machine.nativeResumption = NativeResumption(codeOffset: site.next, address: site.behind)
        let exit = machine.pause(.hostCall(site.number), at: pc, next: site.next)
        return exit
    }

    /// The check of gas of a block has left the code.
    ///
    /// - Returns: where to go on, if it did so to have the block paid, and it is; nil if there is too little gas.
    private func outOfGas(
        _ machine: Machine, _ state: pvm_native_state, entry: Machine.Continuation, gasAtEntry: Int64
    ) -> UnsafeRawPointer? {
        let block = code.block(
            ofGasCheckReturningTo: UnsafeRawPointer(bitPattern: UInt(state.resume)).unsafelyUnwrapped)
        if block.isDear, machine.gas >= block.cost {
            machine.gas -= block.cost
            return block.behindCheck
        }
        // The check has taken what could not be paid.
        if !block.isDear { machine.gas += block.cost }
        if countsInstructions { machine.instructionCount &-= UInt64(block.cost) }
        machine.programCounter = block.codeOffset
        // A block that could not even be entered is not the last that was executed.
        if entry == .entry(block.codeOffset), machine.gas == gasAtEntry { return nil }
        machine.lastProgramCounter = block.codeOffset
        machine.next = .entry(block.codeOffset)
        return nil
    }

    private func fault(_ machine: Machine, _ position: UnsafeRawPointer) throws(InstanceError) -> Exit {
        let place: CompiledCode.Fault
        do throws(ModuleError) {
            place = try code.fault(at: position, in: program, after: machine.nativeResumption)
        } catch {
            throw .module(error)
        }
        // Extensions that were put off.
        var pending = place.facts.pending(of: Facts.pending)
        while pending != 0 {
            let index = pending.trailingZeroBitCount
            machine.registers[index] = Arithmetic.extend32(UInt32(truncatingIfNeeded: machine.registers[index]))
            pending &= pending - 1
        }
        if let sum = place.sum {
            let index = sum.index.map { machine.registers[RegisterMap.number($0)] &<< UInt64(sum.scale.rawValue) } ?? 0
            machine.registers[RegisterMap.number(sum.destination)] =
                machine.registers[RegisterMap.number(sum.base)] &+ index &+ UInt64(bitPattern: Int64(sum.displacement))
        }
        leaveBlock(machine, remaining: place.remaining)
        let exit = program.refusedAccess(machine, at: UInt32(place.codeOffset), isCounted: countsInstructions)
        // The code may go on where it was refused if it relies on nothing that the host could change in between.
        if case .pageFault = exit, place.facts == Facts(), place.sum == nil {
            machine.nativeResumption = NativeResumption(codeOffset: UInt32(place.codeOffset), address: position)
        }
        return exit
    }

    private func memset(_ machine: Machine, _ pc: UInt32, _ site: Site) -> Exit? {
        let is64Bit = program.instructionSet.is64Bit
        let outcome = PolkaVM.memset(
            machine.registers, machine.memory, &machine.gas, is64Bit: is64Bit, isMetered: isMetered)
        switch outcome {
        case .done: return nil
        case .outOfGas:
            if countsInstructions { machine.uncount() }
            let exit = machine.pause(.outOfGas, at: pc, next: pc)
            machine.nativeResumption = NativeResumption(codeOffset: pc, address: site.again)
            return exit
        case .badAccess:
            let exit = program.refusedAccess(machine, at: pc, isCounted: countsInstructions)
            machine.nativeResumption = NativeResumption(codeOffset: pc, address: site.again)
            return exit
        }
    }

    private func sbrk(_ machine: Machine, _ pc: UInt32) throws(InstanceError) {
        guard let instruction = program.code.instruction(at: Int(pc), in: program.instructionSet) else {
            preconditionFailure("no instruction at \(pc)")
        }
        let size = UInt32(truncatingIfNeeded: machine.registers[instruction.r2.index])
        do throws(MemoryError) {
            let end = try machine.memory.sbrk(size) ?? 0
            machine.registers[instruction.r1.index] =
                program.instructionSet.is64Bit ? UInt64(end) : Arithmetic.extend32(end)
        } catch {
            if countsInstructions { machine.uncount() }
            _ = machine.pause(.trap, at: pc, next: pc)
            throw .memory(error)
        }
    }
}
