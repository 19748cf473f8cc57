// A place in data whose value depends on the layout.

/// What to write at an offset of a data section once addresses are known (linker.md 13).
struct DataRelocation: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        /// The address of a place: a data address, or the code address of a block.
        case address(Address)
        /// The address of a place in data, plus a multiple of 2^32: what else a program keeps in the same word.
        case taggedAddress(Location, tag: Int64)
        /// A number that does not depend on the layout.
        case number(Int64)
        /// `target - origin`, between places in data.
        case difference(target: Location, origin: Location)
        /// The code address of a block, minus the address of the table in which it is stored.
        case codeTableEntry(BlockID, base: Location)
    }

    let offset: Int
    /// 1, 2, 4 or 8.
    let byteCount: Int
    let value: Value
}
