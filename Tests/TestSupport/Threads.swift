// Threads of the system, for tests.

#if canImport(Glibc)
package import Glibc
#elseif canImport(Musl)
package import Musl
#else
package import Darwin
#endif

/// Runs a closure on a thread of its own and waits for its end.
package func onThread(stack: UnsafeMutableRawBufferPointer? = nil, _ body: @escaping @Sendable () -> Void) {
    Threads.wait(for: Threads.start(stack: stack, body))
}

/// Threads of the system: those of tasks are shared, and keep what a test does to them.
package enum Threads {
    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread, on a stack of the caller's if one is given.
    package static func start(
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

    package static func wait(for thread: pthread_t) { pthread_join(thread, nil) }

    /// Waits until something has happened in another thread.
    package static func wait(until condition: () -> Bool) {
        while !condition() { usleep(50) }
    }
}
