// Contracts of pallet-revive (Polkadot Asset Hub), which find host functions by name.
//
// Generated from Guest/hosts/revive.json by `make headers`; changes belong there.

// swift-format-ignore-file

package import PolkaHost
package import PolkaVM

/// What the host calls.
package enum ReviveEntry: String, CaseIterable, Sendable {
    /// Runs once, as the constructor.
    case deploy = "deploy"
    /// Runs for every later message.
    case call = "call"
}

/// The functions of the host.
package enum ReviveFunction: UInt8, CaseIterable, Sendable {
    /// Stores a value of any length under a key; an empty value stays stored.
    case setStorage
    /// Stores a word under a key; a word of zeros removes it.
    case setStorageOrClear
    /// Reads the value under a key.
    case getStorage
    /// Reads the word under a key, zeros if there is none.
    case getStorageOrZero
    /// Calls another contract within limits of weight and deposit.
    case call
    /// Calls another contract with gas as the EVM counts it.
    case callEvm
    /// Runs another contract's code on the own state, within limits of weight and deposit.
    case delegateCall
    /// Runs another contract's code on the own state, with gas as the EVM counts it.
    case delegateCallEvm
    /// Makes a contract of code that is on the chain and runs its constructor.
    case instantiate
    /// The length of the input.
    case callDataSize
    /// Copies a part of the input; past its end are zeros.
    case callDataCopy
    /// Reads a word of the input, its bytes reversed to make a little-endian number.
    case callDataLoad
    /// Ends the contract with an output.
    case sealReturn
    /// The length of what the last callee returned.
    case returnDataSize
    /// Copies a part of what the last callee returned.
    case returnDataCopy
    /// The address of who called.
    case caller
    /// The address of who signed the transaction.
    case origin
    /// The own address.
    case address
    /// The hash of the code at an address.
    case codeHash
    /// The size of the code at an address.
    case codeSize
    /// The own balance.
    case balance
    /// The balance of an address.
    case balanceOf
    /// The value that came with the call.
    case valueTransferred
    /// The number of the chain.
    case chainId
    /// The time of the block.
    case now
    /// The number of the block.
    case blockNumber
    /// The base fee.
    case baseFee
    /// The price of gas.
    case gasPrice
    /// The gas limit of a block.
    case gasLimit
    /// The gas that is left.
    case refTimeLeft
    /// The hash of a block.
    case blockHash
    /// The address of the block's author.
    case blockAuthor
    /// Leaves an event.
    case depositEvent
    /// The Keccak-256 hash of bytes.
    case hashKeccak256
    /// Reads the data that the constructor left for good.
    case getImmutableData
    /// Leaves data for good.
    case setImmutableData
    /// The Ethereum address of a compressed ECDSA key.
    case ecdsaToEthAddress
    /// Checks an sr25519 signature.
    case sr25519Verify
    /// Ends the contract, undoes what it did, with no output, and uses up all gas.
    case consumeAllGas
    /// Ends the contract and removes it; its balance goes to the beneficiary.
    case terminate

    /// The name by which programs import it.
    package var symbol: String {
        switch self {
        case .setStorage: "set_storage"
        case .setStorageOrClear: "set_storage_or_clear"
        case .getStorage: "get_storage"
        case .getStorageOrZero: "get_storage_or_zero"
        case .call: "call"
        case .callEvm: "call_evm"
        case .delegateCall: "delegate_call"
        case .delegateCallEvm: "delegate_call_evm"
        case .instantiate: "instantiate"
        case .callDataSize: "call_data_size"
        case .callDataCopy: "call_data_copy"
        case .callDataLoad: "call_data_load"
        case .sealReturn: "seal_return"
        case .returnDataSize: "return_data_size"
        case .returnDataCopy: "return_data_copy"
        case .caller: "caller"
        case .origin: "origin"
        case .address: "address"
        case .codeHash: "code_hash"
        case .codeSize: "code_size"
        case .balance: "balance"
        case .balanceOf: "balance_of"
        case .valueTransferred: "value_transferred"
        case .chainId: "chain_id"
        case .now: "now"
        case .blockNumber: "block_number"
        case .baseFee: "base_fee"
        case .gasPrice: "gas_price"
        case .gasLimit: "gas_limit"
        case .refTimeLeft: "ref_time_left"
        case .blockHash: "block_hash"
        case .blockAuthor: "block_author"
        case .depositEvent: "deposit_event"
        case .hashKeccak256: "hash_keccak_256"
        case .getImmutableData: "get_immutable_data"
        case .setImmutableData: "set_immutable_data"
        case .ecdsaToEthAddress: "ecdsa_to_eth_address"
        case .sr25519Verify: "sr25519_verify"
        case .consumeAllGas: "consume_all_gas"
        case .terminate: "terminate"
        }
    }

    /// Whether it is refused where state must not change.
    package var changesState: Bool {
        switch self {
        case .setStorage, .setStorageOrClear, .instantiate, .depositEvent, .terminate: true
        default: false
        }
    }

    /// What a call costs, by case.
    package var gas: [HostGasRule] { Self.rules[Int(rawValue)] }

    private static let rules: [[HostGasRule]] = [
        [HostGasRule(base: 2500...2500, terms: [.init(300...300, per: "KiB", of: "value")])],  // set_storage
        [HostGasRule(base: 2500...2500, terms: [])],  // set_storage_or_clear
        [HostGasRule(base: 2400...2400, terms: [.init(250...250, per: "KiB", of: "value")])],  // get_storage
        [HostGasRule(base: 2400...2400, terms: [])],  // get_storage_or_zero
        [HostGasRule(base: 4000...4000, terms: [.init(50...50, per: "KiB", of: "input")])],  // call
        [HostGasRule(base: 4000...4000, terms: [.init(50...50, per: "KiB", of: "input")])],  // call_evm
        [HostGasRule(base: 3500...3500, terms: [.init(50...50, per: "KiB", of: "input")])],  // delegate_call
        [HostGasRule(base: 3500...3500, terms: [.init(50...50, per: "KiB", of: "input")])],  // delegate_call_evm
        [HostGasRule(base: 8000...8000, terms: [.init(50...50, per: "KiB", of: "input")])],  // instantiate
        [HostGasRule(base: 40...40, terms: [])],  // call_data_size
        [HostGasRule(base: 100...100, terms: [.init(50...50, per: "KiB")])],  // call_data_copy
        [HostGasRule(base: 60...60, terms: [])],  // call_data_load
        [HostGasRule(base: 100...100, terms: [.init(50...50, per: "KiB")])],  // seal_return
        [HostGasRule(base: 40...40, terms: [])],  // return_data_size
        [HostGasRule(base: 100...100, terms: [.init(50...50, per: "KiB")])],  // return_data_copy
        [HostGasRule(base: 60...60, terms: [])],  // caller
        [HostGasRule(base: 60...60, terms: [])],  // origin
        [HostGasRule(base: 60...60, terms: [])],  // address
        [HostGasRule(base: 700...700, terms: [])],  // code_hash
        [HostGasRule(base: 700...700, terms: [])],  // code_size
        [HostGasRule(base: 100...100, terms: [])],  // balance
        [HostGasRule(base: 700...700, terms: [])],  // balance_of
        [HostGasRule(base: 60...60, terms: [])],  // value_transferred
        [HostGasRule(base: 60...60, terms: [])],  // chain_id
        [HostGasRule(base: 60...60, terms: [])],  // now
        [HostGasRule(base: 60...60, terms: [])],  // block_number
        [HostGasRule(base: 60...60, terms: [])],  // base_fee
        [HostGasRule(base: 40...40, terms: [])],  // gas_price
        [HostGasRule(base: 40...40, terms: [])],  // gas_limit
        [HostGasRule(base: 40...40, terms: [])],  // ref_time_left
        [HostGasRule(base: 200...200, terms: [])],  // block_hash
        [HostGasRule(base: 60...60, terms: [])],  // block_author
        [HostGasRule(base: 800...800, terms: [.init(200...200, per: "topic"), .init(300...300, per: "KiB", of: "data")])],  // deposit_event
        [HostGasRule(base: 500...500, terms: [.init(1300...1300, per: "block", of: "136 bytes of input")])],  // hash_keccak_256
        [HostGasRule(base: 600...600, terms: [.init(250...250, per: "KiB")])],  // get_immutable_data
        [HostGasRule(base: 800...800, terms: [.init(300...300, per: "KiB")])],  // set_immutable_data
        [HostGasRule(base: 5000...5000, terms: [])],  // ecdsa_to_eth_address
        [HostGasRule(base: 100000...100000, terms: [.init(300...300, per: "KiB", of: "message")])],  // sr25519_verify
        [HostGasRule(base: 0...0, terms: [])],  // consume_all_gas
        [HostGasRule(base: 2000...2000, terms: [])],  // terminate
    ]
}

