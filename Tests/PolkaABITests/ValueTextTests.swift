// Values as people type them.

import PolkaABI
import Testing

@Suite struct ValueTextTests {
    @Test(arguments: [
        ("100", "100"), ("0x64", "100"), ("1_000", "1000"), ("1e18", "1000000000000000000"), ("1.5e3", "1500"),
        ("1.5ether", "1500000000000000000"), ("2gwei", "2000000000"), ("7wei", "7"), ("0e99", "0"), (" 5 ", "5"),
        ("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "\(U256.max)"),
        ("\(U256.max)", "\(U256.max)"),
    ])
    func numbers(_ text: String, _ value: String) throws {
        #expect(try ABIValue(text, as: .unsigned(bits: 256)).description == value)
    }

    @Test(arguments: [
        "", "-1", "x", "0x", "0xg", "1.5", "1.55e1", "1e", "1e999", "1e78", ".5", "5.", "1 2", "--1", "1,2",
        "\(U256.max)0", "1ether2",
        "0x10000000000000000000000000000000000000000000000000000000000000000", "٣", "+1", "_1",
    ])
    func noNumbers(_ text: String) {
        let error = failure { try ABIValue(text, as: .unsigned(bits: 256)) }
        #expect(error?.kind == .value && error?.expected == "uint256", "\(text)")
    }

    @Test func numbersFitTheirType() throws {
        #expect(
            failure { try ABIValue("256", as: .unsigned(bits: 8)) }?.description
                == "expected uint8, found '256'; the largest is 255")
        #expect(
            failure { try ABIValue("128", as: .signed(bits: 8)) }?.description
                == "expected int8, found '128'; it goes from -128 to 127")
        #expect(try ABIValue("-128", as: .signed(bits: 8)) == .signed(integer: -128))
        #expect(try ABIValue("-128", as: .signed(bits: 8)).description == "-128")
        let lowest = "-57896044618658097711785492504343953926634992332820282019728792003956564819968"
        #expect(try ABIValue(lowest, as: .signed(bits: 256)).description == lowest)
        #expect(failure { try ABIValue(lowest.dropLast() + "9", as: .signed(bits: 256)) } != nil)
    }

    @Test func addressesHaveDigitsOrNames() throws {
        let alice = try #require(Address("0x00000000000000000000000000000000000000aa"))
        #expect(try ABIValue("ALICE", as: .address) { $0 == "ALICE" ? alice : nil } == .address(alice))
        #expect(
            try ABIValue("[ALICE,0x00000000000000000000000000000000000000aa]", as: .array(.address)) { _ in alice }
                == .array([.address(alice), .address(alice)]))
        #expect(failure { try ABIValue("BOB", as: .address) }?.remedy?.contains("name of an account") == true)
        // The checksum of EIP-55, one letter changed.
        #expect(
            try ABIValue("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", as: .address).description
                == "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
        #expect(
            failure { try ABIValue("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", as: .address) }?.remedy?.contains(
                "checksum")
                == true)
    }

    @Test func texts() throws {
        #expect(try ABIValue("a, b", as: .string) == .string("a, b"))
        #expect(try ABIValue("\"a\\n\\\"b\\\"\"", as: .string) == .string("a\n\"b\""))
        #expect(
            try ABIValue("[a b, \"c, d\",]", as: .array(.string))
                == .array([.string("a b"), .string("c, d"), .string("")]))
        #expect(
            failure { try ABIValue("\"a", as: .string) }?.description
                == "expected '\"' at the end of the text, found the end of the text")
        #expect(try ABIValue("0x0aFf", as: .bytes) == .bytes([10, 255]))
        #expect(failure { try ABIValue("0x0af", as: .bytes) }?.expected == "bytes")
        #expect(failure { try ABIValue("0x0af0", as: .fixedBytes(3)) }?.remedy == "write 0x and 6 hexadecimal digits")
        #expect(
            failure { try ABIValue("1", as: .boolean) }?.description == "expected bool, found '1'; write true or false")
    }

    @Test func compounds() throws {
        let type = try ABIType("(uint8 a, bool[2] b, (string c)[] d)")
        let value = try ABIValue("( 1 , [true,false], [(x), (\"y)\")] )", as: type)
        #expect(value.description == "(1, [true, false], [(\"x\"), (\"y)\")])")
        #expect(
            failure { try ABIValue("(1,[true],[])", as: type) }?.description
                == ".b: expected 2 elements of bool, found 1")
        #expect(
            failure { try ABIValue("(1,[true,maybe],[])", as: type) }?.description
                == ".b[1]: expected bool, found 'maybe'; write true or false")
        #expect(failure { try ABIValue("(1,[true,true])", as: type) }?.expected.contains("3 parts") == true)
        #expect(failure { try ABIValue("(1,[true,true],[]) x", as: type) }?.found == "'x' behind it")
        #expect(failure { try ABIValue("5", as: type) }?.found == "'5'")
        let parameters = [ABIParameter("to", .address), ABIParameter("amount", .unsigned(bits: 256))]
        #expect(
            failure { try ABIValue.values(["1"], as: parameters) }?.description
                == "expected 2 arguments (address to, uint256 amount), found 1")
        #expect(
            failure { try ABIValue.values(["0x00000000000000000000000000000000000000aa", "x"], as: parameters) }?
                .description
                == "amount: expected uint256, found 'x'; write a whole number as in 100, 0x64, 1e18 or 1.5ether")
    }
}
