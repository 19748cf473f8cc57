// Instructions whose meaning the decoder cannot show, run for real: which operand is which, what happens to the upper
// half, where an address wraps.

#if arch(x86_64) && os(Linux)

import Testing
import X86Assembler

@Suite struct ExecutionTests {
    typealias Function = @convention(c) (UInt64, UInt64, UInt64) -> UInt64

    struct NoMemory: Error {}

    /// Emits a function of the System V convention (`rdi`, `rsi`, `rdx` in, `rax` out), and calls it on each triple.
    private func run(
        _ inputs: [(UInt64, UInt64, UInt64)], _ emit: (inout X86Assembler) -> Void
    ) throws -> [UInt64] {
        guard let code = Mapping(byteCount: 4096) else { throw NoMemory() }
        let slots = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 8)
        defer { slots.deallocate() }
        slots.initialize(repeating: 0)
        var assembler = X86Assembler(code: code.bytes, labels: slots)
        emit(&assembler)
        assembler.ret()
        guard code.makeExecutable() else { throw NoMemory() }
        // SAFETY: the mapping outlives the calls, and holds a function of that type as far as the test is right.
        let function = unsafeBitCast(code.bytes.baseAddress, to: Function.self)
        let results = inputs.map { function($0.0, $0.1, $0.2) }
        // Reading the mapping after the last call keeps it from being given back before.
        #expect(code.bytes[assembler.offset - 1] == 0xc3)
        return results
    }

    @Test(.enabled(if: ProcessorFeatures.current.contains(.bmi2)))
    func freeShifts() throws {
        let value: UInt64 = 0x8000_0001_8000_0001
        let amounts: [UInt64] = [0, 1, 31, 32, 33, 63, 64, 0x1_0000_0001, .max]
        let inputs = amounts.map { (value, $0, 0 as UInt64) }
        let wide: [(X86FreeShift, (UInt64) -> UInt64)] = [
            (.shlx, { value &<< $0 }), (.shrx, { value &>> $0 }),
            (.sarx, { UInt64(bitPattern: Int64(bitPattern: value) &>> Int64(bitPattern: $0)) }),
        ]
        for (operation, expected) in wide {
            let found = try run(inputs) { $0.shift(operation, .bits64, .rax, .rdi, by: .rsi) }
            #expect(found == amounts.map(expected), "\(operation)")
        }
        let low = UInt32(truncatingIfNeeded: value)
        let narrow: [(X86FreeShift, (UInt32) -> UInt32)] = [
            (.shlx, { low &<< $0 }), (.shrx, { low &>> $0 }),
            (.sarx, { UInt32(bitPattern: Int32(bitPattern: low) &>> Int32(bitPattern: $0)) }),
        ]
        for (operation, expected) in narrow {
            let found = try run(inputs) { $0.shift(operation, .bits32, .rax, .rdi, by: .rsi) }
            #expect(
                found == amounts.map { UInt64(expected(UInt32(truncatingIfNeeded: $0))) }, "\(operation) of 32 bits")
        }
        #expect(try run([(0x1234, 0, 0)]) { $0.rorx(.bits64, .rax, .rdi, by: 4) } == [0x4000_0000_0000_0123])
        #expect(try run([(0x1234, 0, 0)]) { $0.rorx(.bits32, .rax, .rdi, by: 4) } == [0x4000_0123])
    }

    @Test(.enabled(if: ProcessorFeatures.current.isSuperset(of: [.bmi1, .bmi2])))
    func productsAndMasks() throws {
        // mulx multiplies by rdx, the third argument.
        let high = try run([(.max, 0, .max)]) { $0.mulx(.bits64, high: .rax, low: .rcx, .rdi) }
        #expect(high == [.max - 1])
        #expect(try run([(.max, 0, .max)]) { $0.mulx(.bits64, high: .rcx, low: .rax, .rdi) } == [1])
        #expect(try run([(0b1100, 0b1010, 0)]) { $0.andn(.bits64, .rax, .rdi, .rsi) } == [0b0010])
        #expect(try run([(.max, 0, 0)]) { $0.andn(.bits32, .rax, .rsi, .rdi) } == [0xffff_ffff])
    }

    @Test(.enabled(if: ProcessorFeatures.current.isSuperset(of: [.bmi1, .lzcnt, .popcnt])))
    func bitCounts() throws {
        let inputs: [(UInt64, UInt64, UInt64)] = [(0, 0, 0), (1, 0, 0), (0x80_0000_0000, 0, 0), (.max, 0, 0)]
        #expect(try run(inputs) { $0.count(.lzcnt, .bits64, .rax, .rdi) } == [64, 63, 24, 0])
        #expect(try run(inputs) { $0.count(.lzcnt, .bits32, .rax, .rdi) } == [32, 31, 32, 0])
        #expect(try run(inputs) { $0.count(.tzcnt, .bits64, .rax, .rdi) } == [64, 0, 39, 0])
        #expect(try run(inputs) { $0.count(.tzcnt, .bits32, .rax, .rdi) } == [32, 0, 32, 0])
        #expect(try run(inputs) { $0.count(.popcnt, .bits64, .rax, .rdi) } == [0, 1, 1, 64])
        #expect(try run(Array(inputs[1...])) { $0.count(.bsr, .bits64, .rax, .rdi) } == [0, 39, 63])
        #expect(try run(Array(inputs[1...])) { $0.count(.bsf, .bits64, .rax, .rdi) } == [0, 39, 0])
    }

    /// The low byte of rdi, not `bh`, and only that byte.
    @Test func conditionsIntoBytes() throws {
        let inputs: [(UInt64, UInt64, UInt64)] = [(.max, 1, 0), (0, 1, 0), (5, 5, 0)]
        let below = try run(inputs) { assembler in
            assembler.arithmetic(.cmp, .bits64, .rdi, .rsi)
            assembler.mov(.rdi, 0x1234_5678_9abc_def0)
            assembler.set(.below, .rdi)
            assembler.mov(.bits64, .rax, .rdi)
        }
        #expect(below == [0x1234_5678_9abc_de00, 0x1234_5678_9abc_de01, 0x1234_5678_9abc_de00])
        let less = try run(inputs) { assembler in
            assembler.arithmetic(.xor, .bits32, .rax, .rax)
            assembler.arithmetic(.cmp, .bits64, .rdi, .rsi)
            assembler.set(.less, .rax)
        }
        #expect(less == [1, 1, 0])
        // A move of 32 bits that is not made clears the upper half all the same.
        let moved = try run(inputs) { assembler in
            assembler.mov(.rax, .max)
            assembler.arithmetic(.cmp, .bits64, .rdi, .rsi)
            assembler.cmov(.equal, .bits32, .rax, .rsi)
        }
        #expect(moved == [0xffff_ffff, 0xffff_ffff, 5])
    }

    @Test func carries() throws {
        // (rdi : rsi) + (rdx : rdx), the upper half.
        let sum = try run([(.max, 1, 2), (3, .max, .max)]) { assembler in
            assembler.arithmetic(.add, .bits64, .rsi, .rdx)
            assembler.arithmetic(.adc, .bits64, .rdi, .rdx)
            assembler.mov(.bits64, .rax, .rdi)
        }
        #expect(sum == [1, 3])
        let borrow = try run([(1, 2, 0), (2, 1, 0)]) { assembler in
            assembler.arithmetic(.cmp, .bits64, .rdi, .rsi)
            assembler.arithmetic(.sbb, .bits64, .rax, .rax)
        }
        #expect(borrow == [.max, 0])
        let tested = try run([(0b1000, 3, 0), (0b1000, 2, 0), (0b1000, 67, 0)]) { assembler in
            assembler.mov(.rax, 0)
            assembler.bt(.bits64, .rdi, .rsi)
            assembler.set(.below, .rax)
        }
        #expect(tested == [1, 0, 1])
    }

    @Test func divisions() throws {
        let quotient = try run([(UInt64(bitPattern: -7), 2, 0)]) { assembler in
            assembler.mov(.bits64, .rax, .rdi)
            assembler.signIntoRDX(.bits64)
            assembler.unary(.idiv, .bits64, .rsi)
        }
        #expect(quotient == [UInt64(bitPattern: -3)])
        let remainder = try run([(100, 7, 0)]) { assembler in
            assembler.mov(.bits64, .rax, .rdi)
            assembler.arithmetic(.xor, .bits32, .rdx, .rdx)
            assembler.unary(.div, .bits32, .rsi)
            assembler.mov(.bits64, .rax, .rdx)
        }
        #expect(remainder == [2])
        let upper = try run([(.max, .max, 0)]) { assembler in
            assembler.mov(.bits64, .rax, .rdi)
            assembler.unary(.imul, .bits64, .rsi)
            assembler.mov(.bits64, .rax, .rdx)
        }
        #expect(upper == [0])
    }

    /// A loop with a jump back, a jump ahead, a call and the address of a label.
    @Test func labels() throws {
        let found = try run([(10, 0, 0), (0, 0, 0), (1, 0, 0)]) { assembler in
            let (loop, done, function, entry) = (X86Label(0), X86Label(1), X86Label(2), X86Label(3))
            assembler.jump(to: entry)
            assembler.bind(function)
            assembler.lea(.bits64, .rax, X86Memory(base: .rax, index: .rdi, scale: .by2))
            assembler.ret()
            assembler.align(toMultipleOf: 16)
            assembler.bind(entry)
            assembler.lea(.rcx, function)
            assembler.arithmetic(.xor, .bits32, .rax, .rax)
            assembler.test(.bits64, .rdi, .rdi)
            let skip = assembler.jumpShort(.notEqual)
            assembler.jump(to: done)
            assembler.bind(skip)
            assembler.bind(loop)
            assembler.call(function)
            assembler.call(through: .rcx)
            assembler.dec(.bits64, .rdi)
            assembler.jump(.notEqual, to: loop)
            assembler.bind(done)
        }
        #expect(found == [220, 0, 4])
    }

    @Test func constantsAndVectors() throws {
        for value: UInt64 in [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, 0xffff_ffff_8000_0000, .max] {
            for register: X86Register in [.rcx, .r9] {
                let found = try run([(0, 0, 0)]) { assembler in
                    assembler.mov(register, value)
                    assembler.movq(.xmm9, register)
                    assembler.arithmetic(.xor, .bits64, register, register)
                    assembler.movq(.rax, .xmm9)
                }
                #expect(found == [value])
            }
        }
        #expect(try run([(0, 0, 0)]) { $0.mov(.rax, signExtended: -2) } == [UInt64(bitPattern: -2)])
        #expect(try run([(0, 0, 0)]) { $0.mov(.rax, zeroExtended: 0xffff_fffe) } == [0xffff_fffe])
    }

    /// GS base + 32 bits of base and displacement, which wrap before the base is added.
    @Test(.enabled(if: ProcessorFeatures.current.contains(.fsGSBase)))
    func addressesWrapBelowGS() throws {
        // Address space of 4 GiB and a page behind it: the first and the last page can be used.
        let pageByteCount = 4096
        let guestByteCount = 1 << 32
        guard let guest = Mapping(byteCount: guestByteCount + pageByteCount, access: false),
            guest.open(0..<pageByteCount), guest.open(guestByteCount - pageByteCount..<guestByteCount)
        else { throw NoMemory() }
        for index in 0..<64 {
            guest.bytes[index] = UInt8(index) | 0x80
            guest.bytes[guestByteCount - 64 + index] = UInt8(index)
        }
        let base = UInt64(UInt(bitPattern: guest.bytes.baseAddress))

        /// Sets GS to the third argument for the time of one access.
        func underGS(_ assembler: inout X86Assembler, _ access: (inout X86Assembler) -> Void) {
            assembler.rdgsbase(.r8)
            assembler.wrgsbase(.rdx)
            access(&assembler)
            assembler.wrgsbase(.r8)
        }
        let expected: [(X86Extension, UInt64)] = [
            (.unsigned8, 0x90), (.signed8, 0xffff_ffff_ffff_ff90), (.signed8To32, 0xffff_ff90),
            (.unsigned16, 0x9190), (.signed16, 0xffff_ffff_ffff_9190), (.signed16To32, 0xffff_9190),
            (.unsigned32, 0x9392_9190), (.signed32, 0xffff_ffff_9392_9190), (.bits64, 0x9796_9594_9392_9190),
        ]
        for (kind, value) in expected {
            // 0xfffffff0 + 0x20 wraps to 0x10, and bits above 32 of the base do not count.
            let addresses: [UInt64] = [0xffff_fff0, 0xdead_beef_ffff_fff0]
            let found = try run(addresses.map { ($0, 0, base) }) {
                underGS(&$0) { $0.load(kind, .rax, X86Memory(base: .rdi, displacement: 0x20).address32.gs) }
            }
            #expect(found == [value, value], "\(kind)")
            let absolute = try run([(0, 0, base)]) {
                underGS(&$0) { $0.load(kind, .rax, X86Memory(absolute: 0x10).gs.address32) }
            }
            #expect(absolute == [value], "\(kind)")
        }
        // An absolute address with its top bit set is not sign extended.
        let top = try run([(0, 0, base)]) {
            underGS(&$0) { $0.load(.unsigned8, .rax, X86Memory(absolute: -1).address32.gs) }
        }
        #expect(top == [63])
        // A negative displacement of a small base ends at the top.
        let below = try run([(0x10, 0, base)]) {
            underGS(&$0) { $0.load(.unsigned8, .rax, X86Memory(base: .rdi, displacement: -0x11).address32.gs) }
        }
        #expect(below == [63])

        let widths: [(X86StoreWidth, UInt64)] = [
            (.bits8, 0xe7), (.bits16, 0xe6e7), (.bits32, 0xe4e5_e6e7), (.bits64, 0xe0e1_e2e3_e4e5_e6e7),
        ]
        for (width, value) in widths {
            guest.bytes.storeBytes(of: 0, toByteOffset: 0x18, as: UInt64.self)
            _ = try run([(0xffff_fff8, 0xe0e1_e2e3_e4e5_e6e7, base)]) {
                underGS(&$0) { $0.store(width, X86Memory(base: .rdi, displacement: 0x20).address32.gs, .rsi) }
            }
            #expect(guest.bytes.load(fromByteOffset: 0x18, as: UInt64.self) == value)
        }
        // `lea` with the 32-bit address size computes the guest's address.
        let address = try run([(0xdead_beef_ffff_fff0, 0, 0)]) {
            $0.lea(.bits64, .rax, X86Memory(base: .rdi, displacement: 0x20).address32)
        }
        #expect(address == [0x10])
    }

    @Test func fill() throws {
        guard let memory = Mapping(byteCount: 4096) else { throw NoMemory() }
        let start = UInt64(UInt(bitPattern: memory.bytes.baseAddress))
        let end = try run([(start + 3, 0xabcd, 10)]) { assembler in
            assembler.mov(.bits64, .rcx, .rdx)
            assembler.mov(.bits32, .rax, .rsi)
            assembler.repStosb()
            assembler.mov(.bits64, .rax, .rdi)
        }
        #expect(end == [start + 13])
        #expect(Array(memory.bytes[0..<14]) == [0, 0, 0] + [UInt8](repeating: 0xcd, count: 10) + [0])
    }

    @Test func stack() throws {
        let found = try run([(1, 2, 3)]) { assembler in
            for register: X86Register in [.rdi, .rsi, .rdx, .r12] { assembler.push(register) }
            assembler.mov(.r12, 0xffff)
            assembler.load(.bits64, .rax, X86Memory(base: .rsp, displacement: 8))
            assembler.arithmetic(.sub, .bits64, X86Memory(base: .rsp, displacement: 16), 5)
            for register: X86Register in [.r12, .rcx, .rsi, .rdi] { assembler.pop(register) }
            assembler.lea(.bits64, .rax, X86Memory(base: .rax, index: .rsi, scale: .by8))
        }
        #expect(found == [UInt64(bitPattern: 3 - 24)])
    }
}

#endif
