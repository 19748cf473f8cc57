// A contract with variables of every kind in storage, at the slots that Solidity gives them.

import Revive

@ContractError enum ShelfError {
    case full(count: UInt64)
}

@Contract final class Shelf {
    @Storage var number: U256
    @Storage var flag: Bool
    @Storage var keeper: Address
    @Storage var tag: Bytes4
    @Storage var signed: Int64
    @Storage var title: Text
    @Storage var counts: Map<Address, U256>
    @Storage var nested: Map<UInt64, Map<Bytes32, Bool>>
    @Storage var list: StorageArray<U256>
    @Storage var blobs: Map<UInt64, Bytes>
    @Storage var tagged: Map<Bytes4, U256>
    @Storage var names: StorageArray<Text>

    @Deploy(.payable) func deploy() {}

    @Call func fill(keeper: Address, title: Text) throws(ShelfError) {
        if list.count > 2 { throw ShelfError.full(count: list.count) }
        number = U256.max - 5
        number += 2
        flag = true
        self.keeper = keeper
        tag = Bytes4(0x0102_0304)
        signed = -2
        self.title = title
        counts[keeper] += 7
        nested[3][Bytes32(5)] = true
        list.append(11)
        list.append(12)
        list[0] = 10
        blobs[1] = title.bytes
    }

    @Call func drop() { list.removeLast() }
    @Call func mark(tag: Bytes4, value: U256) { tagged[tag] = value }
    @Call func push(name: Text) { names.append(name) }
    @Call func pop() { names.removeLast() }
    @Call(.view) func readTitle() -> Text { title }
    @Call(.view) func read() -> (U256, Bool, Address, Bytes4, Int64, Text, U256, Bool, UInt64, Bytes) {
        (
            number, flag, keeper, tag, signed, title, counts[keeper], nested[3][Bytes32(5)], list.count, blobs[1]
        )
    }

    @Receive func receive() {}
    @Fallback(.payable) func other() -> Bytes { Bytes([1, 2, 3]) }
}
