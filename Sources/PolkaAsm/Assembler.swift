// Assembly text to a blob: lines to items, items to a layout, the layout to bytes (Documentation/assembly.md).
//
// Takes what a person writes and what `Disassembly` prints. Every line is parsed even if earlier ones are wrong, so that all
// errors of a text are reported at once; what depends on the text as a whole is checked only when every line is right.

package import PolkaBlob
package import PolkaISA

package enum Assembler {
    /// Assembles a program.
    ///
    /// Takes time and memory linear in the text, whatever it is.
    ///
    /// - Parameters:
    ///   - text: the assembly text.
    ///   - set: the instruction set, if the text does not choose one with `%isa`.
    /// - Returns: the program, without debug information.
    /// - Throws: everything that is wrong, with line and column.
    package static func assemble(_ text: String, for set: InstructionSet = .latest64) throws(AsmErrors) -> Blob {
        try assemble(Array(text.utf8), for: set)
    }

    /// Assembles a program from the bytes of a file.
    package static func assemble(_ bytes: [UInt8], for set: InstructionSet = .latest64) throws(AsmErrors) -> Blob {
        let source = SourceText(bytes: bytes)
        let lines = source.lines()
        var log = ErrorLog(source: source, lines: lines)
        let set = chooseSet(source, lines, default: set, &log)
        var program = Program(set: set)
        for (index, range) in lines.enumerated() {
            do throws(Problem) {
                try program.add(line: Lexer(bytes, in: range), number: index + 1)
            } catch {
                log.add(error, inLine: index + 1)
            }
        }
        if log.isEmpty { program.checkWhole(&log) }
        guard log.isEmpty, let blob = program.link(&log) else { throw log.all }
        return blob
    }

    /// The instruction set decides how every other line is read, so it is looked for before any of them.
    private static func chooseSet(
        _ source: SourceText, _ lines: [Range<Int>], default set: InstructionSet, _ log: inout ErrorLog
    ) -> InstructionSet {
        var chosen: (set: InstructionSet, line: Int)?
        for (index, range) in lines.enumerated() {
            var lexer = Lexer(source.bytes, in: range)
            lexer.skipBlanks()
            guard lexer.next == UInt8(ascii: "%") else { continue }
            var parser = DirectiveParser(lexer, for: set)
            do throws(Problem) {
                guard parser.name == "%isa" else { continue }
                let (found, start) = try parser.expectInstructionSet()
                if let chosen, chosen.set != found {
                    throw Problem(.conflictingInstructionSet(found.name, firstLine: chosen.line), at: start)
                }
                chosen = chosen ?? (found, index + 1)
            } catch {
                log.add(error, inLine: index + 1)
            }
        }
        return chosen?.set ?? set
    }
}

/// Errors in the order of the lines.
struct ErrorLog {
    private let source: SourceText
    private let lines: [Range<Int>]
    private var errors: [AsmError] = []

    init(source: SourceText, lines: [Range<Int>]) {
        self.source = source
        self.lines = lines
    }

    var isEmpty: Bool { errors.isEmpty }

    var all: AsmErrors {
        // The pass for `%isa` comes before the others; sorting by place keeps the order of errors at one place.
        let sorted = errors.enumerated().sorted {
            ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
        }
        return AsmErrors(errors: sorted.map(\.element))
    }

    mutating func add(_ problem: Problem, inLine current: Int) {
        let number = problem.line ?? current
        let range = number > 0 && number <= lines.count ? lines[number - 1] : 0..<0
        errors.append(source.error(problem.kind, at: problem.offset, inLine: number, range))
    }
}

extension SourceText {
    /// The range of each line, without its line feed.
    func lines() -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (offset, byte) in bytes.enumerated() where byte == 0x0a {
            lines.append(start..<offset)
            start = offset + 1
        }
        lines.append(start..<bytes.count)
        return lines
    }
}
