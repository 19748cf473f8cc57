// A program that starts in the interpreter at once and goes on in machine code when that is worth compiling.
//
// The interpreter runs on a budget (InterpretedProgram.swift) and gives the machine back at the start of a block when the
// budget is used up. Then is the time to ask whether compiling is due, or done: if it is done, machine code enters the same
// block with the same machine. What the runs of all instances took is added up per module, and the module is compiled once.
// A program that is compiled as soon as it runs has no interpreter before somebody needs it.

import CPolkaSystem
import PolkaBlob
import PolkaISA
public import PolkaVM
import Synchronization
import X86Assembler

extension Backend {
    /// Interprets at first and compiles what turns out to run for long, and small programs at once.
    ///
    /// Where there is no compiler, and for programs that it refuses, it goes on interpreting. Instructions are counted as the
    /// compiler counts them, only if gas is metered, from the moment on that machine code runs.
    public static let auto = auto { CompilePolicy(codeByteCount: $0) }

    /// `auto` with another idea of when to compile.
    ///
    /// - Parameters:
    ///   - options: what the compiler may use.
    ///   - policy: when to compile a program of some bytes of code.
    /// - Returns: the backend.
    package static func auto(
        _ options: CompilerOptions = CompilerOptions(), policy: @escaping @Sendable (Int) -> CompilePolicy
    ) -> Backend {
        Backend(name: "auto") { program throws(ModuleError) in
            if program.configuration.gasMetering == .perInstruction { return try InterpretedProgram(program) }
            return try AutoProgram(program, options, policy(program.code.bytes.count))
        }
    }
}

/// A program with an interpreter, and with machine code sooner or later.
final class AutoProgram: Executable {
    /// What is known of compiling; it goes from top to bottom.
    private enum Stage: UInt8, AtomicRepresentable {
        case notDue
        /// The background thread is to compile, or whoever is tired of waiting for it.
        case asked
        case compiling
        case compiled
        /// There is no compiler, or it refused the program.
        case refused
    }

    private let program: Program
    private let options: CompilerOptions
    private let policy: CompilePolicy
    /// Made when the module is, unless it will hardly be needed.
    private let interpreter = OnceReference<InterpretedProgram>()
    /// A retained `CompiledProgram`: looking whether it is there costs a call no more than this load.
    // SAFETY: what it points to is `Sendable`.
    nonisolated(unsafe) private let compiled = Atomic<UnsafeRawPointer?>(nil)
    private let stage: Atomic<Stage>
    /// The work of all instances so far.
    private let work = Atomic<Int64>(0)
    private let compileNanoseconds = Atomic<Int64>(0)

    init(_ program: Program, _ options: CompilerOptions, _ policy: CompilePolicy) throws(ModuleError) {
        self.program = program
        self.options = options
        self.policy = policy
        let isCompiled = Backend.whyNoCompiler == nil
        stage = Atomic(isCompiled ? .notDue : .refused)
        if policy.dueAfter > 0 || !isCompiled { _ = try madeInterpreter() }
    }

    deinit {
        if let pointer = compiled.load(ordering: .acquiring) {
            Unmanaged<CompiledProgram>.fromOpaque(pointer).release()
        }
    }

    // MARK: Executable

    func run(_ machine: Machine) throws(InstanceError) -> Exit {
        if let pointer = compiled.load(ordering: .acquiring) { return try run(machine, in: pointer) }
        return try runUntilCompiled(machine)
    }

    func step(_ machine: Machine) throws(InstanceError) -> Exit? {
        let interpreter: InterpretedProgram
        do throws(ModuleError) { interpreter = try madeInterpreter() } catch { throw .module(error) }
        return try interpreter.step(machine)
    }

    func gasCost(ofBlockAt codeOffset: UInt32) -> Int64? {
        // Without memory for an interpreter no block could be run, whatever its cost.
        (try? madeInterpreter())?.gasCost(ofBlockAt: codeOffset)
    }

    var nativeByteCount: Int? {
        compiled.load(ordering: .acquiring).map {
            Unmanaged<CompiledProgram>.fromOpaque($0).takeUnretainedValue().code.memory.byteCount
        }
    }

    var compileTime: Duration? {
        compiled.load(ordering: .acquiring).map { _ in .nanoseconds(compileNanoseconds.load(ordering: .relaxed)) }
    }

    // MARK: Running

    private func madeInterpreter() throws(ModuleError) -> InterpretedProgram {
        try interpreter.value { () throws(ModuleError) in try InterpretedProgram(program) }
    }

    @inline(__always)
    private func run(_ machine: Machine, in compiled: UnsafeRawPointer) throws(InstanceError) -> Exit {
        if machine.tiers.last == .interpreter { machine.noteSwitch() }
        do {
            // SAFETY: it is released when this object goes, and whoever runs a machine has the module and so this object.
            return try Unmanaged<CompiledProgram>.fromOpaque(compiled)._withUnsafeGuaranteedRef { try $0.run(machine) }
        } catch {
            guard let error = error as? InstanceError else {
                preconditionFailure("running throws instance errors only")
            }
            throw error
        }
    }

    @inline(never)
    private func runUntilCompiled(_ machine: Machine) throws(InstanceError) -> Exit {
        work.add(policy.callCost, ordering: .relaxed)
        while true {
            let given = budget()
            if let compiled = compiled.load(ordering: .acquiring) { return try run(machine, in: compiled) }
            var left = given
            let exit = try interpret(machine, budget: &left)
            work.add(given - left, ordering: .relaxed)
            if let exit { return exit }
        }
    }

    private func interpret(_ machine: Machine, budget: inout Int64) throws(InstanceError) -> Exit? {
        let interpreter: InterpretedProgram
        do throws(ModuleError) { interpreter = try madeInterpreter() } catch { throw .module(error) }
        return try interpreter.run(machine, budget: &budget)
    }

    /// How much to interpret before asking again; compiles at once, or has it done, if that is due.
    private func budget() -> Int64 {
        let work = work.load(ordering: .relaxed)
        switch stage.load(ordering: .relaxed) {
        case .notDue:
            guard work >= policy.dueAfter else { return policy.dueAfter - work }
            guard policy.usesBackground else {
                compile(from: .notDue)
                break
            }
            if move(from: .notDue, to: .asked) { CompileQueue.shared.add(self) }
        case .asked:
            if work >= policy.aloneAfter { compile(from: .asked) }
        case .compiling, .compiled:
            break
        case .refused:
            return .max
        }
        return policy.lookEvery
    }

    // MARK: Compiling

    /// Compiles in the background, unless somebody was tired of waiting.
    func compileIfAsked() { compile(from: .asked) }

    private func move(from old: Stage, to new: Stage) -> Bool {
        stage.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged
    }

    /// Compiles, unless another thread does; then the interpreter has something to do meanwhile.
    private func compile(from stage: Stage) {
        guard move(from: stage, to: .compiling) else { return }
        let start = ContinuousClock.now
        do throws(ModuleError) {
            let result = try CompiledProgram(program, options, interpreter: interpreter.current)
            compileNanoseconds.store((ContinuousClock.now - start).wholeNanoseconds, ordering: .relaxed)
            compiled.store(UnsafeRawPointer(Unmanaged.passRetained(result).toOpaque()), ordering: .releasing)
            self.stage.store(.compiled, ordering: .relaxed)
        } catch {
            // Too much machine code, or no memory for it: nothing that interpreting would mind.
            self.stage.store(.refused, ordering: .relaxed)
        }
    }
}

extension Duration {
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
