// What surrounds the encoders: room, moving, exact bytes, features.

import Testing
import X86Assembler

@Suite struct BufferTests {
    /// The bytes that an instruction takes; fails if it does not fit where 15 bytes were asked for.
    private func bytes(_ emit: (inout X86Assembler) -> Void) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { code in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { slots in
                slots.initialize(repeating: 0)
                var assembler = X86Assembler(code: code, labels: slots)
                expect(assembler.hasRoom(forByteCount: X86Assembler.maximumInstructionByteCount))
                emit(&assembler)
                return Array(code[0..<assembler.offset])
            }
        }
    }

    /// The macro cannot take an expression apart that names a value which cannot be copied.
    private func expect(_ found: Bool, is expected: Bool = true, _ location: SourceLocation = #_sourceLocation) {
        #expect(found == expected, sourceLocation: location)
    }

    /// Every optional byte present and absent.
    ///
    /// The bytes are those of the assembler of LLVM; a decoder accepts longer forms of the same instructions as well.
    @Test func shortestForms() {
        #expect(bytes { $0.mov(.bits32, .rax, .rcx) } == [0x89, 0xc8])
        #expect(bytes { $0.mov(.bits64, .r8, .r9) } == [0x4d, 0x89, 0xc8])
        #expect(bytes { $0.arithmetic(.add, .bits32, .rdi, 1) } == [0x83, 0xc7, 0x01])
        #expect(bytes { $0.arithmetic(.add, .bits64, .rdi, 128) } == [0x48, 0x81, 0xc7, 0x80, 0, 0, 0])
        #expect(bytes { $0.set(.equal, .rax) } == [0x0f, 0x94, 0xc0])
        #expect(bytes { $0.set(.equal, .rdi) } == [0x40, 0x0f, 0x94, 0xc7])
        #expect(bytes { $0.extend(.unsigned8, .rsi, .rbx) } == [0x0f, 0xb6, 0xf3])
        #expect(bytes { $0.extend(.unsigned16, .rsi, .rdi) } == [0x0f, 0xb7, 0xf7])
        #expect(bytes { $0.load(.unsigned8, .rsi, X86Memory(base: .rax)) } == [0x0f, 0xb6, 0x30])
        #expect(bytes { $0.store(.bits8, X86Memory(base: .rax), .rbx) } == [0x88, 0x18])
        #expect(bytes { $0.store(.bits8, X86Memory(base: .rax), .rsi) } == [0x40, 0x88, 0x30])
        #expect(bytes { $0.store(.bits16, X86Memory(base: .r13), .rsi) } == [0x66, 0x41, 0x89, 0x75, 0x00])
        #expect(bytes { $0.load(.bits64, .rax, X86Memory(base: .rsp)) } == [0x48, 0x8b, 0x04, 0x24])
        #expect(
            bytes { $0.load(.unsigned32, .rax, X86Memory(base: .r12, displacement: -128)) }
                == [0x41, 0x8b, 0x44, 0x24, 0x80])
        #expect(
            bytes { $0.load(.bits64, .rax, X86Memory(base: .rdi, displacement: 8).address32.gs) }
                == [0x65, 0x67, 0x48, 0x8b, 0x47, 0x08])
        #expect(
            bytes { $0.load(.unsigned32, .rax, X86Memory(base: .rdi, wideDisplacement: 8).address32.gs) }
                == [0x65, 0x67, 0x8b, 0x87, 0x08, 0, 0, 0])
        #expect(bytes { $0.mov(.rax, 0) } == [0xb8, 0, 0, 0, 0])
        #expect(bytes { $0.mov(.r8, .max) } == [0x49, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff])
        #expect(bytes { $0.push(.rbx) } == [0x53])
        #expect(bytes { $0.pop(.r12) } == [0x41, 0x5c])
    }

    /// The longest there is, at the very end of the room that was asked for.
    @Test func longestForm() {
        let memory = X86Memory(base: .r12, index: .r13, scale: .by8, displacement: .min).address32.gs
        let longest = bytes { $0.store(.bits64, memory, .min) }
        #expect(longest == [0x65, 0x67, 0x4b, 0xc7, 0x84, 0xec, 0, 0, 0, 0x80, 0, 0, 0, 0x80])
    }

    @Test func room() {
        withUnsafeTemporaryAllocation(byteCount: 100, alignment: 8) { code in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { slots in
                slots.initialize(repeating: 0)
                var assembler = X86Assembler(code: code, labels: slots)
                let room = 100 - X86Assembler.slackByteCount
                expect(assembler.hasRoom(forByteCount: room))
                expect(assembler.hasRoom(forByteCount: room + 1), is: false)
                assembler.push(.r12)
                expect(assembler.hasRoom(forByteCount: room - 2))
                expect(assembler.hasRoom(forByteCount: room - 1), is: false)
            }
        }
    }

    /// Whatever is emitted where room was asked for, nothing is written behind the buffer.
    @Test func slackIsEnough() {
        let memory = X86Memory(base: .r12, index: .r13, scale: .by8, displacement: .min).address32.gs
        let emitters: [(inout X86Assembler) -> Void] = [
            { $0.store(.bits64, memory, -1) }, { $0.store(.bits16, memory, -1) }, { $0.load(.signed8, .r9, memory) },
            { $0.movWide(.r9, .max) }, { $0.ret() }, { $0.jump(.equal, to: X86Label(0)) }, { $0.call(X86Label(0)) },
            { $0.lea(.r9, X86Label(0)) }, { $0.arithmetic(.cmp, .bits64, memory, wide: -1) },
            { $0.rorx(.bits64, .r9, .r9, by: 255) }, { $0.imul(.bits64, .r9, .r9, -129) }, { $0.nop(byteCount: 15) },
        ]
        for emit in emitters {
            let byteCount = bytes(emit).count
            let total = byteCount + X86Assembler.slackByteCount
            withUnsafeTemporaryAllocation(byteCount: total + 64, alignment: 8) { memory in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { slots in
                    memory.initializeMemory(as: UInt8.self, repeating: 0xa5)
                    slots.initialize(repeating: 0)
                    var assembler = X86Assembler(code: .init(rebasing: memory[0..<total]), labels: slots)
                    expect(assembler.hasRoom(forByteCount: byteCount))
                    emit(&assembler)
                    #expect(memory[total...].allSatisfy { $0 == 0xa5 })
                }
            }
        }
    }

    /// Labels and code survive the move to a larger buffer.
    @Test func moving() {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { small in
            withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { large in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2) { slots in
                    slots.initialize(repeating: 0)
                    var assembler = X86Assembler(code: small, labels: slots)
                    let (back, ahead) = (X86Label(0), X86Label(1))
                    assembler.bind(back)
                    assembler.jump(to: ahead)
                    expect(assembler.hasRoom(forByteCount: 15), is: false)
                    assembler.move(to: large)
                    expect(assembler.hasRoom(forByteCount: 15))
                    assembler.jump(to: back)
                    assembler.bind(ahead)
                    assembler.ret()
                    #expect(Array(large[0..<8]) == [0xe9, 2, 0, 0, 0, 0xeb, 0xf9, 0xc3])
                    expect(assembler.offset(of: back) == 0)
                    expect(assembler.offset(of: ahead) == 7)
                }
            }
        }
    }

    @Test func registersOfNumbers() {
        for (number, register) in X86Register.allCases.enumerated() {
            #expect(register.number == UInt64(number))
            #expect(X86Register(number: UInt8(number)) == register)
            #expect(X86Register(number: UInt8(number | 0xf0)) == register)
        }
    }

    @Test func features() {
        #if arch(x86_64)
        // What one extension implies of another on every processor that was ever made.
        let current = ProcessorFeatures.current
        if current.contains(.bmi2) { #expect(current.contains(.bmi1)) }
        if current.contains(.bmi1) { #expect(current.contains(.popcnt)) }
        #else
        #expect(ProcessorFeatures.current.isEmpty)
        #endif
    }
}
