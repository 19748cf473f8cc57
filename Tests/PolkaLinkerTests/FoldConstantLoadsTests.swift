// What loads from read-only data become, and which stay.

import PolkaBlob
import PolkaLinker
import Testing

@Suite struct FoldConstantLoadsTests {
    private static let passes: Pass.Names = [.propagateConstants, .foldConstantLoads, .removeDeadOperations]

    private static let data = """
        .section .rodata.a,"a"
        .p2align 3
        data: .byte 0x80, 0x81, 0x82, 0xff, 5, 6, 7, 0x88
        .quad -2
        """

    /// Every width, extended as the machine does.
    @Test(arguments: [
        ("lbu", 0, "a0 = 0x80"), ("lb", 0, "a0 = 0xffffffffffffff80"), ("lhu", 0, "a0 = 0x8180"),
        ("lh", 2, "a0 = 0xffffffffffffff82"), ("lwu", 4, "a0 = 0x88070605"), ("lw", 4, "a0 = 0xffffffff88070605"),
        ("ld", 8, "a0 = 0xfffffffffffffffe"),
    ]) func widths(_ load: String, _ offset: Int, _ line: String) throws {
        let code = "f: lla a1, data\n\(load) a0, \(offset)(a1)\nli a1, 0\nret\n" + Self.data
        let listing = try Pass.listing(code, only: Self.passes)
        #expect(listing == [line, "a1 = 0", "ret"])
        try Pass.expectSameResults(code, only: Self.passes, [[]])
    }

    /// What can be written is not known, nor are bytes outside of the section.
    @Test func notConstant() throws {
        let writable = "f: lla a1, data\nlbu a0, 0(a1)\nli a1, 0\nret\n.data\ndata: .byte 7"
        #expect(try Pass.listing(writable, only: Self.passes).first == "a0 = u8 [0x20000]")
        let behind = "f: lla a1, data\nlhu a0, 15(a1)\nli a1, 0\nret\n" + Self.data
        #expect(try Pass.listing(behind, only: Self.passes).first == "a0 = u16 [0x1000f]")
        let before = "f: lla a1, data\nlbu a0, -1(a1)\nli a1, 0\nret\n" + Self.data
        #expect(try Pass.listing(before, only: Self.passes).first == "a0 = u8 [0xffff]")
    }

    /// A byte of a pointer is known when data has been laid out.
    @Test(arguments: [0, 1, 4, 7]) func relocatedBytes(_ offset: Int) throws {
        let code = """
            f: lla a1, data
            lbu a0, \(offset)(a1)
            li a1, 0
            ret
            .section .rodata.a,"a"
            .p2align 3
            data: .quad other
            .section .rodata.b,"a"
            other: .byte 1
            """
        #expect(try Pass.listing(code, only: Self.passes).first == "a0 = u8 [0x1000\(offset)]")
        // `other` lies behind the pointer, at 0x10008.
        #expect(try Pass.link(code).call("f") == 0x10008 >> UInt64(8 * offset) & 0xff)
    }

    /// A load that covers a pointer and bytes beside it.
    @Test func halfAPointer() throws {
        let code = """
            f: lla a1, data
            ld a0, 4(a1)
            li a1, 0
            ret
            .section .rodata.a,"a"
            .p2align 3
            data: .word 1
            .quad other
            .word 2
            .section .rodata.b,"a"
            other: .byte 1
            """
        let listing = try Pass.listing(code, only: Self.passes)
        // With the load the pointer has gone, so that `other` comes first.
        #expect(listing.first == "a0 = 0x10000")
        let beside = code.replacing("4(a1)", with: "0(a1)")
        #expect(try Pass.listing(beside, only: Self.passes).first == "a0 = u64 [0x10000]")
        #expect(try Pass.link(beside).call("f") == 0x10010 << 32 | 1)
    }

    /// Calls by tables of constant pointers are direct, and the slots of the jump table go; so do the tables.
    @Test func tablesOfFunctions() throws {
        let code = """
            f: addi sp, sp, -16
            sd ra, 0(sp)
            lla a1, object
            ld a1, 0(a1)
            ld a1, 8(a1)
            jalr a1
            li a1, 0
            ld ra, 0(sp)
            addi sp, sp, 16
            ret
            g: addi a0, a0, 1
            ret
            h: addi a0, a0, 2
            ret
            .section .data.rel.ro.object,"aw"
            .p2align 3
            object: .quad table
            .section .data.rel.ro.table,"aw"
            table: .quad g, h
            """
        let result = try Pass.link(code)
        #expect(result.blob.code.jumpTable.isEmpty)
        #expect(result.blob.readOnlyData.isEmpty)
        #expect(try result.call("f", 40) == 42)
        try Pass.expectSameResults(code, only: Self.passes, [[5]])
    }

    /// A pointer that lies far from everything is data like any other.
    @Test func pointersElsewhere() throws {
        let code = """
            f: lla a1, data
            ld a0, 0(a1)
            li a1, 0
            ret
            .section .rodata.a,"a"
            .p2align 3
            data: .quad data + 0x100000000
            """
        #expect(try Pass.link(code).call("f") == 0x1_0001_0000)
    }

    /// Constants go into the code if that takes fewer bytes than their section.
    @Test func literals() throws {
        func code(_ loads: Int) -> String {
            let load = (0..<loads).map { "lla t\($0), constant\nld t\($0), 0(t\($0))\nxor a0, a0, t\($0)\n" }
            return "f: " + load.joined()
                + "li a1, 0\nret\n.section .rodata.cst8,\"aM\",@progbits,8\nconstant: .quad 0x123456789abcdef1"
        }
        // Ten bytes instead of five and eight.
        let once = try Pass.link(code(1))
        #expect(once.listing.first == "t0 = 0x123456789abcdef1")
        #expect(once.blob.readOnlyData.isEmpty)
        #expect(try once.call("f", 5) == 0x123456789abcdef1 ^ 5)
        // Twice ten, where two loads and the constant take as much as eighteen.
        let twice = try Pass.link(code(2))
        #expect(!twice.blob.readOnlyData.isEmpty)
        try Pass.expectSameResults(code(3), only: Self.passes, [[5]])
    }
}
