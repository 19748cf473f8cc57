// A contract that returns what it gets, of every type.

import Revive

@Contract enum Echo {
    @Call(.pure) static func numbers(
        a: UInt8, b: UInt16, c: UInt32, d: UInt64, e: UInt128, f: U256
    ) -> (UInt8, UInt16, UInt32, UInt64, UInt128, U256) { (a, b, c, d, e, f) }

    @Call(.pure) static func signed(
        a: Int8, b: Int16, c: Int32, d: Int64, e: Int128, f: I256
    ) -> (Int8, Int16, Int32, Int64, Int128, I256) { (a, b, c, d, e, f) }

    @Call(.pure) static func words(
        a: Bool, b: Address, c: Bytes4, d: FixedBytes<20>, e: Bytes32
    ) -> (Bool, Address, Bytes4, Bytes20, Bytes32) { (a, b, c, d, e) }

    @Call(.pure) static func contents(a: Bytes, b: String, c: UInt8, d: Text) -> (Bytes, String, UInt8, Text) {
        (a, b, c, d)
    }

    @Call(.pure) static func lists(
        a: [U256], b: [Bytes], c: Address, d: [[UInt16]]
    ) -> ([U256], [Bytes], Address, [[UInt16]]) { (a, b, c, d) }
}
