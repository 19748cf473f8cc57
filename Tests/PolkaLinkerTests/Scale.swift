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

    /// `f`, with `count` times everything that makes work: a loop, branches, a call, addresses, temporaries.
    static func oneFunction(_ count: Int) -> String {
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
        return """
            .option norvc
            .text
            .p2align 2
            f: lla s0, d
            mv s1, ra
            .rept \(count)
            \(unit).endr
            mv ra, s1
            ret
            g: ret
            export f
            .data
            d: .quad 0

            """
    }
}
