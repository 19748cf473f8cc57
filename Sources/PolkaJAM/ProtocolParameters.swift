// How the versions of JAM read and charge code, and the numbers of the protocol.

package import PolkaISA
package import PolkaVM

extension JAMVersion {
    /// The instruction set that code is read with.
    ///
    /// Opcodes before 0.8.0 are those of `revive_v1`.
    package var instructionSet: InstructionSet { self == .v072 ? .reviveV1 : .jamV1 }

    /// The version that reads code with an instruction set; nil if none does.
    package init?(reading set: InstructionSet) {
        guard let version = Self.allCases.first(where: { $0.instructionSet == set }) else { return nil }
        self = version
    }

    /// What blocks cost.
    package var costModel: CostModel { self == .v072 ? .naive : .pipeline(.l2Hit) }

    /// The rules for services and authorizers.
    package var programConfiguration: ModuleConfiguration {
        var configuration = ModuleConfiguration.standardProgram(for: instructionSet)
        configuration.gasMetering = .synchronous
        configuration.costModel = costModel
        return configuration
    }

    /// The rules for the machines that refine makes.
    package var innerConfiguration: ModuleConfiguration {
        var configuration = ModuleConfiguration.jam
        configuration.costModel = costModel
        if self == .v080 {
            configuration.jumpRule = .reference
            configuration.endRule = .graypaper
        }
        return configuration
    }
}

/// Numbers that a network chooses once; those of the Gray Paper unless somebody changes them.
package struct ProtocolParameters: Sendable, Equatable {
    /// What each item of a service's state must be covered by.
    package var itemDeposit: UInt64 = 10
    /// What each byte of a service's state must be covered by.
    package var byteDeposit: UInt64 = 1
    /// What every service must have.
    package var baseDeposit: UInt64 = 100
    /// Cores.
    package var coreCount = UInt16(JAMLimits.cores)
    /// Time slots for which a preimage that nobody asks for any more is kept.
    package var expungePeriod: UInt32 = 19_200
    /// Time slots of an epoch.
    package var epochLength: UInt32 = 600
    /// Gas for accumulating a report.
    package var reportGas: UInt64 = 10_000_000
    /// Gas of is_authorized.
    package var isAuthorizedGas = JAMLimits.isAuthorizedGas
    /// Gas of refining a work package.
    package var refineGas = JAMLimits.refineGas
    /// Gas of all accumulation in a block.
    package var blockGas: UInt64 = 3_500_000_000
    /// Validators.
    package var validatorCount = UInt16(JAMLimits.validators)

    /// The Gray Paper's.
    package init() {}

    /// Bytes of a segment.
    package static let segmentByteCount = Int(JAMLimits.segmentBytes)
    /// Bytes of a transfer's memo.
    package static let memoByteCount = Int(JAMLimits.memoBytes)
    /// The lowest id that services get without the registrar.
    package static let publicServiceStart: UInt32 = 65_536

    /// What fetch answers for selector 0 (host-api.md 2.3 and 3.2): 134 bytes, or the 122 of 0.8.0.
    package func encoded(for version: JAMVersion) -> [UInt8] {
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
        out.fixed(UInt16(JAMLimits.packageItems))
        out.fixed(UInt16(8))  // reports that a report may depend on
        out.fixed(UInt16(16))  // tickets of a block
        out.fixed(UInt32(14_400))  // slots that a lookup anchor may be old
        if version == .v072 { out.fixed(UInt16(2)) }  // tickets of a validator
        out.fixed(UInt16(8))  // authorizers in the pool of a core
        out.fixed(UInt16(6))  // seconds of a slot
        out.fixed(UInt16(JAMLimits.queueEntries))
        out.fixed(UInt16(10))  // slots between rotations of cores
        out.fixed(UInt16(JAMLimits.packageExtrinsics))
        out.fixed(UInt16(5))  // slots until a report that is not available makes room
        if version == .v072 { out.fixed(validatorCount) }
        out.fixed(UInt32(JAMLimits.authorizerCodeBytes))
        out.fixed(UInt32(JAMLimits.bundleBytes))
        out.fixed(UInt32(JAMLimits.serviceCodeBytes))
        if version == .v072 { out.fixed(UInt32(684)) }  // bytes of a piece of erasure coding
        out.fixed(UInt32(JAMLimits.packageImports))
        if version == .v072 { out.fixed(UInt32(6)) }  // pieces of a segment
        out.fixed(UInt32(JAMLimits.reportOutputBytes))
        out.fixed(UInt32(JAMLimits.memoBytes))
        out.fixed(UInt32(JAMLimits.packageExports))
        out.fixed(UInt32(500))  // slot of an epoch in which tickets end
        return out.bytes
    }
}
