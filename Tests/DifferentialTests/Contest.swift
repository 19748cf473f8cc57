// One program in two backends: run from stop to stop, with the whole state compared at each of them.

import PolkaBlob
import PolkaISA
import PolkaVM

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where two backends differed first.
struct Difference: CustomStringConvertible {
    /// The case with which it happens; the case that was run, except that the amount of gas may be another.
    var program: ProgramCase
    /// The number of the stop, from 0 on.
    var stop: Int
    /// Registers before the run in which it happened, and where that run began.
    var registers: [UInt64]
    var start: UInt32?
    var description: String
}

/// A program loaded for two backends.
struct Contest {
    let program: ProgramCase
    let code: PlacedCode
    private let expected: Backend
    private let found: Backend
    private let expectedModule: Module
    private let foundModule: Module
    /// Stops of all runs so far.
    private(set) var stopCount = 0
    /// Runs that the backend under test made in machine code from beginning to end, and those that changed to it.
    private(set) var nativeRunCount = 0
    private(set) var changedRunCount = 0
    /// Whether each takes over the other's snapshot at every second stop, so that either goes on from where the other was.
    var exchangesSnapshots = false
    /// Called with the instance that is believed in, before and after each of its runs.
    var observer: ((Instance, Exit?) -> Void)?

    /// Loads a program for the backend that is believed in and for the one that is tested; nil if neither wants it.
    init?(_ program: ProgramCase, _ expected: Backend, against found: Backend) throws {
        self.program = program
        (self.expected, self.found) = (expected, found)
        code = program.placedCode()
        let blob = program.blob(code.map)
        let configuration = program.configuration
        do {
            expectedModule = try Module(blob, configuration: configuration, engine: Engine(backend: expected))
        } catch {
            if (try? Module(blob, configuration: configuration, engine: Engine(backend: found))) == nil { return nil }
            throw error
        }
        foundModule = try Module(blob, configuration: configuration, engine: Engine(backend: found))
    }

    /// Runs both, as often as the case wants it.
    mutating func firstDifference() throws -> Difference? {
        switch program.gasMode {
        case .everyAmount:
            // Long programs are run once.
            guard let total = try gasToTheEnd(atMost: 64) else { return try firstDifference(program) }
            var variant = program
            variant.gasMode = .given
            for gas in 0...total {
                variant.gas = gas
                for index in variant.answers.indices { variant.answers[index].gas = total }
                if let difference = try firstDifference(variant) { return difference }
            }
            return nil
        case .given where !program.isMetered:
            // Without gas a program may run for ever: first comes its twin with gas, and if that does not end, nothing.
            var twin = program
            (twin.isMetered, twin.gas) = (true, Self.twinGas)
            guard var contest = try Contest(twin, expected, against: found) else { return nil }
            contest.observer = observer
            contest.exchangesSnapshots = exchangesSnapshots
            if let difference = try contest.firstDifference() { return difference }
            stopCount += contest.stopCount
            nativeRunCount += contest.nativeRunCount
            changedRunCount += contest.changedRunCount
            return try contest.gasToTheEnd(atMost: Self.twinGas) == nil ? nil : try firstDifference(program)
        case .given, .everyBlock:
            return try firstDifference(program)
        }
    }

    private static let twinGas: Int64 = 5_000

    /// What the program takes to its end; nil if that is more than some amount, or it does not come to an end.
    private func gasToTheEnd(atMost limit: Int64) throws -> Int64? {
        let instance = try Self.instance(of: expectedModule, program, code)
        instance.gas = limit
        for stop in 0..<program.stopLimit {
            let exit = try instance.run()
            if exit == .outOfGas { return nil }
            guard stop + 1 < program.stopLimit, try program.answer(exit, stop, instance, code) != nil else { break }
        }
        return limit - instance.gas
    }

    /// Runs a variant of the case in both backends.
    private mutating func firstDifference(_ variant: ProgramCase) throws -> Difference? {
        let expected = try Self.instance(of: expectedModule, variant, code)
        let found = try Self.instance(of: foundModule, variant, code)
        var pages = variant.pages.map(\.range)
        var last: Exit?
        var registers = variant.registers
        for stop in 0..<variant.stopLimit {
            if variant.gasMode == .everyBlock { handOutGas(expected, found, after: last) }
            observer?(expected, nil)
            for index in registers.indices { registers[index] = expected[Register.allCases[index]] }
            let start = expected.nextProgramCounter
            let exit = try expected.run()
            observer?(expected, exit)
            let other = try found.run()
            stopCount += 1
            if found.lastTiers == [.compiler] { nativeRunCount += 1 }
            if found.lastTiers.count > 1 { changedRunCount += 1 }
            let text = Comparison.difference(exit, expected, other, found, pages) ?? costDifference(expected)
            if let text {
                return Difference(
                    program: variant, stop: stop, registers: registers, start: start,
                    description: "stop \(stop): \(exit): \(text)")
            }
            if exchangesSnapshots {
                let (giver, taker) = stop.isMultiple(of: 2) ? (expected, found) : (found, expected)
                try taker.restore(try giver.snapshot())
            }
            last = exit
            guard stop + 1 < variant.stopLimit, let reply = try variant.answer(exit, stop, expected, code) else {
                return nil
            }
            _ = try variant.answer(exit, stop, found, code)
            if let mapped = reply.mapped { pages.append(mapped.range) }
        }
        return nil
    }

