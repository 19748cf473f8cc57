// Text in columns.

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Rows of cells, printed with the first column to the left and the others to the right.
package struct Table {
    private var rows: [[String]]

    package init(_ heads: String...) { rows = [heads] }

    package mutating func add(_ cells: String...) { rows.append(cells) }

    package func print() {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, pair in
                let space = String(repeating: " ", count: pair.1 - pair.0.count)
                return column == 0 ? pair.0 + space : space + pair.0
            }
            Swift.print(cells.joined(separator: "   "))
        }
        fflush(nil)
    }
}

/// A number with some digits after the point.
package func fixed(_ value: Double, _ digits: Int) -> String {
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = Int((value * power).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = "\(abs(scaled) % Int(power))"
    return "\(scaled / Int(power)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
}

extension Sample {
    /// The median, and the least and the greatest value.
    package func text(_ digits: Int) -> String {
        "\(fixed(median, digits)) (\(fixed(least, digits))–\(fixed(greatest, digits)))"
    }
}
