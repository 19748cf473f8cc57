// One line of assembly text: which of its forms it has (Documentation/assembly.md, "Lines").
//
// A line of a listing is the same line with columns in front: offset and raw bytes of an instruction, or blanks and a colon
// in front of a label. The columns only say where things were, so they are skipped.

import PolkaISA

extension Program {
    mutating func add(line source: Lexer, number: Int) throws(Problem) {
        var lexer = source
        lexer.skipBlanks()
        switch lexer.next {
        case UInt8(ascii: "%"):
            var parser = DirectiveParser(lexer, for: set)
            try parser.parse(into: &self, line: number)
            return
        case UInt8(ascii: "<"):
            // The name of a function above its code, `<name>:`.
            if lexer.endsHeading { return }
        case UInt8(ascii: ":"):
            lexer.move(to: lexer.offset + 1)
            try addListedLabel(Parser(lexer, for: set), line: number)
            return
        default:
            lexer.skipListingColumns()
        }
        var parser = Parser(lexer, for: set)
        if parser.token.kind == .end { return }
        let start = parser.token.start
        if parser.token.kind == .label || parser.word == "pub" {
            try addLabel(&parser, line: number)
        } else if parser.word == "invalid" {
            parser.advance()
            try parser.expectEnd()
            try addInvalid(line: number, at: start)
        } else {
            try add(parser.instruction(), line: number)
        }
    }

    /// `@name:`, `pub @name:`, each with or without ` %no_fallthrough` behind it.
    private mutating func addLabel(_ parser: inout Parser, line: Int) throws(Problem) {
        let isPublic = parser.word == "pub"
        let start = parser.token.start
        if isPublic { parser.advance() }
        let name = try parser.expectLabelName()
        try parser.expect(.colon)
        let insertsFallthrough = try parser.takeFallthroughMark()
        try parser.expectEnd()
        try define(label: name.text, at: name.start, line: line, insertsFallthrough: insertsFallthrough)
        if isPublic {
            exports.append(
                Export(
                    index: nil, symbol: Array(name.text.utf8), place: .item(items.count), line: line, start: start))
        }
    }

    /// Behind the colon: `@name [@dyn K] [export #I: SYMBOL] (gas: N)`, all but the name optional.
    private mutating func addListedLabel(_ line: Parser, line number: Int) throws(Problem) {
        var parser = line
        let name = try parser.expectLabelName()
        try define(label: name.text, at: name.start, line: number, insertsFallthrough: true)
        let place = Place.item(items.count)
        while parser.isAt(.openBracket) {
            let start = parser.token.start
            parser.advance()
            if parser.word == "export" {
                parser.advance()
                try parser.expect(.hash)
                let index = Int(try parser.unsigned(parser.expectNumber("the number of the export")))
                try parser.expect(.colon)
                let symbol = try parser.expectSymbol()
                exports.append(Export(index: index, symbol: symbol, place: place, line: number, start: start))
            } else {
                guard parser.token.kind == .label, try parser.expectLabelName().text == "dyn" else {
                    throw parser.unexpected("`@dyn` or `export`")
                }
                let index = try parser.expectTableIndex()
                tableEntries.append(TableEntry(index: index, place: place, line: number, start: start))
            }
            try parser.expect(.closeBracket)
        }
        if parser.take(.openParenthesis) {
            try parser.expect(word: "gas")
            try parser.expect(.colon)
            _ = try parser.expectNumber("the gas of the block")
            try parser.expect(.closeParenthesis)
        }
        try parser.expectEnd()
    }
}

extension Parser {
    /// Takes `%no_fallthrough`; true if it is not there.
    fileprivate mutating func takeFallthroughMark() throws(Problem) -> Bool {
        guard take(.percent) else { return true }
        try expect(word: "no_fallthrough")
        return false
    }
}

extension Lexer {
    /// Whether the rest of the line is `<…>:`.
    fileprivate var endsHeading: Bool {
        var last = end
        while last > offset, Self.isBlank(bytes[last - 1]) { last -= 1 }
        return last - offset >= 3 && bytes[last - 1] == UInt8(ascii: ":") && bytes[last - 2] == UInt8(ascii: ">")
    }

    /// Skips the offset with its colon, and the raw bytes behind it, if they are there.
    fileprivate mutating func skipListingColumns() {
        var position = offset
        while position < end, Self.isDigit(bytes[position]) { position += 1 }
        guard position > offset, position < end, bytes[position] == UInt8(ascii: ":") else { return }
        move(to: position + 1)
        skipBlanks()
        skipRawBytes()
    }

    /// Skips pairs of hex digits with one blank between them.
    ///
    /// `a0` may be a byte or a register; it is a register when `=` follows, which no column of bytes precedes.
    private mutating func skipRawBytes() {
        var position = offset
        while position + 1 < end, Self.hexValue(bytes[position]) != nil, Self.hexValue(bytes[position + 1]) != nil {
            var after = position + 2
            guard after == end || Self.isBlank(bytes[after]) else { break }
            while after < end, Self.isBlank(bytes[after]) { after += 1 }
            if after < end, bytes[after] == UInt8(ascii: "=") { break }
            let isLast = after - position > 3
            position = after
            if isLast { break }
        }
        move(to: position)
    }
}
