// A linked program as a value: what the linker makes and the virtual machine takes (blob-format.md 2).

public import PolkaISA

/// A program in the `.polkavm` container.
public struct Blob: Sendable, Equatable {
    /// A function that the host may call.
    public struct Export: Sendable, Equatable {
        /// Where the function starts in the code.
        public var codeOffset: UInt32
        /// The name; arbitrary bytes, usually UTF-8.
        public var symbol: [UInt8]

        /// Makes a value of its properties.
        public init(codeOffset: UInt32, symbol: [UInt8]) {
            self.codeOffset = codeOffset
            self.symbol = symbol
        }
    }

    /// For which kind of machine the program is.
    public var instructionSet: InstructionSet
    /// Stored read-only data; zeros follow up to `readOnlyDataSize`.
    public var readOnlyData: [UInt8] = []
    /// Size of the read-only zone, in bytes.
    public var readOnlyDataSize: UInt32 = 0
    /// Stored read-write data; zeros follow up to `readWriteDataSize`.
    public var readWriteData: [UInt8] = []
    /// Size of the read-write zone before the heap, in bytes.
    public var readWriteDataSize: UInt32 = 0
    /// Size of the stack, in bytes.
    public var stackSize: UInt32 = 0
    /// The names of the host functions, by host-call number; nil where the container's offsets name no bytes, empty for a
    /// number that is not used.
    public var imports: [[UInt8]?] = []
    /// What can be called, in the order of the file.
    public var exports: [Export] = []
    /// The instructions and the jump table.
    public var code: CodeMap
    /// What names functions and lines; empty without.
    public var debug = DebugSections()

    /// Makes a value of its properties.
    public init(instructionSet: InstructionSet, code: CodeMap) {
        self.instructionSet = instructionSet
        self.code = code
    }

    /// The first export of a name.
    public func export(named name: String) -> Export? {
        let name = name.utf8.span
        for export in exports where export.symbol.count == name.count {
            var isEqual = true
            for index in name.indices where export.symbol[index] != name[index] { isEqual = false }
            if isEqual { return export }
        }
        return nil
    }

    /// What the names of exports begin with that are tests, for `pvm test` and nobody else.
    public static let testPrefix = "test"

    /// Whether an export of that name is a test.
    public static func isTest(_ symbol: [UInt8]) -> Bool { symbol.starts(with: testPrefix.utf8) }

    /// A symbol as text: as it is if it is UTF-8, else `0x` and its bytes in hex (isa.md 8.3).
    public static func text(of symbol: [UInt8]) -> String {
        if let text = String(validating: symbol, as: UTF8.self) { return text }
        return "0x" + symbol.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The three optional sections that map code back to sources, as stored (blob-format.md 3).
public struct DebugSections: Sendable, Equatable {
    /// Section 128.
    public var strings: [UInt8]
    /// Section 129.
    public var linePrograms: [UInt8]
    /// Section 130.
    public var ranges: [UInt8]

    /// Makes a value of its properties.
    public init(strings: [UInt8] = [], linePrograms: [UInt8] = [], ranges: [UInt8] = []) {
        self.strings = strings
        self.linePrograms = linePrograms
        self.ranges = ranges
    }

    /// Whether there is nothing to strip.
    public var isEmpty: Bool { strings.isEmpty && linePrograms.isEmpty && ranges.isEmpty }
}