/// Values that mean something else than a number.
package enum ReviveMarkerCode: UInt32, CaseIterable, Sendable {
    /// As a pointer: none; as a length of a key: a key of 32 bytes; as a result: there was nothing.
    case sentinel = 0xffffffff
}

/// Limits of weight and gas.
package enum ReviveWeightCode: UInt64, CaseIterable, Sendable {
    /// No limit of its own; of gas, all there is.
    case unlimited = 0xffffffffffffffff
}

/// How a contract ends.
package struct ReviveReturnFlags: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Undo what the contract did.
    package static let revert = Self(rawValue: 1)

    /// All flags that there are.
    package static let all: Self = [.revert]
}

/// How another contract is called.
package struct ReviveCallFlags: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Pass the own input on, which can not be used afterwards.
    package static let forwardInput = Self(rawValue: 1)
    /// Pass a copy of the own input.
    package static let cloneInput = Self(rawValue: 2)
    /// Return to the own caller what the callee returns.
    package static let tailCall = Self(rawValue: 4)
    /// The callee may call this contract; not for delegate calls.
    package static let allowReentry = Self(rawValue: 8)
    /// The callee may change no state; not for delegate calls.
    package static let readOnly = Self(rawValue: 16)

    /// All flags that there are.
    package static let all: Self = [.forwardInput, .cloneInput, .tailCall, .allowReentry, .readOnly]
}

