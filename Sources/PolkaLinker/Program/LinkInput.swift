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
    /// The same for variables, for the link map.
    private let variables: [Int: [FunctionSymbol]]
    /// The loaded sections of each file that ld has given addresses, by address.
    private let sectionsByAddress: [[Int]]
    /// Where the code of each file came from.
    let sourceMaps: SourceMaps

    /// The symbol of a function, or of a variable.
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
        /// A variable of C that was declared without `extern` and for which no file has made room.
        case common(name: String)
    }

    /// How far from its section a place may lie; all that a guest can address is less, and sums of two do not overflow.
    static let farthestOffset: UInt64 = 1 << 33

    init(_ objects: [ELFObject]) throws(LinkFailure) {
        self.objects = objects
        sourceMaps = SourceMaps(objects)
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
        functions = Self.symbols(ofType: ELFSymbol.typeFunction, in: objects, firstSection)
        variables = Self.symbols(ofType: ELFSymbol.typeObject, in: objects, firstSection)
        globals = try Self.globals(of: objects, firstSection)
        sectionsByAddress = objects.enumerated().map { index, object in
            // In a file that ld has not seen all sections lie at 0.
            if object.kind == .relocatable { return [] }
            return object.sections.indices
                .filter { object.sections[$0].isAllocated && object.sections[$0].byteCount > 0 }
                .sorted { (object.sections[$0].address, $0) < (object.sections[$1].address, $1) }
                .map { firstSection[index] + $0 }
        }
    }

    /// Tables that belong to one section.
    subscript(_ section: Int) -> InputSection { sections[section] }

    /// What a symbol of a file stands for.
    func definition(ofSymbol index: Int, in object: Int) -> Definition {
        // A relocation without a symbol is about a number.
        if index == 0 { return .absolute(0) }
        let symbol = objects[object].symbols[index]
        let own = Self.definition(of: symbol, firstSection: firstSection[object])
        // A definition of another file fills a gap, or takes the place of a weak one.
        guard symbol.binding != ELFSymbol.bindingLocal, !symbol.name.isEmpty else { return own }
        return globals[symbol.name] ?? own
    }

    private static func definition(of symbol: ELFSymbol, firstSection: Int) -> Definition {
        switch symbol.place {
        case .section(let index): .location(Location(section: firstSection + index, offset: Int(symbol.offset)))
        case .absolute: .absolute(symbol.offset)
        case .undefined: .undefined(name: symbol.name, isWeak: symbol.isWeak)
        case .common: .common(name: symbol.name)
        }
    }

    /// The place at a distance from another, nil if it lies farther from its section than anything in a guest can.
    static func place(_ location: Location, movedBy distance: Int64) -> Location? {
        let (offset, overflow) = Int64(location.offset).addingReportingOverflow(distance)
        guard !overflow, offset.magnitude <= farthestOffset else { return nil }
        return Location(section: location.section, offset: Int(offset))
    }

    private static func globals(
        of objects: [ELFObject], _ firstSection: [Int]
    ) throws(LinkFailure) -> [String: Definition] {
        // A single file has been through ld: its references are resolved already.
        guard objects.count > 1 else { return [:] }
        var result: [String: (definition: Definition, isWeak: Bool, place: String)] = [:]
        var diagnostics = Diagnostics()
        for (index, object) in objects.enumerated() {
            for symbol in object.symbols where symbol.binding != ELFSymbol.bindingLocal && !symbol.name.isEmpty {
                let definition = Self.definition(of: symbol, firstSection: firstSection[index])
                switch definition {
                case .undefined, .common: continue
                case .location, .absolute: break
                }
                // The first strong definition counts, or else the first weak one.
                guard let other = result[symbol.name], symbol.isWeak || !other.isWeak else {
                    result[symbol.name] = (definition, symbol.isWeak, place(of: symbol, in: object))
                    continue
                }
                if !symbol.isWeak {
                    diagnostics.report(
                        LinkError(
                            place: place(of: symbol, in: object),
                            message:
                                "symbol '\(symbol.name)' is defined here and at \(other.place); rename one, or make"
                                + " it static"))
                }
            }
        }
        try diagnostics.check()
        return result.mapValues(\.definition)
    }

    /// The place of a definition as messages name it.
    private static func place(of symbol: ELFSymbol, in object: ELFObject) -> String {
        guard case .section(let section) = symbol.place else { return object.name }
        let sign = symbol.offset < 0 ? "-" : "+"
        return "\(object.name): \(object.sections[section].name)\(sign)0x\(String(symbol.offset.magnitude, radix: 16))"
    }

    private static func symbols(
        ofType type: UInt8, in objects: [ELFObject], _ firstSection: [Int]
    ) -> [Int: [FunctionSymbol]] {
        var result: [Int: [FunctionSymbol]] = [:]
        for (index, object) in objects.enumerated() {
            for symbol in object.symbols where symbol.type == type {
                guard case .section(let section) = symbol.place,
                    let offset = Int(exactly: symbol.offset), 0...object.sections[section].byteCount ~= offset
                else { continue }
                let byteCount = min(Int(clamping: symbol.byteCount), object.sections[section].byteCount - offset)
                let entry = FunctionSymbol(offset: offset, byteCount: byteCount, name: symbol.name)
                result[firstSection[index] + section, default: []].append(entry)
            }
        }
        return result.mapValues { $0.sorted { ($0.offset, $0.name) < ($1.offset, $1.name) } }
    }

    /// The place at a distance from another as ld has laid out the file, nil if no loaded section is there.
    ///
    /// In a file that ld has not seen, only places of the same section have a distance.
    func place(at distance: Int64, from location: Location) -> Location? {
        let section = sections[location.section]
        guard objects[section.object].kind != .relocatable else {
            guard let place = Self.place(location, movedBy: distance), 0..<section.elf.byteCount ~= place.offset else {
                return nil
            }
            return place
        }
        let address = section.elf.address &+ UInt64(location.offset) &+ UInt64(bitPattern: distance)
        let candidates = sectionsByAddress[section.object]
        // The last section that starts at or before the address.
        var (low, high) = (0, candidates.count)
        while low < high {
            let middle = (low + high) / 2
            if sections[candidates[middle]].elf.address <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let candidate = sections[candidates[low - 1]].elf
        guard address - candidate.address < UInt64(candidate.byteCount) else { return nil }
        return Location(section: candidates[low - 1], offset: Int(address - candidate.address))
    }

    /// The input files, for messages about the program as a whole.
    var fileNames: String { objects.map(\.name).joined(separator: ", ") }

    // MARK: Places

    /// The symbols of the variables in a data section, by their offsets.
    func variables(of section: Int) -> [FunctionSymbol] { variables[section] ?? [] }

    /// The name of the function that covers a place, nil if no symbol does.
    func function(at location: Location) -> String? { functionSymbol(at: location)?.name }

    /// Where the function starts that covers a place, nil if no symbol does.
    func functionStart(at location: Location) -> Location? {
        functionSymbol(at: location).map { Location(section: location.section, offset: $0.offset) }
    }

    private func functionSymbol(at location: Location) -> FunctionSymbol? {
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
        return candidate.byteCount == 0 || location.offset < end ? candidate : nil
    }

    /// A place as messages name it: file, section, offset, function, and the source line if debug information has it.
    func describe(_ location: Location) -> String {
        let section = sections[location.section]
        let sign = location.offset < 0 ? "-" : "+"
        let place = "\(section.elf.name)\(sign)0x\(String(location.offset.magnitude, radix: 16))"
        let function = function(at: location).map { " (in '\($0)')" } ?? ""
        let line = sourceLine(of: location).map { " at \($0)" } ?? ""
        return "\(objects[section.object].name): \(place)\(function)\(line)"
    }

    /// What is wrong with a place for which `place(_:movedBy:)` has no answer.
    static func tooFar(_ location: Location, _ distance: Int64, _ input: LinkInput) -> String {
        "points \(distance) bytes behind \(input.describe(location)); expected a place of the guest's 32-bit address space"
    }

    func error(at location: Location, _ message: String) -> LinkError {
        LinkError(place: describe(location), message: message)
    }
}
