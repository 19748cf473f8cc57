// JAM's standard program, which `.jam` files hold: code, data and the sizes of memory, in one go (blob-format.md 6).
//
// It has no names: hosts enter the code at fixed offsets, and the code calls them by number. It does not say which version
// of the instruction set its bytes mean either, so whoever runs it must know (`CodeMap.agreeing`).

public import PolkaISA

/// A program as services and authorizers of JAM are stored, without the metadata in front of it.
public struct StandardProgram: Sendable, Equatable {
    /// Read-only data, all of it, less than 2^24 bytes.
    public var readOnlyData: [UInt8]
    /// Read-write data, less than 2^24 bytes; zeros follow up to the end of its last page.
    public var readWriteData: [UInt8]
    /// Pages of zeros behind the read-write data.
    public var heapPages: UInt16
    /// Size of the stack, in bytes, less than 2^24.
    public var stackSize: UInt32
    /// The instructions and the jump table.
    public var code: CodeMap

    /// Makes a program of its parts.
    public init(
        readOnlyData: [UInt8] = [], readWriteData: [UInt8] = [], heapPages: UInt16 = 0, stackSize: UInt32 = 0,
        code: CodeMap
    ) {
        self.readOnlyData = readOnlyData
        self.readWriteData = readWriteData
        self.heapPages = heapPages
        self.stackSize = stackSize
        self.code = code
    }

    /// Bytes of a page.
    public static let pageSize: UInt32 = 4096
    /// The area for arguments, in bytes; at the same time the most bytes of arguments.
    public static let argumentAreaSize: UInt32 = 1 << 24
    /// The first size that the fields for data and stack do not hold.
    static let sizeLimit = 1 << 24
    /// Of a field for a size, of the field for pages, of the field for the length of the code.
    private static let sizeBytes = 3
    private static let pageCountBytes = 2
    private static let codeLengthBytes = 4
    /// Bytes before the data.
    package static let headerByteCount = 3 * sizeBytes + pageCountBytes

    /// The entry points that JAM calls, with their code offsets (host-api.md 2.1): the slots of a dispatch table.
    public static let entries: [(name: String, codeOffset: UInt32)] = [
        ("refine", 0), ("is_authorized", 0), ("accumulate", 5),
    ]

    // MARK: Bytes

    /// Reads a standard program; the input must be consumed exactly.
    ///
    /// Takes time and memory linear in the input.
    ///
    /// - Throws: `BlobError` with the offset where a rule is broken.
    public init(parsing bytes: [UInt8]) throws(BlobError) {
        var reader = ByteReader(bytes)
        let readOnlySize = Int(try reader.integer(Self.sizeBytes, "size of read-only data"))
        let readWriteSize = Int(try reader.integer(Self.sizeBytes, "size of read-write data"))
        heapPages = UInt16(truncatingIfNeeded: try reader.integer(Self.pageCountBytes, "number of heap pages"))
        stackSize = UInt32(truncatingIfNeeded: try reader.integer(Self.sizeBytes, "size of the stack"))
        readOnlyData = try reader.take(readOnlySize, "read-only data")
        readWriteData = try reader.take(readWriteSize, "read-write data")
        let lengthOffset = reader.offset
        let codeLength = Int(try reader.integer(Self.codeLengthBytes, "length of the code"))
        guard codeLength >= reader.remaining else {
            throw BlobError(
                .trailingBytes(what: "the code", count: reader.remaining - codeLength), at: reader.offset + codeLength)
        }
        guard codeLength == reader.remaining else {
            throw BlobError(
                .truncated(what: "the code", needed: codeLength, available: reader.remaining), at: lengthOffset)
        }
        code = try CodeMap.read(&reader)
        guard memoryMap != nil else {
            throw BlobError(
                .memoryTooLarge(
                    readOnly: readOnlyData.count, readWrite: UInt64(readWriteData.count), heapPages: heapPages,
                    stack: stackSize), at: 0)
        }
    }

