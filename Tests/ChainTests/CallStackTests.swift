// Call stacks of compiled programs, found from code, registers and memory, against what was really called: guests run block
// by block, and every call and return is written down.

import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaLinker
import PolkaVM
import Testing

@Suite struct CallStackTests {
    /// Guests whose blocks are many and whose functions are of all kinds; none leaves functions by `longjmp`.
    private static let guests = Guest.all.filter {
        if PolkaBuild.Environment["PVM_CALL_STACKS"] == "all" { return $0.file != "jumps.c" }
        return [
            "computed_goto.c", "function_pointers.c", "mutual_recursion.c", "classes.swift", "closures.swift",
            "dictionaries.swift", "existentials.swift",
        ].contains($0.file)
    }

    @Test(arguments: guests)
    func areThoseThatWereCalled(_ guest: Guest) async throws {
        let folder = try TemporaryFolder("stack-\(guest.name)")
        for optimization in guest.optimizations {
            let products = try await guest.build(optimization, in: folder.path)
            for level in [LinkOptions.Optimization.none, .size, .full] {
                var options = LinkOptions()
                options.optimization = level
                let blob = try Builder.link(elf: products.elf, options: options).blob
                let what = "\(guest) \(optimization) -O\(level.rawValue)"
                let count = try checkStacks(blob, guest.inputs.first ?? 0, what)
                if level == .none { #expect(count.uncertain == 0, "\(what)") }
                if level == .full { #expect(count.uncertain * 100 <= count.all, "\(what): \(count)") }
            }
        }
    }

    /// Runs a guest and compares its call stack at the ends of blocks.
    ///
    /// A known limit: where several calls return to one place, because what follows them is the same, and all of them can be
    /// calls of the function, nothing tells which it was (`closures.swift` -O -Os: two calls of `swift_release`, of which the
    /// first is shown). The frame says that it is uncertain; return address and all other frames must be right still.
    ///
    /// - Returns: how many stacks were compared, and in how many a call is another one that returns to the same place.
    private func checkStacks(_ blob: Blob, _ input: UInt64, _ what: String) throws -> (all: Int, uncertain: Int) {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        let module = try Module(blob, configuration: configuration)
        let instance = try Instance(module, linker: Guest.linker())
        try instance.prepareCall("run", [input])
        var calls = CallRecord(blob)
        var failures = 0
        var count = (all: 0, uncertain: 0)
        for step in 0..<400_000 {
            let start = try #require(instance.nextProgramCounter)
            instance.gas = module.gasCost(ofBlockAt: start) ?? 1
            let exit = try instance.resume()
            guard exit == .outOfGas else {
                #expect(exit == .finished, "\(what)")
                #expect(calls.open.isEmpty, "\(what)")
                return count
            }
            let place = try #require(instance.programCounter)
            calls.note(blockAt: start, next: place, stackPointer: instance[.sp])
            // All of the beginning, and then now and again.
            guard step < 1000 || step % 499 == 0 else { continue }
            count.all += 1
            let frames = instance.backtrace(limit: 4096).frames.filter { $0.kind != .inlined }
            let expected = [place] + calls.open.reversed().map(\.codeOffset)
            let found = frames.map(\.codeOffset)
            if found == expected, frames.allSatisfy({ $0.note == nil }) { continue }
            if isSameButUncertain(frames, place, calls) {
                if found != expected { count.uncertain += 1 }
                continue
            }
            Issue.record("\(what), step \(step): expected \(expected), found \(found) \(frames.compactMap(\.note))")
            failures += 1
            if failures == 3 { break }
        }
        return count
    }

    /// Whether a stack has all functions that were called, by calls that return to where the true ones do; and where a call is
    /// another one, or a note says something else, it says that this is uncertain.
    private func isSameButUncertain(_ frames: [Backtrace.Frame], _ place: UInt32, _ calls: CallRecord) -> Bool {
        guard frames.count == calls.open.count + 1, frames[0].codeOffset == place else { return false }
        for (index, call) in calls.open.reversed().enumerated() {
            let isUncertain = frames[index].note?.hasPrefix("uncertain: ") ?? false
            if !isUncertain, frames[index].note != nil { return false }
            let found = frames[index + 1].codeOffset
            if found != call.codeOffset, !isUncertain || calls.link(ofCallAt: found) != call.returnOffset {
                return false
            }
        }
        return frames.last?.note == nil
    }
}

/// The calls that have not returned, as they were made: what a guest sees, and not what its sources say.
///
/// A function is over when control comes to where the call of it returns, however that happens. At -O2 it may also go to what
/// lies behind that place; then it is over when the stack has fewer bytes than it had at the call.
private struct CallRecord {
    struct Call {
        /// Of the jump.
        let codeOffset: UInt32
        let returnOffset: UInt32
        /// Where control went.
        let target: UInt32
        let stackPointer: UInt64
    }

    private(set) var open: [Call] = []
    private let blob: Blob
    private var ends: [UInt32: (UInt32, link: UInt32?)] = [:]

    init(_ blob: Blob) { self.blob = blob }

    /// Notes that a block was executed and where control went.
    mutating func note(blockAt start: UInt32, next: UInt32, stackPointer: UInt64) {
        let (end, link) = end(of: start)
        while let last = open.last, last.stackPointer < stackPointer { open.removeLast() }
        if let link {
            open.append(Call(codeOffset: end, returnOffset: link, target: next, stackPointer: stackPointer))
        } else if let last = open.last, last.returnOffset == next {
            // Returns that are jumps may leave the frame to the caller, if that sets its stack pointer anew. A function that
            // has called itself may get by such a jump to where it would return to, and still not return.
            let isReturn = blob.code.instruction(at: Int(end), in: blob.instructionSet)?.opcode == .jumpIndirect
            let isRecursive = open.count > 1 && open[open.count - 2].target == last.target
            if isReturn || last.stackPointer == stackPointer || !isRecursive { open.removeLast() }
        }
    }

    /// Where a call returns to; nil for another instruction.
    func link(ofCallAt offset: UInt32) -> UInt32? {
        guard let instruction = blob.code.instruction(at: Int(offset), in: blob.instructionSet),
            instruction.opcode == .loadImmAndJump || instruction.opcode == .loadImmAndJumpIndirect,
            instruction.r1 == .ra
        else { return nil }
        return blob.code.jumpTable[Int(instruction.x) / 2 - 1]
    }

    /// The last instruction of a block, and the code offset that it makes `ra` return to.
    private mutating func end(of start: UInt32) -> (UInt32, link: UInt32?) {
        if let known = ends[start] { return known }
        let code = blob.code
        var offset = Int(start)
        while let instruction = code.instruction(at: offset, in: blob.instructionSet) {
            guard instruction.opcode.isTerminator else {
                offset += 1 + code.skip(at: offset)
                continue
            }
            let result = (UInt32(offset), link: link(ofCallAt: UInt32(offset)))
            ends[start] = result
            return result
        }
        return (UInt32(offset), nil)
    }
}