/// Which storage is meant.
package struct ReviveStorageFlags: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Storage that lasts for the transaction only.
    package static let transient = Self(rawValue: 1)

    /// All flags that there are.
    package static let all: Self = [.transient]
}

/// Results of functions that can fail.
package enum ReviveErrorCode: UInt32, CaseIterable, Sendable {
    /// All went well.
    case success = 0
    /// The callee stopped with an error.
    case calleeTrapped = 1
    /// The callee undid what it did; its return data is available.
    case calleeReverted = 2
    /// There is no value under the key.
    case keyNotFound = 3
    /// The value could not be transferred.
    case transferFailed = 4
    /// The callee ran out of gas or deposit.
    case outOfResources = 5
    /// The key gives no address.
    case ecdsaRecoveryFailed = 7
    /// The signature does not fit.
    case sr25519VerifyFailed = 8
    /// There is a contract at the address already.
    case duplicateContractAddress = 11
}

/// What a contract may use at run time.
package enum ReviveLimits {
    /// Contracts that call each other.
    package static let callDepth: UInt32 = 25
    /// Bytes of input.
    package static let callDataBytes: UInt32 = 131072
    /// Bytes of output.
    package static let returnDataBytes: UInt32 = 131072
    /// Bytes of a key.
    package static let storageKeyBytes: UInt32 = 128
    /// Bytes of a value.
    package static let storageValueBytes: UInt32 = 416
    /// Bytes of transient storage in all.
    package static let transientStorageBytes: UInt32 = 4096
    /// Bytes of immutable data.
    package static let immutableDataBytes: UInt32 = 4096
    /// Bytes of an event's data.
    package static let eventDataBytes: UInt32 = 65536
    /// Topics of an event.
    package static let eventTopics: UInt32 = 4
    /// Bytes of a page of memory.
    package static let pageBytes: UInt32 = 4096
}

/// What a blob may have to be accepted.
package enum ReviveAdmissionLimits {
    /// Bytes of the blob.
    package static let blobBytes: UInt32 = 1048576
    /// Instructions of a basic block.
    package static let blockInstructions: UInt32 = 1000
    /// Bytes of memory, the part that stays.
    package static let baselineMemoryBytes: UInt32 = 1572864
    /// Bytes of memory with what the interpreter can drop.
    package static let purgeableMemoryBytes: UInt32 = 3145728
    /// Bytes of what the interpreter keeps of a program.
    package static let interpreterCacheBytes: UInt32 = 1048576
}

