// Errors of a known type: thrown, caught, rethrown, converted, and with clean-up on the way.

enum ParseError: Error {
    case empty
    case badDigit(UInt8, at: Int)
    case overflow
}

struct Wrapped: Error {
    var inner: ParseError
    var line: UInt64
}

nonisolated(unsafe) var cleanedUp: UInt64 = 0

func parse(_ digits: [UInt8]) throws(ParseError) -> UInt32 {
    defer { cleanedUp &+= 1 }
    guard !digits.isEmpty else { throw .empty }
    var value: UInt32 = 0
    for (index, digit) in digits.enumerated() {
        guard digit < 10 else { throw .badDigit(digit, at: index) }
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (total, carried) = product.addingReportingOverflow(UInt32(digit))
        guard !tooLarge, !carried else { throw .overflow }
        value = total
    }
    return value
}

func parseLine(_ line: UInt64, _ digits: [UInt8]) throws(Wrapped) -> UInt64 {
    do {
        return UInt64(try parse(digits)) + 1
    } catch {
        throw Wrapped(inner: error, line: line)
    }
}

func attempt<Value, Failure: Error>(_ body: () throws(Failure) -> Value) -> Result<Value, Failure> {
    do { return .success(try body()) } catch { return .failure(error) }
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    cleanedUp = 0
    for i in 0..<n {
        var digits: [UInt8] = []
        for j in 0..<(mix(i, n) % 13) { digits.append(UInt8(mix(i, j) % (j == 5 ? 11 : 10))) }
        do {
            sum = mix(sum, try parseLine(i, digits))
        } catch {
            switch error.inner {
            case .empty: sum = mix(sum, error.line &+ 1)
            case .badDigit(let digit, let index): sum = mix(sum, UInt64(digit) << 8 &+ UInt64(index))
            case .overflow: sum = mix(sum, ~error.line)
            }
        }
        switch attempt({ () throws(ParseError) in try parse(Array(digits.prefix(3))) }) {
        case .success(let value): sum = mix(sum, UInt64(value))
        case .failure(.empty): sum = mix(sum, 3)
        case .failure: sum = mix(sum, 4)
        }
        if let value = try? parse([1, UInt8(i % 12)]) { sum = mix(sum, UInt64(value)) }
    }
    return mix(sum, cleanedUp)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
