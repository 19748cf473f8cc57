// A game as bytes, to be played on in another process, on another backend: what the host keeps for it, and a snapshot of its
// instance.
//
// Little-endian, version 1; a text is its length, 4 bytes, and its bytes of UTF-8, and so is what is in a file:
//
//     8          "PVMDOOM" and a zero
//     4          version
//     8          bytes of the whole
//     text, 32   name and hash of the data
//     8, 8       tics, pictures
//     8          milliseconds that the clock is ahead of the tics, signed
//     4          keys that the game has not heard of yet; each 2: the key, and 0x100 if it went down
//     4          files that are saved in memory, ascending; each name and contents
//     4          names that files got, ascending; each a text
//     4          files that are open, by number; each 1: 0 none, 1 the data, 2 read, then contents, 3 written, then name, contents
//     4, …       the snapshot's length and bytes
//     32         BLAKE2b-256 of all before

public import PolkaVM

/// What decides how a game goes on, on whatever it is played.
package struct GameState: Equatable {
    package var dataName: String
    package var dataHash: ContentHash
    package var host: GameHost.State
    package var snapshot: [UInt8]

    private static let magic = Array("PVMDOOM\0".utf8)
    private static let version: UInt32 = 1
    /// A thousand years.
    package static let mostTics: UInt64 = 1 << 40
    private static let lengthRange = 12..<20

    package init(dataName: String, dataHash: ContentHash, host: GameHost.State, snapshot: [UInt8]) {
        self.dataName = dataName
        self.dataHash = dataHash
        self.host = host
        self.snapshot = snapshot
    }

    // MARK: Writing

    package var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(little: Self.version)
        bytes.append(little: UInt64(0))
        bytes.append(text: dataName)
        bytes += dataHash.bytes
        bytes.append(little: host.tics)
        bytes.append(little: host.pictures)
        bytes.append(little: host.clockLead)
        bytes.append(little: UInt32(host.keys.count))
        for key in host.keys { bytes.append(little: UInt16(truncatingIfNeeded: key.code)) }
        let files = host.files
        bytes.append(little: UInt32(files.saved.count))
        for (name, contents) in files.saved.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: name)
            bytes.append(counted: contents)
        }
        bytes.append(little: UInt32(files.names.count))
        for name in files.names.sorted() { bytes.append(text: name) }
        bytes.append(little: UInt32(files.open.count))
        for file in files.open {
            switch file {
            case nil: bytes.append(0)
            case .data: bytes.append(1)
            case .reading(let contents):
                bytes.append(2)
                bytes.append(counted: contents)
            case .writing(let name, let contents):
                bytes.append(3)
                bytes.append(text: name)
                bytes.append(counted: contents)
            }
        }
        bytes.append(counted: snapshot)
        return Self.sealed(bytes)
    }

    /// Puts in the length, and the checksum behind.
    package static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var length: [UInt8] = []
        length.append(little: UInt64(bytes.count + ContentHash.byteCount))
        bytes.replaceSubrange(lengthRange, with: length)
        return bytes + ContentHash(of: bytes).bytes
    }

    // MARK: Reading

    /// Reads what `bytes` wrote, and makes sure that a game can be in such a state.
    ///
    /// The snapshot is checked by whoever restores it.
    package init(parsing bytes: [UInt8]) throws(GameStateError) {
        var reader = StateReader(bytes, end: bytes.count)
        guard bytes.prefix(Self.magic.count).elementsEqual(Self.magic.prefix(bytes.count)), !bytes.isEmpty else {
            throw .notAState
        }
        guard bytes.count >= Self.lengthRange.upperBound else { throw .truncated(byteCount: bytes.count) }
        _ = try reader.bytes(Self.magic.count)
        let version: UInt32 = try reader.integer()
        guard version == Self.version else { throw .unknownVersion(found: version, expected: Self.version) }
        let length: UInt64 = try reader.integer()
        guard length <= UInt64(bytes.count) else { throw .truncated(byteCount: bytes.count) }
        let end = bytes.count - ContentHash.byteCount
        guard length == UInt64(bytes.count), end >= reader.offset,
            ContentHash(of: Array(bytes[..<end])) == ContentHash(stored: bytes[end...])
        else { throw .damaged }

        reader = StateReader(bytes, from: reader.offset, end: end)
        dataName = try reader.text()
        guard let hash = ContentHash(stored: try reader.bytes(ContentHash.byteCount)) else { throw .damaged }
        dataHash = hash
        host = try Self.host(&reader)
        snapshot = try reader.counted()
        guard reader.remaining == 0 else { throw reader.malformed("\(reader.remaining) bytes behind the snapshot") }
    }

    private static func host(_ reader: inout StateReader) throws(GameStateError) -> GameHost.State {
        let tics: UInt64 = try reader.integer()
        let pictures: UInt64 = try reader.integer()
        let clockLead: Int64 = try reader.integer()
        guard tics <= mostTics, pictures <= mostTics, clockLead <= Int64(mostTics),
            clockLead >= -Int64(GameHost.milliseconds(ofTics: tics))
        else { throw reader.malformed("tics, pictures or a clock that no game reaches") }
        var keys: [KeyEvent] = []
        for _ in 0..<(try reader.integer() as UInt32) {
            let code: UInt16 = try reader.integer()
            guard code >> 9 == 0 else { throw reader.malformed("the key \(code); keys are 0 to 511") }
            keys.append(KeyEvent(Key(rawValue: UInt8(code & 0xff)), isDown: code >> 8 == 1))
        }
        return GameHost.State(
            tics: tics, pictures: pictures, clockLead: clockLead, keys: keys, files: try files(&reader))
    }

    private static func files(_ reader: inout StateReader) throws(GameStateError) -> GameFiles.State {
        var files = GameFiles.State()
        var last = ""
        for _ in 0..<(try reader.integer() as UInt32) {
            last = try reader.fileName(after: last)
            files.saved[last] = try reader.fileContents()
        }
        last = ""
        for _ in 0..<(try reader.integer() as UInt32) {
            guard files.names.count < GameFiles.mostNames else { throw reader.malformed("too many names of files") }
            last = try reader.fileName(after: last)
            files.names.insert(last)
        }
        for _ in 0..<(try reader.integer() as UInt32) {
            guard files.open.count < GameFiles.mostOpenFiles else { throw reader.malformed("too many open files") }
            switch try reader.integer() as UInt8 {
            case 0: files.open.append(nil)
            case 1: files.open.append(.data)
            case 2: files.open.append(.reading(try reader.fileContents()))
            case 3: files.open.append(.writing(try reader.fileName(), try reader.fileContents()))
            case let kind: throw reader.malformed("an open file of kind \(kind); kinds are 0 to 3")
            }
        }
        return files
    }
}

