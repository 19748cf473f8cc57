// Instructions from templates, against the decoder: every register in every place, and immediates on both sides of every change
// of encoding. A redundant REX prefix does not show in the text; lengths are compared all the same, by the offsets.

import Testing
import X86Assembler

@Suite struct TemplateTests {
    /// Registers that the places of a memory operand allow.
    private static let bases = X86Register.allCases.filter { $0 != .rsp && $0 != .r12 }

    private static func address(_ base: X86Register, _ displacement: Int32, _ bitCount: Int) -> String {
        guard displacement != 0 else { return base.name(bitCount) }
        return "\(base.name(bitCount)) \(displacement < 0 ? "-" : "+") \(hex(displacement.magnitude))"
    }

    private static func size(_ bitCount: Int) -> String {
        [8: "byte", 16: "word", 32: "dword", 64: "qword"][bitCount] ?? "?"
    }

    @Test func memory() async throws {
        var listing = Listing()
        for base in Self.bases {
            for register in X86Register.allCases {
                for displacement in edges {
                    let guestAddress = "gs:[\(Self.address(base, displacement, 32))]"
                    let (field, operand) = (X86Places(register), X86Places(base))
                    for kind in X86Extension.allCases {
                        let parts = kind.parts
                        listing.expect(
                            "\(parts.mnemonic) \(register.name(parts.to)), \(Self.size(parts.from)) ptr \(guestAddress)"
                        ) {
                            $0.position.write(.load(kind), field: field, base: operand, displacement: displacement)
                        }
                    }
                    for width in X86StoreWidth.allCases {
                        let bitCount = width.bitCount
                        listing.expect("mov \(Self.size(bitCount)) ptr \(guestAddress), \(register.name(bitCount))") {
                            $0.position.write(.store(width), field: field, base: operand, displacement: displacement)
                        }
                    }
                    for width in X86Width.allCases {
                        listing.expect("lea \(register.name(width)), [\(Self.address(base, displacement, 64))]") {
                            $0.position.write(.lea(width), field: field, base: operand, displacement: displacement)
                        }
                    }
                }
            }
        }
        try await listing.check()
    }

    /// What stands before an operation that overwrites its operand.
    private static func copy(_ destination: X86Register, _ source: X86Register) -> [(text: String, byteCount: Int)] {
        destination == source ? [] : [("mov \(destination), \(source)", 3)]
    }

    @Test func immediates() async throws {
        var listing = Listing()
        for destination in X86Register.allCases {
            for source in [destination, .rax, .rbx, .r8, .r13] {
                let (d, s) = (X86Places(destination), X86Places(source))
                for value in edges {
                    let isShort = (-128...127).contains(value)
                    for width in X86Width.allCases {
                        for operation in X86Arithmetic.allCases {
                            let text = "\(operation) \(destination.name(width)), \(constant(value, width))"
                            listing.expect(Self.copy(destination, source) + [(text, isShort ? 4 : 7)]) {
                                $0.position.write(
                                    .arithmeticImmediate(operation, width), d, X86Places.operand, s,
                                    X86Places.neither, immediate: value, copies: 3)
                            }
                        }
                        let product = "\(destination.name(width)), \(source.name(width)), \(constant(value, width))"
                        listing.expect([("imul \(product)", isShort ? 4 : 7)]) {
                            $0.position.write(
                                .imulImmediate(width), d, X86Places.field, s, X86Places.operand, immediate: value,
                                copies: 0)
                        }
                    }
                    // A mask that becomes one of 64 bits.
                    let mask = [("and \(destination), \(hex(value))", isShort ? 4 : 7)]
                    listing.expect(Self.copy(destination, source) + mask) {
                        $0.position.write(
                            .arithmeticImmediate(.and, .bits32), d, X86Places.operand, s, X86Places.neither,
                            immediate: value, copies: 3, rexW: 8)
                    }
                }
                for width in X86Width.allCases {
                    for operation in X86Shift.allCases {
                        for count in [2, 31, 63] as [Int32] {
                            let text = "\(operation) \(destination.name(width)), \(hex(count))"
                            listing.expect(Self.copy(destination, source) + [(text, 4)]) {
                                $0.position.write(
                                    .shiftImmediate(operation, width), d, X86Places.operand, s, X86Places.neither,
                                    immediate: count, copies: 3)
                            }
                        }
                    }
                }
            }
        }
        try await listing.check()
    }

    @Test func oneOperand() async throws {
        var listing = Listing()
        for destination in X86Register.allCases {
            for source in X86Register.allCases {
                let (d, s) = (X86Places(destination), X86Places(source))
                func write(_ template: X86Template, _ assembler: inout X86Assembler) {
                    assembler.position.write(
                        template, d, X86Places.field, s, X86Places.operand, immediate: 0, copies: 0)
                }
                listing.expect("mov \(destination), \(source)") { write(.mov, &$0) }
                for kind in X86Extension.allCases {
                    let parts = kind.parts
                    listing.expect("\(parts.mnemonic) \(destination.name(parts.to)), \(source.name(parts.from))") {
                        write(.extend(kind), &$0)
                    }
                }
                for width in X86Width.allCases {
                    for operation in X86BitCount.allCases {
                        listing.expect("\(operation) \(destination.name(width)), \(source.name(width))") {
                            write(.count(operation, width), &$0)
                        }
                    }
                }
            }
            listing.expect("movsxd \(destination), \(destination.name(32))") {
                $0.position.signExtend(X86Places(destination))
            }
            for value in edges {
                let name = value < 0 ? destination.name(64) : destination.name(32)
                listing.expect("mov \(name), \(hex(value))") {
                    $0.position.mov(X86Places(destination), signExtended: value)
                }
            }
        }
        try await listing.check()
    }

    @Test func twoOperands() async throws {
        var listing = Listing(byteCount: 32 << 20)
        for destination in X86Register.allCases {
            for first in X86Register.allCases {
                for second in X86Register.allCases {
                    let (d, a, b) = (X86Places(destination), X86Places(first), X86Places(second))
                    // The destination is an operand, or becomes a copy of the first; the other is operated with.
                    let isOperand = destination == first || destination == second
                    let other = destination == second ? first : second
                    let copied = isOperand ? [] : Self.copy(destination, first)
                    for operation in [X86Arithmetic.and, .or, .xor] {
                        listing.expect(copied + [("\(operation) \(destination), \(other)", 3)]) {
                            $0.position.operate(
                                .arithmetic(operation, .bits64), d, X86Places.operand, a, b, X86Places.field)
                        }
                    }
                    for width in X86Width.allCases {
                        let product = "imul \(destination.name(width)), \(other.name(width))"
                        listing.expect(copied + [(product, 4)]) {
                            $0.position.operate(.imul(width), d, X86Places.field, a, b, X86Places.operand)
                        }
                        guard first != .rsp, second != .rsp else { continue }
                        // Bases without displacement are exchanged with the index.
                        let isLast = first == .rbp || first == .r13
                        let (base, index) = isLast ? (second, first) : (first, second)
                        listing.expect("lea \(destination.name(width)), [\(base) + \(index)]") {
                            $0.position.sum(d, a, b, rexW: width == .bits64 ? 8 : 0)
                        }
                    }
                }
            }
        }
        try await listing.check()
    }
}
