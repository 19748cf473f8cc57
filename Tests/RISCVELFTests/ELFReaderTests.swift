// Reads what clang and ld.lld write, and compares with what llvm-objdump says is in it.

import RISCVELF
import Testing

/// A program with every relocation that guests are made of.
enum Guest {
    /// Without it clang puts variables into one block, and stores to them lose their own relocations.
    static let separateGlobals = ["-mllvm", "-enable-global-merge=false"]

    static let main = """
        extern int other(int); extern int counter; extern int external_data __attribute__((weak));
        static const char *const names[] = {"one", "two", "three"};
        int (*table[2])(int) = {other, other};
        int buffer[64];
        int through_got(void) { return external_data; }
        static int hidden;
        int load(void) { return hidden; }
        void store(int x) { hidden = x; counter = x; buffer[x & 63] = x; }
        int choose(int x) {
            switch (x) {
            case 0: return other(1);
            case 1: return other(2) * 3;
            case 2: return 9;
            case 3: return other(77);
            case 4: return x * other(5);
            case 5: return other(3) + 1;
            }
            return table[x & 1](x) + names[x & 1][0];
        }
        int _start(int x) { store(x); return choose(x) + load(); }
        """
    static let other = """
        int counter = 5;
        int external_data;
        int other(int x) { return x + counter; }
        """
}

@Suite struct ELFReaderTests {
    @Test func relocatableObject() throws {
        let workshop = try Workshop()
        let object = try ELFObject(
            parsing: try workshop.compile(Guest.main, name: "main.c", flags: ["-O1"] + Guest.separateGlobals),
            name: "main.o")
        #expect(object.kind == .relocatable)
        let code = object.relocationTypes(in: ".text")
        #expect(
            code.isSuperset(of: [
                .R_RISCV_CALL_PLT, .R_RISCV_PCREL_HI20, .R_RISCV_PCREL_LO12_I, .R_RISCV_PCREL_LO12_S,
                .R_RISCV_GOT_HI20,
            ]))
        #expect(object.relocationTypes(in: ".data").contains(.R_RISCV_64))
        #expect(object.relocationTypes(in: ".rodata").isSuperset(of: [.R_RISCV_ADD32, .R_RISCV_SUB32]))

        let choose = try object.section(".text.choose")
        #expect(choose.isAllocated && choose.isExecutable && !choose.isWritable && choose.hasContents)
        #expect(choose.contents.count == choose.byteCount)
        let bss = try object.section(".bss.buffer")
        #expect(!bss.hasContents && bss.isWritable && bss.contents.isEmpty && bss.byteCount == 256)

