// The backends that vectors run on.

import PolkaJIT
import PolkaVM

extension Backend {
    /// Every backend that runs on this machine.
    static var all: [Backend] { whyNoCompiler == nil ? [.interpreter, .compiler] : [.interpreter] }
}
