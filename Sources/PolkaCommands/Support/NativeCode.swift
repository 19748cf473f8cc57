// The machine code of a program as `disasm --native` shows it: which lines stand beside which instruction.

import PolkaAsm
import PolkaBlob
import PolkaBuild
import PolkaJIT
import PolkaVM

struct NativeCode {
    /// An instruction of the processor, or data between them.
    struct Line: Encodable {
        /// From the start of the machine code.
        let offset: Int
        let bytes: [UInt8]
        /// nil if nothing is there that reads machine code.
        let text: String?

        private enum CodingKeys: String, CodingKey {
            case offset, bytes, text
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(offset, forKey: .offset)
            try container.encode(bytes.map(Int.init), forKey: .bytes)
            try container.encode(text, forKey: .text)
        }
    }

    /// A place through which code is left.
    struct WayOut: Encodable {
        let name: String
        let code: [Line]
    }

    /// The far end of a check of gas.
    struct OutOfGas: Encodable {
        let name: String
        /// Where in the program the block of the check starts.
        let block: UInt32
        let code: [Line]
    }

    let byteCount: Int
    private(set) var waysOut: [WayOut] = []
    private(set) var outOfGas: [OutOfGas] = []
    /// By code offset of the block.
    private(set) var gasChecks: [UInt32: [Line]] = [:]
    /// By code offset of the instruction; that of the end of the code for the trap that stands there.
    private(set) var instructions: [UInt32: [Line]] = [:]
    /// Instructions that were joined with the next one.
    private(set) var joined: Set<UInt32> = []
    /// Why there are only bytes, nil if there is text.
    private(set) var whyNoText: String?

    /// Compiles a program and reads what came out.
    ///
    /// - Throws: `CommandError` where there is no compiler, `ModuleError` if the program can not be compiled.
    init(of blob: Blob, gas: GasSettings?, toolchain: Toolchain) async throws {
        if let reason = Backend.whyNoCompiler { throw CommandError(reason) }
        var configuration = ModuleConfiguration()
        // Of whatever form the program is, it may end as some form may.
        configuration.endRule = .graypaper
        gas?.apply(to: &configuration)
        let module = try Module(blob, configuration: configuration, engine: Engine(backend: .compiler))
        guard let listing = try NativeListing(of: module) else {
            preconditionFailure("the compiler backend has no machine code")
        }
        byteCount = listing.code.count
        let data = listing.pieces.filter { $0.dataByteCount > 0 }.map { $0.range.suffix($0.dataByteCount) }
        var texts: [HostDisassembler.Line]?
        do {
            texts = try await HostDisassembler(toolchain).lines(of: listing.code, data: data)
        } catch {
            whyNoText = "\(error)"
        }
        let names = Names(listing, blob)
        var next = 0
        for piece in listing.pieces {
            var lines: [Line] = []
            let code = piece.range.dropLast(piece.dataByteCount)
            if let texts {
                while next < texts.count, texts[next].offset < code.endIndex {
                    let line = texts[next]
                    next += 1
                    let end = next < texts.count ? min(texts[next].offset, code.endIndex) : code.endIndex
                    lines.append(
                        Line(
                            offset: line.offset, bytes: Array(listing.code[line.offset..<end]),
                            text: names.text(of: line)
                        ))
                }
            } else if !code.isEmpty {
                lines.append(Line(offset: code.startIndex, bytes: Array(listing.code[code]), text: nil))
            }
            if piece.dataByteCount > 0 {
                lines.append(Self.data(listing.code, piece.range.suffix(piece.dataByteCount)))
            }
            add(lines, of: piece, names)
        }
    }

