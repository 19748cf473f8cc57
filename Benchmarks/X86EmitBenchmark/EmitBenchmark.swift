// How long the assembler takes for an instruction, on a mix like that of compiled guests: operands that no branch
// predictor could learn, a jump now and then, one question for room per block.
//
// The bodies are not inlined into the loop that times them, so that each is found as a function of its own:
// `objdump -d --no-show-raw-insn .build/release/X86EmitBenchmark`.

import X86Assembler

/// Pseudo-random operands, made before the clock starts.
struct Operands {
    let first: X86Register
    let second: X86Register
    let value: Int32
    let width: X86Width
    let kind: X86Extension
    let condition: X86Condition
}

let blockInstructionCount = 8
let blockCount = 8192
/// Few enough for the second level of cache, too many for a branch predictor to learn by heart.
let operandCount = 16384

/// The same sequence in every run.
struct Generator: RandomNumberGenerator {
    private var state: UInt64 = 42

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}

func makeOperands() -> [Operands] {
    var random = Generator()
    return (0..<operandCount).map { _ in
        Operands(
            first: X86Register(number: UInt8.random(in: 0..<16, using: &random)),
            second: X86Register(number: UInt8.random(in: 0..<16, using: &random)),
            // Small values are as frequent as large ones.
            value: Int32.random(in: .min ... .max, using: &random) >> Int32.random(in: 0..<32, using: &random),
            width: Bool.random(using: &random) ? .bits32 : .bits64,
            kind: X86Extension.allCases[Int.random(in: 0..<7, using: &random)],
            condition: X86Condition.allCases[Int.random(in: 0..<16, using: &random)])
    }
}

/// Blocks of eight instructions with operands that vary and shapes that do not.
@inline(never)
func emitMixed(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    for block in 0..<blockCount {
        guard assembler.hasRoom(forByteCount: blockInstructionCount * X86Assembler.maximumInstructionByteCount) else {
            return
        }
        let now = operands[block & (operandCount &- 1)]
        assembler.bind(X86Label(Int32(truncatingIfNeeded: block)))
        assembler.arithmetic(.sub, .bits64, .r15, wide: now.value)
        assembler.load(now.kind, now.first, X86Memory(base: now.second, displacement: now.value).address32.gs)
        assembler.arithmetic(.add, now.width, now.first, now.second)
        assembler.lea(.bits64, now.second, X86Memory(base: now.first, displacement: now.value))
        assembler.shift(.shlx, now.width, now.first, now.second, by: .rcx)
        assembler.store(.bits64, X86Memory(base: now.second, displacement: now.value).address32.gs, now.first)
        assembler.arithmetic(.cmp, now.width, now.first, now.value)
        let target = (block &+ Int(now.value & 255) &- 128) & (blockCount - 1)
        assembler.jump(now.condition, to: X86Label(Int32(truncatingIfNeeded: target)))
    }
}

/// One instruction again and again, to see what its shape costs by itself.
@inline(__always)
func emitEach(
    _ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>,
    _ emit: (inout X86Assembler, Operands) -> Void
) {
    for block in 0..<blockCount {
        guard assembler.hasRoom(forByteCount: blockInstructionCount * X86Assembler.maximumInstructionByteCount) else {
            return
        }
        for index in 0..<blockInstructionCount {
            emit(&assembler, operands[(block &* blockInstructionCount &+ index) & (operandCount &- 1)])
        }
    }
}

@inline(never)
func emitRegisters(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) { $0.arithmetic(.add, $1.width, $1.first, $1.second) }
}

@inline(never)
func emitConstants(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) { $0.arithmetic(.add, $1.width, $1.first, $1.value) }
}

@inline(never)
func emitLoads(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) {
        $0.load(.bits64, $1.first, X86Memory(base: $1.second, displacement: $1.value).address32.gs)
    }
}

@inline(never)
func emitWideLoads(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) {
        $0.load(.bits64, $1.first, X86Memory(base: $1.second, wideDisplacement: $1.value).address32.gs)
    }
}

/// The kind of load comes out of a table.
@inline(never)
func emitAnyLoads(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) {
        $0.load($1.kind, $1.first, X86Memory(base: $1.second, displacement: $1.value).address32.gs)
    }
}

@inline(never)
func emitJumps(_ assembler: inout X86Assembler, _ operands: UnsafeBufferPointer<Operands>) {
    emitEach(&assembler, operands) {
        let label = Int32(truncatingIfNeeded: Int($1.value)) & Int32(truncatingIfNeeded: blockCount - 1)
        $0.jump($1.condition, to: X86Label(label))
    }
    assembler.bindUnbound()
}

@main enum EmitBenchmark {
    static func main() {
        let code = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 4096)
        let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: blockCount)
        defer {
            code.deallocate()
            labels.deallocate()
        }
        // Touches the pages, which is not what is measured.
        code.initializeMemory(as: UInt8.self, repeating: 0)
        let operands = makeOperands()

        /// Prints the median of many runs, and the spread between the tenth and the ninetieth percentile.
        func measure(
            _ name: String, _ body: (inout X86Assembler, UnsafeBufferPointer<Operands>) -> Void
        ) {
            let clock = ContinuousClock()
            var times: [Double] = []
            var byteCount = 0
            for _ in 0..<500 {
                let time = clock.measure {
                    var assembler = X86Assembler(code: code, labels: labels)
                    operands.withUnsafeBufferPointer { body(&assembler, $0) }
                    byteCount = assembler.offset
                }
                let nanoseconds = Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) * 1e-9
                times.append(nanoseconds / Double(blockCount * blockInstructionCount))
            }
            times.sort()
            print(
                "\(name): \(text(times[250])) ns an instruction (\(text(times[50])) to \(text(times[450]))), "
                    + "\(byteCount / blockCount) bytes a block of \(blockInstructionCount)")
        }

        measure("mixed", emitMixed)
        measure("registers", emitRegisters)
        measure("constants", emitConstants)
        measure("loads", emitLoads)
        measure("loads, wide displacement", emitWideLoads)
        measure("loads of any width", emitAnyLoads)
        measure("jumps ahead, bound at the end", emitJumps)
    }

    /// With two digits behind the point.
    private static func text(_ value: Double) -> String {
        let hundredths = Int(value * 100)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
