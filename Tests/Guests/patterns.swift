// Pattern matching in all its places, labels, and the order in which deferred code runs.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

nonisolated(unsafe) var trace: UInt64 = 0

func note(_ value: UInt64) { trace = mix(trace, value) }

enum Token: Equatable {
    case number(UInt64)
    case symbol(UInt8, line: UInt64)
    case pair(UInt64?, Bool)
    case end
}

indirect enum Expression {
    case constant(Int64)
    case add(Expression, Expression)
    case multiply(Expression, Expression)
    case negate(Expression)

    var simplified: Expression {
        switch self {
        case .constant: self
        case .add(.constant(0), let other), .add(let other, .constant(0)): other.simplified
        case .multiply(.constant(0), _), .multiply(_, .constant(0)): .constant(0)
        case .multiply(.constant(1), let other), .multiply(let other, .constant(1)): other.simplified
        case .negate(.negate(let inner)): inner.simplified
        case .negate(.constant(let value)): .constant(0 &- value)
        case .add(let a, let b): .add(a.simplified, b.simplified)
        case .multiply(let a, let b): .multiply(a.simplified, b.simplified)
        case .negate(let a): .negate(a.simplified)
        }
    }

    func hash(_ sum: UInt64) -> UInt64 {
        switch self {
        case .constant(let value): mix(sum, UInt64(bitPattern: value))
        case .add(let a, let b): mix(b.hash(a.hash(sum)), 1)
        case .multiply(let a, let b): mix(b.hash(a.hash(sum)), 2)
        case .negate(let a): mix(a.hash(sum), 3)
        }
    }
}

func build(_ seed: UInt64, _ depth: Int) -> Expression {
    let seed = mix(seed, 1)
    guard depth > 0 else { return .constant(Int64(seed >> 32 % 3)) }
    switch seed >> 32 % 4 {
    case 0: return .add(build(seed, depth - 1), build(seed ^ 1, depth - 2))
    case 1: return .multiply(build(seed, depth - 2), build(seed ^ 1, depth - 1))
    case 2: return .negate(build(seed, depth - 1))
    default: return .negate(.negate(.add(.constant(0), build(seed, depth - 1))))
    }
}

func classify(_ token: Token) -> UInt64 {
    switch token {
    case .number(0): 1
    case .number(let value) where value % 2 == 0: 2 &+ value
    case .number(1..<10): 3
    case .number: 4
    case .symbol(UInt8(ascii: "a")...UInt8(ascii: "z"), let line): 5 &+ line
    case .symbol(let character, line: _): UInt64(character)
    case .pair(let value?, true): value
    case .pair(nil, let flag): flag ? 6 : 7
    case .pair(.some(let value), _): value &* 3
    case .end: 8
    }
}

func point(_ x: Int, _ y: Int) -> UInt64 {
    switch (x, y) {
    case (0, 0): 0
    case (_, 0), (0, _): 1
    case (let x, let y) where x == y: 2
    case (-2...2, -2...2): 3
    case let (x, y): UInt64(bitPattern: Int64(x &* 31 &+ y))
    }
}

func deferred(_ n: UInt64) -> UInt64 {
    note(1)
    defer { note(2) }
    for i in 0..<n {
        defer { note(i) }
        if i == 3 { continue }
        defer { note(100 &+ i) }
        if i == 6 { return trace }
        do {
            defer { note(200) }
            note(300)
        }
    }
    defer { note(4) }
    return trace
}

func search(_ n: UInt64) -> UInt64 {
    var steps: UInt64 = 0
    outer: for a in 1...max(n, 1) {
        inner: for b in a...max(n, a) {
            steps += 1
            if (a * b) % 7 == 6 { continue outer }
            if a * a + b * b == n * n { break outer }
            switch b % 5 {
            case 4: break inner
            case 3: fallthrough
            case 2: steps += 10
            default: continue inner
            }
        }
    }
    repeat { steps += 1 } while steps % 9 != 0
    return steps
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    trace = n
    var tokens: [Token?] = []
    for i in 0..<n {
        let token: Token? =
            switch i % 6 {
            case 0: .number(i)
            case 1: .symbol(UInt8(truncatingIfNeeded: i &* 3), line: i)
            case 2: .pair(i % 4 == 0 ? nil : i, i % 8 < 5)
            case 3: nil
            default: i % 5 == 0 ? .end : .number(i % 12)
            }
        tokens.append(token)
        sum = mix(sum, token.map(classify) ?? 99)
        sum = mix(sum, point(Int(i % 7) - 3, Int(i % 5) - 2))
        sum = mix(sum, search(i % 30))
        sum = mix(sum, deferred(i % 9) &+ trace)
        let expression = build(mix(i, n), Int(i % 9))
        sum = expression.simplified.simplified.hash(expression.hash(sum))
        if case .number(let value)? = token, value > 3 { sum = mix(sum, value) }
        if let token, case .symbol(_, let line) = token { sum = mix(sum, line) }
        guard case .pair(let first, _)? = token, let first else { continue }
        sum = mix(sum, first)
    }
    for case .number(let value)? in tokens where value % 3 == 0 { sum = mix(sum, value) }
    for case let (offset, token?) in tokens.enumerated() { sum = mix(sum, token == .end ? UInt64(offset) : 1) }
    var stack = tokens
    while let last = stack.popLast(), last != .end { sum = mix(sum, 5) }
    let isEmpty = if stack.isEmpty { 1 as UInt64 } else { 2 as UInt64 }
    return mix(sum, isEmpty)
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
