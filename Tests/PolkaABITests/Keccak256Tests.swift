import PolkaABI
import Testing

@Suite struct Keccak256Tests {
    /// The hashes of the empty string, of "abc" (Keccak team's known answers) and selectors that everybody knows.
    @Test func knownAnswers() {
        #expect(
            Hex.text(Keccak256.hash([])) == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(
            Hex.text(Keccak256.hash("abc".utf8))
                == "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
        #expect(Keccak256.selector(of: "transfer(address,uint256)") == 0xa905_9cbb)
        #expect(Keccak256.selector(of: "balanceOf(address)") == 0x70a0_8231)
    }

    /// The examples of EIP-55.
    @Test(arguments: [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ])
    func checksums(_ text: String) {
        #expect(Address(text)?.description == text)
        #expect(Address(text.lowercased())?.description == text)
        #expect(Address(text.replacing("a", with: "A")) == nil || !text.contains("a"))
    }
}
