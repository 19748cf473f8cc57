// Small programs and threads for tests that need nothing random.

import PolkaBlob
import PolkaISA
import PolkaJIT
import PolkaVM

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Blob {
    /// A program with one export, `run`, at its start; targets of jumps are numbers of instructions.
    init(_ instructions: [Instruction], stackSize: UInt32 = 4096, imports: [String] = []) {
        let layout = CodeLayout(instructions: instructions).encoded(for: .latest64)
        self.init(instructionSet: .latest64, code: CodeMap(bytes: layout.bytes, bitmask: layout.bitmask))
        self.stackSize = stackSize
        self.imports = imports.map { Array($0.utf8) }
        exports = [Blob.Export(codeOffset: 0, symbol: Array("run".utf8))]
    }
}

extension Instruction {
    /// Returns to the host.
    static var ret: Instruction { Instruction(.jumpIndirect, .ra) }
}

extension ModuleConfiguration {
    /// Bad accesses are page faults.
    static var pageFaults: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.faultRule = .pageFault
        return configuration
    }
}

/// Runs a closure on a thread of its own and waits for its end.
func onThread(stack: UnsafeMutableRawBufferPointer? = nil, _ body: @escaping @Sendable () -> Void) {
    Threads.wait(for: Threads.start(stack: stack, body))
}

/// Threads of the system: those of tasks are shared, and keep what a test does to them.
enum Threads {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread, on a stack of the caller's if one is given.
    static func start(
        stack: UnsafeMutableRawBufferPointer? = nil, _ body: @escaping @Sendable () -> Void
    ) -> pthread_t {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        if let stack, let start = stack.baseAddress { pthread_attr_setstack(&attributes, start, stack.count) }
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                let argument: UnsafeMutableRawPointer? = argument
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(Body(body)).toOpaque())
        precondition(code == 0, "no thread: \(code)")
        #if canImport(Darwin)
        guard let thread else { preconditionFailure("no thread") }
        #endif
        return thread
    }

    static func wait(for thread: pthread_t) { pthread_join(thread, nil) }
}
