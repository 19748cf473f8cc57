// A code section to decoded instructions: the linear sweep, and everything that moves control or uses a relocation
// (linker.md 4). What a plain instruction does is in `Lowering`.

import PolkaISA
import RISCVELF

extension Discovery {
    /// Decodes a code section from its first byte to its last.
    func decodeSection(_ section: Int) -> DecodedSection {
        var decoder = SectionDecoder(section: section, discovery: self)
        decoder.run()
        return decoder.result
    }
}

/// The sweep over one code section.
private struct SectionDecoder {
    private let section: Int
    private let discovery: Discovery
    private let bytes: [UInt8]
    private let fixups: [Int: CodeFixup]
    private var usedFixups = 0
    /// How many errors there were before this section.
    private let errorCount: Int
    private(set) var result = DecodedSection()

    init(section: Int, discovery: Discovery) {
        self.section = section
        self.discovery = discovery
        errorCount = discovery.diagnostics.errors.count
        bytes = discovery.input[section].elf.contents
        fixups = discovery.readCodeRelocations(section)
        result.instructions.reserveCapacity(bytes.count / 3)
        result.operations.reserveCapacity(bytes.count / 3)
    }

    mutating func run() {
        if bytes.count % 2 != 0 {
            report(0, "a code section of \(bytes.count) bytes; expected an even number, keep data out of code sections")
            return
        }
        var offset = 0
        while offset < bytes.count {
            guard discovery.countOperations(result.operations.count) else { return }
            result.instructions.append(
                DecodedInstruction(offset: offset, firstOperation: result.operations.count, control: nil))
            offset += decode(at: offset)
        }
        // Control must not run out of the section; a call may be the last instruction and then returns here.
        result.instructions.append(
            DecodedInstruction(offset: offset, firstOperation: result.operations.count, control: .trap))
        if usedFixups < fixups.count, discovery.diagnostics.errors.count == errorCount {
            let starts = Set(result.instructions.map(\.offset))
            for offset in fixups.keys.sorted() where !starts.contains(offset) {
                if case .pointer = fixups[offset] { continue }
                report(
                    offset,
                    "a relocation in the middle of an instruction, or of a pair that belongs together; keep data out of"
                        + " code sections")
            }
        }
    }

    // MARK: One instruction

    /// Decodes the instruction at an offset and returns how many bytes it takes.
    private mutating func decode(at offset: Int) -> Int {
        if discovery.isImportMarker(section, offset) { return decodeHostCall(at: offset) }
        let word = self.word(at: offset)
        guard let instruction = RISCVInstruction.decode(word), instruction.byteCount <= bytes.count - offset else {
            let shown = word & 3 == 3 ? word : word & 0xffff
            report(offset, "unsupported instruction 0x\(String(shown, radix: 16)): \(whyUnsupported(word))")
            return word & 3 == 3 ? 4 : 2
        }
        do {
            return try decode(instruction, at: offset)
        } catch {
            report(offset, "'\(instruction)': \(error.message)")
            return instruction.byteCount
        }
    }

    private mutating func decode(_ instruction: RISCVInstruction, at offset: Int) throws(LoweringError) -> Int {
        let next = offset + instruction.byteCount
        if let fixup = fixups[offset] {
            usedFixups += 1
            if case .call(let referent) = fixup { return try call(instruction.operation, at: offset, referent) }
            try apply(fixup, to: instruction.operation, at: offset, next: next)
            return instruction.byteCount
        }
        switch instruction.operation {
        case .jal(let rd, let distance):
            try jump(rd, to: block(at: offset + Int(distance), from: offset), next: next, offset)
        case .branch(let condition, let a, let b, let distance):
            try branch(condition, a, b, to: block(at: offset + Int(distance), from: offset), next: next, offset)
        case .jalr(let rd, let base, let distance):
            try jumpIndirect(rd, base, distance, next: next, offset)
        case .auipc(let rd, let upper):
            return try bareAuipc(rd, upper, at: offset)
        case .unimplemented:
            finish(.trap)
        default:
            if case .trap = try lower(instruction.operation) { finish(.trap) }
        }
        return instruction.byteCount
    }

    private mutating func lower(_ operation: RISCVOperation) throws(LoweringError) -> Lowering.Outcome {
        var lowering = Lowering()
        let outcome = try lowering.lower(operation)
        result.operations += lowering.operations
        return outcome
    }

