// Guests that use the headers: which imports their blobs have, and in which registers the host finds what they pass.

import PolkaBlob
import PolkaISA
import PolkaInterface
import PolkaLinker
import PolkaVM
import Testing

@Suite struct GuestTests {
    /// A contract exports a function of the name by which it calls others.
    @Test func revive() async throws {
        let source = """
            #include <pvm_revive.h>
            static uint8_t callee[20], value[32], deposit[32], topics[2][32];
            PVM_EXPORT(void, deploy) { revive_set_immutable_data("abc", 3); }
            PVM_EXPORT(uint64_t, call) {
                uint8_t output[64];
                uint32_t output_length = sizeof output;
                revive_deposit_event(topics, 2, "x", 1);
                if (revive_set_storage(REVIVE_STORAGE_TRANSIENT, "key", 3, "value", 5) != REVIVE_SENTINEL) PVM_TRAP();
                return revive_call(
                    revive_pack(REVIVE_CALL_READ_ONLY, revive_pointer(callee)), REVIVE_UNLIMITED, 1000,
                    revive_pack(revive_pointer(NULL), revive_pointer(value)), revive_pack(4, revive_pointer("data")),
                    revive_pack(revive_pointer(&output_length), revive_pointer(output)));
            }
            PVM_EXPORT(void, finish) { revive_seal_return(REVIVE_RETURN_REVERT, deposit, sizeof deposit); }
            """
        let blob = try await Workshop().link(source, options: LinkOptions(instructionSet: .reviveV1))
        // Numbers in the order of the names, as no host function has one of its own.
        #expect(
            blob.importNames == [
                0: "call", 1: "deposit_event", 2: "seal_return", 3: "set_immutable_data", 4: "set_storage",
            ])
        var host = Linker()
        var seen: [String] = []
        try host.define("deposit_event") { context in
            #expect(context.argument(1) == 2 && context.argument(3) == 1)
            seen.append("deposit_event")
        }
        try host.define("set_storage") { context in
            #expect(context.argument(0) == 1)
            let key = try Self.text(context, at: context.argument(1), context.argument(2))
            let value = try Self.text(context, at: context.argument(3), context.argument(4))
            #expect(key == "key" && value == "value")
            seen.append("set_storage")
            // As a host returns a number of 32 bits: the upper half is clear.
            context.setResult(0xffff_ffff)
        }
        try host.define("call") { context in
            #expect(context.argument(0) >> 32 == 16)
            #expect(context.argument(1) == .max && context.argument(2) == 1000)
            #expect(context.argument(3) >> 32 == 0xffff_ffff)
            let input = try Self.text(context, at: context.argument(4) & 0xffff_ffff, context.argument(4) >> 32)
            #expect(input == "data")
            let capacity = try context.memory.read(at: UInt32(context.argument(5) >> 32), byteCount: 4)
            #expect(capacity == [64, 0, 0, 0])
            seen.append("call")
            context.setResult(2)
        }
        let instance = try Instance(try Module(blob), linker: host)
        #expect(try instance.call("call", []) == .finished)
        #expect(instance[.a0] == 2)
        #expect(seen == ["deposit_event", "set_storage", "call"])
    }

    private static func text(_ context: HostContext, at address: UInt64, _ byteCount: UInt64) throws -> String {
        String(decoding: try context.memory.read(at: UInt32(address), byteCount: Int(byteCount)), as: UTF8.self)
    }

    /// The same source for both versions of JAM.
    @Test(arguments: [
        (702, [0: "gas", 3: "read", 4: "write", 12: "invoke", 20: "transfer", 22: "query", 25: "yield"]),
        (800, [0: "gas", 4: "read", 5: "write", 13: "invoke", 21: "transfer", 23: "query", 26: "yield"]),
    ])
    func jam(_ version: Int, _ expected: [Int: String]) async throws {
        let source = """
            #include <pvm_jam.h>
            static uint8_t hash[32], memo[JAM_LIMIT_MEMO_BYTES], value[8];
            PVM_EXPORT(uint64_t, refine) {
                static struct jam_machine_state state = {.gas = 100, .registers[7] = 5};
                struct jam_invoke_result result = jam_invoke(3, &state);
                return result.status == JAM_INNER_HOST ? result.detail : 0;
            }
            PVM_EXPORT(uint64_t, accumulate) {
                if (jam_read(JAM_SERVICE_SELF, "k", 1, value, 0, sizeof value) == JAM_NONE) jam_write("k", 1, value, 8);
                if (jam_transfer(7, 1000, jam_gas(), memo) != JAM_OK) return 1;
                struct jam_query_result result = jam_query(hash, 5);
                jam_yield(hash);
                return result.status + result.detail;
            }
            """
        let blob = try await Workshop().link(
            source, flags: ["-DPVM_JAM_VERSION=\(version)", "-DPVM_CONSOLE=0"],
            options: LinkOptions(instructionSet: .jamV1, dispatch: ["refine", "accumulate"]))
        #expect(blob.importNames == expected)
        var seen: [String] = []
        var host = Linker()
        host.fallback = { context in
            let name = expected[Int(context.number)] ?? "?"
            seen.append(name)
            switch name {
            case "gas": context.setResult(50)
            case "read":
                #expect(context.argument(0) == .max && context.argument(2) == 1 && context.argument(5) == 8)
                context.setResult(.max)
            case "transfer":
                #expect(context.argument(0) == 7 && context.argument(1) == 1000 && context.argument(2) == 50)
                context.setResult(0)
            case "query":
                context.instance[.a0] = 30
                context.instance[.a1] = 4
            case "invoke":
                #expect(context.argument(0) == 3)
                let state = try context.memory.read(at: UInt32(context.argument(1)), byteCount: 112)
                #expect(state[0] == 100 && state[8 + 7 * 8] == 5)
                context.instance[.a0] = 3
                context.instance[.a1] = 99
            default: context.setResult(0)
            }
        }
        let instance = try Instance(try Module(blob), linker: host)
        #expect(try instance.call("accumulate", []) == .finished)
        #expect(instance[.a0] == 34)
        #expect(seen == ["read", "write", "gas", "transfer", "query", "yield"])
        #expect(try instance.call("refine", []) == .finished)
        #expect(instance[.a0] == 99)
    }

    /// With a console the guest calls it; without one neither the calls nor the imports are left.
    @Test func console() async throws {
        let source = """
            #include <pvm_host.h>
            PVM_EXPORT(uint64_t, echo) {
                char buffer[16];
                uint64_t count = pvm_console_read(buffer, sizeof buffer);
                pvm_console_write(buffer, count, PVM_CONSOLE_ERROR);
                return count;
            }
            """
        let blob = try await Workshop().link(source)
        #expect(blob.importNames == [0: "pvm_console_read", 1: "pvm_console_write"])
        var host = Linker()
        var written: [UInt64] = []
        try host.define("pvm_console_read") { context in
            #expect(context.argument(1) == 16)
            context.setResult(9)
        }
        try host.define("pvm_console_write") { written = [$0.argument(1), $0.argument(2)] }
        let instance = try Instance(try Module(blob), linker: host)
        #expect(try instance.call("echo", []) == .finished)
        #expect(instance[.a0] == 9 && written == [9, 2])

        let silent = try await Workshop().link(source, flags: ["-DPVM_CONSOLE=0"])
        #expect(silent.imports.isEmpty)
        let second = try Instance(try Module(silent))
        #expect(try second.call("echo", []) == .finished)
        #expect(second[.a0] == 0)
    }
}
