// Host functions for keys and signatures.

import PolkaABI
import PolkaAccounts
package import PolkaVM

extension Frame {
    package func ecdsaToEthAddress(_ context: HostContext, publicKey: UInt32, output: UInt32) throws -> UInt64 {
        let key = try context.memory.bytes(at: publicKey, 33)
        guard let address = PublicKey(bytes: key)?.address else { return ReviveErrorCode.ecdsaRecoveryFailed.result }
        try context.memory.put(address, at: output)
        return ReviveErrorCode.success.result
    }

    package func sr25519Verify(
        _ context: HostContext, signature: UInt32, publicKey: UInt32, messageLength: UInt32, message: UInt32
    ) throws -> UInt64 {
        try charge(.sr25519Verify, bytes: messageLength)
        let memory = context.memory
        let isGood = Sr25519.verify(
            signature: try memory.bytes(at: signature, 64), publicKey: try memory.bytes(at: publicKey, 32),
            message: try memory.bytes(at: message, messageLength))
        return (isGood ? ReviveErrorCode.success : .sr25519VerifyFailed).result
    }
}
