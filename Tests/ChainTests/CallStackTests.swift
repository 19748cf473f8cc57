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
        let all = PolkaBuild.Environment["PVM_CALL_STACKS"] == "all"
        return all
            || ["computed_goto.c", "function_pointers.c", "classes.swift", "existentials.swift"].contains($0.file)
    }

    @Test(arguments: guests)
    func areThoseThatWereCalled(_ guest: Guest) async throws {
        let folder = try TemporaryFolder("stack-\(guest.name)")
        for optimization in guest.optimizations {
            let products = try await guest.build(optimization, in: folder.path)
            for level in [LinkOptions.Optimization.none, .full] {
                var options = LinkOptions()
                options.optimization = level
                let blob = try Builder.link(elf: products.elf, options: options).blob
                try checkStacks(blob, guest.inputs.first ?? 0, "\(guest) \(optimization) -O\(level.rawValue)")
            }
        }
    }

    private func checkStacks(_ blob: Blob, _ input: UInt64, _ what: String) throws {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        let module = try Module(blob, configuration: configuration)
        let instance = try Instance(module, hostFunctions: Guest.hostFunctions())
        try instance.prepareCall("run", [input])
        var calls = CallRecord(blob)
        var failures = 0
        for step in 0..<400_000 {
            let start = try #require(instance.nextProgramCounter)
            instance.gas = module.gasCost(ofBlockAt: start) ?? 1
            let exit = try instance.resume()
            guard exit == .outOfGas else {
                #expect(exit == .finished, "\(what)")
                #expect(calls.open.isEmpty, "\(what)")
                return
            }
            let place = try #require(instance.programCounter)
            calls.note(blockAt: start, next: place, stackPointer: instance[.sp])
            // All of the beginning, and then now and again.
            guard step < 1000 || step % 499 == 0 else { continue }
            let backtrace = instance.backtrace(limit: 4096)
            let expected = [place] + calls.open.reversed().map(\.codeOffset)
            let found = backtrace.frames.filter { $0.kind != .inlined }.map(\.codeOffset)
            guard found != expected || backtrace.frames.contains(where: { $0.note != nil }) else { continue }
            let notes = backtrace.frames.compactMap(\.note)
            Issue.record("\(what), step \(step): expected \(expected), found \(found) \(notes)")
            failures += 1
            if failures == 3 { return }
        }
    }
}

/// The calls that have not returned, as they were made.
private struct CallRecord {
    struct Call {
        /// Of the jump.
        let codeOffset: UInt32
        let returnOffset: UInt32
        let stackPointer: UInt64
    }

    private(set) var open: [Call] = []
    private let blob: Blob
    private var ends: [UInt32: (UInt32, link: UInt32?)] = [:]

    init(_ blob: Blob) { self.blob = blob }

    /// Notes that a block was executed and where control went.
    mutating func note(blockAt start: UInt32, next: UInt32, stackPointer: UInt64) {
        let (end, link) = end(of: start)
        if let link {
            open.append(Call(codeOffset: end, returnOffset: link, stackPointer: stackPointer))
        } else if let last = open.last, last.returnOffset == next, last.stackPointer == stackPointer {
            open.removeLast()
        }
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
            let isCall =
                (instruction.opcode == .loadImmAndJump || instruction.opcode == .loadImmAndJumpIndirect)
                && instruction.r1 == .ra
            let result = (UInt32(offset), link: isCall ? code.jumpTable[Int(instruction.x) / 2 - 1] : nil)
            ends[start] = result
            return result
        }
        return (UInt32(offset), nil)
    }
}
