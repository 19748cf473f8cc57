// Which machine code this is: code from a file runs only in the pvm whose compiler would have made the same.

import PolkaVM

enum CodeVersion {
    /// Raised with every change of what the compiler emits, or of what is agreed between machine code and those who enter and
    /// leave it (ExitThunks.swift, pvm_native.h); a test holds it against the code of many programs.
    static let number: UInt32 = 1

    /// The compiler that makes and runs machine code here, as files and messages name it.
    static var text: String { "pvm \(ToolVersion.text), x86-64 code \(number)" }
}
