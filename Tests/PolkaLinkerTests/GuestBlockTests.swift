// The translation of code that compilers really make, block by block: straight pieces of guests, each from many states.
//
// A piece is what stands between two transfers of control or relocated instructions, which only a whole program gives a meaning.
// At -O0 and -O1 every register of RISC-V is one of the machine, and all of them are compared.

import Foundation
import PolkaLinker
import RISCVELF
import TestSupport
import Testing

@Suite struct GuestBlockTests {
    private static let guests = [
        "sha256", "quicksort", "int128", "bits", "edge_arithmetic", "atomics", "bytecode", "function_pointers",
        "data_tables",
    ]

    /// Longer pieces are cut.
    private static let longest = 40
    private static let mostPieces = 1500

    /// The straight pieces of an object, each once.
    private func pieces(_ object: ELFObject) -> [Snippet] {
        var texts: Set<String> = []
        var result: [Snippet] = []
        for section in object.sections where section.isAllocated && section.isExecutable {
            let relocated = Set(section.relocations.map(\.offset))
            var words: [String] = []
            var bases: Set<RISCVRegister> = []
            var written: Set<RISCVRegister> = []
            func finish() {
                let text = words.joined(separator: "\n")
                if words.count > 1, texts.insert(text).inserted {
                    // One of the bases is enough to have memory at all.
                    var snippet = Snippet(text, pointer: bases.min { $0.rawValue < $1.rawValue })
                    snippet.otherPointers = bases
                    snippet.mayFault = true
                    result.append(snippet)
                }
                (words, bases, written) = ([], [], [])
            }
            var offset = 0
            while offset + 2 <= section.contents.count {
                let low = UInt32(section.contents[offset]) | UInt32(section.contents[offset + 1]) << 8
                var word = low
                if low & 3 == 3, offset + 4 <= section.contents.count {
                    word |= UInt32(section.contents[offset + 2]) << 16 | UInt32(section.contents[offset + 3]) << 24
                }
                let byteCount = low & 3 == 3 ? 4 : 2
                defer { offset += byteCount }
                guard !relocated.contains(offset), let operation = RISCVInstruction.decode(word)?.operation,
                    operation.isStraight
                else {
                    finish()
                    continue
                }
                if let base = operation.base, base != .x0, !written.contains(base) { bases.insert(base) }
                if let destination = operation.registers.first { written.insert(destination) }
                words.append(byteCount == 4 ? ".word \(word)" : ".half \(low)")
                if words.count == Self.longest { finish() }
            }
            finish()
        }
        return result
    }

    @Test(arguments: guests, [LinkOptions.Optimization.none, .basic])
    func blocks(_ name: String, _ level: LinkOptions.Optimization) throws {
        let sources = Workshop.package.appendingPathComponent("Tests/Guests")
        let include = Workshop.package.appendingPathComponent("Guest/include").path
        let source = try String(contentsOf: sources.appendingPathComponent("\(name).c"), encoding: .utf8)
        var snippets: [Snippet] = []
        for optimization in ["-O0", "-O2"] {
            let flags = [optimization, "-ffreestanding", "-I", include, "-I", sources.path]
            let bytes = try Workshop().compile(source, name: "guest.c", flags: flags)
            snippets += pieces(try ELFObject(parsing: bytes, name: "guest.o"))
        }
        #expect(snippets.count > 20)
        let comparison = try Comparison(Array(snippets.prefix(Self.mostPieces)), level, isCompressed: true)
        let count = try comparison.run(stateCount: 16, seed: 1)
        print("\(name): \(snippets.count) pieces, \(count) runs")
        #expect(count > snippets.count / 4)
    }
}

extension RISCVOperation {
    /// Whether it goes on with the next instruction, and means the same wherever it stands.
    fileprivate var isStraight: Bool {
        switch self {
        case .auipc, .jal, .jalr, .branch, .unimplemented, .environmentCall, .hostCallMarker, .sbrk, .memset, .heapBase:
            false
        default: !usesMissingRegister
        }
    }

    /// The register with the address of an access to memory.
    fileprivate var base: RISCVRegister? {
        switch self {
        case .load(_, _, let base, _), .store(_, _, let base, _): base
        case .loadReserved(_, _, let address), .storeConditional(_, _, _, let address),
            .atomic(_, _, _, _, let address):
            address
        default: nil
        }
    }
}
