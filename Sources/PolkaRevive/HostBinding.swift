// The functions of the host as programs are linked with them. Making them takes longer than a call of a contract, so a chain that goes leaves
// them to the next one.

import PolkaABI
import PolkaVM
import Synchronization

/// Where host functions find the frame that runs.
final class FrameSlot {
    var frame: Frame?

    @inline(__always)
    func current() throws(FrameError) -> Frame {
        guard let frame else { throw .unavailable("no contract is running") }
        return frame
    }
}

/// The functions of contracts, and the modules that were linked with them.
///
/// One chain at a time has it.
final class HostBinding {
    let slot = FrameSlot()
    let linker: Linker
    private var linkedModules: [Hash256: LinkedModule] = [:]

    private static let moduleCapacity = 64

    private init() {
        var linker = Linker()
        let slot = slot
        do throws(LinkerError) {
            try ReviveFunction.define(in: &linker) { _ in try slot.current() }
        } catch { preconditionFailure("the table of functions has a name twice: \(error)") }
        self.linker = linker
    }

    func linked(_ code: ContractCode) throws -> (LinkedModule, ContractCode.Prepared) {
        let prepared = try code.prepared()
        if let linked = linkedModules[code.hash], linked.module === prepared.module { return (linked, prepared) }
        if linkedModules.count >= Self.moduleCapacity { linkedModules.removeAll() }
        let linked = try linker.link(prepared.module)
        linkedModules[code.hash] = linked
        return (linked, prepared)
    }

    // MARK: One after the other

    /// Bindings that no chain has: only who has taken one out reaches it.
    private struct Idle: @unchecked Sendable {
        var bindings: [HostBinding] = []
    }

    private static let idle = Mutex(Idle())
    private static let idleCapacity = 4

    static func take() -> HostBinding {
        struct Taken: @unchecked Sendable { let binding: HostBinding? }
        return idle.withLock { Taken(binding: $0.bindings.popLast()) }.binding ?? HostBinding()
    }

    static func giveBack(_ binding: HostBinding) {
        struct Given: @unchecked Sendable { let binding: HostBinding }
        binding.slot.frame = nil
        let given = Given(binding: binding)
        idle.withLock { idle in
            if idle.bindings.count < idleCapacity { idle.bindings.append(given.binding) }
        }
    }
}
