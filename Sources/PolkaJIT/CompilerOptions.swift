// What a compiler may use and how far it may go: what it finds, unless a test wants something else.

package import X86Assembler

extension ProcessorFeatures {
    /// Those that machine code of programs may use.
    static let ofCompiledCode: ProcessorFeatures = [.bmi1, .bmi2, .lzcnt, .popcnt]
}

package struct CompilerOptions: Sendable {
    /// What the machine code may use of the processor.
    package var features: ProcessorFeatures
    /// How much machine code a program may become before it is refused.
    package var byteLimit = X86Assembler.maximumCodeByteCount
    /// From how many bytes of code on two threads share the work.
    package var dividedFrom = CompilerOptions.worthASecondThread
    /// Whether jump tables may lie where an instruction can hold their address.
    package var usesLowMemory = true

    /// Compiling so much takes about a millisecond, beside which the start of a thread is little.
    static let worthASecondThread = 192 << 10

    package init(features: ProcessorFeatures = .current) { self.features = features }
}
