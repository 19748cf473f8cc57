// A small Lisp: reader, closures over environments, tail calls, a prelude in Lisp itself, and errors as values.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

// MARK: Values

/// Names are numbers, so that looking them up compares no text.
typealias Symbol = Int

struct Symbols {
    private var names: [[UInt8]] = []

    mutating func number(of name: [UInt8]) -> Symbol {
        if let found = names.firstIndex(of: name) { return found }
        names.append(name)
        return names.count - 1
    }

    mutating func number(of name: StaticString) -> Symbol { number(of: name.withUTF8Buffer { Array($0) }) }

    func name(_ symbol: Symbol) -> [UInt8] { names[symbol] }
}

final class Pair {
    let head: Value
    var tail: Value
    init(_ head: Value, _ tail: Value) {
        self.head = head
        self.tail = tail
    }
}

final class Environment {
    private var values: [(symbol: Symbol, value: Value)] = []
    private let outer: Environment?
    init(outer: Environment?) { self.outer = outer }

    func find(_ symbol: Symbol) -> Value? {
        var environment: Environment? = self
        while let current = environment {
            if let found = current.values.last(where: { $0.symbol == symbol }) { return found.value }
            environment = current.outer
        }
        return nil
    }

    func define(_ symbol: Symbol, _ value: Value) {
        if let index = values.firstIndex(where: { $0.symbol == symbol }) {
            values[index].value = value
        } else {
            values.append((symbol, value))
        }
    }

    func assign(_ symbol: Symbol, _ value: Value) -> Bool {
        if values.contains(where: { $0.symbol == symbol }) {
            define(symbol, value)
            return true
        }
        return outer?.assign(symbol, value) ?? false
    }
}

final class Closure {
    let parameters: [Symbol]
    let rest: Symbol?
    let body: [Value]
    let environment: Environment
    init(_ parameters: [Symbol], rest: Symbol?, _ body: [Value], _ environment: Environment) {
        self.parameters = parameters
        self.rest = rest
        self.body = body
        self.environment = environment
    }
}

enum Primitive: Int, CaseIterable {
    case add, subtract, multiply, quotient, remainder, less, equal, cons, head, tail, isNull, isPair, same, list

    var name: StaticString {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .quotient: "quotient"
        case .remainder: "remainder"
        case .less: "<"
        case .equal: "="
        case .cons: "cons"
        case .head: "car"
        case .tail: "cdr"
        case .isNull: "null?"
        case .isPair: "pair?"
        case .same: "eq?"
        case .list: "list"
        }
    }
}

enum Value {
    case null
    case bool(Bool)
    case number(Int64)
    case symbol(Symbol)
    case pair(Pair)
    case primitive(Primitive)
    case closure(Closure)

    var isTrue: Bool {
        if case .bool(false) = self { return false }
        return true
    }

    static func list(_ values: some BidirectionalCollection<Value>, tail: Value = .null) -> Value {
        values.reversed().reduce(tail) { .pair(Pair($1, $0)) }
    }

    static func same(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.symbol(let a), .symbol(let b)): a == b
        case (.pair(let a), .pair(let b)): a === b
        case (.primitive(let a), .primitive(let b)): a == b
        case (.closure(let a), .closure(let b)): a === b
        default: false
        }
    }
}

// MARK: Errors

enum LispError: Error {
    case endOfText
    case unexpected(UInt8, at: Int)
    case undefined(Symbol)
    case notAFunction
    case wrongType(Primitive)
    case wrongCount(expected: Int, found: Int)
    case divisionByZero
    case badForm
    case outOfSteps
    case tooDeep

    var code: UInt64 {
        switch self {
        case .endOfText: 1
        case .unexpected(let byte, let offset): UInt64(byte) << 32 | UInt64(offset)
        case .undefined(let symbol): 1000 + UInt64(symbol)
        case .notAFunction: 3
        case .wrongType(let primitive): 100 + UInt64(primitive.rawValue)
        case .wrongCount(let expected, let found): UInt64(expected * 50 + found + 5000)
        case .divisionByZero: 5
        case .badForm: 6
        case .outOfSteps: 7
        case .tooDeep: 8
        }
    }
}

// MARK: Reading

