// Where programs go: the hosts that admit only what obeys their rules.

package import PolkaISA

/// A host with rules of admission.
package enum DeployTarget: String, Sendable, CaseIterable {
    case revive
    case jam072 = "jam-0.7.2"
    case jam080 = "jam-0.8.0"

    /// The instruction set that the host reads code with.
    ///
    /// The Gray Paper's numbers before 0.8.0 are those of `revive_v1`, with `sbrk` besides.
    package var instructionSet: InstructionSet {
        switch self {
        case .revive, .jam072: .reviveV1
        case .jam080: .jamV1
        }
    }

    package var table: HostTable {
        switch self {
        case .revive: .revive
        case .jam072: .jam072
        case .jam080: .jam080
        }
    }

    /// Whether programs are standard programs, entered at fixed offsets, which call functions by number.
    package var isJAM: Bool { self != .revive }

    /// For each fixed place where the host enters, the names of which a program may have one.
    package var entrySlots: [[String]] {
        let entries = table.entries.filter { $0.codeOffset != nil }
        let offsets = Set(entries.compactMap(\.codeOffset)).sorted()
        return offsets.map { offset in entries.filter { $0.codeOffset == offset }.map(\.name) }
    }

    /// The versions of JAM that read code with an instruction set; nil for the others.
    package static func jam(reading set: InstructionSet) -> DeployTarget? {
        allCases.first { $0.isJAM && $0.instructionSet == set }
    }
}
