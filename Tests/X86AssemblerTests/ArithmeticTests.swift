// Arithmetic, shifts and bit operations, against the decoder.

import Testing
import X86Assembler

@Suite struct ArithmeticTests {
    @Test func betweenRegisters() async throws {
        var listing = Listing()
        for width in X86Width.allCases {
            for a in X86Register.allCases {
                let first = a.name(width)
                for b in X86Register.allCases {
                    let second = b.name(width)
                    for operation in X86Arithmetic.allCases {
                        listing.expect("\(operation) \(first), \(second)") { $0.arithmetic(operation, width, a, b) }
                    }
                    listing.expect("test \(first), \(second)") { $0.test(width, a, b) }
                    listing.expect("imul \(first), \(second)") { $0.imul(width, a, b) }
                    listing.expect("adcx \(first), \(second)") { $0.adcx(width, a, b) }
                    listing.expect("adox \(first), \(second)") { $0.adox(width, a, b) }
                    listing.expect("bt \(first), \(second)") { $0.bt(width, a, b) }
                    for operation in X86BitCount.allCases {
                        listing.expect("\(operation) \(first), \(second)") { $0.count(operation, width, a, b) }
                    }
                    for count: UInt8 in [0, 1, 31, 63, 255] {
                        listing.expect("rorx \(first), \(second), \(hex(count))") { $0.rorx(width, a, b, by: count) }
                    }
                    for c in X86Register.allCases {
                        let third = c.name(width)
                        for operation in X86FreeShift.allCases {
                            listing.expect("\(operation) \(first), \(second), \(third)") {
                                $0.shift(operation, width, a, b, by: c)
                            }
                        }
                        listing.expect("andn \(first), \(second), \(third)") { $0.andn(width, a, b, c) }
                        listing.expect("mulx \(first), \(second), \(third)") { $0.mulx(width, high: a, low: b, c) }
                    }
                }
            }
        }
        try await listing.check()
    }

    @Test func withConstants() async throws {
        var listing = Listing()
        for width in X86Width.allCases {
            for a in X86Register.allCases {
                let first = a.name(width)
                for value in edges {
                    for operation in X86Arithmetic.allCases {
                        listing.expect("\(operation) \(first), \(constant(value, width))") {
                            $0.arithmetic(operation, width, a, value)
                        }
                        listing.expect("\(operation) \(first), \(constant(value, width, wide: true))") {
                            $0.arithmetic(operation, width, a, wide: value)
                        }
                    }
                    listing.expect("test \(first), \(constant(value, width, wide: true))") { $0.test(width, a, value) }
                    for b in X86Register.allCases {
                        listing.expect("imul \(first), \(b.name(width)), \(constant(value, width))") {
                            $0.imul(width, a, b, value)
                        }
                    }
                }
                for operation in X86Shift.allCases {
                    for count: UInt8 in [0, 1, 7, 31, 32, 63, 255] {
                        listing.expect("\(operation) \(first), \(hex(count))") {
                            $0.shift(operation, width, a, by: count)
                        }
                    }
                    listing.expect("\(operation) \(first), cl") { $0.shiftByCL(operation, width, a) }
                }
                for index: UInt8 in [0, 31, 63, 255] {
                    listing.expect("bt \(first), \(hex(index))") { $0.bt(width, a, index) }
                }
                for operation in X86Unary.allCases {
                    listing.expect("\(operation) \(first)") { $0.unary(operation, width, a) }
                }
                listing.expect("inc \(first)") { $0.inc(width, a) }
                listing.expect("dec \(first)") { $0.dec(width, a) }
            }
        }
        listing.expect("cdq") { $0.signIntoRDX(.bits32) }
        listing.expect("cqo") { $0.signIntoRDX(.bits64) }
        try await listing.check()
    }

    @Test func withMemory() async throws {
        var listing = Listing()
        for memory in MemoryCase.few {
            for width in X86Width.allCases {
                let text = memory.text(width.bitCount)
                for a in X86Register.allCases {
                    let register = a.name(width)
                    for operation in X86Arithmetic.allCases {
                        listing.expect("\(memory.prefix)\(operation) \(register), \(text)") {
                            $0.arithmetic(operation, width, a, memory.operand)
                        }
                        listing.expect("\(memory.prefix)\(operation) \(text), \(register)") {
                            $0.arithmetic(operation, width, memory.operand, a)
                        }
                    }
                    listing.expect("\(memory.prefix)test \(text), \(register)") { $0.test(width, memory.operand, a) }
                }
                for value in edges {
                    for operation in X86Arithmetic.allCases {
                        listing.expect("\(memory.prefix)\(operation) \(text), \(constant(value, width))") {
                            $0.arithmetic(operation, width, memory.operand, value)
                        }
                        listing.expect("\(memory.prefix)\(operation) \(text), \(constant(value, width, wide: true))") {
                            $0.arithmetic(operation, width, memory.operand, wide: value)
                        }
                    }
                    listing.expect("\(memory.prefix)test \(text), \(constant(value, width, wide: true))") {
                        $0.test(width, memory.operand, value)
                    }
                }
            }
        }
        try await listing.check()
    }
}
