// Host functions for calling others, making contracts, and what comes back.

import PolkaABI
package import PolkaVM

extension Frame {
    /// Where a guest has the input of a call and wants its output.
    private struct Buffers {
        let inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32
    }

    package func call(
        _ context: HostContext, flags: UInt32, callee: UInt32, refTimeLimit: UInt64, proofSizeLimit: UInt64,
        depositLimit: UInt32, value: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32
    ) throws -> UInt64 {
        let callee = try context.memory.address(at: callee)
        let value = try context.memory.number(at: value)
        // There are neither deposits nor proofs here, but the limit must be there to be read.
        _ = try context.memory.number(at: depositLimit)
        return try call(
            context, .call, callee, value, flags: flags, gas: refTimeLimit,
            Buffers(inputLength: inputLength, input: input, outputLength: outputLength, output: output))
    }

    package func callEvm(
        _ context: HostContext, flags: UInt32, callee: UInt32, value: UInt32, gas: UInt64, inputLength: UInt32,
        input: UInt32, outputLength: UInt32, output: UInt32
    ) throws -> UInt64 {
        let callee = try context.memory.address(at: callee)
        let value = try context.memory.number(at: value)
        return try call(
            context, .callEvm, callee, value, flags: flags, gas: gas,
            Buffers(inputLength: inputLength, input: input, outputLength: outputLength, output: output))
    }

    package func delegateCall(
        _ context: HostContext, flags: UInt32, address: UInt32, refTimeLimit: UInt64, proofSizeLimit: UInt64,
        depositLimit: UInt32, inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32
    ) throws -> UInt64 {
        let callee = try context.memory.address(at: address)
        _ = try context.memory.number(at: depositLimit)
        return try call(
            context, .delegateCall, callee, nil, flags: flags, gas: refTimeLimit,
            Buffers(inputLength: inputLength, input: input, outputLength: outputLength, output: output))
    }

    package func delegateCallEvm(
        _ context: HostContext, flags: UInt32, address: UInt32, gas: UInt64, inputLength: UInt32, input: UInt32,
        outputLength: UInt32, output: UInt32
    ) throws -> UInt64 {
        let callee = try context.memory.address(at: address)
        return try call(
            context, .delegateCallEvm, callee, nil, flags: flags, gas: gas,
            Buffers(inputLength: inputLength, input: input, outputLength: outputLength, output: output))
    }

    /// Calls another contract, or runs its code as the own if no value is given.
    private func call(
        _ context: HostContext, _ function: ReviveFunction, _ callee: Address, _ value: U256?, flags bits: UInt32,
        gas limit: UInt64, _ buffers: Buffers
    ) throws -> UInt64 {
        let flags = ReviveCallFlags(rawValue: bits)
        let allowed: ReviveCallFlags = value == nil ? [.forwardInput, .cloneInput, .tailCall] : .all
        guard flags.isSubset(of: allowed) else { throw FrameError.invalidFlags(bits) }
        let data = try input(of: function, flags, buffers, context.memory)
        if let value, value != .zero, isReadOnly || flags.contains(.readOnly) { throw FrameError.stateChangeDenied }
        returnData = []
        // A delegate call stays with this contract, so there is nothing to protect; the next call may allow something else.
        if value != nil { allowsReentry = flags.contains(.allowReentry) }
        defer { allowsReentry = true }
        if value != nil { try checkReentry(callee) }
        try checkDepth()
        let ending = try withGas(limit) { gas in
            let request =
                value.map {
                    CallRequest(
                        kind: .call, address: callee, codeAddress: callee, caller: address, value: $0, input: data,
                        isReadOnly: isReadOnly || flags.contains(.readOnly))
                }
                ?? CallRequest(
                    kind: .delegateCall, address: address, codeAddress: callee, caller: caller, value: self.value,
                    input: data, isReadOnly: isReadOnly)
            return try chain.perform(request, sender: place, parent: self, gas: gas)
        }
        if flags.contains(.tailCall) {
            guard case .failed = ending else { throw end(ending) }
        }
        return try finish(ending, buffers, context.memory)
    }

