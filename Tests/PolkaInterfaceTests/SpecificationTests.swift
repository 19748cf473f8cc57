// The files of Guest/hosts against the tables of host-api.md, written out here by hand.

import PolkaInterface
import Testing

@Suite struct SpecificationTests {
    /// Names in the order of the numbers, each with its argument and result registers (host-api.md 2.3).
    private static let jam072 = """
        gas 0 1, fetch 6 1, lookup 5 1, read 6 1, write 4 1, info 4 1, historical_lookup 5 1, export 2 1, machine 3 1,
        peek 4 1, poke 4 1, pages 4 1, invoke 2 2, expunge 1 1, bless 6 1, assign 3 1, designate 1 1, checkpoint 0 1,
        new 6 1, upgrade 3 1, transfer 4 1, eject 2 1, query 2 2, solicit 2 1, forget 2 1, yield 1 1, provide 3 1
        """

    /// Names alone (host-api.md 3.1).
    private static let jam080 = """
        gas grow_heap fetch lookup read write info historical_lookup export machine peek poke pages invoke expunge bless
        assign designate checkpoint new upgrade transfer eject query solicit forget yield provide
        """

    /// host-api.md 1.2: arguments, results, x for what changes state.
    private static let revive = """
        set_storage 5 1 x, set_storage_or_clear 3 1 x, get_storage 5 1, get_storage_or_zero 3 0, call 6 1, call_evm 6 1,
        delegate_call 6 1, delegate_call_evm 5 1, instantiate 6 1 x, call_data_size 0 1, call_data_copy 3 0,
        call_data_load 2 0, seal_return 3 0, return_data_size 0 1, return_data_copy 3 0, caller 1 0, origin 1 0,
        address 1 0, code_hash 2 0, code_size 1 1, balance 1 0, balance_of 2 0, value_transferred 1 0, chain_id 1 0,
        now 1 0, block_number 1 0, base_fee 1 0, gas_price 0 1, gas_limit 0 1, ref_time_left 0 1, block_hash 2 0,
        block_author 1 0, deposit_event 4 0 x, hash_keccak_256 3 0, get_immutable_data 2 0, set_immutable_data 2 0,
        ecdsa_to_eth_address 2 1, sr25519_verify 4 1, consume_all_gas 0 0, terminate 1 0 x
        """

    private func rows(_ table: String) -> [[String]] {
        table.split { $0 == "," || $0 == "\n" }.map { $0.split(separator: " ").map(String.init) }.filter { !$0.isEmpty }
    }

