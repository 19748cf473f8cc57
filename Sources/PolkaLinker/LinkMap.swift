// What became of the input: which function, which data section and which variable lies where in the blob. For people who look
// for bytes, and for `pvm size` and `pvm check`, which read the text back (PolkaCheck has the reader).

import PolkaBlob
import RISCVELF

/// A map of the linked program.
package struct LinkMap: Sendable {
    /// A function, a data section or a variable, with its place.
    package struct Entry: Sendable, Equatable {
        /// A code offset for functions, an address for data.
        package let address: UInt64
        package let byteCount: Int
        package let name: String
        /// The variables of a data section, by address; none overlaps another.
        package var variables: [Entry] = []
    }

    /// What the entries at fixed places are called, which are no function.
    package static let dispatchName = "(dispatch table)"

    /// Functions in code order.
    package let functions: [Entry]
    package let readOnlyData: [Entry]
    package let readWriteData: [Entry]

    init(
        _ program: Program, _ input: LinkInput, _ data: DataLayout, _ selected: SelectedCode, _ code: CodeLayout.Result
    ) {
        var functions: [Entry] = []
        var start = selected.dispatchCount
        if start > 0 {
            functions.append(Entry(address: 0, byteCount: Int(code.offsets[start]), name: Self.dispatchName))
        }
        while start < selected.origins.count {
            // A run of instructions of one function.
            let name = Self.name(of: selected.origins[start].location, input)
            var end = start + 1
            while end < selected.origins.count, Self.name(of: selected.origins[end].location, input) == name {
                end += 1
            }
            let offset = code.offsets[start]
            functions.append(Entry(address: UInt64(offset), byteCount: Int(code.offsets[end] - offset), name: name))
            start = end
        }
        self.functions = functions
        func entries(_ sections: [Int]) -> [Entry] {
            sections.compactMap { section in
                let elf = input[section].elf
                guard let address = data.addresses[section], elf.byteCount > 0 else { return nil }
                return Entry(
                    address: UInt64(address), byteCount: elf.byteCount, name: elf.name,
                    variables: Self.variables(of: section, at: UInt64(address), input))
            }
        }
        readOnlyData = entries(data.readOnlySections)
        readWriteData = entries(data.readWriteSections)
    }

    /// What symbols say of a data section; of those that overlap the first.
    private static func variables(of section: Int, at address: UInt64, _ input: LinkInput) -> [Entry] {
        var end = 0
        return input.variables(of: section).compactMap { symbol in
            guard symbol.offset >= end, symbol.byteCount > 0 else { return nil }
            end = symbol.offset + symbol.byteCount
            return Entry(address: address + UInt64(symbol.offset), byteCount: symbol.byteCount, name: symbol.name)
        }
    }

    private static func name(of location: Location, _ input: LinkInput) -> String {
        input.function(at: location) ?? input[location.section].elf.name
    }

    /// The map as text: one line per entry with address, size and name; those of variables, below the line of their section,
    /// are indented further.
    package var text: String {
        var text = ""
        func add(_ entry: Entry, _ margin: String) {
            let address = String(entry.address, radix: 16)
            let padding = String(repeating: "0", count: max(0, 8 - address.count))
            let count = String(entry.byteCount)
            let indent = String(repeating: " ", count: max(0, 8 - count.count))
            text += "\(margin)\(padding)\(address) \(indent)\(count)  \(Self.line(entry.name))\n"
        }
        for (title, entries) in [
            ("code", functions), ("read-only data", readOnlyData), ("read-write data", readWriteData),
        ] {
            text += "\(title)\n"
            for entry in entries {
                add(entry, "  ")
                for variable in entry.variables { add(variable, "    ") }
            }
        }
        return text
    }

    /// A name in one line: compilers name literals by their text.
    private static func line(_ name: String) -> String {
        var line = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\u{0}"..<" ", "\u{7f}"..<"\u{a0}", "\u{2028}", "\u{2029}":
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}
