// Programs that wait to be compiled in the background.

import CPolkaSystem
import Synchronization

/// The queue of the one thread that compiles in the background, shared by the process.
final class CompileQueue: Sendable {
    static let shared = CompileQueue()

    /// Programs that wait at most.
    private static let capacity = 8

    private let programs = Mutex<[AutoProgram]>([])
    private let hasThread: Bool

    private init() {
        // The thread waits for this initialiser to end when it asks for `shared`.
        hasThread = pvm_background_start { CompileQueue.shared.work() } == 0
    }

    /// Adds a program, unless there is no thread, or it has too much to do.
    func add(_ program: AutoProgram) {
        guard hasThread else { return }
        let isAdded = programs.withLock { programs in
            guard programs.count < Self.capacity else { return false }
            programs.append(program)
            return true
        }
        if isAdded { pvm_background_wake() }
    }

    private func work() {
        while true {
            pvm_background_wait()
            while var program = programs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                // A module that is gone meanwhile does not run again.
                if !isKnownUniquelyReferenced(&program) { program.compileIfAsked() }
            }
        }
    }
}