    /// The program as bytes.
    public func serialized() -> [UInt8] {
        let program = code.rawProgram
        var out: [UInt8] = []
        out.reserveCapacity(
            Self.headerByteCount + readOnlyData.count + readWriteData.count + Self.codeLengthBytes + program.count)
        ByteWriter.append(UInt64(readOnlyData.count), count: Self.sizeBytes, to: &out)
        ByteWriter.append(UInt64(readWriteData.count), count: Self.sizeBytes, to: &out)
        ByteWriter.append(UInt64(heapPages), count: Self.pageCountBytes, to: &out)
        ByteWriter.append(UInt64(stackSize), count: Self.sizeBytes, to: &out)
        out += readOnlyData
        out += readWriteData
        ByteWriter.append(UInt64(program.count), count: Self.codeLengthBytes, to: &out)
        return out + program
    }

    // MARK: Memory

    /// Bytes from the start of the read-write data to the end of the heap pages; not rounded if there are none.
    var readWriteSize: UInt32 {
        let stored = UInt32(readWriteData.count)
        return heapPages == 0 ? stored : Self.rounded(stored) + UInt32(heapPages) * Self.pageSize
    }

    /// The program's address space with room for arguments, nil if it does not fit into 32 bits.
    public var memoryMap: MemoryMap? {
        MemoryMap(
            readOnlyDataSize: UInt32(readOnlyData.count), readWriteDataSize: readWriteSize, stackSize: stackSize,
            auxiliarySize: Self.argumentAreaSize, pageSize: Self.pageSize)
    }

    static func rounded(_ size: UInt32) -> UInt32 { (size + pageSize - 1) / pageSize * pageSize }
}

extension BlobError.Kind {
    /// What a memory that does not fit consists of.
    static func memoryTooLarge(
        readOnly: Int, readWrite: UInt64, heapPages: UInt16, stack: UInt32
    ) -> Self {
        .memoryTooLarge(
            "\(readOnly) bytes of read-only data, \(readWrite) of read-write data, \(heapPages) heap pages and \(stack)"
                + " bytes of stack")
    }
}

// MARK: From and to containers (blob-format.md 7)

/// Why a program of a container has no standard program; everything that is in the way.
public struct ConversionError: Error, Equatable, CustomStringConvertible {
    /// Something that a standard program can not hold.
    public enum Problem: Equatable, Sendable {
        /// A size that its field does not hold.
        case tooLarge(what: String, size: UInt64, limit: UInt64)
        /// An instruction that means something else, or nothing, in the instruction set of the target.
        case instruction(mnemonic: String, codeOffset: Int, in: InstructionSet)
        /// The zones do not fit into 32 bits together with the area for arguments.
        case memory
    }

    /// All that stands in the way.
    public let problems: [Problem]

    /// All problems, one after the other.
    public var description: String {
        problems.map { problem in
            switch problem {
            case .tooLarge(let what, let size, let limit):
                "\(what): \(size), and a standard program holds at most \(limit); make it smaller"
            case .instruction(let mnemonic, let codeOffset, let set):
                "code offset \(codeOffset): '\(mnemonic)' has another meaning, or none, in \(set.name); link with"
                    + " --isa \(set.name)"
            case .memory:
                "data and stack do not fit into 32 bits of addresses beside 16 MiB for arguments; make them smaller"
            }
        }.joined(separator: "\n")
    }
}