    private func input(
        of function: ReviveFunction, _ flags: ReviveCallFlags, _ buffers: Buffers, _ memory: GuestMemory
    ) throws(FrameError) -> [UInt8] {
        try checkInputLength(buffers.inputLength)
        if flags.contains(.cloneInput) {
            guard let input else { throw .inputForwarded }
            try charge(function, bytes: UInt32(clamping: input.count))
            return input
        }
        if flags.contains(.forwardInput) {
            guard let input else { throw .inputForwarded }
            self.input = nil
            return input
        }
        try charge(function, bytes: buffers.inputLength)
        return try memory.bytes(at: buffers.input, buffers.inputLength)
    }

    private func checkInputLength(_ length: UInt32) throws(FrameError) {
        guard length <= ReviveLimits.callDataBytes else {
            throw .tooLarge(what: "bytes of input", actual: Int(length), limit: Int(ReviveLimits.callDataBytes))
        }
    }

    /// Refuses to call a contract that is running and does not allow it; this one is, too.
    private func checkReentry(_ callee: Address) throws(FrameError) {
        var frame: Frame? = self
        while let current = frame {
            if current.address == callee, !current.allowsReentry { throw .reentranceDenied(callee) }
            frame = current.parent
        }
    }

    private func checkDepth() throws(FrameError) {
        guard depth < Int(ReviveLimits.callDepth) else {
            throw .callDepthExceeded(limit: Int(ReviveLimits.callDepth))
        }
    }

    /// Gives a callee what is left, or less, and takes back what it leaves.
    private func withGas(
        _ limit: UInt64, _ body: (Int64) throws -> (ending: Ending, gasLeft: Int64)
    ) throws -> Ending {
        let available = max(0, instance.gas)
        let given = min(available, Int64(clamping: limit))
        instance.gas = available - given
        let (ending, left) = try body(given)
        instance.gas += left
        return ending
    }

    /// Tells the guest what came of a call.
    private func finish(
        _ ending: Ending, _ buffers: Buffers, _ memory: GuestMemory, writesLength: Bool = true
    ) throws(FrameError) -> UInt64 {
        switch ending {
        case .success(let output), .reverted(let output):
            returnData = output
            if buffers.output != ReviveMarkerCode.sentinel.rawValue {
                try put(output[...], at: buffers.output, lengthAt: buffers.outputLength, memory)
            }
            if case .success = ending { return ReviveErrorCode.success.result }
            return ReviveErrorCode.calleeReverted.result
        case .failed(let error):
            // As on chain: the length must be there to be written, even if nobody wants the output; making contracts leaves it alone.
            if writesLength { try memory.put(UInt32(0), at: buffers.outputLength) }
            return UInt64(ReturnCode(ofCallee: error).rawValue)
        }
    }

    // MARK: Making contracts

    package func instantiate(
        _ context: HostContext, refTimeLimit: UInt64, proofSizeLimit: UInt64, depositLimit: UInt32, value: UInt32,
        inputLength: UInt32, input: UInt32, outputLength: UInt32, output: UInt32, address: UInt32, salt: UInt32
    ) throws -> UInt64 {
        let memory = context.memory
        let value = try memory.number(at: value)
        _ = try memory.number(at: depositLimit)
        // The hash of the code, then what the constructor gets.
        guard inputLength >= 32, input <= UInt32.max - 32 else {
            throw FrameError.outOfBounds(address: input, byteCount: inputLength)
        }
        let hash = try memory.hash(at: input)
        try checkInputLength(inputLength - 32)
        try charge(.instantiate, bytes: inputLength - 32)
        let data = try memory.bytes(at: input + 32, inputLength - 32)
        let salt = salt == ReviveMarkerCode.sentinel.rawValue ? nil : try memory.hash(at: salt)
        guard let code = chain.state.codes[hash] else { throw FrameError.codeNotFound(hash) }
        returnData = []
        try checkDepth()
        let nonce = chain.state.accounts[place].nonce
        // As on Ethereum, a creation that fails uses the nonce up all the same.
        chain.state.setNonce(nonce &+ 1, at: place)
        let created = ContractAddress.of(deployer: self.address, nonce: nonce, salt: salt, code: code, input: data)
        let ending = try withGas(refTimeLimit) { gas in
            let request = CallRequest(
                kind: .deploy, address: created, codeAddress: created, caller: self.address, value: value, input: data,
                isReadOnly: false)
            return try chain.perform(request, code: code, sender: place, parent: self, gas: gas)
        }
        if case .success = ending, address != ReviveMarkerCode.sentinel.rawValue {
            try memory.put(created, at: address)
        }
        return try finish(
            ending, Buffers(inputLength: 0, input: 0, outputLength: outputLength, output: output), memory,
            writesLength: false)
    }