/// A state that can not be played on.
public enum GameStateError: Error, Equatable, CustomStringConvertible {
    /// The bytes are something else.
    case notAState
    case unknownVersion(found: UInt32, expected: UInt32)
    /// The bytes end too soon.
    case truncated(byteCount: Int)
    /// The bytes are not those that were written.
    case damaged
    /// No game is in such a state.
    case malformed(offset: Int, problem: String)
    /// The game was played with other data.
    case otherData(found: String, expected: String)
    /// The snapshot in it is refused: of another program, for instance.
    case snapshot(SnapshotError)

    public var description: String {
        switch self {
        case .notAState:
            "not a game's state: it does not begin with 'PVMDOOM'"
        case .unknownVersion(let found, let expected):
            "a state of version \(found), and this program reads version \(expected); save it again"
        case .truncated(let count):
            "the state is cut off: it has \(count) bytes and would have more"
        case .damaged:
            "the state is damaged: its checksum is not that of its bytes"
        case .malformed(let offset, let problem):
            "offset \(offset): \(problem)"
        case .otherData(let found, let expected) where found == expected:
            "the game was played with a \(expected) of other contents; give that one with --data"
        case .otherData(let found, let expected):
            "the game was played with \(expected), and the data is \(found); give that one with --data"
        case .snapshot(let error):
            error.description
        }
    }
}

/// Reads a state from front to back.
private struct StateReader {
    private let all: [UInt8]
    private let end: Int
    private(set) var offset: Int

    init(_ bytes: [UInt8], from offset: Int = 0, end: Int) {
        all = bytes
        self.offset = offset
        self.end = end
    }

    var remaining: Int { end - offset }

    func malformed(_ problem: String) -> GameStateError { .malformed(offset: offset, problem: problem) }

    mutating func bytes(_ count: Int) throws(GameStateError) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw malformed("\(count) bytes expected, and there are \(remaining)") }
        defer { offset += count }
        return all[offset..<(offset + count)]
    }

    mutating func integer<T: FixedWidthInteger>() throws(GameStateError) -> T {
        try bytes(MemoryLayout<T>.size).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    mutating func counted() throws(GameStateError) -> [UInt8] { Array(try bytes(Int(try integer() as UInt32))) }

    mutating func text() throws(GameStateError) -> String { String(decoding: try counted(), as: UTF8.self) }

    mutating func fileName(after last: String = "") throws(GameStateError) -> String {
        let name = try text()
        guard GameFiles.isName(name) else { throw malformed("'\(name)' is no name of a file") }
        guard name > last else { throw malformed("the name '\(name)' does not follow '\(last)'") }
        return name
    }

    mutating func fileContents() throws(GameStateError) -> [UInt8] {
        let contents = try counted()
        guard contents.count <= GameFiles.largestFile else {
            throw malformed("a file of \(contents.count) bytes; up to \(GameFiles.largestFile) can be saved")
        }
        return contents
    }
}

extension [UInt8] {
    fileprivate mutating func append<T: FixedWidthInteger>(little value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(counted bytes: [UInt8]) {
        append(little: UInt32(bytes.count))
        append(contentsOf: bytes)
    }

    fileprivate mutating func append(text: String) { append(counted: Array(text.utf8)) }
}
