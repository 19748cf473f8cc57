// Accesses through x0: null pointers that the compiler has seen through.

import PolkaLinker
import PolkaVM
import Testing

@Suite struct NullPointerTests {
    /// They link, and fault where the page is that nobody has, whatever is read or written and at every level.
    @Test(arguments: [
        "lw a0, 0(zero)", "ld a1, 16(zero)", "lb a0, -4(zero)", "sw a0, 16(zero)", "sd zero, 8(zero)",
        "lr.w a0, (zero)",
        "sc.d a0, a1, (zero)", "amoadd.w a0, a0, (zero)", "amoswap.d a0, a1, (zero)", "amomaxu.w a1, a0, (zero)",
    ])
    func faults(_ access: String) throws {
        for optimization in LinkOptions.Optimization.allCases {
            let code = "f: \(access)\nadd a0, a0, a1\nret\nexport f\n"
            let instance = try Guest.link(code, options: LinkOptions(optimization: optimization)).instance()
            #expect(try instance.call("f", [1, 2]) == .trap, "\(optimization)")
            #expect(instance.trapReason?.description.contains("inaccessible address 0x") == true)
        }
    }
}
