// Why a snapshot is refused; the instance is then as it was.

/// A snapshot that cannot be taken or restored.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    /// The bytes are something else.
    case notASnapshot
    case unknownVersion(found: UInt32, expected: UInt32)
    /// The bytes end too soon.
    case truncated(byteCount: Int)
    /// The bytes are not those that were written.
    case damaged
    /// It was taken of another program, or of the same one under other rules.
    case otherModule(found: ContentHash, expected: ContentHash)
    /// What it says is nothing that an instance of the module can be.
    case malformed(offset: Int, problem: String)
    /// The instance can not be read or replaced: it runs, belongs to another thread, or its memory is lent or limited.
    case instance(InstanceError)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .notASnapshot:
            "not a snapshot: it does not begin with 'PVMSNAP'"
        case .unknownVersion(let found, let expected):
            "snapshot of version \(found), and this library reads version \(expected); take it again"
        case .truncated(let count):
            "the snapshot is cut off: it has \(count) bytes and would have more"
        case .damaged:
            "the snapshot is damaged: its checksum is not that of its bytes"
        case .otherModule(let found, let expected):
            """
            the snapshot is of another program, or of this one with other rules for gas, pages, faults or jumps: expected \
            module \(expected), found \(found)
            """
        case .malformed(let offset, let problem):
            "snapshot offset \(offset): \(problem)"
        case .instance(let error):
            error.description
        }
    }
}
