// The optional instruction sets that decide between two encodings of the same thing.

import CX86Features

/// A set of optional x86-64 instruction sets.
///
/// The assembler never looks at it: whoever chooses the instructions does, and a test may pass any subset to exercise
/// the fallbacks.
package struct ProcessorFeatures: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `andn`, `tzcnt`.
    package static let bmi1 = Self(X86_FEATURE_BMI1)
    /// `shlx`, `shrx`, `sarx`, `rorx`, `mulx`.
    package static let bmi2 = Self(X86_FEATURE_BMI2)
    /// `adcx`, `adox`.
    package static let adx = Self(X86_FEATURE_ADX)
    /// `lzcnt`; without it the same bytes are `bsr`, with another result.
    package static let lzcnt = Self(X86_FEATURE_LZCNT)
    /// `popcnt`.
    package static let popcnt = Self(X86_FEATURE_POPCNT)
    /// `rdgsbase`, `wrgsbase` in user mode, which the kernel has to allow.
    package static let fsGSBase = Self(X86_FEATURE_FSGSBASE)

    /// What this process may use, asked once; empty on processors other than x86-64.
    package static let current = Self(rawValue: x86_features())

    private init(_ feature: x86_feature) { self.init(rawValue: feature.rawValue) }
}
