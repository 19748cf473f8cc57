// ELF files to a blob: the list of passes, and nothing else.
//
// Each pass is a file of Passes/ with its algorithm in the head comment. Everything iterates in the order of the input or of
// numbers given in that order, so the output is a function of the input and the options, to the byte.

package import PolkaBlob
package import PolkaISA
package import RISCVELF

/// How to link.
package struct LinkOptions: Sendable {
    /// How much to change the program.
    package enum Optimization: Int, Sendable, CaseIterable {
        /// Keep every section of the input.
        case none = 0
        /// Drop what the exports do not reach, join blocks.
        case basic = 1
        /// Everything that there is, for fewer executed instructions.
        case full = 2
        /// Everything that there is, for fewer bytes.
        case size = 3

        /// Whether the passes over whole programs run.
        var isWhole: Bool { self == .full || self == .size }
    }

    /// What may be left out: to see what a pass is good for, and to find one that is wrong.
    package enum OptionalPass: String, Sendable, CaseIterable {
        case mergeBlocks = "merge-blocks"
        case propagateCopies = "propagate-copies"
        case propagateConstants = "propagate-constants"
        case foldConstantLoads = "fold-constant-loads"
        case joinConstants = "join-constants"
        case formBranches = "form-branches"
        case removeDeadOperations = "remove-dead-operations"
        case reuseStackSlots = "reuse-stack-slots"
        case foldAddresses = "fold-addresses"
        case coalesceMoves = "coalesce-moves"
        case inlineFunctions = "inline-functions"
        case dropLinks = "drop-links"
        case formConditionalMoves = "form-conditional-moves"
        case threadJumps = "thread-jumps"
        case duplicateTails = "duplicate-tails"
        case joinEqualBlocks = "join-equal-blocks"
        case foldEqualCode = "fold-equal-code"
        case mergeTails = "merge-tails"
        case shortenConstants = "shorten-constants"
        case arrangeBlocks = "arrange-blocks"
    }

    package var instructionSet: InstructionSet
    package var optimization: Optimization
    /// Passes that are left out at every level.
    package var disabledPasses: Set<OptionalPass> = []
    /// Whether the result says what each pass did, which takes time to add up.
    package var reportsPasses = false
    /// Bytes of stack to reserve at least; rounded up to 4096.
    package var minimumStackSize: UInt32
    /// Exports that get fixed entries at the start of the code, in their order.
    package var dispatch: [String]
    /// Whether exports that are tests are left out, and with them what only they use.
    package var dropsTests = false
    /// Whether the blob is to have no debug sections.
    package var stripsDebugInfo = false
    /// The same for a host that enters at fixed places: for each place the names of which one may be exported.
    ///
    /// Not together with `dispatch`.
    package var entrySlots: [[String]] = []
    /// Whether the host knows functions by number only, so that every import must say its own.
    package var callsByNumber = false

    package init(
        instructionSet: InstructionSet = .latest64, optimization: Optimization = .full,
        minimumStackSize: UInt32 = LinkOptions.defaultStackSize, dispatch: [String] = []
    ) {
        self.instructionSet = instructionSet
        self.optimization = optimization
        self.minimumStackSize = minimumStackSize
        self.dispatch = dispatch
    }

    /// The stack that a program gets if it asks for none (linker.md 1).
    package static let defaultStackSize: UInt32 = 8192
    /// What stack sizes are rounded up to.
    static let stackAlignment: UInt64 = 4096
}

/// A linked program.
package struct LinkResult: Sendable {
    package let blob: Blob
    package let map: LinkMap
    /// What each pass left, in order.
    package let passes: [PassReport]
    /// Debug information of the input that could not be read, in words; what it is about has no lines in the blob.
    package let notes: [String]
}

