// What `pvm test` runs: each test in an instance of its own.

import PVM

@Test func fibonacciNumbers() {
    #expect(fibonacci(0) == 0)
    #expect(fibonacci(1) == 1)
    #expect(fibonacci(90) == 2_880_067_194_370_816_120)
}
