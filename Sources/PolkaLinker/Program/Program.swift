// The program between decoding and layout: blocks with symbolic addresses, and the data they use.

import RISCVELF

/// A basic block: operations without a transfer of control, then exactly one.
struct Block: Sendable {
    /// Where it starts in the input; nil for a block that the linker made.
    var location: Location?
    /// The start of the function that it is part of; nil if no symbol covers it.
    ///
    /// Of a function that the linker put in the place of a call, the function that called.
    var function: Location?
    var operations: [PlacedOperation]
    var control: Control
    /// The instruction that `control` came from.
    var controlOrigin: Origin
}

/// The whole program.
struct Program: Sendable {
    /// By block number.
    ///
    /// Blocks that have become superfluous stay in place but leave `order`.
    var blocks: [Block]
    /// The blocks of the program in the order of emission.
    var order: [BlockID]
    /// Exported functions, by the order of their records.
    var exports: [(block: BlockID, symbol: [UInt8])]
    /// By import number.
    var imports: [HostImport]
    /// What referred to each import first, for messages.
    var importReferrers: [Location]
    /// What to patch in each data section, by section number.
    var dataRelocations: [Int: [DataRelocation]]
    /// Bytes of stack that the objects ask for.
    var minimumStackSize: UInt64
    /// The calls in whose place the code is that they called.
    var callSites = CallSites()
    /// Bytes of memory in which `ReplaceTemporaries` saves registers.
    var spillByteCount = 0

    subscript(_ id: BlockID) -> Block {
        // Without copies of blocks, whose operations are counted by reference.
        _read { yield blocks.span[id.rawValue] }
        _modify { yield &blocks[id.rawValue] }
    }

    /// Puts what a block does, and how it ends, in place of the jump at the end of another.
    mutating func append(_ other: BlockID, to id: BlockID) {
        blocks[id.rawValue].operations += self[other].operations
        blocks[id.rawValue].control = self[other].control
        blocks[id.rawValue].controlOrigin = self[other].controlOrigin
    }

    mutating func makeBlock(_ block: Block) -> BlockID {
        blocks.append(block)
        return BlockID(blocks.count - 1)
    }
}

extension Control {
    /// Calls `body` for each block to which control goes directly.
    func forEachSuccessor(_ body: (BlockID) -> Void) {
        switch self {
        case .jump(let target), .call(_, let target, _): body(target)
        case .branch(_, _, _, let taken, let notTaken):
            body(taken)
            body(notTaken)
        case .jumpIndirect, .callIndirect, .trap: break
        }
    }

    /// The register in which a call leaves where it returns to.
    var link: LinkRegister? {
        switch self {
        case .call(let link, _, _), .callIndirect(let link, _, _): link
        case .jump, .jumpIndirect, .branch, .trap: nil
        }
    }

    /// The block whose address a call takes to return to.
    var returnBlock: BlockID? {
        switch self {
        case .call(_, _, let returnTo), .callIndirect(_, _, let returnTo): returnTo
        case .jump, .jumpIndirect, .branch, .trap: nil
        }
    }

    /// The block that must follow if the transfer is not to need another jump.
    var fallThrough: BlockID? {
        switch self {
        case .jump(let target): target
        case .branch(_, _, _, _, let notTaken): notTaken
        // A call loads the address that it returns to, wherever that is.
        case .call, .callIndirect, .jumpIndirect, .trap: nil
        }
    }

    /// The transfer with every block renamed.
    func retargeted(_ name: (BlockID) -> BlockID) -> Control {
        switch self {
        case .jump(let target): .jump(name(target))
        case .call(let link, let target, let returnTo): .call(link: link, name(target), returnTo: name(returnTo))
        case .callIndirect(let link, let base, let returnTo): .callIndirect(link: link, base, returnTo: name(returnTo))
        case .branch(let opcode, let a, let b, let taken, let notTaken):
            .branch(opcode, a, b, taken: name(taken), notTaken: name(notTaken))
        case .jumpIndirect, .trap: self
        }
    }
}
