// What can be wrong with the file of a chain.

/// A chain's file that can not be used, and what to do.
public struct ChainStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong.
    public let problem: String
    /// What mends it.
    public let remedy: String

    /// What was found and expected, for people.
    public var description: String { "\(path): \(problem); \(remedy)" }
}
