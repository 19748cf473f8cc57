// Work packages and what they are made of, with the bytes that they are for the host.

package import PolkaABI

/// The state that a work package was made for.
package struct RefineContext: Sendable, Equatable {
    /// The header's hash of a recent block.
    package var anchor: Hash256 = .zero
    /// The state's root behind that block.
    package var stateRoot: Hash256 = .zero
    /// The root of its accumulation outputs.
    package var outputRoot: Hash256 = .zero
    /// The header's hash of the block that lookups refer to.
    package var lookupAnchor: Hash256 = .zero
    /// The time slot of that block.
    package var lookupAnchorSlot: UInt32 = 0
    /// Hashes of work packages that must come before.
    package var prerequisites: [Hash256] = []

    /// Zeros.
    package init() {}

    func encode(to out: inout JAMEncoder) {
        for hash in [anchor, stateRoot, outputRoot, lookupAnchor] { out.hash(hash) }
        out.fixed(lookupAnchorSlot)
        out.sequence(prerequisites) { $1.hash($0) }
    }

    /// The bytes that fetch gives.
    package var encoded: [UInt8] {
        var out = JAMEncoder()
        encode(to: &out)
        return out.bytes
    }
}

/// A segment that an item imports.
package struct ImportedSegment: Sendable, Equatable {
    /// The root of the segments, or the hash of the work package that exported them.
    package var root: Hash256
    /// Whether the root is the hash of a work package.
    package var isPackageHash: Bool
    /// Which segment.
    package var index: UInt16
    /// 4104 bytes.
    package var data: [UInt8]

    /// A segment; the data is cut or filled up with zeros.
    package init(root: Hash256 = .zero, isPackageHash: Bool = false, index: UInt16 = 0, data: [UInt8]) {
        self.root = root
        self.isPackageHash = isPackageHash
        self.index = index & 0x7fff
        self.data = data.padded(to: ProtocolParameters.segmentByteCount)
    }
}

/// Work for a service.
package struct WorkItem: Sendable, Equatable {
    /// Whose work it is.
    package var service: UInt32
    /// The code that shall do it.
    package var codeHash: Hash256
    /// What it is about.
    package var payload: [UInt8] = []
    /// Gas for refining.
    package var refineGas: UInt64
    /// Gas for accumulating.
    package var accumulateGas: UInt64
    /// Segments that refining will export.
    package var exportCount: UInt16 = 0
    /// Segments that it reads.
    package var imports: [ImportedSegment] = []
    /// Data that goes with the package and not on chain.
    package var extrinsics: [[UInt8]] = []

    /// Work without payload.
    package init(
        service: UInt32, codeHash: Hash256, refineGas: UInt64 = 1_000_000_000, accumulateGas: UInt64 = 10_000_000
    ) {
        self.service = service
        self.codeHash = codeHash
        self.refineGas = refineGas
        self.accumulateGas = accumulateGas
    }

    func encode(to out: inout JAMEncoder) {
        out.fixed(service)
        out.hash(codeHash)
        out.fixed(refineGas)
        out.fixed(accumulateGas)
        out.fixed(exportCount)
        out.blob(payload)
        out.sequence(imports) { segment, out in
            out.hash(segment.root)
            out.fixed(segment.index | (segment.isPackageHash ? 0x8000 : 0))
        }
        out.sequence(extrinsics) { extrinsic, out in
            out.hash(Hash256(blakeOf: extrinsic))
            out.fixed(UInt32(clamping: extrinsic.count))
        }
    }

    /// What fetch gives of an item: numbers of fixed width only.
    package var summary: [UInt8] {
        var out = JAMEncoder()
        out.fixed(service)
        out.hash(codeHash)
        out.fixed(refineGas)
        out.fixed(accumulateGas)
        out.fixed(exportCount)
        out.fixed(UInt16(clamping: imports.count))
        out.fixed(UInt16(clamping: extrinsics.count))
        out.fixed(UInt32(clamping: payload.count))
        return out.bytes
    }
}

