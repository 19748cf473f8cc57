// States and work as files: what is read and written, and what is wrong with them.

import PolkaABI
import PolkaJAM
import Testing

@Suite struct FileTests {
    private func state(_ text: String) throws -> JAMState {
        try JAMState(parsing: Array(text.utf8), name: "s.json") { Array("file \($0)".utf8) }
    }

    private func work(_ text: String) throws -> WorkDescription {
        try WorkDescription(parsing: Array(text.utf8), name: "w.json", service: 7) { Array("file \($0)".utf8) }
    }

    @Test func wholeState() throws {
        let key = "0x" + String(repeating: "ab", count: 32)
        let text = """
            {
              "time_slot": 12, "entropy": "\(key)",
              "services": {
                "5": {
                  "code_hash": "\(key)", "balance": "18446744073709551615", "minimum_item_gas": 1, "minimum_memo_gas": 2,
                  "gratis": 3, "created": 4, "last_accumulation": 5, "parent": 6,
                  "storage": {"0x00ff": "0x01", "name": "value", "": {"file": "f"}},
                  "preimages": ["0x0102", "text"],
                  "requests": [{"hash": "\(key)", "length": 9, "slots": [1, 2, 3]}]
                }
              },
              "privileges": {"manager": 1, "delegator": 2, "registrar": 3, "assigners": {"7": 8}, "always_accumulate": {"9": 10}},
              "transfers": [{"from": 1, "to": 2, "amount": 3, "gas": 4, "memo": "hi"}],
              "parameters": {"cores": 2, "validators": 6}
            }
            """
        let read = try state(text)
        #expect(read.timeSlot == 12)
        #expect(read.entropy.description == key)
        let service = try #require(read.services[5])
        #expect(service.balance == .max)
        #expect(
            service.storage == [[0, 255]: [1], Array("name".utf8): Array("value".utf8), []: Array("file f".utf8)])
        #expect(service.historicalPreimage(Hash256(blakeOf: [1, 2]), at: 0) == [1, 2])
        #expect(service.requests.count == 3)
        // Three values, three requests.
        #expect(service.itemCount == 9)
        #expect(read.privileges.assigners == [7: 8])
        #expect(read.privileges.alwaysAccumulate == [9: 10])
        #expect(read.transfers.first?.memo.prefix(3) == [0x68, 0x69, 0])
        #expect((read.parameters.coreCount, read.parameters.validatorCount) == (2, 6))
        // What is written is read as the same.
        #expect(try state(read.fileText) == read)
        #expect(try state(JAMState().fileText) == JAMState())
    }

    @Test(arguments: [
        ("", "s.json:1:1: expected a value, found the end of the text"),
        (
            "{\n  \"time_slot\": 1,\n  \"time\": 2}",
            "s.json:3:11: expected one of the keys time_slot, entropy, services"
        ),
        (
            "{\"time_slot\": -1}",
            "s.json:1:15: time_slot: expected a whole number from 0 to 4294967295, found the number -1"
        ),
        ("{\"time_slot\": 4294967296}", "s.json:1:15: time_slot: expected a whole number from 0 to 4294967295"),
        ("{\"time_slot\": 1.5}", "found the number 1.5"), ("{\"time_slot\": [1]}", "expected a number, found an array"),
        ("{\"time_slot\": 1, \"time_slot\": 2}", "expected each key once, found 'time_slot' again"),
        ("{\"entropy\": \"0x12\"}", "entropy: expected 0x and 64 hexadecimal digits, found the text \"0x12\""),
        (
            "{\"services\": {\"x\": {}}}",
            "services.x: expected a whole number from 0 to 4294967295 as the key, found 'x'"
        ),
        ("{\"services\": {\"1\": {\"storage\": {\"0x1\": \"\"}}}}", "services.1.storage.0x1: expected an even number"),
        ("{\"services\": {\"1\": {\"storage\": {\"a\": \"0xg0\"}}}}", "services.1.storage.a: expected an even number"),
        ("{\"services\": {\"1\": {\"storage\": {\"a\": 5}}}}", "found the number 5"),
        (
            "{\"services\": {\"1\": {\"storage\": {\"a\": {\"files\": \"\"}}}}}",
            "expected one of the keys file, found 'files'"
        ),
        ("{\"services\": {\"1\": {\"requests\": [{}]}}}", "services.1.requests[0]: expected hash and length"),
        ("{\"authorizer_queues\": {\"0\": []}}", "authorizer_queues.0: expected 80 hashes, found 0"),
        ("{\"validators\": \"0x00\"}", "validators: expected a multiple of 336 bytes, found 1"),
        ("{\"transfers\": {}}", "transfers: expected an array, found an object"),
        ("[]", "s.json:1:1: expected an object, found an array"), ("{} {}", "expected the end of the text"),
    ])
    func badStates(_ text: String, _ message: String) {
        let error = #expect(throws: JAMFileError.self) { try state(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func wholeWork() throws {
        let read = try work(
            """
            {
              "core": 3, "authorization": "token", "trace": "0x01",
              "authorizer": {"service": 9, "code": "a.jam", "configuration": "0x0203"},
              "context": {"lookup_anchor_slot": 77},
              "items": [
                {"payload": "0x0a", "exports": 1, "refine_gas": 100, "accumulate_gas": 200,
                 "imports": ["0x05", {"data": "x", "index": 2}], "extrinsics": [{"file": "e"}]},
                {"service": 8}
              ],
              "inputs": [
                {"output": "0x06", "gas": 5}, {"error": "out-of-gas"}, {"transfer": {"from": 1, "amount": 2, "gas": 3}}
              ]
            }
            """)
        #expect(read.core == 3)
        #expect(read.package.authorizationToken == Array("token".utf8))
        #expect(read.authorizer == Array("file a.jam".utf8))
        #expect(read.package.authorizerConfiguration == [2, 3])
        let item = read.package.items[0]
        #expect((item.service, item.payload, item.exportCount) == (7, [10], 1))
        #expect((item.refineGas, item.accumulateGas) == (100, 200))
        #expect(item.imports.map { $0.data.prefix(2) } == [[5, 0], [0x78, 0]])
        #expect(item.imports[1].index == 2)
        #expect(item.extrinsics == [Array("file e".utf8)])
        #expect(read.package.items[1].service == 8)
        #expect(
            read.inputs == [
                .operand(AccumulateOperand(result: .output([6]), gas: 5)),
                .operand(AccumulateOperand(result: .outOfGas, gas: 10_000_000)),
                .transfer(DeferredTransfer(source: 1, destination: 7, amount: 2, gas: 3)),
            ])
        // What follows from the state: the hash of the code, and the authorizer with its preimage.
        var completed = read
        var state = JAMState()
        state.timeSlot = 50
        state.services[7] = ServiceAccount(codeHash: hash(3), balance: 0)
        completed.complete(in: &state)
        #expect(completed.package.items[0].codeHash == hash(3))
        #expect(completed.package.context.lookupAnchorSlot == 77)
        let code = ServiceCode(program: Array("file a.jam".utf8)).preimage
        #expect(completed.package.authorizerCodeHash == Hash256(blakeOf: code))
        #expect(state.services[9]?.historicalPreimage(Hash256(blakeOf: code), at: 77) == code)
    }

    @Test(arguments: [
        ("{\"items\": [{\"payloads\": \"\"}]}", "w.json:1:25: items[0]: expected one of the keys service, code_hash"),
        ("{\"items\": [{\"exports\": 3073}]}", "items[0]: expected at most 3072 imports and exports"),
        ("{\"inputs\": [{}]}", "inputs[0]: expected one of the keys output, error, transfer"),
        ("{\"inputs\": [{\"error\": \"bad\"}]}", "inputs[0].error: expected one of out-of-gas, panic"),
        ("{\"items\": [{\"imports\": [{}]}]}", "items[0].imports[0]: expected the key 'data'"),
        ("{\"core\": 70000}", "core: expected a whole number from 0 to 65535"),
    ])
    func badWork(_ text: String, _ message: String) {
        let error = #expect(throws: JAMFileError.self) { try work(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    /// Bytes of a file that are changed one at a time are read, or refused with a place, and nothing else.
    @Test func damagedFiles() throws {
        var value = JAMState()
        value.services[5] = ServiceAccount(codeHash: hash(1), balance: 7)
        value.services[5]?.setValue([1], for: [2])
        value.services[5]?.provide([1, 2], at: 3)
        let bytes = Array(value.fileText.utf8)
        for index in bytes.indices {
            for replacement in [0, 0x22, 0x2c, 0x39, 0x7d, 0xff] as [UInt8] {
                var damaged = bytes
                damaged[index] = replacement
                do {
                    _ = try JAMState(parsing: damaged, name: "s.json") { _ in [] }
                } catch let error as JAMFileError {
                    #expect(error.line >= 1)
                }
            }
        }
    }
}
