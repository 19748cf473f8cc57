// Numbers as people read them.

import Foundation

enum Figures {
    /// A time with three digits and the unit that fits: "9.31 µs", "310 ns".
    static func time(_ nanoseconds: Double) -> String {
        var (value, unit) = (rounded(nanoseconds, digits: 3), "ns")
        for next in ["µs", "ms", "s"] where value >= 1000 { (value, unit) = (rounded(value / 1000, digits: 3), next) }
        return "\(plain(value)) \(unit)"
    }

    /// A count with two digits: "1900", "13".
    static func count(_ value: Double) -> String { grouped(plain(rounded(value, digits: 2))) }

    static func count(_ value: Int) -> String { grouped("\(value)") }

    /// A power of ten at an axis: "1", "100", "10k", "1M".
    static func tick(_ value: Double) -> String {
        for (size, letter) in [(1e9, "G"), (1e6, "M"), (1e4, "k")] where value >= size {
            return plain(value / (size == 1e4 ? 1e3 : size)) + letter
        }
        return plain(value)
    }

    static func ratio(_ value: Double) -> String { String(format: "%.2f", value) }

    private static func rounded(_ value: Double, digits: Int) -> Double {
        guard value > 0 else { return 0 }
        let power = pow(10, Double(digits) - 1 - floor(log10(value)))
        return (value * power).rounded() / power
    }

    /// Without zeros at the end.
    private static func plain(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }

    /// Thin gaps between thousands, from five digits on.
    private static func grouped(_ digits: String) -> String {
        guard digits.count > 4, digits.allSatisfy(\.isNumber) else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append("\u{202f}") }
            text.append(digit)
        }
        return text
    }
}
