// Which machine code each instruction became, for listings and audits.
//
// The compiler keeps no table of instructions. So the program is compiled once more under observation: what the code grows by
// belongs to the instruction at hand, and what an instruction takes back is lost by those before it. So a pair that became one
// sequence is that of its last instruction.

import PolkaBlob
import PolkaISA
package import PolkaVM
import X86Assembler

/// The machine code of a program in pieces, in its order and without gaps.
package struct NativeListing: Sendable {
    /// What a piece of code is for.
    package enum Role: Equatable, Sendable {
        /// A place through which code is left, named for the reason.
        case wayOut(String)
        /// Takes the cost of the block that starts at the piece's code offset.
        case gasCheck
        /// Does what an instruction says, or traps for bytes that are none and for the end of the code.
        case instruction
        /// The far end of a check of gas, for the block that starts at the piece's code offset.
        case outOfGas
    }

    package struct Piece: Equatable, Sendable {
        package let role: Role
        /// Offsets in the machine code; empty for an instruction that needs none.
        package fileprivate(set) var range: Range<Int>
        /// The place in the program; the end of the code for what stands there; nil for ways out.
        package let codeOffset: UInt32?
        /// How many of the bytes, at the end, are not code but data for the way out that the code before them calls.
        package fileprivate(set) var dataByteCount = 0
        /// Whether an instruction was joined with the next one, whose code does what both say.
        package fileprivate(set) var isPartOfNext = false
    }

    /// The machine code.
    package let code: [UInt8]
    package let pieces: [Piece]

    /// Lists the machine code of a module, in time linear in its size.
    ///
    /// - Returns: nil for a module of a backend that makes none.
    /// - Throws: `ModuleError` if there is no memory to compile once more.
    package init?(of module: Module) throws(ModuleError) {
        guard let compiled = module.executable as? CompiledProgram else { return nil }
        code = Array(
            UnsafeRawBufferPointer(start: compiled.code.memory.start, count: compiled.code.memory.byteCount))
        pieces = try ListingPass(compiled).run()
    }
}

/// Finds the pieces of a program's code.
private struct ListingPass {
    private let program: Program
    private let compiled: CompiledCode
    private let isMetered: Bool
    private var pieces: [NativeListing.Piece] = []
    /// The ways out that data stand behind calls of.
    private var siteThunks: Set<Int> = []
    /// How many blocks have begun.
    private var blockCount = 0

    init(_ compiledProgram: CompiledProgram) {
        program = compiledProgram.program
        compiled = compiledProgram.code
        isMetered = program.configuration.gasMetering != .none
    }

    consuming func run() throws(ModuleError) -> [NativeListing.Piece] {
        let tables = try CompilerStorage(instructionCount: compiled.starts.count)
        // The pass asks for room for many instructions at once.
        let byteCount = compiled.memory.byteCount
        let buffer = try CodeBuffer(byteCount: byteCount + (1 << 16), expected: byteCount)
        let bytes = buffer.bytes
        program.code.bytes.withUnsafeBytes { code in
            compiled.starts.withUnsafeView { starts in
                var compiler = Compiler(
                    program, code: code, starts: starts, features: compiled.features, buffer: bytes,
                    storage: tables.storage, jumpTable: compiled.jumpTable,
                    boundary: compiled.boundary)
                appendWaysOut(compiler.thunks, end: compiler.assembler.offset)
                var observer = PlaceCollector()
                guard compiler.compile(&observer), compiler.assembler.offset == byteCount,
                    compiler.assembler.writtenBytes.elementsEqual(
                        UnsafeRawBufferPointer(start: compiled.memory.start, count: byteCount))
                else {
                    preconditionFailure("code that was compiled again became another")
                }
                appendInstructions(observer.places)
            }
        }
        return pieces
    }

    private mutating func appendWaysOut(_ thunks: ExitThunks, end: Int) {
        siteThunks = [thunks.trap, thunks.hostCall, thunks.memset, thunks.sbrk]
        let places = [
            (thunks.trap, "trap"), (thunks.hostCall, "host call"), (thunks.memset, "memset"), (thunks.sbrk, "sbrk"),
            (thunks.outOfGas, "out of gas"), (thunks.farJump, "far jump"), (thunks.badJump, "bad jump"),
        ].sorted { $0.0 < $1.0 }
        for (index, (start, name)) in places.enumerated() {
            let next = index + 1 < places.count ? places[index + 1].0 : end
            pieces.append(NativeListing.Piece(role: .wayOut(name), range: start..<next, codeOffset: nil))
        }
    }

