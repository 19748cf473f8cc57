// What tests of services set and see: the chain that `pvm test` makes for each of them.
//
// Generated from Guest/hosts/jam_test.json by `make headers`; changes belong there.

// swift-format-ignore-file

package import PolkaVM

/// The functions of the host.
package enum JAMTestFunction: UInt8, CaseIterable, Sendable {
    /// Sets the time slot of the block, and of the block that lookups of refine refer to.
    case setTimeSlot
    /// Sets the entropy of the block.
    case setEntropy
    /// Gives a service a balance; makes the service if it is not there.
    case setBalance
    /// The balance of a service.
    case balance
    /// Stores a value for a service; of no bytes, removes it.
    case setStorage
    /// Gives a service a preimage that is available from this time slot on.
    case provide
    /// Makes a service manager, delegator, registrar and assigner of all cores.
    case setPrivileged
    /// Adds an item for the service to the work package.
    case addItem
    /// Adds an extrinsic to an item.
    case addExtrinsic
    /// Adds an imported segment to an item.
    case addImport
    /// Sets the gas that refine and accumulate get for each item from now on.
    case setGas
    /// Sets what the authorizer was shown, and what it answered.
    case setAuthorization
    /// Refines an item with the code that is deployed; what comes of it is an input of the next accumulate.
    case refine
    /// Adds an input of accumulate as if an item had been refined so.
    case addResult
    /// Adds a transfer to the service as an input of accumulate.
    case addTransfer
    /// Accumulates all inputs with the code that is deployed, and ends the block: the time slot is one more.
    case accumulate
    /// Copies what the last refine or accumulate returned.
    case output
    /// What the last refine or accumulate used.
    case gasUsed
    /// The hash that the last accumulate yielded, or the test itself if there was none.
    case yielded
    /// How many segments the last refine exported, or the test itself so far if there was none.
    case exportCount
    /// One of these segments.
    case export
    /// How many transfers the last accumulate sent, or the test itself so far if there was none.
    case transferCount
    /// One of these transfers.
    case transfer

    /// The name by which programs import it.
    package var symbol: String {
        switch self {
        case .setTimeSlot: "pvm_jam_test_set_time_slot"
        case .setEntropy: "pvm_jam_test_set_entropy"
        case .setBalance: "pvm_jam_test_set_balance"
        case .balance: "pvm_jam_test_balance"
        case .setStorage: "pvm_jam_test_set_storage"
        case .provide: "pvm_jam_test_provide"
        case .setPrivileged: "pvm_jam_test_set_privileged"
        case .addItem: "pvm_jam_test_add_item"
        case .addExtrinsic: "pvm_jam_test_add_extrinsic"
        case .addImport: "pvm_jam_test_add_import"
        case .setGas: "pvm_jam_test_set_gas"
        case .setAuthorization: "pvm_jam_test_set_authorization"
        case .refine: "pvm_jam_test_refine"
        case .addResult: "pvm_jam_test_add_result"
        case .addTransfer: "pvm_jam_test_add_transfer"
        case .accumulate: "pvm_jam_test_accumulate"
        case .output: "pvm_jam_test_output"
        case .gasUsed: "pvm_jam_test_gas_used"
        case .yielded: "pvm_jam_test_yielded"
        case .exportCount: "pvm_jam_test_export_count"
        case .export: "pvm_jam_test_export"
        case .transferCount: "pvm_jam_test_transfer_count"
        case .transfer: "pvm_jam_test_transfer"
        }
    }
}

/// How a run of the service ended; the errors are numbered as JAM encodes them.
package enum JAMTestStatusCode: UInt32, CaseIterable, Sendable {
    /// It returned.
    case halted = 0
    /// Its gas was used up.
    case outOfGas = 1
    /// It stopped with an error.
    case panicked = 2
    /// It exported another number of segments than its item says.
    case badExports = 3
    /// What it returned is too long for a report.
    case oversize = 4
    /// Its code was not there.
    case badCode = 5
    /// Its code is too long.
    case bigCode = 6
}

/// Services that are there at the start.
package enum JAMTestServiceCode: UInt32, CaseIterable, Sendable {
    /// The one that is tested.
    case own = 70000
    /// Another one, without code.
    case other = 80000
}