/// What answers the functions. Addresses are those of the guest's memory, which nobody has looked at yet.
package protocol ReviveFunctions {
    /// Called ahead of each function: takes its gas, or refuses it by throwing.
    func begin(_ function: ReviveFunction, _ context: HostContext) throws
    /// Stores a value of any length under a key; an empty value stays stored.
    func setStorage(_ context: HostContext, flags: UInt32, key: UInt32, keyLength: UInt32, value: UInt32, valueLength: UInt32) throws -> UInt64
    /// Stores a word under a key; a word of zeros removes it.
    func setStorageOrClear(_ context: HostContext, flags: UInt32, key: UInt32, value: UInt32) throws -> UInt64
    /// Reads the value under a key.
    func getStorage(_ context: HostContext, flags: UInt32, key: UInt32, keyLength: UInt32, output: UInt32, outputLength: UInt32) throws -> UInt64
    /// Reads the word under a key, zeros if there is none.
    func getStorageOrZero(_ context: HostContext, flags: UInt32, key: UInt32, output: UInt32) throws
    /// Calls another contract within limits of weight and deposit.
    func call(_ context: HostContext, flags: UInt32, callee: UInt32, refTimeLimit: UInt64, proofSizeLimit: UInt64, depositLimit: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32) throws -> UInt64
    /// Calls another contract with gas as the EVM counts it.
    func callEvm(_ context: HostContext, flags: UInt32, callee: UInt32, value: UInt32, gas: UInt64, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32) throws -> UInt64
    /// Runs another contract's code on the own state, within limits of weight and deposit.
    func delegateCall(_ context: HostContext, flags: UInt32, address: UInt32, refTimeLimit: UInt64, proofSizeLimit: UInt64, depositLimit: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32) throws -> UInt64
    /// Runs another contract's code on the own state, with gas as the EVM counts it.
    func delegateCallEvm(_ context: HostContext, flags: UInt32, address: UInt32, gas: UInt64, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32) throws -> UInt64
    /// Makes a contract of code that is on the chain and runs its constructor.
    func instantiate(_ context: HostContext, refTimeLimit: UInt64, proofSizeLimit: UInt64, depositLimit: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32, address: UInt32, salt: UInt32) throws -> UInt64
    /// The length of the input.
    func callDataSize(_ context: HostContext) throws -> UInt64
    /// Copies a part of the input; past its end are zeros.
    func callDataCopy(_ context: HostContext, output: UInt32, outputLength: UInt32, offset: UInt32) throws
    /// Reads a word of the input, its bytes reversed to make a little-endian number.
    func callDataLoad(_ context: HostContext, output: UInt32, offset: UInt32) throws
    /// Ends the contract with an output.
    func sealReturn(_ context: HostContext, flags: UInt32, data: UInt32, dataLength: UInt32) throws -> Never
    /// The length of what the last callee returned.
    func returnDataSize(_ context: HostContext) throws -> UInt64
    /// Copies a part of what the last callee returned.
    func returnDataCopy(_ context: HostContext, output: UInt32, outputLength: UInt32, offset: UInt32) throws
    /// The address of who called.
    func caller(_ context: HostContext, output: UInt32) throws
    /// The address of who signed the transaction.
    func origin(_ context: HostContext, output: UInt32) throws
    /// The own address.
    func address(_ context: HostContext, output: UInt32) throws
    /// The hash of the code at an address.
    func codeHash(_ context: HostContext, address: UInt32, output: UInt32) throws
    /// The size of the code at an address.
    func codeSize(_ context: HostContext, address: UInt32) throws -> UInt64
    /// The own balance.
    func balance(_ context: HostContext, output: UInt32) throws
    /// The balance of an address.
    func balanceOf(_ context: HostContext, address: UInt32, output: UInt32) throws
    /// The value that came with the call.
    func valueTransferred(_ context: HostContext, output: UInt32) throws
    /// The number of the chain.
    func chainId(_ context: HostContext, output: UInt32) throws
    /// The time of the block.
    func now(_ context: HostContext, output: UInt32) throws
    /// The number of the block.
    func blockNumber(_ context: HostContext, output: UInt32) throws
    /// The base fee.
    func baseFee(_ context: HostContext, output: UInt32) throws
    /// The price of gas.
    func gasPrice(_ context: HostContext) throws -> UInt64
    /// The gas limit of a block.
    func gasLimit(_ context: HostContext) throws -> UInt64
    /// The gas that is left.
    func refTimeLeft(_ context: HostContext) throws -> UInt64
    /// The hash of a block.
    func blockHash(_ context: HostContext, number: UInt32, output: UInt32) throws
    /// The address of the block's author.
    func blockAuthor(_ context: HostContext, output: UInt32) throws
    /// Leaves an event.
    func depositEvent(_ context: HostContext, topics: UInt32, topicCount: UInt32, data: UInt32, dataLength: UInt32) throws
    /// The Keccak-256 hash of bytes.
    func hashKeccak256(_ context: HostContext, input: UInt32, inputLength: UInt32, output: UInt32) throws
    /// Reads the data that the constructor left for good.
    func getImmutableData(_ context: HostContext, output: UInt32, outputLength: UInt32) throws
    /// Leaves data for good.
    func setImmutableData(_ context: HostContext, data: UInt32, length: UInt32) throws
    /// The Ethereum address of a compressed ECDSA key.
    func ecdsaToEthAddress(_ context: HostContext, publicKey: UInt32, output: UInt32) throws -> UInt64
    /// Checks an sr25519 signature.
    func sr25519Verify(_ context: HostContext, signature: UInt32, publicKey: UInt32, messageLength: UInt32, message: UInt32) throws -> UInt64
    /// Ends the contract, undoes what it did, with no output, and uses up all gas.
    func consumeAllGas(_ context: HostContext) throws -> Never
    /// Ends the contract and removes it; its balance goes to the beneficiary.
    func terminate(_ context: HostContext, beneficiary: UInt32) throws -> Never
}

