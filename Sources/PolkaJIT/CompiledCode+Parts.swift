// Compiling a large program in two threads.
//
// The code is divided near its middle, at the start of a block. Each half becomes machine code by itself, and the second is then
// put behind the first: distances inside of it stay what they were, those to the ways out and across the boundary are
// corrected. What comes out is, to the byte, what one thread would have made.

import CPolkaSystem
import PolkaBlob
import PolkaISA
import PolkaVM
import X86Assembler

extension CompiledCode {
    /// The start of a block near the middle of a program's code; no code offset if there is none.
    static func middle(of code: CodeMap, _ set: InstructionSet) -> Int {
        let byteCount = code.bytes.count
        var offset = byteCount / 2
        while offset < byteCount, !code.startsInstruction(at: offset) { offset += 1 }
        while offset < byteCount {
            let next = offset + 1 + code.skip(at: offset)
            // Far from the end, which is read by other means, and with an instruction right behind.
            guard next + Compiler.reach < byteCount, code.startsInstruction(at: next) else { return .max }
            if let opcode = set.opcode(of: code.bytes[offset]), opcode.isTerminator { return next }
            offset = next
        }
        return .max
    }

    /// Compiles both halves of the code at once; nil if there was no room.
    static func compileInTwo(
        _ program: Program, _ features: ProcessorFeatures, _ starts: InstructionStarts, _ jumpTable: JumpTable,
        _ boundary: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ModuleError) -> Result? {
        let tables = try CompilerStorage(instructionCount: starts.count)
        let storage = tables.storage
        guard var other = ScratchMemory(byteCount: buffer.count) else {
            throw .backend("no memory for \(buffer.count) bytes of machine code")
        }
        let otherBytes = UnsafeMutableRawBufferPointer(rebasing: other.bytes[..<buffer.count])
        var otherByteCount = 0
        defer { other.usedByteCount = otherByteCount }
        return program.code.bytes.withUnsafeBytes { code in
            starts.withUnsafeView { starts in
                var first = Compiler(
                    program, code: code, starts: starts, features: features, buffer: buffer, storage: storage,
                    jumpTable: jumpTable, boundary: boundary, part: .first)
                // Blocks of the first part, with their gaps, end before these.
                let secondBlocks = storage.blocks + 2 * starts.number(at: boundary) + 1
                var second = Compiler(
                    program, code: code, starts: starts, features: features, buffer: otherBytes,
                    storage: Compiler.Storage(labels: storage.labels, blocks: secondBlocks), jumpTable: jumpTable,
                    boundary: boundary, part: .second(first.thunks))
                var isFirstComplete = false, isSecondComplete = false
                // Labels are the same memory, but each part binds only its own, and looks at no others.
                beside({ isSecondComplete = second.compileSecondPart() }) { isFirstComplete = first.compileFirstPart() }
                // Stores reach beyond what is written, and what is taken back stays where it was.
                otherByteCount = min(buffer.count, second.assembler.offset + Compiler.wordByteCount)
                guard isFirstComplete, isSecondComplete, first.append(second, secondBlocks) else { return nil }
                first.fill(jumpTable, program.code.jumpTable)
                let blocks = UnsafeBufferPointer(start: storage.blocks, count: first.blockCount)
                return (first.assembler.offset, Array(blocks), first.gasStubs)
            }
        }
    }

    /// Does two things at once, the first in a thread of its own; one after the other where that comes sooner.
    private static func beside(_ one: () -> Void, _ other: () -> Void) {
        withoutActuallyEscaping(one) { one in
            let box = Box(body: one)
            let task = pvm_task_start(
                { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().body() },
                Unmanaged.passUnretained(box).toOpaque())
            other()
            // The box lives until here, and a task that is taken back does not look at it.
            let isLeft = task.map { pvm_task_finish($0) != 0 } ?? true
            withExtendedLifetime(box) {}
            if isLeft { one() }
        }
    }

    private final class Box {
        let body: () -> Void

        init(body: @escaping () -> Void) { self.body = body }
    }
}
