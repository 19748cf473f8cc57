// Signed integers of 256 bits: Solidity's `int256`. Two's complement over U256, so that sums are its sums.

/// A signed integer of 256 bits, which traps on overflow like Swift's own.
public struct I256: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The number in two's complement.
    public let bits: U256

    /// The number of these bits.
    @inlinable @inline(__always)
    public init(bits: U256) { self.bits = bits }

    /// A literal from -2²⁵⁵ to 2²⁵⁵ - 1; others trap.
    @inlinable @inline(__always)
    public init(integerLiteral value: StaticBigInt) {
        precondition(value.bitWidth <= 256, "the literal is no signed number of 256 bits")
        bits = U256(
            limbs: UInt64(truncatingIfNeeded: value[0]), UInt64(truncatingIfNeeded: value[1]),
            UInt64(truncatingIfNeeded: value[2]), UInt64(truncatingIfNeeded: value[3]))
    }

    /// A number without its sign, and the sign; nil if it does not fit.
    @inlinable
    public init?(magnitude: U256, isNegative: Bool) {
        let number = I256(bits: isNegative ? .zero &- magnitude : magnitude)
        if number.isNegative != isNegative, magnitude != .zero { return nil }
        self = number
    }

    /// A number of 64 bits.
    @inlinable
    public init(_ number: Int64) {
        let fill: UInt64 = number < 0 ? .max : 0
        bits = U256(limbs: UInt64(bitPattern: number), fill, fill, fill)
    }

    /// An unsigned number; nil from 2²⁵⁵ on.
    @inlinable
    public init?(_ number: U256) { self.init(magnitude: number, isNegative: false) }

    /// 0.
    @inlinable public static var zero: I256 { I256(bits: .zero) }
    /// 2²⁵⁵ - 1.
    @inlinable public static var max: I256 { I256(bits: U256(limbs: .max, .max, .max, .max >> 1)) }
    /// -2²⁵⁵.
    @inlinable public static var min: I256 { I256(bits: U256(limbs: 0, 0, 0, 1 << 63)) }

    /// Whether the number is below 0.
    @inlinable public var isNegative: Bool { bits.limbs.3 >> 63 != 0 }

    /// The number without its sign.
    @inlinable public var magnitude: U256 { isNegative ? .zero &- bits : bits }
}

extension I256: Comparable {
    @inlinable
    public static func < (left: I256, right: I256) -> Bool {
        // With the signs turned over, the order is that of unsigned numbers.
        let turn = I256.min.bits
        return left.bits ^ turn < right.bits ^ turn
    }
}

// MARK: Arithmetic

extension I256 {
    /// The sum, and whether it does not fit; then bits are missing.
    @inlinable
    public func addingReportingOverflow(_ other: I256) -> (partialValue: I256, overflow: Bool) {
        let sum = I256(bits: bits &+ other.bits)
        return (sum, isNegative == other.isNegative && sum.isNegative != isNegative)
    }

    /// The difference, and whether it does not fit; then bits are missing.
    @inlinable
    public func subtractingReportingOverflow(_ other: I256) -> (partialValue: I256, overflow: Bool) {
        let difference = I256(bits: bits &- other.bits)
        return (difference, isNegative != other.isNegative && difference.isNegative != isNegative)
    }

    /// The product, and whether it does not fit; then bits are missing.
    @inlinable
    public func multipliedReportingOverflow(by other: I256) -> (partialValue: I256, overflow: Bool) {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: other.magnitude)
        let isNegative = isNegative != other.isNegative
        let result = I256(bits: isNegative ? .zero &- product : product)
        return (result, overflow || (product != .zero && result.isNegative != isNegative))
    }

    /// Quotient, rounded toward 0, and remainder, of the sign of the dividend; traps if the divisor is 0 or the quotient is 2²⁵⁵.
    public func quotientAndRemainder(dividingBy divisor: I256) -> (quotient: I256, remainder: I256) {
        let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
        guard let quotient = I256(magnitude: quotient, isNegative: isNegative != divisor.isNegative),
            let remainder = I256(magnitude: remainder, isNegative: isNegative)
        else { fatalError("overflow in a division of 256 bits") }
        return (quotient, remainder)
    }

    @inlinable
    public static func + (left: I256, right: I256) -> I256 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        precondition(!overflow, "overflow in an addition of 256 bits")
        return sum
    }

    @inlinable
    public static func - (left: I256, right: I256) -> I256 {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        precondition(!overflow, "overflow in a subtraction of 256 bits")
        return difference
    }

    @inlinable
    public static func * (left: I256, right: I256) -> I256 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        precondition(!overflow, "overflow in a multiplication of 256 bits")
        return product
    }

    @inlinable
    public static func / (left: I256, right: I256) -> I256 { left.quotientAndRemainder(dividingBy: right).quotient }
    @inlinable
    public static func % (left: I256, right: I256) -> I256 { left.quotientAndRemainder(dividingBy: right).remainder }
    @inlinable public static prefix func - (number: I256) -> I256 { .zero - number }
    @inlinable public static func += (left: inout I256, right: I256) { left = left + right }
    @inlinable public static func -= (left: inout I256, right: I256) { left = left - right }
    @inlinable public static func *= (left: inout I256, right: I256) { left = left * right }
    @inlinable public static func /= (left: inout I256, right: I256) { left = left / right }
}

extension I256: WordValue {
    @inlinable @inline(__always)
    public var word: Word { bits.word }
    @inlinable @inline(__always)
    public init(word: Word) { bits = word.number }
    @inlinable @inline(__always)
    public static func isValid(_ word: Word) -> Bool { true }
}

extension I256: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { (isNegative ? "-" : "") + magnitude.description }
}
