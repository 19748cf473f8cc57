// Closures: that capture variables and change them, that escape, that make other closures, and functions as values.

func counter(from start: UInt64) -> () -> UInt64 {
    var value = start
    return {
        value = value &* 3 &+ 1
        return value
    }
}

func compose(_ f: @escaping (UInt64) -> UInt64, _ g: @escaping (UInt64) -> UInt64) -> (UInt64) -> UInt64 {
    { g(f($0)) }
}

func double(_ x: UInt64) -> UInt64 { x &+ x }
func square(_ x: UInt64) -> UInt64 { x &* x }

func fold<T>(_ values: [T], _ initial: UInt64, _ combine: (UInt64, T) -> UInt64) -> UInt64 {
    var result = initial
    for value in values { result = combine(result, value) }
    return result
}

struct Button {
    var action: ((UInt64) -> UInt64)?
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    let next = counter(from: n)
    let other = counter(from: 1)
    let functions = [double, square, compose(double, square), compose(square, { $0 ^ n })]
    var button = Button()
    var pressed: UInt64 = 0
    for i in 0..<n {
        sum = mix(sum, next() &+ other())
        sum = mix(sum, functions[Int(i % 4)](sum))
        sum = fold([i, sum, 7], sum) { mix($0, $1 &+ pressed) }
        if i % 2 == 0 {
            button.action = { by in
                pressed &+= by
                return pressed
            }
        } else {
            sum = mix(sum, button.action?(i) ?? 0)
            if i % 7 == 0 { button.action = nil }
        }
        let lazySum = { sum }
        sum = mix(lazySum(), pressed)
    }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
