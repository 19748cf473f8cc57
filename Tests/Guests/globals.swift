// Globals and static properties: computed on first use, in the order of use, once per instance of the program.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

nonisolated(unsafe) var order: [UInt64] = []

func noted(_ value: UInt64) -> UInt64 {
    order.append(value)
    return value
}

let constant: UInt64 = 42
nonisolated(unsafe) var variable: UInt64 = 17
let first = noted(1) &+ second
let second = noted(2)
let never = noted(999)
let table: [UInt64] = (0..<64).map { mix($0, 5) }
let names: [StaticString] = ["zero", "one", "größer"]
let closure: @Sendable (UInt64) -> UInt64 = { $0 &* constant }

enum Settings {
    static let limit = noted(3)
    nonisolated(unsafe) static var uses: UInt64 = 0
    static var computed: UInt64 {
        uses &+= 1
        return limit &+ uses
    }
}

struct Registry<Value: BinaryInteger> {
    static var size: UInt64 { UInt64(MemoryLayout<Value>.size) }
}

final class Singleton {
    nonisolated(unsafe) static let shared = Singleton()
    var hits = noted(4)
    private init() {}
    lazy var squares: [UInt64] = {
        _ = noted(5)
        return (0..<10).map { $0 * $0 }
    }()
}

struct Lazy {
    let seed: UInt64
    lazy var value = noted(mix(seed, 6))
}

@c public func run(_ n: UInt64) -> UInt64 {
    // Only the first call of an instance runs initializers, and a result must not depend on which call it is.
    let settled = first &+ Settings.limit &+ Singleton.shared.squares[3] &+ UInt64(order.count > 3 ? 1 : 0)
    let initial = order.prefix(5).reduce(settled, mix)
    order.removeSubrange(5...)
    Settings.uses = 0
    variable = 17
    Singleton.shared.hits = 4
    var sum = mix(initial, n)
    for i in 0..<n {
        var lazily = Lazy(seed: i)
        if i % 3 == 0 { sum = mix(sum, lazily.value &+ lazily.value) }
        variable = variable &* 31 &+ i
        Singleton.shared.hits &+= table[Int(i % 64)]
        sum = mix(sum, variable ^ Settings.computed)
        sum = mix(sum, closure(Singleton.shared.hits) &+ second)
        let name = names[Int(i % 3)]
        sum = mix(sum, UInt64(name.utf8CodeUnitCount) &+ UInt64(name.utf8Start[Int(i) % name.utf8CodeUnitCount]))
        name.withUTF8Buffer { for byte in $0 { sum = mix(sum, UInt64(byte)) } }
        sum = mix(sum, Registry<UInt16>.size &+ Registry<Int128>.size &+ (name.isASCII ? 1 : 0))
    }
    return order.reduce(sum, mix)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
