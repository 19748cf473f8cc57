// Moves between registers, memory and constants, against the decoder.

import Testing
import X86Assembler

@Suite struct MoveTests {
    @Test func registers() async throws {
        var listing = Listing()
        for a in X86Register.allCases {
            for b in X86Register.allCases {
                for width in X86Width.allCases {
                    listing.expect("mov \(a.name(width)), \(b.name(width))") { $0.mov(width, a, b) }
                    // An exchange is symmetric; the decoder names the ModRM operand last.
                    listing.expect("xchg \(b.name(width)), \(a.name(width))") { $0.xchg(width, a, b) }
                }
                for kind in X86Extension.allCases where kind != .unsigned32 && kind != .bits64 {
                    let parts = kind.parts
                    listing.expect("\(parts.mnemonic) \(a.name(parts.to)), \(b.name(parts.from))") {
                        $0.extend(kind, a, b)
                    }
                }
                listing.expect("mov \(a.name(32)), \(b.name(32))") { $0.extend(.unsigned32, a, b) }
                listing.expect("mov \(a.name(64)), \(b.name(64))") { $0.extend(.bits64, a, b) }
            }
            for width in X86Width.allCases {
                listing.expect("bswap \(a.name(width))") { $0.bswap(width, a) }
            }
            for vector in X86VectorRegister.allCases {
                listing.expect("movq \(vector), \(a)") { $0.movq(vector, a) }
                listing.expect("movq \(a), \(vector)") { $0.movq(a, vector) }
            }
            listing.expect("push \(a)") { $0.push(a) }
            listing.expect("pop \(a)") { $0.pop(a) }
            listing.expect("rdgsbase \(a)") { $0.rdgsbase(a) }
            listing.expect("wrgsbase \(a)") { $0.wrgsbase(a) }
        }
        listing.expect("rep stosb byte ptr es:[rdi], al") { $0.repStosb() }
        try await listing.check()
    }

    @Test func constants() async throws {
        var listing = Listing()
        for a in X86Register.allCases {
            for value in edges {
                let unsigned = UInt32(bitPattern: value)
                listing.expect("mov \(a.name(32)), \(hex(unsigned))") { $0.mov(a, zeroExtended: unsigned) }
                listing.expect(value < 0 ? "mov \(a), \(hex(value))" : "mov \(a.name(32)), \(hex(value))") {
                    $0.mov(a, signExtended: value)
                }
                let extended = UInt64(bitPattern: Int64(value))
                listing.expect(value < 0 ? "mov \(a), \(hex(value))" : "mov \(a.name(32)), \(hex(value))") {
                    $0.mov(a, extended)
                }
                listing.expect("mov \(a.name(32)), \(hex(unsigned))") { $0.mov(a, UInt64(unsigned)) }
                listing.expect("movabs \(a), \(hex(value))") { $0.movWide(a, extended) }
            }
            for value: Int64 in [1 << 32, .min, .max, -1 << 31 - 1, 0x1234_5678_9abc_def0] {
                listing.expect("movabs \(a), \(hex(value))") { $0.mov(a, UInt64(bitPattern: value)) }
            }
        }
        try await listing.check()
    }

    /// Every memory operand there is, in a load whose kind and destination change from one to the next.
    @Test func memoryOperands() async throws {
        var listing = Listing()
        for (index, memory) in MemoryCase.all.enumerated() {
            let kind = X86Extension.allCases[index % X86Extension.allCases.count]
            // 9 kinds and 16 registers have no common factor, so all pairs come up.
            let register = X86Register.allCases[index % 16]
            let parts = kind.parts
            listing.expect(
                "\(memory.prefix)\(parts.mnemonic) \(register.name(parts.to)), \(memory.text(parts.from))"
            ) { $0.load(kind, register, memory.operand) }
        }
        #expect(listing.lines.count > 30000)
        try await listing.check()
    }

    @Test func memory() async throws {
        var listing = Listing()
        for memory in MemoryCase.few {
            for a in X86Register.allCases {
                for kind in X86Extension.allCases {
                    let parts = kind.parts
                    listing.expect(
                        "\(memory.prefix)\(parts.mnemonic) \(a.name(parts.to)), \(memory.text(parts.from))"
                    ) { $0.load(kind, a, memory.operand) }
                }
                for width in X86StoreWidth.allCases {
                    let bits = width.bitCount
                    listing.expect("\(memory.prefix)mov \(memory.text(bits)), \(a.name(bits))") {
                        $0.store(width, memory.operand, a)
                    }
                }
                for width in X86Width.allCases {
                    listing.expect("\(memory.prefix)lea \(a.name(width)), \(memory.bare)") {
                        $0.lea(width, a, memory.operand)
                    }
                }
            }
            for value in edges {
                let constants: [(X86StoreWidth, String)] = [
                    (.bits8, hex(Int8(truncatingIfNeeded: value))), (.bits16, hex(UInt16(truncatingIfNeeded: value))),
                    (.bits32, hex(UInt32(bitPattern: value))), (.bits64, hex(value)),
                ]
                for (width, text) in constants {
                    listing.expect("\(memory.prefix)mov \(memory.text(width.bitCount)), \(text)") {
                        $0.store(width, memory.operand, value)
                    }
                }
            }
        }
        try await listing.check()
    }
}
