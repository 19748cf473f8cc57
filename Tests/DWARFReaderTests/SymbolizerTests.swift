// Each instruction of compiled guests has the frames that LLVM's symbolizer gives it.

import Foundation
import PolkaBlob
import RISCVELF
import Testing

@testable import DWARFReader

/// A guest, by how it is compiled.
struct Compilation: CustomTestStringConvertible, Sendable {
    let name: String
    let flags: [String]

    var testDescription: String { ([name] + flags).joined(separator: " ") }
    var source: String { name.hasSuffix(".swift") ? Sample.swift : Sample.c }

    static let all = [
        Compilation(name: "a.c", flags: ["-g", "-O0"]), Compilation(name: "a.c", flags: ["-g", "-O2"]),
        Compilation(name: "a.c", flags: ["-gdwarf-4", "-O2"]), Compilation(name: "a.c", flags: ["-gdwarf-3", "-O2"]),
        Compilation(name: "a.c", flags: ["-gdwarf-2", "-O1"]),
        Compilation(name: "a.c", flags: ["-g", "-gdwarf64", "-O2"]),
        Compilation(name: "a.c", flags: ["-g", "-O2", "-mrelax"]),
        Compilation(name: "a.c", flags: ["-gline-tables-only", "-O2"]),
        Compilation(name: "a.swift", flags: ["-g", "-Onone"]), Compilation(name: "a.swift", flags: ["-g", "-O"]),
        Compilation(name: "a.swift", flags: ["-g", "-Osize", "-dwarf-version=5"]),
    ]
}

/// A frame as the symbolizer prints it.
private struct Symbolized: Decodable {
    struct Answer: Decodable {
        let Address: String
        let Symbol: [Symbolized]
    }

    let FunctionName: String
    let FileName: String
    let Line: UInt32
    let Column: UInt32
}

/// A place in a file, as both sides have it.
private struct Place: Equatable {
    let file: String
    let line: UInt32
    let column: UInt32
}

