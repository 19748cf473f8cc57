// Optional and Result: mapping, chaining, unwrapping, errors of known type through generic code.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

enum Fault: Error, Equatable {
    case negative
    case tooLarge(UInt64)
    case nested(code: UInt8, depth: UInt64)
}

struct Rejected: Error {
    let at: UInt64
}

func check(_ value: Int64) throws(Fault) -> UInt64 {
    guard value >= 0 else { throw .negative }
    guard value < 1_000_000 else { throw .tooLarge(UInt64(value)) }
    return UInt64(value)
}

func deep(_ depth: UInt64) throws(Fault) -> UInt64 {
    defer { unwound &+= 1 }
    guard depth > 0 else { throw .nested(code: 7, depth: unwound) }
    return try deep(depth - 1) &+ 1
}

nonisolated(unsafe) var unwound: UInt64 = 0

/// Passes on the error of what it is given, whichever type that has.
func mapAll<T, U, E: Error>(_ values: [T], _ transform: (T) throws(E) -> U) throws(E) -> [U] {
    var result: [U] = []
    for value in values { result.append(try transform(value)) }
    return result
}

func translated<T>(_ body: () throws(Fault) -> T) throws(Rejected) -> T {
    do {
        return try body()
    } catch .tooLarge(let value) {
        throw Rejected(at: value)
    } catch .nested(let code, let depth) where code == 7 {
        throw Rejected(at: depth)
    } catch {
        throw Rejected(at: 0)
    }
}

func code(_ fault: Fault) -> UInt64 {
    switch fault {
    case .negative: 1
    case .tooLarge(let value): value &+ 2
    case .nested(let code, let depth): UInt64(code) << 8 &+ depth
    }
}

final class Node {
    var next: Node?
    var value: UInt64
    init(_ value: UInt64, _ next: Node?) {
        self.value = value
        self.next = next
    }
    func doubled() -> UInt64? { value % 2 == 0 ? value * 2 : nil }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var list: Node?
    unwound = 0
    for i in 0..<n {
        let value = Int64(bitPattern: mix(i, n)) >> Int64(i % 64)
        let result = Result<UInt64, Fault> { () throws(Fault) in try check(value) }
        switch result {
        case .success(let value): sum = mix(sum, value)
        case .failure(let fault): sum = mix(sum, code(fault))
        }
        let mapped = result.map { $0 &* 3 }.flatMap { $0 % 2 == 0 ? .success($0) : .failure(.negative) }
        sum = mix(sum, (try? mapped.get()) ?? 5)
        sum = mix(sum, mapped == .failure(.negative) ? 1 : 2)
        if case .failure(let rejected) = result.mapError({ Rejected(at: code($0)) }) { sum = mix(sum, rejected.at) }

        do throws(Fault) {
            sum = mix(sum, try mapAll([Int64(i), value, 3], check).reduce(0, &+))
            sum = mix(sum, try deep(i % 20))
        } catch {
            sum = mix(sum, code(error))
        }
        do throws(Rejected) {
            sum = mix(sum, try translated { () throws(Fault) in try deep(i % 5) })
        } catch {
            sum = mix(sum, error.at)
        }
        // A transform that does not throw makes a function that does not either.
        sum = mix(sum, mapAll([i, 2, 3]) { mix($0, 1) }[1])

        list = Node(i, i % 7 == 6 ? nil : list)
        list?.next?.value &+= 1
        sum = mix(sum, list?.next?.next?.doubled() ?? 11)
        sum = mix(sum, (list?.doubled()).map { $0 + 1 } ?? 0)
        let text: String? = i % 3 == 0 ? nil : String(i)
        sum = mix(sum, text.flatMap { UInt64($0) } ?? 13)
        let nested: UInt64?? = i % 3 == 0 ? .none : .some(i % 2 == 0 ? nil : i)
        sum = mix(sum, nested == nil ? 1 : (nested ?? nil) == nil ? 2 : 3)
        var optional: [UInt64]? = i % 2 == 0 ? [1, 2, i] : nil
        optional?.append(4)
        optional?[0] += i
        sum = mix(sum, optional?.reduce(0, mix) ?? 17)
        if let first = optional?.first, let last = optional?.last, first > last { sum = mix(sum, first) }
    }
    return mix(sum, unwound)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
