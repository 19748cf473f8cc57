// A case as a file of Tests/Corpus: the text form of vectors (TextVector.swift), with what the interpreter does as what must
// hold. Whoever finds such a file decides by the specification whether the interpreter is right, and corrects it if not.

import PolkaBlob
import PolkaISA
import PolkaVM

struct CaseText {
    private let program: ProgramCase
    private let code: PlacedCode
    private(set) var text = ""
    /// What a reader of the file knows so far.
    private var registers = [UInt64](repeating: 0, count: Register.count)
    private var memory: [UInt32: UInt8] = [:]
    private var gas: Int64 = 10_000

    /// Runs a case in the interpreter and writes it down, with some lines for the head of the file and at most so many stops.
    static func text(of program: ProgramCase, _ comment: [String], stopCount: Int = 40) throws -> String {
        var writer = CaseText(program)
        for line in comment { writer.text += "// \(line)\n" }
        try writer.write(stopCount)
        return writer.text
    }

    private init(_ program: ProgramCase) {
        self.program = program
        code = program.placedCode()
    }

    private mutating func write(_ stopCount: Int) throws {
        let module = try Module(program.blob(code.map), configuration: program.configuration)
        let instance = try Contest.instance(of: module, program, code)
        line("isa \(program.set.name)")
        if program.jumpRule == .graypaper { line("rules jump graypaper") }
        switch program.faultRule {
        case .trap: break
        case .pageFault: line("rules fault page-fault")
        case .pageFaultUnlessReadOnly: line("rules fault page-fault-unless-read-only")
        }
        let layout = program.layout
        if layout.pageSize != 4096 { line("page-size \(layout.pageSize)") }
        if layout.auxiliary != 0, !layout.startsUnmapped { line("auxiliary \(hex(layout.auxiliary))") }
        if !layout.startsUnmapped {
            line("zones \(hex(layout.readOnly)) \(hex(layout.readWrite)) \(hex(layout.stack))")
        }
        for pages in program.pages { write(pages) }
        if !program.isMetered { line("gas none") }
        if !code.map.jumpTable.isEmpty { line("jump-table " + words(code.map.jumpTable)) }
        writeMemory(instance)
        line("entry \(code.offset(of: program.entry))")
        for stop in 0..<min(stopCount, program.stopLimit) {
            if stop > 0 { line("") }
            writeRegisters(instance)
            if program.isMetered, instance.gas != gas { line("gas \(instance.gas)") }
            if stop == 0 { writeCode() }
            let exit = try instance.run()
            line("expect \(words(exit))")
            if exit != .outOfGas, let last = instance.lastProgramCounter { line("pc \(last)") }
            line("next " + (instance.nextProgramCounter.map { "\($0)" } ?? "none"))
            if program.isMetered {
                line("gas \(instance.gas)")
                line("executed \(instance.instructionCount)")
            }
            gas = instance.gas
            writeRegisters(instance)
            writeMemory(instance)
            guard stop + 1 < min(stopCount, program.stopLimit),
                let reply = try program.answer(exit, stop, instance, code)
            else { return }
            line("then")
            if let mapped = reply.mapped {
                write(mapped)
                for address in memory.keys where mapped.range.contains(UInt64(address)) { memory[address] = nil }
            }
            if let entry = reply.entry { line("entry \(entry)") }
        }
    }

    private mutating func line(_ words: String) { text += words + "\n" }

    private mutating func write(_ pages: MappedPages) {
        line("pages \(hex(pages.address)) \(hex(pages.byteCount)) \(pages.isWritable ? "read-write" : "read")")
    }

    /// One line for each instruction, with its name.
    private mutating func writeCode() {
        line("code")
        let map = code.map
        var offset = 0
        while offset < map.bytes.count {
            var end = offset + 1
            while end < map.bytes.count, !map.startsInstruction(at: end) { end += 1 }
            let bytes = map.bytes[offset..<end].map { hexByte($0) }.joined(separator: " ")
            let isStart = map.startsInstruction(at: offset)
            let opcode = isStart ? program.set.opcode(of: map.bytes[offset]) : nil
            line((isStart ? "" : ".. ") + bytes + (opcode.map { "  // \($0.mnemonic)" } ?? ""))
            offset = end
        }
    }

    private mutating func writeRegisters(_ instance: Instance) {
        for register in Register.allCases where registers[register.index] != instance[register] {
            registers[register.index] = instance[register]
            line("register \(register) = \(hex(instance[register]))")
        }
    }

    /// The bytes that are not as the reader knows them, neighbours in one line.
    private mutating func writeMemory(_ instance: Instance) {
        var found: [UInt32: UInt8] = [:]
        for run in instance.memory.nonzeroRuns() {
            for (index, byte) in run.bytes.enumerated() {
                found[run.address &+ UInt32(truncatingIfNeeded: index)] = byte
            }
        }
        let changed = Set(found.keys).union(memory.keys).filter { found[$0] != memory[$0] }.sorted()
        var index = 0
        while index < changed.count {
            let start = changed[index]
            var bytes: [String] = []
            while index < changed.count, changed[index] == start &+ UInt32(bytes.count), bytes.count < 32 {
                bytes.append(hexByte(found[changed[index]] ?? 0))
                index += 1
            }
            line("memory \(hex(start)) = " + bytes.joined(separator: " "))
        }
        memory = found
    }

    private func words(_ exit: Exit) -> String {
        switch exit {
        case .finished: "finished"
        case .trap: "trap"
        case .outOfGas: "out-of-gas"
        case .cancelled: "cancelled"
        case .hostCall(let number): "host-call \(number)"
        case .pageFault(let fault):
            (fault.isWriteProtected ? "write-fault " : "page-fault ") + hex(fault.address)
        }
    }

    private func words(_ numbers: [UInt32]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
    private func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
    private func hexByte(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
