// Code to a listing (isa.md 8.3) that the assembler takes back (Documentation/assembly.md, "Listings").

package import PolkaBlob
package import PolkaISA

/// The listing of a program, as text or line by line.
package struct Disassembly {
    package struct Options {
        /// Whether each line shows the bytes of its instruction.
        package var showsRawBytes = false
        /// Whether to avoid `ret` and other short forms.
        package var prefersUnaliased = false
        /// Whether registers are named `r0` to `r12`.
        package var usesPlainNames = false
        /// Whether to add the lines that only the assembler needs: `%length`, `%bytes` and `%gap` in front of instructions,
        /// and behind the code the instruction set, data, imports and the rest of the tables.
        package var includesDirectives = true
        /// What it costs to enter the block that starts at a code offset; nil leaves costs out, or that of one block.
        package var blockCost: ((UInt32) -> Int64?)?
        /// Lines to write above the instruction at a code offset, as comments; nil for none.
        ///
        /// Asked for in ascending order.
        package var source: ((UInt32) -> [String])?
        /// What to write beside the program; nil for nothing.
        package var margin: Margin?

        package init() {}
    }

    /// Lines beside those of a listing, which are comments to the assembler.
    package struct Margin {
        /// Lines in front of the program.
        package var head: [String] = []
        /// Beside the label of the block that starts at a code offset, or above what starts a block without a label.
        package var block: (UInt32) -> [String]
        /// Beside the entry at a code offset.
        package var entry: (UInt32) -> [String]
        /// Lines behind the program.
        package var tail: [String] = []

        package init(block: @escaping (UInt32) -> [String], entry: @escaping (UInt32) -> [String]) {
            self.block = block
            self.entry = entry
        }
    }

    /// One entry of the listing, for programs to read.
    package struct Line: Equatable {
        /// The code offset; that of the end of the code for the implicit trap.
        package let offset: UInt32
        /// The bytes of the entry; none for the implicit trap.
        package let bytes: [UInt8]
        /// The text of the instruction, with jump targets as in the listing.
        package let text: String
        /// The mnemonic, or `invalid`.
        package let mnemonic: String
        /// The number of the block in which the entry lies.
        package let block: Int
        /// Whether the entry is the first of its block.
        package let startsBlock: Bool
        /// The name of the function that an `ecalli` calls; nil for other instructions, and if there is no such import.
        package let importSymbol: [UInt8]?
        /// The function that the debug information names, nil if it names none.
        package let function: String?
    }

    let blob: Blob
    let options: Options
    let analysis: CodeAnalysis
    let formatter: InstructionFormatter
    let debug: DebugInfo?

    /// Prepares the listing of a blob, in time linear in its size; broken debug information is left out.
    package init(of blob: Blob, options: Options = Options()) {
        self.blob = blob
        self.options = options
        analysis = CodeAnalysis(blob.code, blob.instructionSet)
        var formatter = InstructionFormatter(blob.instructionSet)
        formatter.prefersUnaliased = options.prefersUnaliased
        formatter.usesPlainNames = options.usesPlainNames
        self.formatter = formatter
        debug = (try? blob.debugInfo()) ?? nil
    }

    /// Prepares the listing of a raw JAM program.
    package init(of code: CodeMap, in set: InstructionSet, options: Options = Options()) {
        self.init(of: Blob(instructionSet: set, code: code), options: options)
    }

    /// The whole listing.
    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// Calls `body` for every entry in order.
    package func forEachLine(_ body: (Line) -> Void) {
        forEachEntry { entry in
            let position = entry.position
            body(
                Line(
                    offset: UInt32(position.offset), bytes: Array(blob.code.bytes[position.offset..<position.next]),
                    text: text(of: position.instruction), mnemonic: position.instruction?.opcode.mnemonic ?? "invalid",
                    block: entry.block, startsBlock: entry.startsBlock,
                    importSymbol: importSymbol(position.instruction),
                    function: entry.function))
        }
    }

    /// An entry and what surrounds it.
    struct Entry {
        let position: CodeMap.Position
        /// From 0.
        let index: Int
        let block: Int
        let startsBlock: Bool
        let function: String?
    }

    func forEachEntry(_ body: (Entry) -> Void) {
        var index = 0
        var block = -1
        var functions = FunctionCursor(debug)
        blob.code.forEachPosition(in: blob.instructionSet) { position in
            let offset = UInt32(position.offset)
            let next = block + 1
            let startsBlock = next < analysis.blockStarts.count && analysis.blockStarts[next] == offset
            if startsBlock { block = next }
            body(
                Entry(
                    position: position, index: index, block: block, startsBlock: startsBlock,
                    function: functions.function(at: offset)))
            index += 1
        }
    }

    private func text(of instruction: Instruction?) -> String {
        var text = ""
        formatter.append(instruction, to: &text, target: { appendTarget($0, to: &$1) })
        return text
    }

    /// `@N` for the start of block N, else the code offset.
    func appendTarget(_ offset: UInt32, to out: inout String) {
        if let block = analysis.block(at: offset) {
            out += "@"
            out += String(block)
        } else {
            out += String(offset)
        }
    }

    /// How the listing names a code offset that something jumps to.
    package func target(_ offset: UInt32) -> String {
        var text = ""
        appendTarget(offset, to: &text)
        return text
    }

    /// The name of the import that an `ecalli` calls.
    func importSymbol(_ instruction: Instruction?) -> [UInt8]? {
        guard let instruction, instruction.opcode == .ecalli else { return nil }
        let number = Int(UInt32(truncatingIfNeeded: instruction.x))
        return number < blob.imports.count ? blob.imports[number] : nil
    }
}

/// The function at ascending code offsets: that of the outermost frame where the range of debug information begins.
private struct FunctionCursor {
    private let debug: DebugInfo?
    private var index = 0
    /// The range whose function is known, and the function.
    private var current: (range: Int, function: String?)?

    init(_ debug: DebugInfo?) { self.debug = debug }

    mutating func function(at offset: UInt32) -> String? {
        guard let debug else { return nil }
        while index < debug.ranges.count, debug.ranges[index].code.upperBound <= offset { index += 1 }
        guard index < debug.ranges.count, debug.ranges[index].code.contains(offset) else { return nil }
        if let current, current.range == index { return current.function }
        // Damage in a line program costs the headings of its range.
        let frames = (try? debug.frames(at: offset)) ?? []
        let function = frames.first?.qualifiedName
        current = (index, function)
        return function
    }
}
