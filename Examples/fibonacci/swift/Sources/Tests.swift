// What `pvm test` runs: each test in an instance of its own.

import PVM

@Test func firstNumbers() {
    var n: UInt64 = 0
    for number: UInt64 in [0, 1, 1, 2, 3, 5, 8, 13, 21, 34] {
        #expect(fibonacci(n) == number)
        n += 1
    }
}

@Test func lastThatFits() {
    #expect(fibonacci(93) == 12_200_160_415_121_876_738)
    // The next one is 19740274219868223167, of which 2^64 is lost.
    #expect(fibonacci(94) == 1_293_530_146_158_671_551)
}
