// The machine code itself, as an independent decoder reads it: whatever the program, it touches guest memory through GS, its
// own slots and the jump table, and has no instruction that could do anything else.

import PolkaBlob
import PolkaBuild
import PolkaISA
import PolkaJIT
import PolkaVM
import Testing
import X86Assembler

@Suite(.enabled(if: Backend.whyNoCompiler == nil, "the compiler backend does not run here"))
struct EmittedCodeTests {
    /// Some hundred programs of all kinds, with and without metering and optional instructions.
    private static func listings() throws -> [NativeListing] {
        var listings: [NativeListing] = []
        for set in InstructionSet.allCases {
            for number in 0..<120 {
                let program = ProgramGenerator.blob(set, seed: 1 << 38 | UInt64(number))
                var configuration = ModuleConfiguration()
                configuration.gasMetering = number & 1 == 0 ? .none : .synchronous
                configuration.jumpRule = number & 2 == 0 ? .reference : .graypaper
                let backend = number & 4 == 0 ? Backend.compiler : .compiler(CompilerOptions(features: []))
                // Programs of some kinds are refused before any backend sees them.
                guard (try? Module(program, configuration: configuration)) != nil else { continue }
                let module = try Module(program, configuration: configuration, engine: Engine(backend: backend))
                let listing = try #require(try NativeListing(of: module))
                checkPlaces(listing, of: program)
                listings.append(listing)
            }
        }
        return listings
    }

    /// Every byte belongs to one piece, and the instructions are those of the program in its order.
    private static func checkPlaces(_ listing: NativeListing, of program: Blob) {
        var end = 0
        var codeOffsets: [UInt32] = []
        for piece in listing.pieces {
            #expect(piece.range.lowerBound == end)
            #expect(piece.dataByteCount <= piece.range.count)
            end = piece.range.upperBound
            if piece.role == .instruction, let offset = piece.codeOffset { codeOffsets.append(offset) }
        }
        #expect(end == listing.code.count)
        var expected: [UInt32] = []
        program.code.forEachPosition(in: program.instructionSet) { expected.append(UInt32($0.offset)) }
        // The end of the code traps whether or not an instruction runs into it.
        if expected.last != UInt32(program.code.bytes.count) { expected.append(UInt32(program.code.bytes.count)) }
        #expect(codeOffsets == expected)
    }

    @Test func onlyWhatItMay() async throws {
        let listings = try Self.listings()
        #expect(listings.count > 300)
        var code: [UInt8] = []
        var data: [Range<Int>] = []
        var boundaries: Set<Int> = []
        for listing in listings {
            for piece in listing.pieces {
                let range = (code.count + piece.range.lowerBound)..<(code.count + piece.range.upperBound)
                boundaries.insert(range.lowerBound)
                if piece.dataByteCount > 0 { data.append(range.suffix(piece.dataByteCount)) }
            }
            code += listing.code
        }
        boundaries.insert(code.count)
        let lines = try await HostDisassembler(Toolchain()).lines(of: code, data: data)
        let starts = Set(lines.map(\.offset)).union(data.map(\.lowerBound)).union([code.count])
        #expect(boundaries.isSubset(of: starts), "a piece does not start where an instruction does")
        checkLines(lines, listings)
    }

    /// The audit sees what must not be.
    @Test(arguments: [
        "syscall", "int 0x80", "pop rcx", "ret", "jmp far ptr [rsp]", "wrgsbase rax", "mov gs, eax", "mov rsp, rax",
        "add rsp, 0x8", "mov rax, qword ptr [rdi]", "mov rax, qword ptr gs:[rdi + 0x8]", "mov rax, qword ptr fs:[0x0]",
        "mov eax, dword ptr gs:[eax + 2*rcx]", "mov rax, qword ptr gs:[0x10000]", "mov qword ptr [rsp + 0x40], rax",
        "mov qword ptr [rsp - 0x8], rax", "mov qword ptr [rsp + rax], rax", "mov qword ptr [rcx], rax", "push rax",
        "rep stosb byte ptr es:[rdi], al", "mov rax, qword ptr [rip + 0x10]", "add dword ptr [ecx], eax", "jrcxz 0x10",
        "jmp rax", "call qword ptr [rcx + 0x8]",
    ])
    func wouldBeSeen(_ text: String) {
        #expect(Audit.problem(text, isInWayOut: false) != nil)
    }

    private func checkLines(_ lines: [HostDisassembler.Line], _ listings: [NativeListing]) {
        var failures: [String] = []
        var base = 0
        var next = 0
        for listing in listings {
            // Targets are those of the same program's code, outside of data and at instructions.
            var own: [HostDisassembler.Line] = []
            while next < lines.count, lines[next].offset < base + listing.code.count {
                own.append(lines[next])
                next += 1
            }
            let starts = Set(own.map(\.offset))
            var thunks = base..<base
            for piece in listing.pieces {
                if case .wayOut = piece.role { thunks = base..<(base + piece.range.upperBound) }
            }
            for line in own {
                if let problem = Audit.problem(line.text, isInWayOut: thunks.contains(line.offset)) {
                    failures.append("\(line.text): \(problem)")
                }
                if let target = line.target, !starts.contains(target) { failures.append("\(line.text): jumps astray") }
                if line.text.hasPrefix("call"), !thunks.contains(line.target ?? -1) {
                    failures.append("\(line.text): calls something")
                }
            }
            base += listing.code.count
        }
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
    }
}