struct Reader {
    private let text: [UInt8]
    private var offset = 0
    private static let ends = [UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'")]
    init(_ text: [UInt8]) { self.text = text }

    mutating func next(_ symbols: inout Symbols) throws(LispError) -> Value? {
        skip()
        return offset < text.count ? try value(&symbols) : nil
    }

    private mutating func skip() {
        while offset < text.count {
            if text[offset] == UInt8(ascii: ";") {
                while offset < text.count, text[offset] != 10 { offset += 1 }
            } else if text[offset] <= 32 {
                offset += 1
            } else {
                return
            }
        }
    }

    private mutating func value(_ symbols: inout Symbols) throws(LispError) -> Value {
        skip()
        guard offset < text.count else { throw .endOfText }
        switch text[offset] {
        case UInt8(ascii: "("):
            offset += 1
            return try list(&symbols)
        case UInt8(ascii: ")"): throw .unexpected(UInt8(ascii: ")"), at: offset)
        case UInt8(ascii: "'"):
            offset += 1
            let quoted = try value(&symbols)
            return .list([.symbol(symbols.number(of: "quote")), quoted])
        default: return atom(&symbols)
        }
    }

    private mutating func list(_ symbols: inout Symbols) throws(LispError) -> Value {
        var values: [Value] = []
        while true {
            skip()
            guard offset < text.count else { throw .endOfText }
            if text[offset] == UInt8(ascii: ")") {
                offset += 1
                return .list(values)
            }
            values.append(try value(&symbols))
        }
    }

    private mutating func atom(_ symbols: inout Symbols) -> Value {
        let start = offset
        while offset < text.count, text[offset] > 32, !Self.ends.contains(text[offset]) { offset += 1 }
        let word = text[start..<offset]
        if word.elementsEqual([UInt8(ascii: "#"), UInt8(ascii: "t")]) { return .bool(true) }
        if word.elementsEqual([UInt8(ascii: "#"), UInt8(ascii: "f")]) { return .bool(false) }
        if let number = Int64(String(decoding: word, as: UTF8.self)) { return .number(number) }
        return .symbol(symbols.number(of: Array(word)))
    }
}

// MARK: Evaluating

struct Interpreter {
    private var symbols = Symbols()
    private let global = Environment(outer: nil)
    private var steps = 0
    private var depth = 0
    private let form: Forms

    /// The symbols that are no functions.
    private struct Forms {
        let quote, condition, lambda, define, assign, begin, bind, dot: Symbol
    }

    init() {
        form = Forms(
            quote: symbols.number(of: "quote"), condition: symbols.number(of: "if"),
            lambda: symbols.number(of: "lambda"), define: symbols.number(of: "define"),
            assign: symbols.number(of: "set!"), begin: symbols.number(of: "begin"), bind: symbols.number(of: "let"),
            dot: symbols.number(of: "."))
        for primitive in Primitive.allCases {
            global.define(symbols.number(of: primitive.name), .primitive(primitive))
        }
    }

    /// The value of the last form of a text.
    mutating func run(_ text: [UInt8]) throws(LispError) -> Value {
        steps = 0
        depth = 0
        var reader = Reader(text)
        var result = Value.null
        while let value = try reader.next(&symbols) { result = try evaluate(value, global) }
        return result
    }

    private func elements(_ list: Value) throws(LispError) -> [Value] {
        var (result, rest) = ([Value](), list)
        while case .pair(let pair) = rest {
            result.append(pair.head)
            rest = pair.tail
        }
        guard case .null = rest else { throw .badForm }
        return result
    }

    private func symbol(_ value: Value) throws(LispError) -> Symbol {
        guard case .symbol(let symbol) = value else { throw .badForm }
        return symbol
    }

    private func closure(_ parameters: Value, _ body: ArraySlice<Value>, _ environment: Environment) throws(LispError)
        -> Value
    {
        var names: [Symbol] = []
        for value in try elements(parameters) { names.append(try symbol(value)) }
        var rest: Symbol?
        if names.count >= 2, names[names.count - 2] == form.dot {
            rest = names.removeLast()
            names.removeLast()
        }
        guard !body.isEmpty else { throw .badForm }
        return .closure(Closure(names, rest: rest, Array(body), environment))
    }

    /// A loop, so that a call in tail position takes no stack.
    private mutating func evaluate(_ value: Value, _ environment: Environment) throws(LispError) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth < 120 else { throw .tooDeep }
        var (value, environment) = (value, environment)
        while true {
            steps += 1
            guard steps < 20_000 else { throw .outOfSteps }
            switch value {
            case .symbol(let symbol):
                guard let found = environment.find(symbol) else { throw .undefined(symbol) }
                return found
            case .pair(let pair):
                let parts = try elements(value)
                if case .symbol(let symbol) = pair.head,
                    let next = try special(symbol, parts, environment)
                {
                    switch next {
                    case .done(let result): return result
                    case .tail(let form, let inner): (value, environment) = (form, inner)
                    }
                    continue
                }
                let function = try evaluate(pair.head, environment)
                var arguments: [Value] = []
                for argument in parts.dropFirst() { arguments.append(try evaluate(argument, environment)) }
                switch function {
                case .primitive(let primitive): return try apply(primitive, arguments)
                case .closure(let closure):
                    environment = try enter(closure, arguments)
                    for form in closure.body.dropLast() { _ = try evaluate(form, environment) }
                    value = closure.body[closure.body.count - 1]
                default: throw .notAFunction
                }
            default: return value
            }
        }
    }

