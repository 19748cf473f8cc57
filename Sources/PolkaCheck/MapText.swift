// Reads the text of a link map back: names of functions and variables with their places.

/// A link map as `pvm build` leaves it beside a blob.
package struct MapText: Sendable, Equatable {
    /// A function, a data section or a variable.
    package struct Entry: Sendable, Equatable {
        /// A code offset for functions, an address for data.
        package let address: UInt64
        package let byteCount: Int
        package let name: String
        /// Whether it is a variable, which lies in the section before it.
        package let isVariable: Bool

        var end: UInt64 { address + UInt64(byteCount) }
    }

    package private(set) var functions: [Entry] = []
    package private(set) var readOnlyData: [Entry] = []
    package private(set) var readWriteData: [Entry] = []

    /// - Returns: nil if the text is no link map.
    package init?(_ text: String) {
        var title = ""
        for line in text.split(separator: "\n") {
            guard line.hasPrefix(" ") else {
                title = String(line)
                guard Self.titles.contains(title) else { return nil }
                continue
            }
            guard let entry = Self.entry(line) else { return nil }
            switch title {
            case Self.titles[0]: functions.append(entry)
            case Self.titles[1]: readOnlyData.append(entry)
            case Self.titles[2]: readWriteData.append(entry)
            default: return nil
            }
        }
        if title.isEmpty { return nil }
    }

    private static let titles = ["code", "read-only data", "read-write data"]

    /// Address in hex, size in decimal, two spaces, name.
    private static func entry(_ line: Substring) -> Entry? {
        let margin = line.prefix { $0 == " " }.count
        let rest = line.dropFirst(margin)
        guard let address = UInt64(rest.prefix { $0 != " " }, radix: 16), address <= UInt64(UInt32.max) else {
            return nil
        }
        let size = rest.drop { $0 != " " }.drop { $0 == " " }
        guard let byteCount = Int(size.prefix { $0 != " " }), (0...Int(UInt32.max)).contains(byteCount) else {
            return nil
        }
        let name = size.drop { $0 != " " }
        guard name.hasPrefix("  ") else { return nil }
        return Entry(
            address: address, byteCount: byteCount, name: String(name.dropFirst(2)), isVariable: margin > sectionMargin)
    }

    private static let sectionMargin = 2

    /// Where the code ends according to the map: a map of another program mostly says something else than its blob.
    var codeByteCount: UInt64 { functions.map(\.end).max() ?? 0 }
}
