// Blocks, sections and files: what is kept, what is dropped, what is joined.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct StructureTests {
    private static let levels: [LinkOptions.Optimization] = [.none, .basic, .full]

    @Test func unreachableCodeAndData() throws {
        let source = """
            .type used, @function
            .type unused, @function
            .section .text.used,"ax"
            used: lla a0, used_data
            ld a0, 0(a0)
            ret
            li a0, 99
            ret
            export used
            .section .text.unused,"ax"
            unused: lla a0, unused_data
            ld a0, 0(a0)
            ret
            .section .data.used,"aw"
            used_data: .quad 5
            .section .data.unused,"aw"
            unused_data: .quad unused
            """
        let small = try Guest.link(source, options: LinkOptions(optimization: .basic))
        #expect(small.listing == ["a0 = 0x20000", "a0 = u64 [a0]", "ret"])
        #expect(small.map.functions.map(\.name) == ["used"])
        #expect(small.blob.readWriteData == [5])
        #expect(small.blob.code.jumpTable.isEmpty)

        let whole = try Guest.link(source, options: LinkOptions(optimization: .none))
        #expect(whole.map.functions.map(\.name).contains("unused"))
        #expect(whole.blob.readWriteDataSize == 16)
        // The pointer in the data that nobody reads.
        #expect(whole.blob.code.jumpTable.count == 1)
        for result in [small, whole] { #expect(try result.call("used") == 5) }
    }

    @Test(arguments: levels)
    func fallThroughIntoAnotherFunction(_ level: LinkOptions.Optimization) throws {
        let source = """
            .text
            outer: addi a0, a0, 1
            inner: slli a0, a0, 1
            ret
            export outer
            export inner
            """
        let result = try Guest.link(source, options: LinkOptions(optimization: level))
        #expect(try result.call("outer", 4) == 10)
        #expect(try result.call("inner", 4) == 8)
        #expect(result.listing == ["a0 = a0 + 0x1", "fallthrough", "a0 = a0 << 0x1", "ret"])
    }

    /// A call that never returns may be the last instruction of its section.
    @Test(arguments: levels)
    func callAtTheEndOfASection(_ level: LinkOptions.Optimization) throws {
        let source = """
            .section .text.stop,"ax"
            stop: unimp
            .section .text.start,"ax"
            start: beqz a0, 1f
            ret
            1: call stop
            export start
            .section .text.returning,"ax"
            returning: call nothing
            export returning
            .section .text.nothing,"ax"
            nothing: ret
            """
        let result = try Guest.link(source, options: LinkOptions(optimization: level))
        #expect(try result.call("start", 3) == 3)
        for name in ["start", "returning"] {
            let instance = try result.instance()
            #expect(try instance.call(name) == .trap)
            #expect(instance.trapReason == .trapInstruction)
        }
    }

    /// Blocks that nothing but the flow joins become one, also if code far away jumps into their middle.
    @Test(arguments: levels)
    func jumpIntoAFunction(_ level: LinkOptions.Optimization) throws {
        let source = """
            .section .text.whole,"ax"
            whole: addi a0, a0, 1
            j 1f
            1: addi a0, a0, 2
            middle: addi a0, a0, 4
            ret
            export whole
            .section .text.other,"ax"
            other: addi a0, a0, 100
            .option norvc
            .reloc ., R_RISCV_JAL, middle
            jal zero, .
            export other
            """
        let result = try Guest.link(source, options: LinkOptions(optimization: level))
        #expect(try result.call("whole", 0) == 7)
        #expect(try result.call("other", 0) == 104)
        if level == .basic { #expect(result.listing.filter { $0.contains("fallthrough") }.count == 1) }
    }

    /// Blocks without operations: exported, pointed to, in chains longer than any that are followed, and in circles.
    @Test(arguments: levels)
    func emptyBlocks(_ level: LinkOptions.Optimization) throws {
        var source = """
            .option norvc
            .text
            start: beqz a0, hop0
            j exported
            exported: j pointed
            pointed: j last
            export start
            export exported
            by_pointer: lla a1, pointed
            jr a1
            export by_pointer

            """
        // Each hop in a section of its own, so that none falls through to the next.
        for hop in 0..<40 { source += ".section .text.hop\(hop),\"ax\"\nhop\(hop): j hop\(hop + 1)\n" }
        source += """
            .section .text.hop40,"ax"
            hop40: li a0, 40
            ret
            .text
            last: addi a0, a0, 2
            ret
            circle: beqz a0, 1f
            ret
            1: j 2f
            2: j 3f
            3: j 1b
            export circle
            self: bnez a0, 4f
            5: j 5b
            4: ret
            export self
            """
        let result = try Guest.link(source, options: LinkOptions(optimization: level))
        #expect(try result.call("start", 0) == 40)
        #expect(try result.call("start", 5) == 7)
        #expect(try result.call("exported", 1) == 3)
        #expect(try result.call("by_pointer", 1) == 3)
        for name in ["circle", "self"] {
            #expect(try result.call(name, 1) == 1)
            // A circle of jumps stays one: it ends only with the gas.
            var configuration = ModuleConfiguration()
            configuration.gasMetering = .synchronous
            let instance = try Instance(try Module(result.blob, configuration: configuration))
            instance.gas = 1000
            #expect(try instance.call(name, [0]) == .outOfGas)
        }
    }

    /// A block that several jump to, that is exported, or whose address is taken is not joined to the one before it.
    @Test(arguments: levels)
    func blocksThatStay(_ level: LinkOptions.Optimization) throws {
        let source = """
            .text
            start: addi a0, a0, 1
            exported: addi a0, a0, 2
            pointed: addi a0, a0, 4
            in_data: addi a0, a0, 8
            loop: addi a0, a0, 16
            li a1, 64
            blt a0, a1, loop
            ret
            export start
            export exported
            through: lla a1, pointed
            jr a1
            export through
            through_data: ld a1, pointer
            jr a1
            export through_data
            .data
            .p2align 3
            pointer: .quad in_data
            """
        let result = try Guest.link(source, options: LinkOptions(optimization: level))
        #expect(try result.call("start", 0) == 79)
        #expect(try result.call("exported", 0) == 78)
        #expect(try result.call("through", 0) == 76)
        #expect(try result.call("through_data", 0) == 72)
    }

    /// The slots of the jump table are in code order, and code addresses are `2 * (slot + 1)`.
    @Test func codeAddresses() throws {
        let source = """
            .section .text.addresses,"ax"
            addresses: lla a0, third
            lla a1, first
            lla a2, second
            ret
            export addresses
            .section .text.first,"ax"
            first: ret
            .section .text.second,"ax"
            second: ret
            .section .text.third,"ax"
            third: ret
            """
        // Of three registers a host reads two, and -O2 knows that.
        let instance = try Guest.link(source, options: LinkOptions(optimization: .basic)).instance()
        #expect(try instance.call("addresses") == .finished)
        #expect([instance[.a0], instance[.a1], instance[.a2]] == [6, 2, 4])
        let table = instance.module.blob.code.jumpTable
        #expect(table == table.sorted() && Set(table).count == 3)
    }

    /// Objects that need each other: functions, data, and a weak definition that gives way.
    @Test func severalFiles() throws {
        let main = """
            .weak chosen
            .text
            chosen: li a0, 1
            ret
            .globl start
            start: mv s0, ra
            call chosen
            mv s1, a0
            call other
            add a0, a0, s1
            lla a1, shared
            ld a1, 0(a1)
            add a0, a0, a1
            mv ra, s0
            ret
            .globl back
            back: li a0, 100
            ret
            export start
            """
        let other = """
            .globl chosen, other, shared
            .text
            chosen: li a0, 2
            ret
            other: tail back
            .data
            .p2align 3
            shared: .quad 1000
            """
        let objects = try [main, other].enumerated().map { index, source in
            try ELFObject(parsing: try Guest.elf(source), name: "\(index).o")
        }
        for level in Self.levels {
            let options = LinkOptions(optimization: level)
            #expect(try PostLinker.link(objects, options: options).call("start") == 1102)
            #expect(try PostLinker.link(objects.reversed(), options: options).call("start") == 1102)
        }
    }

    /// Of several weak definitions the first counts, as with every other linker.
    @Test func firstWeakDefinition() throws {
        let main = ".text\nstart: tail chosen\nexport start\n"
        func weak(_ value: Int) -> String {
            ".weak chosen\n.section .text.chosen,\"ax\"\nchosen: li a0, \(value)\nret\n"
        }
        let objects = try [main, weak(1), weak(2)].enumerated().map { index, source in
            try ELFObject(parsing: try Guest.elf(source), name: "\(index).o")
        }
        #expect(try PostLinker.link(objects, options: LinkOptions()).call("start") == 1)
    }

    /// The same program under other names and in separate runs has the same bytes.
    @Test(arguments: levels)
    func determinism(_ level: LinkOptions.Optimization) throws {
        let bytes = try Guest.elf(Scale.manyFunctions(200), as: .executable)
        let options = LinkOptions(optimization: level)
        func link(_ name: String) throws -> [UInt8] {
            try PostLinker.link([try ELFObject(parsing: bytes, name: name)], options: options).blob.serialized()
        }
        let first = try link("guest.elf")
        for name in ["guest.elf", "/somewhere/else/that is longer/x", ""] { #expect(try link(name) == first) }

        let objects = [Scale.manyFunctions(50), ".text\n.globl extra\nextra: ret\n"]
        let parsed = try objects.map { try Guest.elf($0) }
        let one = try PostLinker.link(
            try parsed.map { try ELFObject(parsing: $0, name: "a/b.o") }, options: options)
        let two = try PostLinker.link(
            try parsed.enumerated().map { try ELFObject(parsing: $1, name: "\($0)/c.o") }, options: options)
        #expect(one.blob.serialized() == two.blob.serialized())
        #expect(one.map.text == two.map.text)
    }

    /// The report of the passes counts what is left after each.
    @Test func passReports() throws {
        let source = ".text\nf: j 1f\n1: j 2f\n2: ret\n3: j 3b\nlla a0, 3b\nexport f\n"
        var options = LinkOptions(optimization: .basic)
        #expect(try Guest.link(source, options: options).passes.isEmpty)
        options.reportsPasses = true
        let result = try Guest.link(source, options: options)
        #expect(
            result.passes.map(\.name)
                == ["split-blocks", "drop-unreachable", "merge-blocks", "replace-temporaries", "order-blocks"])
        #expect(result.passes.map(\.blockCount) == [4, 3, 1, 1, 1])
        #expect(result.passes.map(\.operationCount) == [4, 3, 1, 1, 1])
        // Two fallthroughs, `ret`, and a jump.
        #expect(result.passes.map(\.byteCount) == [1 + 1 + 2 + 3, 1 + 1 + 2, 2, 2, 2])
        #expect(result.passes.allSatisfy { $0.round == nil })
    }
}
