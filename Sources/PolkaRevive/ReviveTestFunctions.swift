// What tests of contracts set and see: the chain that `pvm test` makes for each of them.
//
// Generated from Guest/hosts/revive_test.json by `make headers`; changes belong there.

// swift-format-ignore-file

package import PolkaVM

/// The functions of the host.
package enum ReviveTestFunction: UInt8, CaseIterable, Sendable {
    /// The address of one of the accounts that have a balance at the start.
    case account
    /// Gives an account a balance.
    case setBalance
    /// Sets who seems to call the test itself, for functions of the contract that it calls directly.
    case setCaller
    /// Sets the value that seems to come with the call of the test itself.
    case setValue
    /// Sets the input that the test itself seems to have got.
    case setInput
    /// Sets the time of the block, in seconds since 1970.
    case setTime
    /// Sets the number of the block.
    case setBlock
    /// The hash of a contract's code, to be deployed with.
    case code
    /// Makes a contract, in a transaction of an account.
    case deploy
    /// Calls a contract or sends value, in a transaction of an account.
    case call
    /// Sets the gas that transactions of the test get from now on.
    case setGasLimit
    /// What the last transaction used.
    case gasUsed
    /// How many events the last transaction left, or the test itself so far if there was none.
    case eventCount
    /// One of these events.
    case event
    /// Answers calls of an address in place of what is there; the longest prefix decides, and among equals the last.
    case mock
    /// A number from 0 to a bound; a test that asks for one is a property: it runs many times, and what fails is made smaller.
    case choose
    /// Ends a run of a property whose choices do not fit; it counts neither for nor against it.
    case reject

    /// The name by which programs import it.
    package var symbol: String {
        switch self {
        case .account: "pvm_test_account"
        case .setBalance: "pvm_test_set_balance"
        case .setCaller: "pvm_test_set_caller"
        case .setValue: "pvm_test_set_value"
        case .setInput: "pvm_test_set_input"
        case .setTime: "pvm_test_set_time"
        case .setBlock: "pvm_test_set_block"
        case .code: "pvm_test_code"
        case .deploy: "pvm_test_deploy"
        case .call: "pvm_test_call"
        case .setGasLimit: "pvm_test_set_gas_limit"
        case .gasUsed: "pvm_test_gas_used"
        case .eventCount: "pvm_test_event_count"
        case .event: "pvm_test_event"
        case .mock: "pvm_test_mock"
        case .choose: "pvm_test_choose"
        case .reject: "pvm_test_reject"
        }
    }
}

/// How a transaction ended; numbered like the results of revive's calls.
package enum ReviveTestStatusCode: UInt32, CaseIterable, Sendable {
    /// All went well.
    case success = 0
    /// The contract stopped with an error.
    case trapped = 1
    /// The contract undid what it did; what it returned says why.
    case reverted = 2
    /// The value could not be transferred.
    case transferFailed = 4
    /// The gas was used up.
    case outOfGas = 5
}

/// What there is.
package enum ReviveTestLimits {
    /// Accounts with a balance at the start.
    package static let accounts: UInt32 = 10
    /// Topics of an event at most.
    package static let topics: UInt32 = 4
}

/// What answers the functions. Addresses are those of the guest's memory, which nobody has looked at yet.
package protocol ReviveTestFunctions {
    /// Called ahead of each function: takes its gas, or refuses it by throwing.
    func begin(_ function: ReviveTestFunction, _ context: HostContext) throws
    /// The address of one of the accounts that have a balance at the start.
    func account(_ context: HostContext, index: UInt32, output: UInt32) throws
    /// Gives an account a balance.
    func setBalance(_ context: HostContext, account: UInt32, balance: UInt32) throws
    /// Sets who seems to call the test itself, for functions of the contract that it calls directly.
    func setCaller(_ context: HostContext, caller: UInt32) throws
    /// Sets the value that seems to come with the call of the test itself.
    func setValue(_ context: HostContext, value: UInt32) throws
    /// Sets the input that the test itself seems to have got.
    func setInput(_ context: HostContext, input: UInt32, inputLength: UInt32) throws
    /// Sets the time of the block, in seconds since 1970.
    func setTime(_ context: HostContext, seconds: UInt64) throws
    /// Sets the number of the block.
    func setBlock(_ context: HostContext, number: UInt64) throws
    /// The hash of a contract's code, to be deployed with.
    func code(_ context: HostContext, name: UInt32, nameLength: UInt32, output: UInt32) throws
    /// Makes a contract, in a transaction of an account.
    func deploy(_ context: HostContext, from: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32, address: UInt32) throws -> UInt64
    /// Calls a contract or sends value, in a transaction of an account.
    func call(_ context: HostContext, from: UInt32, to: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32) throws -> UInt64
    /// Sets the gas that transactions of the test get from now on.
    func setGasLimit(_ context: HostContext, gas: UInt64) throws
    /// What the last transaction used.
    func gasUsed(_ context: HostContext) throws -> UInt64
    /// How many events the last transaction left, or the test itself so far if there was none.
    func eventCount(_ context: HostContext) throws -> UInt64
    /// One of these events.
    func event(_ context: HostContext, index: UInt32, address: UInt32, topics: UInt32, dataLength: UInt32, data: UInt32) throws -> UInt64
    /// Answers calls of an address in place of what is there; the longest prefix decides, and among equals the last.
    func mock(_ context: HostContext, address: UInt32, prefixLength: UInt32, prefix: UInt32, status: UInt32, dataLength: UInt32, data: UInt32) throws
    /// A number from 0 to a bound; a test that asks for one is a property: it runs many times, and what fails is made smaller.
    func choose(_ context: HostContext, bound: UInt64) throws -> UInt64
    /// Ends a run of a property whose choices do not fit; it counts neither for nor against it.
    func reject(_ context: HostContext) throws -> Never
}

