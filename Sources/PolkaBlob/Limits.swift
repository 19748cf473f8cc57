// Limits of the container, in one place (blob-format.md 2.2, 2.4).

package enum BlobLimits {
    /// Imports of one blob.
    package static let imports = 1024
    /// Entries of the jump table.
    package static let jumpTableEntries = 16 << 20
    /// Bytes of one entry of the jump table.
    package static let jumpTableEntryBytes = 4
    /// Bytes of code.
    package static let codeBytes = 32 << 20
}