extension StandardProgram {
    /// Makes a standard program of a container's program; its names of exports and imports go.
    ///
    /// Entry points must be at the offsets that JAM calls, and host calls have JAM's numbers, already.
    ///
    /// - Parameters:
    ///   - blob: the program.
    ///   - sets: what its code will be taken for; each instruction must mean the same in all of them.
    ///   - heapPages: pages of zeros to add behind the read-write data.
    /// - Throws: `ConversionError` with everything that a standard program has no room for.
    public init(
        _ blob: Blob, for sets: [InstructionSet], heapPages: UInt16 = 0
    ) throws(ConversionError) {
        var problems: [ConversionError.Problem] = []
        func check(_ size: UInt64, _ limit: Int, _ what: String) {
            if size >= UInt64(limit) {
                problems.append(.tooLarge(what: what, size: size, limit: UInt64(limit - 1)))
            }
        }
        check(UInt64(blob.readOnlyDataSize), Self.sizeLimit, "bytes of read-only data")
        check(UInt64(blob.readWriteData.count), Self.sizeLimit, "stored bytes of read-write data")
        check(UInt64(blob.stackSize), Self.sizeLimit, "bytes of stack")
        let page = UInt64(Self.pageSize)
        func pages(_ size: UInt64) -> UInt64 { (size + page - 1) / page }
        let zeros = pages(UInt64(blob.readWriteDataSize)) - pages(UInt64(blob.readWriteData.count))
        check(zeros + UInt64(heapPages), 1 << 16, "pages of zeros behind the read-write data")
        for set in sets {
            if let found = blob.code.firstDifference(between: blob.instructionSet, and: set) {
                problems.append(.instruction(mnemonic: found.mnemonic, codeOffset: found.codeOffset, in: set))
            }
        }
        let hasMap =
            MemoryMap(
                readOnlyDataSize: blob.readOnlyDataSize,
                readWriteDataSize: UInt32(clamping: (pages(UInt64(blob.readWriteDataSize)) + UInt64(heapPages)) * page),
                stackSize: blob.stackSize, auxiliarySize: Self.argumentAreaSize) != nil
        if !hasMap { problems.append(.memory) }
        // Zeros are asked for only when all of it fits.
        guard problems.isEmpty else { throw ConversionError(problems: problems) }
        self.init(
            readOnlyData: blob.readOnlyData
                + [UInt8](repeating: 0, count: Int(blob.readOnlyDataSize) - blob.readOnlyData.count),
            readWriteData: blob.readWriteData, heapPages: UInt16(zeros) + heapPages, stackSize: blob.stackSize,
            code: blob.code)
    }

    /// The program as a container's, with exports at the entry points that it has.
    ///
    /// Loaded with `argumentAreaSize` bytes of auxiliary data and pages of `pageSize` its memory is that of the standard
    /// program.
    public func blob(for set: InstructionSet) -> Blob {
        var blob = Blob(instructionSet: set, code: code)
        blob.readOnlyData = readOnlyData
        blob.readOnlyDataSize = UInt32(readOnlyData.count)
        blob.readWriteData = readWriteData
        blob.readWriteDataSize = readWriteSize
        blob.stackSize = stackSize
        blob.exports = Self.entries.compactMap { name, offset in
            guard code.isValidTarget(offset, in: set) else { return nil }
            return Blob.Export(codeOffset: offset, symbol: Array(name.utf8))
        }
        return blob
    }
}

// MARK: Which instruction set

extension CodeMap {
    /// The first instruction that two instruction sets take for different things, nil if there is none.
    ///
    /// What neither of them knows is the same in both: it traps.
    public func firstDifference(
        between first: InstructionSet, and second: InstructionSet
    ) -> (mnemonic: String, codeOffset: Int)? {
        var found: (mnemonic: String, codeOffset: Int)?
        guard first != second else { return nil }
        let sameByte = (0..<256).map { first.opcode(of: UInt8($0)) == second.opcode(of: UInt8($0)) }
        forEachStart { offset in
            let byte = bytes[offset]
            if found == nil, !sameByte[Int(byte)] {
                found = (first.opcode(of: byte)?.mnemonic ?? "the byte \(byte)", offset)
            }
        }
        if first.is64Bit != second.is64Bit, found == nil, !bytes.isEmpty { found = ("32-bit code", 0) }
        return found
    }

    /// What code of unknown kind can be.
    public enum Kinds: Equatable, Sendable {
        /// All of it means the same in each kind that was asked about, or it is valid in one of them only.
        case one(InstructionSet)
        /// It is valid in these, and means different things.
        case several([InstructionSet])
        /// It is valid in none of them.
        case none
    }

    /// Which of some kinds, in order of preference, a program without a kind is made for, as far as its code tells.
    public func agreeing(_ sets: [InstructionSet]) -> Kinds {
        let valid = sets.filter { set in
            var isValid = true
            forEachStart { offset in
                if isValid, set.opcode(of: bytes[offset]) == nil { isValid = false }
            }
            return isValid
        }
        guard let first = valid.first else { return .none }
        let others = valid.dropFirst().filter { firstDifference(between: first, and: $0) != nil }
        return others.isEmpty ? .one(first) : .several([first] + others)
    }

    /// Calls `body` for the offset of each marked instruction.
    private func forEachStart(_ body: (Int) -> Void) {
        for (index, bits) in bitmask.enumerated() {
            var bits = bits
            while bits != 0 {
                let offset = index * 8 + bits.trailingZeroBitCount
                if offset < bytes.count { body(offset) }
                bits &= bits - 1
            }
        }
    }
}
