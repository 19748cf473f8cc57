// Values of the host's choice. A test that asks for one holds for all of them: `pvm test --fuzz` runs it often, and looks for the
// smallest values that make it fail.

/// A number in a range; smaller ones are simpler.
public func choose<Number: FixedWidthInteger>(in range: ClosedRange<Number>) -> Number {
    // Numbers of more than 64 bits in parts, the upper one first.
    if Number.bitWidth > 64 {
        let width = U256(truncatingIfNeeded: range.upperBound &- range.lowerBound)
        return range.lowerBound &+ Number(truncatingIfNeeded: choose(upTo: width))
    }
    let width = UInt64(truncatingIfNeeded: range.upperBound &- range.lowerBound)
    let mask: UInt64 = Number.bitWidth < 64 ? (1 << UInt64(Number.bitWidth)) &- 1 : .max
    return range.lowerBound &+ Number(truncatingIfNeeded: TestHost.choose(bound: width & mask))
}

/// A number of 256 bits in a range.
public func choose(in range: ClosedRange<U256>) -> U256 {
    range.lowerBound &+ choose(upTo: range.upperBound &- range.lowerBound)
}

/// One of a few values; the first are simpler.
public func choose<Value>(from values: [Value]) -> Value {
    precondition(!values.isEmpty, "there is nothing to choose from")
    return values[Int(TestHost.choose(bound: UInt64(values.count - 1)))]
}

/// True or false.
public func chooseBool() -> Bool { TestHost.choose(bound: 1) == 1 }

/// Gives up this choice of values without a verdict unless the condition holds.
public func assume(_ condition: Bool) {
    if !condition { TestHost.reject() }
}

private func choose(upTo width: U256) -> U256 {
    // How many bits the number has is a choice of its own: else nearly all would be large.
    let bits = TestHost.choose(bound: UInt64(256 - width.leadingZeroBitCount))
    let mask: U256 = bits == 256 ? .max : (1 << Int(bits)) - 1
    let (m0, m1, m2, m3) = mask.limbs
    func part(_ mask: UInt64) -> UInt64 { mask == 0 ? 0 : TestHost.choose(bound: mask) }
    let value = U256(limbs: part(m0), part(m1), part(m2), part(m3))
    return value <= width ? value : value % (width + 1)
}
