// The choices a module is made with: everything that changes what its code means, apart from the code.

/// Whether running costs gas, and when it is taken.
///
/// `Documentation/gas.md` tells what happens when there is too little.
public enum GasMetering: Sendable, Hashable {
    /// Running is free; the gas counter is never looked at.
    case none
    /// The cost of each block is taken before the block runs; a block that costs more than is left does not run, and can be
    /// run when there is more (vm.md 5.1).
    case synchronous
    /// As `synchronous`, but the gas goes negative for a block that costs more than is left, and the run cannot go on: the
    /// machine then has no program counter.
    ///
    /// vm.md 4 lets such a run go further before it ends; here it ends before that block, so that it is the same everywhere.
    case asynchronous
    /// Each instruction is paid for when it is executed, as the text of Graypaper 0.7.1 has it (vm.md 7); the gas goes negative
    /// for the instruction that costs more than is left.
    ///
    /// Takes no model but `naive`, and every backend interprets.
    case perInstruction
}

/// What a bad memory access does (vm.md 2).
///
/// Accesses below 64 KiB trap under every rule.
public enum FaultRule: Sendable, Hashable {
    /// It traps.
    case trap
    /// It is a page fault.
    case pageFault
    /// It is a page fault if a page is missing, and traps if a page may only be read, as the JAM vectors demand.
    case pageFaultUnlessReadOnly

    func isPageFault(writeProtected: Bool) -> Bool {
        switch self {
        case .trap: false
        case .pageFault: true
        case .pageFaultUnlessReadOnly: !writeProtected
        }
    }
}

/// Which jumps are allowed (isa.md 7.2 and 7.3).
public enum JumpRule: Sendable, Hashable {
    /// A branch needs both its successors, whether or not they are taken; a target may hold an invalid instruction.
    case reference
    /// Only the successor that is taken counts, and it must be a valid instruction.
    case graypaper
}

/// How JamV1 code must end to be loaded; the other kinds may end as they like.
public enum EndRule: Sendable, Hashable {
    /// With an instruction that never continues behind it, as containers must (isa.md 7.6).
    case reference
    /// With any instruction that ends a block, as JAM 0.8.0 demands of standard programs (host-api.md 3.2): `fallthrough` and
    /// branches, too, which trap there.
    case graypaper
}

/// How a program is loaded and run.
public struct ModuleConfiguration: Sendable, Hashable {
    /// Bytes per page of guest memory: a power of two, 4096 to 65536.
    public var pageSize: UInt32 = 4096
    /// Whether running costs gas.
    public var gasMetering = GasMetering.none
    /// What blocks cost, if that is metered; `Module.gasCost(ofBlockAt:)` tells it in any case.
    public var costModel = CostModel.naive
    /// Makes runs such that they can be cancelled though gas is not metered; machine code then is what it is with gas.
    public var isInterruptible = false
    /// What a bad memory access does.
    public var faultRule = FaultRule.trap
    /// Which jumps are allowed.
    public var jumpRule = JumpRule.reference
    /// How JamV1 code must end.
    public var endRule = EndRule.reference
    /// Size of the area through which the host passes bulk data, in bytes.
    public var auxiliarySize: UInt32 = 0
    /// Leaves all memory unmapped for the host to map, and `sbrk` without effect (vm.md 6).
    ///
    /// With a fault rule of page faults this is dynamic paging: `Instance.run` stops at the first touch of each page, and `resume` and
    /// calls map the pages of the program's own zones by themselves.
    public var startsUnmapped = false
    /// Rejects a program whose imports, exports or jump table name what is not there.
    public var isStrict = false

    /// The rules of containers: no gas, no page faults, pages of 4096 bytes.
    public init() {}

    /// What backends see: what can be cancelled has gas, of which the host knows nothing.
    package var metered: ModuleConfiguration {
        guard gasMetering == .none, isInterruptible else { return self }
        var configuration = self
        configuration.gasMetering = .synchronous
        configuration.costModel = .naive
        return configuration
    }

    /// Whether what was paid tells how many instructions were executed; if it does not, machine code does not count them.
    package var isPaidByInstruction: Bool { gasMetering != .none && costModel == .naive }

    /// Whether every loop uses gas, so that runs are looked at now and then; of what backends see.
    var canBeCancelled: Bool {
        guard gasMetering != .none else { return false }
        if case .table(let table) = costModel { return !table.hasZero }
        return true
    }

    /// Dynamic paging (vm.md 6): a page is mapped when the guest touches it first.
    public static var dynamicPaging: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.startsUnmapped = true
        configuration.faultRule = .pageFault
        return configuration
    }

    /// The rules of JAM's inner machines and its published vectors, for raw programs.
    public static var jam: ModuleConfiguration {
        var configuration = ModuleConfiguration()
        configuration.gasMetering = .synchronous
        configuration.faultRule = .pageFaultUnlessReadOnly
        configuration.jumpRule = .graypaper
        configuration.startsUnmapped = true
        return configuration
    }
}
