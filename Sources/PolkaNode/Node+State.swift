// Methods that ask for the state, and for what a transaction would do to it.

import PolkaABI
import PolkaAccounts
import PolkaRevive

extension Node {
    static let stateMethods: [String: Method] = [
        "web3_clientVersion": Method(0) { node, _ throws(RPCError) in .string(node.clientVersion) },
        "web3_sha3": Method(1) { _, parameters throws(RPCError) in
            .hash(Hash256(keccakOf: try parameters.bytes(0, "data")))
        },
        "net_version": Method(0) { node, _ throws(RPCError) in .string("\(node.chainID)") },
        "net_listening": Method(0) { _, _ throws(RPCError) in true },
        "net_peerCount": Method(0) { _, _ throws(RPCError) in "0x0" },
        "eth_chainId": Method(0) { node, _ throws(RPCError) in .quantity(node.chainID) },
        "eth_syncing": Method(0) { _, _ throws(RPCError) in false },
        "eth_mining": Method(0) { _, _ throws(RPCError) in true },
        "eth_accounts": Method(0) { node, _ throws(RPCError) in .array(node.accounts.map { .address($0.address) }) },
        "eth_gasPrice": Method(0) { node, _ throws(RPCError) in .quantity(node.gasPrice) },
        "eth_maxPriorityFeePerGas": Method(0) { node, _ throws(RPCError) in
            .quantity(node.gasPrice - node.chain.environment.baseFee)
        },
        "eth_getBalance": Method(2) { node, parameters throws(RPCError) in
            let address = try parameters.address(0, "address")
            try node.requireState(of: parameters[1])
            return .quantity(node.chain.balance(of: address))
        },
        "eth_getTransactionCount": Method(2) { node, parameters throws(RPCError) in
            let address = try parameters.address(0, "address")
            let nonce = node.chain.nonce(of: address)
            if try node.requireState(of: parameters[1]) == .pending {
                return .quantity(node.pool.nonceBehind(address, from: nonce))
            }
            return .quantity(nonce)
        },
        "eth_getCode": Method(2) { node, parameters throws(RPCError) in
            let address = try parameters.address(0, "address")
            try node.requireState(of: parameters[1])
            return .data(node.chain.code(at: address))
        },
        "eth_getStorageAt": Method(3) { node, parameters throws(RPCError) in
            let address = try parameters.address(0, "address")
            let key = try node.storageKey(parameters, 1)
            try node.requireState(of: parameters[2])
            let value = node.chain.storage(at: address, key: key) ?? []
            return .data([UInt8](repeating: 0, count: max(0, 32 - value.count)) + value)
        },
        "eth_call": Method(3) { node, parameters throws(RPCError) in
            let request = try CallRequest(try parameters.required(0, "call"))
            let isPending = try node.requireState(of: parameters[1]) == .pending
            try node.refuseOverrides(parameters[2])
            let outcome = try node.simulate(try node.message(of: request), inNextBlock: isPending)
            if let error = outcome.rpcError(node.interface(of: request.to)) { throw error }
            return .data(outcome.output)
        },
        "eth_estimateGas": Method(3) { node, parameters throws(RPCError) in
            let request = try CallRequest(try parameters.required(0, "transaction"))
            try node.requireState(of: parameters[1])
            try node.refuseOverrides(parameters[2])
            return .quantity(try node.estimateGas(request))
        },
    ]

    /// What wallets should offer for a unit of gas.
    var gasPrice: U256 { max(U256(chain.environment.gasPrice), chain.environment.baseFee) }

    /// Gas that a call gets whose sender names none, and that no call gets more of: that of a block, as for transactions.
    private var callGasLimit: UInt64 { chain.environment.gasLimit }

    /// What wallets demand a transaction to have at least, although it costs less here.
    static let leastEstimate: UInt64 = 21_000

    /// Refuses to answer for other states than the present one, for no others are kept.
    @discardableResult
    func requireState(of parameter: JSON?) throws(RPCError) -> BlockChoice {
        let choice = try BlockChoice(parameter, "the block")
        let number = try block(choice).number
        guard number == head.number else {
            throw .refused(
                "the state of block \(number) is not kept, only that of the last one, \(head.number): ask for \"latest\""
            )
        }
        return choice
    }

    private func refuseOverrides(_ overrides: JSON?) throws(RPCError) {
        guard let overrides, overrides != .object([]) else { return }
        throw .invalidParams("calls on changed state (state overrides) are not available")
    }

    func storageKey(_ parameters: Parameters, _ index: Int) throws(RPCError) -> Hash256 {
        let value = try parameters.required(index, "slot")
        // Both forms are in use: a number, and 32 bytes.
        if case .string(let text) = value, text.utf8.count == 66 { return try value.hash("parameter 'slot'") }
        return Hash256(bigEndian: try value.quantity("parameter 'slot'"))
    }

    private func message(of request: CallRequest) throws(RPCError) -> Transaction {
        var message = try message(
            from: request.from ?? .zero, to: request.to, value: request.value, input: request.input,
            gasLimit: min(request.gas ?? callGasLimit, callGasLimit))
        message.gasPrice = request.gasPrice ?? request.maxFee ?? .zero
        return message
    }

    /// What is known of a contract's interface.
    private func interface(of address: Address?) -> ContractABI? {
        address.flatMap { names.find($0, in: chain)?.abi }
    }

    /// The least gas with which a transaction succeeds as it does with all gas.
    func estimateGas(_ request: CallRequest) throws(RPCError) -> UInt64 {
        var message = try message(of: request)
        if message.gasPrice != .zero {
            // No more gas than the sender can pay for.
            let balance = chain.balance(of: message.from)
            let rest = balance >= message.value ? balance - message.value : .zero
            message.gasLimit = min(message.gasLimit, UInt64(clamping: rest / message.gasPrice))
        }
        let outcome = try simulate(message, inNextBlock: true)
        if let error = outcome.rpcError(interface(of: request.to)) { throw error }
        var (most, least) = (message.gasLimit, outcome.gasUsed)
        message.gasLimit = least
        if try simulate(message, inNextBlock: true).isSuccess { most = least }
        // Contracts may look at what is left, or call others within limits; then more must be given than is used.
        while most - least > max(1, most / 128) {
            message.gasLimit = least + (most - least) / 2
            if try simulate(message, inNextBlock: true).isSuccess {
                most = message.gasLimit
            } else {
                least = message.gasLimit
            }
        }
        return max(most, Self.leastEstimate)
    }
}
