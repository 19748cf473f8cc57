// The backends that vectors run on.

import PolkaJIT
import PolkaVM

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] {
        whyNoCompiler == nil ? [.interpreter, .compiler, .auto, .eager] : [.interpreter, .auto]
    }

    /// `auto`, but nearly every vector begins in the interpreter and ends in machine code.
    private static let eager = auto { _ in
        CompilePolicy(dueAfter: 1, usesBackground: false, aloneAfter: 0, lookEvery: 1, callCost: 0)
    }
}
