// Storage as Solidity lays it out: values by their slot, what is in maps by the hash of key and slot. Slots and values are
// big-endian, so tools that read the storage of contracts read these. Each value has a slot of its own.

/// A place in storage: 32 bytes.
public struct Slot: Sendable {
    @usableFromInline var word: Word

    @inlinable @inline(__always)
    init(word: Word) { self.word = word }

    /// The slot of a variable of the contract.
    @inlinable @inline(__always)
    public init(_ number: UInt64) { word = Word(bigEndian: number) }

    /// The word there, zeros if nothing is.
    @inlinable @inline(__always)
    public func load() -> Word {
        var key = word
        return Word(from: { Host.getStorageOrZero(flags: 0, key: &key, output: $0) })
    }

    /// Stores a word; zeros remove it.
    @inlinable @inline(__always)
    public func store(_ value: Word) {
        var key = word
        var value = value
        _ = Host.setStorageOrClear(flags: 0, key: &key, value: &value)
    }

    /// The slot of what a map at this slot has under a key.
    ///
    /// The key is hashed as call data has it, fixed bytes at the front of the word, although storage has them at its end.
    @inlinable @inline(__always)
    func entry(_ key: some WordValue) -> Slot {
        var pair = (key.word, word)
        return Slot(word: Word(from: { Host.hashKeccak256(input: &pair, inputLength: 64, output: $0) }))
    }

    /// The slot at which the contents of something of any length begin.
    @inlinable @inline(__always)
    func contents() -> U256 {
        var word = word
        return Word(keccakOf: &word, count: 32).number
    }
}

/// A value that storage can hold.
public protocol StorageValue {
    /// Reads the value at a slot.
    static func load(from slot: Slot) -> Self
    /// Writes the value to a slot.
    func store(to slot: Slot)
    /// Removes the value at a slot, with all that lies elsewhere because of it.
    static func remove(from slot: Slot)
}

extension StorageValue {
    @inlinable @inline(__always)
    public static func remove(from slot: Slot) { slot.store(.zero) }
}

/// What stands for a part of storage itself: a map, an array.
public protocol StorageReference {
    init(slot: Slot)
}

extension WordValue {
    @inlinable @inline(__always)
    public static func load(from slot: Slot) -> Self { Self(storageWord: slot.load()) }
    @inlinable @inline(__always)
    public func store(to slot: Slot) { slot.store(storageWord) }
}

/// A place in storage for a value.
public struct Stored<Value: StorageValue>: Sendable {
    /// Where the value is.
    public let slot: Slot

    @inlinable @inline(__always)
    public init(slot: Slot) { self.slot = slot }

    @inlinable
    public var value: Value {
        @inline(__always) get { Value.load(from: slot) }
        @inline(__always) nonmutating set { newValue.store(to: slot) }
        @inline(__always) nonmutating _modify {
            var value = Value.load(from: slot)
            yield &value
            value.store(to: slot)
        }
    }
}

/// Values under keys: Solidity's `mapping`.
///
/// What was never stored is zero.
public struct Map<Key: WordValue, Value>: StorageReference, Sendable {
    /// The map's own slot.
    public let slot: Slot

    @inlinable @inline(__always)
    public init(slot: Slot) { self.slot = slot }
}

extension Map where Value: StorageValue {
    /// The value under a key.
    ///
    /// An operator such as `+=` computes the place once.
    @inlinable
    public subscript(key: Key) -> Value {
        @inline(__always) get { at(key).value }
        @inline(__always) nonmutating set { at(key).value = newValue }
        @inline(__always) nonmutating _modify {
            let place = at(key)
            var value = place.value
            yield &value
            place.value = value
        }
    }

    /// The place of a key's value, to read and write it with one computation of where it is.
    @inlinable @inline(__always)
    public func at(_ key: Key) -> Stored<Value> { Stored(slot: slot.entry(key)) }
}

extension Map where Value: StorageReference {
    /// What is under a key.
    @inlinable
    public subscript(key: Key) -> Value {
        @inline(__always) get { Value(slot: slot.entry(key)) }
    }
}

/// Values one behind the other: Solidity's dynamic array, of types that fill a slot each.
public struct StorageArray<Element>: StorageReference, Sendable {
    /// The slot of the number of elements.
    public let slot: Slot