    private mutating func appendInstructions(_ places: [PlaceCollector.Place]) {
        let byteCount = program.code.bytes.count
        // In front of the first instruction and behind the reach of each may lie a gap, and behind all is the end.
        let first = places.first?.codeOffset ?? byteCount
        if first > 0 { append(at: 0, end(of: places, 0, next: first)) }
        for (index, place) in places.enumerated() {
            let next = index + 1 < places.count ? places[index + 1].codeOffset : byteCount
            let behind = place.codeOffset + 1 + Instruction.maximumSkip
            let end = end(of: places, index + 1, next: next)
            if behind < next {
                append(at: place.codeOffset, .trap(at: behind), isPartOfNext: place.isPartOfNext)
                append(at: behind, end)
            } else {
                append(at: place.codeOffset, end, isPartOfNext: place.isPartOfNext)
            }
        }
        append(at: byteCount, .code(at: compiled.gasStubs))
        guard isMetered else { return }
        for (index, block) in compiled.blocks.enumerated() {
            let start = compiled.gasStubs + index * Compiler.stubByteCount
            pieces.append(
                NativeListing.Piece(
                    role: .outOfGas, range: start..<(start + Compiler.stubByteCount), codeOffset: block.codeOffset))
        }
    }

    /// What comes behind a piece.
    private enum End {
        /// Code that starts at an offset in the machine code, behind the check of a block that it starts.
        case code(at: Int)
        /// The trap for a gap, or the end, that stands at an offset in the program.
        case trap(at: Int)
    }

    private func end(of places: [PlaceCollector.Place], _ index: Int, next: Int) -> End {
        index < places.count ? .code(at: places[index].nativeOffset) : .trap(at: next)
    }

    /// Adds the code of what stands at an offset, and the check in front of it if it starts a block.
    private mutating func append(at codeOffset: Int, _ end: End, isPartOfNext: Bool = false) {
        var start = pieces.last?.range.upperBound ?? 0
        if let block = nextBlock, Int(block.codeOffset) == codeOffset {
            blockCount += 1
            if isMetered {
                let check = start..<(start + Compiler.checkByteCount)
                pieces.append(NativeListing.Piece(role: .gasCheck, range: check, codeOffset: block.codeOffset))
                start = check.upperBound
            }
        }
        let blockStart = nextBlock.map { Int($0.nativeOffset) } ?? compiled.gasStubs
        let stop =
            switch end {
            case .code(let offset): min(offset, blockStart)
            case .trap(let offset) where nextBlock.map { Int($0.codeOffset) } == offset: blockStart
            // It ends the block.
            case .trap: blockStart - Self.siteByteCount
            }
        var piece = NativeListing.Piece(role: .instruction, range: start..<stop, codeOffset: UInt32(codeOffset))
        piece.isPartOfNext = isPartOfNext
        piece.dataByteCount = dataByteCount(of: piece)
        pieces.append(piece)
    }

    private var nextBlock: CompiledBlock? {
        blockCount < compiled.blocks.count ? compiled.blocks[blockCount] : nil
    }

    private static let siteByteCount = ExitThunks.transferByteCount + ExitThunks.siteByteCount

    /// Whoever leaves calls a way out, or jumps there, at the end of his code.
    private func dataByteCount(of piece: NativeListing.Piece) -> Int {
        guard piece.range.count >= Self.siteByteCount else { return 0 }
        let call = piece.range.upperBound - Self.siteByteCount
        guard Self.transferOpcodes.contains(compiled.memory.start.load(fromByteOffset: call, as: UInt8.self)) else {
            return 0
        }
        let distance = compiled.memory.start.loadUnaligned(fromByteOffset: call + 1, as: Int32.self)
        let target = call + ExitThunks.transferByteCount + Int(distance)
        return siteThunks.contains(target) ? ExitThunks.siteByteCount : 0
    }

    /// `call` and `jmp` with a distance of 32 bits.
    private static let transferOpcodes: [UInt8] = [0xe8, 0xe9]
}

/// Notes where the code of each instruction starts.
private struct PlaceCollector: CompilerObserver {
    struct Place {
        let codeOffset: Int
        var nativeOffset: Int
        var isPartOfNext = false
    }

    private(set) var places: [Place] = []

    mutating func willCompile(at codeOffset: Int, nativeOffset: Int, facts: Facts) -> Bool {
        places.append(Place(codeOffset: codeOffset, nativeOffset: nativeOffset))
        return true
    }

    mutating func didTakeBack(to nativeOffset: Int) {
        for index in places.indices.reversed() {
            guard places[index].nativeOffset > nativeOffset else { break }
            places[index].nativeOffset = nativeOffset
        }
        if places.count > 1 { places[places.count - 2].isPartOfNext = true }
    }
}
