// Conditions, jumps, labels and padding, against the decoder.

import Testing
import X86Assembler

@Suite struct ControlTests {
    @Test func conditions() async throws {
        var listing = Listing()
        for condition in X86Condition.allCases {
            for a in X86Register.allCases {
                listing.expect("set\(condition.suffix) \(a.name(8))") { $0.set(condition, a) }
                for width in X86Width.allCases {
                    for b in X86Register.allCases {
                        listing.expect("cmov\(condition.suffix) \(a.name(width)), \(b.name(width))") {
                            $0.cmov(condition, width, a, b)
                        }
                    }
                    for memory in MemoryCase.few {
                        listing.expect(
                            "\(memory.prefix)cmov\(condition.suffix) \(a.name(width)), \(memory.text(width.bitCount))"
                        ) { $0.cmov(condition, width, a, memory.operand) }
                    }
                }
            }
        }
        try await listing.check()
    }

    @Test func negation() {
        let pairs: [(X86Condition, X86Condition)] = [
            (.overflow, .notOverflow), (.below, .aboveOrEqual), (.equal, .notEqual), (.belowOrEqual, .above),
            (.sign, .notSign), (.parity, .notParity), (.less, .greaterOrEqual), (.lessOrEqual, .greater),
        ]
        for (condition, opposite) in pairs {
            #expect(condition.negated == opposite)
            #expect(opposite.negated == condition)
        }
    }

    @Test func indirect() async throws {
        var listing = Listing()
        for a in X86Register.allCases {
            listing.expect("jmp \(a)") { $0.jump(through: a) }
            listing.expect("call \(a)") { $0.call(through: a) }
        }
        for memory in MemoryCase.all {
            listing.expect("\(memory.prefix)jmp \(memory.text(64))") { $0.jump(through: memory.operand) }
            listing.expect("\(memory.prefix)call \(memory.text(64))") { $0.call(through: memory.operand) }
        }
        listing.expect("ret") { $0.ret() }
        listing.expect("ud2") { $0.ud2() }
        listing.expect("int3") { $0.int3() }
        try await listing.check()
    }

    /// Jumps to offsets around the limits of a byte, from code that has been and to code that will be.
    @Test func knownPlaces() async throws {
        var listing = Listing()
        for distance in [-0x1000, -129, -128, -127, -126, -1, 0, 1, 2, 126, 127, 128, 129, 130, 131, 0x1000] {
            for (index, condition) in ([nil] + X86Condition.allCases.map { $0 as X86Condition? }).enumerated() {
                // Padding, so that targets before the first jump are offsets as well.
                if listing.assembler.offset == 0 { for _ in 0..<0x1000 { listing.expect("int3") { $0.int3() } } }
                let target = listing.assembler.offset + distance
                let start = listing.assembler.offset
                let mnemonic = condition.map { "j\($0.suffix)" } ?? "jmp"
                listing.expect("\(mnemonic) \(hex(target))") {
                    if let condition { $0.jump(condition, toOffset: target) } else { $0.jump(toOffset: target) }
                }
                let isShort = (-126...129).contains(distance)
                #expect(listing.assembler.offset - start == (isShort ? 2 : index == 0 ? 5 : 6))
                let wideTarget = listing.assembler.offset + distance
                listing.expect("\(mnemonic) \(hex(wideTarget))") {
                    if let condition {
                        $0.jumpWide(condition, toOffset: wideTarget)
                    } else {
                        $0.jumpWide(toOffset: wideTarget)
                    }
                }
            }
            let target = listing.assembler.offset + distance
            listing.expect("call \(hex(target))") { $0.call(toOffset: target) }
        }
        try await listing.check()
    }

