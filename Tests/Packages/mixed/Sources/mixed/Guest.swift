// C from Swift, through a library in Swift: structs, enumerations, callbacks, inline functions, and types that do not escape.

import CDigest
import Varint

@c public func run(_ n: UInt64) -> UInt64 {
    var bytes: [UInt8] = []
    for i in 0..<n { encode(digest_rotated(i &* 0x1234_5678_9abc, Int32(i % 64)) >> (i % 60), to: &bytes) }
    var fast = digest(DIGEST_FAST, seed: n)
    var slow = digest(DIGEST_SLOW, seed: n)
    fast.add(bytes)
    var window = Window<UInt32>(limit: 5)
    var sum: UInt64 = 0
    do throws(Truncated) {
        var reader = Reader(bytes.span)
        while !reader.isAtEnd {
            let number = try reader.number()
            sum = sum &* 31 &+ UInt64(window.add(UInt32(truncatingIfNeeded: number)))
            var ahead = reader.rest(first: 3)
            sum ^= (try? ahead.number()) ?? 99
            withUnsafeMutablePointer(to: &sum) { context in
                digest_each_bit(number, { $0?.assumingMemoryBound(to: UInt64.self).pointee &+= UInt64($1) }, context)
            }
        }
        _ = try reader.number()
        return 0
    } catch {
        withUnsafeBytes(of: sum.littleEndian) { digest_add(&slow, $0.baseAddress, $0.count) }
    }
    return digest_finish(&fast) ^ digest_finish(&slow) ^ UInt64(fast.length) << 32
}

#if hasFeature(Embedded)
// The export record, as Guest/README.md has it.
@section(".pvm.exports") @used
let runExport: (@convention(c) (UInt64) -> UInt64, UInt8, UInt8, UInt16, UInt32, InlineArray<3, UInt8>) = (
    run, 1, 1, 1, 3, [0x72, 0x75, 0x6e]
)
#else
/// Natively a program: prints `run` of each argument.
@main enum Program {
    static func main() {
        for argument in CommandLine.arguments.dropFirst() { print(run(UInt64(argument) ?? 0)) }
    }
}
#endif
