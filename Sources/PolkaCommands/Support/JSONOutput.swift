// Objects for programs that read us: one JSON object on the last line of standard output.

import FoundationEssentials

enum JSONOutput {
    /// Prints a value as one line, keys in alphabetical order.
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        Terminal.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
