// All input files as one: sections under one numbering, symbols resolved across files, places described for messages.

import RISCVELF

/// What the linker was given.
struct LinkInput: Sendable {
    let objects: [ELFObject]
    /// The sections of all files, in the order of the files.
    let sections: [InputSection]
    /// Where each file's sections start in `sections`.
    private let firstSection: [Int]
    /// Definitions that other files can refer to.
    private let globals: [String: Definition]
    /// Function symbols of each section by offset, to name places in messages and in the link map.
    private let functions: [Int: [FunctionSymbol]]

    /// A function symbol.
    struct FunctionSymbol: Sendable {
        let offset: Int
        let byteCount: Int
        let name: String
    }

    /// What a symbol stands for.
    enum Definition: Hashable, Sendable {
        case location(Location)
        /// A number, not a place.
        case absolute(Int64)
        case undefined(name: String, isWeak: Bool)
    }

    init(_ objects: [ELFObject]) throws(LinkFailure) {
        self.objects = objects
        var sections: [InputSection] = []
        var firstSection: [Int] = []
        for (index, object) in objects.enumerated() {
            firstSection.append(sections.count)
            for section in object.sections {
                sections.append(InputSection(object: index, elf: section, role: SectionRole(of: section)))
            }
        }
        self.sections = sections
        self.firstSection = firstSection
        functions = Self.functions(of: objects, firstSection)
        globals = try Self.globals(of: objects, firstSection)
    }

    /// Tables that belong to one section.
    subscript(_ section: Int) -> InputSection { sections[section] }

    /// What a symbol of a file stands for.
    func definition(ofSymbol index: Int, in object: Int) -> Definition {
        let symbol = objects[object].symbols[index]
        let local = Self.definition(of: symbol, firstSection: firstSection[object])
        guard case .undefined = local, !symbol.name.isEmpty else { return local }
        return globals[symbol.name] ?? local
    }

    private static func definition(of symbol: ELFSymbol, firstSection: Int) -> Definition {
        switch symbol.place {
        case .section(let index): .location(Location(section: firstSection + index, offset: Int(symbol.offset)))
        case .absolute: .absolute(symbol.offset)
        case .undefined, .common: .undefined(name: symbol.name, isWeak: symbol.isWeak)
        }
    }

    private static func globals(
        of objects: [ELFObject], _ firstSection: [Int]
    ) throws(LinkFailure) -> [String: Definition] {
        // A single file has been through ld: its references are resolved already.
        guard objects.count > 1 else { return [:] }
        var result: [String: (definition: Definition, isWeak: Bool, file: String)] = [:]
        var diagnostics = Diagnostics()
        for (index, object) in objects.enumerated() {
            for symbol in object.symbols where symbol.binding != ELFSymbol.bindingLocal && !symbol.name.isEmpty {
                let definition = Self.definition(of: symbol, firstSection: firstSection[index])
                if case .undefined = definition { continue }
                guard let other = result[symbol.name], !other.isWeak else {
                    result[symbol.name] = (definition, symbol.isWeak, object.name)
                    continue
                }
                if !symbol.isWeak {
                    diagnostics.report(
                        LinkError(
                            place: object.name,
                            message: "symbol '\(symbol.name)' is defined here and in \(other.file); rename one"))
                }
            }
        }
        try diagnostics.check()
        return result.mapValues(\.definition)
    }

    private static func functions(of objects: [ELFObject], _ firstSection: [Int]) -> [Int: [FunctionSymbol]] {
        var result: [Int: [FunctionSymbol]] = [:]
        for (index, object) in objects.enumerated() {
            for symbol in object.symbols where symbol.type == ELFSymbol.typeFunction {
                guard case .section(let section) = symbol.place else { continue }
                let entry = FunctionSymbol(
                    offset: Int(symbol.offset), byteCount: Int(clamping: symbol.byteCount), name: symbol.name)
                result[firstSection[index] + section, default: []].append(entry)
            }
        }
        return result.mapValues { $0.sorted { ($0.offset, $0.name) < ($1.offset, $1.name) } }
    }

    /// The loaded section that covers an address of the ELF file to which `section` belongs.
    func location(ofAddress address: Int64, in section: Int) -> Location? {
        for (index, candidate) in sections.enumerated()
        where candidate.object == sections[section].object && candidate.elf.isAllocated {
            let offset = address - Int64(clamping: candidate.elf.address)
            if offset >= 0 && offset < Int64(candidate.elf.byteCount) {
                return Location(section: index, offset: Int(offset))
            }
        }
        return nil
    }

    /// The input files, for messages about the program as a whole.
    var fileNames: String { objects.map(\.name).joined(separator: ", ") }

    // MARK: Places

    /// The function that covers a place, nil if no symbol does.
    func function(at location: Location) -> String? {
        guard let list = functions[location.section] else { return nil }
        // The last symbol that starts at or before the place.
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].offset <= location.offset { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let candidate = list[low - 1]
        let end = candidate.offset + max(1, candidate.byteCount)
        return candidate.byteCount == 0 || location.offset < end ? candidate.name : nil
    }

    /// A place as messages name it: file, section, offset, function.
    func describe(_ location: Location) -> String {
        let section = sections[location.section]
        let sign = location.offset < 0 ? "-" : "+"
        let place = "\(section.elf.name)\(sign)0x\(String(abs(location.offset), radix: 16))"
        let function = function(at: location).map { " (in '\($0)')" } ?? ""
        return "\(objects[section.object].name): \(place)\(function)"
    }

    func error(at location: Location, _ message: String) -> LinkError {
        LinkError(place: describe(location), message: message)
    }
}