        let symbol = try object.symbol("choose")
        #expect(symbol.place == .section(choose.index) && symbol.offset == 0 && symbol.byteCount > 0)
        #expect(symbol.type == ELFSymbol.typeFunction && symbol.binding == ELFSymbol.bindingGlobal)
        #expect(try object.symbol("other").place == .undefined)
        let weak = try object.symbol("external_data")
        #expect(weak.isWeak && weak.place == .undefined)
        // Each LO12 names the label of its auipc, where there must be the HI20.
        for relocation in choose.relocations where relocation.type == .R_RISCV_PCREL_LO12_I {
            let label = object.symbols[relocation.symbol]
            #expect(label.place == .section(choose.index))
            #expect(
                choose.relocations.contains {
                    $0.offset == Int(label.offset) && ($0.type == .R_RISCV_PCREL_HI20 || $0.type == .R_RISCV_GOT_HI20)
                })
        }
        try expectRelocations(of: object, toMatch: "main.c.o", in: workshop)
    }

    /// Relaxation makes the assembler leave even local branches to the linker.
    @Test func relaxableObject() throws {
        let workshop = try Workshop()
        let source = """
            int f(int *); int g(int a, int b, int *p) { while (a < b) { if (f(p) == 0) b--; else a += b; } return a; }
            """
        let flags = ["-O1", "-mrelax", "-g", "-gdwarf-5"]
        let object = try ELFObject(
            parsing: try workshop.compile(source, name: "relax.c", flags: flags), name: "relax.o")
        let code = object.relocationTypes(in: ".text")
        #expect(code.isSuperset(of: [.R_RISCV_RELAX, .R_RISCV_BRANCH, .R_RISCV_CALL_PLT]))
        #expect(
            object.relocationTypes(in: ".debug").isSuperset(of: [
                .R_RISCV_32, .R_RISCV_64, .R_RISCV_SET_ULEB128, .R_RISCV_SUB_ULEB128, .R_RISCV_ADD16, .R_RISCV_SUB16,
            ]))
        try expectRelocations(of: object, toMatch: "relax.c.o", in: workshop)
    }

    /// The compressed forms get relocations only where the target is out of the assembler's sight.
    @Test func compressedJumps() throws {
        let workshop = try Workshop()
        let source = ".option exact\nc.beqz a0, far + 4\nc.bnez a1, far\nc.j far - 2\nbltu a0, a1, far\njal far\n"
        let object = try ELFObject(parsing: try workshop.compile(source, name: "jumps.S"), name: "jumps.o")
        let relocations = try object.section(".text").relocations
        #expect(
            relocations.map(\.type) == [
                .R_RISCV_RVC_BRANCH, .R_RISCV_RVC_BRANCH, .R_RISCV_RVC_JUMP, .R_RISCV_BRANCH, .R_RISCV_JAL,
            ])
        #expect(relocations.map(\.offset) == [0, 2, 4, 6, 10])
        #expect(relocations.map(\.addend) == [4, 0, -2, 0, 0])
        #expect(relocations.allSatisfy { object.symbols[$0.symbol].name == "far" })
    }

    @Test(arguments: [(["-static"], ELFObject.Kind.executable), (["-pie"], .sharedObject)])
    func linkedFile(flags: [String], kind: ELFObject.Kind) throws {
        let workshop = try Workshop()
        _ = try workshop.compile(Guest.main, name: "main.c", flags: ["-O1", "-g"])
        _ = try workshop.compile(Guest.other, name: "other.c", flags: ["-O1", "-g"])
        let bytes = try workshop.link(
            ["main.c", "other.c"], flags: flags + ["--no-relax", "--emit-relocs", "--gc-sections", "-z", "notext"])
        let object = try ELFObject(parsing: bytes, name: "out.elf")
        #expect(object.kind == kind)

        let text = try object.section(".text")
        #expect(text.address > 0)
        let start = try object.symbol("_start")
        #expect(start.place == .section(text.index))
        #expect(start.offset >= 0 && start.offset + Int64(start.byteCount) <= text.byteCount)
        // Offsets count from the section: at each call there is an auipc and a jalr through the same register.
        let calls = text.relocations.filter { $0.type == .R_RISCV_CALL_PLT }
        #expect(calls.count > 4)
        for call in calls {
            guard case .auipc(let scratch, _)? = decode(text, at: call.offset)?.operation,
                case .jalr(_, let base, _)? = decode(text, at: call.offset + 4)?.operation
            else {
                Issue.record("no call at \(call.offset)")
                continue
            }
            #expect(scratch == base)
        }
        // The table of the switch: a difference takes two relocations, in this order, at one offset.
        let tables = try object.section(".rodata")
        let differences = tables.relocations.filter { $0.type == .R_RISCV_ADD32 || $0.type == .R_RISCV_SUB32 }
        #expect(differences.count >= 12)
        for pair in stride(from: 0, to: differences.count, by: 2) {
            #expect(differences[pair].offset == differences[pair + 1].offset)
            #expect(differences[pair].type == .R_RISCV_ADD32 && differences[pair + 1].type == .R_RISCV_SUB32)
        }
        #expect(object.sections.allSatisfy { $0.name != ".eh_frame" || $0.relocations.isEmpty })
        if kind == .executable { try expectRelocations(of: object, toMatch: "out.elf", in: workshop) }
    }

    /// More sections than fit into 16 bits: the numbers move to the null section and to a table of their own.
    @Test func moreSectionsThanSixteenBits() throws {
        let workshop = try Workshop()
        let count = 66_000
        let source = (0..<count).map { ".section .data.\($0), \"aw\"\ns\($0): .4byte \($0)\n" }.joined()
        let object = try ELFObject(parsing: try workshop.compile(source, name: "many.S"), name: "many.o")
        #expect(object.sections.count > count)
        for index in [0, 1, 65_000, 65_279, 65_280, 65_521, 65_535, count - 1] {
            let section = try object.section(".data.\(index)")
            #expect(section.contents == ELFBuilder.little(UInt32(index)))
            #expect(try object.symbol("s\(index)").place == .section(section.index))
        }
    }

    @Test func symbolsWithoutASection() throws {
        let workshop = try Workshop()
        let source =
            ".globl far\nfar = 0x123456789\n.comm shared, 24, 8\n.tbss\n.globl local\n.zero 8\nlocal: .zero 4\n"
        let object = try ELFObject(parsing: try workshop.compile(source, name: "s.S"), name: "s.o")
        let far = try object.symbol("far")
        #expect(far.place == .absolute && far.offset == 0x1_2345_6789)
        let shared = try object.symbol("shared")
        #expect(shared.place == .common && shared.byteCount == 24 && shared.offset == 8)
        let local = try object.symbol("local")
        #expect(local.isThreadLocal && local.offset == 8)
    }

    @Test func relocationTypeNames() {
        #expect(RelocationType.R_RISCV_CALL_PLT.description == "R_RISCV_CALL_PLT")
        #expect(RelocationType.R_RISCV_SUB_ULEB128.description == "R_RISCV_SUB_ULEB128")
        #expect(RelocationType(rawValue: 29).description == "R_RISCV_TPREL_HI20")
        #expect(RelocationType(rawValue: 29).isThreadLocal)
        #expect(RelocationType(rawValue: 13).description == "relocation type 13")
        #expect(RelocationType(rawValue: .max).fieldByteCount == 0)
    }

    // MARK: -

    private func decode(_ section: ELFSection, at offset: Int) -> RISCVInstruction? {
        guard offset + 4 <= section.byteCount else { return nil }
        let word = section.contents[offset..<offset + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return RISCVInstruction.decode(word)
    }

    /// Compares all relocations with the disassembler's listing: offset, type, symbol and addend.
    private func expectRelocations(of object: ELFObject, toMatch file: String, in workshop: Workshop) throws {
        let listing = String(decoding: try workshop.run("llvm-objdump", ["-r", file]), as: UTF8.self)
        var expected: [String: [String]] = [:]
        var current = ""
        for line in listing.split(separator: "\n") {
            if line.hasPrefix("RELOCATION RECORDS FOR [") {
                current = String(line.dropFirst(24).prefix { $0 != "]" })
            } else if let offset = line.split(separator: " ").first.flatMap({ Int($0, radix: 16) }) {
                // The rest of the line is the symbol: LLVM's own local symbols have names that end in a space.
                let fields = line.split(separator: " ", maxSplits: 2)
                let symbol = fields.count > 2 ? fields[2].drop { $0 == " " } : ""
                expected[current, default: []].append("\(offset) \(fields[1]) \(symbol)")
            }
        }
        #expect(expected.count > 2)
        for (name, lines) in expected where name != ".eh_frame" {
            let section = try object.section(name)
            let ours = section.relocations.map { relocation in
                let symbol = object.symbols[relocation.symbol].name
                let addend = relocation.addend
                let sum =
                    addend == 0 ? "" : (addend < 0 ? "-0x" : "+0x") + String(addend.magnitude, radix: 16)
                let offset = object.kind == .relocatable ? relocation.offset : relocation.offset + Int(section.address)
                return "\(offset) \(relocation.type) \(symbol.isEmpty ? "*ABS*" : symbol)\(sum)"
            }
            #expect(ours == lines, "\(name)")
        }
    }
}