    /// Backends must agree on what the block costs that comes next.
    private func costDifference(_ instance: Instance) -> String? {
        guard let next = instance.nextProgramCounter else { return nil }
        let (cost, other) = (expectedModule.gasCost(ofBlockAt: next), foundModule.gasCost(ofBlockAt: next))
        guard cost != other else { return nil }
        return "cost at \(next): expected \(cost.map { "\($0)" } ?? "none"), found \(other.map { "\($0)" } ?? "none")"
    }

    /// Nothing at first, and then, when that was found out, what the block costs, so that there is nothing for the next.
    private func handOutGas(_ expected: Instance, _ found: Instance, after last: Exit?) {
        var gas: Int64 = 0
        if last == .outOfGas, let next = expected.nextProgramCounter {
            // An entry in the middle of a block has a cost that cannot be asked for, and `memset` takes more.
            gas = max(0, expected.gas) + max(1, (expectedModule.gasCost(ofBlockAt: next) ?? 30) - expected.gas)
        }
        expected.gas = gas
        found.gas = gas
    }

    /// An instance with everything set as the case says.
    static func instance(of module: Module, _ program: ProgramCase, _ code: PlacedCode) throws -> Instance {
        let instance = try Instance(module)
        let memory = instance.memory
        for pages in program.pages {
            try memory.mapZeroed(at: pages.address, byteCount: UInt64(pages.byteCount), .readWrite)
        }
        for range in program.filled {
            if range.lowerBound == module.memoryMap?.auxiliary.lowerBound {
                try memory.write(
                    Noise.bytes(range, shift: program.noiseShift), at: UInt32(truncatingIfNeeded: range.lowerBound))
            } else {
                // SAFETY: a zone that can be written, or a page that was just mapped so.
                Noise.copy(range, shift: program.noiseShift, to: memory.base + Int(range.lowerBound))
            }
        }
        for pages in program.pages where !pages.isWritable {
            try memory.protect(at: pages.address, byteCount: UInt64(pages.byteCount), .read)
        }
        for register in Register.allCases { instance[register] = program.registers[register.index] }
        instance.gas = program.gas
        instance.nextProgramCounter = code.offset(of: program.entry)
        return instance
    }
}

extension ProgramCase {
    /// Does what the host does after a stop.
    ///
    /// - Returns: nil if there is nothing to go on with.
    func answer(_ exit: Exit, _ stop: Int, _ instance: Instance, _ code: PlacedCode) throws -> Reply? {
        let answer = answer(stop)
        var reply = Reply()
        switch exit {
        case .finished, .trap, .cancelled:
            guard answer.entry != nil else { return nil }
        case .hostCall:
            instance[answer.register] = answer.value
        case .outOfGas:
            if gasMode == .given { instance.gas += answer.gas }
            return reply
        case .pageFault(let fault):
            if answer.page != .none {
                let pages = MappedPages(
                    address: fault.address, byteCount: fault.pageSize, isWritable: answer.page == .writable)
                try instance.memory.mapZeroed(
                    at: pages.address, byteCount: UInt64(pages.byteCount), pages.isWritable ? .readWrite : .read)
                reply.mapped = pages
            }
        }
        if let entry = answer.entry {
            reply.entry = code.offset(of: entry)
            instance.nextProgramCounter = reply.entry
        }
        return reply
    }
}

/// What the host did after a stop, apart from changing registers and gas.
struct Reply {
    var mapped: MappedPages?
    var entry: UInt32?
}

