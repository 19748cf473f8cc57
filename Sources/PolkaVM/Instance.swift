// One running program as the host sees it: registers, gas, memory, and running it (vm.md 3 and 4).

import CPolkaSystem
public import PolkaBlob
public import PolkaISA
import Synchronization

/// A module with memory and registers of its own.
///
/// An instance can be called any number of times; memory and heap persist between calls. A new call may be started at any
/// moment, also from within a host function: there is no hidden call stack. Use an instance from one thread at a time; it may
/// move to another between calls. Host functions may run other instances, which is how machines are nested.
public final class Instance {
    /// The program.
    public let module: Module
    package let machine: Machine
    /// What answers each import of the module.
    let imports: ImportTable
    /// Whether registers are 64 bits wide.
    let is64Bit: Bool
    private let executable: any Executable
    /// Where the stack pointer of a call starts, nil without a stack.
    private let stackTop: UInt64?
    /// Why a host function ended the last call with a trap.
    var hostTrap: HostTrap?
    /// The calls that wait for the one at hand, outermost first.
    var waitingCalls: [WaitingCall] = []
    /// How many of them wait for the host function that has thrown an error.
    var abandonedDepth = 0

    /// The thread that runs the instance, 0 while none does.
    private let owner = Atomic<UInt>(0)
    /// What may stop runs from outside; the machine's state says whether there is any.
    private(set) var cancellation: Cancellation?
    /// The gas of a module that is not metered, which nobody looks at.
    private var unmeteredGas: Int64 = 0
    /// Whether the backend takes gas that the host has not given, so that runs can be cancelled.
    private let hidesGas: Bool
    /// Whether gas goes negative for what it does not suffice for.
    private let overspends: Bool

    /// Whether it began as a template says, which `reset` does not bring back.
    var isFork = false

    /// What the host wants to find again in host functions, such as the state that belongs to this guest.
    public var hostData: Any?

    /// Makes an instance: all registers and gas 0, memory as the module says.
    ///
    /// - Throws: `InstanceError.memory` if the system has no address space left.
    public convenience init(_ linked: LinkedModule) throws(InstanceError) {
        let memory: GuestMemory
        do throws(MemoryError) { memory = try GuestMemory(linked.module.image) } catch { throw .memory(error) }
        self.init(linked, memory, linked.module.executable)
    }

    /// Makes an instance that begins with some memory, and is run by the module's executable or by something around that.
    init(_ linked: LinkedModule, _ memory: GuestMemory, _ executable: any Executable) {
        module = linked.module
        imports = linked.imports
        is64Bit = module.blob.instructionSet.is64Bit
        self.executable = executable
        stackTop = module.memoryMap.map { UInt64($0.stackTop) }
        hidesGas = module.configuration.gasMetering == .none && module.configuration.isInterruptible
        overspends = module.configuration.gasMetering.goesNegative
        machine = Machine(memory: memory)
    }

    /// Makes an instance of a module that is not linked yet.
    ///
    /// - Parameters:
    ///   - module: the program.
    ///   - linker: what answers the module's imports; a call of one that is missing stops with `hostCall`.
    /// - Throws: `InstanceError.link` if the linker does not fit, `.memory` if the system has no address space left.
    public convenience init(_ module: Module, linker: Linker = Linker()) throws(InstanceError) {
        let linked: LinkedModule
        do throws(LinkerError) { linked = try linker.link(module) } catch { throw .link(error) }
        try self.init(linked)
    }

    // MARK: State

    /// What the guest has of memory.
    public var memory: GuestMemory { machine.memory }

    /// The gas left.
    ///
    /// Ignored by modules without gas metering.
    public var gas: Int64 {
        get { hidesGas ? unmeteredGas : machine.gas }
        set { if hidesGas { unmeteredGas = newValue } else { machine.gas = newValue } }
    }

    /// Gives gas, or takes some away; more than 64 bits hold becomes the most that they hold.
    ///
    /// - Parameter units: may be negative.
    public func addGas(_ units: Int64) {
        let (sum, overflows) = gas.addingReportingOverflow(units)
        gas = overflows ? (units < 0 ? .min : .max) : sum
    }