    private enum Next {
        case done(Value)
        case tail(Value, Environment)
    }

    /// A special form; nil if the symbol names none.
    private mutating func special(
        _ symbol: Symbol, _ parts: [Value], _ environment: Environment
    ) throws(LispError) -> Next? {
        switch symbol {
        case form.quote:
            guard parts.count == 2 else { throw .badForm }
            return .done(parts[1])
        case form.condition:
            guard 3...4 ~= parts.count else { throw .badForm }
            if try evaluate(parts[1], environment).isTrue { return .tail(parts[2], environment) }
            return parts.count == 4 ? .tail(parts[3], environment) : .done(.null)
        case form.lambda:
            guard parts.count >= 3 else { throw .badForm }
            return .done(try closure(parts[1], parts[2...], environment))
        case form.define:
            guard parts.count >= 3 else { throw .badForm }
            if case .pair(let signature) = parts[1] {
                environment.define(
                    try self.symbol(signature.head), try closure(signature.tail, parts[2...], environment))
            } else {
                environment.define(try self.symbol(parts[1]), try evaluate(parts[2], environment))
            }
            return .done(.null)
        case form.assign:
            guard parts.count == 3 else { throw .badForm }
            let name = try self.symbol(parts[1])
            guard environment.assign(name, try evaluate(parts[2], environment)) else { throw .undefined(name) }
            return .done(.null)
        case form.begin:
            guard let last = parts.dropFirst().last else { return .done(.null) }
            for part in parts.dropFirst().dropLast() { _ = try evaluate(part, environment) }
            return .tail(last, environment)
        case form.bind:
            guard parts.count >= 3, let last = parts.last else { throw .badForm }
            let inner = Environment(outer: environment)
            for binding in try elements(parts[1]) {
                let pair = try elements(binding)
                guard pair.count == 2 else { throw .badForm }
                inner.define(try self.symbol(pair[0]), try evaluate(pair[1], environment))
            }
            for part in parts[2...].dropLast() { _ = try evaluate(part, inner) }
            return .tail(last, inner)
        default: return nil
        }
    }

    private func enter(_ closure: Closure, _ arguments: [Value]) throws(LispError) -> Environment {
        let count = closure.parameters.count
        guard arguments.count == count || closure.rest != nil && arguments.count > count else {
            throw .wrongCount(expected: count, found: arguments.count)
        }
        let environment = Environment(outer: closure.environment)
        for (symbol, value) in zip(closure.parameters, arguments) { environment.define(symbol, value) }
        if let rest = closure.rest { environment.define(rest, .list(arguments[count...])) }
        return environment
    }

    private func apply(_ primitive: Primitive, _ arguments: [Value]) throws(LispError) -> Value {
        func number(_ index: Int) throws(LispError) -> Int64 {
            guard index < arguments.count, case .number(let number) = arguments[index] else {
                throw .wrongType(primitive)
            }
            return number
        }
        func pair() throws(LispError) -> Pair {
            guard case .pair(let pair)? = arguments.first else { throw .wrongType(primitive) }
            return pair
        }
        func fold(_ start: Int64, _ operation: (Int64, Int64) -> Int64) throws(LispError) -> Value {
            var result = start
            for index in arguments.indices { result = operation(result, try number(index)) }
            return .number(result)
        }
        switch primitive {
        case .add: return try fold(0, &+)
        case .multiply: return try fold(1, &*)
        case .subtract: return .number(arguments.count == 1 ? 0 &- (try number(0)) : try number(0) &- (try number(1)))
        case .quotient, .remainder:
            let (dividend, divisor) = (try number(0), try number(1))
            guard divisor != 0 else { throw .divisionByZero }
            return .number(
                primitive == .quotient
                    ? dividend.dividedReportingOverflow(by: divisor).partialValue
                    : dividend.remainderReportingOverflow(dividingBy: divisor).partialValue)
        case .less: return .bool(try number(0) < number(1))
        case .equal: return .bool(try number(0) == number(1))
        case .cons:
            guard arguments.count == 2 else { throw .wrongType(primitive) }
            return .pair(Pair(arguments[0], arguments[1]))
        case .head: return try pair().head
        case .tail: return try pair().tail
        case .isNull:
            if case .null? = arguments.first { return .bool(true) }
            return .bool(false)
        case .isPair:
            if case .pair? = arguments.first { return .bool(true) }
            return .bool(false)
        case .same:
            guard arguments.count == 2 else { throw .wrongType(primitive) }
            return .bool(Value.same(arguments[0], arguments[1]))
        case .list: return .list(arguments)
        }
    }