    @inlinable @inline(__always)
    public init(slot: Slot) { self.slot = slot }

    /// How many elements there are.
    @inlinable public var count: UInt64 { UInt64.load(from: slot) }

    @inlinable
    func place(_ index: UInt64) -> Slot {
        if index >= count { revert(panic: 0x32) }
        return Slot(word: Word(bigEndian: slot.contents() &+ U256(limbs: index)))
    }
}

extension StorageArray where Element: StorageValue {
    /// The element at an index; reverts with Solidity's panic 0x32 if there is none.
    @inlinable
    public subscript(index: UInt64) -> Element {
        get { Element.load(from: place(index)) }
        nonmutating set { newValue.store(to: place(index)) }
    }

    /// Puts an element behind the last; returns its index.
    @inlinable @discardableResult
    public func append(_ element: Element) -> UInt64 {
        let index = count
        (index + 1).store(to: slot)
        element.store(to: Slot(word: Word(bigEndian: slot.contents() &+ U256(limbs: index))))
        return index
    }

    /// Removes the last element; reverts with Solidity's panic 0x31 if there is none.
    @inlinable
    public func removeLast() {
        let count = count
        if count == 0 { revert(panic: 0x31) }
        Element.remove(from: place(count - 1))
        (count - 1).store(to: slot)
    }
}

// MARK: Bytes and text

extension Bytes: StorageValue {
    /// Up to 31 bytes are in the slot, with twice their number in its last byte; more lie behind the hash of the slot.
    ///
    /// Reverts with Solidity's panic 0x22 if the slot has neither form.
    public static func load(from slot: Slot) -> Bytes {
        let word = slot.load()
        let mark = word.p3.byteSwapped
        // Neither this nor Solidity writes a mark that says otherwise; code that shares the storage may.
        if mark & 1 == 0 {
            let count = Int(mark & 0xff) / 2
            if count > 31 { revert(panic: 0x22) }
            let memory = Memory.allocate(32)
            word.store(at: memory)
            return Bytes(unsafe: memory, count: count)
        }
        let count = Int(truncatingIfNeeded: mark / 2)
        if count < 32 { revert(panic: 0x22) }
        let memory = Memory.allocate(count + 31)
        var place = slot.contents()
        var offset = 0
        while offset < count {
            Slot(word: Word(bigEndian: place)).load().store(at: memory + offset)
            place = place &+ 1
            offset += 32
        }
        return Bytes(unsafe: memory, count: count)
    }

    public static func remove(from slot: Slot) { Bytes().store(to: slot) }

    /// Stores the bytes; slots that more bytes have filled before are cleared.
    public func store(to slot: Slot) {
        let mark = slot.load().p3.byteSwapped
        let old = mark & 1 == 0 ? 0 : Int(truncatingIfNeeded: mark / 2)
        // The bytes with zeros behind them.
        let memory = Memory.allocate(count + 32)
        Memory.copy(base, to: memory, count)
        var new = 0
        if count < 32 {
            var word = Word(at: memory)
            word.p3 |= UInt64(truncatingIfNeeded: 2 * count) << 56
            slot.store(word)
            if old == 0 { return }
        } else {
            slot.store(Word(bigEndian: UInt64(truncatingIfNeeded: 2 * count + 1)))
            new = count
        }
        var place = slot.contents()
        var offset = 0
        while offset < max(old, new) {
            Slot(word: Word(bigEndian: place)).store(offset < new ? Word(at: memory + offset) : .zero)
            place = place &+ 1
            offset += 32
        }
    }
}

extension Text: StorageValue {
    @inlinable public static func load(from slot: Slot) -> Text { Text(Bytes.load(from: slot)) }
    @inlinable public func store(to slot: Slot) { bytes.store(to: slot) }
    @inlinable public static func remove(from slot: Slot) { Bytes.remove(from: slot) }
}

extension String: StorageValue {
    @inlinable public static func load(from slot: Slot) -> String { Text.load(from: slot).description }
    @inlinable public func store(to slot: Slot) { Text(self).store(to: slot) }
    @inlinable public static func remove(from slot: Slot) { Bytes.remove(from: slot) }
}