    private mutating func add(_ lines: [Line], of piece: NativeListing.Piece, _ names: Names) {
        let codeOffset = piece.codeOffset ?? 0
        switch piece.role {
        case .wayOut(let name): waysOut.append(WayOut(name: name, code: lines))
        case .gasCheck: gasChecks[codeOffset] = lines
        case .instruction:
            instructions[codeOffset] = lines
            if piece.isPartOfNext { joined.insert(codeOffset) }
        case .outOfGas:
            let name = names[piece.range.lowerBound] ?? ""
            outOfGas.append(OutOfGas(name: name, block: codeOffset, code: lines))
        }
    }

    /// What stands behind the call of a way out, in words of 32 bits.
    private static func data(_ code: [UInt8], _ range: Range<Int>) -> Line {
        let words = stride(from: range.lowerBound, to: range.upperBound, by: 4).map { start in
            code[start..<(start + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        let text = ".long " + words.map { "\($0)" }.joined(separator: ", ")
        return Line(offset: range.lowerBound, bytes: Array(code[range]), text: text)
    }

    /// Names for where jumps go, by offset in the machine code.
    private struct Names {
        private var names: [Int: String] = [:]

        init(_ listing: NativeListing, _ blob: Blob) {
            let disassembly = Disassembly(of: blob)
            func place(_ offset: UInt32?) -> String {
                guard let offset else { return "" }
                return Int(offset) == blob.code.bytes.count ? "the end" : disassembly.target(offset)
            }
            for piece in listing.pieces {
                let start = piece.range.lowerBound
                switch piece.role {
                case .wayOut(let name): names[start] = name
                case .outOfGas: names[start] = "no gas for \(place(piece.codeOffset))"
                case .gasCheck, .instruction:
                    // Where instructions without code of their own stand before it, a block is what is jumped to.
                    let name = place(piece.codeOffset)
                    if names[start] == nil || name.hasPrefix("@") { names[start] = name }
                }
            }
        }

        subscript(offset: Int) -> String? { names[offset] }

        func text(of line: HostDisassembler.Line) -> String {
            guard let target = line.target, let name = names[target] else { return line.text }
            return line.text.prefix { $0 != " " } + (name.hasPrefix("@") ? " \(name)" : " <\(name)>")
        }
    }
}

extension NativeCode {
    /// The machine code as lines beside the listing of the program.
    func margin(for blob: Blob) -> Disassembly.Margin {
        let width = max(3, String(byteCount, radix: 16).utf8.count)
        func text(_ line: Line) -> [String] {
            func numbered(_ offset: Int, _ text: String) -> String {
                let number = String(offset, radix: 16)
                return String(repeating: " ", count: width - number.utf8.count) + "\(number): \(text)"
            }
            if let text = line.text { return [numbered(line.offset, text)] }
            return stride(from: 0, to: line.bytes.count, by: Self.bytesPerLine).map { start in
                numbered(line.offset + start, Self.hex(line.bytes.dropFirst(start).prefix(Self.bytesPerLine)))
            }
        }
        var margin = Disassembly.Margin(
            block: { offset in (gasChecks[offset] ?? []).flatMap(text) },
            entry: { offset in
                let note =
                    joined.contains(offset) ? [String(repeating: " ", count: width) + "  with the next"] : []
                return (instructions[offset] ?? []).flatMap(text) + note
            })
        margin.head = ["\(byteCount) bytes of x86-64 code"]
        for wayOut in waysOut {
            margin.head.append("<\(wayOut.name)>:")
            margin.head += wayOut.code.flatMap(text)
        }
        // The trap at the end of the code is listed where the last instruction can run into it.
        let end = blob.code.bytes.count
        var isEndListed = false
        blob.code.forEachPosition(in: blob.instructionSet) { isEndListed = $0.offset == end }
        if !isEndListed {
            margin.tail.append("end of the code:")
            margin.tail += (margin.block(UInt32(end)) + margin.entry(UInt32(end)))
        }
        for far in outOfGas {
            margin.tail.append("<\(far.name)>:")
            margin.tail += far.code.flatMap(text)
        }
        return margin
    }

    private static let bytesPerLine = 12

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }
}
