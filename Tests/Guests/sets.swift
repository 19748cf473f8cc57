// Sets and dictionaries of numbers and of our own keys. Their order is not specified, so sums do not depend on it.

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

struct Position: Hashable {
    var x: Int32
    var y: Int32
}

enum Tile: Hashable {
    case empty
    case wall(UInt8)
    case door(Position, locked: Bool)
}

func total(_ values: some Sequence<UInt64>) -> UInt64 { values.reduce(0) { $0 &+ mix(1, $1) } }

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = n
    let threes = Set(stride(from: 0, to: n, by: 3))
    let fives = Set(stride(from: 0, to: n, by: 5))
    sum = mix(sum, total(threes.union(fives)))
    sum = mix(sum, total(threes.intersection(fives)))
    sum = mix(sum, total(threes.symmetricDifference(fives)))
    sum = mix(sum, total(threes.subtracting(fives)))
    let fifteens = Set(stride(from: 0, to: n, by: 15))
    sum = mix(sum, (fifteens.isSubset(of: threes) ? 1 : 0) + (threes.isSuperset(of: fives) ? 2 : 0))
    sum = mix(sum, (threes == fives ? 1 : 0) + (threes.isDisjoint(with: [1, 2]) ? 2 : 0))
    sum = mix(sum, UInt64(threes.filter { $0 % 2 == 0 }.count))

    var map: [Position: Tile] = [:]
    for i in 0..<n {
        let position = Position(x: Int32(i % 13), y: Int32(i / 13 % 17))
        switch i % 4 {
        case 0: map[position] = .wall(UInt8(truncatingIfNeeded: i))
        case 1: map[position] = .door(position, locked: i % 8 == 1)
        case 2: map[position, default: .empty] = .empty
        default: map[Position(x: position.y, y: position.x)] = nil
        }
    }
    for (position, tile) in map.sorted(by: { ($0.key.y, $0.key.x) < ($1.key.y, $1.key.x) }) {
        sum = mix(sum, UInt64(position.x) << 32 | UInt64(position.y))
        switch tile {
        case .empty: sum = mix(sum, 1)
        case .wall(let height): sum = mix(sum, UInt64(height))
        case .door(let other, let locked): sum = mix(sum, UInt64(other.x) &+ (locked ? 100 : 0))
        }
    }
    sum = mix(sum, UInt64(Set(map.values).count))

    var counts = Dictionary(grouping: 0..<n) { $0 % 7 }.mapValues { UInt64($0.count) }
    for (key, value) in [3: 100, 99: 1] as [UInt64: UInt64] { counts[key, default: 1] &*= value }
    sum = mix(sum, counts.keys.sorted().reduce(0) { mix($0, $1 &+ counts[$1, default: 5]) })
    counts.removeValue(forKey: 3)
    for key in counts.keys where key % 2 == 0 { counts[key] = nil }
    sum = mix(sum, total(counts.values))
    let pairs = Dictionary(uniqueKeysWithValues: (0..<n % 100).map { ($0 * 3, mix($0, 4) % 64) })
    sum = mix(sum, pairs.reduce(0) { $0 &+ mix($1.key, $1.value) })
    let odd = pairs.filter { $0.value % 2 == 1 }.compactMapValues { $0 > 20 ? $0 : nil }
    sum = mix(sum, UInt64(odd.count) &+ total(odd.values))

    var large: [UInt64: UInt64] = [:]
    for i in 0..<n { large[mix(i, 3)] = i }
    for i in 0..<n where i % 3 != 0 { large.removeValue(forKey: mix(i, 3)) }
    for i in 0..<n { sum = mix(sum, large[mix(i, 3)] ?? 77) }
    return mix(sum, large.isEmpty ? 1 : UInt64(large.count))
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#endif