    /// A register; on 32-bit kinds 32 bits wide, read zero extended, written from the low half.
    public subscript(register: Register) -> UInt64 {
        get {
            let value = machine.registers[register.index]
            return is64Bit ? value : UInt64(Arithmetic.low(value))
        }
        set {
            machine.registers[register.index] = is64Bit ? newValue : Arithmetic.extend32(newValue)
        }
    }

    /// All registers, in the order of their numbers.
    public var registers: [UInt64] { Register.allCases.map { self[$0] } }

    /// The instruction at which the last run stopped; nil after the guest returned, and before the first run.
    public var programCounter: UInt32? { machine.programCounter }

    /// The instruction executed last: as `programCounter`, but after the guest returned the jump that did it.
    ///
    /// Not meaningful after a run that was out of gas: there backends differ.
    public var lastProgramCounter: UInt32? { machine.lastProgramCounter }

    /// Where the next run starts.
    ///
    /// Setting it, even to the same value, makes the next run pay for the whole block that it enters; leaving it alone after a
    /// host call or a page fault goes on inside the block that is already paid.
    public var nextProgramCounter: UInt32? {
        get { machine.next?.codeOffset }
        set { machine.next = newValue.map { .entry($0) } }
    }

    /// Instructions executed by this instance so far.
    ///
    /// An instruction that trapped counts; one that a page fault or missing gas made wait counts when it is done.
    public var instructionCount: UInt64 { machine.instructionCount }

    /// What executed the code of the last run in its end, nil before the first run.
    ///
    /// A backend that may use both, like `auto`, changes from one to the other without any other sign.
    public var lastTier: Backend.Tier? { machine.tiers.last }

    /// All that executed code in the last run, host calls that were answered in it included.
    public var lastTiers: Set<Backend.Tier> {
        let tiers = machine.tiers
        var set: Set<Backend.Tier> = []
        if tiers.usesInterpreter { set.insert(.interpreter) }
        if tiers.usesCompiler { set.insert(.compiler) }
        return set
    }

    /// When the last run went on in machine code after it had begun in the interpreter; nil if it did not.
    public var switchTime: ContinuousClock.Instant? { machine.switchTime }

    // MARK: Running

    /// Sets registers and program counter for calling an export (vm.md 3.1); gas and memory stay as they are.
    ///
    /// - Parameters:
    ///   - name: the export; of several with one name the first is meant.
    ///   - arguments: up to 9 register values, for a0 to a5, then t0 to t2.
    /// - Throws: `InstanceError` for an unknown export, too many arguments or a module without a stack.
    public func prepareCall(_ name: String, _ arguments: [UInt64] = []) throws(InstanceError) {
        guard let export = module.blob.export(named: name) else {
            throw .unknownExport(name: name, known: module.blob.exports.map { Blob.text(of: $0.symbol) })
        }
        try prepareCall(at: export.codeOffset, arguments)
    }

    /// Sets registers and program counter for calling code at an offset.
    public func prepareCall(at codeOffset: UInt32, _ arguments: [UInt64] = []) throws(InstanceError) {
        guard arguments.count <= Register.arguments.count else {
            throw .tooManyArguments(count: arguments.count, limit: Register.arguments.count)
        }
        try prepareCall(at: codeOffset, 0, 0, 0, 0, 0, 0)
        for (index, argument) in arguments.enumerated() { self[Register.arguments[index]] = argument }
    }

    /// Sets registers and program counter for calling an export with up to six arguments; those not given are 0.
    ///
    /// - Throws: `InstanceError.noStack` for a module without a stack.
    public func prepareCall(
        _ export: Blob.Export, _ a0: UInt64 = 0, _ a1: UInt64 = 0, _ a2: UInt64 = 0, _ a3: UInt64 = 0,
        _ a4: UInt64 = 0, _ a5: UInt64 = 0
    ) throws(InstanceError) {
        try prepareCall(at: export.codeOffset, a0, a1, a2, a3, a4, a5)
    }

    private func prepareCall(
        at codeOffset: UInt32, _ a0: UInt64, _ a1: UInt64, _ a2: UInt64, _ a3: UInt64, _ a4: UInt64, _ a5: UInt64
    ) throws(InstanceError) {
        guard let stackTop else { throw .noStack }
        guard isUsable else { throw .inUse }
        if machine.nesting != .none { noteNestedCall() }
        machine.registers.update(repeating: 0, count: Register.count)
        self[.sp] = stackTop
        self[.ra] = UInt64(MemoryMap.returnToHost)
        self[.a0] = a0
        self[.a1] = a1
        self[.a2] = a2
        self[.a3] = a3
        self[.a4] = a4
        self[.a5] = a5
        machine.next = .entry(codeOffset)
    }

