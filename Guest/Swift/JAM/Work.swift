// What the host has for an entry besides its arguments: the work package for refine and is_authorized, inputs for accumulate.

/// The work package and what goes with it.
///
/// Bytes stay where they are to the end of the run. What there is not is nil.
public enum Work {
    /// What an item is about.
    public static func payload(of item: Int) -> UnsafeRawBufferPointer? { fetched(Host.Fetch.itemPayload, item) }

    /// An extrinsic of the own item.
    public static func extrinsic(_ index: Int) -> UnsafeRawBufferPointer? { fetched(Host.Fetch.ownExtrinsic, index) }

    /// An extrinsic of an item.
    public static func extrinsic(_ index: Int, of item: Int) -> UnsafeRawBufferPointer? {
        fetched(Host.Fetch.anyExtrinsic, item, index)
    }

    /// A segment that the own item imports: 4104 bytes.
    public static func imported(_ index: Int) -> UnsafeRawBufferPointer? { fetched(Host.Fetch.ownImport, index) }

    /// A segment that an item imports.
    public static func imported(_ index: Int, of item: Int) -> UnsafeRawBufferPointer? {
        fetched(Host.Fetch.anyImport, item, index)
    }

    /// What the package shows its authorizer.
    public static var authorizationToken: UnsafeRawBufferPointer? { fetched(Host.Fetch.authorizationToken) }
    /// What the authorizer is told once and for all.
    public static var authorizerConfiguration: UnsafeRawBufferPointer? {
        fetched(Host.Fetch.authorizerConfiguration)
    }
    /// What the authorizer answered; only in refine.
    public static var authorizerTrace: UnsafeRawBufferPointer? { fetched(Host.Fetch.authorizerTrace) }
    /// The whole package, as JAM writes it.
    public static var package: UnsafeRawBufferPointer? { fetched(Host.Fetch.workPackage) }
    /// The state that the package was made for.
    public static var context: UnsafeRawBufferPointer? { fetched(Host.Fetch.refineContext) }
    /// The block's entropy in accumulate, zeros in refine.
    public static var entropy: Hash { Hash(fetched(Host.Fetch.entropy) ?? answerNothing()) }

    /// Exports a segment, filled up with zeros to 4104 bytes.
    ///
    /// - Returns: Its index; nil if no more may be exported.
    public static func export(_ segment: UnsafeRawBufferPointer) -> Int? {
        let index = Host.export(data: segment.address, length: UInt64(segment.count))
        return index == Host.Result.full ? nil : Int(truncatingIfNeeded: index)
    }

    /// Bytes of a preimage that a service had when the package was made; only in refine.
    public static func preimage(_ hash: Hash, of service: UInt32? = nil) -> UnsafeRawBufferPointer? {
        let id = service.map { UInt64($0) } ?? Host.Service.itself
        return hash.withBytes { hash in
            copied { output, length in
                Host.historicalLookup(service: id, hash: hash.address, output: output, offset: 0, length: length)
            }
        }
    }
}

/// Something that accumulate is called for.
public enum Input {
    /// What refine answered.
    case output(WorkOutput)
    /// An item whose refinement failed.
    case failure(WorkFailure)
    /// An amount that came; the balance has it already.
    case transfer(Transfer)

    /// What came of an item.
    public struct WorkOutput {
        public let bytes: UnsafeRawBufferPointer
        public let item: Origin
    }

    /// Why there is nothing of an item.
    public struct WorkFailure {
        /// 1 out of gas, 2 panic, 3 wrong number of exports, 4 too long, 5 no code, 6 code too long.
        public let code: UInt8
        public let item: Origin
    }

    /// Where an item comes from.
    public struct Origin {
        public let packageHash: Hash
        /// The root of the segments that the package exported.
        public let segmentRoot: Hash
        public let authorizerHash: Hash
        public let payloadHash: Hash
        /// The gas that the item brings.
        public let gas: UInt64
        /// What the authorizer answered.
        public let trace: UnsafeRawBufferPointer
    }

    /// An amount on its way.
    public struct Transfer {
        public let source: UInt32
        public let amount: UInt64
        /// 128 bytes.
        public let memo: UnsafeRawBufferPointer
        public let gas: UInt64
    }

    /// An input by its index; nil behind the last.
    public init?(at index: Int) {
        guard let bytes = fetched(Host.Fetch.accumulateInput, index) else { return nil }
        do throws(OutOfBytes) {
            var reader = ByteReader(bytes)
            self = try reader.natural() == 0 ? Self.work(&reader) : .transfer(Transfer(&reader))
        } catch {
            trap()
        }
    }

    private static func work(_ reader: inout ByteReader) throws(OutOfBytes) -> Input {
        let packageHash = try reader.hash()
        let segmentRoot = try reader.hash()
        let authorizerHash = try reader.hash()
        let payloadHash = try reader.hash()
        let gas = try reader.natural()
        let code = try reader.natural()
        let output = code == 0 ? try reader.blob() : answerNothing()
        let origin = Origin(
            packageHash: packageHash, segmentRoot: segmentRoot, authorizerHash: authorizerHash,
            payloadHash: payloadHash, gas: gas, trace: try reader.blob())
        return code == 0
            ? .output(WorkOutput(bytes: output, item: origin))
            : .failure(WorkFailure(code: UInt8(truncatingIfNeeded: code), item: origin))
    }
}

extension Input.Transfer {
    fileprivate init(_ reader: inout ByteReader) throws(OutOfBytes) {
        source = try reader.read(UInt32.self)
        _ = try reader.read(UInt32.self)
        amount = try reader.read(UInt64.self)
        memo = try reader.read(count: Host.Limit.memoBytes)
        gas = try reader.read(UInt64.self)
    }
}

/// Copies all that a selector of fetch stands for.
private func fetched(_ selector: UInt64, _ first: Int = 0, _ second: Int = 0) -> UnsafeRawBufferPointer? {
    copied { output, length in
        Host.fetch(
            output: output, offset: 0, length: length, selector: selector, firstIndex: UInt64(bitPattern: Int64(first)),
            secondIndex: UInt64(bitPattern: Int64(second)))
    }
}

/// Copies what a function of the host gives: asks for the length, then for the bytes.
func copied(_ give: (UnsafeMutableRawPointer, UInt64) -> UInt64) -> UnsafeRawBufferPointer? {
    var nothing: UInt8 = 0
    let length = give(&nothing, 0)
    guard length != Host.Result.none else { return nil }
    let memory = allocate(Int(truncatingIfNeeded: length))
    guard let start = memory.baseAddress else { trap() }
    _ = give(start, length)
    return UnsafeRawBufferPointer(start: start, count: Int(truncatingIfNeeded: length))
}

extension UnsafeRawBufferPointer {
    /// The address, and some address for no bytes, which the host never looks at.
    var address: UnsafeRawPointer { baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped }
}