/// What answers the functions. Addresses are those of the guest's memory, which nobody has looked at yet.
package protocol JAMTestFunctions {
    /// Called ahead of each function: takes its gas, or refuses it by throwing.
    func begin(_ function: JAMTestFunction, _ context: HostContext) throws
    /// Sets the time slot of the block, and of the block that lookups of refine refer to.
    func setTimeSlot(_ context: HostContext, slot: UInt32) throws
    /// Sets the entropy of the block.
    func setEntropy(_ context: HostContext, entropy: UInt32) throws
    /// Gives a service a balance; makes the service if it is not there.
    func setBalance(_ context: HostContext, service: UInt32, balance: UInt64) throws
    /// The balance of a service.
    func balance(_ context: HostContext, service: UInt32) throws -> UInt64
    /// Stores a value for a service; of no bytes, removes it.
    func setStorage(_ context: HostContext, service: UInt32, key: UInt32, keyLength: UInt32, value: UInt32, valueLength: UInt32) throws
    /// Gives a service a preimage that is available from this time slot on.
    func provide(_ context: HostContext, service: UInt32, data: UInt32, length: UInt32) throws
    /// Makes a service manager, delegator, registrar and assigner of all cores.
    func setPrivileged(_ context: HostContext, service: UInt32) throws
    /// Adds an item for the service to the work package.
    func addItem(_ context: HostContext, payload: UInt32, length: UInt32, exports: UInt32) throws -> UInt64
    /// Adds an extrinsic to an item.
    func addExtrinsic(_ context: HostContext, item: UInt32, data: UInt32, length: UInt32) throws
    /// Adds an imported segment to an item.
    func addImport(_ context: HostContext, item: UInt32, data: UInt32, length: UInt32) throws
    /// Sets the gas that refine and accumulate get for each item from now on.
    func setGas(_ context: HostContext, gas: UInt64) throws
    /// Sets what the authorizer was shown, and what it answered.
    func setAuthorization(_ context: HostContext, token: UInt32, tokenLength: UInt32, trace: UInt32, traceLength: UInt32) throws
    /// Refines an item with the code that is deployed; what comes of it is an input of the next accumulate.
    func refine(_ context: HostContext, item: UInt32) throws -> UInt64
    /// Adds an input of accumulate as if an item had been refined so.
    func addResult(_ context: HostContext, status: UInt32, data: UInt32, length: UInt32) throws
    /// Adds a transfer to the service as an input of accumulate.
    func addTransfer(_ context: HostContext, from: UInt32, amount: UInt64, gas: UInt64, memo: UInt32) throws
    /// Accumulates all inputs with the code that is deployed, and ends the block: the time slot is one more.
    func accumulate(_ context: HostContext) throws -> UInt64
    /// Copies what the last refine or accumulate returned.
    func output(_ context: HostContext, output: UInt32, length: UInt32) throws -> UInt64
    /// What the last refine or accumulate used.
    func gasUsed(_ context: HostContext) throws -> UInt64
    /// The hash that the last accumulate yielded, or the test itself if there was none.
    func yielded(_ context: HostContext, output: UInt32) throws -> UInt64
    /// How many segments the last refine exported, or the test itself so far if there was none.
    func exportCount(_ context: HostContext) throws -> UInt64
    /// One of these segments.
    func export(_ context: HostContext, index: UInt32, output: UInt32) throws
    /// How many transfers the last accumulate sent, or the test itself so far if there was none.
    func transferCount(_ context: HostContext) throws -> UInt64
    /// One of these transfers.
    func transfer(_ context: HostContext, index: UInt32, destination: UInt32, amount: UInt32, memo: UInt32) throws
}

