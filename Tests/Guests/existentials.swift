// Values whose type is known when the program runs: protocols of classes, casts, generic subclasses; and those whose
// type only the compiler knows.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

protocol Account: AnyObject {
    var balance: UInt64 { get set }
    func monthlyFee() -> UInt64
}

protocol Audited: AnyObject {
    var log: [UInt64] { get }
}

extension Account {
    func charge() { balance &-= min(balance, monthlyFee()) }
}

class Basic: Account {
    var balance: UInt64
    init(_ balance: UInt64) { self.balance = balance }
    func monthlyFee() -> UInt64 { 3 }
}

final class Premium: Basic, Audited {
    private(set) var log: [UInt64] = []
    override var balance: UInt64 {
        didSet { log.append(oldValue) }
    }
    override func monthlyFee() -> UInt64 { balance / 100 }
}

final class Frozen: Account, Audited {
    var balance: UInt64 = 1
    var log: [UInt64] { [balance] }
    func monthlyFee() -> UInt64 { 0 }
}

// Generic classes, and a subclass that fixes the parameter.

class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
    func weight() -> UInt64 { UInt64(MemoryLayout<Value>.size) }
}

class Labelled<Value>: Box<Value> {
    let label: UInt64
    init(_ value: Value, label: UInt64) {
        self.label = label
        super.init(value)
    }
    override func weight() -> UInt64 { super.weight() &* 10 &+ label }
}

final class Counter: Labelled<UInt32> {
    override func weight() -> UInt64 { super.weight() ^ UInt64(value) }
    func increment() { value &+= 1 }
}

// What only the compiler knows.

protocol Sampler {
    associatedtype Sample: FixedWidthInteger
    mutating func sample() -> Sample
}

struct Ramp: Sampler {
    var next: UInt16
    mutating func sample() -> UInt16 {
        next &+= 1000
        return next
    }
}

struct Noise: Sampler {
    var state: UInt64
    mutating func sample() -> UInt64 {
        state = mix(state, 1)
        return state
    }
}

func sampler(_ seed: UInt64) -> some Sampler { Noise(state: seed) }

func collect(_ sampler: some Sampler, _ count: UInt64) -> UInt64 {
    var sampler = sampler
    return (0..<count).reduce(0) { sum, _ in mix(sum, UInt64(truncatingIfNeeded: sampler.sample())) }
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var accounts: [any Account] = []
    var boxes: [Box<UInt32>] = []
    for i in 0..<n {
        switch i % 3 {
        case 0: accounts.append(Basic(i * 10))
        case 1: accounts.append(Premium(i * 1000))
        default: accounts.append(Frozen())
        }
        for account in accounts.suffix(5) {
            account.charge()
            sum = mix(sum, account.balance)
        }
        if let premium = accounts[Int(i / 2)] as? Premium {
            sum = mix(sum, UInt64(premium.log.count) &+ premium.log.reduce(0, &+))
        }
        if let basic = accounts[Int(i / 3)] as? Basic { sum = mix(sum, basic.monthlyFee()) }
        switch i % 4 {
        case 0: boxes.append(Box(UInt32(i)))
        case 1: boxes.append(Labelled(UInt32(i), label: i))
        default: boxes.append(Counter(7, label: i))
        }
        let box = boxes[Int(i / 2)]
        (box as? Counter)?.increment()
        sum = mix(sum, box.weight() &+ (box is Labelled<UInt32> ? 1 : 0))
        let object: AnyObject = box
        sum = mix(sum, object === boxes[0] ? 1 : 2)
        if let counter = object as? Counter { sum = mix(sum, UInt64(counter.value)) }
        let audited: any (Account & Audited) = i % 2 == 0 ? Frozen() : Premium(i)
        audited.balance &+= 5
        sum = mix(sum, audited.log.reduce(i, mix))
    }
    sum = mix(sum, collect(sampler(n), n % 10))
    return mix(sum, collect(Ramp(next: UInt16(truncatingIfNeeded: n)), n % 10))
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
