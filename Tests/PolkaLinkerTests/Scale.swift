// Guests of any size.

/// Assembly for large guests.
enum Scale {
    /// `start` calls `count` functions in a row, each in a section of its own and with a word of data of its own.
    static func manyFunctions(_ count: Int) -> String {
        var source = """
            .section .text.start,"ax"
            start: addi sp, sp, -16
            sd ra, 8(sp)

            """
        for index in 0..<count { source += "call f\(index)\n" }
        source += "ld ra, 8(sp)\naddi sp, sp, 16\nret\nexport start\n"
        for index in 0..<count {
            source += """
                .section .text.f\(index),"ax"
                f\(index): lla a1, d\(index)
                lw a1, 0(a1)
                beqz a1, 1f
                add a0, a0, a1
                1: ret
                .section .data.d\(index),"aw"
                .p2align 2
                d\(index): .word \(index)

                """
        }
        return source
    }
}
