// What `pvm test` runs: each test in an instance of its own.

import PVM

@Test func counting() {
    deploy()
    #expect(get() == 0)
    #expect(call() == 1)
    #expect(call() == 2)
    #expect(get() == 2)
}
