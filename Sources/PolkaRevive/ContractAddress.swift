// Where new contracts live: Ethereum's rules for CREATE and CREATE2.

import PolkaABI

enum ContractAddress {
    /// The address of a contract that is about to be made.
    ///
    /// - Parameters:
    ///   - deployer: who makes it.
    ///   - nonce: the deployer's before it makes the contract; counts only without salt.
    ///   - salt: chosen by the deployer.
    ///   - code: the contract's.
    ///   - input: what the constructor gets.
    /// - Returns: the address.
    static func of(deployer: Address, nonce: UInt64, salt: Hash256?, code: ContractCode, input: [UInt8]) -> Address {
        guard let salt else { return of(deployer: deployer, nonce: nonce) }
        let start = Hash256(keccakOf: code.bytes + input)
        return lastBytes(of: [0xff] + deployer.bytes + salt.bytes + start.bytes)
    }

    /// CREATE: of the list of deployer and nonce in RLP.
    static func of(deployer: Address, nonce: UInt64) -> Address {
        var number: [UInt8] = []
        var rest = nonce
        while rest != 0 {
            number.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        // Numbers below 128 are their own encoding, but for 0, which is the empty string.
        let item = nonce != 0 && nonce < 0x80 ? number : [0x80 + UInt8(number.count)] + number
        let address = [0x80 + UInt8(Address.byteCount)] + deployer.bytes
        return lastBytes(of: [0xc0 + UInt8(address.count + item.count)] + address + item)
    }

    private static func lastBytes(of preimage: [UInt8]) -> Address {
        Address(bytes: Hash256(keccakOf: preimage).bytes.suffix(Address.byteCount)) ?? .zero
    }
}
