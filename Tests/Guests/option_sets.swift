// Option sets, raw values, all cases, and bits taken for something else.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

struct Rights: OptionSet, Hashable {
    let rawValue: UInt16
    static let read = Rights(rawValue: 1 << 0)
    static let write = Rights(rawValue: 1 << 1)
    static let execute = Rights(rawValue: 1 << 2)
    static let all: Rights = [.read, .write, .execute]
}

enum Planet: UInt8, CaseIterable, Comparable {
    case mercury = 1, venus, earth, mars
    case pluto = 200
    static func < (a: Planet, b: Planet) -> Bool { a.rawValue < b.rawValue }
    var next: Planet { Planet(rawValue: rawValue &+ 1) ?? .mercury }
}

enum Direction: CaseIterable {
    case north, east, south, west
    var turned: Direction {
        let all = Self.allCases
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + 1) % all.count]
    }
}

struct Color: RawRepresentable, Equatable {
    var rawValue: UInt32
    var red: UInt8 {
        get { UInt8(truncatingIfNeeded: rawValue >> 16) }
        set { rawValue = rawValue & 0xff_00ff_ff | UInt32(newValue) << 16 }
    }
}

/// A layout with holes.
struct Padded {
    var a: UInt8 = 1
    var b: UInt32 = 2
    var c: (UInt8, UInt16) = (3, 4)
    var d: UInt64? = nil
    var e: Bool? = true
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    var rights: Rights = []
    var color = Color(rawValue: 0x12_3456)
    var direction = Direction.north
    var planet = Planet.earth
    for i in 0..<n {
        let single = Rights(rawValue: 1 << UInt16(i % 4))
        let (inserted, member) = rights.insert(single)
        sum = mix(sum, (inserted ? 1 : 0) &+ UInt64(member.rawValue))
        if i % 3 == 0 { rights.formSymmetricDifference([.write, .execute]) }
        if i % 5 == 0 { rights.subtract(.read) }
        sum = mix(sum, UInt64(rights.rawValue) &+ (rights.isSuperset(of: .all) ? 50 : 0) &+ (rights.isEmpty ? 7 : 0))
        sum = mix(sum, UInt64((rights.union(single).intersection(.all)).rawValue) &+ (rights.contains(.read) ? 1 : 0))
        color.red &+= 77
        color.rawValue = color.rawValue &* 5
        sum = mix(sum, UInt64(color.rawValue) &+ (color == Color(rawValue: 0) ? 1 : 0))
        direction = i % 3 == 0 ? direction : direction.turned
        sum = mix(sum, direction == .south ? 3 : 4)
        planet = planet.next
        sum = mix(sum, UInt64(planet.rawValue) &+ (planet < .mars ? 1 : 0))
        sum = mix(sum, UInt64(Planet(rawValue: UInt8(truncatingIfNeeded: i))?.next.rawValue ?? 33))

        let word = mix(i, n)
        let pair = unsafeBitCast(word, to: (UInt32, UInt32).self)
        sum = mix(sum, UInt64(pair.0) &+ UInt64(pair.1) &* 3)
        sum = mix(
            sum, UInt64(Float(bitPattern: pair.0).bitPattern) ^ UInt64(bitPattern: Int64(Int32(bitPattern: pair.1))))
        sum = withUnsafeBytes(of: word.bigEndian) { bytes in bytes.reduce(sum) { mix($0, UInt64($1)) } }
        var padded = Padded()
        padded.d = i % 2 == 0 ? i : nil
        padded.e = i % 3 == 0 ? nil : i % 3 == 1
        sum = withUnsafeBytes(of: &padded) { bytes in
            mix(
                sum,
                UInt64(bytes.load(fromByteOffset: 4, as: UInt32.self))
                    &+ bytes.load(fromByteOffset: 16, as: UInt64.self))
        }
    }
    let allPlanets = Planet.allCases.max().map { UInt64($0.rawValue) } ?? 0
    sum = mix(sum, allPlanets &+ UInt64(Direction.allCases.count))
    for size in [
        MemoryLayout<Padded>.size, MemoryLayout<Padded>.stride, MemoryLayout<Padded>.alignment,
        MemoryLayout<UInt64?>.size,
        MemoryLayout<Planet?>.size, MemoryLayout<Direction>.size, MemoryLayout<Bool??>.size,
        MemoryLayout<(UInt8, UInt32)>.size,
    ] { sum = mix(sum, UInt64(size)) }
    return sum
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
