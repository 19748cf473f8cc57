// What became of the input: which function and which data section lies where in the blob. For people who look for bytes.

import PolkaBlob
import RISCVELF

/// A map of the linked program.
package struct LinkMap: Sendable {
    /// A function or a data section, with its place.
    package struct Entry: Sendable, Equatable {
        /// A code offset for functions, an address for data.
        package let address: UInt64
        package let byteCount: Int
        package let name: String
    }

    /// Functions in code order.
    package let functions: [Entry]
    package let readOnlyData: [Entry]
    package let readWriteData: [Entry]

    init(
        _ program: Program, _ input: LinkInput, _ data: DataLayout, _ selected: SelectedCode, _ code: CodeLayout.Result
    ) {
        var functions: [Entry] = []
        var start = 0
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
                return Entry(address: UInt64(address), byteCount: elf.byteCount, name: elf.name)
            }
        }
        readOnlyData = entries(data.readOnlySections)
        readWriteData = entries(data.readWriteSections)
    }

    private static func name(of location: Location, _ input: LinkInput) -> String {
        input.function(at: location) ?? input[location.section].elf.name
    }

    /// The map as text: one line per entry with address, size and name.
    package var text: String {
        var text = ""
        for (title, entries) in [
            ("code", functions), ("read-only data", readOnlyData), ("read-write data", readWriteData),
        ] {
            text += "\(title)\n"
            for entry in entries {
                let address = String(entry.address, radix: 16)
                let padding = String(repeating: "0", count: max(0, 8 - address.count))
                let count = String(entry.byteCount)
                let indent = String(repeating: " ", count: max(0, 8 - count.count))
                text += "  \(padding)\(address) \(indent)\(count)  \(entry.name)\n"
            }
        }
        return text
    }
}