    // MARK: Writing

    func write(_ value: Value, to text: inout [UInt8]) {
        switch value {
        case .null: text.append(contentsOf: "()".utf8)
        case .bool(let value): text.append(contentsOf: (value ? "#t" : "#f").utf8)
        case .number(let number): text.append(contentsOf: String(number).utf8)
        case .symbol(let symbol): text.append(contentsOf: symbols.name(symbol))
        case .primitive: text.append(contentsOf: "#primitive".utf8)
        case .closure: text.append(contentsOf: "#closure".utf8)
        case .pair(let first):
            text.append(UInt8(ascii: "("))
            write(first.head, to: &text)
            var rest = first.tail
            while case .pair(let pair) = rest {
                text.append(UInt8(ascii: " "))
                write(pair.head, to: &text)
                rest = pair.tail
            }
            if case .null = rest {
            } else {
                text.append(contentsOf: " . ".utf8)
                write(rest, to: &text)
            }
            text.append(UInt8(ascii: ")"))
        }
    }
}

// MARK: Programs

let prelude = """
    (define (not x) (if x #f #t))
    (define (map f l) (if (null? l) l (cons (f (car l)) (map f (cdr l)))))
    (define (filter p l) (if (null? l) l (if (p (car l)) (cons (car l) (filter p (cdr l))) (filter p (cdr l)))))
    (define (fold f x l) (if (null? l) x (fold f (f x (car l)) (cdr l))))
    (define (reverse l) (fold (lambda (r x) (cons x r)) '() l))
    (define (append a b) (if (null? a) b (cons (car a) (append (cdr a) b))))
    (define (range a b) (let ((r '())) (begin (define (go i) (if (< i b) (begin (set! r (cons i r)) (go (+ i 1))) r))
      (reverse (go a)))))
    (define (sort l) ; quicksort
      (if (null? l) l
        (let ((p (car l)) (r (cdr l)))
          (append (sort (filter (lambda (x) (< x p)) r)) (cons p (sort (filter (lambda (x) (not (< x p))) r)))))))
    """

/// Programs; N stands for a number.
let programs = [
    "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib (remainder N 12))",
    "(define (loop i s) (if (= i 0) s (loop (- i 1) (+ s (* i i))))) (loop (* 10 N) 0)",
    "(sort (map (lambda (x) (remainder (* x 7919) 101)) (range 0 (remainder N 25))))",
    """
    (define (counter) (let ((c 0)) (lambda () (set! c (+ c N)) c)))
    (define a (counter)) (define b (counter))
    (list (a) (a) (b))
    """,
    "((lambda (x . rest) (cons x (reverse rest))) 1 2 N 'four '(5 . 6) #t #f)",
    """
    (define (even? n) (if (= n 0) #t (odd? (- n 1))))
    (define (odd? n) (if (= n 0) #f (even? (- n 1))))
    (even? (* N 3))
    """,
    """
    (define (y f) ((lambda (x) (x x)) (lambda (x) (f (lambda (v) ((x x) v))))))
    (define (step self) (lambda (n) (if (< n 2) 1 (* n (self (- n 1))))))
    ((y step) (remainder N 20))
    """,
    "(list map car '(a (b . c)) (quotient -7 2) (remainder -7 2) 'x)", "(quotient N 0)", "(undefined-name)", "(1 2)",
    "(car '())",
    "((lambda (x) x))", "(let ((x)) x)", "(", ")", "(define (forever) (forever)) (forever)",
    "(define (deep n) (+ 1 (deep n))) (deep 0)",
    "(eq? 'a 'a) ; true", "(eq? '(1) '(1))",
]

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var interpreter = Interpreter()
    do throws(LispError) {
        _ = try interpreter.run(Array(prelude.utf8))
        // The sum of the numbers below 10, whatever native Swift says.
        guard case .number(45) = try interpreter.run(Array("(fold + 0 (reverse (range 0 10)))".utf8)) else { return 0 }
        for i in 0..<n {
            let number = Array(String(i).utf8)
            let program = programs[Int(i) % programs.count].utf8.flatMap { $0 == UInt8(ascii: "N") ? number : [$0] }
            do throws(LispError) {
                var text: [UInt8] = []
                let value = try interpreter.run(program)
                interpreter.write(value, to: &text)
                sum = text.reduce(sum) { mix($0, UInt64($1)) }
            } catch {
                sum = mix(sum, error.code)
            }
        }
    } catch {
        return 0
    }
    return sum
}

#if hasFeature(Embedded)
// Evaluating is recursive.
@section(".polkavm_min_stack_size") @used
let stackSize: UInt32 = 1_048_576

// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