extension JAMTestFunction {
    /// Offers all functions; `host` tells who answers a guest.
    package static func define<Host: JAMTestFunctions>(
        in linker: inout Linker, host: @escaping (HostContext) throws -> Host
    ) throws(LinkerError) {
        try linker.define("pvm_jam_test_set_time_slot") { context in
            let host = try host(context)
            try host.begin(.setTimeSlot, context)
            try host.setTimeSlot(context, slot: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("pvm_jam_test_set_entropy") { context in
            let host = try host(context)
            try host.begin(.setEntropy, context)
            try host.setEntropy(context, entropy: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("pvm_jam_test_set_balance") { context in
            let host = try host(context)
            try host.begin(.setBalance, context)
            try host.setBalance(context, service: UInt32(truncatingIfNeeded: context.argument(0)), balance: context.argument(1))
        }
        try linker.define("pvm_jam_test_balance") { context in
            let host = try host(context)
            try host.begin(.balance, context)
            context.setResult(try host.balance(context, service: UInt32(truncatingIfNeeded: context.argument(0))))
        }
        try linker.define("pvm_jam_test_set_storage") { context in
            let host = try host(context)
            try host.begin(.setStorage, context)
            try host.setStorage(context, service: UInt32(truncatingIfNeeded: context.argument(0)), key: UInt32(truncatingIfNeeded: context.argument(1)), keyLength: UInt32(truncatingIfNeeded: context.argument(2)), value: UInt32(truncatingIfNeeded: context.argument(3)), valueLength: UInt32(truncatingIfNeeded: context.argument(4)))
        }
        try linker.define("pvm_jam_test_provide") { context in
            let host = try host(context)
            try host.begin(.provide, context)
            try host.provide(context, service: UInt32(truncatingIfNeeded: context.argument(0)), data: UInt32(truncatingIfNeeded: context.argument(1)), length: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("pvm_jam_test_set_privileged") { context in
            let host = try host(context)
            try host.begin(.setPrivileged, context)
            try host.setPrivileged(context, service: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("pvm_jam_test_add_item") { context in
            let host = try host(context)
            try host.begin(.addItem, context)
            context.setResult(try host.addItem(context, payload: UInt32(truncatingIfNeeded: context.argument(0)), length: UInt32(truncatingIfNeeded: context.argument(1)), exports: UInt32(truncatingIfNeeded: context.argument(2))))
        }
        try linker.define("pvm_jam_test_add_extrinsic") { context in
            let host = try host(context)
            try host.begin(.addExtrinsic, context)
            try host.addExtrinsic(context, item: UInt32(truncatingIfNeeded: context.argument(0)), data: UInt32(truncatingIfNeeded: context.argument(1)), length: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("pvm_jam_test_add_import") { context in
            let host = try host(context)
            try host.begin(.addImport, context)
            try host.addImport(context, item: UInt32(truncatingIfNeeded: context.argument(0)), data: UInt32(truncatingIfNeeded: context.argument(1)), length: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("pvm_jam_test_set_gas") { context in
            let host = try host(context)
            try host.begin(.setGas, context)
            try host.setGas(context, gas: context.argument(0))
        }
        try linker.define("pvm_jam_test_set_authorization") { context in
            let host = try host(context)
            try host.begin(.setAuthorization, context)
            try host.setAuthorization(context, token: UInt32(truncatingIfNeeded: context.argument(0)), tokenLength: UInt32(truncatingIfNeeded: context.argument(1)), trace: UInt32(truncatingIfNeeded: context.argument(2)), traceLength: UInt32(truncatingIfNeeded: context.argument(3)))
        }
        try linker.define("pvm_jam_test_refine") { context in
            let host = try host(context)
            try host.begin(.refine, context)
            context.setResult(try host.refine(context, item: UInt32(truncatingIfNeeded: context.argument(0))))
        }
        try linker.define("pvm_jam_test_add_result") { context in
            let host = try host(context)
            try host.begin(.addResult, context)
            try host.addResult(context, status: UInt32(truncatingIfNeeded: context.argument(0)), data: UInt32(truncatingIfNeeded: context.argument(1)), length: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("pvm_jam_test_add_transfer") { context in
            let host = try host(context)
            try host.begin(.addTransfer, context)
            try host.addTransfer(context, from: UInt32(truncatingIfNeeded: context.argument(0)), amount: context.argument(1), gas: context.argument(2), memo: UInt32(truncatingIfNeeded: context.argument(3)))
        }
        try linker.define("pvm_jam_test_accumulate") { context in
            let host = try host(context)
            try host.begin(.accumulate, context)
            context.setResult(try host.accumulate(context))
        }
        try linker.define("pvm_jam_test_output") { context in
            let host = try host(context)
            try host.begin(.output, context)
            context.setResult(try host.output(context, output: UInt32(truncatingIfNeeded: context.argument(0)), length: UInt32(truncatingIfNeeded: context.argument(1))))
        }
        try linker.define("pvm_jam_test_gas_used") { context in
            let host = try host(context)
            try host.begin(.gasUsed, context)
            context.setResult(try host.gasUsed(context))
        }
        try linker.define("pvm_jam_test_yielded") { context in
            let host = try host(context)
            try host.begin(.yielded, context)
            context.setResult(try host.yielded(context, output: UInt32(truncatingIfNeeded: context.argument(0))))
        }
        try linker.define("pvm_jam_test_export_count") { context in
            let host = try host(context)
            try host.begin(.exportCount, context)
            context.setResult(try host.exportCount(context))
        }
        try linker.define("pvm_jam_test_export") { context in
            let host = try host(context)
            try host.begin(.export, context)
            try host.export(context, index: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("pvm_jam_test_transfer_count") { context in
            let host = try host(context)
            try host.begin(.transferCount, context)
            context.setResult(try host.transferCount(context))
        }
        try linker.define("pvm_jam_test_transfer") { context in
            let host = try host(context)
            try host.begin(.transfer, context)
            try host.transfer(context, index: UInt32(truncatingIfNeeded: context.argument(0)), destination: UInt32(truncatingIfNeeded: context.argument(1)), amount: UInt32(truncatingIfNeeded: context.argument(2)), memo: UInt32(truncatingIfNeeded: context.argument(3)))
        }
    }
}
