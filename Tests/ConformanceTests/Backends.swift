// The backends that vectors run on, and the proof that they did.

import PolkaCommands
import PolkaJIT
import PolkaVM
import TestSupport
import Testing

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] {
        whyNoCompiler == nil ? [.interpreter, .compiler, .auto, .eager, .stored()] : [.interpreter, .auto]
    }

    /// `auto`, but nearly every vector begins in the interpreter and ends in machine code.
    private static let eager = auto { _ in
        CompilePolicy(dueAfter: 1, usesBackground: false, aloneAfter: 0, lookEvery: 1, callCost: 0)
    }
}

/// Runs a vector on every backend, on which it must pass.
///
/// The named backend must have done it, and all must show the same state at every stop, also in what the vector says
/// nothing of. A vector `mayHaveHelp` if it enters code where only the interpreter can begin.
func expectPassOnAllBackends(
    _ name: String, mayHaveHelp: Bool = false, _ run: (Engine, VectorObserver) throws -> VectorOutcome
) throws {
    var expected: [InstanceState] = []
    for backend in Backend.all {
        var states: [InstanceState] = []
        let outcome = try run(Engine(backend: backend)) { instance, exit in
            states.append(InstanceState(instance, after: exit))
            #expect(instance.module.engine.backend.name == backend.name, "\(name)")
            #expect(mayHaveHelp || instance.ranOnly(on: backend), "\(name) on \(backend.name)")
        }
        #expect(outcome == .passed, "\(name) on \(backend.name)")
        #expect(!states.isEmpty, "\(name) on \(backend.name): nothing was run")
        if backend.name == Backend.interpreter.name { expected = states }
        #expect(states.count == expected.count, "\(name) on \(backend.name): number of stops")
        for (number, pair) in zip(expected, states).enumerated() {
            let difference = pair.1.difference(from: pair.0)
            #expect(difference == nil, "\(name) on \(backend.name), stop \(number): \(difference ?? "")")
        }
    }
}