/// The comparison of two instances.
enum Comparison {
    /// The first thing in which two instances are not the same, nil if they are the same in all; `pages` are those that the
    /// host mapped besides the zones.
    static func difference(
        _ exit: Exit, _ expected: Instance, _ other: Exit, _ found: Instance, _ pages: [Range<UInt64>]
    ) -> String? {
        if exit != other { return "found \(other)" }
        for register in Register.allCases where expected[register] != found[register] {
            return "\(register): expected \(hex(expected[register])), found \(hex(found[register]))"
        }
        if expected.gas != found.gas { return "gas: expected \(expected.gas), found \(found.gas)" }
        if expected.module.configuration.isPaidByInstruction, expected.instructionCount != found.instructionCount {
            return "instructions: expected \(expected.instructionCount), found \(found.instructionCount)"
        }
        if expected.programCounter != found.programCounter {
            return "pc: expected \(text(expected.programCounter)), found \(text(found.programCounter))"
        }
        if expected.nextProgramCounter != found.nextProgramCounter {
            return "next: expected \(text(expected.nextProgramCounter)), found \(text(found.nextProgramCounter))"
        }
        if exit != .outOfGas, expected.lastProgramCounter != found.lastProgramCounter {
            return "last: expected \(text(expected.lastProgramCounter)), found \(text(found.lastProgramCounter))"
        }
        let (memory, otherMemory) = (expected.memory, found.memory)
        if memory.heapSize != otherMemory.heapSize {
            return "heap: expected \(memory.heapSize) bytes, found \(otherMemory.heapSize)"
        }
        if exit != .outOfGas, let text = hashDifference(expected, found) { return text }
        for range in pages { if let text = difference(range, memory, otherMemory) { return text } }
        guard let map = memory.map else { return nil }
        let pageMask = UInt64(map.pageSize) - 1
        let heapEnd = (UInt64(map.heapBase) + UInt64(memory.heapSize) + pageMask) & ~pageMask
        let heap = map.readWrite.lowerBound..<max(map.readWrite.upperBound, heapEnd)
        for range in [map.readOnly, heap, map.stack, map.auxiliary] {
            // Where stops are many the next one will do.
            if exit == .outOfGas, range.upperBound - range.lowerBound > largestByteCount { continue }
            if let text = difference(range, memory, otherMemory) { return text }
        }
        return nil
    }

    /// The hash of all this, which must be the same when the rest is; where stops are many the next one will do.
    private static func hashDifference(_ expected: Instance, _ found: Instance) -> String? {
        guard let hash = try? expected.stateHash, let other = try? found.stateHash else { return "hash: none" }
        return hash == other ? nil : "state hash: expected \(hash), found \(other)"
    }

    /// Ranges beyond this size are compared where they have been touched.
    private static let largestByteCount: UInt64 = 1 << 20

    private static func difference(
        _ range: Range<UInt64>, _ memory: GuestMemory, _ other: GuestMemory
    ) -> String? {
        let count = range.upperBound - range.lowerBound
        guard count > largestByteCount else { return differenceOfBytes(range, memory, other) }
        let pageBytes = UInt64(getpagesize())
        // In eights, most of which have no page that anybody touched: such pages have no memory yet, and are zero.
        let pageCount = Int((count + pageBytes - 1) / pageBytes)
        var present = [UInt64](repeating: 0, count: (pageCount + 7) / 8)
        var otherPresent = present
        guard isPresent(&present, memory.base + Int(range.lowerBound), count),
            isPresent(&otherPresent, other.base + Int(range.lowerBound), count)
        else { return "memory from \(hex(range.lowerBound)) on: the system does not tell what is there" }
        for index in present.indices where (present[index] | otherPresent[index]) & 0x0101_0101_0101_0101 != 0 {
            let start = range.lowerBound + UInt64(8 * index) * pageBytes
            if let text = differenceOfBytes(start..<min(range.upperBound, start + 8 * pageBytes), memory, other) {
                return text
            }
        }
        return nil
    }

    private static func isPresent(
        _ pages: inout [UInt64], _ start: UnsafeMutableRawPointer, _ byteCount: UInt64
    ) -> Bool {
        pages.withUnsafeMutableBytes { bytes in
            mincore(start, Int(byteCount), bytes.bindMemory(to: UInt8.self).baseAddress) == 0
        }
    }

    private static func differenceOfBytes(
        _ range: Range<UInt64>, _ memory: GuestMemory, _ other: GuestMemory
    ) -> String? {
        let count = Int(range.upperBound - range.lowerBound)
        // SAFETY: zones, the heap and mapped pages can be read.
        let (bytes, otherBytes) = (memory.base + Int(range.lowerBound), other.base + Int(range.lowerBound))
        guard count > 0, memcmp(bytes, otherBytes, count) != 0 else { return nil }
        for index in 0..<count {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
            let otherByte = otherBytes.load(fromByteOffset: index, as: UInt8.self)
            if byte != otherByte {
                return "memory at \(hex(range.lowerBound + UInt64(index))): expected \(byte), found \(otherByte)"
            }
        }
        return nil
    }

    private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
    private static func text(_ value: UInt32?) -> String { value.map { "\($0)" } ?? "none" }
}
