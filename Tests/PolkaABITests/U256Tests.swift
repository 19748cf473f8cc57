// Numbers of 256 bits against Python's integers (Vectors/make-numbers.py).

import PolkaABI
import Testing

@Suite struct U256Tests {
    @Test func operationsOfPython() throws {
        let lines = try vectors("numbers")
        #expect(lines.count > 1000)
        for line in lines {
            let operands = try line[1...3].map { try #require(U256($0, radix: 16), "\($0)") }
            let (a, b, c) = (operands[0], operands[1], operands[2])
            let result: U256? =
                switch line[0] {
                case "add": a.adding(b)
                case "subtract": a.subtracting(b)
                case "multiply": a.multiplied(by: b)
                case "divide": a.divided(by: b)
                case "remainder": b == 0 ? nil : a % b
                case "addmod": a.adding(b, modulo: c)
                case "mulmod": a.multiplied(by: b, modulo: c)
                case "muldiv": a.multiplied(by: b, dividedBy: c)
                case "power": a.raised(to: b)
                case "root": a.squareRoot
                case "left": a << b
                case "right": a >> b
                case "wrappingmultiply": a &* b
                case "less": a < b ? 1 : 0
                default: throw TestFailure("no operation \(line[0])")
                }
            let text = result.map { String($0.hexadecimal.dropFirst(2)) } ?? "none"
            #expect(text == line[4], "\(line[0]) \(a.hexadecimal) \(b.hexadecimal) \(c.hexadecimal)")
        }
    }

    /// Full products and their quotients undo each other.
    @Test func fullWidth() throws {
        let numbers = try vectors("numbers").prefix(300).map { try #require(U256($0[1], radix: 16)) }
        for (left, right) in zip(numbers, numbers.reversed()) where right != 0 {
            let product = left.multipliedFullWidth(by: right)
            let (quotient, remainder) = right.dividingFullWidth(product)
            #expect(quotient == left && remainder == 0)
        }
    }

    /// By Python: the digits of powers of ten and of two, and of their neighbours.
    @Test func text() throws {
        #expect("\(U256.max)" == "115792089237316195423570985008687907853269984665640564039457584007913129639935")
        #expect(U256("115792089237316195423570985008687907853269984665640564039457584007913129639935") == .max)
        #expect(U256("115792089237316195423570985008687907853269984665640564039457584007913129639936") == nil)
        #expect("\(U256.zero)" == "0" && U256.zero.hexadecimal == "0x0" && U256("0") == 0 && U256("0x0") == 0)
        var power: U256 = 1
        for exponent in 0...77 {
            let zeros = String(repeating: "0", count: exponent)
            #expect("\(power)" == "1" + zeros && U256("1" + zeros) == power)
            if exponent > 0 { #expect("\(power - 1)" == String(repeating: "9", count: exponent)) }
            if exponent < 77 { power *= 10 }
        }
        #expect(U256(limbs: 0, 1).hexadecimal == "0x10000000000000000")
        #expect(U256("0xfFFf") == 65535)
        for wrong in ["", "0x", "-1", "+1", " 1", "1 ", "12a", "0xg", "0x1" + String(repeating: "0", count: 64)] {
            #expect(U256(wrong) == nil, "\(wrong)")
        }
        for line in try vectors("numbers").prefix(200) {
            let number = try #require(U256(line[1], radix: 16))
            #expect(U256(number.description) == number && U256(number.hexadecimal) == number)
            // The standard library, digit by digit.
            #expect(number.description == String(number, radix: 10))
        }
    }
}