/// What a pass left behind.
package struct PassReport: Sendable {
    package let name: String
    /// Which round of the passes over the whole program it belongs to, from 1; nil for those that run once.
    package let round: Int?
    package let blockCount: Int
    /// Operations and transfers of control.
    package let operationCount: Int
    /// Bytes of code, about: addresses and distances are not known before the end.
    package let byteCount: Int
}

/// The post-linker.
package enum PostLinker {
    /// Links ELF files that together form one program.
    ///
    /// Takes time linear in the input but for the layout of jumps, which repeats a linear pass a few times.
    ///
    /// - Parameters:
    ///   - objects: what ld.lld left, or relocatable objects whose symbols complete each other.
    ///   - options: how to link.
    /// - Returns: the blob, a map of what became of the input, and a report of the passes if the options ask for it.
    /// - Throws: `LinkFailure` with everything that the first failing pass found wrong.
    package static func link(_ objects: [ELFObject], options: LinkOptions) throws(LinkFailure) -> LinkResult {
        var log = PassLog(isOn: options.reportsPasses)

        // Sections and symbols of all files under one numbering.
        let input = try LinkInput(objects)
        // Decode code and read relocations, starting from the exports.
        let discovery = Discovery(input)
        try discovery.run(keepEverything: options.optimization == .none, dropsTests: options.dropsTests)
        // Cut the code into blocks. No new code from the input after this.
        var program = try splitBlocks(discovery)
        log.record("split-blocks", program)

        if options.optimization != .none {
            program.dropUnreachable()
            log.record("drop-unreachable", program)
            options.run(.mergeBlocks, &program, &log) { $0.mergeBlocks() }
        }
        // Real registers for the temporaries of the lowering. No temporaries after this.
        program.replaceTemporaries(findsReturns: options.optimization.isWhole)
        log.record("replace-temporaries", program)
        if options.optimization.isWhole { options.optimize(&program, input, &log) }
        // A block behind every branch whose other side is elsewhere. No new blocks after this.
        program.orderBlocks(
            copiesTails: options.optimization == .full && !options.disabledPasses.contains(.duplicateTails))
        log.record("order-blocks", program)

        // What is left decides the import table, the data and the jump table. No new references after this.
        let reached = program.reachability(keepEverything: options.optimization == .none)
        let imports = try program.numberImports(
            reached.imports, callsByNumber: options.callsByNumber, input)
        let data = try DataLayout(reached.dataSections, spillByteCount: program.spillByteCount, input)
        let jumpTable = JumpTable(order: program.order, addressTaken: reached.addressTaken)
        let dispatch = try program.dispatchBlocks(program.dispatchNames(options, input), input)

        // Instructions, then bytes.
        var selector = InstructionSelector(program, input, data, jumpTable, imports, options.instructionSet)
        let selected = try selector.run(dispatch: dispatch)
        let code = CodeLayout(instructions: selected.instructions, minimumByteCounts: selected.minimumByteCounts)
            .encoded(for: options.instructionSet)
        let images = try program.dataImages(data, jumpTable, input)

        var blob = try assemble(program, input, options, data, jumpTable, imports, selected, code, images)
        if !options.stripsDebugInfo { blob.debug = program.debugSections(input, selected, code) }
        let map = LinkMap(program, input, data, selected, code)
        let notes = options.stripsDebugInfo ? [] : input.sourceMaps.notes
        return LinkResult(blob: blob, map: map, passes: log.reports, notes: notes)
    }
}

extension LinkOptions {
    /// Each round finds what the one before has uncovered; a fourth would find one operation in a thousand.
    private static let mostRounds = 3

