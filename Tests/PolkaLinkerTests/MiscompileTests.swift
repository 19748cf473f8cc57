// Programs that the optimiser once got wrong, as small as they could be made.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct MiscompileTests {
    /// A load whose value nobody needs stayed, and the register of its address had been given up.
    @Test func deadLoadThatStays() throws {
        let code = """
            f: addi sp, sp, -16
            sd zero, 0(sp)
            lla t1, z + 256
            mv a5, t1
            1: li a0, 6
            ld a1, 0(sp)
            addi a1, a1, -1
            sd a1, 0(sp)
            bgtz a1, 1b
            srli a2, a0, 60
            add t1, a5, a2
            lh a3, 37(t1)
            addi sp, sp, 16
            ret
            export f
            .bss
            z: .space 512
            """
        var options = LinkOptions(optimization: .full)
        options.disabledPasses = [.removeDeadOperations]
        #expect(try Guest.link(code, options: options).call("f") == 6)
    }

    /// What the code at `f` gives at each level.
    private func results(_ code: String, _ arguments: UInt64...) throws -> [UInt64] {
        try LinkOptions.Optimization.allCases.map { level in
            let linked = try Guest.link(code + "\nexport f\n", options: LinkOptions(optimization: level))
            let instance = try linked.instance()
            #expect(try instance.call("f", arguments) == .finished)
            return instance[.a0]
        }
    }

    /// An address moved by the one distance that has no positive counterpart: the linker stopped with an overflow.
    @Test func addressMovedByTheLeastNumber() throws {
        let code = """
            f: lla a2, d
            li a1, -0x8000000000000000
            add a0, a2, a1
            add a0, a0, a1
            sub a0, a0, a2
            ret
            .data
            d: .quad 0
            """
        #expect(try results(code).allSatisfy { $0 == 0 })
    }
}
