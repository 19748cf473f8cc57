// What can be wrong with assembly text, and how it is said.

package import PolkaISA

/// A place in assembly text that does not obey the grammar of Documentation/assembly.md.
package struct AsmError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        case unexpected(found: String, expected: String)
        case unknownDirective(String)
        case malformedNumber(String)
        case outOfRange(value: String, allowed: String)
        case badHex(String)
        case unterminatedSymbol
        case unknownLabel(String)
        case labelAtEnd(String)
        case duplicateLabel(String, firstLine: Int)
        case unknownInstructionSet(String)
        case conflictingInstructionSet(String, firstLine: Int)
        case notInSet(mnemonic: String, InstructionSet)
        case noNarrowForm(String)
        case noImmediateForm(String)
        case noRegister(String)
        case needsTemporary(String)
        case duplicateIndex(what: String, index: Int, firstLine: Int)
        case missingIndex(what: String, index: Int)
        case dataTooLarge(section: String, stored: Int, declared: UInt32)
        case overLimit(what: String, found: Int, limit: Int)
        case wrongLength(given: Int, needed: Int)
        case otherBytes(meaning: String, written: String)
        case gapInReach
        case invalidWithoutBytes
        case nothingFollows(String)
    }

    package let kind: Kind
    /// Line number, from 1.
    package let line: Int
    /// Column in characters, from 1.
    package let column: Int
    /// The line, or the part of it around the column if it is long.
    package let excerpt: String
    /// How many characters of the excerpt come before the column.
    package let caret: Int

    /// The place and the problem, then the line with a caret under the place.
    package var description: String { described(at: "line \(line), column \(column)") }

    /// The description for a file, its place in the form in which compilers give it.
    package func described(in file: String) -> String { described(at: "\(file):\(line):\(column)") }

    private func described(at place: String) -> String {
        var text = "\(place): \(message)"
        if !excerpt.isEmpty {
            let indent = excerpt.prefix(caret).map { $0 == "\t" ? "\t" : " " }.joined()
            text += "\n    \(excerpt)\n    \(indent)^"
        }
        return text
    }

    /// The problem without its place.
    package var message: String {
        switch kind {
        case .unexpected(let found, let expected):
            "expected \(expected), found \(found)"
        case .unknownDirective(let name):
            "unknown directive \(name); there are %isa, %ro_data_size, %rw_data_size, %stack_size, %ro_data, %rw_data, "
                + "%import, %export, %jump_table, %length, %bytes and %gap"
        case .malformedNumber(let text):
            "`\(text)` is not a number; write decimal, 0x and hex digits, or 0b and binary digits, of at most 64 bits"
        case .outOfRange(let value, let allowed):
            "\(value) is out of range, which is \(allowed)"
        case .badHex(let found):
            "expected pairs of hex digits, found \(found)"
        case .unterminatedSymbol:
            "the name has no closing `'`"
        case .unknownLabel(let name):
            "no label @\(name); define it with a line `@\(name):` before the instruction that it names"
        case .labelAtEnd(let name):
            "no instruction follows the label @\(name), so nothing can jump to it"
        case .duplicateLabel(let name, let firstLine):
            "label @\(name) is defined already in line \(firstLine)"
        case .unknownInstructionSet(let name):
            "unknown instruction set \(name); there are \(InstructionSet.allCases.map(\.name).joined(separator: ", "))"
        case .conflictingInstructionSet(let name, let firstLine):
            "instruction set \(name) contradicts line \(firstLine); a file has only one"
        case .notInSet(let mnemonic, let set):
            "the instruction set \(set.name) has no \(mnemonic); choose another with a line `%isa = …`"
        case .noNarrowForm(let form):
            "there is no 32-bit form of `\(form)`; leave out the `i32`"
        case .noImmediateForm(let form):
            "`\(form)` takes only registers here; load the number into a register first"
        case .noRegister(let form):
            "`\(form)` needs a register on at least one side"
        case .needsTemporary(let register):
            "the jump reads \(register) after it was written; to jump where it pointed before, write "
                + "`tmp = \(register), \(register) = …, jump [tmp + …]`"
        case .duplicateIndex(let what, let index, let firstLine):
            "\(what) \(index) is defined already in line \(firstLine)"
        case .missingIndex(let what, let index):
            "\(what) \(index) is not defined, but a later one is; numbers must not have gaps"
        case .dataTooLarge(let section, let stored, let declared):
            "%\(section) has \(stored) bytes, but %\(section)_size is only \(declared)"
        case .overLimit(let what, let found, let limit):
            "\(what) is \(found), the limit is \(limit)"
        case .wrongLength(let given, let needed):
            "the instruction needs \(needed) bytes and may have at most 25, not \(given)"
        case .otherBytes(let meaning, let written):
            "the bytes of %bytes mean `\(meaning)` here, the line says `\(written)`; change one, or remove the %bytes line"
        case .gapInReach:
            "the instruction in front would take these bytes as its own; a gap can only stand at the start of the code, "
                + "behind 25 bytes of one instruction or behind another gap"
        case .invalidWithoutBytes:
            "`invalid` stands for bytes that are no instruction; say which with a line `%bytes = …` or `%gap = …` before it"
        case .nothingFollows(let what):
            "no instruction follows \(what)"
        }
    }
}

/// Everything that is wrong with one assembly text, in the order of the lines; never empty.
package struct AsmErrors: Error, Equatable, CustomStringConvertible {
    package let errors: [AsmError]

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// A problem found while parsing, not yet joined with its line; `offset` counts bytes of the whole text.
struct Problem: Error {
    let kind: AsmError.Kind
    let offset: Int
    /// The line in which the offset lies, if it is not the one being parsed.
    let line: Int?

    init(_ kind: AsmError.Kind, at offset: Int, line: Int? = nil) {
        self.kind = kind
        self.offset = offset
        self.line = line
    }
}

/// The bytes of an assembly text and where its lines are.
struct SourceText {
    let bytes: [UInt8]

    /// Characters shown on either side of the place in a long line.
    private static let reach = 60

    /// Joins a problem with the line in which it lies: its number from 1 and its range.
    func error(_ kind: AsmError.Kind, at offset: Int, inLine line: Int, _ range: Range<Int>) -> AsmError {
        let place = max(range.lowerBound, min(offset, range.upperBound))
        let before = range.lowerBound..<place
        // Only a window is decoded as text: a line may be as long as the file.
        let shown = max(before.lowerBound, place - Self.reach)..<min(range.upperBound, place + Self.reach)
        let head = Self.printable(bytes[shown.lowerBound..<place])
        let tail = Self.printable(bytes[place..<shown.upperBound])
        let column = bytes[before].reduce(1) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
        return AsmError(kind: kind, line: line, column: column, excerpt: head + tail, caret: head.count)
    }

    /// Bytes as text; control characters must not reach the terminal of whoever reads a message.
    static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f ? 0x3f : $0 }, as: UTF8.self)
    }
}
