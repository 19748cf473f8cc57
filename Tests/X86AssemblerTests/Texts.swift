// How llvm-objdump writes operands, in Intel's syntax; and the operand values that the tests sweep over.

import X86Assembler

/// Displacements and constants on both sides of every change of encoding.
let edges: [Int32] = [0, 1, -1, 127, -128, 128, -129, .max, .min]

/// A signed number, as displacements and sign extended constants are written.
func hex(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude, radix: 16)
    return value < 0 ? "-0x\(digits)" : "0x\(digits)"
}

/// A constant of an instruction of that width whose constant takes one byte or four.
///
/// The decoder writes constants that fill the operand without a sign, all others with one.
func constant(_ value: Int32, _ width: X86Width, wide: Bool = false) -> String {
    let isByte = !wide && (-128...127).contains(value)
    return width == .bits64 || isByte ? hex(value) : hex(UInt32(bitPattern: value))
}

extension X86Register {
    /// The name at a width of that many bits.
    func name(_ bitCount: Int) -> String {
        let full = "\(self)"
        let isNumbered = full.dropFirst().allSatisfy(\.isNumber)
        switch bitCount {
        case 64: return full
        case 32: return isNumbered ? "\(full)d" : "e\(full.dropFirst())"
        case 16: return isNumbered ? "\(full)w" : "\(full.dropFirst())"
        default:
            if isNumbered { return "\(full)b" }
            let short = full.dropFirst()
            return short.hasSuffix("x") ? "\(short.dropLast())l" : "\(short)l"
        }
    }

    func name(_ width: X86Width) -> String { name(width.bitCount) }
}

extension X86Width {
    var bitCount: Int {
        switch self {
        case .bits32: 32
        case .bits64: 64
        }
    }
}

extension X86StoreWidth {
    var bitCount: Int {
        switch self {
        case .bits8: 8
        case .bits16: 16
        case .bits32: 32
        case .bits64: 64
        }
    }
}

extension X86Extension {
    /// Mnemonic, width of the result, width of what is extended.
    var parts: (mnemonic: String, to: Int, from: Int) {
        switch self {
        case .unsigned8: ("movzx", 32, 8)
        case .signed8: ("movsx", 64, 8)
        case .unsigned16: ("movzx", 32, 16)
        case .signed16: ("movsx", 64, 16)
        case .unsigned32: ("mov", 32, 32)
        case .signed32: ("movsxd", 64, 32)
        case .bits64: ("mov", 64, 64)
        case .signed8To32: ("movsx", 32, 8)
        case .signed16To32: ("movsx", 32, 16)
        }
    }
}

extension X86Condition {
    /// As the decoder spells it, where a condition has several names.
    var suffix: String {
        switch self {
        case .overflow: "o"
        case .notOverflow: "no"
        case .below: "b"
        case .aboveOrEqual: "ae"
        case .equal: "e"
        case .notEqual: "ne"
        case .belowOrEqual: "be"
        case .above: "a"
        case .sign: "s"
        case .notSign: "ns"
        case .parity: "p"
        case .notParity: "np"
        case .less: "l"
        case .greaterOrEqual: "ge"
        case .lessOrEqual: "le"
        case .greater: "g"
        }
    }
}

/// A memory operand and how it is written.
struct MemoryCase: Sendable {
    let operand: X86Memory
    /// `gs:` or nothing.
    let segment: String
    /// What stands in brackets.
    let address: String
    /// `addr32 ` where the decoder cannot show the prefix by the names of registers.
    let prefix: String

    /// `dword ptr gs:[eax + 0x8]`.
    func text(_ bitCount: Int) -> String {
        let size = [8: "byte", 16: "word", 32: "dword", 64: "qword"][bitCount] ?? "?"
        return "\(size) ptr \(bare)"
    }

    var bare: String { "\(segment)[\(address)]" }

    /// Every form of operand over every register, scale and displacement, with and without each prefix.
    static let all: [MemoryCase] = {
        var cases: [MemoryCase] = []
        for isGS in [false, true] {
            for isShort in [false, true] {
                func add(_ operand: X86Memory, _ terms: [String], _ displacement: Int32, isAbsolute: Bool = false) {
                    var operand = operand
                    if isShort { operand = operand.address32 }
                    if isGS { operand = operand.gs }
                    var address = terms.joined(separator: " + ")
                    if terms.isEmpty {
                        address = hex(displacement)
                    } else if displacement != 0 {
                        address += displacement < 0 ? " - " : " + "
                        address += hex(displacement.magnitude)
                    }
                    cases.append(
                        MemoryCase(
                            operand: operand, segment: isGS ? "gs:" : "", address: address,
                            prefix: isShort && isAbsolute ? "addr32 " : ""))
                }
                func name(_ register: X86Register) -> String { register.name(isShort ? 32 : 64) }
                for displacement in edges {
                    add(X86Memory(absolute: displacement), [], displacement, isAbsolute: true)
                    for base in X86Register.allCases {
                        add(X86Memory(base: base, displacement: displacement), [name(base)], displacement)
                        add(X86Memory(base: base, wideDisplacement: displacement), [name(base)], displacement)
                    }
                    for index in X86Register.allCases where index != .rsp {
                        for (scale, factor) in zip(X86Scale.allCases, ["", "2*", "4*", "8*"]) {
                            let alone = (factor.isEmpty ? "1*" : factor) + name(index)
                            add(
                                X86Memory(index: index, scale: scale, displacement: displacement), [alone], displacement
                            )
                            for base in X86Register.allCases {
                                add(
                                    X86Memory(base: base, index: index, scale: scale, displacement: displacement),
                                    [name(base), factor + name(index)], displacement)
                            }
                        }
                    }
                }
            }
        }
        for displacement in edges {
            let sign = displacement < 0 ? "-" : "+"
            cases.append(
                MemoryCase(
                    operand: X86Memory(ripRelative: displacement), segment: "",
                    address: displacement == 0 ? "rip" : "rip \(sign) \(hex(displacement.magnitude))", prefix: ""))
        }
        return cases
    }()

    /// A few of each form, with the registers that are encoded in a special way.
    static let few: [MemoryCase] = {
        let special = ["rax", "rsp", "rbp", "r12", "r13", "edi", "r12d", "ebp"]
        return all.filter { memory in
            let words = memory.address.split(separator: " ")
            return !memory.address.contains("*") && (words.count <= 3)
                && (words.first.map { special.contains(String($0)) || $0.hasPrefix("0x") } ?? false)
        }
    }()
}
