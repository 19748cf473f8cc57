// Times as text and as numbers.

enum TimeText {
    /// A time with three digits that matter.
    static func shown(_ nanoseconds: Int64) -> String {
        let units: [(limit: Int64, divisor: Double, name: String)] = [
            (10_000, 1, "ns"), (10_000_000, 1e3, "µs"), (10_000_000_000, 1e6, "ms"), (.max, 1e9, "s"),
        ]
        let unit = units.first { nanoseconds < $0.limit } ?? units[3]
        let tenths = Int64((Double(nanoseconds) / unit.divisor * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit.name)"
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