/// A work package.
package struct WorkPackage: Sendable, Equatable {
    /// The service that has the authorizer's code.
    package var authorizerHost: UInt32 = 0
    /// The hash of the authorizer's code.
    package var authorizerCodeHash: Hash256 = .zero
    /// What the authorizer is told once and for all.
    package var authorizerConfiguration: [UInt8] = []
    /// What the authorizer is shown.
    package var authorizationToken: [UInt8] = []
    /// The state that it was made for.
    package var context = RefineContext()
    /// The work.
    package var items: [WorkItem] = []

    /// A package without items.
    package init() {}

    /// All of it but data of segments and extrinsics.
    package var encoded: [UInt8] {
        var out = JAMEncoder()
        out.fixed(authorizerHost)
        out.hash(authorizerCodeHash)
        context.encode(to: &out)
        out.blob(authorizationToken)
        out.blob(authorizerConfiguration)
        out.sequence(items) { $0.encode(to: &$1) }
        return out.bytes
    }

    /// What it is known by.
    package var hash: Hash256 { Hash256(blakeOf: encoded) }

    /// What the authorizer is known by: its code and its configuration.
    package var authorizerHash: Hash256 { Hash256(blakeOf: authorizerCodeHash.bytes + authorizerConfiguration) }

    /// The summaries of all items behind their number.
    var summaries: [UInt8] {
        var out = JAMEncoder()
        out.sequence(items) { $1.raw($0.summary) }
        return out.bytes
    }
}

/// What came of refining an item, as accumulate learns it.
package enum WorkResult: Sendable, Equatable {
    case output([UInt8])
    case outOfGas
    case panic
    /// It exported another number of segments than it said.
    case badExports
    /// The outputs of the report are too long.
    case oversize
    /// The code was not available.
    case badCode
    /// The code is too long.
    case bigCode

    func encode(to out: inout JAMEncoder) {
        switch self {
        case .output(let bytes):
            out.natural(0)
            out.blob(bytes)
        case .outOfGas: out.natural(1)
        case .panic: out.natural(2)
        case .badExports: out.natural(3)
        case .oversize: out.natural(4)
        case .badCode: out.natural(5)
        case .bigCode: out.natural(6)
        }
    }

    /// The name of an error, as files and output have it; nil for an output.
    package var errorName: String? {
        switch self {
        case .output: nil
        case .outOfGas: "out-of-gas"
        case .panic: "panic"
        case .badExports: "bad-exports"
        case .oversize: "oversize"
        case .badCode: "bad-code"
        case .bigCode: "big-code"
        }
    }

    /// The errors.
    package static let errors: [WorkResult] = [.outOfGas, .panic, .badExports, .oversize, .badCode, .bigCode]
}

/// What accumulate gets of an item.
package struct AccumulateOperand: Sendable, Equatable {
    /// The work package.
    package var packageHash: Hash256 = .zero
    /// The root of the segments that it exported.
    package var segmentRoot: Hash256 = .zero
    /// Who authorized it.
    package var authorizerHash: Hash256 = .zero
    /// BLAKE2b-256 of the payload.
    package var payloadHash: Hash256 = .zero
    /// The gas that the item asked for.
    package var gas: UInt64 = 0
    /// What refine answered.
    package var result: WorkResult
    /// What the authorizer answered.
    package var trace: [UInt8] = []

    /// The result of an item of which nothing else matters.
    package init(result: WorkResult, gas: UInt64 = 0) {
        self.result = result
        self.gas = gas
    }
}

/// What accumulate is called for.
package enum AccumulateInput: Sendable, Equatable {
    case operand(AccumulateOperand)
    case transfer(DeferredTransfer)

    func encode(to out: inout JAMEncoder) {
        switch self {
        case .operand(let operand):
            out.natural(0)
            out.hash(operand.packageHash)
            out.hash(operand.segmentRoot)
            out.hash(operand.authorizerHash)
            out.hash(operand.payloadHash)
            out.natural(operand.gas)
            operand.result.encode(to: &out)
            out.blob(operand.trace)
        case .transfer(let transfer):
            out.natural(1)
            out.fixed(transfer.source)
            out.fixed(transfer.destination)
            out.fixed(transfer.amount)
            out.raw(transfer.memo)
            out.fixed(transfer.gas)
        }
    }

    /// The bytes that fetch gives.
    package var encoded: [UInt8] {
        var out = JAMEncoder()
        encode(to: &out)
        return out.bytes
    }

    /// The gas that comes with it.
    package var gas: UInt64 {
        switch self {
        case .operand(let operand): operand.gas
        case .transfer(let transfer): transfer.gas
        }
    }
}

extension [AccumulateInput] {
    /// All of them behind their number.
    var encoded: [UInt8] {
        var out = JAMEncoder()
        out.sequence(self) { $0.encode(to: &$1) }
        return out.bytes
    }
}