extension ReviveFunction {
    /// Offers all functions; `host` tells who answers a guest.
    package static func define<Host: ReviveFunctions>(
        in linker: inout Linker, host: @escaping (HostContext) throws -> Host
    ) throws(LinkerError) {
        try linker.define("set_storage") { context in
            let host = try host(context)
            try host.begin(.setStorage, context)
            context.setResult(try host.setStorage(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), key: UInt32(truncatingIfNeeded: context.argument(1)), keyLength: UInt32(truncatingIfNeeded: context.argument(2)), value: UInt32(truncatingIfNeeded: context.argument(3)), valueLength: UInt32(truncatingIfNeeded: context.argument(4))))
        }
        try linker.define("set_storage_or_clear") { context in
            let host = try host(context)
            try host.begin(.setStorageOrClear, context)
            context.setResult(try host.setStorageOrClear(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), key: UInt32(truncatingIfNeeded: context.argument(1)), value: UInt32(truncatingIfNeeded: context.argument(2))))
        }
        try linker.define("get_storage") { context in
            let host = try host(context)
            try host.begin(.getStorage, context)
            context.setResult(try host.getStorage(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), key: UInt32(truncatingIfNeeded: context.argument(1)), keyLength: UInt32(truncatingIfNeeded: context.argument(2)), output: UInt32(truncatingIfNeeded: context.argument(3)), outputLength: UInt32(truncatingIfNeeded: context.argument(4))))
        }
        try linker.define("get_storage_or_zero") { context in
            let host = try host(context)
            try host.begin(.getStorageOrZero, context)
            try host.getStorageOrZero(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), key: UInt32(truncatingIfNeeded: context.argument(1)), output: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("call") { context in
            let host = try host(context)
            try host.begin(.call, context)
            context.setResult(try host.call(context, flags: UInt32(truncatingIfNeeded: context.argument(0) >> 32), callee: UInt32(truncatingIfNeeded: context.argument(0)), refTimeLimit: context.argument(1), proofSizeLimit: context.argument(2), depositLimit: UInt32(truncatingIfNeeded: context.argument(3) >> 32), value: UInt32(truncatingIfNeeded: context.argument(3)), inputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), input: UInt32(truncatingIfNeeded: context.argument(4)), outputLength: UInt32(truncatingIfNeeded: context.argument(5) >> 32), output: UInt32(truncatingIfNeeded: context.argument(5))))
        }
        try linker.define("call_evm") { context in
            let host = try host(context)
            try host.begin(.callEvm, context)
            context.setResult(try host.callEvm(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), callee: UInt32(truncatingIfNeeded: context.argument(1)), value: UInt32(truncatingIfNeeded: context.argument(2)), gas: context.argument(3), inputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), input: UInt32(truncatingIfNeeded: context.argument(4)), outputLength: UInt32(truncatingIfNeeded: context.argument(5) >> 32), output: UInt32(truncatingIfNeeded: context.argument(5))))
        }
        try linker.define("delegate_call") { context in
            let host = try host(context)
            try host.begin(.delegateCall, context)
            context.setResult(try host.delegateCall(context, flags: UInt32(truncatingIfNeeded: context.argument(0) >> 32), address: UInt32(truncatingIfNeeded: context.argument(0)), refTimeLimit: context.argument(1), proofSizeLimit: context.argument(2), depositLimit: UInt32(truncatingIfNeeded: context.argument(3)), inputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), input: UInt32(truncatingIfNeeded: context.argument(4)), outputLength: UInt32(truncatingIfNeeded: context.argument(5) >> 32), output: UInt32(truncatingIfNeeded: context.argument(5))))
        }
        try linker.define("delegate_call_evm") { context in
            let host = try host(context)
            try host.begin(.delegateCallEvm, context)
            context.setResult(try host.delegateCallEvm(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), address: UInt32(truncatingIfNeeded: context.argument(1)), gas: context.argument(2), inputLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), input: UInt32(truncatingIfNeeded: context.argument(3)), outputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), output: UInt32(truncatingIfNeeded: context.argument(4))))
        }
        try linker.define("instantiate") { context in
            let host = try host(context)
            try host.begin(.instantiate, context)
            context.setResult(try host.instantiate(context, refTimeLimit: context.argument(0), proofSizeLimit: context.argument(1), depositLimit: UInt32(truncatingIfNeeded: context.argument(2) >> 32), value: UInt32(truncatingIfNeeded: context.argument(2)), inputLength: UInt32(truncatingIfNeeded: context.argument(3) >> 32), input: UInt32(truncatingIfNeeded: context.argument(3)), outputLength: UInt32(truncatingIfNeeded: context.argument(4) >> 32), output: UInt32(truncatingIfNeeded: context.argument(4)), address: UInt32(truncatingIfNeeded: context.argument(5) >> 32), salt: UInt32(truncatingIfNeeded: context.argument(5))))
        }
        try linker.define("call_data_size") { context in
            let host = try host(context)
            try host.begin(.callDataSize, context)
            context.setResult(try host.callDataSize(context))
        }
        try linker.define("call_data_copy") { context in
            let host = try host(context)
            try host.begin(.callDataCopy, context)
            try host.callDataCopy(context, output: UInt32(truncatingIfNeeded: context.argument(0)), outputLength: UInt32(truncatingIfNeeded: context.argument(1)), offset: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("call_data_load") { context in
            let host = try host(context)
            try host.begin(.callDataLoad, context)
            try host.callDataLoad(context, output: UInt32(truncatingIfNeeded: context.argument(0)), offset: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("seal_return") { context in
            let host = try host(context)
            try host.begin(.sealReturn, context)
            try host.sealReturn(context, flags: UInt32(truncatingIfNeeded: context.argument(0)), data: UInt32(truncatingIfNeeded: context.argument(1)), dataLength: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("return_data_size") { context in
            let host = try host(context)
            try host.begin(.returnDataSize, context)
            context.setResult(try host.returnDataSize(context))
        }
        try linker.define("return_data_copy") { context in
            let host = try host(context)
            try host.begin(.returnDataCopy, context)
            try host.returnDataCopy(context, output: UInt32(truncatingIfNeeded: context.argument(0)), outputLength: UInt32(truncatingIfNeeded: context.argument(1)), offset: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("caller") { context in
            let host = try host(context)
            try host.begin(.caller, context)
            try host.caller(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("origin") { context in
            let host = try host(context)
            try host.begin(.origin, context)
            try host.origin(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("address") { context in
            let host = try host(context)
            try host.begin(.address, context)
            try host.address(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("code_hash") { context in
            let host = try host(context)
            try host.begin(.codeHash, context)
            try host.codeHash(context, address: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("code_size") { context in
            let host = try host(context)
            try host.begin(.codeSize, context)
            context.setResult(try host.codeSize(context, address: UInt32(truncatingIfNeeded: context.argument(0))))
        }
        try linker.define("balance") { context in
            let host = try host(context)
            try host.begin(.balance, context)
            try host.balance(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("balance_of") { context in
            let host = try host(context)
            try host.begin(.balanceOf, context)
            try host.balanceOf(context, address: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("value_transferred") { context in
            let host = try host(context)
            try host.begin(.valueTransferred, context)
            try host.valueTransferred(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("chain_id") { context in
            let host = try host(context)
            try host.begin(.chainId, context)
            try host.chainId(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("now") { context in
            let host = try host(context)
            try host.begin(.now, context)
            try host.now(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("block_number") { context in
            let host = try host(context)
            try host.begin(.blockNumber, context)
            try host.blockNumber(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("base_fee") { context in
            let host = try host(context)
            try host.begin(.baseFee, context)
            try host.baseFee(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("gas_price") { context in
            let host = try host(context)
            try host.begin(.gasPrice, context)
            context.setResult(try host.gasPrice(context))
        }
        try linker.define("gas_limit") { context in
            let host = try host(context)
            try host.begin(.gasLimit, context)
            context.setResult(try host.gasLimit(context))
        }
        try linker.define("ref_time_left") { context in
            let host = try host(context)
            try host.begin(.refTimeLeft, context)
            context.setResult(try host.refTimeLeft(context))
        }
        try linker.define("block_hash") { context in
            let host = try host(context)
            try host.begin(.blockHash, context)
            try host.blockHash(context, number: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("block_author") { context in
            let host = try host(context)
            try host.begin(.blockAuthor, context)
            try host.blockAuthor(context, output: UInt32(truncatingIfNeeded: context.argument(0)))
        }
        try linker.define("deposit_event") { context in
            let host = try host(context)
            try host.begin(.depositEvent, context)
            try host.depositEvent(context, topics: UInt32(truncatingIfNeeded: context.argument(0)), topicCount: UInt32(truncatingIfNeeded: context.argument(1)), data: UInt32(truncatingIfNeeded: context.argument(2)), dataLength: UInt32(truncatingIfNeeded: context.argument(3)))
        }
        try linker.define("hash_keccak_256") { context in
            let host = try host(context)
            try host.begin(.hashKeccak256, context)
            try host.hashKeccak256(context, input: UInt32(truncatingIfNeeded: context.argument(0)), inputLength: UInt32(truncatingIfNeeded: context.argument(1)), output: UInt32(truncatingIfNeeded: context.argument(2)))
        }
        try linker.define("get_immutable_data") { context in
            let host = try host(context)
            try host.begin(.getImmutableData, context)
            try host.getImmutableData(context, output: UInt32(truncatingIfNeeded: context.argument(0)), outputLength: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("set_immutable_data") { context in
            let host = try host(context)
            try host.begin(.setImmutableData, context)
            try host.setImmutableData(context, data: UInt32(truncatingIfNeeded: context.argument(0)), length: UInt32(truncatingIfNeeded: context.argument(1)))
        }
        try linker.define("ecdsa_to_eth_address") { context in
            let host = try host(context)
            try host.begin(.ecdsaToEthAddress, context)
            context.setResult(try host.ecdsaToEthAddress(context, publicKey: UInt32(truncatingIfNeeded: context.argument(0)), output: UInt32(truncatingIfNeeded: context.argument(1))))
        }
        try linker.define("sr25519_verify") { context in
            let host = try host(context)
            try host.begin(.sr25519Verify, context)
            context.setResult(try host.sr25519Verify(context, signature: UInt32(truncatingIfNeeded: context.argument(0)), publicKey: UInt32(truncatingIfNeeded: context.argument(1)), messageLength: UInt32(truncatingIfNeeded: context.argument(2)), message: UInt32(truncatingIfNeeded: context.argument(3))))
        }
        try linker.define("consume_all_gas") { context in
            let host = try host(context)
            try host.begin(.consumeAllGas, context)
            try host.consumeAllGas(context)
        }
        try linker.define("terminate") { context in
            let host = try host(context)
            try host.begin(.terminate, context)
            try host.terminate(context, beneficiary: UInt32(truncatingIfNeeded: context.argument(0)))
        }
    }
}
