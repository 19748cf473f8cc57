// Large guests: the work must grow with the input and no faster. Times are printed, not judged: machines differ.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite(.serialized) struct ScaleTests {
    private func link(_ bytes: [UInt8], _ what: String) throws -> LinkResult {
        let clock = ContinuousClock()
        let start = clock.now
        let object = try ELFObject(parsing: bytes, name: "large.o")
        let parsed = clock.now
        let result = try Linker.link([object], options: LinkOptions(optimization: .basic))
        let linked = clock.now
        print("\(what): \(bytes.count) bytes of ELF read in \(parsed - start), linked in \(linked - parsed)")
        return result
    }

    @Test func manyFunctions() throws {
        let count = 100_000
        let result = try link(try Guest.elf(Scale.manyFunctions(count)), "\(count) functions")
        #expect(result.map.functions.count == count + 1)
        #expect(result.map.readWriteData.count == count)
        #expect(result.blob.code.jumpTable.count == count)
        #expect(result.blob.readWriteDataSize == UInt32(4 * count))
        #expect(try result.call("start", 1) == UInt64(count) * UInt64(count - 1) / 2 + 1)
    }

    /// One section of 1 MB with everything that makes work: branches, calls, addresses, temporaries.
    @Test func largeSection() throws {
        let unit = """
            li a1, 2
            beqz a0, 1f
            amoadd.w a2, a3, (s0)
            lla a4, d
            lw a5, 0(a4)
            1: addi a1, a1, -1
            bnez a1, 1b
            call g
            add a0, a0, a2

            """
        let count = 24_000
        let source =
            ".option norvc\n.text\n.p2align 2\nf:\nlla s0, d\nmv s1, ra\n.rept \(count)\n\(unit).endr\nmv ra, s1\nret\ng: ret\n"
            + "export f\n.data\nd: .quad 0\n"
        let bytes = try Guest.elf(source)
        let object = try ELFObject(parsing: bytes, name: "large.o")
        #expect(object.sections.first { $0.name == ".text" }?.byteCount ?? 0 > 1_000_000)
        let result = try link(bytes, "1 MB of code")
        #expect(result.blob.code.jumpTable.count == count)
        #expect(try result.instance().call("f", [1]) == .finished)
    }
}