    /// Runs until the guest stops for any reason; host calls are left to the caller.
    ///
    /// - Throws: `InstanceError.noProgramCounter` if nothing was prepared, `.memory` if the system has no memory left, `.inUse`
    ///   if another thread runs the instance, `.hostStackExhausted` if runs are nested too deeply.
    public func run() throws(InstanceError) -> Exit {
        let isOutermost = try enter()
        defer { if isOutermost { leave() } }
        hostTrap = nil
        machine.beginRun()
        return try execute()
    }

    /// Executes one instruction.
    ///
    /// Blocks are paid when they are entered, as in a run. Afterwards `programCounter` and `nextProgramCounter` are the instruction
    /// about to be executed, whose block is paid, and a run or another step goes on there. Interprets, whatever the backend,
    /// and takes longer for it than a run does.
    ///
    /// - Returns: why the guest stopped, as `run` does; nil if it can go on.
    /// - Throws: `InstanceError` as `run` does.
    public func step() throws(InstanceError) -> Exit? {
        let isOutermost = try enter()
        defer { if isOutermost { leave() } }
        hostTrap = nil
        machine.beginRun()
        if hidesGas { machine.gas = .max }
        if let cancellation, cancellation.isCancelled { return .cancelled }
        guard let exit = try executable.step(machine) else { return nil }
        return overspends ? overspend(exit) : exit
    }

    /// Runs on, answering host calls, until the guest stops for another reason or calls what nothing answers.
    ///
    /// Under dynamic paging pages of the program's zones are mapped when they are touched, and a fault elsewhere is a trap.
    ///
    /// - Throws: what a host function throws, except `HostTrap`, which ends the run with a trap. The program counter then
    ///   follows the host call, so that the run can go on. Also what `run` throws.
    public func resume() throws -> Exit {
        let isOutermost = try enter()
        defer { if isOutermost { leave() } }
        hostTrap = nil
        machine.beginRun()
        let depth = machine.nesting == .none ? 0 : waitingDepth()
        let outside = machine.nesting
        while true {
            let exit = try execute()
            guard case .hostCall(let number) = exit, let entry = imports.entry(answering: number) else {
                guard case .pageFault(let fault) = exit, pagesOnDemand else { return exit }
                guard try mapOnDemand(fault) else { return machine.end(.trap, at: machine.lastProgramCounter ?? 0) }
                continue
            }
            machine.nesting = .answering
            do {
                try entry.answer(HostContext(instance: self, number: number))
            } catch let trap as HostTrap {
                return end(by: trap, outside: outside, depth: depth)
            } catch {
                abandonHostCall(outside: outside, depth: depth)
                throw error
            }
            if machine.nesting != .answering { forgetWaitingCalls(above: depth) }
            machine.nesting = outside
        }
    }

    /// Ends a run because the host function that it called refuses.
    private func end(by trap: HostTrap, outside: Nesting, depth: Int) -> Exit {
        hostTrap = trap
        // A call that the host function made, and that came to its end, has left its own state in the machine.
        if machine.nesting != .answering, machine.programCounter == nil, waitingCalls.count > depth {
            let call = waitingCalls[depth]
            forgetWaitingCalls(above: depth)
            machine.nesting = outside
            for (register, value) in zip(Register.allCases, call.registers) { self[register] = value }
            return machine.end(.trap, at: call.codeOffset)
        }
        abandonHostCall(outside: outside, depth: depth)
        return machine.end(.trap, at: machine.lastProgramCounter ?? 0)
    }

    /// Calls an export and answers its host calls.
    ///
    /// - Returns: why the call stopped; after `finished` results are in a0 and a1.
    public func call(_ name: String, _ arguments: [UInt64] = []) throws -> Exit {
        try prepareCall(name, arguments)
        return try resume()
    }

