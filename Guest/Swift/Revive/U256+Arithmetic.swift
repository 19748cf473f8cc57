// What contracts reckon with besides: checked operations, powers, roots, sums and products modulo a number.

extension U256 {
    /// The sum, nil if it has more than 256 bits.
    @inlinable
    public func adding(_ other: U256) -> U256? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }

    /// The difference, nil if it is below 0.
    @inlinable
    public func subtracting(_ other: U256) -> U256? {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? nil : difference
    }

    /// The product, nil if it has more than 256 bits.
    @inlinable
    public func multiplied(by other: U256) -> U256? {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? nil : product
    }

    /// The quotient, nil if the divisor is 0.
    @inlinable
    public func divided(by other: U256) -> U256? { other == .zero ? nil : self / other }

    /// The product divided by a number, of all 512 bits of the product; nil if the divisor is 0 or the quotient has more than 256
    /// bits.
    public func multiplied(by other: U256, dividedBy divisor: U256) -> U256? {
        let product = multipliedFullWidth(by: other)
        return product.high < divisor ? divisor.dividingFullWidth(product).quotient : nil
    }

    /// The sum modulo a number, of all 257 bits of the sum; 0 if the modulus is 0, as the EVM has it.
    public func adding(_ other: U256, modulo modulus: U256) -> U256 {
        if modulus == .zero { return .zero }
        let (sum, overflow) = (self % modulus).addingReportingOverflow(other % modulus)
        return overflow || sum >= modulus ? sum.subtractingReportingOverflow(modulus).partialValue : sum
    }

    /// The product modulo a number, of all 512 bits of the product; 0 if the modulus is 0, as the EVM has it.
    public func multiplied(by other: U256, modulo modulus: U256) -> U256 {
        if modulus == .zero { return .zero }
        let product = multipliedFullWidth(by: other)
        let high = product.high < modulus ? product.high : product.high % modulus
        return modulus.dividingFullWidth((high, product.low)).remainder
    }

    /// A power, and whether it had more than 256 bits; the lower ones are left.
    public func raisedReportingOverflow(to exponent: U256) -> (partialValue: U256, overflow: Bool) {
        var result: U256 = .init(limbs: 1)
        var (base, exponent) = (self, exponent)
        var (overflow, baseOverflows) = (false, false)
        while exponent != .zero {
            if exponent.w0 & 1 == 1 {
                let (product, tooLarge) = result.multipliedReportingOverflow(by: base)
                result = product
                // A base that was too large counts only where it is used.
                overflow = overflow || tooLarge || baseOverflows
            }
            exponent = exponent.shiftedRight(1)
            if exponent != .zero {
                let (square, tooLarge) = base.multipliedReportingOverflow(by: base)
                base = square
                baseOverflows = baseOverflows || tooLarge
            }
        }
        return (result, overflow)
    }

    /// A power, nil if it has more than 256 bits.
    @inlinable
    public func raised(to exponent: U256) -> U256? {
        let (power, overflow) = raisedReportingOverflow(to: exponent)
        return overflow ? nil : power
    }

    /// The largest number whose square is not larger.
    public var squareRoot: U256 {
        if self == .zero { return .zero }
        // Newton's method from above: a power of two that is at least the root.
        var root = U256(limbs: 1).shiftedLeft(UInt64((257 - leadingZeroBitCount) / 2))
        while true {
            let next = ((self / root) &+ root).shiftedRight(1)
            if next >= root { return root }
            root = next
        }
    }
}
