// What revive offers at 0x…0900 (hashes, accounts, signatures) and, for delegate calls, at 0x…0901 (the caller's storage).

import CSodium
import PolkaABI
import PolkaAccounts

/// The functions at 0x…0900.
struct SystemPrecompile {
    let request: CallRequest
    /// The contract that called, nil for a transaction.
    let parent: Frame?
    let chain: Chain
    let gas: Int64

    private enum Function: String, CaseIterable {
        case hashBlake256 = "hashBlake256(bytes)"
        case hashBlake128 = "hashBlake128(bytes)"
        case toAccountID = "toAccountId(address)"
        case callerIsOrigin = "callerIsOrigin()"
        case callerIsRoot = "callerIsRoot()"
        case minimumBalance = "minimumBalance()"
        case ownCodeHash = "ownCodeHash()"
        case weightLeft = "weightLeft()"
        case terminate = "terminate(address)"
        case ecdsaToEthAddress = "ecdsaToEthAddress(uint8[33])"
        case sr25519Verify = "sr25519Verify(uint8[64],bytes,bytes32)"
    }
    private static let functions = Dictionary(
        uniqueKeysWithValues: Function.allCases.map { (Keccak256.selector(of: $0.rawValue), $0) })

    func run() throws(FrameError) -> Frame.Ending {
        guard let function = ABIWords.selector(of: request.input).flatMap({ Self.functions[$0] }) else {
            return .reverted(ABIWords.reason("the System precompile has no such function"))
        }
        let arguments = ABIWords(argumentsOf: request.input)
        guard let output = try answer(function, arguments) else {
            return .reverted(ABIWords.reason("\(function.rawValue): the arguments are not encoded rightly"))
        }
        return .success(output)
    }

    /// - Returns: nil if the arguments are none.
    private func answer(_ function: Function, _ arguments: ABIWords) throws(FrameError) -> [UInt8]? {
        switch function {
        case .hashBlake256: return arguments.data(0).map { Self.blake2($0, byteCount: 32) }
        case .hashBlake128:
            return arguments.data(0).map { Self.blake2($0, byteCount: 16) + [UInt8](repeating: 0, count: 16) }
        case .toAccountID:
            // What an address that nobody has registered for stands for.
            return arguments.address(0).map { ABIWords.result($0.bytes + [UInt8](repeating: 0xee, count: 12)) }
        case .callerIsOrigin: return ABIWords.word((parent?.caller ?? request.caller) == chain.origin)
        // Nobody is root of a chain at home.
        case .callerIsRoot: return ABIWords.word(false)
        case .minimumBalance: return ABIWords.word(chain.environment.minimumBalance)
        case .ownCodeHash:
            return (chain.state.account(parent?.address ?? request.caller)?.codeHash ?? .zero).bytes
        case .weightLeft:
            // Nobody counts proofs here.
            return ABIWords.word(U256(limbs: UInt64(max(0, gas)))) + ABIWords.word(U256(limbs: .max))
        case .terminate:
            guard let beneficiary = arguments.address(0) else { return nil }
            guard let parent else { throw .unavailable("only contracts can terminate") }
            if request.isReadOnly { throw .stateChangeDenied }
            try parent.terminate(to: beneficiary)
            return []
        case .ecdsaToEthAddress:
            guard let key = arguments.smallNumbers(0, count: 33) else { return nil }
            guard let address = PublicKey(bytes: key)?.address else {
                throw .contractTrapped("the key is no point of the curve")
            }
            // bytes20, which lie at the left.
            return address.bytes + [UInt8](repeating: 0, count: 12)
        case .sr25519Verify:
            guard let signature = arguments.smallNumbers(0, count: 64), let message = arguments.data(64 * 32) else {
                return nil
            }
            let key = arguments.number(65 * 32).bigEndianBytes
            return ABIWords.word(Sr25519.verify(signature: signature, publicKey: key, message: message))
        }
    }

    static func blake2(_ input: [UInt8], byteCount: Int) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: byteCount)
        crypto_generichash_blake2b(&hash, byteCount, input, UInt64(input.count), nil, 0)
        return hash
    }
}

/// The functions at 0x…0901.
struct StoragePrecompile {
    let request: CallRequest
    /// The contract whose storage is meant.
    let place: AccountPlace
    let chain: Chain

    private enum Function: String, CaseIterable {
        case clear = "clearStorage(uint32,bool,bytes)"
        case contains = "containsStorage(uint32,bool,bytes)"
        case take = "takeStorage(uint32,bool,bytes)"
    }
    private static let functions = Dictionary(
        uniqueKeysWithValues: Function.allCases.map { (Keccak256.selector(of: $0.rawValue), $0) })

    func run() throws(FrameError) -> Frame.Ending {
        guard request.kind == .delegateCall else {
            return .reverted(ABIWords.reason("the Storage precompile works by delegate calls only"))
        }
        let arguments = ABIWords(argumentsOf: request.input)
        guard let function = ABIWords.selector(of: request.input).flatMap({ Self.functions[$0] }) else {
            return .reverted(ABIWords.reason("the Storage precompile has no such function"))
        }
        guard let bytes = arguments.data(0x40), arguments.number(0) < 2, arguments.number(0x20) < 2,
            let key = key(bytes, isFixed: arguments.number(0x20) == 1)
        else {
            return .reverted(ABIWords.reason("\(function.rawValue): the arguments are not encoded rightly"))
        }
        let isTransient = arguments.number(0) == 1
        let old = isTransient ? chain.state.transient(at: place, key) : chain.state.storage(at: place, key)
        if function != .contains {
            if request.isReadOnly { throw .stateChangeDenied }
            if isTransient {
                _ = try chain.state.setTransient(nil, at: place, key)
            } else {
                chain.state.setStorage(nil, at: place, key)
            }
        }
        if function == .take { return .success(ABIWords.result(old?.bytes ?? [])) }
        return .success(
            ABIWords.word(old != nil) + ABIWords.word(U256(limbs: UInt64(old?.byteCount ?? 0))))
    }

    private func key(_ bytes: [UInt8], isFixed: Bool) -> StorageKey? {
        if isFixed { return Hash256(bytes: bytes).map(StorageKey.fixed) }
        return bytes.count <= Int(ReviveLimits.storageKeyBytes) ? .variable(bytes) : nil
    }
}
