// A chain with accounts and script contracts on it.

import PolkaABI
import PolkaJIT
import PolkaVM
import Testing

@testable import PolkaRevive

/// Every backend that contracts may run on.
let engines: [Engine] = [Engine(backend: .interpreter), Engine(backend: .auto), Engine(backend: .compiler)]
    .filter { $0.backend.name == "interpreter" || Backend.whyNoCompiler == nil }

/// An address with a few digits.
func account(_ number: UInt32) -> Address { Address(upper: 0xacc0_0000_0000_0000, middle: 0, lower: number) }

func word(_ number: UInt64) -> Hash256 { Hash256(bigEndian: U256(limbs: number)) }

/// A chain, two users and two contracts that do what their input says.
struct World {
    let chain: Chain
    let alice = account(1), bob = account(2)
    let first = account(0xc1), second = account(0xc2)

    init(_ engine: Engine = Engine()) throws {
        chain = Chain(engine: engine)
        try chain.setBalance(1_000_000, of: alice)
        try chain.setBalance(500, of: first)
        try chain.install(code: ScriptContract.code, at: first)
        try chain.install(code: ScriptContract.code, at: second)
    }

    /// Lets a contract do what a script says, in a transaction of Alice's.
    func run(
        _ script: Script, at address: Address? = nil, value: U256 = .zero, gas: UInt64 = 100_000_000
    ) throws -> Outcome {
        try chain.execute(
            Transaction(
                from: alice, target: .call(address ?? first), value: value, input: script.bytes, gasLimit: gas))
    }

    /// The same for scripts that return all in the end.
    func result(
        of script: Script, at address: Address? = nil, value: U256 = .zero,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ScriptResult {
        var script = script
        script.returnAll()
        let outcome = try run(script, at: address, value: value)
        #expect(outcome.status == .success, sourceLocation: sourceLocation)
        return ScriptResult(output: outcome.output)
    }

    /// How a script ends that does not return.
    func failure(of script: Script, readOnly: Bool = false) throws -> Outcome.Status {
        let before = chain.stateHash
        let outcome = try chain.call(
            Transaction(from: alice, target: .call(first), input: script.bytes, gasLimit: 100_000_000),
            readOnly: readOnly)
        #expect(chain.stateHash == before)
        return outcome.status
    }
}

extension Script {
    /// Adds a call of another contract, with a script as its input and its output where the caller likes.
    ///
    /// - Returns: the step, and where output and its length go.
    @discardableResult
    mutating func callContract(
        _ address: Address, _ script: Script, flags: ReviveCallFlags = [], value: U256 = .zero, gas: UInt64 = .max,
        room: UInt32 = 0
    ) -> (step: Int, output: UInt64, length: UInt64) {
        let bytes = script.bytes
        let input = put(bytes), callee = put(address), value = put(value), length = put(room)
        let output = space(Int(room))
        let step = call(
            .callEvm, UInt64(flags.rawValue), callee, value, gas, UInt64(bytes.count) << 32 | input,
            length << 32 | output)
        return (step, output, length)
    }
}