extension ReviveTestFunction {
    /// Offers all functions; `host` tells who answers a guest.
    package static func define<Host: ReviveTestFunctions>(
        in linker: inout Linker, host: @escaping (HostContext) throws -> Host
    ) throws(LinkerError) {
        try linker.define("pvm_test_account") { context in
            let host = try host(context)
            try host.begin(.account, context)
            try host.account(context, index: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("pvm_test_set_balance") { context in
            let host = try host(context)
            try host.begin(.setBalance, context)
            try host.setBalance(context, account: UInt32(truncatingIfNeeded: context.argument(0)), balance: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("pvm_test_set_caller") { context in
            let host = try host(context)
            try host.begin(.setCaller, context)
            try host.setCaller(context, caller: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("pvm_test_set_value") { context in
            let host = try host(context)
            try host.begin(.setValue, context)
            try host.setValue(context, value: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("pvm_test_set_input") { context in
            let host = try host(context)
            try host.begin(.setInput, context)
            try host.setInput(context, input: UInt32(truncatingIfNeeded: context.argument(0)), inputLength: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("pvm_test_set_time") { context in
            let host = try host(context)
            try host.begin(.setTime, context)
            try host.setTime(context, seconds: context.argument(0))
        }
        try linker.define("pvm_test_set_block") { context in
            let host = try host(context)
            try host.begin(.setBlock, context)
            try host.setBlock(context, number: context.argument(0))
        }
        try linker.define("pvm_test_code") { context in
            let host = try host(context)
            try host.begin(.code, context)
            try host.code(context, name: UInt32(truncatingIfNeeded: context.argument(0)), nameLength: UInt32(truncatingIfNeeded: context.argument(1)), output: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("pvm_test_deploy") { context in
            let host = try host(context)
            try host.begin(.deploy, context)
            context.setResult(try host.deploy(context, from: UInt32(truncatingIfNeeded: context.argument(0)), value: UInt32(truncatingIfNeeded: context.argument(1)), inputLength: UInt32(truncatingIfNeeded: context.argument(2) >> 32), input: UInt32(truncatingIfNeeded: context.argument(2)), outputLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), output: UInt32(truncatingIfNeeded: context.argument(3)), address: UInt32(truncatingIfNeeded: context.argument(4))))
        }
        try linker.define("pvm_test_call") { context in
            let host = try host(context)
            try host.begin(.call, context)
            context.setResult(try host.call(context, from: UInt32(truncatingIfNeeded: context.argument(0)), to: UInt32(truncatingIfNeeded: context.argument(1)), value: UInt32(truncatingIfNeeded: context.argument(2)), inputLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), input: UInt32(truncatingIfNeeded: context.argument(3)), outputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), output: UInt32(truncatingIfNeeded: context.argument(4))))
        }
        try linker.define("pvm_test_set_gas_limit") { context in
            let host = try host(context)
            try host.begin(.setGasLimit, context)
            try host.setGasLimit(context, gas: context.argument(0))
        }
        try linker.define("pvm_test_gas_used") { context in
            let host = try host(context)
            try host.begin(.gasUsed, context)
            context.setResult(try host.gasUsed(context))
        }
        try linker.define("pvm_test_event_count") { context in
            let host = try host(context)
            try host.begin(.eventCount, context)
            context.setResult(try host.eventCount(context))
        }
        try linker.define("pvm_test_event") { context in
            let host = try host(context)
            try host.begin(.event, context)
            context.setResult(try host.event(context, index: UInt32(truncatingIfNeeded: context.argument(0)), address: UInt32(truncatingIfNeeded: context.argument(1)), topics: UInt32(truncatingIfNeeded: context.argument(2)), dataLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), data: UInt32(truncatingIfNeeded: context.argument(3))))
        }
        try linker.define("pvm_test_mock") { context in
            let host = try host(context)
            try host.begin(.mock, context)
            try host.mock(context, address: UInt32(truncatingIfNeeded: context.argument(0)), prefixLength: UInt32(truncatingIfNeeded: context.argument(1) >> 32), prefix: UInt32(truncatingIfNeeded: context.argument(1)), status: UInt32(truncatingIfNeeded: context.argument(2)), dataLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), data: UInt32(truncatingIfNeeded: context.argument(3)))
        }
        try linker.define("pvm_test_choose") { context in
            let host = try host(context)
            try host.begin(.choose, context)
            context.setResult(try host.choose(context, bound: context.argument(0)))
        }
        try linker.define("pvm_test_reject") { context in
            let host = try host(context)
            try host.begin(.reject, context)
            try host.reject(context)
        }
    }
}