/// What emitted code may consist of.
private enum Audit {
    /// Extended when the compiler learns another; none may touch anything but registers and its operands.
    private static let allowed: Set<String> = [
        "mov", "movabs", "movzx", "movsx", "movsxd", "lea", "add", "sub", "and", "or", "xor", "not", "neg", "imul",
        "mul",
        "div", "idiv", "cqo", "cdq", "cmp", "test", "shl", "shr", "sar", "rol", "ror", "rorx", "shlx", "shrx", "sarx",
        "andn", "bswap", "popcnt", "lzcnt", "tzcnt", "bsr", "bsf", "call", "jmp",
    ]
    private static let conditions: Set<String> = [
        "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g",
    ]

    /// What is wrong with an instruction, nil if nothing is.
    static func problem(_ text: String, isInWayOut: Bool) -> String? {
        // Addresses without a register have the 32-bit address size written in front.
        let isNarrow = text.hasPrefix("addr32 ")
        let instruction = isNarrow ? text.dropFirst("addr32 ".count) : text[...]
        let mnemonic = String(instruction.prefix { $0 != " " })
        let operands = instruction.dropFirst(mnemonic.count + 1)
        guard isAllowed(mnemonic, isInWayOut) else { return "not an instruction that belongs here" }
        if let problem = memoryProblem(mnemonic, operands, isNarrow) { return problem }
        if mnemonic == "jmp" || mnemonic == "call", !operands.hasPrefix("0x") {
            let isKnown =
                operands == "qword ptr [rcx]" || operands.hasPrefix("qword ptr [8*rcx + 0x")
                || isInWayOut && operands == "qword ptr [rsp + 0x30]"
            return isKnown ? nil : "leads anywhere"
        }
        let destination = operands.prefix { $0 != "," }
        // The stack pointer moves by calls of ways out, and by their taking back what the call left.
        if ["rsp", "esp", "sp", "spl"].contains(destination) { return "writes the stack pointer" }
        if ["fs", "gs", "ss", "ds", "es", "cs"].contains(destination) { return "writes a segment register" }
        return nil
    }

    private static func isAllowed(_ mnemonic: String, _ isInWayOut: Bool) -> Bool {
        if allowed.contains(mnemonic) { return true }
        if isInWayOut, mnemonic == "pop" { return true }
        for prefix in ["cmov", "set", "j"] where mnemonic.hasPrefix(prefix) {
            return conditions.contains(String(mnemonic.dropFirst(prefix.count)))
        }
        return false
    }

    private static func memoryProblem(_ mnemonic: String, _ operands: Substring, _ isNarrow: Bool) -> String? {
        guard let open = operands.firstIndex(of: "["), let close = operands.firstIndex(of: "]") else { return nil }
        // Nothing is accessed.
        if mnemonic == "lea" { return nil }
        let address = operands[operands.index(after: open)..<close]
        if operands[..<open].hasSuffix("gs:") { return guestProblem(address, isNarrow) }
        if operands[..<open].contains(":") { return "another segment" }
        let terms = address.split(separator: " ")
        // What a way out was called for, and the address that a dynamic jump has looked up.
        if address == "rcx" {
            let isRead = operands.hasPrefix("ecx, ") || mnemonic == "jmp"
            return isRead ? nil : "writes through the scratch register"
        }
        // The same where an instruction can hold the address of the table; no other instruction reads there.
        if address.hasPrefix("8*rcx + 0x") {
            return mnemonic == "jmp" && operands.hasPrefix("qword ptr [") ? nil : "reads the jump table"
        }
        guard terms.first == "rsp" else { return "memory that is neither the guest's nor a slot" }
        guard terms.count == 1 || (terms.count == 3 && terms[1] == "+") else { return "no plain slot" }
        let offset = terms.count == 1 ? 0 : Int(terms[2].dropFirst("0x".count), radix: 16) ?? .max
        return offset <= 56 ? nil : "beyond the slots"
    }

    private static let registers: Set<Substring> = [
        "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d",
    ]

    /// The guest's addresses are 32 bits, from registers or constants.
    private static func guestProblem(_ address: Substring, _ isNarrow: Bool) -> String? {
        let terms = address.split(separator: " ").filter { $0 != "+" && $0 != "-" }
        let names = terms.map { $0.split(separator: "*").last ?? "" }.filter { $0.first?.isLetter ?? false }
        let is32Bit = names.isEmpty ? isNarrow : names.allSatisfy(registers.contains)
        return is32Bit ? nil : "an address of more than 32 bits"
    }
}
