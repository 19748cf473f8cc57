// Operations on numbers of 256 bits, for the machine that contracts run on: an operation, three operands, and what comes out.

import Revive

@Contract enum Numbers {
    @Call(.pure) static func compute(operation: UInt64, a: U256, b: U256, c: U256) -> (UInt64, U256) {
        let result: U256? =
            switch operation {
            case 0: a.adding(b)
            case 1: a.subtracting(b)
            case 2: a.multiplied(by: b)
            case 3: a.divided(by: b)
            case 4: b == 0 ? nil : a % b
            case 5: a.adding(b, modulo: c)
            case 6: a.multiplied(by: b, modulo: c)
            case 7: a.multiplied(by: b, dividedBy: c)
            case 8: a.raised(to: b)
            case 9: a.squareRoot
            case 10: a << b
            case 11: a >> b
            case 12: a &* b
            default: a < b ? 1 : 0
            }
        return (result == nil ? 0 : 1, result ?? 0)
    }

    @Call(.pure) static func text(a: U256) -> (Text, String, String) {
        (a.withDecimalDigits { Text(Bytes(copying: UnsafeRawBufferPointer($0))) }, a.description, a.hexadecimal)
    }

    /// Traps where the result does not fit.
    @Call(.pure) static func signed(operation: UInt64, a: I256, b: I256) -> (I256, Text) {
        let result: I256 =
            switch operation {
            case 0: a + b
            case 1: a - b
            case 2: a * b
            case 3: a / b
            case 4: a % b
            default: a < b ? 1 : 0
            }
        return (result, Text(result.description))
    }
}