    /// An import marker, the pointer to the metadata, and nothing else (guest-abi.md 3.2).
    private mutating func decodeHostCall(at offset: Int) -> Int {
        let byteCount = 12
        guard offset + byteCount <= bytes.count else {
            report(
                offset,
                "an import marker must be followed by a pointer of 8 bytes; \(bytes.count - offset - 4) follow:"
                    + " declare host functions with PVM_IMPORT")
            return bytes.count - offset
        }
        if let id = discovery.hostCall(markerAt: Location(section: section, offset: offset)) { emit(.hostCall(id)) }
        return byteCount
    }

    // MARK: Relocated instructions

    private mutating func apply(
        _ fixup: CodeFixup, to operation: RISCVOperation, at offset: Int, next: Int
    ) throws(LoweringError) {
        switch (fixup, operation) {
        case (.upperHalf, .auipc):
            break
        case (.jump(let referent), .jal(let rd, _)):
            try transfer(rd, to: referent, next: next, offset)
        case (.branch(let referent), .branch(let condition, let a, let b, _)):
            try branch(condition, a, b, to: target(referent, from: offset), next: next, offset)
        case (.upperAddress(let referent), .lui(let rd, _)),
            (.addressThroughTable(let referent), .load(.u64, let rd, _, _)),
            (.address(let referent), .immediate(.addi, let rd, _, _)):
            try loadAddress(rd, referent, offset)
        case (.address(let referent), .load) where referent.isNull,
            (.address(let referent), .store) where referent.isNull:
            // A weak variable that nobody defined: whoever uses it without asking faults.
            finish(.trap)
        case (.address(let referent), .load(let width, let rd, _, _)):
            if let place = data(referent, from: offset), let rd = try Lowering.destination(rd) {
                emit(.load(width.opcode, rd, .absolute(place)))
            }
        case (.address(let referent), .store(let width, let source, _, _)):
            let value = try Lowering.operand(source)
            if let place = data(referent, from: offset) { emit(.store(width.opcode, value, .absolute(place))) }
        default:
            report(
                offset,
                "the relocation does not fit the instruction '\(operation)'; expected what the compiler or assembler makes"
                    + " of it")
        }
    }

    /// The pair auipc and jalr with one relocation.
    private mutating func call(
        _ operation: RISCVOperation, at offset: Int, _ referent: Referent
    ) throws(LoweringError) -> Int {
        let byteCount = 8
        guard case .auipc(let scratch, _) = operation, offset + byteCount <= bytes.count,
            case .jalr(let rd, scratch, _)? = RISCVInstruction.decode(word(at: offset + 4))?.operation
        else {
            report(
                offset,
                "a call relocation on something else than auipc and jalr with the same register; link with --no-relax")
            return 4
        }
        try transfer(rd, to: referent, next: offset + byteCount, offset)
        return byteCount
    }

    /// A call or jump to a symbol.
    private mutating func transfer(
        _ rd: RISCVRegister, to referent: Referent, next: Int, _ offset: Int
    ) throws(LoweringError) {
        switch referent {
        case .location:
            try jump(rd, to: codeBlock(referent, from: offset), next: next, offset)
        case .hostCall(let id):
            emit(.hostCall(id))
            // A jump to a function is a call whose result is returned.
            if try Lowering.destination(rd) == nil { finish(.jumpIndirect(.ra)) }
        case .absolute:
            // A weak function that nobody defined: calling it is the program's mistake at run time.
            finish(.trap)
        }
    }

    private mutating func loadAddress(
        _ rd: RISCVRegister, _ referent: Referent, _ offset: Int
    ) throws(LoweringError) {
        guard let rd = try Lowering.destination(rd) else { return }
        if case .absolute(let value) = referent {
            emit(.loadImmediate(rd, value))
        } else if let address = discovery.address(of: referent, from: here(offset)) {
            emit(.loadAddress(rd, address))
        }
    }

    private func codeBlock(_ referent: Referent, from offset: Int) -> BlockID? {
        guard let address = discovery.address(of: referent, from: here(offset)) else { return nil }
        switch address {
        case .code(let block): return block
        case .data(let location):
            report(offset, "jumps to \(discovery.input.describe(location)), which is data; expected a function")
            return nil
        }
    }

    /// Where a branch goes: for a function that nobody defined, to the trap behind the section.
    private func target(_ referent: Referent, from offset: Int) -> BlockID? {
        if case .absolute = referent { return block(at: bytes.count, from: offset) }
        return codeBlock(referent, from: offset)
    }

