// Calls of the host, declared in Swift. The host provides the same functions as for imports.c.

#if hasFeature(Embedded)
@_extern(c, "host_nothing") func hostNothing() -> UInt64
@_extern(c, "host_add") func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64
@_extern(c, "host_notify") func hostNotify(_ a: UInt64)

// The import records, as Guest/README.md has them.
@section(".pvm.imports") @used
let nothingImport: (UInt16, UInt8, UInt8, UInt32, UInt32, InlineArray<12, UInt8>) = (
    1, 0, 1, 0xffff_ffff, 12, [0x68, 0x6f, 0x73, 0x74, 0x5f, 0x6e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67]
)
@section(".pvm.imports") @used
let addImport: (UInt16, UInt8, UInt8, UInt32, UInt32, InlineArray<8, UInt8>) = (
    1, 2, 1, 0xffff_ffff, 8, [0x68, 0x6f, 0x73, 0x74, 0x5f, 0x61, 0x64, 0x64]
)
@section(".pvm.imports") @used
let notifyImport: (UInt16, UInt8, UInt8, UInt32, UInt32, InlineArray<11, UInt8>) = (
    1, 1, 0, 0xffff_ffff, 11, [0x68, 0x6f, 0x73, 0x74, 0x5f, 0x6e, 0x6f, 0x74, 0x69, 0x66, 0x79]
)
#else
func hostNothing() -> UInt64 { 7 }
func hostAdd(_ a: UInt64, _ b: UInt64) -> UInt64 { a &+ b }
func hostNotify(_ a: UInt64) {}
#endif

func fibonacci(_ n: UInt64) -> UInt64 { n < 2 ? n : hostAdd(fibonacci(n - 1), fibonacci(n - 2)) }

func apply(_ values: [UInt64], _ function: (UInt64, UInt64) -> UInt64) -> UInt64 { values.reduce(1, function) }

func mix(_ sum: UInt64, _ value: UInt64) -> UInt64 {
    let product = (sum ^ value) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
}

@c public func run(_ n: UInt64) -> UInt64 {
    var sum = fibonacci(n % 12)
    for i in 0..<n {
        sum = mix(sum, hostNothing() &+ i)
        sum = mix(sum, hostAdd(hostAdd(sum, 1), hostAdd(i, i)))
        sum = mix(sum, apply([i, sum, 3], hostAdd))
        hostNotify(sum)
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
