// Programs that the optimiser once got wrong, as small as they could be made.

import PolkaBlob
import PolkaISA
import PolkaLinker
import PolkaVM
import RISCVELF
import Testing

@Suite struct MiscompileTests {
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
        #expect(try results(code) == [0, 0, 0])
    }
}