    @Test func jam072HasItsNumbersAndRegisters() throws {
        let interface = try Package.interface("jam-0.7.2")
        let numbered = interface.functions.filter { $0.name != "log" }
        #expect(numbered.compactMap(\.number) == Array(0...26))
        #expect(
            numbered.map { [$0.name, "\($0.parameters.count)", "\($0.results.count)"] } == rows(Self.jam072))
        let log = try #require(interface.function("log"))
        #expect(log.number == 100 && log.parameters.count == 5 && log.results.isEmpty)
        #expect(interface.functions.count == 28)
    }

    @Test func jam080HasItsNumbers() throws {
        let interface = try Package.interface("jam-0.8.0")
        #expect(interface.functions.map(\.name) == Self.jam080.split { $0 == " " || $0 == "\n" }.map(String.init))
        #expect(interface.functions.compactMap(\.number) == Array(0...27))
        #expect(interface.function("designate")?.parameters.count == 2)
        #expect(interface.unknownCall?.result == "what" && interface.unknownCall?.gas == 1000)
    }

    @Test func reviveHasItsRegisters() throws {
        let interface = try Package.interface("revive")
        let found = interface.functions.map { function in
            [function.name, "\(function.parameters.count)", "\(function.results.count)"]
                + (function.changesState ? ["x"] : [])
        }
        #expect(found == rows(Self.revive))
        #expect(interface.functions.allSatisfy { $0.number == nil })
        #expect(
            interface.functions.filter(\.neverReturns).map(\.name) == ["seal_return", "consume_all_gas", "terminate"])
    }

    /// Which functions each entry may call (host-api.md 2.1, 3.1).
    @Test(arguments: [
        ("jam-0.7.2", "is_authorized", Set<UInt32>([0, 1])),
        ("jam-0.7.2", "refine", Set([0, 1] + Array(6...13))),
        ("jam-0.7.2", "accumulate", Set(Array(0...5) + Array(14...26))),
        ("jam-0.8.0", "is_authorized", Set([0, 1, 2])),
        ("jam-0.8.0", "refine", Set([0, 1, 2] + Array(7...14))),
        ("jam-0.8.0", "accumulate", Set(Array(0...6) + Array(15...27))),
    ])
    func entriesMayCall(_ name: String, _ entry: String, _ numbers: Set<UInt32>) throws {
        let interface = try Package.interface(name)
        let allowed = interface.functions.filter { $0.entries?.contains(entry) ?? true && $0.name != "log" }
        #expect(Set(allowed.compactMap(\.number)) == numbers)
    }

    @Test(arguments: ["jam-0.7.2", "jam-0.8.0"])
    func jamResults(_ name: String) throws {
        let interface = try Package.interface(name)
        let results = try #require(interface.group("result"))
        let names = ["ok", "none", "what", "oob", "who", "full", "core", "cash", "low", "huh"]
        #expect(results.values.map(\.name) == names)
        for (index, constant) in results.values.enumerated() { #expect(constant.value == 0 &- UInt64(index)) }
        #expect(interface.group("inner")?.values.map(\.value) == [0, 1, 2, 3, 4])
        #expect(interface.group("fetch")?.values.map(\.value) == Array(0...15))
        #expect(interface.constant("parameters_bytes")?.constant.value == (name == "jam-0.7.2" ? 134 : 122))
        #expect(interface.entries.map(\.offset) == [0, 0, 5])
    }

    @Test func reviveCodes() throws {
        let interface = try Package.interface("revive")
        #expect(interface.group("error")?.values.map(\.value) == [0, 1, 2, 3, 4, 5, 7, 8, 11])
        #expect(interface.group("call_flag")?.values.map(\.value) == [1, 2, 4, 8, 16])
        #expect(interface.constant("storage_value_bytes")?.constant.value == 416)
        #expect(interface.constant("sentinel")?.constant.value == 0xffff_ffff)
    }

    /// Whole declarations, worked out from the tables; how they are broken into lines is left to the generator.
    @Test(arguments: [
        (
            "revive",
            """
            PVM_IMPORT_AS("balance_of", void, revive_balance_of, const uint8_t address[20], uint8_t output[32]);
            """
        ),
        (
            "revive",
            """
            PVM_IMPORT_AS("get_storage", uint64_t, revive_get_storage, uint32_t flags, const void *key,
            uint32_t key_length, void *output, uint32_t *output_length);
            """
        ),
        (
            "revive",
            """
            PVM_IMPORT_AS("sr25519_verify", uint64_t, revive_sr25519_verify, const uint8_t signature[64],
            const uint8_t public_key[32], uint32_t message_length, const void *message);
            """
        ),
        (
            "jam-0.7.2",
            """
            PVM_IMPORT_INDEX_AS(6, "historical_lookup", uint64_t, jam_historical_lookup, uint64_t service,
            const uint8_t hash[32], void *output, uint64_t offset, uint64_t length);
            """
        ),
        ("jam-0.7.2", "PVM_IMPORT_INDEX_AS(16, \"designate\", uint64_t, jam_designate, const void *validators);"),
        ("jam-0.8.0", "PVM_IMPORT_INDEX_AS(1, \"grow_heap\", uint64_t, jam_grow_heap, uint64_t top);"),
        ("console", "PVM_IMPORT(void, pvm_console_write, const void *text, size_t length, uint32_t stream);"),
        ("console", "PVM_IMPORT(uint64_t, pvm_console_read, void *buffer, size_t size);"),
    ])
    func declares(_ name: String, _ declaration: String) throws {
        func inOneLine(_ text: String) -> String {
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("( ", with: "(")
        }
        #expect(inOneLine(try Package.interface(name).header.text).contains(inOneLine(declaration)))
    }

    /// What only generators after the headers need.
    @Test func pointersSayHowMuchIsThere() throws {
        let revive = try Package.interface("revive")
        let call = try #require(revive.function("call"))
        #expect(
            call.flatParameters.map(\.name) == [
                "flags", "callee", "ref_time_limit", "proof_size_limit", "deposit_limit", "value", "input_length",
                "input",
                "output_length", "output",
            ])
        guard case .pointer(let topics)? = revive.function("deposit_event")?.parameters[0].kind else {
            Issue.record("topics are no pointer")
            return
        }
        #expect(topics.byteCount == 32 && topics.extent == .counted(by: "topic_count") && topics.direction == .in)
        let jam = try Package.interface("jam-0.8.0")
        guard case .pointer(let validators)? = jam.function("designate")?.parameters[0].kind else {
            Issue.record("validators are no pointer")
            return
        }
        #expect(validators.byteCount == 336 && validators.extent == .counted(by: "count"))
        #expect(jam.function("read")?.gas.first?.terms.map(\.cost) == [1736...1736, 248...248])
    }
}
