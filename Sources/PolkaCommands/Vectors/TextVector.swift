// Vectors as text: one small program with what it starts from, and what must hold each time it stops.
//
//     // What this is about.
//     isa latest64 jam_v1            each kind under which it must hold
//     rules jump graypaper           jump reference|graypaper, fault trap|page-fault|page-fault-unless-read-only
//     page-size 16384                bytes per page; 4096 if it is not said
//     auxiliary 0x1000               size of the auxiliary data
//     zones 0x1000 0x20 0x1000       sizes of read-only data, read-write data and stack; without it nothing is mapped
//     pages 0x20000 0x1000 read      maps pages: read or read-write
//     memory 0x20000 = 01 02         sets bytes, whatever the rights
//     register a0 = 0x7f
//     gas 100                        or none, for no metering; 10000 if it is not said
//     metering per-instruction       or synchronous, asynchronous; synchronous if it is not said
//     cost-model full-l2-hit         or naive, full-l1-hit, full-l3-hit; naive if it is not said
//     cost add_64 4294967295         a table: what an instruction, or `invalid`, costs; the others cost one unit
//     entry 5                        where to begin; 0 if it is not said
//     jump-table 0 7
//     code                           one line for each instruction; `..` goes on without starting one; `00*30` repeats
//     c8 87 09                       // a2 = a0 + a1
//     00
//     expect trap                    or finished, page-fault ADDRESS, out-of-gas, host-call NUMBER
//     pc 3                           last instruction executed
//     next none
//     gas 98
//     register a2 = 0x7f             registers and memory that are not named must be as they were
//
// A line `then` ends the expectations; what follows it changes the machine before it runs on to the next `expect`.

import PolkaBlob
import PolkaISA
import PolkaVM

