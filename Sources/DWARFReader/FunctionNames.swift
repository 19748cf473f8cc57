// What a function is called and where it is declared, put together from the entries that describe it (linker.md 14.1).

/// A function as frames show it.
struct FunctionDescription: Sendable {
    var namespace: String?
    var name: String?
    var path: String?
    /// 0 if it is not known.
    var line: UInt32 = 0
}

/// Looks functions up in what `UnitReader` has read.
struct FunctionNames {
    private let units: [Unit]
    private let functions: [FunctionEntry]
    private let namespaces: [NamespaceEntry]
    private let lines: LineReader
    private var strings: StringReader
    private var demangler = SwiftDemangler()
    /// By mangled name; functions with code, and each inlined copy of them, share theirs.
    private var demangled: [String: String] = [:]

    /// How many entries may describe one function, each completing the one before: they can refer to each other in circles.
    private static let longestChain = 8
    /// How deep namespaces and types are looked up.
    private static let deepestNamespace = 32

    init(_ reader: UnitReader) {
        units = reader.units
        functions = reader.functions
        namespaces = reader.namespaces
        lines = reader.lines
        strings = reader.strings
    }

    /// The function whose entry is at an offset.
    mutating func description(at offset: Int) -> FunctionDescription {
        var description = FunctionDescription()
        var linkageName: String?
        var parent = -1
        var next = offset
        for _ in 0..<Self.longestChain {
            guard next >= 0, let function = entry(at: next) else { break }
            if linkageName == nil { linkageName = strings.text(function.linkageName) }
            if description.name == nil, let name = strings.text(function.name) {
                description.name = name
                parent = function.parent
            }
            // Line and file belong together: one of them alone is what differs from the declaration.
            if description.line == 0, function.declarationLine > 0 {
                description.line = UInt32(clamping: function.declarationLine)
            }
            if description.path == nil, function.declarationFile > 0 || units[function.unit].version >= 5 {
                if function.declarationLine > 0 || function.declarationFile > 0 {
                    description.path = lines.path(function.declarationFile, table: units[function.unit].lineTable)
                }
            }
            next = function.origin
        }
        if let linkageName, let name = readable(linkageName) {
            description.name = name
        } else if parent >= 0 {
            description.namespace = qualifiedName(ofNamespace: parent)
        }
        return description
    }

    /// What a symbol of the linker is called in the source; nil if that can not be told from it.
    private mutating func readable(_ symbol: String) -> String? {
        if SwiftDemangler.isMangled(symbol) {
            if let known = demangled[symbol] { return known }
            guard let text = demangler.text(of: symbol) else { return nil }
            let name = SwiftName.readable(text)
            demangled[symbol] = name
            return name
        }
        // C++ has named it and all that it is in, in entries of their own.
        return symbol.utf8.starts(with: "_Z".utf8) ? nil : symbol
    }

    /// The function that a symbol names.
    mutating func description(ofSymbol symbol: String) -> FunctionDescription {
        FunctionDescription(name: readable(symbol) ?? symbol)
    }

    private func entry(at offset: Int) -> FunctionEntry? {
        var (low, high) = (0, functions.count)
        while low < high {
            let middle = (low + high) / 2
            if functions[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < functions.count && functions[low].offset == offset ? functions[low] : nil
    }

    private mutating func qualifiedName(ofNamespace number: Int) -> String? {
        var names: [String] = []
        var next = number
        while next >= 0, names.count < Self.deepestNamespace {
            // What has no name qualifies nothing: an anonymous structure.
            if let name = strings.text(namespaces[next].name) { names.append(name) }
            next = namespaces[next].parent
        }
        let text = names.reversed().joined(separator: "::")
        strings.spend(text.utf8.count)
        return text.isEmpty || strings.isExhausted ? nil : text
    }
}