    private func data(_ referent: Referent, from offset: Int) -> Location? {
        switch discovery.address(of: referent, from: here(offset)) {
        case .data(let location): return location
        case .code:
            report(offset, "reads or writes code as data; code is not in the guest's memory, make it a table of data")
        case nil:
            if case .absolute(let value) = referent {
                report(
                    offset,
                    "reads or writes the fixed address 0x\(String(UInt64(bitPattern: value), radix: 16)); the linker decides"
                        + " where data lies, take the address of a variable instead")
            }
        }
        return nil
    }

    // MARK: Transfers of control

    private mutating func jump(
        _ rd: RISCVRegister, to target: BlockID?, next: Int, _ offset: Int
    ) throws(LoweringError) {
        let link = try Lowering.destination(rd)
        guard let target else { return }
        guard let link else {
            finish(.jump(target))
            return
        }
        if let returnTo = block(at: next, from: offset) { finish(.call(link: link, target, returnTo: returnTo)) }
    }

    private mutating func jumpIndirect(
        _ rd: RISCVRegister, _ base: RISCVRegister, _ distance: Int32, next: Int, _ offset: Int
    ) throws(LoweringError) {
        let link = try Lowering.destination(rd)
        guard let base = try Lowering.destination(base), distance == 0 else {
            throw LoweringError(
                message:
                    "an indirect jump with an offset or through no register; code addresses are no numbers to add to, jump"
                    + " through a register with offset 0")
        }
        guard let link else {
            finish(.jumpIndirect(base))
            return
        }
        if let returnTo = block(at: next, from: offset) { finish(.callIndirect(link: link, base, returnTo: returnTo)) }
    }

    private mutating func branch(
        _ condition: RISCVCondition, _ a: RISCVRegister, _ b: RISCVRegister, to target: BlockID?, next: Int,
        _ offset: Int
    ) throws(LoweringError) {
        let (a, b) = (try Lowering.operand(a), try Lowering.operand(b))
        guard let target, let notTaken = block(at: next, from: offset) else { return }
        finish(Control.branch(condition.opcode, a, b, taken: target, notTaken: notTaken).simplified())
    }

    /// An auipc without a relocation stands for an address only together with the instruction behind it.
    private mutating func bareAuipc(
        _ rd: RISCVRegister, _ upper: Int32, at offset: Int
    ) throws(LoweringError) -> Int {
        guard let register = try Lowering.destination(rd) else { return 4 }
        let second = RISCVInstruction.decode(word(at: offset + 4))
        let next = offset + 4 + (second?.byteCount ?? 0)
        switch second?.operation {
        case _ where next > bytes.count: break
        // A jump to a place that the assembler knew: `tail` inside of a section.
        case .jalr(.x0, rd, let distance):
            try jump(.x0, to: block(at: offset + Int(upper) + Int(distance), from: offset), next: next, offset)
            return next - offset
        case .jalr(rd, rd, let distance):
            try jump(rd, to: block(at: offset + Int(upper) + Int(distance), from: offset), next: next, offset)
            return next - offset
        case .immediate(.addi, let target, rd, let distance):
            guard let destination = try Lowering.destination(target) else { return next - offset }
            let distanceInAll = Int64(upper) + Int64(distance)
            guard let place = discovery.input.place(at: distanceInAll, from: here(offset)) else {
                report(
                    offset,
                    "computes the address of a place \(distanceInAll) bytes from here, where no section is; link with"
                        + " ld.lld --emit-relocs")
                return next - offset
            }
            try loadAddress(target, .location(place), offset)
            // The other register holds the address without the lower part.
            if register != destination {
                emit(Operation.binary(.sub64, register, .register(destination), .constant(distance)).simplified())
            }
            return next - offset
        default: break
        }
        throw LoweringError(
            message: "an address relative to the program counter without a relocation; link with ld.lld --emit-relocs")
    }

    // MARK: Helpers

    private func word(at offset: Int) -> UInt32 {
        var word: UInt32 = 0
        for index in 0..<4 where offset + index < bytes.count {
            word |= UInt32(bytes[offset + index]) << UInt32(8 * index)
        }
        return word
    }

    private func here(_ offset: Int) -> Location { Location(section: section, offset: offset) }

    private func block(at offset: Int, from referrer: Int) -> BlockID? {
        discovery.block(at: here(offset), from: here(referrer))
    }

    private mutating func emit(_ operation: Operation) {
        if operation != .nop { result.operations.append(operation) }
    }

    private mutating func finish(_ control: Control) {
        result.instructions[result.instructions.count - 1].control = control
    }

    private func report(_ offset: Int, _ message: String) {
        discovery.report(here(offset), message)
    }
}
