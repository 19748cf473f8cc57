// A JSON value, as RFC 8259 has them.

enum JSON {
    case null
    case bool(Bool)
    /// As it is written: which numbers a reader can represent is its own affair.
    case number([UInt8])
    /// Its UTF-8, without quotes and escapes.
    case string([UInt8])
    case array([JSON])
    /// In the order of the document, where a name may stand twice.
    case object([(name: [UInt8], value: JSON)])
}

/// Why a text is no JSON, and where.
struct JSONError: Error {
    /// Counted from 1, the column in characters as Unicode's scalars.
    let line: Int
    let column: Int
    let message: String
}
