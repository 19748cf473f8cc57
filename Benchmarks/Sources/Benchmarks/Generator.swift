// Large C programs for measuring the speed of compiling: thousands of functions, each different, the same for a seed.
//
// A function mixes what real code mixes: arithmetic of 32 and 64 bits, loads and stores of all widths, branches, loops, and
// calls of functions before it. All behaviour is defined, so that every machine gives the same answer.

struct Generator {
    private var state: UInt64
    private var text = ""
    private var indent = 1

    /// - Parameter seed: anything but 0.
    init(seed: UInt64) { state = seed }

    /// The source of a program with `run`, which calls every function.
    mutating func program(functionCount: Int) -> String {
        text = """
            // Generated; the generator is Benchmarks/Sources/Benchmarks/Generator.swift.
            #include "guest.h"

            static uint8_t bytes[4096 + 8];
            static uint16_t halves[1024];
            static uint32_t words[1024];
            static uint64_t longs[1024];


            """
        for index in 0..<functionCount { addFunction(index) }
        addRun(functionCount)
        return text
    }

    // MARK: Choices

    private mutating func below(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 11) % UInt64(limit))
    }

    private mutating func any<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    /// Small constants are frequent, large ones are not.
    private mutating func constant() -> String {
        switch below(8) {
        case 0...4: "\(below(128) + 1)"
        case 5, 6: "\(below(1 << 16))"
        default: "0x\(String(state >> 8, radix: 16))"
        }
    }

    private mutating func long() -> String { "x\(below(5))" }
    private mutating func word() -> String { "y\(below(4))" }

    // MARK: Statements

    private mutating func line(_ line: String) {
        text += String(repeating: "    ", count: indent) + line + "\n"
    }

    private mutating func addFunction(_ index: Int) {
        text += "static NOINLINE uint64_t f\(index)(uint64_t x0, uint64_t x1, uint32_t y0) {\n"
        indent = 1
        line("uint64_t x2 = x0 ^ \(constant()), x3 = x1 + \(constant()), x4 = \(constant());")
        line("uint32_t y1 = (uint32_t)x1, y2 = y0 * \(below(1000) + 3), y3 = \(below(100_000));")
        for _ in 0..<(5 + below(20)) { addStatement(depth: 0, function: index) }
        line("return x0 ^ x1 + x2 ^ x3 - x4 ^ y0 + (uint64_t)(y1 ^ y2) ^ y3;")
        text += "}\n\n"
    }

    private mutating func addStatement(depth: Int, function: Int) {
        switch below(20) {
        case 0...4: line("\(long()) = \(long()) \(any(["+", "-", "*", "^", "&", "|"])) \(long());")
        case 5...7: line("\(word()) = \(word()) \(any(["+", "-", "*", "^", "&", "|"])) \(word());")
        case 8: line("\(long()) \(any(["+=", "^=", "-=", "*="])) \(constant());")
        case 9: line("\(long()) = \(long()) \(any(["<<", ">>"])) \(below(63) + 1);")
        case 10: line("\(word()) = \(word()) \(any(["<<", ">>"])) \(below(31) + 1) ^ (uint32_t)\(long());")
        case 11: addLoad()
        case 12: addStore()
        case 13: line("\(long()) = (int64_t)\(long()) < (int64_t)\(long()) ? \(long()) : \(long());")
        case 14: line("\(word()) = \(word()) \(any(["/", "%"])) (\(word()) | 1);")
        case 15, 16: addBranch(depth: depth, function: function)
        case 17: addLoop(depth: depth, function: function)
        default: addCall(function: function)
        }
    }

    private mutating func addLoad() {
        switch below(5) {
        case 0: line("\(word()) += bytes[\(word()) & 4095];")
        case 1: line("\(word()) ^= halves[\(word()) & 1023];")
        case 2: line("\(word()) += words[\(word()) & 1023];")
        case 3: line("\(long()) += (uint64_t)(int64_t)(int8_t)bytes[\(below(4096))];")
        default: line("\(long()) ^= longs[\(long()) & 1023];")
        }
    }

    private mutating func addStore() {
        switch below(4) {
        case 0: line("bytes[\(word()) & 4095] = (uint8_t)\(word());")
        case 1: line("halves[\(below(1024))] = (uint16_t)\(long());")
        case 2: line("words[\(word()) & 1023] = \(word());")
        default: line("longs[\(long()) & 1023] = \(long());")
        }
    }

    private mutating func addBranch(depth: Int, function: Int) {
        guard depth < 3 else { return addLoad() }
        let condition: String
        switch below(4) {
        case 0: condition = "\(long()) \(any(["<", ">=", "==", "!="])) \(long())"
        case 1: condition = "(int32_t)\(word()) \(any(["<", ">", "<="])) (int32_t)\(word())"
        case 2: condition = "\(word()) > \(constant())"
        default: condition = "\(long()) & \(1 << below(12))"
        }
        addBlock("if (\(condition)) {", depth: depth, function: function)
        if below(2) == 0 { addBlock("} else {", depth: depth, function: function) }
        line("}")
    }

    private mutating func addLoop(depth: Int, function: Int) {
        // One in another would make a function that nobody calls often.
        guard depth == 0 else { return addStore() }
        addBlock("for (uint32_t i = 0; i < (\(word()) & 7); i++) {", depth: depth + 1, function: function)
        line("    y0 += i;")
        line("}")
    }

    private mutating func addBlock(_ head: String, depth: Int, function: Int) {
        line(head)
        indent += 1
        for _ in 0..<(1 + below(4)) { addStatement(depth: depth + 1, function: function) }
        indent -= 1
    }

    /// Calls seldom happen, or the time would grow with the power of the number of functions.
    private mutating func addCall(function: Int) {
        guard function > 0 else { return addLoad() }
        let callee = function - 1 - below(min(function, 200))
        line("if ((\(word()) & 0x3ff) == \(below(1024)))")
        line("    \(long()) += f\(callee)(\(long()), \(long()), \(word()));")
    }

    private mutating func addRun(_ functionCount: Int) {
        text += "EXPORT(uint64_t, run, uint64_t n) {\n"
        indent = 1
        for array in ["bytes", "halves", "words", "longs"] { line("memset(\(array), 0, sizeof \(array));") }
        line("uint64_t sum = n;")
        line("for (uint64_t i = 0; i < n; i++) {")
        for index in 0..<functionCount { line("    sum = f\(index)(sum, i, (uint32_t)(sum >> 32));") }
        line("}")
        line("return sum;")
        text += "}\n"
    }
}
