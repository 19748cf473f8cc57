// What `pvm test` runs: each test in an instance of its own.

import PVM
import {{module}}

@Test func distances() {
    #expect(distance(3, 4) == 7)
    #expect(distance(-3, 4) == 7)
    #expect(Place(x: 1, y: 1).distance(to: Place(x: 1, y: 1)) == 0)
}
