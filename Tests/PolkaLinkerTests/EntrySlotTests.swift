// Programs for hosts that enter at fixed places and call by number; the link map, of which tools read where bytes are.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct EntrySlotTests {
    private static let slots = [["is_authorized", "refine"], ["accumulate"]]

    private func options(byNumber: Bool = false) -> LinkOptions {
        var options = LinkOptions(instructionSet: .jamV1)
        options.entrySlots = Self.slots
        options.callsByNumber = byNumber
        return options
    }

    /// A function for each name, which returns its number in the list, from 1 on.
    private func functions(_ names: String...) -> String {
        ".text\n"
            + names.enumerated().map {
                ".type \($1), @function\n\($1): li a0, \($0 + 1)\nret\n.size \($1), .-\($1)\nexport \($1)\n"
            }
            .joined()
    }

    private func failure(_ source: String, _ options: LinkOptions) throws -> String? {
        let object = try ELFObject(parsing: Guest.elf(source), name: "guest.o")
        do throws(LinkFailure) {
            _ = try PostLinker.link([object], options: options)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func slotsAreFilledInOrder() throws {
        for (source, results) in [
            (functions("accumulate", "helper", "refine"), [3, 1] as [UInt64]),
            (functions("helper", "is_authorized"), [2]),
        ] {
            let result = try Guest.link(source, options: options())
            let instance = try result.instance()
            for (slot, value) in results.enumerated() {
                try instance.prepareCall(at: UInt32(5 * slot))
                #expect(try instance.run() == .finished)
                #expect(instance[.a0] == value)
            }
            // The last entry is as short as it can be.
            #expect(result.map.functions.first?.name == "(dispatch table)")
            #expect(result.map.functions.first?.byteCount == 5 * (results.count - 1) + 2)
        }
    }

    @Test func slotsThatCanNotBeFilled() throws {
        #expect(
            try failure(functions("main"), options())
                == "guest.o: no entry point is exported; the host calls is_authorized or refine, accumulate: export one"
        )
        #expect(
            try failure(functions("accumulate"), options())
                == "guest.o: 'accumulate' is exported, but not is_authorized or refine, which the host enters before it;"
                + " export that as well")
        #expect(
            try failure(functions("refine", "is_authorized"), options())
                == "guest.o: is_authorized and refine are both exported, but the host enters them at the same place; a program"
                + " can have one of them")
    }

    @Test func importsNeedNumbers() throws {
        let source =
            functions("accumulate") + """

                metadata log, "log", 0, 0
                numbered_metadata gas, "gas", 0, 0, 1
                refine:
                host_call log
                host_call gas
                ret
                export refine
                """
        let message = try #require(try failure(source, options(byNumber: true)))
        #expect(message.hasPrefix("guest.o: .text+0x"))
        #expect(
            message.hasSuffix(
                ": import 'log' has no number, and the host calls functions by number; give it one with PVM_IMPORT_INDEX"
            ))
        // Without a single number it is the same for a host that has no names.
        let none = source.replacing("host_call gas\n", with: "")
        #expect(try failure(none, options(byNumber: true))?.contains("import 'log' has no number") == true)
        #expect(try failure(none, options()) == nil)
        #expect(try Guest.link(functions("refine"), options: options(byNumber: true)).blob.imports == [])
    }

    /// What only the tool's own kind has is refused where it is used, all of it at once.
    @Test(arguments: [InstructionSet.reviveV1, .jamV1])
    func instructionsThatAKindLacks(_ set: InstructionSet) throws {
        let source = """
            .text
            .type f, @function
            f:
            .insn r 0xb, 1, 0, a0, a0, zero
            .word 0x0000200b
            ret
            .size f, .-f
            export f
            """
        #expect(
            try failure(source, LinkOptions(instructionSet: set)) == """
                guest.o: .text+0x0 (in 'f'): the instruction 'sbrk' does not exist in \(set.name); reserve the heap when the\
                 program is built (PVM_HEAP); only latest64 has it
                guest.o: .text+0x4 (in 'f'): the instruction 'memset' does not exist in \(set.name); call the function memset;\
                 only latest64 has the instruction
                """)
    }

    /// Variables lie below their sections, each with its own size.
    @Test func mapNamesVariables() throws {
        let source = """
            .text
            f: la a0, table
            lw a0, 4(a0)
            la a1, counter
            sw a0, 0(a1)
            ret
            export f
            .section .rodata.t,"a"
            .balign 4
            .word 1
            .type table, @object
            table: .word 2, 3
            .size table, 8
            .type nothing, @object
            nothing: .size nothing, 0
            .section .bss.c,"aw",@nobits
            .type counter, @object
            counter: .space 16
            .size counter, 16
            .type inside, @object
            .set inside, counter + 4
            .size inside, 4
            """
        let map = try Guest.link(source, options: LinkOptions(optimization: .none)).map
        let section = try #require(map.readOnlyData.first { $0.name == ".rodata.t" })
        #expect(section.byteCount == 12)
        #expect(section.variables.map(\.name) == ["table"])
        #expect(section.variables.map(\.address) == [section.address + 4])
        #expect(section.variables.map(\.byteCount) == [8])
        let zeros = try #require(map.readWriteData.first { $0.name == ".bss.c" })
        // What lies inside of another is not counted twice.
        #expect(zeros.variables.map(\.name) == ["counter"])
        #expect(map.text.contains("\n    \(String(repeating: "0", count: 3))30000       16  counter\n"))
    }
}
