// A contract at work: what it was called with, what it has got from its callees, and how it ends. The host functions are its methods,
// in the files Frame+….swift.

package import PolkaABI
import PolkaHost
package import PolkaVM

/// A frame of the call stack, with an instance of its own.
package final class Frame {
    /// How a frame ended.
    enum Ending {
        case success([UInt8])
        /// It undid what it did, and says why.
        case reverted([UInt8])
        case failed(FrameError)
    }

    /// Ends a run: the frame knows its ending.
    struct Ended: Error {}

    unowned let chain: Chain
    let instance: Instance
    /// How it was entered.
    let kind: FrameKind
    /// Whose state it works on.
    package let address: Address
    let place: AccountPlace
    /// Whose code it runs.
    let codeAddress: Address
    /// The frame that waits for it, nil for what a transaction calls.
    let parent: Frame?
    let depth: Int
    let isReadOnly: Bool

    /// Who called; tests of contracts set it.
    package var caller: Address
    /// What the call brought along; tests of contracts set it.
    package var value: U256
    /// Call data, nil once it was forwarded; tests of contracts set it.
    package var input: [UInt8]?
    /// Whether a callee may call this contract at the moment.
    var allowsReentry = true
    /// What the last callee returned.
    var returnData: [UInt8] = []
    /// Set by the host function that ends it.
    var ending: Ending?
    /// Whether the constructor is running.
    let isConstructor: Bool

    init(
        chain: Chain, instance: Instance, kind: FrameKind, address: Address, place: AccountPlace, codeAddress: Address,
        parent: Frame?, isReadOnly: Bool, caller: Address, value: U256, input: [UInt8]
    ) {
        self.chain = chain
        self.instance = instance
        self.kind = kind
        self.address = address
        self.place = place
        self.codeAddress = codeAddress
        self.parent = parent
        depth = parent.map { $0.depth + 1 } ?? 0
        self.isReadOnly = isReadOnly
        self.caller = caller
        self.value = value
        self.input = input
        // What a constructor delegates to is part of it only as far as the contract's state goes.
        isConstructor = kind == .deploy
    }

    /// Ends the frame.
    func end(_ ending: Ending) -> Ended {
        self.ending = ending
        return Ended()
    }

    // MARK: Gas

    /// What the table says, laid out to be found at once.
    private struct Costs: Sendable {
        let base: [Int64]
        let terms: [[Int64]]
        let changesState: [Bool]

        init() {
            let functions = ReviveFunction.allCases
            base = functions.map { $0.gas.first.map { Int64(clamping: $0.base.upperBound) } ?? 0 }
            terms = functions.map { $0.gas.first?.terms.map { Int64(clamping: $0.cost.upperBound) } ?? [] }
            changesState = functions.map(\.changesState)
        }
    }
    private static let costs = Costs()

    /// Takes what a function costs at least, and refuses what changes state in a read-only frame.
    @inline(__always)
    package func begin(_ function: ReviveFunction, _ context: HostContext) throws {
        let index = Int(function.rawValue)
        if isReadOnly, Self.costs.changesState[index] { throw FrameError.stateChangeDenied }
        try take(Self.costs.base[index])
    }

    /// Takes what a function costs for the amount that was asked for.
    ///
    /// - Parameters:
    ///   - function: the function.
    ///   - term: which part of its cost; 0 is the first.
    ///   - units: how many of what the part counts.
    /// - Throws: `FrameError.outOfGas` if there is too little.
    func charge(_ function: ReviveFunction, term: Int = 0, units: UInt32) throws(FrameError) {
        let (cost, overflows) = Self.costs.terms[Int(function.rawValue)][term].multipliedReportingOverflow(
            by: Int64(units))
        try take(overflows ? .max : cost)
    }

    /// The same for bytes, of which each KiB that is begun counts.
    func charge(_ function: ReviveFunction, term: Int = 0, bytes: UInt32) throws(FrameError) {
        try charge(function, term: term, units: bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1))
    }

    @inline(__always)
    private func take(_ cost: Int64) throws(FrameError) {
        guard instance.gas >= cost else {
            instance.gas = 0
            throw .outOfGas
        }
        instance.gas -= cost
    }

    // MARK: Help

    /// Writes as much as the guest has room for, and how much that was.
    func put(
        _ bytes: ArraySlice<UInt8>, at output: UInt32, lengthAt outputLength: UInt32, _ memory: GuestMemory
    ) throws(FrameError) {
        let count = min(try memory.integer(at: outputLength), UInt32(clamping: bytes.count))
        do {
            try bytes.prefix(Int(count)).withUnsafeBytes { try memory.write(from: $0, at: output) }
        } catch { throw .outOfBounds(address: output, byteCount: count) }
        try memory.put(count, at: outputLength)
    }
}

extension Frame: ReviveFunctions {}
