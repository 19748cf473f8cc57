// Host functions for keys and signatures.

import PolkaABI
package import PolkaVM

extension Frame {
    package func ecdsaToEthAddress(_ context: HostContext, publicKey: UInt32, output: UInt32) throws -> UInt64 {
        throw FrameError.unavailable("ecdsa_to_eth_address: not here")
    }

    package func sr25519Verify(
        _ context: HostContext, signature: UInt32, publicKey: UInt32, messageLength: UInt32, message: UInt32
    ) throws -> UInt64 {
        throw FrameError.unavailable("sr25519_verify: not here")
    }
}
