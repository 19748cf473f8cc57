// Files that are no vectors: each ends in one message that says where and what.

import FoundationEssentials
import PolkaBlob
import PolkaCommands
import PolkaVM
import Testing

@Suite struct BadVectorTests {
    private static let good = """
        {"name":"x","initial-regs":[0,0,0,0,0,0,0,0,0,0,0,0,0],"initial-pc":0,"initial-page-map":[],"initial-memory":[],\
        "initial-gas":10,"program":[0,0,1,0,1],"expected-status":"panic","expected-regs":[0,0,0,0,0,0,0,0,0,0,0,0,0],\
        "expected-pc":0,"expected-memory":[],"expected-gas":9}
        """

    private func outcome(_ text: String) throws -> VectorOutcome {
        try VectorFile(parsing: Data(text.utf8)).run(on: Engine(backend: .interpreter))
    }

    private func message(_ old: String, _ new: String) -> String {
        let text = Self.good.replacing(old, with: new)
        #expect(text != Self.good)
        do {
            return "\(try outcome(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test func goodOne() throws {
        #expect(try outcome(Self.good) == .passed)
    }

    @Test func differences() throws {
        let text = Self.good
            .replacing("\"expected-gas\":9", with: "\"expected-gas\":8")
            .replacing("panic", with: "halt")
            .replacing("\"expected-memory\":[]", with: "\"expected-memory\":[{\"address\":65537,\"contents\":[0,5]}]")
            .replacing("\"expected-regs\":[0,0", with: "\"expected-regs\":[0,7")
        #expect(
            try outcome(text)
                == .failed([
                    "status: expected halt, found trap",
                    "gas: expected 8, found 9",
                    "register sp: expected 7, found 0",
                    "memory at 0x10002: expected 5, found 0",
                ]))
    }

    @Test func badFiles() {
        #expect(message("\"initial-gas\":10,", "") == "the key 'initial-gas' is missing")
        #expect(
            message("\"initial-gas\":10", "\"initial-gas\":\"10\"").hasPrefix("initial-gas: expected a value of type"))
        #expect(message("panic", "despair").hasPrefix("expected-status: "))
        #expect(message("[0,0,1,0,1]", "[0,0,1,0,300]") == "program: element 4: 300 is not a byte")
        #expect(message("[0,0,1,0,1]", "[0,0,9,0,1]").hasPrefix("blob offset 0x3: "))
        #expect(message("\"initial-regs\":[0,", "\"initial-regs\":[") == "expected 13 registers")
        #expect(
            message("\"initial-page-map\":[]", #""initial-page-map":[{"address":0,"length":4096,"is-writable":true}]"#)
                == "cannot map 4096 bytes at guest address 0x0: not all of them accessible")
        #expect(
            message("\"initial-memory\":[]", #""initial-memory":[{"address":65536,"contents":[1]}]"#)
                == "cannot write 1 bytes at guest address 0x10000: not all of them accessible")
    }

    /// Any prefix and any changed byte of a good file gives an outcome or an error.
    @Test func damagedFiles() {
        let bytes = Array(Self.good.utf8)
        for count in 0..<bytes.count {
            #expect(throws: VectorError.self) { try VectorFile(parsing: Data(bytes[..<count])) }
        }
        var outcomes = 0
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                guard let vector = try? VectorFile(parsing: Data(damaged)) else { continue }
                outcomes += (try? vector.run(on: Engine(backend: .interpreter))) == nil ? 0 : 1
            }
        }
        #expect(outcomes > 0)
    }

    @Test func stepsInOrder() throws {
        let steps = """
            {"name":"s","program":[0,0,3,59,7,0,1],"initial-pc":0,"initial-gas":10,"steps":[\
            {"kind":"map","address":131072,"length":4096,"is_writable":true},{"kind":"set-reg","reg":7,"value":5},\
            {"kind":"run"},{"kind":"assert","status":"panic","gas":8,"pc":0,"regs":[0,0,0,0,0,0,0,5,0,0,0,0,0]},\
            {"kind":"assert","gas":7}]}
            """
        #expect(try outcome(steps) == .failed(["step 4: gas: expected 7, found 8"]))
        #expect(
            try outcome(steps.replacing("\"steps\":", with: "\"block-gas-costs\":{\"0\":2},\"steps\":"))
                == .failed(["cost of the block at 0: expected 2, found 25"]))
        #expect(throws: VectorError("register 13 does not exist")) {
            try outcome(steps.replacing("\"reg\":7", with: "\"reg\":13"))
        }
        #expect(throws: VectorError.self) {
            try outcome(steps.replacing("\"kind\":\"run\"", with: "\"kind\":\"walk\""))
        }
    }
}