    /// The passes over whole programs that make them smaller and faster, again and again as long as they find something.
    fileprivate func optimize(_ program: inout Program, _ input: LinkInput, _ log: inout PassLog) {
        let data = disabledPasses.contains(.foldConstantLoads) ? nil : ConstantData(program, input)
        let prefersSize = optimization == .size
        for round in 1...Self.mostRounds {
            log.round = round
            var changed = false
            // Passes only take references away.
            let reached = program.dropUnreachable()
            // Valid until blocks are merged.
            var returns = ReturnMap()
            run(.reuseStackSlots, &program, &log) { changed = $0.reuseStackSlots(reached) || changed }
            run(.propagateCopies, &program, &log) { $0.propagateCopies() }
            run(.propagateConstants, &program, &log) {
                let result = $0.propagateConstants(reached, data)
                changed = result.changed || changed
                returns = result.returns
            }
            run(.joinConstants, &program, &log) { changed = $0.joinConstants(prefersSize: prefersSize) || changed }
            // What dead operations read counts only if they stay.
            let live = program.liveAtEntry(
                ignoringDeadOperations: !disabledPasses.contains(.removeDeadOperations), returns: returns)
            run(.formBranches, &program, &log) { changed = $0.formBranches(live) || changed }
            run(.removeDeadOperations, &program, &log) { $0.removeDeadOperations(live, returns) }
            run(.foldAddresses, &program, &log) { changed = $0.foldAddresses(live, returns) || changed }
            run(.coalesceMoves, &program, &log) { changed = $0.coalesceMoves(live, returns) || changed }
            run(.dropLinks, &program, &log) { $0.dropLinks(live, reached) }
            run(.inlineFunctions, &program, &log) {
                changed = $0.inlineFunctions(live, prefersSize: prefersSize) || changed
            }
            run(.formConditionalMoves, &program, &log) {
                changed = $0.formConditionalMoves(reached, prefersSize: prefersSize) || changed
            }
            run(.threadJumps, &program, &log) { changed = $0.threadJumps(reached) || changed }
            if !prefersSize { run(.duplicateTails, &program, &log) { $0.duplicateTails() } }
            run(.joinEqualBlocks, &program, &log) { $0.joinEqualBlocks(keepsLines: !prefersSize) }
            run(.mergeBlocks, &program, &log) { $0.mergeBlocks(movingBlocks: true) }
            guard changed else { break }
        }
        log.round = nil
        // Whether or not blocks are merged.
        program.dropUnreachable()
        if let data { run(.foldConstantLoads, &program, &log) { $0.dissolveSections(data, input) } }
        // Constants that are known where ways meet have been put to use.
        run(.mergeTails, &program, &log) { $0.sinkCommonTails(keepsLines: !prefersSize) }
        if prefersSize { shrink(&program, &log) }
        run(.arrangeBlocks, &program, &log) { $0.arrangeBlocks() }
    }

    /// The passes that trade executed instructions, and the lines of backtraces, for bytes.
    private func shrink(_ program: inout Program, _ log: inout PassLog) {
        run(.foldEqualCode, &program, &log) { $0.foldEqualCode() }
        run(.mergeBlocks, &program, &log) { $0.mergeBlocks(movingBlocks: true) }
        run(.mergeTails, &program, &log) { $0.shareTails() }
        run(.shortenConstants, &program, &log) { $0.shortenConstants() }
        run(.mergeBlocks, &program, &log) { $0.mergeBlocks(movingBlocks: true) }
        program.dropUnreachable()
    }

    fileprivate func run(
        _ pass: OptionalPass, _ program: inout Program, _ log: inout PassLog, _ body: (inout Program) -> Void
    ) {
        guard !disabledPasses.contains(pass) else { return }
        body(&program)
        log.record(pass.rawValue, program)
    }
}

/// Collects what the passes report.
private struct PassLog {
    let isOn: Bool
    var round: Int?
    var reports: [PassReport] = []

    init(isOn: Bool) { self.isOn = isOn }

    mutating func record(_ name: String, _ program: Program) {
        guard isOn else { return }
        let operations = program.order.reduce(0) { $0 + program[$1].operations.count + 1 }
        reports.append(
            PassReport(
                name: name, round: round, blockCount: program.order.count, operationCount: operations,
                byteCount: program.estimatedByteCount))
    }
}
