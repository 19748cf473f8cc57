// Lines that start with `%` (Documentation/assembly.md, "Directives").

import PolkaBlob
import PolkaISA

/// A line `%name = value` being parsed.
struct DirectiveParser {
    /// The name with its `%`.
    let name: String
    /// Where the `%` stands.
    let start: Int
    private let set: InstructionSet
    private var lexer: Lexer

    /// Starts at the `%`.
    init(_ lexer: Lexer, for set: InstructionSet) {
        self.lexer = lexer
        self.set = set
        start = lexer.offset
        var end = start + 1
        while end < lexer.end, Lexer.isWordByte(lexer.bytes[end]) { end += 1 }
        name = SourceText.printable(lexer.bytes[start..<end].prefix(40))
        self.lexer.move(to: end)
    }

    mutating func parse(into program: inout Program, line: Int) throws(Problem) {
        switch name {
        case "%isa": _ = try expectInstructionSet()
        case "%ro_data_size": try size(of: \.readOnly, in: &program, line: line)
        case "%rw_data_size": try size(of: \.readWrite, in: &program, line: line)
        case "%stack_size": program.stackSize = try expectSize()
        case "%ro_data": try data(of: \.readOnly, in: &program, line: line)
        case "%rw_data": try data(of: \.readWrite, in: &program, line: line)
        case "%import": try addImport(to: &program, line: line)
        case "%export": try addExport(to: &program, line: line)
        case "%jump_table": try addTableEntry(to: &program, line: line)
        case "%length":
            let (value, number) = try expectValue("a number of bytes")
            let longest = Instruction.maximumSkip + 1
            guard 1...longest ~= Int(value) else {
                throw Problem(.outOfRange(value: number.text, allowed: "1 to \(longest)"), at: number.token.start)
            }
            try demand(.length(Int(value)), of: &program, line: line)
        case "%bytes":
            let bytes = try expectHex(atMost: Instruction.maximumSkip + 1)
            try demand(.bytes(bytes), of: &program, line: line)
        case "%gap":
            try demand(.gap(expectHex(atMost: BlobLimits.codeBytes)), of: &program, line: line)
        default:
            throw Problem(.unknownDirective(name), at: start)
        }
    }

    /// The value of `%isa`, and where it stands.
    mutating func expectInstructionSet() throws(Problem) -> (InstructionSet, Int) {
        var parser = Parser(lexer, for: set)
        try parser.expect(.assign)
        guard let word = parser.word else { throw parser.unexpected("the name of an instruction set") }
        let start = parser.token.start
        guard let found = InstructionSet(name: word) else { throw Problem(.unknownInstructionSet(word), at: start) }
        parser.advance()
        try parser.expectEnd()
        return (found, start)
    }

    // MARK: Data

    private func size(
        of section: WritableKeyPath<Program, Program.Section>, in program: inout Program, line: Int
    ) throws(Problem) {
        program[keyPath: section].size = try expectSize()
        mention(&program[keyPath: section], line)
    }

    private mutating func data(
        of section: WritableKeyPath<Program, Program.Section>, in program: inout Program, line: Int
    ) throws(Problem) {
        program[keyPath: section].bytes += try expectHex(atMost: Int(UInt32.max), mayBeEmpty: true)
        mention(&program[keyPath: section], line)
    }

    private func mention(_ section: inout Program.Section, _ line: Int) {
        if section.line == 0 { (section.line, section.start) = (line, start) }
    }

    private func expectSize() throws(Problem) -> UInt32 { try expectValue("a size in bytes").value }

    private func expectValue(_ expected: String) throws(Problem) -> (value: UInt32, number: Parser.Number) {
        var parser = Parser(lexer, for: set)
        try parser.expect(.assign)
        let number = try parser.expectNumber(expected)
        let value = try parser.unsigned(number)
        try parser.expectEnd()
        return (value, number)
    }

