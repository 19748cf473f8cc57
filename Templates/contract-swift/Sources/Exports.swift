// What the host can call: one record per function.
//
// `pvm build` finds the records in the section ".pvm.exports". A record holds the function and its signature in registers: how
// many parameters go in, whether a result comes out (0 or 1). Then come the version of the record, always 1, and the name,
// as its length and its bytes in ASCII.

typealias Export<Function, let length: Int> = (
    function: Function, inputs: UInt8, outputs: UInt8, version: UInt16, length: UInt32, name: InlineArray<length, UInt8>
)

// deploy
@section(".pvm.exports") @used
private let deployExport: Export<@convention(c) () -> Void, 6> = (
    function: deploy, inputs: 0, outputs: 0, version: 1, length: 6,
    name: [0x64, 0x65, 0x70, 0x6c, 0x6f, 0x79]
)

// call
@section(".pvm.exports") @used
private let callExport: Export<@convention(c) () -> UInt64, 4> = (
    function: call, inputs: 0, outputs: 1, version: 1, length: 4,
    name: [0x63, 0x61, 0x6c, 0x6c]
)

// get
@section(".pvm.exports") @used
private let getExport: Export<@convention(c) () -> UInt64, 3> = (
    function: get, inputs: 0, outputs: 1, version: 1, length: 3,
    name: [0x67, 0x65, 0x74]
)

// testCounting
@section(".pvm.exports") @used
private let testCountingExport: Export<@convention(c) () -> Void, 12> = (
    function: testCounting, inputs: 0, outputs: 0, version: 1, length: 12,
    name: [0x74, 0x65, 0x73, 0x74, 0x43, 0x6f, 0x75, 0x6e, 0x74, 0x69, 0x6e, 0x67]
)
