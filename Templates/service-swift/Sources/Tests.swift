// What `pvm test` runs: each test in an instance of its own.

import PVM

@Test func refining() {
    let numbers: [UInt64] = [1, 2, 39]
    let sum = numbers.withUnsafeBytes { refine($0).load(as: UInt64.self) }
    #expect(sum == 42)
    #expect(refine(UnsafeRawBufferPointer(start: nil, count: 0)).count == 8)
}

@Test func accumulating() {
    let result: UInt64 = 42
    for _ in 0..<2 {
        let output = withUnsafeBytes(of: result) { accumulate($0).count }
        #expect(output == 8)
    }
    #expect(total == 84)
}
