// What the host can call: one record per function.
//
// `pvm build` finds the records in the section ".pvm.exports". A record holds the function and its signature in registers: how
// many parameters go in, whether a result comes out (0 or 1). Then come the version of the record, always 1, and the name,
// as its length and its bytes in ASCII.

typealias Export<Function, let length: Int> = (
    function: Function, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<length, UInt8>
)

// fibonacci
@section(".pvm.exports") @used
private let fibonacciExport: Export<@convention(c) (UInt64) -> UInt64, 9> = (
    function: fibonacci, inputs: 1, outputs: 1, version: 1, length: 9,
    name: [0x66, 0x69, 0x62, 0x6f, 0x6e, 0x61, 0x63, 0x63, 0x69]
)

// testFibonacci
@section(".pvm.exports") @used
private let testFibonacciExport: Export<@convention(c) () -> Void, 13> = (
    function: testFibonacci, inputs: 0, outputs: 0, version: 1, length: 13,
    name: [0x74, 0x65, 0x73, 0x74, 0x46, 0x69, 0x62, 0x6f, 0x6e, 0x61, 0x63, 0x63, 0x69]
)