    /// Calls an export that was looked up before, with up to six arguments, and answers its host calls.
    ///
    /// - Returns: why the call stopped; after `finished` results are in a0 and a1.
    public func call(
        _ export: Blob.Export, _ a0: UInt64 = 0, _ a1: UInt64 = 0, _ a2: UInt64 = 0, _ a3: UInt64 = 0,
        _ a4: UInt64 = 0, _ a5: UInt64 = 0
    ) throws -> Exit {
        try prepareCall(at: export.codeOffset, a0, a1, a2, a3, a4, a5)
        return try resume()
    }

    /// The name of an import, nil if the number names none.
    public func importName(_ number: UInt32) -> String? {
        let imports = module.blob.imports
        guard Int(number) < imports.count, let symbol = imports[Int(number)] else { return nil }
        return Blob.text(of: symbol)
    }

    // MARK: One thread at a time

    /// What is left of the host's stack when a run is refused, in bytes.
    private static let stackReserve: UInt = 32 << 10

    /// Takes the instance for the running thread.
    ///
    /// - Returns: false for a run within a run, which finds it taken.
    @inline(__always)
    private func enter() throws(InstanceError) -> Bool {
        guard pvm_stack_left() > Self.stackReserve else { throw .hostStackExhausted }
        if machine.memory.isLent { throw .memory(.lent(.write)) }
        let thread = pvm_thread_token()
        if owner.load(ordering: .relaxed) == thread { return false }
        guard owner.compareExchange(expected: 0, desired: thread, ordering: .acquiring).exchanged else { throw .inUse }
        return true
    }

    @inline(__always)
    private func leave() { owner.store(0, ordering: .releasing) }

    /// Whether no other thread runs the instance.
    @inline(__always)
    private var isUsable: Bool {
        let thread = owner.load(ordering: .relaxed)
        return thread == 0 || thread == pvm_thread_token()
    }

    /// Does what no run must be disturbed by.
    ///
    /// - Throws: `InstanceError.running` or `.inUse` while there is one.
    func whileIdle<Result>(_ body: () throws(InstanceError) -> Result) throws(InstanceError) -> Result {
        guard try enter() else { throw .running }
        defer { leave() }
        return try body()
    }

    // MARK: Cancellation

    /// Lets somebody else stop runs.
    ///
    /// - Parameter cancellation: what stops them from now on; nil: nobody does.
    /// - Throws: `InstanceError.notInterruptible` unless the module has gas, of which everything costs some, or is configured to
    ///   be interruptible; `.running`
    ///   or `.inUse` during a run.
    public func setCancellation(_ cancellation: Cancellation?) throws(InstanceError) {
        guard cancellation == nil || module.program.configuration.canBeCancelled else { throw .notInterruptible }
        try whileIdle { () throws(InstanceError) in
            self.cancellation = cancellation
            machine.isCancellable = cancellation != nil
        }
    }

    @inline(__always)
    private func execute() throws(InstanceError) -> Exit {
        if hidesGas { machine.gas = .max }
        if overspends { return overspend(machine.isCancellable ? try executeInSlices() : try executable.run(machine)) }
        return machine.isCancellable ? try executeInSlices() : try executable.run(machine)
    }

    /// Runs with a little of the gas at a time.
    private func executeInSlices() throws(InstanceError) -> Exit {
        guard let cancellation else { return try executable.run(machine) }
        var slice = Cancellation.slice
        while true {
            if cancellation.isCancelled { return .cancelled }
            guard machine.gas > slice else { return try executable.run(machine) }
            let rest = machine.gas - slice
            machine.gas = slice
            defer { machine.gas += rest }
            let exit = try executable.run(machine)
            guard exit == .outOfGas else { return exit }
            // A block may cost more than a slice.
            slice = machine.gas == slice ? slice &* 2 : Cancellation.slice
        }
    }

    // MARK: Starting anew

    /// Brings the instance back to what it was when it was made: registers, gas, memory and program counters.
    ///
    /// - Throws: `InstanceError.running` or `.inUse` during a run, `.memory` if the system refuses.
    public func reset() throws(InstanceError) {
        try whileIdle { () throws(InstanceError) in
            do throws(MemoryError) { try memory.reset() } catch { throw .memory(error) }
            machine.reset()
            waitingCalls = []
            abandonedDepth = 0
            hostTrap = nil
            unmeteredGas = 0
        }
    }
}
