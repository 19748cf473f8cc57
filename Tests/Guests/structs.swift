// Structs, nested and with methods, copied when they are passed on.

struct Point: Equatable {
    var x: Int32
    var y: Int32
    mutating func turn(by quarter: Int32) { (x, y) = (y &+ quarter, 0 &- x) }
    static func + (left: Point, right: Point) -> Point { Point(x: left.x &+ right.x, y: left.y &+ right.y) }
}

struct Line {
    var from: Point
    var to: Point
    var width: UInt8
    var length: UInt64 {
        let x = Int64(to.x) - Int64(from.x), y = Int64(to.y) - Int64(from.y)
        return UInt64(bitPattern: x &* x &+ y &* y)
    }
    subscript(index: UInt64) -> Point {
        get { index % 2 == 0 ? from : to }
        set { if index % 2 == 0 { from = newValue } else { to = newValue } }
    }
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var line = Line(from: Point(x: 1, y: 2), to: Point(x: 3, y: 4), width: 1)
    var sum = n
    for i in 0..<n {
        let before = line
        line[i].turn(by: Int32(truncatingIfNeeded: i))
        line.width &+= 3
        line[i + 1] = line.from + Point(x: Int32(truncatingIfNeeded: i & 0xff), y: 1)
        sum = mix(sum, line.length &+ UInt64(line.width))
        sum = mix(sum, before.from == line.from ? 1 : before.length)
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
