// Tests of what needs no host.

import PVM

@Test func addsUp() {
    expect(total(0, with: "3") == 3)
    expect(total(3, with: "-10") == -7)
}

@Test func wordsAreNoNumbers() {
    expect(total(3, with: "three") == nil)
    expect(total(3, with: "") == nil)
}
