// The 32 integer registers, as the five-bit fields of an instruction can name them.

/// One of the 32 integer registers of RISC-V.
///
/// All 32 can be decoded. A PVM guest has only x0, x1, x2 and x5 to x15; who lowers an instruction refuses the others,
/// because only there the place is known that an error has to name.
package struct RISCVRegister: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The register number, 0 to 31.
    package let rawValue: UInt8

    package init?(rawValue: UInt8) {
        guard rawValue < 32 else { return nil }
        self.rawValue = rawValue
    }

    /// Takes the low five bits of an instruction field.
    init(field: UInt32) {
        rawValue = UInt8(truncatingIfNeeded: field & 31)
    }

    /// The name in the calling convention: zero, ra, sp, gp, tp, t0...
    package var description: String {
        switch rawValue {
        case 0: "zero"
        case 1: "ra"
        case 2: "sp"
        case 3: "gp"
        case 4: "tp"
        case 5...7: "t\(rawValue - 5)"
        case 8...9: "s\(rawValue - 8)"
        case 10...17: "a\(rawValue - 10)"
        case 18...27: "s\(rawValue - 16)"
        default: "t\(rawValue - 25)"
        }
    }
}

extension RISCVRegister {
    package static let x0 = RISCVRegister(field: 0)
    package static let x1 = RISCVRegister(field: 1)
    package static let x2 = RISCVRegister(field: 2)
    package static let x3 = RISCVRegister(field: 3)
    package static let x4 = RISCVRegister(field: 4)
    package static let x5 = RISCVRegister(field: 5)
    package static let x6 = RISCVRegister(field: 6)
    package static let x7 = RISCVRegister(field: 7)
    package static let x8 = RISCVRegister(field: 8)
    package static let x9 = RISCVRegister(field: 9)
    package static let x10 = RISCVRegister(field: 10)
    package static let x11 = RISCVRegister(field: 11)
    package static let x12 = RISCVRegister(field: 12)
    package static let x13 = RISCVRegister(field: 13)
    package static let x14 = RISCVRegister(field: 14)
    package static let x15 = RISCVRegister(field: 15)
    package static let x16 = RISCVRegister(field: 16)
    package static let x17 = RISCVRegister(field: 17)
    package static let x18 = RISCVRegister(field: 18)
    package static let x19 = RISCVRegister(field: 19)
    package static let x20 = RISCVRegister(field: 20)
    package static let x21 = RISCVRegister(field: 21)
    package static let x22 = RISCVRegister(field: 22)
    package static let x23 = RISCVRegister(field: 23)
    package static let x24 = RISCVRegister(field: 24)
    package static let x25 = RISCVRegister(field: 25)
    package static let x26 = RISCVRegister(field: 26)
    package static let x27 = RISCVRegister(field: 27)
    package static let x28 = RISCVRegister(field: 28)
    package static let x29 = RISCVRegister(field: 29)
    package static let x30 = RISCVRegister(field: 30)
    package static let x31 = RISCVRegister(field: 31)
}
