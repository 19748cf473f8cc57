// Machine code of x86-64 to text: llvm-objdump of the toolchain, run once on everything there is.

import Subprocess

/// Reads machine code.
package struct HostDisassembler: Sendable {
    /// An instruction.
    package struct Line: Sendable {
        /// Where it starts in the code.
        package let offset: Int
        /// In Intel's syntax.
        package let text: String
        /// Where it jumps to in the code, if it says so itself.
        package let target: Int?
    }

    private let toolchain: Toolchain

    package init(_ toolchain: Toolchain) { self.toolchain = toolchain }

    /// Reads code.
    ///
    /// - Parameters:
    ///   - code: what to read.
    ///   - data: ranges of it that are not instructions, ascending.
    /// - Returns: its instructions, in order.
    /// - Throws: `BuildError` if the tool is missing or fails.
    package func lines(of code: [UInt8], data: [Range<Int>]) async throws -> [Line] {
        // What is read as instructions instead of data ends where the data do, and so does not disturb what follows.
        var code = code
        for range in data { code.replaceSubrange(range, with: repeatElement(Self.nop, count: range.count)) }
        let result = try await Subprocess.run(
            .path(try toolchain.requiredPath(of: .objdump)),
            arguments: [
                "--disassemble", "--x86-asm-syntax=intel", "--print-imm-hex", "--no-show-raw-insn", "-",
            ],
            input: .array(Self.objectFile(code)),
            output: .bytes(limit: Self.outputLimit), error: .string(limit: Toolchain.messageLimit))
        guard result.terminationStatus.isSuccess else {
            throw BuildError.toolFailed(
                tool: Tool.objdump.rawValue, status: "\(result.terminationStatus)", output: result.standardError)
        }
        var lines: [Line] = []
        var range = data.startIndex
        for text in result.standardOutput.split(separator: UInt8(ascii: "\n")) {
            guard let line = Self.line(text) else { continue }
            while range < data.endIndex, data[range].upperBound <= line.offset { range += 1 }
            if range < data.endIndex, data[range].contains(line.offset) { continue }
            lines.append(line)
        }
        return lines
    }

    private static let nop: UInt8 = 0x90
    /// Tens of millions of lines.
    private static let outputLimit = 2 << 30

    /// `  10:  jmp  0x20 <comment>` without the comment, words separated by one space.
    private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let address = bytes[..<colon].drop { $0 == UInt8(ascii: " ") }
        guard let offset = Int(String(decoding: address, as: UTF8.self), radix: 16) else { return nil }
        var text: [UInt8] = []
        var hasTarget = false
        for byte in bytes[(colon + 1)...] {
            hasTarget = byte == UInt8(ascii: "<")
            if hasTarget || byte == UInt8(ascii: "#") { break }
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            if isBlank, text.isEmpty || text.last == UInt8(ascii: " ") { continue }
            text.append(isBlank ? UInt8(ascii: " ") : byte)
        }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        let result = String(decoding: text, as: UTF8.self)
        let operand = result.split(separator: " ").last
        let target = hasTarget ? operand.flatMap { Int($0.dropFirst("0x".count), radix: 16) } : nil
        return Line(offset: offset, text: result, target: target)
    }

    /// The smallest ELF object with a section of code.
    private static func objectFile(_ code: [UInt8]) -> [UInt8] {
        let names = Array("\0.text\0.shstrtab\0".utf8)
        let headerByteCount = 64
        let codeStart = headerByteCount
        let namesStart = codeStart + code.count
        let sectionsStart = (namesStart + names.count + 7) & ~7
        var file: [UInt8] = []
        file.reserveCapacity(sectionsStart + 3 * headerByteCount)
        func append(_ value: Int, _ byteCount: Int) {
            for index in 0..<byteCount { file.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        // 64 bits, little endian.
        file += [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
        // Relocatable, x86-64.
        for (value, byteCount) in [(1, 2), (62, 2), (1, 4), (0, 8), (0, 8), (sectionsStart, 8), (0, 4)] {
            append(value, byteCount)
        }
        // Sizes of headers; three sections, of which the last holds their names.
        for value in [headerByteCount, 0, 0, 64, 3, 2] { append(value, 2) }
        file += code
        file += names
        file += [UInt8](repeating: 0, count: sectionsStart - file.count + 64)
        let sections = [
            (name: 1, kind: 1, flags: 6, start: codeStart, byteCount: code.count),
            (name: 7, kind: 3, flags: 0, start: namesStart, byteCount: names.count),
        ]
        for section in sections {
            append(section.name, 4)
            append(section.kind, 4)
            for value in [section.flags, 0, section.start, section.byteCount, 0] { append(value, 8) }
            for value in [1, 0] { append(value, 8) }
        }
        return file
    }
}
