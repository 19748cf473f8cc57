// The two versions of JAM's host that services are written for, and the constants of the protocol.

public import PolkaISA
public import PolkaVM

/// A version of the Gray Paper.
public enum JAMVersion: String, Sendable, CaseIterable {
    case v072 = "0.7.2"
    case v080 = "0.8.0"

    /// The instruction set that code is read with.
    ///
    /// Opcodes before 0.8.0 are those of `revive_v1`.
    public var instructionSet: InstructionSet { self == .v072 ? .reviveV1 : .jamV1 }

    /// The version that reads code with an instruction set; nil if none does.
    public init?(reading set: InstructionSet) {
        guard let version = Self.allCases.first(where: { $0.instructionSet == set }) else { return nil }
        self = version
    }

    /// What blocks cost.
    public var costModel: CostModel { self == .v072 ? .naive : .pipeline(.l2Hit) }

    /// The rules for services and authorizers.
    public var programConfiguration: ModuleConfiguration {
        var configuration = ModuleConfiguration.standardProgram(for: instructionSet)
        configuration.gasMetering = .synchronous
        configuration.costModel = costModel
        return configuration
    }

    /// The rules for the machines that refine makes.
    public var innerConfiguration: ModuleConfiguration {
        var configuration = ModuleConfiguration.jam
        configuration.costModel = costModel
        if self == .v080 {
            configuration.jumpRule = .reference
            configuration.endRule = .graypaper
        }
        return configuration
    }
}

/// Where the host enters code.
public enum JAMEntry: String, Sendable, CaseIterable {
    case isAuthorized = "is_authorized"
    case refine
    case accumulate

    /// The place in the code.
    public var codeOffset: UInt32 { self == .accumulate ? 5 : 0 }
}

/// Numbers that a network chooses once; those of the Gray Paper unless somebody changes them.
public struct ProtocolParameters: Sendable, Equatable {
    /// What each item of a service's state must be covered by.
    public var itemDeposit: UInt64 = 10
    /// What each byte of a service's state must be covered by.
    public var byteDeposit: UInt64 = 1
    /// What every service must have.
    public var baseDeposit: UInt64 = 100
    /// Cores.
    public var coreCount: UInt16 = 341
    /// Time slots for which a preimage that nobody asks for any more is kept.
    public var expungePeriod: UInt32 = 19_200
    /// Time slots of an epoch.
    public var epochLength: UInt32 = 600
    /// Gas for accumulating a report.
    public var reportGas: UInt64 = 10_000_000
    /// Gas of is_authorized.
    public var isAuthorizedGas: UInt64 = 50_000_000
    /// Gas of refining a work package.
    public var refineGas: UInt64 = 5_000_000_000
    /// Gas of all accumulation in a block.
    public var blockGas: UInt64 = 3_500_000_000
    /// Validators.
    public var validatorCount: UInt16 = 1023

    /// The Gray Paper's.
    public init() {}

    /// Bytes of a segment.
    public static let segmentByteCount = 4104
    /// Segments that a work package exports or imports at most.
    public static let segmentLimit = 3072
    /// Items of a work package at most.
    public static let itemLimit = 16
    /// Extrinsics of a work package at most.
    public static let extrinsicLimit = 128
    /// Bytes of a transfer's memo.
    public static let memoByteCount = 128
    /// Bytes that describe a validator.
    public static let validatorByteCount = 336
    /// Bytes of an authorizer's code at most.
    public static let authorizerCodeLimit = 64_000
    /// Bytes of a service's code at most.
    public static let serviceCodeLimit = 4_000_000
    /// Bytes of a report's outputs at most.
    public static let reportOutputLimit = 49_152
    /// Authorizers in the queue of a core.
    public static let queueLength = 80
    /// The lowest id that services get without the registrar.
    public static let publicServiceStart: UInt32 = 65_536
    /// Inner machines at a time; of 0.8.0.
    static let innerMachineLimit = 63
    private static let bundleLimit: UInt32 = 13_791_360

    /// What fetch answers for selector 0 (host-api.md 2.3 and 3.2): 134 bytes, or the 122 of 0.8.0.
    public func encoded(for version: JAMVersion) -> [UInt8] {
        var out = JAMEncoder()
        out.fixed(itemDeposit)
        out.fixed(byteDeposit)
        out.fixed(baseDeposit)
        out.fixed(coreCount)
        out.fixed(expungePeriod)
        out.fixed(epochLength)
        out.fixed(reportGas)
        out.fixed(isAuthorizedGas)
        out.fixed(refineGas)
        out.fixed(blockGas)
        out.fixed(UInt16(8))  // blocks of recent history
        out.fixed(UInt16(Self.itemLimit))
        out.fixed(UInt16(8))  // reports that a report may depend on
        out.fixed(UInt16(16))  // tickets of a block
        out.fixed(UInt32(14_400))  // slots that a lookup anchor may be old
        if version == .v072 { out.fixed(UInt16(2)) }  // tickets of a validator
        out.fixed(UInt16(8))  // authorizers in the pool of a core
        out.fixed(UInt16(6))  // seconds of a slot
        out.fixed(UInt16(Self.queueLength))
        out.fixed(UInt16(10))  // slots between rotations of cores
        out.fixed(UInt16(Self.extrinsicLimit))
        out.fixed(UInt16(5))  // slots until a report that is not available makes room
        if version == .v072 { out.fixed(validatorCount) }
        out.fixed(UInt32(Self.authorizerCodeLimit))
        out.fixed(Self.bundleLimit)
        out.fixed(UInt32(Self.serviceCodeLimit))
        if version == .v072 { out.fixed(UInt32(684)) }  // bytes of a piece of erasure coding
        out.fixed(UInt32(Self.segmentLimit))
        if version == .v072 { out.fixed(UInt32(6)) }  // pieces of a segment
        out.fixed(UInt32(Self.reportOutputLimit))
        out.fixed(UInt32(Self.memoByteCount))
        out.fixed(UInt32(Self.segmentLimit))
        out.fixed(UInt32(500))  // slot of an epoch in which tickets end
        return out.bytes
    }
}