    /// Thousands of jumps to labels before and after them, some never bound.
    @Test func labels() async throws {
        let labelCount = 2000
        var listing = Listing(labelCount: labelCount)
        var random = SplitMix(state: 0x1abe1)
        var bound = 0
        for step in 0..<20000 {
            let label = Int.random(in: 0..<labelCount, using: &random)
            // Half of the jumps go to labels near the one bound last.
            let near = min(max(0, bound + Int.random(in: -8...8, using: &random)), labelCount - 1)
            let target = Bool.random(using: &random) ? near : label
            let condition = X86Condition.allCases[step % 16]
            let register = X86Register.allCases[step % 16]
            let start = listing.assembler.offset
            let distance = listing.assembler.offset(of: X86Label(Int32(target))).map { $0 - start - 2 }
            let isShort = distance.map { $0 >= -128 } ?? false
            switch Int.random(in: 0..<9, using: &random) {
            case 0...1:
                listing.expect("jmp", target: target) { $0.jump(to: X86Label(Int32(target))) }
                #expect(listing.assembler.offset - start == (isShort ? 2 : 5))
            case 2...4:
                listing.expect("j\(condition.suffix)", target: target) {
                    $0.jump(condition, to: X86Label(Int32(target)))
                }
                #expect(listing.assembler.offset - start == (isShort ? 2 : 6))
            case 5:
                listing.expect("call", target: target) { $0.call(X86Label(Int32(target))) }
            case 6 where step % 2 == 0:
                listing.expect("jmp", target: target) { $0.jumpWide(to: X86Label(Int32(target))) }
                #expect(listing.assembler.offset - start == 5)
            case 6:
                listing.expect("j\(condition.suffix)", target: target) {
                    $0.jumpWide(condition, to: X86Label(Int32(target)))
                }
                #expect(listing.assembler.offset - start == 6)
            case 7:
                let rest = step % 3
                listing.expect("xor \(register), \(register)") { $0.arithmetic(.xor, .bits64, register, register) }
                for _ in 0..<rest { listing.expect("cqo") { $0.signIntoRDX(.bits64) } }
            default:
                if bound < labelCount - 100, step / 10 >= bound {
                    listing.bind(bound)
                    bound += 1
                }
            }
        }
        #expect(bound > 1000)
        listing.bindUnbound(bound..<labelCount)
        listing.expect("ud2") { $0.ud2() }
        try await listing.check()
    }

    /// `lea` of a label: the decoder shows the distance, not the target.
    @Test func addresses() async throws {
        var listing = Listing(labelCount: 1)
        for (index, register) in X86Register.allCases.enumerated() {
            listing.expect("lea \(register), [rip + \(hex((15 - index) * 7 + 1))]") { $0.lea(register, X86Label(0)) }
        }
        listing.expect("ret") { $0.ret() }
        listing.bind(0)
        for (index, register) in X86Register.allCases.enumerated() {
            listing.expect("lea \(register), [rip - \(hex((index + 1) * 7))]") { $0.lea(register, X86Label(0)) }
        }
        try await listing.check()
    }

    @Test func shortJumpsAhead() async throws {
        var listing = Listing(labelCount: 1)
        for byteCount in [0, 1, 126, 127] {
            var jumps: [X86ShortJump] = []
            let target = listing.assembler.offset + 2 + byteCount
            listing.expect("jmp \(hex(target))") { jumps.append($0.jumpShort()) }
            for _ in 0..<byteCount { listing.expect("int3") { $0.int3() } }
            let place = listing.assembler.offset
            listing.expect("jg \(hex(place + 2))") { assembler in
                for jump in jumps { assembler.bind(jump) }
                let next = assembler.jumpShort(.greater)
                assembler.bind(next)
            }
        }
        try await listing.check()
    }

    @Test func padding() async throws {
        var listing = Listing()
        let texts = [
            "nop", "nop", "nop dword ptr [rax]", "nop dword ptr [rax]", "nop dword ptr [rax + rax]",
            "nop word ptr [rax + rax]", "nop dword ptr [rax]", "nop dword ptr [rax + rax]",
        ]
        for byteCount in 0...40 {
            var pieces: [(text: String, byteCount: Int)] = []
            for _ in 0..<(byteCount / 8) { pieces.append((texts[7], 8)) }
            if byteCount % 8 != 0 { pieces.append((texts[byteCount % 8 - 1], byteCount % 8)) }
            let start = listing.assembler.offset
            listing.expect(pieces) { $0.nop(byteCount: byteCount) }
            #expect(listing.assembler.offset == start + byteCount)
        }
        for alignment in [1, 2, 16, 32] {
            for padding in 0..<alignment {
                for _ in 0..<(alignment - padding) { listing.expect("int3") { $0.int3() } }
                let rest = -listing.assembler.offset & (alignment - 1)
                var pieces: [(text: String, byteCount: Int)] = []
                for _ in 0..<(rest / 8) { pieces.append((texts[7], 8)) }
                if rest % 8 != 0 { pieces.append((texts[rest % 8 - 1], rest % 8)) }
                listing.expect(pieces) { $0.align(toMultipleOf: alignment) }
                #expect(listing.assembler.offset % alignment == 0)
            }
        }
        try await listing.check()
    }

    @Test func patches() async throws {
        var listing = Listing()
        let memory = X86Memory(base: .rsp, displacement: 16)
        for value in edges {
            listing.expect("sub qword ptr [rsp + 0x10], \(hex(value))") { assembler in
                assembler.arithmetic(.sub, .bits64, memory, wide: 0)
                assembler.patch(at: assembler.offset - 4, value)
            }
        }
        try await listing.check()
    }
}

/// A generator of random numbers whose sequence is the same everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
