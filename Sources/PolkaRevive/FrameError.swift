// What ends a contract's frame from the host's side (host-api.md 1.4), and the limits that it may run into.

public import PolkaABI

/// Why a frame ended otherwise than by its own return or revert.
///
/// All that the frame changed is undone. Its caller gets a code and goes on; a transaction whose outermost frame ends so has failed.
public enum FrameError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The contract stopped with an error: what, and where.
    case contractTrapped(String)
    /// The gas is used up.
    case outOfGas
    /// The contract touched memory that it may not: what, and where.
    case executionFailed(String)
    /// A pointer or length names bytes that are not there.
    case outOfBounds(address: UInt32, byteCount: UInt32)
    /// The input was used after a call that forwarded it.
    case inputForwarded
    /// There is no such host function.
    case invalidSyscall(String)
    /// A function that changes state was called in a read-only frame.
    case stateChangeDenied
    /// More bytes or pieces of something than there may be.
    case tooLarge(what: String, actual: Int, limit: Int)
    /// Flags that mean nothing, or nothing here.
    case invalidFlags(UInt32)
    /// More contracts have called each other than may.
    case callDepthExceeded(limit: Int)
    /// A contract that runs already does not allow to be called again.
    case reentranceDenied(Address)
    /// The balance does not suffice for the value.
    case transferFailed(from: Address, value: U256)
    /// The receiver's balance would have more than 256 bits.
    case balanceOverflow(Address, value: U256)
    /// There is no code of this hash on the chain.
    case codeNotFound(Hash256)
    /// There is a contract at the address already.
    case duplicateContract(Address)
    /// Immutable data is written by the constructor and read by calls.
    case invalidImmutableAccess
    /// What is asked for can not be had here: what, and why.
    case unavailable(String)

    /// What was found and expected, for people.
    public var description: String {
        switch self {
        case .contractTrapped(let reason):
            // The machine says so itself.
            "the contract \(reason.hasPrefix("trapped: ") ? "" : "trapped: ")\(reason)"
        case .outOfGas: "the contract ran out of gas"
        case .executionFailed(let reason): "the contract touched memory that it may not: \(reason)"
        case .outOfBounds(let address, let count):
            "\(count) bytes at 0x\(String(address, radix: 16)) are not all the contract's"
        case .inputForwarded: "the input was used after a call that forwarded it: clone it instead"
        case .invalidSyscall(let name): "there is no host function '\(name)'"
        case .stateChangeDenied: "a read-only frame tried to change state"
        case .tooLarge(let what, let actual, let limit): "\(what): \(actual), and the limit is \(limit)"
        case .invalidFlags(let flags): "flags 0x\(String(flags, radix: 16)) mean nothing here"
        case .callDepthExceeded(let limit): "more than \(limit) contracts call each other"
        case .reentranceDenied(let address):
            "\(address) is running and does not allow to be called again: its call lacks the flag allow_reentry"
        case .transferFailed(let sender, let value): "\(sender) has less than \(value) to transfer"
        case .balanceOverflow(let receiver, let value):
            "\(receiver) has so much that it can not hold \(value) more: balances have 256 bits"
        case .codeNotFound(let hash): "no code of hash \(hash) on this chain: upload it first"
        case .duplicateContract(let address): "there is a contract at \(address) already: use another salt"
        case .invalidImmutableAccess:
            "immutable data is written by the constructor, and read by calls if the constructor has left any"
        case .unavailable(let reason): reason
        }
    }
}

/// What a caller is told of its callee (host-api.md 1.4).
public enum ReturnCode: UInt32, Sendable {
    case success = 0
    case calleeTrapped = 1
    case calleeReverted = 2
    case keyNotFound = 3
    case transferFailed = 4
    case outOfResources = 5
    case ecdsaRecoveryFailed = 7
    case sr25519VerifyFailed = 8
    case duplicateContractAddress = 11

    /// The code for a callee that ended with an error.
    init(ofCallee error: FrameError) {
        self =
            switch error {
            case .outOfGas: .outOfResources
            case .transferFailed, .balanceOverflow: .transferFailed
            case .duplicateContract: .duplicateContractAddress
            default: .calleeTrapped
            }
    }
}
