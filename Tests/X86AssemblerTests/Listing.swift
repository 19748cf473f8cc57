// Instructions and the text that an independent decoder must give back for them.
//
// The text is put together from the operands by the tests. The decoder is llvm-objdump, which comes with Swift; it gets
// everything that was emitted as one object file and runs once. Offsets are compared as well as texts: an instruction of
// the wrong length would shift all that follow.

import Subprocess
import SystemPackage
import Testing
import X86Assembler

/// Emitted code and what it should read as.
struct Listing: ~Copyable {
    struct Line {
        let offset: Int
        let text: String
        /// The label that follows the text.
        let target: Int?
    }

    private let code: UnsafeMutableRawBufferPointer
    private let slots: UnsafeMutableBufferPointer<Int32>
    private(set) var assembler: X86Assembler
    private(set) var lines: [Line] = []
    /// Where labels were bound, kept apart from the assembler's own account.
    private var targets: [Int: Int] = [:]

    init(byteCount: Int = 8 << 20, labelCount: Int = 0) {
        code = .allocate(byteCount: byteCount, alignment: 16)
        slots = .allocate(capacity: labelCount)
        slots.initialize(repeating: 0)
        assembler = X86Assembler(code: code, labels: slots)
    }

    deinit {
        code.deallocate()
        slots.deallocate()
    }

    /// Emits an instruction that should read as the text, and then name the label's offset if one is given.
    mutating func expect(
        _ text: String, target: Int? = nil, _ emit: (inout X86Assembler) -> Void
    ) {
        precondition(assembler.hasRoom(forByteCount: 64), "the listing needs a larger buffer")
        lines.append(Line(offset: assembler.offset, text: text, target: target))
        emit(&assembler)
    }

    /// Emits what should read as several lines of known lengths.
    mutating func expect(_ texts: [(text: String, byteCount: Int)], _ emit: (inout X86Assembler) -> Void) {
        precondition(assembler.hasRoom(forByteCount: 64), "the listing needs a larger buffer")
        var offset = assembler.offset
        for (text, byteCount) in texts {
            lines.append(Line(offset: offset, text: text, target: nil))
            offset += byteCount
        }
        emit(&assembler)
    }

    mutating func bind(_ label: Int) {
        targets[label] = assembler.offset
        assembler.bind(X86Label(Int32(label)))
    }

    mutating func bindUnbound(_ labels: some Sequence<Int>) {
        for label in labels where targets[label] == nil { targets[label] = assembler.offset }
        assembler.bindUnbound()
    }

    /// The bytes from an offset to another.
    func bytes(_ range: Range<Int>) -> [UInt8] { Array(code[range]) }

    /// Lets the decoder read everything and records what differs.
    func check(_ location: SourceLocation = #_sourceLocation) async throws {
        let end = assembler.offset
        let found = try await Decoder.decode(bytes(0..<end))
        var differences: [String] = []
        for (index, line) in lines.enumerated() {
            let expected = line.target.map { "\(line.text) \(hex(targets[$0] ?? -1))" } ?? line.text
            let next = index + 1 < lines.count ? lines[index + 1].offset : end
            let matches =
                index < found.count && found[index].offset == line.offset && found[index].text == expected
            guard !matches else { continue }
            let actual = index < found.count ? "\(hex(found[index].offset)): \(found[index].text)" : "nothing"
            let bytes = bytes(line.offset..<max(line.offset, min(next, end))).map { String($0, radix: 16) }
            differences.append(
                "\(hex(line.offset)): \(expected), but decoded \(actual) (\(bytes.joined(separator: " ")))")
            if differences.count == 20 { break }
        }
        if differences.isEmpty, found.count != lines.count {
            differences.append("\(lines.count) instructions were emitted, \(found.count) decoded")
        }
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))", sourceLocation: location)
    }
}

/// llvm-objdump, run on an object file made of bare code.
enum Decoder {
    struct Missing: Error, CustomStringConvertible {
        var description: String {
            "llvm-objdump is neither in PATH nor beside swift: it comes with the Swift toolchain, "
                + "and on Debian with the package llvm"
        }
    }

    struct Failure: Error {
        let message: String
    }

    static func decode(_ code: [UInt8]) async throws -> [(offset: Int, text: String)] {
        let tool = try tool()
        let unique = String(UInt64.random(in: 0 ... .max), radix: 36)
        let path = FilePath("/tmp/pvm-x86-\(unique).o")
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        defer { _ = unlinkFile(path) }
        try file.closeAfter { _ = try file.writeAll(objectFile(code)) }

        let result = try await Subprocess.run(
            .path(tool),
            arguments: [
                "--disassemble", "--x86-asm-syntax=intel", "--print-imm-hex", "--no-show-raw-insn", path.string,
            ],
            output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else { throw Failure(message: result.standardError) }
        return result.standardOutput.split(separator: UInt8(ascii: "\n")).compactMap(parse)
    }

    /// `  10:  mov  rax, rcx  # comment` without the comment, words separated by one space.
    private static func parse(_ line: ArraySlice<UInt8>) -> (offset: Int, text: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let address = line[..<colon].drop { $0 == UInt8(ascii: " ") }
        guard let offset = Int(String(decoding: address, as: UTF8.self), radix: 16) else { return nil }
        var text: [UInt8] = []
        for byte in line[(colon + 1)...] {
            if byte == UInt8(ascii: "#") || byte == UInt8(ascii: "<") { break }
            let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            if isSpace, text.isEmpty || text.last == UInt8(ascii: " ") { continue }
            text.append(isSpace ? UInt8(ascii: " ") : byte)
        }
        while text.last == UInt8(ascii: " ") { text.removeLast() }
        return (offset, String(decoding: text, as: UTF8.self))
    }

    /// The toolchain's own before any other: how operands are written differs between versions.
    private static func tool() throws -> FilePath {
        let folders = (environmentValue("PATH") ?? "").split(separator: ":").map { FilePath(String($0)) }
        // `swift` in PATH may be a link into the toolchain.
        let toolchains = folders.compactMap { resolved($0.appending("swift"))?.removingLastComponent() }
        for folder in toolchains + folders where isExecutable(folder.appending("llvm-objdump")) {
            return folder.appending("llvm-objdump")
        }
        throw Missing()
    }

    /// The smallest ELF object with a section of code.
    private static func objectFile(_ code: [UInt8]) -> [UInt8] {
        let names: [UInt8] = Array("\0.text\0.shstrtab\0".utf8)
        var file: [UInt8] = []
        func word(_ value: Int, _ byteCount: Int) {
            for index in 0..<byteCount { file.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        let headerByteCount = 64
        let codeStart = headerByteCount
        let namesStart = codeStart + code.count
        let sectionsStart = (namesStart + names.count + 7) & ~7
        file += [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        word(1, 2)  // relocatable
        word(62, 2)  // x86-64
        word(1, 4)
        word(0, 8)
        word(0, 8)
        word(sectionsStart, 8)
        word(0, 4)
        for value in [headerByteCount, 0, 0, 64, 3, 2] { word(value, 2) }
        file += code + names
        file += [UInt8](repeating: 0, count: sectionsStart - file.count)
        file += [UInt8](repeating: 0, count: 64)
        for (name, kind, flags, start, count) in [
            (1, 1, 6, codeStart, code.count), (7, 3, 0, namesStart, names.count),
        ] {
            word(name, 4)
            word(kind, 4)
            for value in [flags, 0, start, count] { word(value, 8) }
            word(0, 8)
            for value in [1, 0] { word(value, 8) }
        }
        return file
    }
}
