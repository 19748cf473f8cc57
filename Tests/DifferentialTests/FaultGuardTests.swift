// Faults of compiled code are the guest's, whatever thread it runs on and whatever the host did to its signals; all others
// are the host's, and go where they would have gone.

#if canImport(Glibc)

import CPolkaSystem
import Glibc
import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM
import TestSupport
import Synchronization
import Testing

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct FaultGuardTests {
    /// Loads from the address in a0.
    private static let loader = Blob([Instruction(.loadIndirectU64, .a1, .a0), .ret])

    private static func loadingInstance() throws -> Instance {
        try Instance(Module(loader, configuration: .pageFaults, engine: Engine(backend: .compiler)))
    }

    private static func fault(at address: UInt32) -> Exit {
        .pageFault(PageFault(address: address & ~0xfff, pageSize: 4096))
    }

    /// Whether some faults end as they should, and a good access between them too.
    private static func faults(_ instance: Instance, _ count: Int = 3) -> Bool {
        do {
            for index in 0..<count {
                let address = 0x4000_0000 + UInt32(index) * 0x1238
                guard try instance.call("run", [UInt64(address)]) == fault(at: address) else { return false }
                guard instance[.a0] == UInt64(address), instance.programCounter == 0 else { return false }
                guard let top = instance.module.memoryMap?.stackTop else { return false }
                guard try instance.call("run", [UInt64(top) - 8]) == .finished else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    // MARK: Many at once

    @Test func threads() throws {
        let module = try Module(Self.loader, configuration: .pageFaults, engine: Engine(backend: .compiler))
        let threadCount = 16
        let counter = Counter()
        let threads = (0..<threadCount).map { _ in
            Threads.start {
                guard let instance = try? Instance(module) else { return }
                if Self.faults(instance, 200) { counter.add() }
            }
        }
        for thread in threads { Threads.wait(for: thread) }
        #expect(counter.count == threadCount)
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)

        var count: Int { value.load(ordering: .acquiring) }

        func add() { value.add(1, ordering: .acquiringAndReleasing) }
    }

    /// A host function runs another instance, whose faults are its own, and so on; then each of the callers faults.
    @Test func nested() throws {
        let caller = Blob(
            [
                Instruction(.ecalli, x: 0), Instruction(.loadIndirectU64, .a1, .a2), .ret,
            ], imports: ["inner"])
        let module = try Module(caller, configuration: .pageFaults, engine: Engine(backend: .compiler))
        var depths: [Int] = []
        func run(_ depth: Int) throws {
            var linker = Linker()
            try linker.define("inner") { context in
                if depth < 20 { try run(depth + 1) }
                context.setResult(UInt64(depth))
            }
            let instance = try Instance(module, linker: linker)
            let address = 0x2000_0000 + UInt32(depth) * 0x1_0000
            #expect(try instance.call("run", [1, 2, UInt64(address)]) == Self.fault(at: address))
            #expect(instance[.a0] == UInt64(depth))
            depths.append(depth)
        }
        try run(0)
        #expect(depths == (0...20).reversed())
    }

    // MARK: Threads that hosts have prepared

    @Test func blockedSignals() {
        let counter = Counter()
        onThread {
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            guard let instance = try? Self.loadingInstance() else { return }
            if Self.faults(instance) { counter.add() }
        }
        #expect(counter.count == 1)
    }

    /// A thread gets a stack for signals, unless it has one already.
    @Test func signalStacks() throws {
        let counter = Counter()
        onThread {
            var stack = stack_t()
            guard let instance = try? Self.loadingInstance(), Self.faults(instance) else { return }
            sigaltstack(nil, &stack)
            if stack.ss_flags & Int32(SS_DISABLE) == 0, stack.ss_size >= 64 << 10 { counter.add() }
        }
        #expect(counter.count == 1)
        onThread {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 17, alignment: 4096)
            var own = stack_t()
            own.ss_sp = memory
            own.ss_size = 1 << 17
            sigaltstack(&own, nil)
            guard let instance = try? Self.loadingInstance(), Self.faults(instance) else { return }
            var stack = stack_t()
            sigaltstack(nil, &stack)
            if stack.ss_sp == memory { counter.add() }
            own.ss_flags = Int32(SS_DISABLE)
            sigaltstack(&own, nil)
            memory.deallocate()
        }
        #expect(counter.count == 2)
    }

    /// Code that loads from address 0 of the guest.
    private static let faultingCode: [UInt8] = [0x65, 0x67, 0x8b, 0x04, 0x25, 0, 0, 0, 0]

    /// A fault on a thread whose stack has no room for the report of a signal.
    @Test func endOfTheStack() async {
        await #expect(processExitsWith: .success) {
            let counter = Counter()
            // Below the stack is nothing.
            let stackByteCount = 1 << 16
            let pages = mmap(nil, 4096 + stackByteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let pages, pages != MAP_FAILED else { exit(2) }
            let stack = UnsafeMutableRawBufferPointer(start: pages + 4096, count: stackByteCount)
            mprotect(stack.baseAddress, stackByteCount, PROT_READ | PROT_WRITE)
            let end = UInt(bitPattern: stack.baseAddress)
            onThread(stack: stack) {
                var code: Int32 = 0
                guard let machineCode = pvm_code_reserve(4096, 4096, &code), let memory = pvm_reserve(1 << 16, &code)
                else {
                    return
                }
                machineCode.copyMemory(from: Self.faultingCode, byteCount: Self.faultingCode.count)
                pvm_code_seal(machineCode, 4096, 4096)
                let registers = UnsafeMutablePointer<UInt64>.allocate(capacity: 13)
                registers.initialize(repeating: 7, count: 13)
                func run() -> Bool {
                    var state = pvm_native_state(
                        registers: registers, gas: 0, jump_table: nil, pc: 0, reason: 0, resume: 0)
                    pvm_native_run(&state, machineCode, 4096, machineCode, memory, 1 << 16)
                    return state.reason == PVM_NATIVE_FAULT.rawValue
                        && state.resume == UInt64(UInt(bitPattern: machineCode))
                }
                guard run() else { return }
                if Self.descend(to: end + 1200, run) { counter.add() }
            }
            exit(counter.count == 1 ? 0 : 1)
        }
    }

    /// Runs a closure where the stack has reached an address.
    @inline(never)
    private static func descend(to limit: UInt, _ body: () -> Bool) -> Bool {
        var here: UInt8 = 0
        let position = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
        let result = position <= limit ? body() : descend(to: limit, body)
        // Something to do afterwards, or there would be only one frame.
        here = result ? 1 : 0
        return withUnsafeMutablePointer(to: &here) { $0.pointee == 1 }
    }

    /// Others in the process may set GS between two runs.
    @Test func foreignGS() throws {
        typealias ArchPrctl = @convention(c) (Int32, UInt) -> Int32
        let symbol = try #require(dlsym(nil, "arch_prctl"))
        let archPrctl = unsafeBitCast(symbol, to: ArchPrctl.self)
        let setGS: Int32 = 0x1001
        let counter = Counter()
        onThread {
            guard let instance = try? Self.loadingInstance(), Self.faults(instance) else { return }
            let other = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
            guard archPrctl(setGS, UInt(bitPattern: other)) == 0, Self.faults(instance) else { return }
            other.deallocate()
            counter.add()
        }
        #expect(counter.count == 1)
    }

    // MARK: Faults of others

    private static func install(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        sigaction(number, &action, nil)
    }

    /// A fault outside any guest.
    private static func faultOfTheHost() {
        let nowhere = UnsafeMutablePointer<UInt8>(bitPattern: 64)
        nowhere?.pointee = 1
    }

    private static func runFaults() {
        guard let instance = try? loadingInstance(), faults(instance) else { exit(1) }
    }

    @Test func previousHandler() async {
        await #expect(processExitsWith: .exitCode(42)) {
            Self.install(SIGSEGV) { number in _exit(number == SIGSEGV ? 42 : 2) }
            Self.runFaults()
            Self.faultOfTheHost()
        }
    }

    @Test func previousHandlerWithInformation() async {
        await #expect(processExitsWith: .exitCode(43)) {
            var action = sigaction()
            action.sa_flags = SA_SIGINFO
            action.__sigaction_handler.sa_sigaction = { number, info, context in
                let address = info?.pointee._sifields._sigfault.si_addr
                _exit(
                    number == SIGSEGV && address == UnsafeMutableRawPointer(bitPattern: 64) && context != nil ? 43 : 2)
            }
            sigaction(SIGSEGV, &action, nil)
            Self.runFaults()
            Self.faultOfTheHost()
        }
    }

    /// The handler of a host may repair what happened and go on.
    @Test func repairedFault() async {
        await #expect(processExitsWith: .exitCode(44)) {
            Self.install(SIGSEGV) { _ in
                mprotect(UnsafeMutableRawPointer(bitPattern: 0x7_0000_0000), 4096, PROT_READ | PROT_WRITE)
            }
            Self.runFaults()
            let page = UnsafeMutableRawPointer(bitPattern: 0x7_0000_0000)
            mmap(page, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
            page?.storeBytes(of: 44, as: Int32.self)
            // The guests' faults are still theirs.
            Self.runFaults()
            exit(page?.load(as: Int32.self) ?? 0)
        }
    }

    @Test func defaultAction() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            signal(SIGSEGV, SIG_DFL)
            Self.runFaults()
            Self.faultOfTheHost()
        }
    }

    /// Faults can not be ignored, as without the guard.
    @Test(.timeLimit(.minutes(5)))
    func ignoredSignal() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            signal(SIGSEGV, SIG_IGN)
            Self.runFaults()
            Self.faultOfTheHost()
        }
    }

    /// A signal that somebody sends is no fault of a guest, and not lost.
    @Test func sentSignal() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            signal(SIGSEGV, SIG_DFL)
            Self.runFaults()
            raise(SIGSEGV)
            exit(0)
        }
        await #expect(processExitsWith: .exitCode(45)) {
            signal(SIGSEGV, SIG_IGN)
            Self.runFaults()
            raise(SIGSEGV)
            Self.runFaults()
            exit(45)
        }
    }
}

#endif
