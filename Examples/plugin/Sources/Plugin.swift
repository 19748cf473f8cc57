// What happens to a line that the host has read: here, numbers are added up. Change it while the host runs.

import PVM

/// The number that the host keeps, also when this guest is replaced by a newer one.
@Import func recall() -> Int64

/// Gives the host another number to keep.
///
/// It forgets it again if this call fails.
@Import func remember(_ number: Int64)

/// What the number becomes with a line; nil if the line is no number.
func total(_ number: Int64, with line: String) -> Int64? {
    guard let next = Int64(line) else { return nil }
    return number + next
}

/// The host calls this for every line.
@Export func receive(_ line: UnsafeRawBufferPointer) {
    let line = String(decoding: line, as: UTF8.self)
    guard let number = total(recall(), with: line) else {
        print("expected a number, found '\(line)'")
        return
    }
    remember(number)
    print("the sum is \(number)")
}
