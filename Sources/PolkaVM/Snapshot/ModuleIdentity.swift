// What a program is known by: a state of one program means nothing to another, or to the same one under other rules.

import PolkaBlob
import PolkaISA
import Synchronization

/// The hash of all that decides what a state means.
final class ModuleIdentity: Sendable {
    let hash: ContentHash

    init(_ module: Module) {
        var hasher = ContentHasher()
        let (blob, configuration) = (module.blob, module.configuration)
        hasher.update("pvm module 1")
        hasher.update(blob.instructionSet.name)
        hasher.update(blob.code.bytes)
        hasher.update(blob.code.bitmask)
        hasher.update(UInt64(blob.code.jumpTable.count))
        for target in blob.code.jumpTable { hasher.update(UInt64(target)) }
        hasher.update(blob.readOnlyData)
        hasher.update(blob.readWriteData)
        for size in [blob.readOnlyDataSize, blob.readWriteDataSize, blob.stackSize] { hasher.update(UInt64(size)) }
        hasher.update(UInt64(configuration.pageSize))
        hasher.update(UInt64(configuration.auxiliarySize))
        hasher.update(configuration.startsUnmapped ? 1 : 0)
        hasher.update(configuration.gasMetering.identity)
        hasher.update(configuration.costModel)
        hasher.update(configuration.faultRule.identity)
        hasher.update(configuration.jumpRule.identity)
        hash = hasher.finalize()
    }
}

extension Module {
    /// What snapshots and records know the program by: its code, its initial memory, and the rules that it runs under.
    ///
    /// Names, debug information and the backend are no part of it. Takes time linear in the program the first time.
    public var identity: ContentHash {
        if let identity = lazyIdentity.load() { return identity.hash }
        return lazyIdentity.storeIfNil(ModuleIdentity(self)).hash
    }
}

extension Module {
    /// What records know the program by: the gas that makes it interruptible is hidden from hosts, but not from them.
    var recordIdentity: ContentHash {
        guard configuration.gasMetering == .none, configuration.isInterruptible else { return identity }
        return ContentHash(of: identity.bytes + Array("interruptible".utf8))
    }
}

// Numbers that files keep: they stay as they are.

extension GasMetering {
    fileprivate var identity: UInt64 {
        switch self {
        case .none: 0
        case .synchronous: 1
        case .asynchronous: 2
        case .perInstruction: 3
        }
    }
}

extension FaultRule {
    fileprivate var identity: UInt64 {
        switch self {
        case .trap: 0
        case .pageFault: 1
        case .pageFaultUnlessReadOnly: 2
        }
    }
}

extension JumpRule {
    fileprivate var identity: UInt64 {
        switch self {
        case .reference: 0
        case .graypaper: 1
        }
    }
}

extension ContentHasher {
    /// Adds bytes with their number, so that no two lists of bytes are taken for each other.
    mutating func update(_ bytes: [UInt8]) {
        update(UInt64(bytes.count))
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds a model by its name, or a table by what it says.
    fileprivate mutating func update(_ model: CostModel) {
        update(model.name ?? "table")
        if case .table(let table) = model { update(table.bytes) }
    }

    mutating func update(_ text: String) { update(Array(text.utf8)) }
}