/// A vector in text form.
package struct TextVector {
    private(set) var instructionSets: [InstructionSet] = []
    private(set) var configuration: ModuleConfiguration
    private(set) var zones: [UInt32] = []
    private(set) var jumpTable: [UInt32] = []
    private(set) var code: [UInt8] = []
    private(set) var starts: [Int] = []
    private(set) var runs: [Run] = []

    /// Changes, then a run, then what must hold.
    struct Run {
        var changes: [Change] = []
        var exit = Exit.finished
        var programCounter: UInt32?
        var next: UInt32??
        var gas: Int64?
        var executed: UInt64?
        var registers: [(Register, UInt64)] = []
        var memory: [(UInt32, [UInt8])] = []
    }

    enum Change {
        case pages(UInt32, UInt64, GuestMemory.Rights)
        case memory(UInt32, [UInt8])
        case register(Register, UInt64)
        case gas(Int64)
        case entry(UInt32)
    }

    /// Reads a vector.
    package init(parsing text: String) throws(VectorError) {
        configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        var run = Run()
        run.changes = [.gas(10000), .entry(0)]
        var part = Part.before
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var words = Self.words(of: line)
            guard !words.isEmpty else { continue }
            do throws(VectorError) {
                switch (words[0], part) {
                case ("code", .before): part = .code
                case ("expect", .before), ("expect", .code):
                    part = .after
                    run.exit = try Self.exit(words, configuration.pageSize)
                case ("then", .after):
                    part = .before
                    runs.append(run)
                    run = Run()
                case (_, .before): try readChange(&words, &run)
                case (_, .code): try readCode(words)
                case (_, .after): try Self.readExpectation(&words, &run)
                }
            } catch {
                throw VectorError("line \(number + 1): \(error.description)")
            }
        }
        guard case .after = part else { throw VectorError("the last line must follow an `expect`") }
        runs.append(run)
        guard !instructionSets.isEmpty else { throw VectorError("no line `isa`") }
    }

    private enum Part { case before, code, after }

    private static func words(of line: Substring) -> [Substring] {
        var text = line
        if let comment = line.firstRange(of: "//") { text = line[..<comment.lowerBound] }
        return text.split(whereSeparator: { $0 == " " || $0 == "=" || $0 == "\t" || $0 == "\r" })
    }

    private mutating func readChange(_ words: inout [Substring], _ run: inout Run) throws(VectorError) {
        let keyword = words.removeFirst()
        switch keyword {
        case "isa":
            for word in words {
                guard let set = InstructionSet(name: String(word)) else { throw VectorError("unknown kind '\(word)'") }
                instructionSets.append(set)
            }
        case "rules": try readRules(words)
        case "page-size": configuration.pageSize = try Self.number(try Self.single(words))
        case "auxiliary": configuration.auxiliarySize = try Self.number(try Self.single(words))
        case "zones":
            zones = try words.map { word throws(VectorError) in try Self.number(word) }
            guard zones.count == 3 else { throw VectorError("`zones` takes three sizes") }
        case "jump-table": jumpTable = try words.map { word throws(VectorError) in try Self.number(word) }
        case "pages":
            guard words.count == 3, words[2] == "read" || words[2] == "read-write" else {
                throw VectorError("`pages` takes an address, a length and `read` or `read-write`")
            }
            let rights: GuestMemory.Rights = words[2] == "read" ? .read : .readWrite
            run.changes.append(.pages(try Self.number(words[0]), try Self.number(words[1]), rights))
        case "memory":
            let (address, bytes) = try Self.memory(words)
            run.changes.append(.memory(address, bytes))
        case "register":
            let (register, value) = try Self.register(words)
            run.changes.append(.register(register, value))
        case "metering":
            switch try Self.single(words) {
            case "synchronous": configuration.gasMetering = .synchronous
            case "asynchronous": configuration.gasMetering = .asynchronous
            case "per-instruction": configuration.gasMetering = .perInstruction
            case let word: throw VectorError("unknown metering '\(word)'")
            }
        case "cost-model":
            let name = try Self.single(words)
            guard let model = CostModel(named: String(name)) else { throw VectorError("unknown cost model '\(name)'") }
            configuration.costModel = model
        case "cost": try readCost(words)
        case "gas" where words == ["none"]: configuration.gasMetering = .none
        case "gas": run.changes.append(.gas(try Self.number(try Self.single(words))))
        case "entry": run.changes.append(.entry(try Self.number(try Self.single(words))))
        default: throw VectorError("unknown keyword '\(keyword)'")
        }
    }

    private mutating func readRules(_ words: [Substring]) throws(VectorError) {
        switch words {
        case ["jump", "reference"]: configuration.jumpRule = .reference
        case ["jump", "graypaper"]: configuration.jumpRule = .graypaper
        case ["fault", "trap"]: configuration.faultRule = .trap
        case ["fault", "page-fault"]: configuration.faultRule = .pageFault
        case ["fault", "page-fault-unless-read-only"]: configuration.faultRule = .pageFaultUnlessReadOnly
        default: throw VectorError("unknown rule '\(words.joined(separator: " "))'")
        }
    }

    private mutating func readCost(_ words: [Substring]) throws(VectorError) {
        guard words.count == 2 else { throw VectorError("`cost` takes an instruction and what it costs") }
        var table = CostTable(all: 1)
        if case .table(let known) = configuration.costModel { table = known }
        if words[0] == "invalid" {
            table.invalid = try Self.number(words[1])
        } else {
            guard let opcode = Opcode.allCases.first(where: { $0.mnemonic == words[0] }) else {
                throw VectorError("unknown instruction '\(words[0])'")
            }
            table[opcode] = try Self.number(words[1])
        }
        configuration.costModel = .table(table)
    }

    private mutating func readCode(_ words: [Substring]) throws(VectorError) {
        if words[0] != ".." { starts.append(code.count) }
        code += try Self.bytes(words.drop { $0 == ".." })
    }

    private static func readExpectation(_ words: inout [Substring], _ run: inout Run) throws(VectorError) {
        let keyword = words.removeFirst()
        switch keyword {
        case "pc": run.programCounter = try number(try single(words))
        case "next" where words == ["none"]: run.next = .some(nil)
        case "next": run.next = .some(try number(try single(words)))
        case "gas": run.gas = try number(try single(words))
        case "executed": run.executed = try number(try single(words))
        case "register": run.registers.append(try register(words))
        case "memory": run.memory.append(try memory(words))
        default: throw VectorError("unknown expectation '\(keyword)'")
        }
    }

    private static func exit(_ words: [Substring], _ pageSize: UInt32) throws(VectorError) -> Exit {
        switch (words.count, words.dropFirst().first) {
        case (2, "trap"): .trap
        case (2, "finished"): .finished
        case (2, "out-of-gas"): .outOfGas
        case (3, "host-call"): .hostCall(try number(words[2]))
        case (3, "page-fault"): .pageFault(PageFault(address: try number(words[2]), pageSize: pageSize))
        case (3, "write-fault"):
            .pageFault(PageFault(address: try number(words[2]), pageSize: pageSize, isWriteProtected: true))
        default: throw VectorError("unknown exit '\(words.dropFirst().joined(separator: " "))'")
        }
    }

    // MARK: Words

    private static func single(_ words: [Substring]) throws(VectorError) -> Substring {
        guard words.count == 1 else { throw VectorError("expected one value, found \(words.count)") }
        return words[0]
    }

    private static func number<T: FixedWidthInteger>(_ word: Substring) throws(VectorError) -> T {
        let value = word.hasPrefix("0x") ? T(word.dropFirst(2), radix: 16) : T(word)
        guard let value else { throw VectorError("'\(word)' is not a number in \(T.min)...\(T.max)") }
        return value
    }

    private static func register(_ words: [Substring]) throws(VectorError) -> (Register, UInt64) {
        guard words.count == 2, let register = Register.allCases.first(where: { $0.name == words[0] }) else {
            throw VectorError("expected the name of a register and its value")
        }
        return (register, try number(words[1]))
    }

    private static func memory(_ words: [Substring]) throws(VectorError) -> (UInt32, [UInt8]) {
        guard words.count >= 2 else { throw VectorError("expected an address and bytes") }
        return (try number(words[0]), try bytes(words.dropFirst()))
    }

    private static func bytes(_ words: ArraySlice<Substring>) throws(VectorError) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in words {
            let parts = word.split(separator: "*", omittingEmptySubsequences: false)
            guard let byte = UInt8(parts[0], radix: 16), parts.count <= 2 else {
                throw VectorError("'\(word)' is not a byte in hex")
            }
            let count: UInt16 = parts.count == 2 ? try number(parts[1]) : 1
            bytes += [UInt8](repeating: byte, count: Int(count))
        }
        return bytes
    }
}
