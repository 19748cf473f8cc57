// The modules of hosts as guests in Swift import them: which functions of the host a program calls in the end, and by which numbers.

import PolkaBuild
import Testing

@Suite struct HostModuleTests {
    /// One source for both versions of JAM; numbers are those of the version that is built for (host-api.md 2.3, 3.1).
    @Test(arguments: [
        (BuildOptions.Target.jam072, [3: "read", 20: "transfer", 100: "log"]),
        (.jam080, [1: "grow_heap", 4: "read", 21: "transfer"]),
    ])
    func jam(_ target: BuildOptions.Target, _ expected: [Int: String]) async throws {
        let source = """
            import JAM

            @Export func refine(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { payload }

            @Export func accumulate(_ payload: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
                guard let base = payload.baseAddress else { return payload }
                let target = UnsafeMutableRawPointer(mutating: base)
                let length = Host.read(
                    service: Host.Service.itself, key: base, keyLength: 4, output: target, offset: 0, length: 8)
                if length == Host.Result.none {
                    _ = Host.transfer(destination: 1, amount: 2, gas: 3, memo: base)
                }
                #if PVM_JAM_0_7_2
                Host.log(level: 1, target: base, targetLength: 1, message: base, messageLength: 1)
                #elseif PVM_JAM_0_8_0
                _ = Host.growHeap(top: 17)
                #endif
                return payload
            }
            """
        #expect(try await Workshop.imports(of: source, for: target) == expected)
    }

    /// Arguments that share a register with another, and a pointer that may be missing.
    @Test func revive() async throws {
        let source = """
            import Revive

            @Export func deploy() { Host.consumeAllGas() }

            @Export func call() {
                var address = Address.zero
                var (value, limit, codeHash, output): (U256, U256, U256, U256) = (5, .max, 1, 0)
                var length: UInt32 = 0
                _ = Host.instantiate(
                    refTimeLimit: Host.Weight.unlimited, proofSizeLimit: 1, depositLimit: &limit, value: &value,
                    inputLength: 32, input: &codeHash, outputLength: &length, output: &output, address: &address, salt: nil)
            }
            """
        let imports = try await Workshop.imports(of: source, for: .revive)
        #expect(imports.values.sorted() == ["consume_all_gas", "instantiate"])
    }
}
