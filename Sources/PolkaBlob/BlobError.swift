// What can be wrong with a blob, and how it is said.

/// A blob, raw JAM program or standard program that does not obey its format (blob-format.md 2.5).
public struct BlobError: Error, Equatable, CustomStringConvertible {
    /// What can be wrong.
    public enum Kind: Equatable, Sendable {
        case badMagic(found: [UInt8])
        case unsupportedVersion(UInt8)
        case wrongLength(declared: UInt64, actual: Int)
        case truncated(what: String, needed: Int, available: Int)
        case badVarint(what: String)
        case unexpectedSection(UInt8)
        case trailingBytes(what: String, count: Int)
        case dataTooLarge(what: String, stored: Int, declared: UInt32)
        case overLimit(what: String, found: UInt64, limit: UInt64)
        case noCode
        case bitmaskLength(found: Int, expected: Int)
        case bitmaskPadding
        case memoryTooLarge(String)
        case badDebugInfo(String)
    }

    /// What is wrong.
    public let kind: Kind
    /// Byte offset in the input where the rule was found broken; for `badDebugInfo` in the debug section that is damaged.
    public let offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// Where it is wrong, and what was found and expected.
    public var description: String {
        if case .badDebugInfo = kind { return "debug section offset 0x\(String(offset, radix: 16)): \(message)" }
        return "blob offset 0x\(String(offset, radix: 16)): \(message)"
    }

    private var message: String {
        switch kind {
        case .badMagic(let found):
            "not a PVM blob: expected the bytes 50 56 4d 00, found \(Self.hex(found))"
        case .unsupportedVersion(let version):
            "unsupported blob version \(version); this tool knows 0 (revive_v1), 1 (latest32), 2 (latest64) and 3 (jam_v1)"
        case .wrongLength(let declared, let actual):
            "the header says \(declared) bytes, the input has \(actual); it is damaged or was cut off"
        case .truncated(let what, let needed, let available):
            "\(what) needs \(needed) bytes, \(available) left"
        case .badVarint(let what):
            "\(what) is not a valid variable-length integer of 32 bits"
        case .unexpectedSection(let id):
            "unexpected section \(id); sections 1 to 6 and 128 to 130 may each appear once, in ascending order"
        case .trailingBytes(let what, let count):
            "\(count) bytes left over behind \(what)"
        case .dataTooLarge(let what, let stored, let declared):
            "\(what) section stores \(stored) bytes, but declares a size of only \(declared)"
        case .overLimit(let what, let found, let limit):
            "\(what) is \(found), the limit is \(limit)"
        case .noCode:
            "the blob has no code"
        case .bitmaskLength(let found, let expected):
            "the instruction bitmask has \(found) bytes, the code needs exactly \(expected)"
        case .bitmaskPadding:
            "the unused bits behind the instruction bitmask are not zero"
        case .memoryTooLarge(let parts):
            "\(parts) do not fit into 32 bits of addresses"
        case .badDebugInfo(let problem):
            "debug information: \(problem)"
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let text = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text.isEmpty ? "nothing" : text.joined(separator: " ")
    }
}
