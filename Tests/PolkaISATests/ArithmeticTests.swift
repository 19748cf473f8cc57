// Edge cases of the arithmetic that host operators do not give (isa.md 6).

import PolkaISA
import Testing

@Suite struct ArithmeticTests {
    @Test func divisionNeverFaults() {
        #expect(Arithmetic.divUnsigned(7 as UInt64, 0) == .max)
        #expect(Arithmetic.remUnsigned(7 as UInt32, 0) == 7)
        #expect(Arithmetic.divSigned(-7 as Int64, 0) == -1)
        #expect(Arithmetic.remSigned(-7 as Int32, 0) == -7)
        #expect(Arithmetic.divSigned(Int64.min, -1) == .min)
        #expect(Arithmetic.remSigned(Int32.min, -1) == 0)
        #expect(Arithmetic.divSigned(-7 as Int64, 2) == -3)
        #expect(Arithmetic.remSigned(-7 as Int64, 2) == -1)
    }

    @Test func upperHalves() {
        #expect(Arithmetic.mulUpperUnsigned(.max, .max) == UInt64.max - 1)
        #expect(Arithmetic.mulUpperSigned(.max, .max) == 0)
        #expect(Arithmetic.mulUpperSignedUnsigned(.max, .max) == .max)
        #expect(Arithmetic.mulUpperSignedUnsigned(2, 1 << 63) == 1)
        #expect(Arithmetic.mulUpperSignedUnsigned(1 << 63, 2) == .max)
    }

    @Test func rotations() {
        #expect(Arithmetic.rotateRight(1 as UInt64, by: 1) == 1 << 63)
        #expect(Arithmetic.rotateRight(0x1234_5678 as UInt32, by: 32 + 8) == 0x7812_3456)
        #expect(Arithmetic.rotateLeft(0x8000_0001 as UInt32, by: 1) == 3)
        #expect(Arithmetic.rotateLeft(5 as UInt64, by: 0) == 5)
        #expect(Arithmetic.rotateLeft(5 as UInt64, by: 64) == 5)
    }

    @Test func extension32() {
        #expect(Arithmetic.extend32(0x1_8000_0000 as UInt64) == 0xffff_ffff_8000_0000)
        #expect(Arithmetic.extend32(0x7fff_ffff as UInt32) == 0x7fff_ffff)
    }
}
