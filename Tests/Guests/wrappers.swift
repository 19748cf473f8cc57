// Property wrappers, result builders, dynamic members, callable values, autoclosures, subscripts of every sort.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@propertyWrapper struct Clamped {
    private var value: UInt64
    private let range: ClosedRange<UInt64>
    private(set) var projectedValue = false

    init(wrappedValue: UInt64, _ range: ClosedRange<UInt64>) {
        self.range = range
        value = range.lowerBound
        self.wrappedValue = wrappedValue
    }

    var wrappedValue: UInt64 {
        get { value }
        set {
            value = min(max(newValue, range.lowerBound), range.upperBound)
            projectedValue = value != newValue
        }
    }
}

@propertyWrapper final class Recorded<Value> {
    private(set) var history: [Value] = []
    var wrappedValue: Value {
        didSet { history.append(oldValue) }
    }
    var projectedValue: Recorded<Value> { self }
    init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

struct Player {
    @Clamped(0...100) var health = 250
    @Recorded var position: UInt64 = 1
    @Recorded @Even var nested: UInt64 = 3
}

@propertyWrapper struct Even {
    private var half: UInt64
    init(wrappedValue: UInt64) { half = wrappedValue / 2 }
    var wrappedValue: UInt64 {
        get { half * 2 }
        set { half = newValue / 2 }
    }
}

indirect enum Markup {
    case number(UInt64)
    case group([Markup])

    func hash(_ sum: UInt64) -> UInt64 {
        switch self {
        case .number(let value): mix(sum, value)
        case .group(let children): children.reduce(mix(sum, UInt64(children.count))) { $1.hash($0) }
        }
    }
}

@resultBuilder enum MarkupBuilder {
    static func buildExpression(_ value: UInt64) -> [Markup] { [.number(value)] }
    static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
    static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
    static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [.number(404)] }
    static func buildEither(first part: [Markup]) -> [Markup] { [.group(part)] }
    static func buildEither(second part: [Markup]) -> [Markup] { part }
    static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
    static func buildFinalResult(_ parts: [Markup]) -> Markup { .group(parts) }
}

func group(@MarkupBuilder _ content: () -> Markup) -> Markup { content() }

@dynamicMemberLookup struct Bits {
    var raw: UInt64
    subscript(dynamicMember name: StaticString) -> Bool {
        get { raw >> index(name) & 1 == 1 }
        set { raw = newValue ? raw | 1 << index(name) : raw & ~(1 << index(name)) }
    }
    private func index(_ name: StaticString) -> UInt64 { UInt64(name.utf8Start[0]) % 64 }
}

@dynamicCallable struct Polynomial {
    let x: UInt64
    func dynamicallyCall(withArguments coefficients: [UInt64]) -> UInt64 {
        coefficients.reduce(0) { $0 &* x &+ $1 }
    }
}

struct Adder {
    let amount: UInt64
    func callAsFunction(_ value: UInt64, times: UInt64 = 1) -> UInt64 { value &+ amount &* times }
}

struct Grid {
    private var cells = [UInt64](repeating: 0, count: 16)
    subscript(row: Int, column: Int) -> UInt64 {
        get { cells[row * 4 + column] }
        _modify { yield &cells[row * 4 + column] }
    }
    subscript(row row: Int) -> ArraySlice<UInt64> {
        get { cells[row * 4..<row * 4 + 4] }
        set { cells.replaceSubrange(row * 4..<row * 4 + 4, with: newValue) }
    }
    static subscript(n: UInt64) -> UInt64 { n * 3 }
}

func when(_ condition: Bool, _ value: @autoclosure () -> UInt64) -> UInt64 { condition ? value() : 0 }

func sum(_ values: UInt64..., start: UInt64) -> UInt64 { values.reduce(start, mix) }

func increment(_ value: inout UInt64, by amount: UInt64 = 3) { value &+= amount }

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var player = Player()
    var bits = Bits(raw: n)
    var grid = Grid()
    var evaluations: UInt64 = 0
    func expensive() -> UInt64 {
        evaluations += 1
        return evaluations
    }
    for i in 0..<n {
        player.health = player.health &+ i &* 3 &- 20
        sum = mix(sum, player.health &+ (player.$health ? 1000 : 0))
        player.position ^= i
        player.nested = i % 12
        sum = mix(sum, player.nested &+ UInt64(player.$position.history.count))
        let markup = group {
            i
            if i % 3 == 0 { i &* 2 }
            if i % 2 == 0 {
                UInt64(1)
                sum
            } else {
                group { UInt64(7) }
            }
            for j in 0..<i % 4 { j }
        }
        sum = markup.hash(sum)
        bits.alpha.toggle()
        bits.beta = i % 5 < 2
        sum = mix(sum, bits.raw &+ (bits.gamma ? 1 : 0))
        sum = mix(sum, Polynomial(x: i)(3, 2, 1) &+ Adder(amount: i)(sum) &+ Adder(amount: 2)(1, times: i))
        grid[Int(i % 4), Int(i / 4 % 4)] &+= i
        increment(&grid[1, 2])
        swap(&bits.raw, &sum)
        grid[row: 3] = grid[row: Int(i % 3)]
        sum = grid[row: 3].reduce(sum, mix) &+ Grid[i]
        sum = mix(sum, when(i % 3 == 1, expensive()))
    }
    return Program.total(sum, evaluations)
}

enum Program {
    static func total(_ a: UInt64, _ b: UInt64) -> UInt64 { sum(a, b, 5, start: 1) }
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
