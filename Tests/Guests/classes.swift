// Classes: inheritance, overriding, deinitializers in the right order, a linked list, reference counts.

nonisolated(unsafe) var deinitialized: UInt64 = 0

class Shape {
    var side: UInt64
    init(side: UInt64) { self.side = side }
    func area() -> UInt64 { side }
    var name: UInt64 { 1 }
    deinit { deinitialized = deinitialized &* 31 &+ side }
}

class Square: Shape {
    override func area() -> UInt64 { side &* side }
    override var name: UInt64 { 2 }
    deinit { deinitialized = deinitialized &* 7 &+ 1 }
}

final class Cube: Square {
    override func area() -> UInt64 { super.area() &* 6 }
    override var name: UInt64 { super.name &+ 10 }
}

final class Node {
    let value: UInt64
    var next: Node?
    unowned(unsafe) var owner: Shape?
    init(_ value: UInt64, _ next: Node?, _ owner: Shape?) {
        self.value = value
        self.next = next
        self.owner = owner
    }
    deinit { deinitialized = deinitialized ^ value &* 3 }
}

func make(_ kind: UInt64, _ side: UInt64) -> Shape {
    switch kind {
    case 0: Shape(side: side)
    case 1: Square(side: side)
    default: Cube(side: side)
    }
}

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    deinitialized = 0
    var list: Node?
    let kept = make(1, 5)
    for i in 0..<n {
        let shape = make(i % 3, i)
        sum = mix(sum, shape.area() &+ shape.name)
        if let cube = shape as? Cube { sum = mix(sum, cube.side) }
        sum = mix(sum, shape is Square ? 1 : 2)
        list = Node(sum, list, kept)
        if i % 4 == 3 { list = list?.next?.next }
        var node = list
        var steps: UInt64 = 0
        while let current = node, steps < 20 {
            sum = mix(sum, current.value &+ (current.owner?.side ?? 0))
            node = current.next
            steps += 1
        }
        sum = mix(sum, deinitialized &+ (kept === shape ? 1 : 0))
    }
    // A long list would end recursively; this takes it apart one by one.
    while let node = list { list = node.next }
    return mix(sum, deinitialized)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
