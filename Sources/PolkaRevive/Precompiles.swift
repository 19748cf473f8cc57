// Functions of the chain at fixed addresses, which contracts call like contracts: Ethereum's first ones, and revive's System and
// Storage (host-api.md 1.3). What can not be had here says so.

import CSodium
import PolkaABI
import PolkaAccounts

/// A function of the chain at a fixed address.
enum Precompile {
    case ecrecover
    case sha256
    case identity
    case system
    case storage
    /// One that chains have, and this one has not.
    case missing(String)

    /// What is at an address; nil if that is nothing of the chain's.
    init?(_ address: Address) {
        guard address.upper == 0, address.middle == 0 else { return nil }
        switch address.lower {
        case 0x01: self = .ecrecover
        case 0x02: self = .sha256
        case 0x03: self = .missing("RIPEMD-160")
        case 0x04: self = .identity
        case 0x05: self = .missing("modular exponentiation")
        case 0x06...0x08: self = .missing("the curve BN254")
        case 0x09: self = .missing("the compression function of BLAKE2b")
        case 0x0a: self = .missing("the evaluation of points")
        case 0x100: self = .missing("the curve P-256")
        case 0x900: self = .system
        case 0x901: self = .storage
        default: return nil
        }
    }

    /// What a call costs for so many bytes of input.
    ///
    /// The tables have no rows for these: Ethereum's costs, and for revive's own what the like of it costs as a host function.
    private func cost(_ byteCount: Int) -> Int64 {
        let words = Int64((byteCount + 31) / 32)
        return switch self {
        case .ecrecover: 3000
        case .sha256: 60 + 12 * words
        case .identity: 15 + 3 * words
        case .system: 500 + 100 * words
        case .storage: 2500
        case .missing: 0
        }
    }

    /// Answers a call.
    ///
    /// - Parameters:
    ///   - request: the call.
    ///   - place: whose state a delegate call works on.
    ///   - parent: who called, nil for a transaction.
    ///   - chain: what it is about.
    ///   - gas: what the call may use.
    /// - Returns: how it ended, and the gas that is left.
    /// - Throws: nothing but the host's own trouble.
    func run(
        _ request: CallRequest, _ place: AccountPlace, parent: Frame?, chain: Chain, gas: Int64
    ) throws -> (Frame.Ending, Int64) {
        let cost = cost(request.input.count)
        guard gas >= cost else { return (.failed(.outOfGas), 0) }
        let input = request.input
        do throws(FrameError) {
            let ending: Frame.Ending =
                switch self {
                case .ecrecover: .success(Self.recover(input))
                case .sha256: .success(Self.sha256(input))
                case .identity: .success(input)
                case .system:
                    try SystemPrecompile(request: request, parent: parent, chain: chain, gas: gas - cost).run()
                case .storage: try StoragePrecompile(request: request, place: place, chain: chain).run()
                case .missing(let name):
                    throw .unavailable("the precompile at \(request.codeAddress), \(name), is not available here")
                }
            return (ending, gas - cost)
        } catch { return (.failed(error), gas - cost) }
    }

    private static func recover(_ input: [UInt8]) -> [UInt8] {
        let words = ABIWords(input)
        // 27 or 28, as signatures have it.
        let v = words.number(0x20)
        guard v == 27 || v == 28,
            let address = Signature(r: words.number(0x40), s: words.number(0x60), isOddY: v == 28)
                .signer(of: Hash256(bigEndian: words.number(0)))
        else { return [] }
        return ABIWords.word(address)
    }

    static func sha256(_ input: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        crypto_hash_sha256(&hash, input, UInt64(input.count))
        return hash
    }
}

/// Call data of the Solidity ABI, as far as precompiles take it: bytes behind the end are zeros.
struct ABIWords {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// What follows the selector.
    init(argumentsOf callData: [UInt8]) { bytes = callData.dropFirst(4) }

    /// The selector of call data, nil if it is too short for one.
    static func selector(of callData: [UInt8]) -> UInt32? {
        guard callData.count >= 4 else { return nil }
        return callData.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The word at an offset.
    func number(_ offset: Int) -> U256 {
        let word = bytes.dropFirst(offset).prefix(32)
        return U256(bigEndianBytes: word + [UInt8](repeating: 0, count: 32 - word.count))
    }

    func address(_ offset: Int) -> Address? { Address(bytes: number(offset).bigEndianBytes.suffix(20)) }

    /// Bytes of any number, whose place is in the word at an offset; nil if they are not all there.
    func data(_ offset: Int) -> [UInt8]? {
        guard let place = Int(exactly: number(offset)), place <= bytes.count,
            let count = Int(exactly: number(place)), count <= bytes.count - place - 32
        else { return nil }
        return Array(bytes.dropFirst(place + 32).prefix(count))
    }

    /// So many numbers of 8 bits, each in a word; nil if one is larger.
    func smallNumbers(_ offset: Int, count: Int) -> [UInt8]? {
        var result: [UInt8] = []
        for index in 0..<count {
            guard let byte = UInt8(exactly: number(offset + 32 * index)) else { return nil }
            result.append(byte)
        }
        return result
    }

    static func word(_ number: U256) -> [UInt8] { number.bigEndianBytes }
    static func word(_ address: Address) -> [UInt8] { [UInt8](repeating: 0, count: 12) + address.bytes }
    static func word(_ flag: Bool) -> [UInt8] { word(U256(limbs: flag ? 1 : 0)) }

    /// A single result of any number of bytes.
    static func result(_ data: [UInt8]) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
        return word(U256(limbs: 32)) + word(U256(limbs: UInt64(data.count))) + data + padding
    }

    /// What a revert with a reason returns: `Error(string)`.
    static func reason(_ text: String) -> [UInt8] { [0x08, 0xc3, 0x79, 0xa0] + result(Array(text.utf8)) }
}