    // MARK: Input and output

    package func callDataSize(_ context: HostContext) throws -> UInt64 { UInt64(input?.count ?? 0) }

    package func callDataCopy(_ context: HostContext, output: UInt32, outputLength: UInt32, offset: UInt32) throws {
        try charge(.callDataCopy, bytes: outputLength)
        guard let input else { throw FrameError.inputForwarded }
        let memory = context.memory
        let start = min(Int(offset), input.count)
        let count = min(Int(outputLength), input.count - start)
        guard memory.isAccessible(at: output, byteCount: Int(outputLength), writing: true) else {
            throw FrameError.outOfBounds(address: output, byteCount: outputLength)
        }
        try input.withUnsafeBytes {
            try memory.put(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]), at: output)
        }
        if count < Int(outputLength) {
            try memory.clear(at: output &+ UInt32(count), outputLength - UInt32(count))
        }
    }

    package func callDataLoad(_ context: HostContext, output: UInt32, offset: UInt32) throws {
        guard let input else { throw FrameError.inputForwarded }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let start = min(Int(offset), input.count)
        let count = min(32, input.count - start)
        withUnsafeMutableBytes(of: &words) { target in
            input.withUnsafeBytes { source in
                target.copyBytes(from: source[start..<start + count])
            }
        }
        // Big-endian there, little-endian here.
        let number = U256(
            limbs: UInt64(bigEndian: words.3), UInt64(bigEndian: words.2), UInt64(bigEndian: words.1),
            UInt64(bigEndian: words.0))
        try context.memory.put(number, at: output)
    }

    package func sealReturn(_ context: HostContext, flags: UInt32, data: UInt32, dataLength: UInt32) throws -> Never {
        try charge(.sealReturn, bytes: dataLength)
        guard dataLength <= ReviveLimits.returnDataBytes else {
            throw FrameError.tooLarge(
                what: "bytes of output", actual: Int(dataLength), limit: Int(ReviveLimits.returnDataBytes))
        }
        guard ReviveReturnFlags(rawValue: flags).isSubset(of: .all) else { throw FrameError.invalidFlags(flags) }
        let output = try context.memory.bytes(at: data, dataLength)
        throw end(flags == ReviveReturnFlags.revert.rawValue ? .reverted(output) : .success(output))
    }

    package func returnDataSize(_ context: HostContext) throws -> UInt64 { UInt64(returnData.count) }

    package func returnDataCopy(_ context: HostContext, output: UInt32, outputLength: UInt32, offset: UInt32) throws {
        guard Int(offset) <= returnData.count else {
            throw FrameError.outOfBounds(address: offset, byteCount: UInt32(clamping: returnData.count))
        }
        let rest = returnData.dropFirst(Int(offset))
        let capacity = try context.memory.integer(at: outputLength)
        try charge(.returnDataCopy, bytes: min(capacity, UInt32(clamping: rest.count)))
        try put(rest, at: output, lengthAt: outputLength, context.memory)
    }

    package func consumeAllGas(_ context: HostContext) throws -> Never {
        instance.gas = 0
        throw end(.reverted([]))
    }

    package func terminate(_ context: HostContext, beneficiary: UInt32) throws -> Never {
        let beneficiary = try context.memory.address(at: beneficiary)
        try terminate(to: beneficiary)
        throw end(.success([]))
    }

    /// Gives the balance away and removes the contract if it was made in the same transaction.
    func terminate(to beneficiary: Address) throws(FrameError) {
        let receiver = chain.state.place(of: beneficiary)
        let balance = chain.state.accounts[place].balance
        try chain.state.transfer(balance, from: place, to: receiver)
        chain.state.terminate(place)
    }
}