@Suite struct SymbolizerTests {
    @Test(arguments: Compilation.all)
    func everyInstruction(_ compilation: Compilation) throws {
        let workshop = try Workshop()
        let bytes = try workshop.compile(compilation.source, compilation.name, compilation.flags)
        let elf = try ELFObject(parsing: try workshop.link([compilation.name]), name: "guest.elf")
        let map = SourceMap(elf)
        #expect(map.notes == [])
        let count = try compare(elf, map, workshop)
        #expect(count > 20)

        // Before it was linked, everything was the same, but for functions that nothing refers to.
        let object = try ELFObject(parsing: bytes, name: "guest.o")
        let objectMap = SourceMap(object)
        #expect(objectMap.notes == [])
        for section in elf.sections where section.isExecutable && section.byteCount > 0 {
            let same = object.sections.filter { $0.name == section.name }
            // With --unique no two sections were joined.
            guard same.count == 1, same[0].byteCount == section.byteCount else { continue }
            for offset in stride(from: 0, to: section.byteCount, by: 2) {
                #expect(
                    objectMap.frames(section: same[0].index, offset: offset)
                        == map.frames(section: section.index, offset: offset))
            }
        }
    }

    /// Compares a file linked with `--unique` and no script: each input keeps its own debug sections.
    @Test func separateDebugSections() throws {
        let workshop = try Workshop()
        for number in 1...3 {
            let source = Sample.c.replacing("pvm_start", with: number == 1 ? "pvm_start" : "start_\(number)")
                .replacing("first(", with: "first_\(number)(").replacing("unused(", with: "unused_\(number)(")
            _ = try workshop.compile(
                String(repeating: "\n", count: number * 10) + source, "\(number).c", ["-g", "-O2"])
        }
        let names = (1...3).map { "\($0).c" }
        let flags = ["-pie", "--emit-relocs", "--no-relax", "-e", "0"]
        func frames(_ extra: [String]) throws -> [String: [[SourceFrame]]] {
            let elf = try ELFObject(parsing: try workshop.link(names, flags + extra), name: "guest.elf")
            let map = SourceMap(elf)
            #expect(map.notes == [])
            var result: [String: [[SourceFrame]]] = [:]
            for symbol in elf.symbols where symbol.type == ELFSymbol.typeFunction {
                guard case .section(let section) = symbol.place else { continue }
                result[symbol.name] = stride(from: 0, to: Int(symbol.byteCount), by: 2).map {
                    map.frames(section: section, offset: Int(symbol.offset) + $0)
                }
            }
            #expect(elf.sections.filter { $0.name == ".debug_info" }.count == (extra.isEmpty ? 1 : 3))
            return result
        }
        let joined = try frames([])
        #expect(joined.count == 9)
        #expect(try frames(["--unique"]) == joined)
    }

    /// Returns how many instructions were compared.
    private func compare(_ elf: ELFObject, _ map: SourceMap, _ workshop: Workshop) throws -> Int {
        var places: [(section: Int, offset: Int)] = []
        var input = ""
        for section in elf.sections where section.isExecutable {
            for offset in stride(from: 0, to: section.byteCount, by: 2) {
                places.append((section.index, offset))
                input += "0x\(String(section.address + UInt64(offset), radix: 16))\n"
            }
        }
        let output = try workshop.run(
            "llvm-symbolizer", ["--obj=guest.elf", "--output-style=JSON", "--functions=linkage", "--no-demangle"],
            input: input)
        let lines = output.split(separator: UInt8(ascii: "\n"))
        try #require(lines.count == places.count)
        let answers = try lines.map { try JSONDecoder().decode(Symbolized.Answer.self, from: Data($0)) }
        let readable = try demangled(Set(answers.flatMap { $0.Symbol.map(\.FunctionName) }), workshop)
        for (place, answer) in zip(places, answers) {
            let expected = answer.Symbol.reversed().map { symbol in
                Place(
                    file: Self.cleaned(symbol.FileName), line: symbol.Line, column: symbol.Line == 0 ? 0 : symbol.Column
                )
            }
            let frames = map.frames(section: place.section, offset: place.offset)
            let found = frames.filter { $0.kind != .enter }.map {
                Place(file: $0.path ?? "", line: $0.line ?? 0, column: $0.line == nil ? 0 : $0.column ?? 0)
            }
            let comment = Comment(rawValue: "\(answer.Address): \(frames.map { "\($0)" })")
            // What has no line has a file in the symbolizer's eyes: that of the symbol.
            if found.isEmpty {
                #expect(expected.map(\.line) == [0], comment)
            } else {
                #expect(found == expected, comment)
            }
            let names = answer.Symbol.reversed().map(\.FunctionName)
            let functions = frames.filter { $0.kind == .enter }.compactMap(\.function)
            guard functions.count == names.count else {
                Issue.record(comment)
                continue
            }
            // Labels of the assembler get in the way of the symbolizer's names; what the compiler has made by itself has no
            // name in the source, and very long names are not demangled.
            for (name, function) in zip(names, functions)
            where !name.hasPrefix(".L") && SwiftDemangler.references(in: name) <= 12 {
                let expected = readable[name] ?? name
                if expected.hasPrefix("outlined ") || expected == name && name.hasPrefix("$") { continue }
                #expect(Self.plain(function) == expected, comment)
            }
        }
        return places.count
    }

    /// The readable names of mangled symbols, as the toolchain's demangler has them.
    private func demangled(_ symbols: Set<String>, _ workshop: Workshop) throws -> [String: String] {
        let mangled = symbols.filter(SwiftDemangler.isMangled).sorted()
        if mangled.isEmpty { return [:] }
        let output = try workshop.run(
            "swift-demangle", ["--compact", "--simplified"], input: mangled.joined(separator: "\n") + "\n")
        let names = String(decoding: output, as: UTF8.self).split(separator: "\n").map { Self.plain(String($0)) }
        try #require(names.count == mangled.count)
        return Dictionary(uniqueKeysWithValues: zip(mangled, names))
    }

    /// A name without the differences between the demangler's short form and ours.
    private static func plain(_ name: String) -> String {
        var name = name
        for word in ["specialized ", "partial apply for ", "static ", "merged ", "implicit ", "@Sendable ", " infix"] {
            name = name.replacing(word, with: "")
        }
        while let open = name.firstIndex(of: "<"), let close = name[open...].firstIndex(of: ">") {
            // The innermost pair of brackets.
            let inner = name[..<close].lastIndex(of: "<") ?? open
            name.removeSubrange(inner...close)
        }
        return name.replacing(/#(\d+) \(/) { "#\($0.1)(" }
    }

    /// The path without what the symbolizer puts before names that are no paths.
    private static func cleaned(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasPrefix("<") ? last : path.replacing("/./", with: "/")
    }
}