    /// `= HEX` with blanks anywhere between the pairs of digits.
    private func expectHex(atMost limit: Int, mayBeEmpty: Bool = false) throws(Problem) -> [UInt8] {
        var parser = Parser(lexer, for: set)
        guard parser.isAt(.assign) else { throw parser.unexpected("`=`") }
        var bytes: [UInt8] = []
        var high: UInt8?
        var offset = parser.lexer.offset
        // Blanks may also stand within a pair; a comment ends the digits.
        while offset < lexer.end {
            let byte = lexer.bytes[offset]
            if byte == UInt8(ascii: "/"), offset + 1 < lexer.end, lexer.bytes[offset + 1] == byte { break }
            if !Lexer.isBlank(byte) {
                guard let digit = Lexer.hexValue(byte) else {
                    let found = SourceText.printable(lexer.bytes[offset..<lexer.end].prefix(1))
                    throw Problem(.badHex("`\(found)`"), at: offset)
                }
                if let first = high {
                    bytes.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            }
            offset += 1
        }
        parser.advance()
        guard high == nil else { throw Problem(.badHex("an odd number of digits"), at: offset) }
        guard mayBeEmpty || !bytes.isEmpty else { throw Problem(.badHex("none"), at: offset) }
        guard bytes.count <= limit else {
            throw Problem(
                .overLimit(what: "the number of bytes of \(name)", found: bytes.count, limit: limit), at: start)
        }
        return bytes
    }

    private func demand(_ demand: Program.Pending.Demand, of program: inout Program, line: Int) throws(Problem) {
        if let earlier = program.pending {
            let found = "\(name) behind the \(earlier.name) of line \(earlier.line)"
            throw Problem(.unexpected(found: found, expected: "the instruction that it describes"), at: start)
        }
        program.pending = Program.Pending(demand: demand, name: name, line: line, start: start)
    }

    // MARK: Tables

    private func expectIndex(_ parser: inout Parser, below limit: Int, _ what: String) throws(Problem) -> Int {
        let number = try parser.expectNumber("the number of the \(what)")
        let index = Int(try parser.unsigned(number))
        guard index < limit else {
            throw Problem(
                .overLimit(what: "the number of the \(what)", found: index, limit: limit - 1), at: number.token.start)
        }
        return index
    }

    /// `%import I = SYMBOL`, or `none` for a number whose name the container had lost.
    private func addImport(to program: inout Program, line: Int) throws(Problem) {
        var parser = Parser(lexer, for: set)
        let index = try expectIndex(&parser, below: BlobLimits.imports, "import")
        try parser.expect(.assign)
        var symbol: [UInt8]?
        if parser.word == "none" {
            parser.advance()
        } else {
            symbol = try parser.expectSymbol()
        }
        try parser.expectEnd()
        program.imports.append(Program.Import(index: index, symbol: symbol, line: line, start: start))
    }

    /// `%export I = SYMBOL`, at the next instruction unless `at` and a place follow.
    private func addExport(to program: inout Program, line: Int) throws(Problem) {
        var parser = Parser(lexer, for: set)
        let index = try expectIndex(&parser, below: Int(UInt32.max), "export")
        try parser.expect(.assign)
        let symbol = try parser.expectSymbol()
        var place = Program.Place.item(program.items.count)
        if parser.word == "at" {
            parser.advance()
            place = try expectPlace(&parser, in: &program, line: line)
        }
        try parser.expectEnd()
        program.exports.append(
            Program.Export(index: index, symbol: symbol, place: place, line: line, start: start))
    }

    /// `%jump_table K = PLACE`; K counts from 1 as the `@dyn` of listings does.
    private func addTableEntry(to program: inout Program, line: Int) throws(Problem) {
        var parser = Parser(lexer, for: set)
        let index = try parser.expectTableIndex()
        try parser.expect(.assign)
        let place = try expectPlace(&parser, in: &program, line: line)
        try parser.expectEnd()
        program.tableEntries.append(Program.TableEntry(index: index, place: place, line: line, start: start))
    }

    private func expectPlace(
        _ parser: inout Parser, in program: inout Program, line: Int
    ) throws(Problem) -> Program.Place {
        if parser.token.kind == .label {
            let name = try parser.expectLabelName()
            return .label(program.label(name.text, usedIn: line, at: name.start))
        }
        return .offset(try parser.unsigned(parser.expectNumber("a label or a code offset")))
    }
}

extension Parser {
    /// A jump-table entry's number as written, from 1, turned into an index from 0.
    mutating func expectTableIndex() throws(Problem) -> Int {
        let number = try expectNumber("the number of a jump table entry")
        let value = Int(try unsigned(number))
        guard 1...BlobLimits.jumpTableEntries ~= value else {
            throw Problem(
                .outOfRange(value: number.text, allowed: "1 to \(BlobLimits.jumpTableEntries)"), at: number.token.start)
        }
        return value - 1
    }

    /// A name in quotes, or its bytes as `0x` and hex digits.
    mutating func expectSymbol() throws(Problem) -> [UInt8] {
        switch token.kind {
        case .quoted:
            guard lexer.offset > token.range.upperBound else { throw Problem(.unterminatedSymbol, at: token.start) }
            let symbol = Array(lexer.bytes[token.range])
            advance()
            return symbol
        case .number:
            let digits = lexer.bytes[token.range]
            guard digits.count >= 2, digits.starts(with: [0x30, 0x78]) else { break }
            var symbol: [UInt8] = []
            var position = digits.startIndex + 2
            while position < digits.endIndex {
                guard let high = Lexer.hexValue(digits[position]) else {
                    throw Problem(.badHex("`\(SourceText.printable(digits[position...].prefix(1)))`"), at: position)
                }
                guard position + 1 < digits.endIndex else {
                    throw Problem(.badHex("an odd number of digits"), at: position)
                }
                guard let low = Lexer.hexValue(digits[position + 1]) else {
                    throw Problem(
                        .badHex("`\(SourceText.printable(digits[(position + 1)...].prefix(1)))`"), at: position + 1)
                }
                symbol.append(high << 4 | low)
                position += 2
            }
            advance()
            return symbol
        default: break
        }
        throw unexpected("a name in single quotes, or its bytes as 0x and hex digits")
    }
}
